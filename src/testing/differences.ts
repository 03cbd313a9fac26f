/**
 * Directional derivatives by central differences, adaptively: steps are halved and extrapolated to zero (Richardson) until the
 * estimate settles. So the error is measured, not assumed.
 *
 * Source: C. Ridders, "Accurate computation of F'(x) and F'(x) F''(x)" (1982), with Neville's scheme for every element.
 */
import { maxNorm } from "./arrays.js";

export interface Difference {
  /** An estimate of each element's derivative; NaN where no step gave a finite one. */
  readonly estimate: readonly number[];
  /** How far each is off, at most: the distance to the two neighbours in the table that agreed with it best. */
  readonly errors: readonly number[];
  /** The largest of them. */
  readonly error: number;
}

export interface DifferenceOptions {
  /** The first, largest step. Default 1/128. */
  readonly step?: number;
  /** The error at which to stop, given the size of the estimate. Default: 1e-9 of it. */
  readonly target?: (size: number) => number;
}

/** The smallest step is the first over 2^8. */
export const halvings = 8;

/** A function of a number into lists of numbers. */
export type Curve = (t: number) => readonly number[];

/** d/dt g(t) at t = 0 from both sides: (g(h) - g(-h)) / 2h, whose errors are in h^2, h^4, ... */
export const difference = (g: Curve, options: DifferenceOptions = {}): Difference =>
  extrapolated((h) => slope(g(h), g(-h), 2 * h), 4, options);

/** d/dt g(t) at t = 0 from one side, +1 above or -1 below: (g(s h) - g(0)) / s h, whose errors are in h, h^2, ... */
export const oneSidedDifference = (g: Curve, side: 1 | -1, options: DifferenceOptions = {}): Difference => {
  const middle = g(0);
  return extrapolated((h) => slope(g(side * h), middle, side * h), 2, options);
};

/** Elements that are infinite on both sides do not move. */
const slope = (above: readonly number[], below: readonly number[], step: number): readonly number[] =>
  above.map((value, i) => (value === below[i] ? 0 : (value - below[i]) / step));

/** The limit of quotient(h) as h goes to 0. Halving h divides the error's term number j by ratio^j: column j removes it. */
function extrapolated(
  quotient: Curve,
  ratio: number,
  { step = 1 / 128, target = (size) => 1e-9 * size }: DifferenceOptions,
): Difference {
  let former: (readonly number[])[] = [quotient(step)];
  const estimate = [...former[0]];
  const errors = estimate.map(() => Number.POSITIVE_INFINITY);
  for (let k = 1; k <= halvings; k++) {
    const row: (readonly number[])[] = [quotient(step / 2 ** k)];
    for (let j = 1; j <= k; j++) {
      const [finer, coarser] = [row[j - 1], former[j - 1]];
      const next = finer.map((value, i) => value + (value - coarser[i]) / (ratio ** j - 1));
      next.forEach((value, i) => {
        const error = Math.max(Math.abs(value - finer[i]), Math.abs(value - coarser[i]));
        // NaN is no estimate: a step that leaves the domain is followed by smaller ones.
        if (!(error < errors[i])) return;
        errors[i] = error;
        estimate[i] = value;
      });
      row.push(next);
    }
    former = row;
    if (k >= 2 && maxNorm(errors) <= target(maxNorm(estimate))) break;
  }
  return { estimate, errors, error: maxNorm(errors) };
}
