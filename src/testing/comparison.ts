/**
 * When two ways to compute one thing agree. They differ by about the number of operations times eps, amplified by the condition
 * number kappa of what is computed, which is measured (conditionNumber). So a tolerance is the law's own, or 1000 eps kappa
 * where that is more.
 */
import type { NDArray } from "../autodiff/array.js";
import { checkInteger } from "../ir/arguments.js";
import { showAval } from "../ir/aval.js";
import { allElements, directions, distance, elementsOf, maxNorm, withElements } from "./arrays.js";
import { checkArrays, checkedFunction } from "./checks.js";
import type { ArraysFunction } from "./law.js";

/** Two ways to compute one thing that disagree. */
export class LawViolation extends Error {
  override get name(): string {
    return "LawViolation";
  }
}

/** The function cannot be judged at this point: differences do not settle, or rounding is amplified too much. */
export class IllConditioned extends Error {
  override get name(): string {
    return "IllConditioned";
  }
}

const epsilon = 2 ** -52;
/** Beyond this, half of a float64's digits may be lost: such programs are not judged. */
export const conditionLimit = 1e6;

// conditioning -------------------------------------------------------------------------------------------------------

/**
 * The condition number of g at x, max |g(x + dx) - g(x)| / max |g(x)| over max |dx_i / x_i|, for one random perturbation dx of
 * relative size 2^-26 (the square root of eps): what one rounding at the inputs becomes at the outputs. At least 1.
 */
export function conditionNumber(g: ArraysFunction, inputs: readonly NDArray[], seed: number): number {
  const f = checkedFunction("testing.conditionNumber", g);
  checkArrays("testing.conditionNumber", "the inputs", inputs);
  checkInteger("testing.conditionNumber", "the seed", seed);
  const relative = 2 ** -26;
  const signs = directions(inputs, seed);
  const perturbed = inputs.map((x, i) => {
    const sign = elementsOf(signs[i]);
    return withElements(
      x,
      elementsOf(x).map((value, k) => value * (1 + relative * Math.sign(sign[k]))),
    );
  });
  const before = allElements(f(inputs));
  const size = maxNorm(before);
  if (size === 0) return 1;
  return Math.max(1, distance(allElements(f(perturbed)), before) / (size * relative));
}

/**
 * A law's own tolerance, or what rounding may do. Throws IllConditioned beyond the limit. NaN is no condition: the law's own
 * tolerance stays, so that NaN violates it.
 */
export function tolerance(base: number, condition: number): number {
  if (condition > conditionLimit) throw new IllConditioned(`condition number ${condition}`);
  return Number.isNaN(condition) ? base : Math.max(base, 1000 * epsilon * condition);
}

// comparison ---------------------------------------------------------------------------------------------------------

/** Same types; and max |x - y| at most `relative` times the larger max norm (or 1e-3: what cancels to nothing is rounding). */
export function expectClose(
  law: string,
  actual: readonly NDArray[],
  expected: readonly NDArray[],
  relative: number,
): void {
  expectSameTypes(law, actual, expected);
  const [x, y] = [allElements(actual), allElements(expected)];
  const size = Math.max(maxNorm(x), maxNorm(y), 1e-3);
  const error = distance(x, y);
  if (!(error <= relative * size)) {
    throw new LawViolation(
      `${law}: off by ${error} with values up to ${size}, tolerance ${relative * size}\n` +
        `  [${x.join(", ")}]\n  [${y.join(", ")}]`,
    );
  }
}

/** Same types and same bits; NaN equals NaN. */
export function expectSameBits(law: string, actual: readonly NDArray[], expected: readonly NDArray[]): void {
  expectSameTypes(law, actual, expected);
  const [x, y] = [allElements(actual), allElements(expected)];
  const i = x.findIndex((value, k) => !Object.is(value, y[k]));
  if (i >= 0) throw new LawViolation(`${law}: element ${i} is ${x[i]} and should be ${y[i]}`);
}

export function expectSameTypes(law: string, actual: readonly NDArray[], expected: readonly NDArray[]): void {
  const [x, y] = [actual, expected].map((list) => list.map((each) => showAval(each.aval)).join(", "));
  if (x !== y) throw new LawViolation(`${law}: the results are ${x} and should be ${y}`);
}

/** Close to `base`; only where that fails the condition number is measured, and the tolerance that it allows applies. */
export function expectRounded(
  law: string,
  actual: readonly NDArray[],
  expected: readonly NDArray[],
  base: number,
  condition: () => number,
): void {
  try {
    expectClose(law, actual, expected, base);
  } catch (violation) {
    if (!(violation instanceof LawViolation)) throw violation;
    expectClose(law, actual, expected, tolerance(base, condition()));
  }
}
