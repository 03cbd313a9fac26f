/**
 * What a LoopIR scalar is in a kernel's text. gpu.js keeps every number as a float32, so an integer is one float where it is known
 * to stay below 2^24 (`small`), and otherwise two: its lower and upper 16 bits (`words`), on which all arithmetic is exact.
 */
import type { DType } from "../../../ir/dtype.js";
import { InternalError } from "../../../ir/errors.js";

export interface FloatValue {
  readonly kind: "float";
  readonly text: string;
  /** The summands that a compiler could find in it: see `Dialect.isReassociating`. */
  readonly summands: ReadonlySet<string>;
  /** What it was divided by, if it is a quotient. */
  readonly divisor: string | null;
  /** Its value, where that is a number that can be written. */
  readonly constant: number | null;
}

/** A condition; named ones are kept as 0 and 1. */
export interface FlagValue {
  readonly kind: "flag";
  readonly text: string;
}

/** An integer from `least` to `most`, both below 2^24 in size. */
export interface SmallValue {
  readonly kind: "small";
  readonly text: string;
  readonly least: number;
  readonly most: number;
}

/** The bits of an int32 or a uint32: floats from 0 to 65535. Both texts are names or numbers. */
export interface WordsValue {
  readonly kind: "words";
  readonly low: string;
  readonly high: string;
}

export type IntegerValue = SmallValue | WordsValue;
export type KernelValue = FloatValue | FlagValue | IntegerValue;

/** Every integer up to it is a float32. */
export const mostExact = 2 ** 24;

const nothing: ReadonlySet<string> = new Set();

export const floatValue = (
  text: string,
  { summands = nothing, divisor = null }: Partial<Pick<FloatValue, "summands" | "divisor">> = {},
): FloatValue => ({ kind: "float", text, summands, divisor, constant: null });

/** Compilers merge all constants of a sum: as summands they are one. */
const constantSummand: ReadonlySet<string> = new Set(["a constant"]);

/** A float32 that is known; null where it has no literal that all modes keep: NaN, the infinities and -0. */
export const constantFloat = (value: number): FloatValue | null =>
  Number.isFinite(value) && !Object.is(value, -0)
    ? { ...floatValue(numberText(value), { summands: constantSummand }), constant: value }
    : null;
export const flagValue = (text: string): FlagValue => ({ kind: "flag", text });
export const smallValue = (text: string, least: number, most: number): SmallValue => ({
  kind: "small",
  text,
  least,
  most,
});
export const wordsValue = (low: string, high: string): WordsValue => ({ kind: "words", low, high });

/** Whether all integers from `least` to `most` are floats, and of the dtype. */
export const isSmallRange = (dtype: DType, least: number, most: number): boolean =>
  least > -mostExact && most < mostExact && (dtype === "int32" || least >= 0);

/** A name or a number: it can stand twice without being computed twice. */
export const isAtomic = (text: string): boolean => /^\w[\w.]*$/.test(text);

/** A number as gpu.js reads it, a negative one in parentheses. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) throw new InternalError(`${value} has no literal in a kernel`);
  return value < 0 || Object.is(value, -0) ? `(-${-value})` : String(value);
}

/** A position that lies further on. Two numbers are added here: gpu.js's WebGL2 takes their sum for no integer. */
export function shifted(position: string, by: number): string {
  if (by === 0) return position;
  return /^\d+$/.test(position) ? String(Number(position) + by) : `${position} + ${by}`;
}

export function asFloat(value: KernelValue): FloatValue {
  if (value.kind !== "float") throw new InternalError(`a kernel wants a float and got ${value.kind}`);
  return value;
}

export function asFlag(value: KernelValue): FlagValue {
  if (value.kind !== "flag") throw new InternalError(`a kernel wants a condition and got ${value.kind}`);
  return value;
}

export function asInteger(value: KernelValue): IntegerValue {
  if (value.kind !== "small" && value.kind !== "words") {
    throw new InternalError(`a kernel wants an integer and got ${value.kind}`);
  }
  return value;
}
