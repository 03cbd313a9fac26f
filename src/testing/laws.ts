/**
 * The laws that derivatives, batching and compilation obey, for functions of float64 arrays. Each law is a function that throws
 * LawViolation when the law does not hold at the given point.
 *
 * Rounding: two ways to compute one thing differ by about the number of operations times eps, amplified by the condition number
 * kappa of what is computed, which is measured (conditionNumber). A law's tolerance is its own, and 1000 eps kappa where that
 * is more.
 */
import type { NDArray } from "../autodiff/array.js";
import { reduceSum } from "../autodiff/primitives/sum-and-broadcast.js";
import { addAny, mul } from "../autodiff/primitives/arithmetic.js";
import { grad } from "../autodiff/transforms/grad.js";
import { jit } from "../autodiff/transforms/jit-function.js";
import { jvp, vjp } from "../autodiff/transforms/linearize.js";
import { vmap } from "../autodiff/transforms/vmap.js";
import { showAval } from "../ir/aval.js";
import { insertAt, range } from "../ir/shape.js";
import {
  absoluteProduct,
  allElements,
  directions,
  distance,
  elementsOf,
  float64Array,
  innerProduct,
  maxNorm,
  moved,
  withElements,
} from "./arrays.js";
import { difference } from "./differences.js";

/** A function of a list of arrays into such a list. */
export type ArraysFunction = (xs: readonly NDArray[]) => readonly NDArray[];

/** A function at a point. */
export interface Subject {
  readonly f: ArraysFunction;
  readonly inputs: readonly NDArray[];
  /** Directions and weights come from it. */
  readonly seed: number;
}

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
  const relative = 2 ** -26;
  const signs = directions(inputs, seed);
  const perturbed = inputs.map((x, i) => {
    const sign = elementsOf(signs[i]);
    return withElements(
      x,
      elementsOf(x).map((value, k) => value * (1 + relative * Math.sign(sign[k]))),
    );
  });
  const before = allElements(g(inputs));
  const size = maxNorm(before);
  if (size === 0) return 1;
  return Math.max(1, distance(allElements(g(perturbed)), before) / (size * relative));
}

/** A law's own tolerance, or what rounding may do. Throws IllConditioned beyond the limit. */
function tolerance(base: number, condition: number): number {
  if (!(condition <= conditionLimit)) throw new IllConditioned(`condition number ${condition}`);
  return Math.max(base, 1000 * epsilon * condition);
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

function expectSameTypes(law: string, actual: readonly NDArray[], expected: readonly NDArray[]): void {
  const [x, y] = [actual, expected].map((list) => list.map((each) => showAval(each.aval)).join(", "));
  if (x !== y) throw new LawViolation(`${law}: the results are ${x} and should be ${y}`);
}

// derivatives as functions -------------------------------------------------------------------------------------------

/** x -> f'(x) v */
export const pushforward =
  (f: ArraysFunction, vs: readonly NDArray[]): ArraysFunction =>
  (xs) =>
    jvp((...args: NDArray[]) => [...f(args)], [...xs], [...vs])[1];

/** x -> f'(x)^T ct */
export const pullback =
  (f: ArraysFunction, cts: readonly NDArray[]): ArraysFunction =>
  (xs) =>
    vjp((...args: NDArray[]) => [...f(args)], [...xs])[1]([...cts]);

/** The scalar sum of weights times outputs: what gradients are taken of. */
export function weighted(f: ArraysFunction, weights: readonly NDArray[]): (...xs: NDArray[]) => NDArray {
  return (...xs) =>
    f(xs)
      .map((out, i) => reduceSum(mul(out, weights[i]), range(out.ndim)))
      .reduce((x, y) => addAny(x, y));
}

/** x -> the gradient of a scalar function in all its arguments. */
export const gradient =
  (s: (...xs: NDArray[]) => NDArray): ArraysFunction =>
  (xs) =>
    grad(s, { argnums: range(xs.length) })(...xs);

// the laws -----------------------------------------------------------------------------------------------------------

/** The tangent under jvp is what central differences give, to 1e-6; and its primal is the plain value, bit for bit. */
export function jvpIsDifference({ f, inputs, seed }: Subject): void {
  const vs = directions(inputs, seed + 1);
  const [outs, tangents] = jvp((...args: NDArray[]) => [...f(args)], [...inputs], [...vs]);
  expectSameBits("the primal under jvp is the value", outs, f(inputs));
  expectSameTypes("a tangent has the type of its primal", tangents, outs);
  const size = Math.max(maxNorm(allElements(tangents)), 1e-3);
  const { estimate, error } = difference((t) => allElements(f(moved(inputs, vs, t))), {
    target: () => 1e-8 * size,
  });
  const off = distance(allElements(tangents), estimate);
  if (off <= 1e-6 * size) return;
  if (error > 2.5e-7 * size) throw new IllConditioned(`differences settle to ${error / size} only`);
  throw new LawViolation(
    `jvp is the directional derivative: off by ${off} with tangents up to ${size}, differences being sure to ${error}\n` +
      `  [${allElements(tangents).join(", ")}]\n  [${estimate.join(", ")}]`,
  );
}

/** <ct, J v> = <J^T ct, v>, to 1e-10 of the sum of the products' sizes. */
export function pullbackIsAdjoint({ f, inputs, seed }: Subject): void {
  const vs = directions(inputs, seed + 1);
  const push = pushforward(f, vs);
  const tangents = push(inputs);
  const cts = directions(tangents, seed + 2);
  const cotangents = pullback(f, cts)(inputs);
  expectSameTypes("a cotangent has the type of its primal", cotangents, inputs);
  const off = Math.abs(innerProduct(cts, tangents) - innerProduct(cotangents, vs));
  const size = Math.max(absoluteProduct(cts, tangents), absoluteProduct(cotangents, vs), 1e-3);
  if (off <= 1e-10 * size) return;
  if (off <= tolerance(1e-10, conditionNumber(push, inputs, seed)) * size) return;
  throw new LawViolation(`<ct, J v> = <J^T ct, v>: off by ${off} with products up to ${size}`);
}

/** vmap is a loop over examples, to 1e-12, whichever inputs are batched and wherever their batch axes are. */
export function vmapIsLoop({ f, inputs, seed }: Subject): void {
  const size = 3;
  const scale = [1, 0.9, 1.05];
  const batched = inputs.map((_, i) => inputs.length === 1 || ((seed >> i) & 3) !== 0);
  if (!batched.includes(true)) batched[0] = true;
  const examples = scale.map((s) =>
    inputs.map((x, i) =>
      batched[i]
        ? withElements(
            x,
            elementsOf(x).map((value) => value * s),
          )
        : x,
    ),
  );
  const axes = inputs.map((x, i) => (batched[i] ? ((seed >> (i + 4)) & 1) * x.ndim : null));
  const batches = inputs.map((x, i) => {
    const axis = axes[i];
    return axis === null
      ? x
      : stack(
          examples.map((example) => example[i]),
          axis,
        );
  });
  const mapped = vmap((...args: NDArray[]) => [...f(args)], { inAxes: axes, axisSize: size })(...batches);
  examples.forEach((example, k) => {
    const expected = f(example);
    const actual = mapped.map((out) => unstack(out, k));
    expectRounded("vmap is a loop over examples", actual, expected, 1e-12, () =>
      conditionNumber(f, example, seed),
    );
  });
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

/** jit changes no bit of the value. */
export function jitIsEager({ f, inputs }: Subject): void {
  expectSameBits("jit gives the eager value", jit((...args: NDArray[]) => [...f(args)])(...inputs), f(inputs));
}

/** The Hessian times v, forward over reverse and reverse over forward; and u^T H v by two pushforwards: to 1e-10. */
export function secondDerivativesAgree({ f, inputs, seed }: Subject): void {
  const vs = directions(inputs, seed + 1);
  const us = directions(inputs, seed + 3);
  const s = weighted(f, directions(f(inputs), seed + 2));
  const slope = pushforward((xs) => [s(...xs)], vs);
  const forwardOverReverse = pushforward(gradient(s), vs)(inputs);
  const reverseOverForward = gradient((...xs) => slope(xs)[0])(inputs);
  const condition = (): number => conditionNumber(pushforward(gradient(s), vs), inputs, seed);
  expectRounded(
    "forward over reverse is reverse over forward",
    forwardOverReverse,
    reverseOverForward,
    1e-10,
    condition,
  );
  const [twice] = pushforward(slope, us)(inputs);
  const product = float64Array([], [innerProduct(us, forwardOverReverse)]);
  const size = Math.max(absoluteProduct(us, forwardOverReverse), 1e-3);
  if (Math.abs(elementsOf(twice)[0] - elementsOf(product)[0]) <= 1e-10 * size) return;
  expectRounded("u^T H v by two pushforwards", [twice], [product], 1e-10, condition);
}

// stacks -------------------------------------------------------------------------------------------------------------

/** Arrays of one shape, stacked along a new axis. */
export function stack(xs: readonly NDArray[], axis: number): NDArray {
  const [{ shape }] = xs;
  const inner = shape.slice(axis).reduce((n, size) => n * size, 1);
  const outer = shape.slice(0, axis).reduce((n, size) => n * size, 1);
  const all = xs.map(elementsOf);
  const values = range(outer).flatMap((row) => all.flatMap((x) => x.slice(row * inner, (row + 1) * inner)));
  return float64Array(insertAt(shape, axis, xs.length), values);
}

/** x[k] */
export function unstack(x: NDArray, k: number): NDArray {
  const shape = x.shape.slice(1);
  const size = shape.reduce((n, each) => n * each, 1);
  return float64Array(shape, elementsOf(x).slice(k * size, (k + 1) * size));
}
