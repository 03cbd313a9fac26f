/** jvp of scan: one scan that carries primals and tangents side by side. */
import type { NDArray } from "../../array.js";
import { fixpoint, positionsOf, reorderJaxpr } from "../../jaxpr-passes.js";
import type { Tangent } from "../../primitive.js";
import { jvpJaxpr, nonzeroMask, nonzeroTangents, spreadTangents } from "../../transforms/jvp.js";
import { instantiate } from "../../transforms/zeros.js";
import { bindScan, type ScanParams, splitOperands, splitOuts } from "./params.js";

/**
 * A carry has a tangent if its initial value has one, or the body gives it one: found by a fixpoint. Such a carry's
 * initial tangent is made real.
 */
export function jvpScan(
  primals: readonly NDArray[],
  tangents: readonly Tangent[],
  params: ScanParams,
): readonly [NDArray[], Tangent[]] {
  const { jaxpr, numCarry } = params;
  const [constBits, initBits, xBits] = splitOperands(nonzeroMask(tangents), params);
  const numYs = jaxpr.outvars.length - numCarry;
  const noYs = new Array<boolean>(numYs).fill(false);
  const transformed = (carryBits: readonly boolean[]) =>
    jvpJaxpr(jaxpr, [...constBits, ...carryBits, ...xBits], [...carryBits, ...noYs]);
  const carryBits = fixpoint(initBits, (bits) => transformed(bits).nonzeroOut.slice(0, numCarry));
  const { jaxpr: body, nonzeroOut } = transformed(carryBits);

  // The jvp's inputs are all primals, then the tangents there are; scan wants [consts dconsts carry dcarry xs dxs].
  const primalCount = primals.length;
  const bits = [...constBits, ...carryBits, ...xBits];
  let next = primalCount;
  const tangentPosition = bits.map((bit) => (bit ? next++ : -1));
  const [constIds, carryIds, xIds] = splitOperands(
    primals.map((_, i) => i),
    params,
  );
  const withTangents = (ids: readonly number[]): number[] => [
    ...ids,
    ...ids.map((i) => tangentPosition[i]).filter((i) => i >= 0),
  ];
  const inputs = [...withTangents(constIds), ...withTangents(carryIds), ...withTangents(xIds)];
  const outCount = jaxpr.outvars.length;
  const carryTangents = carryBits.filter((bit) => bit).length;
  const yTangents = nonzeroOut.filter((bit) => bit).length - carryTangents;
  const span = (start: number, length: number): number[] => Array.from({ length }, (_, i) => start + i);
  const outputs = [
    ...span(0, numCarry),
    ...span(outCount, carryTangents),
    ...span(numCarry, numYs),
    ...span(outCount + carryTangents, yTangents),
  ];

  const [constTangents, initTangents, xTangents] = splitOperands(tangents, params);
  const [consts, init, xs] = splitOperands(primals, params);
  const carried = positionsOf(carryBits).map((i) => instantiate(initTangents[i]));
  const results = bindScan(
    [...consts, ...nonzeroTangents(constTangents), ...init, ...carried, ...xs, ...nonzeroTangents(xTangents)],
    {
      ...params,
      jaxpr: reorderJaxpr(body, inputs, outputs),
      numConsts: consts.length + nonzeroTangents(constTangents).length,
      numCarry: numCarry + carryTangents,
    },
  );
  const carryOut = results.slice(0, numCarry);
  const carryTangentsOut = results.slice(numCarry, numCarry + carryTangents);
  const ys = results.slice(numCarry + carryTangents, numCarry + carryTangents + numYs);
  const yTangentsOut = results.slice(numCarry + carryTangents + numYs);
  const outs = [...carryOut, ...ys];
  const avals = outs.map((out) => out.aval);
  const [carryOutBits, yBits] = splitOuts(nonzeroOut, params);
  return [
    outs,
    [
      ...spreadTangents(carryOutBits, carryTangentsOut, avals.slice(0, numCarry)),
      ...spreadTangents(yBits, yTangentsOut, avals.slice(numCarry)),
    ],
  ];
}
