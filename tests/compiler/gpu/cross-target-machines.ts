/** The machines that the cases run on, and how far their results may be from those of the target js. */
import type { GpuMode } from "cotangent/gpu";

export type Machine = "wasm" | GpuMode;

export type Allowance =
  /** The same bits; NaN equals NaN. */
  | { readonly kind: "bits" }
  | {
      readonly kind: "rounding";
      /** For each element, in ulps of its value; of golden rows also what rounding may do to the row on any machine. */
      readonly ulps: number;
      /** For each element, whatever its size. */
      readonly tiny: number;
    };

const bits: Allowance = { kind: "bits" };

/**
 * A driver may turn x / c into x (1 / c) and (x a) b into x (a b), and WebGPU asks for division and square root within 2.5 ulp only:
 * an operation, or an elementary function, may be a few ulp off. Numbers below the least normal one may be 0, and 0 has no sign.
 * Integers, conditions, NaN and the infinities are exact.
 */
const rounding: Allowance = { kind: "rounding", ulps: 4, tiny: 2 ** -126 };

export const allowances: Readonly<Record<Machine, Allowance>> = {
  wasm: bits,
  cpu: bits,
  webasm: bits,
  webgpu: rounding,
  webgl2: rounding,
};
