/**
 * Windows at fixed places: slice takes one out, pad puts one into a larger array, rev turns axes around. All linear:
 * slice and pad are each other's transpose, rev is its own.
 */
import { showAval, withShape } from "../../ir/aval.js";
import { DTypeError, ShapeError } from "../../ir/errors.js";
import { add, and, div, eq, ge, i32, lt, max, min, mul, rem, select, sub } from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import { insertAt, range, sameShape, showShape } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import { literal } from "../array.js";
import type { Primitive, Tangent } from "../primitive.js";
import { LinearOperand, Zero } from "../primitive.js";
import { bind1 } from "../trace.js";
import { sub as subtract } from "./arithmetic.js";
import { full, zerosLike } from "./creation.js";
import { batchUnary, linearJvp, linearTranspose1 } from "./rules.js";
import { selectN } from "./selection.js";
import { broadcastInDim, materializeBatch, moveAxis, reduceSum } from "./sum-and-broadcast.js";

// slice --------------------------------------------------------------------------------------------------------------

export interface SliceParams {
  readonly startIndices: readonly number[];
  readonly limitIndices: readonly number[];
  /** Null: all are 1. */
  readonly strides: readonly number[] | null;
}

/** out[i...] = x[start + i * stride ...] for all positions below limit: ceil((limit - start) / stride) along each axis. */
export const slicePrimitive: Primitive<SliceParams> = {
  name: "slice",
  abstractEval: ([x], { startIndices, limitIndices, strides }) => {
    const rank = x.shape.length;
    const fits =
      startIndices.length === rank &&
      limitIndices.length === rank &&
      (strides === null || strides.length === rank) &&
      x.shape.every(
        (n, k) =>
          startIndices[k] >= 0 &&
          startIndices[k] <= limitIndices[k] &&
          limitIndices[k] <= n &&
          (strides === null || strides[k] >= 1),
      );
    if (!fits) {
      throw new ShapeError(
        `slice: ${showShape(startIndices)} to ${showShape(limitIndices)} in steps of ` +
          `${strides === null ? 1 : showShape(strides)} is no part of ${showAval(x)}; along each axis ` +
          "0 <= start <= limit <= size and stride >= 1",
      );
    }
    const size = (k: number): number =>
      Math.ceil((limitIndices[k] - startIndices[k]) / (strides === null ? 1 : strides[k]));
    return [withShape(x, range(rank).map(size))];
  },
  jvp: linearJvp(() => slicePrimitive),
  transpose: linearTranspose1((ct, x, { startIndices, strides }) => {
    // Zeros before, after and (for strides) between; the high side is what is missing to the operand's size.
    const config = x.shape.map((n, k) => {
      const interior = strides === null ? 0 : strides[k] - 1;
      return [startIndices[k], n - startIndices[k] - dilated(ct.shape[k], interior), interior] as const;
    });
    return pad(ct, literal(0, ct.dtype, ct.weakType), config);
  }),
  batch: batchUnary((axisSize, x, axis, { startIndices, limitIndices, strides }) => [
    slice(
      x,
      insertAt(startIndices, axis, 0),
      insertAt(limitIndices, axis, axisSize),
      strides === null ? null : insertAt(strides, axis, 1),
    ),
    axis,
  ]),
  lower: {
    kind: "element",
    element: (_, index, read, { params: { startIndices, strides } }) =>
      read(
        0,
        index.map((i, k) => add(mul(i, i32(strides === null ? 1 : strides[k])), i32(startIndices[k]))),
      ),
  },
  showParams: ({ startIndices, limitIndices, strides }) => ({
    limit_indices: limitIndices,
    start_indices: startIndices,
    strides,
  }),
};

export function slice(
  x: NDArray,
  startIndices: readonly number[],
  limitIndices: readonly number[],
  strides: readonly number[] | null = null,
): NDArray {
  const unit = strides?.every((stride) => stride === 1) ?? true;
  if (unit && startIndices.every((start) => start === 0) && sameShape(limitIndices, x.shape)) return x;
  return bind1(slicePrimitive, [x], { startIndices, limitIndices, strides });
}

/** x[..., start:limit, ...] along one axis. */
export const sliceAlong = (x: NDArray, axis: number, start: number, limit: number): NDArray =>
  slice(
    x,
    range(x.ndim).map((k) => (k === axis ? start : 0)),
    range(x.ndim).map((k) => (k === axis ? limit : x.shape[k])),
  );

// pad ----------------------------------------------------------------------------------------------------------------

/** Elements put before, after (negative: taken away) and between any two neighbours. */
export type PaddingOfAxis = readonly [low: number, high: number, interior: number];

export interface PadParams {
  readonly paddingConfig: readonly PaddingOfAxis[];
}

/** The length of n elements with `interior` others between neighbours. */
const dilated = (n: number, interior: number): number => (n === 0 ? 0 : n + (n - 1) * interior);

/** out[low + i * (interior + 1) ...] = x[i...], and the padding value everywhere else. Linear in both together. */
export const padPrimitive: Primitive<PadParams> = {
  name: "pad",
  abstractEval: ([x, value], { paddingConfig }) => {
    if (value.shape.length !== 0 || value.dtype !== x.dtype) {
      throw new DTypeError(
        `pad: the padding value of ${showAval(x)} must be a scalar of its dtype, got ${showAval(value)}`,
      );
    }
    const shape = x.shape.map((n, k) => {
      const [low, high, interior] = paddingConfig[k] ?? [0, 0, 0];
      return low + high + dilated(n, interior);
    });
    if (
      paddingConfig.length !== x.shape.length ||
      paddingConfig.some(([, , interior]) => interior < 0) ||
      shape.some((n) => n < 0)
    ) {
      throw new ShapeError(
        `pad: ${JSON.stringify(paddingConfig)} does not fit ${showAval(x)}; give [low, high, interior] for each axis, ` +
          "interior >= 0, and leave no negative size",
      );
    }
    return [{ ...x, shape, weakType: x.weakType && value.weakType }];
  },
  jvp: ([x, value], [dx, dvalue], { paddingConfig }) => {
    const out = pad(x, value, paddingConfig);
    const dout: Tangent =
      dx instanceof Zero && dvalue instanceof Zero
        ? new Zero(out.aval)
        : pad(
            dx instanceof Zero ? zerosLike(x) : dx,
            dvalue instanceof Zero ? zerosLike(value) : dvalue,
            paddingConfig,
          );
    return [[out], [dout]];
  },
  transpose: ([ct], [x, value], { paddingConfig }) => {
    if (ct instanceof Zero) return [null, null];
    const zero = literal(0, ct.dtype, ct.weakType);
    const ctX = unpad(ct, paddingConfig);
    // What lies outside the operand: the cotangent with the operand's part subtracted from itself.
    const ctValue = (): NDArray => reduceSum(subtract(ct, pad(ctX, zero, paddingConfig)), range(ct.ndim));
    return [x instanceof LinearOperand ? ctX : null, value instanceof LinearOperand ? ctValue() : null];
  },
  batch: (axisSize, [x, value], [xAxis, valueAxis], { paddingConfig }) => {
    if (valueAxis === null && xAxis !== null)
      return [[pad(x, value, insertAt(paddingConfig, xAxis, unpadded))], [xAxis]];
    const config = [unpadded, ...paddingConfig];
    const inner = materializeBatch(x, xAxis, axisSize);
    const padded = pad(inner, literal(0, x.dtype), config);
    const isInner = pad(full(inner.shape, 1, "bool"), literal(0, "bool", false), config);
    const outer = broadcastInDim(moveAxis(value, valueAxis ?? 0, 0), padded.shape, [0]);
    return [[selectN(isInner, outer, padded)], [0]];
  },
  lower: {
    kind: "element",
    element: (_, index, read, { params: { paddingConfig }, avalsIn: [x] }) => {
      const outside = read(1, []);
      if (x.shape.includes(0)) return outside;
      const tests: Expr[] = [];
      const source = index.map((i, k) => {
        const { position, test } = positionBeforePadding(i, x.shape[k], paddingConfig[k]);
        tests.push(...test);
        return position;
      });
      return tests.length === 0 ? read(0, source) : select(tests.reduce(and), read(0, source), outside);
    },
  },
  showParams: ({ paddingConfig }) => ({ padding_config: paddingConfig }),
};

const unpadded: PaddingOfAxis = [0, 0, 0];

/** Where element i of a padded axis comes from, clamped into [0, n), and what must hold for it to come from there. */
function positionBeforePadding(
  i: Expr,
  n: number,
  [low, high, interior]: PaddingOfAxis,
): { readonly position: Expr; readonly test: readonly Expr[] } {
  const step = i32(interior + 1);
  const distance = sub(i, i32(low));
  const end = dilated(n, interior);
  const test: Expr[] = [];
  if (low > 0) test.push(ge(distance, i32(0)));
  if (high > 0) test.push(lt(distance, i32(end)));
  if (interior > 0 && n > 1) test.push(eq(rem(distance, step), i32(0)));
  let inside = distance;
  if (low > 0) inside = max(inside, i32(0));
  if (high > 0) inside = min(inside, i32(end - 1));
  return { position: interior > 0 ? div(inside, step) : inside, test };
}

export const pad = (x: NDArray, value: NDArray, paddingConfig: readonly PaddingOfAxis[]): NDArray =>
  paddingConfig.length === x.ndim && paddingConfig.every((config) => config.every((n) => n === 0))
    ? x
    : bind1(padPrimitive, [x, value], { paddingConfig });

/** The elements of a padded array that were there before: a slice, and where pad took away, zeros. */
function unpad(ct: NDArray, paddingConfig: readonly PaddingOfAxis[]): NDArray {
  const whole = pad(
    ct,
    literal(0, ct.dtype, ct.weakType),
    paddingConfig.map(([low, high]) => [-low, -high, 0] as const),
  );
  const strides = paddingConfig.map(([, , interior]) => interior + 1);
  return slice(whole, new Array<number>(whole.ndim).fill(0), whole.shape, strides);
}

// rev ----------------------------------------------------------------------------------------------------------------

/** out[..., i, ...] = x[..., n - 1 - i, ...] along each axis in `dimensions`. */
export const revPrimitive: Primitive<{ readonly dimensions: readonly number[] }> = {
  name: "rev",
  abstractEval: ([x], { dimensions }) => {
    const distinct = new Set(dimensions).size === dimensions.length;
    if (!distinct || dimensions.some((axis) => !(axis >= 0 && axis < x.shape.length))) {
      throw new ShapeError(
        `rev: ${showShape(dimensions)} are no distinct axes of ${showAval(x)}; use 0 to ${x.shape.length - 1}`,
      );
    }
    return [x];
  },
  jvp: linearJvp(() => revPrimitive),
  transpose: linearTranspose1((ct, _, { dimensions }) => rev(ct, dimensions)),
  batch: batchUnary((_, x, axis, { dimensions }) => [
    rev(
      x,
      dimensions.map((k) => (k >= axis ? k + 1 : k)),
    ),
    axis,
  ]),
  lower: {
    kind: "element",
    element: (_, index, read, { params: { dimensions }, avalsIn: [x] }) =>
      read(
        0,
        index.map((i, axis) => (dimensions.includes(axis) ? sub(i32(x.shape[axis] - 1), i) : i)),
      ),
  },
};

export const rev = (x: NDArray, dimensions: readonly number[]): NDArray =>
  dimensions.length === 0 ? x : bind1(revPrimitive, [x], { dimensions });

export const windowingPrimitives: readonly Primitive[] = [slicePrimitive, padPrimitive, revPrimitive];
