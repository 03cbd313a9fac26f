/** fast-check's arbitraries of arrays, of trees of them, and of keys. What fails is printed as code that can be pasted. */
import fc from "fast-check";
import { ConcreteArray, type NDArray } from "../../autodiff/array.js";
import { checkChoice, checkInteger, checkNumber, type OptionKinds, readOptions } from "../../ir/arguments.js";
import { aval } from "../../ir/aval.js";
import { show } from "../../ir/describe.js";
import { type DType, isFloat, type TypedArray } from "../../ir/dtype.js";
import { ArgumentError } from "../../ir/errors.js";
import { range, type Shape, sizeOf } from "../../ir/shape.js";
import { type Key, key } from "../../random/key.js";
import { codeOf } from "../array-code.js";
import { checkArbitrary } from "../checks.js";
import { defaultRange, type ElementRange, elements, type Kinks } from "./elements.js";
import { shapes } from "./shapes.js";

export interface ArrayOptions {
  /** Default float64, in which derivatives can be judged sharply. */
  readonly dtype?: DType;
  /** One shape, or an arbitrary of shapes. Default shapes(). */
  readonly shape?: Shape | fc.Arbitrary<Shape>;
  /** The range of the elements, both ends included. Default -4 to 4; -8 to 8 for int32, 0 to 8 for uint32. */
  readonly min?: number;
  readonly max?: number;
  /** Also NaN, infinities, zeros of both signs, subnormals and the ends of the dtype's range, whatever min and max. Default false. */
  readonly special?: boolean;
  /** Points where the function under test is not smooth, for floats: kept away from, or looked for. */
  readonly kinks?: Kinks;
}

const arrayOptions: OptionKinds<ArrayOptions> = {
  dtype: "dtype",
  shape: "any",
  min: "number",
  max: "number",
  special: "boolean",
  kinks: "any",
};

/**
 * Arrays of a dtype. They shrink to smaller shapes (where the shape is an arbitrary), then to elements nearer to 0 with fewer
 * digits, and print as `np.array([[0.5, 1]], { dtype: "float64" })`.
 *
 * @throws ArgumentError when min is above max, kinks are given for integers, or leave the range empty
 * @example fc.property(arrays({ shape: [3], kinks: { at: [0], mode: "avoid" } }), (x) => checkGrads(relu, [x]))
 */
export function arrays(options: ArrayOptions = {}): fc.Arbitrary<NDArray> {
  const {
    dtype = "float64",
    shape = shapes(),
    special = false,
    ...rest
  } = readOptions("testing.arrays", options, arrayOptions);
  const { min = defaultRange[dtype].min, max = defaultRange[dtype].max, kinks = null } = rest;
  const bounds = { min, max };
  checkRange(dtype, bounds);
  if (kinks !== null) checkKinks(dtype, kinks, bounds);
  const element = elements(dtype, bounds, special, kinks);
  const arrayOf = (each: Shape, pool: readonly number[]): NDArray => {
    const values = range(sizeOf(each)).map((i) => pool[i % pool.length]);
    return printable(new ConcreteArray(aval(each, dtype), storageOf(dtype, values)));
  };
  if (isArbitrary(shape)) {
    // The elements are drawn beside the shape, not after it: so that both shrink, in turns, as far as the other lets them.
    const pool = fc.noBias(fc.array(element, { minLength: 1, maxLength: poolSize, size: "max" }));
    return fc.tuple(shape, pool).map(([each, values]) => arrayOf(each, values));
  }
  const size = sizeOf(shape);
  return fc
    .array(element, { minLength: size, maxLength: size, size: "max" })
    .map((values) => arrayOf(shape, values));
}

/** At most that many different elements where the shape is an arbitrary; they are repeated in larger arrays. */
const poolSize = 64;

/** Keys of the random number generator: `random.key(seed)`. They shrink to random.key(0). */
export const keys = (): fc.Arbitrary<Key> =>
  fc.nat(0x7fffffff).map((seed) => withText(key(seed), () => `random.key(${seed})`));

/** A tree whose leaves are of type L. */
export type TreeOf<L> = L | null | readonly TreeOf<L>[] | { readonly [name: string]: TreeOf<L> };

export interface TreeOptions {
  /** How deep tuples and objects may nest: default 2. */
  readonly maxDepth?: number;
}

/**
 * Trees of these leaves: tuples, plain objects and null, up to three entries each. They shrink to a single leaf.
 *
 * @throws ArgumentError when maxDepth is no integer from 0 on
 * @example pytrees(arrays({ shape: [2] }))
 */
export function pytrees<L>(leaf: fc.Arbitrary<L>, options: TreeOptions = {}): fc.Arbitrary<TreeOf<L>> {
  const { maxDepth = 2 } = readOptions("testing.pytrees", options, { maxDepth: "any" });
  checkArbitrary("testing.pytrees", "leaf", leaf);
  checkInteger("testing.pytrees", "maxDepth", maxDepth, 0);
  const treeOfDepth = (depth: number): fc.Arbitrary<TreeOf<L>> => {
    if (depth === 0) return fc.oneof({ arbitrary: leaf, weight: 4 }, fc.constant(null));
    const child = treeOfDepth(depth - 1);
    return fc.oneof(
      { arbitrary: leaf, weight: 2 },
      { arbitrary: fc.array(child, { maxLength: 3 }), weight: 2 },
      // Names in another order than the alphabet's: flattening sorts them.
      {
        arbitrary: fc.dictionary(fc.constantFrom("w", "b", "scale"), child, {
          maxKeys: 3,
          noNullPrototype: true,
        }),
        weight: 2,
      },
    );
  };
  return treeOfDepth(maxDepth);
}

// arguments ----------------------------------------------------------------------------------------------------------

const isArbitrary = (shape: Shape | fc.Arbitrary<Shape>): shape is fc.Arbitrary<Shape> =>
  !Array.isArray(shape);

function checkRange(dtype: DType, { min, max }: ElementRange): void {
  if (min <= max && (isFloat(dtype) || (Number.isInteger(min) && Number.isInteger(max)))) return;
  throw new ArgumentError(
    `testing.arrays: elements of ${dtype} from ${show(min)} to ${show(max)} do not exist; give min <= max` +
      (isFloat(dtype) ? "" : ", integers both"),
  );
}

function checkKinks(dtype: DType, { at, mode, margin = 1 / 16 }: Kinks, { min, max }: ElementRange): void {
  checkChoice("testing.arrays", "the mode of kinks", mode, ["avoid", "seek"]);
  checkNumber("testing.arrays", "the margin of kinks", margin);
  if (!isFloat(dtype)) {
    throw new ArgumentError(`testing.arrays: kinks are points of floats; leave them out for ${dtype}`);
  }
  if (mode === "seek") return;
  const free = (x: number): boolean =>
    x >= min && x <= max && at.every((kink) => Math.abs(x - kink) >= margin);
  if ([min, max, ...at.flatMap((kink) => [kink - margin, kink + margin])].some(free)) return;
  throw new ArgumentError(
    `testing.arrays: nothing from ${min} to ${max} is ${margin} away from the kinks; give a smaller margin or another range`,
  );
}

function storageOf(dtype: DType, values: readonly number[]): TypedArray {
  switch (dtype) {
    case "float32":
      return Float32Array.from(values);
    case "float64":
      return Float64Array.from(values);
    case "int32":
      return Int32Array.from(values);
    case "uint32":
      return Uint32Array.from(values);
    case "bool":
      return Uint8Array.from(values);
  }
}

// printing -----------------------------------------------------------------------------------------------------------

const printable = (x: ConcreteArray): NDArray => withText(x, () => codeOf(x));

/** What fast-check prints it as. */
const withText = <T extends object>(value: T, text: () => string): T =>
  Object.defineProperty(value, fc.toStringMethod, { value: text });
