/** Further laws of derivatives, for functions of float64 arrays: linearity, the chain rule, checkpoint, symmetry of Hessians. */
import type { NDArray } from "../autodiff/array.js";
import { addAny, mul } from "../autodiff/primitives/arithmetic.js";
import { checkpoint } from "../autodiff/transforms/checkpoint.js";
import { absoluteProduct, directions, float64Array, innerProduct } from "./arrays.js";
import { blaming } from "./blame.js";
import { checkedFunction, checkedSubject } from "./checks.js";
import { conditionNumber, expectRounded, expectSameBits } from "./comparison.js";
import { gradient, pullback, pushforward, weighted } from "./derivatives.js";
import type { ArraysFunction, Law, Subject } from "./law.js";

/** J (2 u - 3 v) = 2 J u - 3 J v, and J^T (2 a - 3 b) = 2 J^T a - 3 J^T b, to 1e-12. */
export const derivativesAreLinear: Law = blaming(({ f, inputs, seed }) => {
  const [us, vs] = [directions(inputs, seed + 1), directions(inputs, seed + 2)];
  const push = (ws: readonly NDArray[]): readonly NDArray[] => pushforward(f, ws)(inputs);
  const onInputs = (): number => conditionNumber(pushforward(f, combined(us, vs)), inputs, seed);
  expectRounded(
    "jvp is linear in the tangent",
    push(combined(us, vs)),
    combined(push(us), push(vs)),
    1e-12,
    onInputs,
  );
  const outs = f(inputs);
  const [as, bs] = [directions(outs, seed + 3), directions(outs, seed + 4)];
  const pull = (cts: readonly NDArray[]): readonly NDArray[] => pullback(f, cts)(inputs);
  expectRounded(
    "vjp is linear in the cotangent",
    pull(combined(as, bs)),
    combined(pull(as), pull(bs)),
    1e-12,
    () => conditionNumber(pullback(f, combined(as, bs)), inputs, seed),
  );
});

/** 2 x - 3 y */
const combined = (xs: readonly NDArray[], ys: readonly NDArray[]): NDArray[] =>
  xs.map((x, i) => addAny(mul(x, 2), mul(ys[i], -3)));

/**
 * (g o f)'(x) v = g'(f(x)) f'(x) v, and (g o f)'(x)^T ct = f'(x)^T g'(f(x))^T ct, to 1e-12: differentiating the composition is
 * composing the derivatives.
 */
export function chainRule(outer: ArraysFunction, subject: Subject): void {
  const g = checkedFunction("testing.chainRule", outer);
  const { f, inputs, seed } = checkedSubject("testing.chainRule", subject);
  const composition: ArraysFunction = (xs) => g(f(xs));
  const middle = f(inputs);
  const vs = directions(inputs, seed + 1);
  expectRounded(
    "the tangent of g o f is g's of f's",
    pushforward(composition, vs)(inputs),
    pushforward(g, pushforward(f, vs)(inputs))(middle),
    1e-12,
    () => conditionNumber(pushforward(composition, vs), inputs, seed),
  );
  const cts = directions(g(middle), seed + 2);
  expectRounded(
    "the cotangent of g o f is f's of g's",
    pullback(composition, cts)(inputs),
    pullback(f, pullback(g, cts)(middle))(inputs),
    1e-12,
    () => conditionNumber(pullback(composition, cts), inputs, seed),
  );
}

/** checkpoint changes no bit of the value, and the gradient to 1e-12. */
export const checkpointIsNone: Law = blaming(({ f, inputs, seed }) => {
  const outs = f(inputs);
  const remembered = checkpoint((...xs: NDArray[]) => [...f(xs)]);
  expectSameBits("checkpoint gives the value", remembered(...inputs), outs);
  const weights = directions(outs, seed + 2);
  const plain = gradient(weighted(f, weights));
  expectRounded(
    "checkpoint gives the gradient",
    gradient(weighted((xs) => remembered(...xs), weights))(inputs),
    plain(inputs),
    1e-12,
    () => conditionNumber(plain, inputs, seed),
  );
});

/** u^T H v = v^T H u for the Hessian H of the outputs' weighted sum, forward over reverse, to 1e-10. */
export const hessianIsSymmetric: Law = blaming(({ f, inputs, seed }) => {
  const [us, vs] = [directions(inputs, seed + 1), directions(inputs, seed + 3)];
  const slopes = gradient(weighted(f, directions(f(inputs), seed + 2)));
  const times = (ws: readonly NDArray[]): readonly NDArray[] => pushforward(slopes, ws)(inputs);
  const [hu, hv] = [times(us), times(vs)];
  const off = Math.abs(innerProduct(us, hv) - innerProduct(vs, hu));
  if (off <= 1e-10 * Math.max(absoluteProduct(us, hv), absoluteProduct(vs, hu), 1e-3)) return;
  const scalar = (value: number): NDArray => float64Array([], [value]);
  expectRounded(
    "u^T H v = v^T H u",
    [scalar(innerProduct(us, hv))],
    [scalar(innerProduct(vs, hu))],
    1e-10,
    () => conditionNumber(pushforward(slopes, vs), inputs, seed),
  );
});
