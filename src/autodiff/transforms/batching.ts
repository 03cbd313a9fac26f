/**
 * Batching: one function on examples becomes one on batches. A batched value carries the position of its batch axis; each
 * primitive's rule says how it works on whole batches and where the batch axis of its output is.
 */
import type { Aval } from "../../ir/aval.js";
import { withShape } from "../../ir/aval.js";
import { InternalError } from "../../ir/errors.js";
import { dropAxes, insertAt } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import { evalJaxpr, type Jaxpr } from "../jaxpr.js";
import { keyMask, maskKey, memoByJaxpr, stageClosed } from "../jaxpr-passes.js";
import type { BatchAxis, Primitive } from "../primitive.js";
import { materializeBatch } from "../primitives/sum-and-broadcast.js";
import { getCurrentTrace, Trace, Tracer, withTrace } from "../trace.js";

/** A batch of values, seen as one of them. */
export class BatchTracer extends Tracer {
  override readonly aval: Aval;
  constructor(
    override readonly trace: BatchTrace,
    readonly batch: NDArray,
    readonly axis: number,
  ) {
    super();
    this.aval = withShape(batch.aval, dropAxes(batch.aval.shape, [axis]));
  }
  override origin(): string {
    return "vmap";
  }
}

export class BatchTrace extends Trace {
  constructor(
    readonly parent: Trace,
    readonly axisSize: number,
  ) {
    super();
  }

  override process<P extends object>(
    primitive: Primitive<P>,
    operands: readonly NDArray[],
    params: P,
  ): NDArray[] {
    const pairs = operands.map((x) => this.split(x));
    if (pairs.every(([, axis]) => axis === null)) return this.parent.process(primitive, operands, params);
    const [outs, axes] = withTrace(this.parent, () =>
      primitive.batch(
        this.axisSize,
        pairs.map(([x]) => x),
        pairs.map(([, axis]) => axis),
        params,
      ),
    );
    return outs.map((out, i) => this.join(out, axes[i]));
  }

  split(x: NDArray): readonly [NDArray, BatchAxis] {
    return x instanceof BatchTracer && x.trace === this ? [x.batch, x.axis] : [x, null];
  }

  join(x: NDArray, axis: BatchAxis): NDArray {
    if (axis === null) return x;
    if (x.shape[axis] !== this.axisSize) {
      throw new InternalError(
        `a batching rule put a batch of ${this.axisSize} at axis ${axis} of [${x.shape}]`,
      );
    }
    return new BatchTracer(this, x, axis);
  }
}

/** vmap of a function of flat arrays: outputs with the axes where their batches lie. */
export function batchFlat(
  f: (operands: NDArray[]) => readonly NDArray[],
  axisSize: number,
  operands: readonly NDArray[],
  axes: readonly BatchAxis[],
): [NDArray[], BatchAxis[]] {
  const trace = new BatchTrace(getCurrentTrace(), axisSize);
  const outs = withTrace(trace, () => f(operands.map((x, i) => trace.join(x, axes[i]))));
  const pairs = outs.map((out) => trace.split(out));
  return [pairs.map(([x]) => x), pairs.map(([, axis]) => axis)];
}

export interface BatchedJaxpr {
  /** Batched operands and outputs have their batch axis in front. */
  readonly jaxpr: Jaxpr;
  readonly batchedOut: readonly boolean[];
}

/** A closed jaxpr on batches: `batchedIn` operands have the batch in front, outputs in `forcedOut` get it anyhow. */
export const batchJaxpr = (
  jaxpr: Jaxpr,
  axisSize: number,
  batchedIn: readonly boolean[],
  forcedOut: readonly boolean[],
): BatchedJaxpr => cachedBatchJaxpr(jaxpr, `${axisSize}/${maskKey(batchedIn)}/${maskKey(forcedOut)}`);

const cachedBatchJaxpr = memoByJaxpr((jaxpr: Jaxpr, key: string): BatchedJaxpr => {
  const [size, batchedKey, forcedKey] = key.split("/");
  const axisSize = Number(size);
  const batchedIn = keyMask(batchedKey);
  const forcedOut = keyMask(forcedKey);
  let batchedOut: boolean[] = [];
  const staged = stageClosed(
    (operands) => {
      const axes = batchedIn.map((bit): BatchAxis => (bit ? 0 : null));
      const [outs, outAxes] = batchFlat((xs) => evalJaxpr(jaxpr, [], xs), axisSize, operands, axes);
      batchedOut = outAxes.map((axis, i) => forcedOut[i] || axis !== null);
      return outs.map((out, i) => (batchedOut[i] ? materializeBatch(out, outAxes[i], axisSize) : out));
    },
    jaxpr.invars.map((v, i) =>
      batchedIn[i] ? withShape(v.aval, insertAt(v.aval.shape, 0, axisSize)) : v.aval,
    ),
  );
  return { jaxpr: staged, batchedOut };
});

/** Operands with their batch axes in front, those that are not batched as they are. */
export const batchesInFront = (
  operands: readonly NDArray[],
  axes: readonly BatchAxis[],
  size: number,
): NDArray[] => operands.map((x, i) => (axes[i] === null ? x : materializeBatch(x, axes[i], size)));

/** 0 where batched, null elsewhere. */
export const frontAxes = (batched: readonly boolean[]): BatchAxis[] => batched.map((bit) => (bit ? 0 : null));
