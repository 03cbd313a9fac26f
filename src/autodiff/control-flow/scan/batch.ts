/** Batching of scan: which carries are batched is found by a fixpoint; the batch axis stays out of the scanned one. */
import type { NDArray } from "../../array.js";
import { fixpoint } from "../../jaxpr-passes.js";
import type { BatchAxis } from "../../primitive.js";
import { materializeBatch, moveAxis } from "../../primitives/sum-and-broadcast.js";
import { batchesInFront, batchJaxpr } from "../../transforms/batching.js";
import { bindScan, type ScanParams, splitOperands, splitOuts } from "./params.js";

export function batchScan(
  axisSize: number,
  operands: readonly NDArray[],
  axes: readonly BatchAxis[],
  params: ScanParams,
): readonly [NDArray[], BatchAxis[]] {
  const { jaxpr, numCarry } = params;
  const [constBits, initBits, xBits] = splitOperands(
    axes.map((axis) => axis !== null),
    params,
  );
  const noYs = jaxpr.outvars.slice(numCarry).map(() => false);
  const batched = (carryBits: readonly boolean[]) =>
    batchJaxpr(jaxpr, axisSize, [...constBits, ...carryBits, ...xBits], [...carryBits, ...noYs]);
  const carryBits = fixpoint(initBits, (bits) => batched(bits).batchedOut.slice(0, numCarry));
  const { jaxpr: body, batchedOut } = batched(carryBits);

  const [consts, init, xs] = splitOperands(operands, params);
  const [constAxes, initAxes, xAxes] = splitOperands(axes, params);
  const results = bindScan(
    [
      ...batchesInFront(consts, constAxes, axisSize),
      ...init.map((x, i) => (carryBits[i] ? materializeBatch(x, initAxes[i], axisSize) : x)),
      ...xs.map((x, i) => moveBehindFirst(x, xAxes[i])),
    ],
    { ...params, jaxpr: body },
  );
  const [carryOut, yOut] = splitOuts(batchedOut, params);
  return [results, [...carryOut.map((bit) => (bit ? 0 : null)), ...yOut.map((bit) => (bit ? 1 : null))]];
}

/** The scanned axis first, the batch axis second: a slice has its batch in front. */
const moveBehindFirst = (x: NDArray, axis: BatchAxis): NDArray => (axis === null ? x : moveAxis(x, axis, 1));
