/** checkGrads: a function's derivatives, of either mode and any order, against central differences. */
import type { NDArray } from "../autodiff/array.js";
import { flattenArrays } from "../autodiff/convert.js";
import { checkArguments, checkFunction, flatFunction } from "../autodiff/transforms/flat-function.js";
import type { InputArguments } from "../autodiff/types.js";
import { isFloat } from "../ir/dtype.js";
import { ArgumentError, DifferentiationError } from "../ir/errors.js";
import { allElements, directions, distance, innerProduct, maxNorm, moved, withElements } from "./arrays.js";
import type { ArraysFunction } from "./comparison.js";
import { pullback, pushforward } from "./derivatives.js";
import { difference } from "./differences.js";

/** Forward mode, reverse mode. */
export type DerivativeMode = "fwd" | "rev";

export interface CheckGradsOptions {
  /** How many derivatives deep: 2 checks the derivatives' derivatives too, in all orders of the modes. Default 1. */
  readonly order?: number;
  /** Default both. */
  readonly modes?: readonly DerivativeMode[];
  /** Absolute and relative tolerance. Default 1e-5 for float64, 2e-3 where any input or output is float32. */
  readonly atol?: number;
  readonly rtol?: number;
  /** The largest step of the differences, which are extrapolated from there. Default 1/128; 1/8 for float32. */
  readonly eps?: number;
}

interface Settings {
  readonly modes: readonly DerivativeMode[];
  readonly atol: number;
  readonly rtol: number;
  readonly eps: number;
}

/**
 * Checks the derivatives of `f` at `args`, a tuple of arguments (trees of float arrays), along one random direction, the same in
 * every run. f must be smooth near the arguments. Integer leaves are constants; integer outputs are not looked at.
 * Source: jax.test_util.check_grads. There reverse mode is checked against differences along one direction too; differences
 * here are adaptive.
 *
 * @throws DifferentiationError naming mode, order and the two numbers when they differ.
 * @example checkGrads((x) => np.sin(x).mul(x), [np.array([0.3, 0.7])], { order: 2 })
 */
export function checkGrads<A extends unknown[]>(
  f: (...args: A) => unknown,
  args: InputArguments<A>,
  options: CheckGradsOptions = {},
): void {
  checkFunction("checkGrads", f);
  checkArguments("checkGrads", "arguments", args);
  const [leaves, structure] = flattenArrays(args, "checkGrads: args");
  const floats = leaves.flatMap((x, i) => (isFloat(x.dtype) ? [i] : []));
  if (floats.length === 0) {
    throw new ArgumentError(
      "checkGrads: no argument is a float array, so there is nothing to differentiate in; give one",
    );
  }
  const flat = flatFunction("checkGrads", f, structure);
  const g: ArraysFunction = (xs) => {
    const all = [...leaves];
    floats.forEach((i, k) => {
      all[i] = xs[k];
    });
    return flat.call(all).filter((out) => isFloat(out.dtype));
  };
  const { order = 1, modes = ["fwd", "rev"] } = options;
  if (!Number.isInteger(order) || order < 1) {
    throw new ArgumentError(`checkGrads: order must be a whole number from 1 on, got ${order}`);
  }
  const inputs = floats.map((i) => concreteFloat(leaves[i]));
  const single = [...inputs, ...g(inputs)].some((x) => x.dtype === "float32");
  const {
    atol = single ? 2e-3 : 1e-5,
    rtol = single ? 2e-3 : 1e-5,
    eps = single ? 1 / 8 : 1 / 128,
  } = options;
  check(g, inputs, order, { modes, atol, rtol, eps }, "");
}

/** A plain number is a weak scalar: moved, it is an array like any other. */
const concreteFloat = (x: NDArray): NDArray => withElements(x, allElements([x]));

function check(
  f: ArraysFunction,
  inputs: readonly NDArray[],
  order: number,
  settings: Settings,
  path: string,
): void {
  for (const mode of settings.modes) {
    const here = path === "" ? mode : `${mode} of ${path}`;
    const vs = directions(inputs, 1);
    const numeric = difference((t) => allElements(f(moved(inputs, vs, t))), { step: settings.eps });
    const outs = f(inputs);
    if (mode === "fwd") {
      const tangents = pushforward(f, vs)(inputs);
      compare(here, allElements(tangents), numeric.estimate, settings);
      if (order > 1) check(twice(f, inputs.length), [...inputs, ...vs], order - 1, settings, here);
    } else {
      const cts = directions(outs, 2);
      const cotangents = pullback(f, cts)(inputs);
      const ofDifferences = allElements(cts).reduce((sum, ct, i) => sum + ct * numeric.estimate[i], 0);
      compare(here, [innerProduct(cotangents, vs)], [ofDifferences], settings);
      if (order > 1) check(pullback(f, cts), inputs, order - 1, settings, here);
    }
  }
}

/** (x, v) -> f'(x) v */
const twice =
  (f: ArraysFunction, count: number): ArraysFunction =>
  (xs) =>
    pushforward(f, xs.slice(count))(xs.slice(0, count));

function compare(
  what: string,
  actual: readonly number[],
  expected: readonly number[],
  { atol, rtol }: Settings,
): void {
  const off = distance(actual, expected);
  const size = maxNorm(expected);
  if (off <= atol + rtol * size) return;
  const show = (values: readonly number[]): string =>
    `[${values.slice(0, 8).join(", ")}${values.length > 8 ? ", ..." : ""}]`;
  throw new DifferentiationError(
    `checkGrads: ${what} gives ${show(actual)} and central differences ${show(expected)}: off by ${off}; ` +
      "if f is smooth there, its derivative rule is wrong; if not, choose another point",
  );
}
