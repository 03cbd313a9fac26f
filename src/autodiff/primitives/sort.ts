/**
 * Sorting along an axis: several operands in one order, that of the first `numKeys` of them compared one after the other.
 *
 * Always stable. Among floats -0 equals 0, and every NaN comes last, equal to every other.
 */
import { showAval } from "../../ir/aval.js";
import type { BlockBuilder, View } from "../../ir/block-builder.js";
import { read } from "../../ir/block-builder.js";
import type { DType } from "../../ir/dtype.js";
import { isFloat } from "../../ir/dtype.js";
import { ArgumentError, ShapeError } from "../../ir/errors.js";
import * as e from "../../ir/expr.js";
import type { Buffer, Expr } from "../../ir/loop-ir.js";
import { dropAxes, insertAt, range, sameShape, sizeOf } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import type { Primitive } from "../primitive.js";
import { notLinear, Zero } from "../primitive.js";
import { bind } from "../trace.js";
import { iota } from "./creation.js";
import { gather } from "./gather.js";
import { nonzero } from "./rules.js";
import { expandDims, materializeBatch } from "./sum-and-broadcast.js";

export interface SortParams {
  readonly dimension: number;
  readonly isStable: boolean;
  readonly numKeys: number;
}

export const sortPrimitive: Primitive<SortParams> = {
  name: "sort",
  abstractEval: (avals, { dimension, numKeys }) => {
    const shown = avals.map(showAval).join(", ");
    if (avals.length === 0 || avals.some((a) => !sameShape(a.shape, avals[0].shape))) {
      throw new ShapeError(
        `sort: operands must be at least one and of equal shapes, got (${shown}); broadcast them`,
      );
    }
    if (!(dimension >= 0 && dimension < avals[0].shape.length)) {
      throw new ShapeError(
        `sort: axis ${dimension} is no axis of ${shown}; use 0 to ${avals[0].shape.length - 1}`,
      );
    }
    if (!(numKeys >= 1 && numKeys <= avals.length)) {
      throw new ArgumentError(
        `sort: ${numKeys} keys of ${avals.length} operands (${shown}); use 1 to ${avals.length}`,
      );
    }
    return avals;
  },
  // Positions are sorted along: tangents follow where they went.
  jvp: (primals, tangents, params) => {
    const [{ shape }] = primals;
    if (nonzero(tangents).length === 0) {
      const outs = bind(sortPrimitive, primals, params);
      return [outs, outs.map((out) => new Zero(out.aval))];
    }
    const sorted = bind(sortPrimitive, [...primals, iota("int32", shape, params.dimension)], params);
    const outs = sorted.slice(0, -1);
    const positions = sorted[sorted.length - 1];
    const moved = tangents.map((dx) =>
      dx instanceof Zero ? new Zero(dx.aval) : permuteAlong(dx, positions, params.dimension),
    );
    return [outs, moved];
  },
  transpose: notLinear("sort is not linear"),
  batch: (axisSize, operands, axes, { dimension, ...rest }) => {
    const inFront = operands.map((x, i) => materializeBatch(x, axes[i], axisSize));
    const outs = bind(sortPrimitive, inFront, { dimension: dimension + 1, ...rest });
    return [outs, outs.map(() => 0)];
  },
  lower: {
    kind: "nest",
    emit: (b, operands, outs, { params: { dimension, numKeys } }) => {
      const { shape } = operands[0];
      b.loops(dropAxes(shape, [dimension]), (lane, rest) => {
        const at = (x: View, i: Expr): Expr => read(x, insertAt(rest, dimension, i));
        const order = emitOrder(lane, shape[dimension], operands.slice(0, numKeys), at);
        lane.loop(shape[dimension], (inner, i) => {
          const from = inner.local(e.load(order, i));
          outs.forEach((out, k) => {
            inner.write(out, insertAt(rest, dimension, i), at(operands[k], from));
          });
        });
      });
    },
  },
  showParams: ({ dimension, isStable, numKeys }) => ({ dimension, is_stable: isStable, num_keys: numKeys }),
};

/** out[..., i, ...] = x[..., positions[..., i, ...], ...] along one axis. */
function permuteAlong(x: NDArray, positions: NDArray, axis: number): NDArray {
  if (sizeOf(x.shape) === 0) return x;
  const others = dropAxes(range(x.ndim), [axis]);
  const dimensionNumbers = {
    offsetDims: [],
    collapsedSliceDims: [axis],
    startIndexMap: [axis],
    operandBatchingDims: others,
    startIndicesBatchingDims: others,
  };
  const sizes = x.shape.map(() => 1);
  return gather(x, expandDims(positions, [x.ndim]), dimensionNumbers, sizes, "promiseInBounds");
}

/** Operands in the order of the first `numKeys` of them along an axis. */
export const sort = (operands: readonly NDArray[], dimension: number, numKeys = 1): NDArray[] =>
  bind(sortPrimitive, operands, { dimension, isStable: true, numKeys });

// the merge sort -----------------------------------------------------------------------------------------------------

/** What a pass reads and what it writes: they change places after it. */
interface Pair {
  readonly from: Buffer;
  readonly to: Buffer;
}

/**
 * The positions 0 ... n - 1 in the order of the keys there. Sorted runs of 1, 2, 4, ... are merged in pairs: n steps for
 * each of log2 n passes. The keys move with the positions, so that every pass walks through memory in order.
 */
function emitOrder(
  b: BlockBuilder,
  n: number,
  keys: readonly View[],
  at: (x: View, i: Expr) => Expr,
): Buffer {
  const pairOf = (dtype: DType): Pair => ({ from: b.temp(dtype, n), to: b.temp(dtype, n) });
  const order = pairOf("int32");
  const moving = keys.map((x) => pairOf(x.buffer.dtype));
  b.loop(n, (inner, i) => {
    inner.store(order.from, i, i);
    moving.forEach((key, k) => {
      inner.store(key.from, i, at(keys[k], i));
    });
  });
  const width = b.local(e.i32(1));
  b.serial(Math.ceil(Math.log2(Math.max(n, 1))), (pass) => {
    emitMergePass(pass, n, width, order, moving);
    for (const { from, to } of [order, ...moving]) pass.push({ kind: "swap", x: from, y: to });
    pass.assign(width, e.mul(width, e.i32(2)));
  });
  return order.from;
}

/** Every output position in turn takes from the left run or the right one; where it meets a new pair, the cursors move on. */
function emitMergePass(b: BlockBuilder, n: number, width: Expr, order: Pair, keys: readonly Pair[]): void {
  const size = e.i32(n);
  const last = e.i32(n - 1);
  const left = b.local(e.i32(0));
  const middle = b.local(e.i32(0));
  const right = b.local(e.i32(0));
  const end = b.local(e.i32(0));
  b.serial(n, (turn, position) => {
    turn.if(e.eq(position, end), (pair) => {
      // n < 2^30, so that position + 2 width does not wrap.
      pair.assign(left, position);
      pair.assign(middle, e.min(e.add(position, width), size));
      pair.assign(right, middle);
      pair.assign(end, e.min(e.add(middle, width), size));
    });
    // A cursor at the end of its run is not looked at: it is clamped so that it may be read.
    const fromLeft = turn.local(e.min(left, last));
    const fromRight = turn.local(e.min(right, last));
    const values = keys.map(({ from }) => ({
      left: turn.local(e.load(from, fromLeft)),
      right: turn.local(e.load(from, fromRight)),
    }));
    const rightFirst = precedes(values.map((key) => [key.right, key.left] as const));
    const takesRight = turn.local(e.and(e.lt(right, end), e.or(e.ge(left, middle), rightFirst)));
    turn.store(order.to, position, e.load(order.from, e.select(takesRight, fromRight, fromLeft)));
    keys.forEach(({ to }, k) => {
      turn.store(to, position, e.select(takesRight, values[k].right, values[k].left));
    });
    const step = turn.local(e.cast(takesRight, "int32"));
    turn.assign(right, e.add(right, step));
    turn.assign(left, e.add(left, e.sub(e.i32(1), step)));
  });
}

/** x < y in the order of the keys: x0 < y0, or x0 = y0 and (x1 < y1, or ...). */
function precedes(pairs: readonly (readonly [x: Expr, y: Expr])[]): Expr {
  return pairs.reduceRight<Expr>((rest, [x, y], i) => {
    const floats = isFloat(x.dtype);
    const less = floats ? e.or(e.lt(x, y), e.and(e.eq(x, x), e.ne(y, y))) : e.lt(x, y);
    if (i === pairs.length - 1) return less;
    const equal = floats ? e.or(e.eq(x, y), e.and(e.ne(x, x), e.ne(y, y))) : e.eq(x, y);
    return e.or(less, e.and(equal, rest));
  }, e.bool(false));
}

export const sortPrimitives: readonly Primitive[] = [sortPrimitive];
