/** Several arrays made one, one made several, and repetitions. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { literal } from "../autodiff/array.js";
import { concatenate as join } from "../autodiff/primitives/concatenation.js";
import { broadcastInDim, reshape } from "../autodiff/primitives/sum-and-broadcast.js";
import { pad as padWith, rev, sliceAlong } from "../autodiff/primitives/windowing.js";
import {
  checkInteger,
  checkIntegers,
  checkList,
  checkSize,
  type OptionKinds,
  readOptions,
} from "../ir/arguments.js";
import { describe } from "../ir/describe.js";
import { ArgumentError, ShapeError } from "../ir/errors.js";
import { canonicalAxis, dropAxes, insertAt, range, sameShape, showShape } from "../ir/shape.js";
import { promoteTypes, toArray } from "./promotion.js";
import { take } from "./take.js";

// joining ------------------------------------------------------------------------------------------------------------

function promoted(operation: string, arrays: readonly ArrayLike[]): NDArray[] {
  checkList(operation, "the arrays", arrays, "arrays");
  if (arrays.length === 0)
    throw new ArgumentError(`${operation}: needs at least one array; give a list such as [x, y]`);
  return promoteTypes(operation, [...arrays]); // holes of a sparse list become undefined, which is refused
}

/**
 * The arrays one after the other along an axis; null joins their elements in row-major order.
 *
 * Source: numpy.concatenate.
 *
 * @throws ShapeError where ranks differ, or sizes along another axis.
 * @example concatenate([[1, 2], [3]]).js() // [1, 2, 3]
 */
export function concatenate(arrays: readonly ArrayLike[], axis: number | null = 0): NDArray {
  const parts = promoted("concatenate", arrays);
  if (axis === null) {
    return join(
      parts.map((x) => reshape(x, [x.size])),
      0,
    );
  }
  return join(parts, canonicalAxis("concatenate", axis, parts[0].ndim));
}

/**
 * The arrays, of equal shapes, along a new axis.
 *
 * Source: numpy.stack.
 *
 * @throws ShapeError where shapes differ.
 * @example stack([[1, 2], [3, 4]], 1).js() // [[1, 3], [2, 4]]
 */
export function stack(arrays: readonly ArrayLike[], axis = 0): NDArray {
  const parts = promoted("stack", arrays);
  const { shape, ndim } = parts[0];
  if (parts.some((x) => !sameShape(x.shape, shape))) {
    throw new ShapeError(
      `stack: shapes ${parts.map((x) => showShape(x.shape)).join(", ")} differ; make them equal (broadcastTo, reshape)`,
    );
  }
  const at = canonicalAxis("stack", axis, ndim + 1);
  return join(
    parts.map((x) => reshape(x, insertAt(shape, at, 1))),
    at,
  );
}

const ranked = (x: NDArray, rank: number): NDArray =>
  x.ndim >= rank ? x : reshape(x, [...new Array<number>(rank - x.ndim).fill(1), ...x.shape]);

/** Side by side: along the second axis, vectors along their only one. Source: numpy.hstack. */
export function hstack(arrays: readonly ArrayLike[]): NDArray {
  const parts = promoted("hstack", arrays).map((x) => ranked(x, 1));
  return join(parts, parts[0].ndim === 1 ? 0 : 1);
}

/** One above the other: along the first axis, vectors as rows. Source: numpy.vstack. */
export const vstack = (arrays: readonly ArrayLike[]): NDArray =>
  join(
    promoted("vstack", arrays).map((x) => ranked(x, 2)),
    0,
  );

/**
 * Grids of coordinates from vectors: out[k][i0, i1, ...] is arrays[k][ik]. With indexing "xy" (the default) the first two axes
 * are exchanged, as in pictures; "ij" keeps them.
 * Source: numpy.meshgrid.
 *
 * @example const [x, y] = meshgrid([[1, 2, 3], [4, 5]]); // both of shape [2, 3]
 */
export function meshgrid(
  arrays: readonly ArrayLike[],
  options: { readonly indexing?: "xy" | "ij" } = {},
): NDArray[] {
  const { indexing = "xy" } = readOptions("meshgrid", options, { indexing: ["xy", "ij"] });
  checkList("meshgrid", "the arrays", arrays, "vectors");
  const vectors = [...arrays].map((x) => {
    const a = toArray(x, "meshgrid");
    if (a.ndim > 1)
      throw new ShapeError(`meshgrid: takes vectors, got shape ${showShape(a.shape)}; ravel it`);
    return reshape(a, [a.size]);
  });
  const exchanged = indexing === "xy" && vectors.length > 1;
  const axisOf = (k: number): number => (exchanged && k < 2 ? 1 - k : k);
  const shape = range(vectors.length).map((axis) => vectors[axisOf(axis)].size);
  return vectors.map((x, k) => broadcastInDim(x, shape, [axisOf(k)]));
}

// splitting ----------------------------------------------------------------------------------------------------------

/**
 * Parts along an axis: that many equal ones, or cut before each position of a list.
 *
 * Source: numpy.split.
 *
 * @throws ShapeError where equal parts do not come out.
 * @example split(arange(6), 3) // three arrays of 2
 * @example split(arange(6), [1, 4]) // of 1, 3 and 2
 */
export function split(x: ArrayLike, sections: number | readonly number[], axis = 0): NDArray[] {
  const a = toArray(x, "split");
  const along = canonicalAxis("split", axis, a.ndim);
  const n = a.shape[along];
  if (typeof sections !== "number") checkIntegers("split", "the positions", sections);
  if (typeof sections === "number" && !(Number.isInteger(sections) && sections > 0 && n % sections === 0)) {
    throw new ShapeError(
      `split: axis ${along} of ${showShape(a.shape)} does not fall into ${sections} equal parts; give positions to cut at`,
    );
  }
  const cuts =
    typeof sections === "number"
      ? range(sections - 1).map((i) => ((i + 1) * n) / sections)
      : sections.map((cut) => Math.min(Math.max(cut < 0 ? cut + n : cut, 0), n));
  return [0, ...cuts].map((start, i) => sliceAlong(a, along, start, Math.max(start, cuts[i] ?? n)));
}

// repeating ----------------------------------------------------------------------------------------------------------

/**
 * The whole array repeated along each axis; missing axes are new ones in front.
 * Source: numpy.tile.
 *
 * @example tile([1, 2], 2).js() // [1, 2, 1, 2]
 * @example tile([1, 2], [2, 1]).js() // [[1, 2], [1, 2]]
 */
export function tile(x: ArrayLike, repetitions: number | readonly number[]): NDArray {
  const given = typeof repetitions === "number" ? [repetitions] : repetitions;
  checkList("tile", "the repetitions", given, "integers");
  for (const n of given) checkInteger("tile", "a repetition", n, 0);
  const a = ranked(toArray(x, "tile"), given.length);
  const times = [...new Array<number>(a.ndim - given.length).fill(1), ...given];
  checkSize("tile", [...a.shape, ...times]);
  const repeated = broadcastInDim(
    a,
    a.shape.flatMap((n, k) => [times[k], n]),
    range(a.ndim).map((k) => 2 * k + 1),
  );
  return reshape(
    repeated,
    a.shape.map((n, k) => n * times[k]),
  );
}

/**
 * Every element repeated: equally often, or each as often as a list says. Without an axis, of all in row-major order.
 * Source: numpy.repeat.
 *
 * @example repeat([1, 2], 2).js() // [1, 1, 2, 2]
 * @example repeat([1, 2], [3, 0]).js() // [1, 1, 1]
 */
export function repeat(
  x: ArrayLike,
  repeats: number | readonly number[],
  axis: number | null = null,
): NDArray {
  const whole = toArray(x, "repeat");
  const a = axis === null ? reshape(whole, [whole.size]) : whole;
  const along = axis === null ? 0 : canonicalAxis("repeat", axis, a.ndim);
  const n = a.shape[along];
  const counts = typeof repeats === "number" ? [repeats] : repeats;
  checkIntegers("repeat", "the repeats", counts);
  if (counts.some((count) => count < 0) || (counts.length !== 1 && counts.length !== n)) {
    throw new ArgumentError(
      `repeat: the repeats must be one integer from 0 on, or one for each of the ${n} along axis ${along}, ` +
        `got ${showShape(counts)}`,
    );
  }
  checkSize("repeat", [...dropAxes(a.shape, [along]), countOf(counts, n)]);
  if (counts.length === 1) {
    const unit = insertAt(a.shape, along + 1, counts[0]);
    const kept = range(unit.length).filter((k) => k !== along + 1);
    return reshape(
      broadcastInDim(a, unit, kept),
      a.shape.map((size, k) => (k === along ? size * counts[0] : size)),
    );
  }
  const positions = counts.flatMap((count, i) => new Array<number>(count).fill(i));
  return take(a, Int32Array.from(positions), along);
}

/** How many places come out along the axis of n. */
const countOf = (counts: readonly number[], n: number): number =>
  counts.length === 1 ? n * counts[0] : counts.reduce((total, count) => total + count, 0);

// padding ------------------------------------------------------------------------------------------------------------

/** How many elements before and after: of all axes, or of each. */
export type PadWidth = number | readonly [number, number] | readonly (readonly [number, number])[];

export interface PadOptions {
  /** What is put there: a constant, the edge's value, or the array mirrored at the edge (with it or without). */
  readonly mode?: "constant" | "edge" | "reflect" | "symmetric" | "wrap";
  /** With mode "constant": 0. */
  readonly constantValues?: number;
}

const padOptions: OptionKinds<PadOptions> = {
  mode: ["constant", "edge", "reflect", "symmetric", "wrap"],
  constantValues: "number",
};

/**
 * The array with elements put before and after along its axes.
 *
 * Source: numpy.pad.
 *
 * @throws ArgumentError where the widths do not fit the axes, ShapeError where a mirror is too small.
 * @example pad([1, 2], 1).js() // [0, 1, 2, 0]
 * @example pad(image, [[1, 1], [2, 2]], { mode: "edge" })
 */
export function pad(x: ArrayLike, width: PadWidth, options: PadOptions = {}): NDArray {
  const { mode = "constant", constantValues = 0 } = readOptions("pad", options, padOptions);
  const a = toArray(x, "pad");
  const widths = widthsOf(width, a.ndim);
  if (mode === "constant") {
    return padWith(
      a,
      literal(constantValues, a.dtype, a.weakType),
      widths.map(([before, after]) => [before, after, 0] as const),
    );
  }
  return widths.reduce((out, [before, after], axis) => {
    const parts = [edge(out, axis, before, mode, "before"), out, edge(out, axis, after, mode, "after")];
    return join(
      parts.filter((part) => part.shape[axis] > 0),
      axis,
    );
  }, a);
}

function widthsOf(width: PadWidth, rank: number): (readonly [number, number])[] {
  if (typeof width !== "number") checkList("pad", "the width", width, "pairs [before, after]");
  const all: readonly (readonly [number, number])[] =
    typeof width === "number" ? [[width, width]] : isPair(width) ? [width] : width;
  const valid = all.every(
    (pair) => Array.isArray(pair) && pair.length === 2 && pair.every((n) => Number.isInteger(n) && n >= 0),
  );
  if (!valid || (all.length !== 1 && all.length !== rank)) {
    throw new ArgumentError(
      `pad: the width must be an integer from 0 on, a pair [before, after], or a pair for each of the ${rank} axes, ` +
        `got ${showWidth(width)}`,
    );
  }
  return all.length === 1 ? range(rank).map(() => all[0]) : [...all];
}

const showWidth = (width: PadWidth): string =>
  typeof width === "number" ? String(width) : `[${width.map((each) => describe(each)).join(", ")}]`;

const isPair = (
  width: readonly [number, number] | readonly (readonly [number, number])[],
): width is readonly [number, number] => typeof width[0] === "number";

/** The `n` elements that go before or after, made of the array's own. */
function edge(
  x: NDArray,
  axis: number,
  n: number,
  mode: "edge" | "reflect" | "symmetric" | "wrap",
  side: "before" | "after",
): NDArray {
  const size = x.shape[axis];
  const before = side === "before";
  if (mode === "edge") {
    const at = before ? 0 : size - 1;
    return repeat(sliceAlong(x, axis, at, at + 1), n, axis);
  }
  const skipped = mode === "reflect" ? 1 : 0;
  if (n > size - skipped) {
    throw new ShapeError(
      `pad: mode "${mode}" takes at most ${size - skipped} elements from axis ${axis} of ${showShape(x.shape)}, not ${n}; ` +
        "pad twice",
    );
  }
  if (mode === "wrap") return before ? sliceAlong(x, axis, size - n, size) : sliceAlong(x, axis, 0, n);
  const part = before
    ? sliceAlong(x, axis, skipped, skipped + n)
    : sliceAlong(x, axis, size - skipped - n, size - skipped);
  return rev(part, [axis]);
}
