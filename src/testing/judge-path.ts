/** Derivatives of a function judged one after the other: along a path of modes, each level the derivative of the one before. */
import type { NDArray } from "../autodiff/array.js";
import { jvp, vjp } from "../autodiff/transforms/linearize.js";
import { allElements, directions, distance, innerProduct, maxNorm, moved } from "./arrays.js";
import { pullback, pushforward } from "./derivatives.js";
import type { ArraysFunction } from "./law.js";
import type { Verdict } from "./outcomes.js";
import { judge, type Tolerances } from "./verdict.js";

/** Forward mode, reverse mode. */
export type DerivativeMode = "fwd" | "rev";

/** A function at a point, with the direction along which it is judged, and the cotangent of its outputs. */
export interface Level {
  readonly f: ArraysFunction;
  readonly inputs: readonly NDArray[];
  readonly vs: readonly NDArray[];
  readonly cts: readonly NDArray[];
}

/** Directions and cotangents are the same in every run with the same seed. */
export const levelOf = (f: ArraysFunction, inputs: readonly NDArray[], seed: number): Level => ({
  f,
  inputs,
  vs: directions(inputs, 2 * seed + 1),
  cts: directions(f(inputs), 2 * seed + 2),
});

/** Its derivative in one mode against differences; and that the mode leaves the value as it is. */
export function judgeLevel(
  mode: DerivativeMode,
  { f, inputs, vs, cts }: Level,
  tolerances: Tolerances,
): Verdict {
  const curve = (t: number): number[] => allElements(f(moved(inputs, vs, t)));
  const args = (...xs: NDArray[]): NDArray[] => [...f(xs)];
  switch (mode) {
    case "fwd": {
      const [outs, tangents] = jvp(args, [...inputs], [...vs]);
      const verdict = judgeValue("jvp(f, x, v)[0] = f(x)", outs, f(inputs), tolerances);
      if (verdict.kind !== "right") return verdict;
      const actual = allElements(tangents);
      return judge({ law: "jvp(f, x, v)[1] = d/dt f(x + t v)", curve, actual, weights: null }, tolerances);
    }
    case "rev": {
      const [outs, pull] = vjp(args, [...inputs]);
      const verdict = judgeValue("vjp(f, x)[0] = f(x)", outs, f(inputs), tolerances);
      if (verdict.kind !== "right") return verdict;
      const actual = [innerProduct(pull([...cts]), vs)];
      const law = "<vjp(f, x)[1](ct), v> = <ct, d/dt f(x + t v)>";
      return judge({ law, curve, actual, weights: allElements(cts) }, tolerances);
    }
  }
}

/** The function that the next order differentiates, and where: (x, v) -> f'(x) v, or x -> f'(x)^T ct. */
export function nextLevel(mode: DerivativeMode, { f, inputs, vs, cts }: Level, seed: number): Level {
  switch (mode) {
    case "fwd": {
      const twice: ArraysFunction = (xs) =>
        pushforward(f, xs.slice(inputs.length))(xs.slice(0, inputs.length));
      return levelOf(twice, [...inputs, ...vs], seed);
    }
    case "rev":
      return levelOf(pullback(f, cts), inputs, seed);
  }
}

/** "rev of fwd" for the path [fwd, rev]: the outermost first. */
export const showPath = (path: readonly DerivativeMode[]): string => [...path].reverse().join(" of ");

/** The first verdict along the path, innermost mode first, that is not "right"; with the level that it is about. */
export function judgePath(
  path: readonly DerivativeMode[],
  first: Level,
  tolerances: Tolerances,
  seed: number,
): { readonly verdict: Verdict; readonly level: Level } {
  let level = first;
  for (const [depth, mode] of path.entries()) {
    const verdict = judgeLevel(mode, level, tolerances);
    if (verdict.kind !== "right" || depth === path.length - 1) return { verdict, level };
    level = nextLevel(mode, level, seed);
  }
  return { verdict: { kind: "right" }, level };
}

function judgeValue(
  law: string,
  outs: readonly NDArray[],
  plain: readonly NDArray[],
  { atol, rtol }: Tolerances,
): Verdict {
  const [actual, expected] = [allElements(outs), allElements(plain)];
  // The same infinity, or NaN, on both sides is the same value.
  const same = actual.map((value, i) => Object.is(value, expected[i]));
  const compared = (values: readonly number[]): number[] => values.map((value, i) => (same[i] ? 0 : value));
  const off = distance(compared(actual), compared(expected));
  const allowed = atol + rtol * maxNorm(compared(expected));
  return off <= allowed
    ? { kind: "right" }
    : { kind: "wrong", evidence: { law, actual, expected, off, allowed } };
}
