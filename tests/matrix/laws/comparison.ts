/** When results agree, and what is said where they do not. */
import type { NDArray } from "../../../src/autodiff/array.js";
import { showAval } from "../../../src/ir/aval.js";
import { type DType, isFloat, shortName } from "../../../src/ir/dtype.js";
import { elementsOf, maxNorm } from "../../../src/testing/arrays.js";
import type { Plain } from "../plain.js";

/** A law that does not hold; the cell is put in front of the message. */
export class BrokenLaw extends Error {
  override get name(): string {
    return "BrokenLaw";
  }
}

/** The distance from |x| to the next number of the dtype. */
export function ulpOf(dtype: DType, x: number): number {
  const [bits, least] = dtype === "float32" ? [23, -149] : [52, -1074];
  const exponent = x === 0 ? least : Math.floor(Math.log2(Math.abs(x))) - bits;
  return 2 ** Math.max(exponent, least);
}

export function expectTypes(where: string, actual: readonly NDArray[], expected: readonly NDArray[]): void {
  const [x, y] = [actual, expected].map((list) => list.map((each) => showAval(each.aval)).join(", "));
  if (x !== y) throw new BrokenLaw(`${where}: types are ${x}, and should be ${y}`);
}

/** An array against its plain value: bit for bit, or within units in the last place. NaN equals NaN. */
export function expectPlain(where: string, actual: NDArray, expected: Plain, ulps: number): void {
  const [type, wanted] = [actual, expected].map(({ dtype, shape }) => `${shortName[dtype]}[${shape}]`);
  if (type !== wanted) throw new BrokenLaw(`${where} is ${type}, and should be ${wanted}`);
  elementsOf(actual).forEach((x, i) => {
    const y = expected.values[i];
    if (Object.is(x, y)) return;
    if (ulps > 0 && isFloat(actual.dtype) && Math.abs(x - y) <= ulps * ulpOf(actual.dtype, y)) return;
    const off = isFloat(actual.dtype) ? `, ${Math.abs(x - y) / ulpOf(actual.dtype, y)} ulp off` : "";
    throw new BrokenLaw(`${where}: element ${i} is ${x}, and should be ${y}${off}`);
  });
}

/** The same types and bits. NaN equals NaN. */
export function expectBits(where: string, actual: NDArray, expected: NDArray): void {
  expectTypes(where, [actual], [expected]);
  const y = elementsOf(expected);
  elementsOf(actual).forEach((x, i) => {
    if (!Object.is(x, y[i])) throw new BrokenLaw(`${where}: element ${i} is ${x}, and should be ${y[i]}`);
  });
}

/** Element by element within `relative` times the largest element (at least 1e-3: what cancels to nothing is rounding). */
export function expectNear(
  where: string,
  actual: readonly number[],
  expected: readonly number[],
  relative: number,
): void {
  const allowed = relative * Math.max(maxNorm(expected), 1e-3);
  if (actual.length !== expected.length)
    throw new BrokenLaw(`${where}: ${actual.length} elements, and should be ${expected.length}`);
  actual.forEach((x, i) => {
    if (Math.abs(x - expected[i]) <= allowed || Object.is(x, expected[i])) return;
    throw new BrokenLaw(
      `${where}: element ${i} is ${x}, and should be ${expected[i]}: off by ${Math.abs(x - expected[i])}, allowed ${allowed}`,
    );
  });
}

export function expectZeros(where: string, xs: readonly NDArray[]): void {
  for (const x of xs) {
    const i = elementsOf(x).findIndex((value) => value !== 0);
    if (i >= 0) throw new BrokenLaw(`${where}: element ${i} is ${elementsOf(x)[i]}, and should be 0`);
  }
}
