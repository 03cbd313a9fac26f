/**
 * The laws that derivatives, batching and compilation obey, for functions of float64 arrays. Each law is a function that throws
 * LawViolation when the law does not hold at the given point.
 */
import type { NDArray } from "../autodiff/array.js";
import { jit } from "../autodiff/transforms/jit-function.js";
import { jvp } from "../autodiff/transforms/linearize.js";
import { vmap } from "../autodiff/transforms/vmap.js";
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
  stack,
  unstack,
  withElements,
} from "./arrays.js";
import { blaming } from "./blame.js";
import {
  conditionNumber,
  expectRounded,
  expectSameBits,
  expectSameTypes,
  IllConditioned,
  LawViolation,
  tolerance,
} from "./comparison.js";
import { gradient, pullback, pushforward, weighted } from "./derivatives.js";
import { difference } from "./differences.js";
import type { Law } from "./law.js";
import { checkpointIsNone, derivativesAreLinear, hessianIsSymmetric } from "./laws-of-derivatives.js";

/** The largest step of differences that are close to the point. */
const nearStep = 2 ** -13;

/** The tangent under jvp is what central differences give, to 1e-6; and its primal is the plain value, bit for bit. */
export const jvpIsDifference: Law = blaming(({ f, inputs, seed }) => {
  const vs = directions(inputs, seed + 1);
  const [outs, tangents] = jvp((...args: NDArray[]) => [...f(args)], [...inputs], [...vs]);
  expectSameBits("the primal under jvp is the value", outs, f(inputs));
  expectSameTypes("a tangent has the type of its primal", tangents, outs);
  const size = Math.max(maxNorm(allElements(tangents)), 1e-3);
  const options = { target: (settled: number) => 1e-8 * Math.max(settled, 1e-3) };
  const curve = (t: number): readonly number[] => allElements(f(moved(inputs, vs, t)));
  const { estimate, error } = difference(curve, options);
  const off = distance(allElements(tangents), estimate);
  if (off <= 1e-6 * size) return;
  // Kinks between the point and the steps (a sort of many elements) are passed over by small steps.
  const near = difference(curve, { ...options, step: nearStep });
  if (distance(allElements(tangents), near.estimate) <= 1e-6 * size) return;
  // Relative to the differences, not to the tangents: those of a chaotic function are huge, and differences of it are noise.
  const unsure =
    Math.max(error, near.error, distance(estimate, near.estimate)) / Math.max(maxNorm(estimate), 1e-3);
  if (!(unsure <= 2.5e-7)) throw new IllConditioned(`differences settle to ${unsure} only`);
  throw new LawViolation(
    `jvp is the directional derivative: off by ${off} with tangents up to ${size}, differences being sure to ${error}\n` +
      `  [${allElements(tangents).join(", ")}]\n  [${estimate.join(", ")}]`,
  );
});

/** <ct, J v> = <J^T ct, v>, to 1e-10 of the sum of the products' sizes. */
export const pullbackIsAdjoint: Law = blaming(({ f, inputs, seed }) => {
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
});

/** vmap is a loop over examples, to 1e-12, whichever inputs are batched and wherever their batch axes are. */
export const vmapIsLoop: Law = blaming(({ f, inputs, seed }) => {
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
});

/** jit changes no bit of the value. */
export const jitIsEager: Law = blaming(({ f, inputs }) => {
  expectSameBits(
    "jit gives the eager value",
    jit((...args: NDArray[]) => [...f(args)])(...inputs),
    f(inputs),
  );
});

/** The Hessian times v, forward over reverse and reverse over forward; and u^T H v by two pushforwards: to 1e-10. */
export const secondDerivativesAgree: Law = blaming(({ f, inputs, seed }) => {
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
});

/** The laws of one function, by name: for loops over them. */
export const laws: Readonly<Record<string, Law>> = {
  jvpIsDifference,
  pullbackIsAdjoint,
  derivativesAreLinear,
  secondDerivativesAgree,
  hessianIsSymmetric,
  vmapIsLoop,
  jitIsEager,
  checkpointIsNone,
};
