/** Schedules: a step size as a function of the number of steps taken. Source: Optax's, under shorter names. */
import { literal, NDArray } from "../autodiff/array.js";
import { add, div, mul, sub } from "../autodiff/primitives/arithmetic.js";
import { le, lt } from "../autodiff/primitives/comparison.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { pow } from "../autodiff/primitives/power.js";
import { floor } from "../autodiff/primitives/rounding-and-sign.js";
import { clamp, max, min, select } from "../autodiff/primitives/selection.js";
import { cos } from "../autodiff/primitives/trigonometric.js";
import { readOptions } from "../ir/arguments.js";
import { describe } from "../ir/describe.js";
import { isFloat } from "../ir/dtype.js";
import { ArgumentError } from "../ir/errors.js";
import { checkFinite } from "./optimizer.js";

/** The count of steps taken, 0 before the first, as a number or an int32 array -> the value, f32 of the same shape. */
export type Schedule = (count: NDArray | number) => NDArray;

/**
 * What may stand for a learning rate: a number, a scalar array (which may be traced), or a function of the steps taken, as
 * every schedule is.
 */
export type ScalarOrSchedule = number | NDArray | ((count: NDArray) => NDArray | number);

function floatCount(operation: string, count: NDArray | number): NDArray {
  if (typeof count === "number") return literal(count, "float32", false);
  if (!(count instanceof NDArray)) {
    throw new ArgumentError(
      `${operation}: a schedule takes the count of steps, a number or an array, got ${describe(count)}`,
    );
  }
  return isFloat(count.dtype) ? count : convertElementType(count, "float32");
}

function checkSteps(name: string, option: string, steps: number): void {
  if (!(steps > 0))
    throw new ArgumentError(`${name}: ${option} is ${steps}; give a positive number of steps`);
}

/**
 * The same value at every step.
 *
 * Source: optax.constant_schedule.
 */
export function constant(value: number): Schedule {
  checkFinite("optim.constant", { value });
  return () => literal(value, "float32", false);
}

/**
 * From `initial` to `final` in `steps` steps along a line, then constant; `begin` steps pass first.
 * Source: optax.linear_schedule.
 *
 * @throws ArgumentError when `steps` is not positive (Optax then stays at `initial`)
 * @example linear(1, 0, 10)(5).item() // 0.5
 */
export function linear(
  initial: number,
  final: number,
  steps: number,
  options: { readonly begin?: number } = {},
): Schedule {
  const { begin = 0 } = readOptions("optim.linear", options, { begin: "number" });
  checkFinite("optim.linear", { initial, final, steps, begin });
  checkSteps("optim.linear", "steps", steps);
  return (count) => {
    const left = sub(1, div(clamp(0, sub(floatCount("optim.linear", count), begin), steps), steps));
    return add(mul(initial - final, left), final);
  };
}

export interface CosineOptions {
  /** What is left at the end, as a part of the initial value; 0 by default. */
  readonly alpha?: number;
  /** The power of the cosine; 1 by default. */
  readonly exponent?: number;
}

/**
 * initial ((1 - alpha) ((1 + cos(pi count / steps)) / 2)^exponent + alpha), constant after `steps`.
 * Source: optax.cosine_decay_schedule; Loshchilov and Hutter, "SGDR" (2016).
 *
 * @throws ArgumentError when `steps` is not positive
 */
export function cosineDecay(initial: number, steps: number, options: CosineOptions = {}): Schedule {
  const { alpha = 0, exponent = 1 } = readOptions("optim.cosineDecay", options, {
    alpha: "number",
    exponent: "number",
  });
  checkFinite("optim.cosineDecay", { initial, steps, alpha, exponent });
  checkSteps("optim.cosineDecay", "steps", steps);
  return (count) => {
    const angle = div(mul(Math.PI, min(floatCount("optim.cosineDecay", count), steps)), steps);
    const decay = mul(0.5, add(1, cos(angle)));
    const powered = exponent === 1 ? decay : pow(decay, exponent);
    return mul(initial, add(mul(1 - alpha, powered), alpha));
  };
}

export interface ExponentialOptions {
  /** Steps before the decay begins; 0 by default. */
  readonly begin?: number;
  /** Decay at multiples of `steps` only; false by default. */
  readonly staircase?: boolean;
  /** The value goes no further than this. */
  readonly final?: number;
}

/**
 * initial rate^(count / steps).
 * Source: optax.exponential_decay.
 *
 * @throws ArgumentError when `steps` or `rate` is not positive (Optax then stays at `initial`)
 */
export function exponentialDecay(
  initial: number,
  steps: number,
  rate: number,
  options: ExponentialOptions = {},
): Schedule {
  const {
    begin = 0,
    staircase = false,
    final,
  } = readOptions("optim.exponentialDecay", options, {
    begin: "number",
    staircase: "boolean",
    final: "number",
  });
  checkFinite("optim.exponentialDecay", { initial, steps, rate, begin, final: final ?? 0 });
  checkSteps("optim.exponentialDecay", "steps", steps);
  if (!(rate > 0)) throw new ArgumentError(`optim.exponentialDecay: rate is ${rate}; give a positive factor`);
  return (count) => {
    const since = sub(floatCount("optim.exponentialDecay", count), begin);
    const periods = staircase ? floor(div(since, steps)) : div(since, steps);
    const decayed = select(
      le(since, 0),
      literal(initial, since.dtype, false),
      mul(initial, pow(rate, periods)),
    );
    if (final === undefined) return decayed;
    return rate < 1 ? max(decayed, final) : min(decayed, final);
  };
}

export interface WarmupOptions {
  /** The value at the end; 0 by default. */
  readonly final?: number;
  /** The power of the cosine; 1 by default. */
  readonly exponent?: number;
}

/**
 * From `initial` to `peak` along a line in `warmup` steps, then by a cosine to `final`, which is reached after `steps`
 * steps in all.
 * Source: optax.warmup_cosine_decay_schedule.
 *
 * @throws ArgumentError when `warmup` is not positive or `steps` does not exceed it
 */
export function warmupCosine(
  initial: number,
  peak: number,
  warmup: number,
  steps: number,
  options: WarmupOptions = {},
): Schedule {
  const { final = 0, exponent = 1 } = readOptions("optim.warmupCosine", options, {
    final: "number",
    exponent: "number",
  });
  checkFinite("optim.warmupCosine", { initial, peak, warmup, steps, final, exponent });
  checkSteps("optim.warmupCosine", "warmup", warmup);
  checkSteps("optim.warmupCosine", "steps - warmup", steps - warmup);
  const rise = linear(initial, peak, warmup);
  const fall = cosineDecay(peak, steps - warmup, { alpha: peak === 0 ? 0 : final / peak, exponent });
  return (count) => {
    const x = floatCount("optim.warmupCosine", count);
    return select(lt(x, warmup), rise(x), fall(sub(x, warmup)));
  };
}
