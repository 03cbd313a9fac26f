/** When two trees of arrays are equal, but for rounding: as assertions that need no test runner. */
import { type ConcreteArray, NDArray } from "../autodiff/array.js";
import { flattenArrays, leafToArray } from "../autodiff/convert.js";
import { flatten, isLeaf, leafPaths, sameStructure, showStructure } from "../autodiff/tree.js";
import { checkChoice, checkNumber, type OptionKinds, readOptions } from "../ir/arguments.js";
import { describeAval, showAval } from "../ir/aval.js";
import { show } from "../ir/describe.js";
import { type DType, isFloat } from "../ir/dtype.js";
import { ArgumentError, CotangentError } from "../ir/errors.js";
import { type Shape, sameShape, stridesOf } from "../ir/shape.js";

/** Two trees that should be alike and are not. */
export class TreeMismatchError extends CotangentError {}

export interface CloseOptions {
  /** |actual - expected| <= atol + rtol |expected|. Default of each: 1e-6 for float32, 1e-15 for float64, 0 for all other dtypes. */
  readonly atol?: number;
  readonly rtol?: number;
}

/**
 * Asserts that two trees have one structure, and leaves of one shape and dtype whose elements are close: |actual - expected| <= atol
 * + rtol |expected|. NaN is close to NaN, an infinity to itself alone. A plain number in `expected` takes the dtype of the
 * leaf that it stands beside.
 *
 * Source: numpy.testing.assert_allclose, with the tolerances of jax.test_util.
 *
 * @throws TreeMismatchError naming the leaf, the element that is furthest off, both numbers, their distance and what is allowed;
 *   ArgumentError when a tolerance is below 0
 * @example closeToTree(grad(loss)(params), { w: np.array([0.1, 0.2]), b: 0.3 }, { rtol: 1e-4 })
 */
export function closeToTree(actual: unknown, expected: unknown, options: CloseOptions = {}): void {
  const difference = treeDifference(actual, expected, options);
  if (difference !== null) throw new TreeMismatchError(`closeToTree: ${difference}`);
}

/** What closeToTree has against them, in words; null for nothing. */
export function treeDifference(actual: unknown, expected: unknown, options: CloseOptions): string | null {
  const { atol, rtol } = readOptions("closeToTree", options, closeOptions);
  for (const [name, value] of Object.entries({ atol, rtol })) {
    if (value !== undefined && !(value >= 0)) {
      throw new ArgumentError(`closeToTree: ${name} must be 0 or more, got ${show(value)}`);
    }
  }
  return compare(actual, expected, (dtype) => {
    const base = defaultTolerance[dtype];
    const [absolute, relative] = [atol ?? base, rtol ?? base];
    return {
      distance: (x, y) => Math.abs(x - y),
      allowed: (y) => absolute + relative * Math.abs(y),
      unit: "",
    };
  });
}

/**
 * Asserts as closeToTree, with every element at most `most` units in the last place off.
 *
 * @throws TreeMismatchError as closeToTree; ArgumentError when `most` is no number from 0 on
 * @example withinUlps(np.sin(x), expected, 1)
 */
export function withinUlps(actual: unknown, expected: unknown, most: number): void {
  const difference = ulpDifference(actual, expected, most);
  if (difference !== null) throw new TreeMismatchError(`withinUlps: ${difference}`);
}

/** What withinUlps has against them, in words; null for nothing. */
export function ulpDifference(actual: unknown, expected: unknown, most: number): string | null {
  checkNumber("withinUlps", "the number of ulps", most);
  if (!(most >= 0))
    throw new ArgumentError(`withinUlps: the number of ulps must be 0 or more, got ${show(most)}`);
  return compare(actual, expected, (dtype) => ({
    distance: (x, y) => (isFloat(dtype) ? ulpsBetween(x, y, dtype) : Math.abs(x - y)),
    allowed: () => most,
    unit: " ulp",
  }));
}

/**
 * How many steps from one float to the next lead from x to y: 0 for equal numbers (zeros of both signs are equal, NaN equals NaN),
 * infinite where one of them alone is NaN.
 *
 * @throws ArgumentError when the dtype is no float's, or x or y no number of that dtype
 * @example ulpDistance(1, 1 + 2 ** -52) // 1
 */
export function ulpDistance(x: number, y: number, dtype: "float64" | "float32" = "float64"): number {
  checkChoice("ulpDistance", "the dtype", dtype, ["float64", "float32"]);
  for (const value of [x, y]) {
    checkNumber("ulpDistance", "x and y each", value);
    if (dtype === "float32" && !Object.is(Math.fround(value), value)) {
      throw new ArgumentError(
        `ulpDistance: ${value} is no float32; round it with Math.fround, or use "float64"`,
      );
    }
  }
  return ulpsBetween(x, y, dtype);
}

// comparison ---------------------------------------------------------------------------------------------------------

const closeOptions: OptionKinds<CloseOptions> = { atol: "number", rtol: "number" };

const defaultTolerance: Readonly<Record<DType, number>> = {
  float64: 1e-15,
  float32: 1e-6,
  int32: 0,
  uint32: 0,
  bool: 0,
};

interface Measure {
  readonly distance: (x: number, y: number) => number;
  readonly allowed: (y: number) => number;
  readonly unit: string;
}

function compare(actual: unknown, expected: unknown, measureOf: (dtype: DType) => Measure): string | null {
  const [xs, structure] = flattenArrays(actual, "the actual tree");
  const [leaves, expectedStructure] = flatten(expected, isLeaf, "the expected tree");
  if (!sameStructure(structure, expectedStructure)) {
    return (
      `the actual tree is ${showStructure(structure)}, the expected one ${showStructure(expectedStructure)}; ` +
      "a JavaScript array is a tuple of leaves, np.array([...]) one leaf"
    );
  }
  const paths = leafPaths(structure);
  for (const [i, x] of xs.entries()) {
    const where = paths[i] === "" ? "" : `at ${paths[i]} `;
    const y = besides(x, leaves[i]);
    if (!sameShape(x.shape, y.shape) || x.dtype !== y.dtype) {
      return `${where}the actual leaf is ${describeAval(x.aval)}, the expected one ${describeAval(y.aval)}`;
    }
    const found = furthest(x.concrete("closeToTree"), y.concrete("closeToTree"), measureOf(x.dtype));
    if (found !== null) return `${where}${found}`;
  }
  return null;
}

/** A plain number becomes an array of the other's dtype. */
const besides = (x: NDArray, leaf: unknown): NDArray => {
  const y = leafToArray(leaf, "closeToTree");
  return leaf instanceof NDArray || !y.weakType ? y : y.astype(x.dtype);
};

function furthest(x: ConcreteArray, y: ConcreteArray, { distance, allowed, unit }: Measure): string | null {
  let worst: { readonly i: number; readonly off: number; readonly excess: number } | null = null;
  let count = 0;
  for (let i = 0; i < x.values.length; i++) {
    const [a, b] = [x.values[i], y.values[i]];
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    const off = distance(a, b);
    // Beside an infinity everything would be close.
    const most = Number.isFinite(b) ? allowed(b) : 0;
    if (off <= most) continue;
    count++;
    const excess = Number.isNaN(off) ? Number.POSITIVE_INFINITY : off - most;
    if (worst === null || excess > worst.excess) worst = { i, off, excess };
  }
  if (worst === null) return null;
  const { i, off } = worst;
  const place = x.aval.shape.length === 0 ? "" : ` element [${indexOf(i, x.aval.shape).join(", ")}] of`;
  const most = Number.isFinite(y.values[i]) ? allowed(y.values[i]) : 0;
  return (
    `${count} of ${x.values.length} elements are off;${place} ${showAval(x.aval)} is ${x.values[i]} and should be ` +
    `${y.values[i]}: off by ${off}${unit}, allowed ${Number(most.toPrecision(3))}${unit}`
  );
}

const indexOf = (position: number, shape: Shape): number[] =>
  stridesOf(shape).map((stride, axis) => Math.floor(position / stride) % shape[axis]);

// ulps ---------------------------------------------------------------------------------------------------------------

function ulpsBetween(x: number, y: number, dtype: DType): number {
  if (Number.isNaN(x) || Number.isNaN(y))
    return Number.isNaN(x) && Number.isNaN(y) ? 0 : Number.POSITIVE_INFINITY;
  const distance = rankOf(x, dtype) - rankOf(y, dtype);
  return Number(distance < 0n ? -distance : distance);
}

/** The floats in order, counted from 0: the bits of a positive number, less those of a negative one. */
function rankOf(x: number, dtype: DType): bigint {
  const magnitude = Math.abs(x);
  const bits =
    dtype === "float32"
      ? BigInt(new Uint32Array(Float32Array.of(magnitude).buffer)[0])
      : new BigUint64Array(Float64Array.of(magnitude).buffer)[0];
  return x < 0 ? -bits : bits;
}
