/** A row of the vocabulary: one primitive (or construct), and how programs use it. */
import type { Interval } from "../program.js";
import type { Draft, Plan } from "./draft.js";

export interface Row {
  /** The primitive's own name, or the construct's. */
  readonly name: string;
  /** Chooses operands and parameters. */
  readonly plan: (draft: Draft) => Plan;
}

/** The interval of sums. */
export const plus = ([a, b]: Interval, [c, d]: Interval): Interval => [a + c, b + d];

export const negated = ([a, b]: Interval): Interval => [-b, -a];

/** The interval of products. */
export function times([a, b]: Interval, [c, d]: Interval): Interval {
  const corners = [a * c, a * d, b * c, b * d];
  return [Math.min(...corners), Math.max(...corners)];
}

/** The least interval that holds all of them. */
export const hull = (...intervals: readonly Interval[]): Interval => [
  Math.min(...intervals.map(([low]) => low)),
  Math.max(...intervals.map(([, high]) => high)),
];

/** The whole number below x + offset, as code. */
export const placeText = (x: string, offset: number): string =>
  `lax.convertElementType(lax.floor(${x}.add(${offset})), "int32")`;

/** [a, b] as text. */
export const list = (values: readonly number[]): string => `[${values.join(", ")}]`;
