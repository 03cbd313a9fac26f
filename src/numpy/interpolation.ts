/** Piecewise linear functions. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { literal } from "../autodiff/array.js";
import { add, div, mul, sub } from "../autodiff/primitives/arithmetic.js";
import { gt, le, lt } from "../autodiff/primitives/comparison.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { abs } from "../autodiff/primitives/rounding-and-sign.js";
import { clamp, select } from "../autodiff/primitives/selection.js";
import { reshape } from "../autodiff/primitives/sum-and-broadcast.js";
import { sliceAlong } from "../autodiff/primitives/windowing.js";
import { readOptions } from "../ir/arguments.js";
import { ShapeError } from "../ir/errors.js";
import { showShape } from "../ir/shape.js";
import { promoteTypes, toArray } from "./promotion.js";
import { searchsorted } from "./sorting.js";
import { take } from "./take.js";

export interface InterpOptions {
  /** The value before the first point: that point's by default. */
  readonly left?: number;
  /** The value after the last point. */
  readonly right?: number;
}

/**
 * The function that is straight between the points (xp[i], fp[i]), xp ascending, at x; constant outside.
 *
 * Source: numpy.interp.
 *
 * @throws ShapeError where xp and fp are no vectors of one size.
 * @example interp(0.5, [0, 1], [10, 20]).item() // 15
 */
export function interp(x: ArrayLike, xp: ArrayLike, fp: ArrayLike, options: InterpOptions = {}): NDArray {
  const { left, right } = readOptions("interp", options, { left: "number", right: "number" });
  const [at, points] = promoteTypes("interp", [x, xp], "inexact");
  const [values] = promoteTypes("interp", [fp, toArray(0, "interp")], "inexact");
  if (points.ndim !== 1 || values.ndim !== 1 || points.size !== values.size || points.size === 0) {
    throw new ShapeError(
      `interp: the points ${showShape(points.shape)} and values ${showShape(values.shape)} must be vectors of one size, ` +
        "not empty",
    );
  }
  const last = points.size - 1;
  const ends = (v: NDArray, i: number): NDArray => reshape(sliceAlong(v, 0, i, i + 1), []);
  const [first, final] = [ends(values, 0), ends(values, last)];
  const before = left === undefined ? first : literal(left, values.dtype);
  const after = right === undefined ? final : literal(right, values.dtype);
  const upper = clamp(1, searchsorted(points, at, { side: "right" }), Math.max(1, last));
  const lower = sub(upper, 1);
  const pick = (v: NDArray, i: NDArray): NDArray => take(v, i, 0, { mode: "clip" });
  const [x0, y0] = [pick(points, lower), pick(values, lower)];
  const width = sub(pick(points, upper), x0);
  const rise = sub(pick(values, upper), y0);
  // Two points at one place have no slope; the division must not spoil the derivative.
  const isFlat = le(abs(width), points.dtype === "float32" ? 1.4e-14 : 4.9e-32);
  const share = convertElementType(div(sub(at, x0), select(isFlat, 1, width)), values.dtype);
  const inside = select(isFlat, y0, add(y0, mul(share, rise)));
  const fromLeft = select(lt(at, ends(points, 0)), before, inside);
  return select(gt(at, ends(points, last)), after, fromLeft);
}
