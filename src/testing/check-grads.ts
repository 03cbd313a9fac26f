/** checkGrads: a function's derivatives, of either mode and any order, against central differences. */
import type { NDArray } from "../autodiff/array.js";
import { checkArguments, checkFunction } from "../autodiff/transforms/flat-function.js";
import type { InputArguments } from "../autodiff/types.js";
import { checkChoice, checkInteger, checkList, type OptionKinds, readOptions } from "../ir/arguments.js";
import { show } from "../ir/describe.js";
import { ArgumentError } from "../ir/errors.js";
import { unlessRefused } from "./blame.js";
import { firstEquation } from "./equations.js";
import {
  type DerivativeMode,
  judgeLevel,
  judgePath,
  type Level,
  levelOf,
  nextLevel,
  showPath,
} from "./judge-path.js";
import type { ArraysFunction } from "./law.js";
import { type Evidence, errorOf, type Finding, showNumbers } from "./outcomes.js";
import { floatPart } from "./subject.js";
import type { Tolerances } from "./verdict.js";

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
  /** How many random directions, the same in every run. Default 1. */
  readonly directions?: number;
}

/**
 * Checks the derivatives of `f` at `args`, a tuple of arguments (trees of float arrays), along random directions v, the same in
 * every run: jvp(f, x, v) = d/dt f(x + t v), and <vjp(f, x)(ct), v> = <ct, d/dt f(x + t v)>, at every order. Integer leaves are
 * constants; integer outputs are not looked at.
 *
 * Source: jax.test_util.check_grads. There reverse mode is checked against differences along one direction too; differences
 * here are adaptive, so that their error is known: Ridders's extrapolation, from both sides and from each.
 *
 * @throws WrongDerivativeError when the differences settle and the derivative is another number: with the law, the input, the
 *   direction, both numbers and the first primitive (or custom function) whose own rule disagrees; NotDifferentiableError at
 *   kinks, jumps, vertical tangents and where values are not finite; IllConditioned when the differences do not settle.
 *   ArgumentError when no argument is a float, and for options that are none.
 * @example checkGrads((x) => np.sin(x).mul(x), [np.array([0.3, 0.7])], { order: 2 })
 */
export function checkGrads<A extends unknown[]>(
  f: (...args: A) => unknown,
  args: InputArguments<A>,
  options: CheckGradsOptions = {},
): void {
  const finding = findGradientFault(f, args, options);
  if (finding !== null) throw errorOf(finding);
}

/**
 * What checkGrads would throw, as a record; null where all derivatives are right. For those who want to go on at a kink, say.
 *
 * @throws ArgumentError as checkGrads
 * @example findGradientFault((x) => np.abs(x).mul(3), [0])?.kind // "notDifferentiable"
 */
export function findGradientFault<A extends unknown[]>(
  f: (...args: A) => unknown,
  args: InputArguments<A>,
  options: CheckGradsOptions = {},
): Finding | null {
  checkFunction("checkGrads", f);
  checkArguments("checkGrads", "arguments", args);
  const { order = 1, modes = ["fwd", "rev"], directions = 1, ...rest } = checkOptions(options);
  const { g, inputs } = floatPart("checkGrads", f, args);
  const single = [...inputs, ...g(inputs)].some((x) => x.dtype === "float32");
  const { atol = single ? 2e-3 : 1e-5, rtol = single ? 2e-3 : 1e-5, eps = single ? 1 / 8 : 1 / 128 } = rest;
  for (let seed = 0; seed < directions; seed++) {
    const first = levelOf(g, inputs, seed);
    const finding = search({ first, modes, tolerances: { atol, rtol, eps }, seed }, first, [], order);
    if (finding !== null) return finding;
  }
  return null;
}

// arguments ----------------------------------------------------------------------------------------------------------

const optionKinds: OptionKinds<CheckGradsOptions> = {
  order: "any",
  modes: "any",
  atol: "number",
  rtol: "number",
  eps: "number",
  directions: "any",
};

function checkOptions(options: CheckGradsOptions): CheckGradsOptions {
  const {
    order = 1,
    modes = ["fwd"],
    directions = 1,
    atol = 0,
    rtol = 0,
    eps = 1,
  } = readOptions("checkGrads", options, optionKinds);
  checkInteger("checkGrads", "order", order, 1);
  checkInteger("checkGrads", "directions", directions, 1);
  checkList("checkGrads", "modes", modes, '"fwd" and "rev"');
  for (const mode of modes) checkChoice("checkGrads", "a mode", mode, ["fwd", "rev"]);
  for (const [name, value] of Object.entries({ atol, rtol })) {
    if (!(value >= 0)) throw new ArgumentError(`checkGrads: ${name} must be 0 or more, got ${show(value)}`);
  }
  if (!(eps > 0 && eps < Number.POSITIVE_INFINITY)) {
    throw new ArgumentError(`checkGrads: eps is a step, a finite number above 0, got ${show(eps)}`);
  }
  return options;
}

// the search ---------------------------------------------------------------------------------------------------------

interface Search {
  /** The function itself at the point. */
  readonly first: Level;
  readonly modes: readonly DerivativeMode[];
  readonly tolerances: Tolerances;
  readonly seed: number;
}

/** Depth first over the paths of modes: the first finding, or null. */
function search(
  whole: Search,
  level: Level,
  before: readonly DerivativeMode[],
  order: number,
): Finding | null {
  for (const mode of whole.modes) {
    const path = [...before, mode];
    const verdict = judgeLevel(mode, level, whole.tolerances);
    if (verdict.kind !== "right") {
      const place = { path: showPath(path), inputs: level.inputs, direction: level.vs };
      return { ...verdict, place, culprit: verdict.kind === "wrong" ? culpritOf(whole, path) : null };
    }
    if (order > 1) {
      const finding = search(whole, nextLevel(mode, level, whole.seed), path, order - 1);
      if (finding !== null) return finding;
    }
  }
  return null;
}

/**
 * The first equation of f that is wrong along the path by itself; and for a derivative of a derivative the first equation
 * inside that equation's own derivative.
 */
function culpritOf({ first, tolerances, seed }: Search, path: readonly DerivativeMode[]): string | null {
  const faultAlong =
    (modes: readonly DerivativeMode[]) =>
    (f: ArraysFunction, inputs: readonly NDArray[]): { evidence: Evidence; level: Level } | null =>
      unlessRefused(() => {
        const { verdict, level } = judgePath(modes, levelOf(f, inputs, seed), tolerances, seed);
        return verdict.kind === "wrong" ? { evidence: verdict.evidence, level } : null;
      });
  const along = faultAlong(path);
  const found = firstEquation(first.f, first.inputs, ({ f, inputs }) => along(f, inputs));
  if (found === null) return null;
  const { evidence, level } = found.evidence;
  const said = `${found.equation.label}: ${showNumbers(evidence.actual)}, and differences of it ${showNumbers(evidence.expected)}`;
  if (path.length === 1) return said;
  const last = faultAlong(path.slice(-1));
  const inner = unlessRefused(() => firstEquation(level.f, level.inputs, ({ f, inputs }) => last(f, inputs)));
  return inner === null ? said : `${said}; in its derivative, ${inner.equation.label}`;
}
