/** A mean over points and how far to trust it. */
import type { NDArray } from "../../autodiff/array.js";
import { describe } from "../../ir/describe.js";
import { ArgumentError } from "../../ir/errors.js";

/** In nats. */
export interface Score {
  readonly mean: number;
  /** sd / sqrt(n), the sd with n - 1 */
  readonly standardError: number;
}

/** The mean of independent values. f64[n] -> Score */
export const scoreOf = (values: NDArray): Score => ({
  mean: Number(values.mean().item()),
  standardError: Number(values.std(null, { ddof: 1 }).item()) / Math.sqrt(values.size),
});

/** @throws ArgumentError unless it is a finite number. */
export function checkFinite(
  operation: string,
  name: string,
  value: unknown,
  remedy: string,
): asserts value is number {
  if (typeof value === "number" && Number.isFinite(value)) return;
  throw new ArgumentError(`${operation}: ${name} must be a finite number, got ${describe(value)}; ${remedy}`);
}
