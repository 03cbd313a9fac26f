/** fast-check's arbitrary of energies: smooth functions E of a point with a density exp(-E(x)) / Z. */
import fc from "fast-check";
import type { NDArray } from "../../autodiff/array.js";
import { add, mul, sub } from "../../autodiff/primitives/arithmetic.js";
import { square } from "../../autodiff/primitives/power.js";
import { reshape } from "../../autodiff/primitives/sum-and-broadcast.js";
import { cos } from "../../autodiff/primitives/trigonometric.js";
import { slice } from "../../autodiff/primitives/windowing.js";
import { checkInteger, readOptions } from "../../ir/arguments.js";
import { range } from "../../ir/shape.js";

/** A random energy. */
export interface RandomEnergy {
  /** The number of coordinates of a point. */
  readonly dimension: number;
  /** E(x): f[dimension] -> f[], in x's dtype. Smooth; it rises at least as |x|^2 / 4 far out, so that exp(-E) has an integral. */
  readonly energy: (x: NDArray) => NDArray;
  /** The energy as code. */
  toString(): string;
}

export interface EnergyOptions {
  /** Default 1 to 3. */
  readonly minDimension?: number;
  readonly maxDimension?: number;
}

/** One term of a sum, of coordinates i and j. Amounts are whole numbers of quarters, so that they shrink to none. */
interface Term {
  readonly kind: "ripple" | "wells" | "shift" | "product";
  readonly i: number;
  readonly j: number;
  readonly quarters: number;
}

/**
 * E(x) = |x|^2 / 2 and up to four terms: ripples a cos(3 x_i), wells a (x_i^2 - 1)^2, shifts a x_i, and products a x_i x_j / 4 of two
 * coordinates, |a| <= 1. They shrink to |x|^2 / 2 in one dimension.
 *
 * @throws ArgumentError when a dimension is no integer from 1 on
 * @example fc.property(energies(), ({ energy, dimension }) => checkGrads(energy, [np.ones([dimension])], { order: 2 }))
 */
export function energies(options: EnergyOptions = {}): fc.Arbitrary<RandomEnergy> {
  const { minDimension = 1, ...rest } = readOptions("testing.energies", options, {
    minDimension: "any",
    maxDimension: "any",
  });
  const { maxDimension = Math.max(3, Number(minDimension)) } = rest;
  checkInteger("testing.energies", "minDimension", minDimension, 1);
  checkInteger("testing.energies", "maxDimension", maxDimension, minDimension);
  const term: fc.Arbitrary<Term> = fc.record({
    kind: fc.constantFrom("ripple" as const, "wells" as const, "shift" as const, "product" as const),
    i: fc.nat(0xff),
    j: fc.nat(0xff),
    quarters: fc.integer({ min: -4, max: 4 }),
  });
  return fc
    .record({
      dimension: fc.integer({ min: minDimension, max: maxDimension }),
      terms: fc.array(term, { maxLength: 4 }),
    })
    .map(({ dimension, terms }) =>
      energyOf(
        dimension,
        terms.map((each) => placed(each, dimension)),
      ),
    );
}

/** Coordinates there are; a product is of two different ones, and of one coordinate it is none. */
function placed({ kind, i, j, quarters }: Term, dimension: number): Term {
  const first = i % dimension;
  const second = dimension === 1 ? first : (first + 1 + (j % (dimension - 1))) % dimension;
  return { kind: kind === "product" && dimension === 1 ? "shift" : kind, i: first, j: second, quarters };
}

function energyOf(dimension: number, terms: readonly Term[]): RandomEnergy {
  const energy = (x: NDArray): NDArray => {
    const coordinates = range(dimension).map((i) => reshape(slice(x, [i], [i + 1], null), []));
    const bowl = coordinates.map((each) => mul(square(each), 0.5)).reduce((sum, each) => add(sum, each));
    return terms.reduce((sum, each) => add(sum, termAt(each, coordinates)), bowl);
  };
  const text = (): string =>
    `(x) => ${["np.square(x).sum().div(2)", ...terms.map(codeOfTerm)].reduce((sum, each) => `${sum}.add(${each})`)}`;
  return { dimension, energy, toString: text };
}

/** A well must rise outwards: its amount is taken without its sign. */
function termAt({ kind, i, j, quarters }: Term, x: readonly NDArray[]): NDArray {
  const amount = quarters / 4;
  switch (kind) {
    case "ripple":
      return mul(cos(mul(x[i], 3)), amount);
    case "wells":
      return mul(square(sub(square(x[i]), 1)), Math.abs(amount));
    case "shift":
      return mul(x[i], amount);
    case "product":
      return mul(mul(x[i], x[j]), amount / 4);
  }
}

function codeOfTerm({ kind, i, j, quarters }: Term): string {
  const amount = quarters / 4;
  switch (kind) {
    case "ripple":
      return `np.cos(x.slice(${i}).mul(3)).mul(${amount})`;
    case "wells":
      return `np.square(np.square(x.slice(${i})).sub(1)).mul(${Math.abs(amount)})`;
    case "shift":
      return `x.slice(${i}).mul(${amount})`;
    case "product":
      return `x.slice(${i}).mul(x.slice(${j})).mul(${amount / 4})`;
  }
}
