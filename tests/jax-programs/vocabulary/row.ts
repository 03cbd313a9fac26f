/** A row of the vocabulary: one call, with random operands, axes and options. */
import type { Draft } from "../draft.js";
import { operand, type Wanted } from "../operands.js";
import type { Interval, Kind, Value } from "../values.js";

export interface Row {
  readonly name: string;
  /** Appends the call; throws NoFit where it cannot. */
  readonly grow: (draft: Draft) => void;
  /** Its results depend on whether there are 64-bit types: only in programs without. */
  readonly narrow?: boolean;
}

/** A float; in programs without 64-bit types sometimes an integer, which the call is to promote. */
export function numeric(
  draft: Draft,
  interval: Interval,
  others: readonly Kind[] = ["int", "uint", "bool"],
  wanted: Wanted = {},
): Value {
  const mixed = !draft.root.wide && others.length > 0 && draft.choices.chance(0.12);
  return operand(draft, { ...wanted, kinds: mixed ? others : ["float"], interval });
}

/** An axis in either spelling. */
export const spelled = ({ choices }: Draft, axis: number, rank: number): number =>
  choices.chance(0.4) ? axis - rank : axis;

export const axesOf = (shape: readonly number[]): number[] => shape.map((_, axis) => axis);

/** One axis of the value. */
export const anAxis = (draft: Draft, { shape }: Value): number =>
  spelled(draft, draft.choices.integer(0, shape.length - 1), shape.length);
