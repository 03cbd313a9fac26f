/**
 * Directional derivatives by central differences, adaptively: steps are halved and extrapolated to zero (Richardson) until the
 * estimate settles. So the error is measured, not assumed.
 *
 * Source: C. Ridders, "Accurate computation of F'(x) and F'(x) F''(x)" (1982), with Neville's scheme for every element.
 */
import { maxNorm } from "./arrays.js";

export interface Difference {
  /** An estimate of each element's derivative. */
  readonly estimate: readonly number[];
  /** How far the estimates are off, at most: from the last two columns that agreed best. */
  readonly error: number;
}

export interface DifferenceOptions {
  /** The first, largest step. Default 1/128. */
  readonly step?: number;
  /** The error at which to stop, given the size of the estimate. Default: 1e-9 of it. */
  readonly target?: (size: number) => number;
}

const halvings = 8;

/** d/dt g(t) at t = 0 for a function of a number into lists of numbers. */
export function difference(
  g: (t: number) => readonly number[],
  { step = 1 / 128, target = (size) => 1e-9 * size }: DifferenceOptions = {},
): Difference {
  const central = (h: number): readonly number[] => {
    const above = g(h);
    const below = g(-h);
    // Elements that are infinite on both sides do not move.
    return above.map((value, i) => (value === below[i] ? 0 : (value - below[i]) / (2 * h)));
  };
  let former: (readonly number[])[] = [central(step)];
  const estimate = [...former[0]];
  const errors = estimate.map(() => Number.POSITIVE_INFINITY);
  for (let k = 1; k <= halvings; k++) {
    const row: (readonly number[])[] = [central(step / 2 ** k)];
    for (let j = 1; j <= k; j++) {
      // Central differences have errors in h^2, h^4, ...: column j removes the term h^(2j).
      const [finer, coarser] = [row[j - 1], former[j - 1]];
      const next = finer.map((value, i) => value + (value - coarser[i]) / (4 ** j - 1));
      next.forEach((value, i) => {
        const error = Math.max(Math.abs(value - finer[i]), Math.abs(value - coarser[i]));
        if (error >= errors[i]) return;
        errors[i] = error;
        estimate[i] = value;
      });
      row.push(next);
    }
    former = row;
    if (k >= 2 && maxNorm(errors) <= target(maxNorm(estimate))) break;
  }
  return { estimate, error: maxNorm(errors) };
}
