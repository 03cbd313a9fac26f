/** fast-check's arbitraries of single numbers, dtype by dtype. They shrink to 0, or to the simplest number that is allowed. */
import fc from "fast-check";
import type { DType } from "../../ir/dtype.js";

/** Points where a function is not smooth. */
export interface Kinks {
  readonly at: readonly number[];
  /** "avoid": elements keep `margin` away from all of them. "seek": about half of the elements are one of them. */
  readonly mode: "avoid" | "seek";
  /** Default 1/16: more than the steps of checkGrads's differences in float64. */
  readonly margin?: number;
}

export interface ElementRange {
  readonly min: number;
  readonly max: number;
}

/** Elements of a dtype in a range; `special` adds those of specialValues; kinks concern floats. */
export function elements(
  dtype: DType,
  range: ElementRange,
  special: boolean,
  kinks: Kinks | null,
): fc.Arbitrary<number> {
  const usual = usualElements(dtype, range);
  const regular = kinks === null ? usual : withKinks(usual, kinks, range);
  return special
    ? fc.oneof({ arbitrary: regular, weight: 2 }, fc.constantFrom(...specialValues[dtype]))
    : regular;
}

/** Values that programs forget: zeros of both signs, NaN, infinities, subnormals, the ends of the range, neighbours of 1. */
export const specialValues: Readonly<Record<DType, readonly number[]>> = {
  float64: [
    0,
    -0,
    1,
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    5e-324,
    -5e-324,
    2.2250738585072014e-308,
    1 + 2 ** -52,
    1 - 2 ** -53,
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
  ],
  float32: [
    0,
    -0,
    1,
    -1,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    2 ** -149,
    -(2 ** -149),
    2 ** -126,
    1 + 2 ** -23,
    1 - 2 ** -24,
    (2 - 2 ** -23) * 2 ** 127,
    -(2 - 2 ** -23) * 2 ** 127,
  ],
  int32: [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 16],
  uint32: [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 16],
  bool: [0, 1],
};

/** The range where none is given. */
export const defaultRange: Readonly<Record<DType, ElementRange>> = {
  float64: { min: -4, max: 4 },
  float32: { min: -4, max: 4 },
  int32: { min: -8, max: 8 },
  uint32: { min: 0, max: 8 },
  bool: { min: 0, max: 1 },
};

const perUnit = 64;

/** Floats are whole numbers of 64ths, which shrink to short numbers, or any that the dtype has. */
function usualElements(dtype: DType, { min, max }: ElementRange): fc.Arbitrary<number> {
  const inside = (x: number): boolean => x >= min && x <= max;
  switch (dtype) {
    case "float64":
    case "float32": {
      const [low, high] = [Math.ceil(min * perUnit), Math.floor(max * perUnit)];
      const any = fc.double({ min, max, noNaN: true });
      const fine = dtype === "float64" ? any : any.map(Math.fround).filter(inside);
      if (low > high) return fine;
      // Not -0, which is a special value.
      const short = fc.integer({ min: low, max: high }).map((k) => k / perUnit + 0);
      return fc.oneof(
        { withCrossShrink: true },
        short,
        fine.map((x) => x + 0),
      );
    }
    case "int32":
    case "uint32":
    case "bool":
      return fc.integer({ min, max });
  }
}

function withKinks(
  usual: fc.Arbitrary<number>,
  { at, mode, margin = 1 / 16 }: Kinks,
  { min, max }: ElementRange,
): fc.Arbitrary<number> {
  switch (mode) {
    case "avoid":
      return usual.filter((x) => at.every((kink) => Math.abs(x - kink) >= margin));
    case "seek": {
      const inside = at.filter((kink) => kink >= min && kink <= max);
      return inside.length === 0 ? usual : fc.oneof(fc.constantFrom(...inside), usual);
    }
  }
}
