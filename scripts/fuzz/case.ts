/** One case of a search: a program, and what is held against what. Case i of a seed is always the same. */
import { IllConditioned as IllConditionedProgram } from "../../src/testing/comparison.js";
import { IllConditioned as IllConditionedCase } from "../../tests/jax-programs/judge.js";
import { Choices } from "../../tests/jax-programs/random-choices.js";

export interface Case {
  readonly kind: string;
  /** What is checked, in a few words: "jitIsEager". */
  readonly check: string;
  readonly operations: number;
  /** How often each primitive, transformation, function or statement stands in it: "primitive sin" -> 2. */
  readonly uses: ReadonlyMap<string, number>;
  /** The program and its inputs as code. */
  readonly show: () => string;
  /** Gives the number of results compared. Throws IllConditioned where rounding decides, anything else where the check fails. */
  readonly judge: () => number;
  /** The smallest case found that fails as this one does. */
  readonly shrunk: (error: unknown) => Failing;
}

/** What is kept of a failure. */
export interface Failing {
  readonly message: string;
  /** A whole test file, in vitest's words. */
  readonly test: string;
}

/** A family of cases. Each is drawn in proportion to its weight. */
export interface Kind {
  readonly name: string;
  readonly weight: number;
  /** `origin` tells where a stored test comes from. */
  readonly draw: (choices: Choices, origin: Origin) => Case;
}

export interface Origin {
  readonly seed: number;
  readonly index: number;
}

/** Case `index` of a seed, of one of the kinds. */
export function caseOf(kinds: readonly Kind[], { seed, index }: Origin): Case {
  let left = new Choices(seed, index).uniform(
    0,
    kinds.reduce((sum, { weight }) => sum + weight, 0),
  );
  const kind = kinds.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return (kind ?? kinds[0]).draw(new Choices(seed, index, 1), { seed, index });
}

/** A 31-bit number of the case's own. */
export const numberFrom = (choices: Choices): number => choices.integer(0, 2 ** 31 - 1);

/** Rounding decides what the program gives: it is set aside. */
export const isIllConditioned = (error: unknown): boolean =>
  error instanceof IllConditionedProgram || error instanceof IllConditionedCase;

/** What a failure is like, numbers and shapes aside: a smaller program that fails otherwise is not the same failure. */
export function likeness(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [line] = error.message.split("\n");
  return `${error.name}: ${line.split(/[:;\d[]/)[0]}`;
}

/** The failure in words. */
export const messageOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);

/** One more of each name. */
export function count(uses: Map<string, number>, group: string, names: Iterable<string>): void {
  for (const name of names) {
    const key = `${group} ${name}`;
    uses.set(key, (uses.get(key) ?? 0) + 1);
  }
}
