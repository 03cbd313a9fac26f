/** What a law is, and what it is about: a function at a point. */
import type { NDArray } from "../autodiff/array.js";

/** A function of a list of arrays into such a list. */
export type ArraysFunction = (xs: readonly NDArray[]) => readonly NDArray[];

/** A function at a point. */
export interface Subject {
  readonly f: ArraysFunction;
  readonly inputs: readonly NDArray[];
  /** Directions and weights come from it. */
  readonly seed: number;
}

/** A law: it throws LawViolation where the subject breaks it, IllConditioned where that cannot be judged. */
export type Law = (subject: Subject) => void;
