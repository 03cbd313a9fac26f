/** Schedules: a step size as a function of the number of steps taken. Source: Optax's, under shorter names. */
import type { NDArray } from "../autodiff/array.js";
import { literal } from "../autodiff/array.js";
import { add, div, mul, sub } from "../autodiff/primitives/arithmetic.js";
import { le, lt } from "../autodiff/primitives/comparison.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { pow } from "../autodiff/primitives/power.js";
import { floor } from "../autodiff/primitives/rounding-and-sign.js";
import { clamp, max, min, select } from "../autodiff/primitives/selection.js";
import { cos } from "../autodiff/primitives/trigonometric.js";
import { isFloat } from "../ir/dtype.js";
import { ArgumentError } from "../ir/errors.js";

/** The count of steps taken, 0 before the first, as a number or an int32 array -> the value, f32 of the same shape. */
export type Schedule = (count: NDArray | number) => NDArray;

const floatCount = (count: NDArray | number): NDArray => {
  if (typeof count === "number") return literal(count, "float32", false);
  return isFloat(count.dtype) ? count : convertElementType(count, "float32");
};

function checkSteps(name: string, option: string, steps: number): void {
  if (!(steps > 0))
    throw new ArgumentError(`${name}: ${option} is ${steps}; give a positive number of steps`);
}

/**
 * The same value at every step.
 *
 * Source: optax.constant_schedule.
 */
export const constant =
  (value: number): Schedule =>
  () =>
    literal(value, "float32", false);

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
  { begin = 0 }: { readonly begin?: number } = {},
): Schedule {
  checkSteps("optim.linear", "steps", steps);
  return (count) => {
    const left = sub(1, div(clamp(0, sub(floatCount(count), begin), steps), steps));
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
export function cosineDecay(
  initial: number,
  steps: number,
  { alpha = 0, exponent = 1 }: CosineOptions = {},
): Schedule {
  checkSteps("optim.cosineDecay", "steps", steps);
  return (count) => {
    const angle = div(mul(Math.PI, min(floatCount(count), steps)), steps);
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
  { begin = 0, staircase = false, final }: ExponentialOptions = {},
): Schedule {
  checkSteps("optim.exponentialDecay", "steps", steps);
  if (!(rate > 0)) throw new ArgumentError(`optim.exponentialDecay: rate is ${rate}; give a positive factor`);
  return (count) => {
    const since = sub(floatCount(count), begin);
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
  { final = 0, exponent = 1 }: WarmupOptions = {},
): Schedule {
  checkSteps("optim.warmupCosine", "warmup", warmup);
  checkSteps("optim.warmupCosine", "steps - warmup", steps - warmup);
  const rise = linear(initial, peak, warmup);
  const fall = cosineDecay(peak, steps - warmup, { alpha: peak === 0 ? 0 : final / peak, exponent });
  return (count) => {
    const x = floatCount(count);
    return select(lt(x, warmup), rise(x), fall(sub(x, warmup)));
  };
}
