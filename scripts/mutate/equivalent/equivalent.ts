/** Mutants that no test can kill, each with the proof. */
import { compiler } from "./compiler.js";
import { primitives } from "./primitives.js";
import { sampling } from "./sampling.js";
import { transformations } from "./transformations.js";

export interface Equivalent {
  readonly id: string;
  /** The mutant's first line that differs, trimmed, so that an entry cannot come to mean another mutant. */
  readonly becomes: string;
  readonly proof: string;
}

export const equivalents: readonly Equivalent[] = [
  ...compiler,
  ...primitives,
  ...transformations,
  ...sampling,
];
