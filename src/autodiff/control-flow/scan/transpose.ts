/**
 * Transpose of scan: a scan the other way round. It carries the carry's cotangent back, and running sums of the linear
 * consts' cotangents; it reads the ys' cotangents, and writes those of the linear xs.
 */
import type { NDArray } from "../../array.js";
import type { Jaxpr } from "../../jaxpr.js";
import { keyMask, maskKey, memoByJaxpr, stageClosed } from "../../jaxpr-passes.js";
import { LinearOperand, type Tangent, Zero } from "../../primitive.js";
import { backwardPass, knownOperands, linearMask } from "../../transforms/transpose.js";
import { instantiate, zerosOf } from "../../transforms/zeros.js";
import { bindScan, type ScanParams, splitOperands, splitOuts } from "./params.js";
import { partialEvalScan } from "./partial-eval.js";

export function transposeScan(
  cotangents: readonly Tangent[],
  operands: readonly (NDArray | LinearOperand)[],
  params: ScanParams,
): readonly (Tangent | null)[] {
  const settled = transposeWithoutConstantCarries(cotangents, operands, params);
  if (settled !== null) return settled;
  const { jaxpr, reverse } = params;
  const [consts, init, xs] = splitOperands(operands, params);
  const [ctCarry, ctYs] = splitOuts(cotangents, params);
  const yBits = ctYs.map((ct) => !(ct instanceof Zero));
  // A carry whose initial value is known (zeros, mostly) is linear in the other operands all the same.
  const bits = [...linearMask(consts), ...init.map(() => true), ...linearMask(xs)];
  const body = transposedBody(
    jaxpr,
    [maskKey(bits), maskKey(yBits), params.numConsts, params.numCarry].join("/"),
  );

  const linearConsts = consts.filter((x): x is LinearOperand => x instanceof LinearOperand);
  const residualConsts = knownOperands(consts);
  const results = bindScan(
    [
      ...residualConsts,
      ...linearConsts.map((x) => zerosOf(x.aval)),
      ...ctCarry.map(instantiate),
      ...ctYs.filter((ct): ct is NDArray => !(ct instanceof Zero)),
      ...knownOperands(xs),
    ],
    {
      ...params,
      jaxpr: body,
      reverse: !reverse,
      numConsts: residualConsts.length,
      numCarry: linearConsts.length + init.length,
    },
  );
  let nextConst = 0;
  let nextX = linearConsts.length + init.length;
  return [
    ...consts.map((x) => (x instanceof LinearOperand ? results[nextConst++] : null)),
    ...init.map((x, i) => (x instanceof LinearOperand ? results[linearConsts.length + i] : null)),
    ...xs.map((x) => (x instanceof LinearOperand ? results[nextX++] : null)),
  ];
}

/**
 * A carry that no linear value reaches (a counter) is computed first, by a scan of its own, and what the rest reads of it
 * becomes residuals: the rest is then linear in all its carries. Null where there is no such carry.
 */
function transposeWithoutConstantCarries(
  cotangents: readonly Tangent[],
  operands: readonly (NDArray | LinearOperand)[],
  params: ScanParams,
): readonly (Tangent | null)[] | null {
  const [, init] = splitOperands(operands, params);
  if (init.every((x) => x instanceof LinearOperand)) return null;
  const known = operands.map((x) => (x instanceof LinearOperand ? null : x));
  const split = partialEvalScan(
    known,
    operands.map((x) => x.aval),
    params,
  );
  if (!split.unknownOut.slice(0, params.numCarry).includes(false)) return null;
  const { residuals } = split.known();
  const linear = operands.filter((x): x is LinearOperand => x instanceof LinearOperand);
  const rest = stageClosed(
    (xs) => split.unknown(xs.slice(0, residuals.length), xs.slice(residuals.length)),
    [...residuals, ...linear].map((x) => x.aval),
  );
  const cts = backwardPass(
    rest,
    [],
    [...residuals, ...linear],
    cotangents.filter((_, i) => split.unknownOut[i]),
  );
  let next = 0;
  return operands.map((x) => (x instanceof LinearOperand ? cts[next++] : null));
}

/** (residual consts, sums, cotangents of the carry, of ys, residual xs) -> (sums, cotangents of the carry, of xs) */
const transposedBody = memoByJaxpr((jaxpr: Jaxpr, key: string): Jaxpr => {
  const [linearKey, yKey, numConsts, numCarry] = key.split("/");
  const linear = keyMask(linearKey);
  const yBits = keyMask(yKey);
  const constCount = Number(numConsts);
  const carryCount = Number(numCarry);
  const types = jaxpr.invars.map((v) => v.aval);
  const ids = types.map((_, i) => i);
  const isConst = (i: number): boolean => i < constCount;
  const isX = (i: number): boolean => i >= constCount + carryCount;
  const residualConsts = ids.filter((i) => isConst(i) && !linear[i]);
  const linearConsts = ids.filter((i) => isConst(i) && linear[i]);
  const carries = ids.filter((i) => !isConst(i) && !isX(i));
  const residualXs = ids.filter((i) => isX(i) && !linear[i]);
  const yTypes = jaxpr.outvars.slice(carryCount).map((v) => v.aval);
  const inputTypes = [
    ...residualConsts.map((i) => types[i]),
    ...linearConsts.map((i) => types[i]),
    ...carries.map((i) => types[i]),
    ...yTypes.filter((_, i) => yBits[i]),
    ...residualXs.map((i) => types[i]),
  ];
  return stageClosed((inputs) => {
    let next = 0;
    const take = (count: number): NDArray[] => inputs.slice(next, (next += count));
    const consts = take(residualConsts.length);
    const sums = take(linearConsts.length);
    const ctCarry = take(carries.length);
    const ctYs = take(yBits.filter((bit) => bit).length);
    const slices = take(residualXs.length);
    const operands = types.map((type, i): NDArray | LinearOperand => {
      if (linear[i]) return new LinearOperand(type);
      return isConst(i) ? consts[residualConsts.indexOf(i)] : slices[residualXs.indexOf(i)];
    });
    let nextY = 0;
    const cts = [
      ...ctCarry,
      ...yTypes.map((type, i): Tangent => (yBits[i] ? ctYs[nextY++] : new Zero(type))),
    ];
    const results = backwardPass(jaxpr, [], operands, cts, sums);
    return results.map(instantiate);
  }, inputTypes);
});
