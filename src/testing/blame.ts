/** A law that is broken names the equation that breaks it. */
import { CotangentError } from "../ir/errors.js";
import { checkedSubject } from "./checks.js";
import { IllConditioned, LawViolation } from "./comparison.js";
import { firstEquation } from "./equations.js";
import type { Law } from "./law.js";
import { showArrays } from "./outcomes.js";

/**
 * The same law, whose violation also says at which inputs and seed, and which equation of the function, the first in the order
 * of computation, breaks the law by itself.
 */
export const blaming =
  (law: Law): Law =>
  (given) => {
    const subject = checkedSubject("testing: laws", given);
    try {
      law(subject);
    } catch (violation) {
      if (!(violation instanceof LawViolation)) throw violation;
      const { f, inputs, seed } = subject;
      const found = unlessRefused(() =>
        firstEquation(f, inputs, (equation) => violationOf(law, { ...equation, seed })),
      );
      const culprit = found === null ? "none of the equations alone" : found.equation.label;
      // The same error, so that its stack shows where the law was broken.
      violation.message += `\n  at ${showArrays(inputs)} (seed ${seed})\n  culprit: ${culprit}`;
      throw violation;
    }
  };

function violationOf(law: Law, subject: Parameters<Law>[0]): LawViolation | null {
  return unlessRefused(() => {
    try {
      law(subject);
    } catch (error) {
      if (error instanceof LawViolation) return error;
      if (!(error instanceof IllConditioned)) throw error;
    }
    return null;
  });
}

/** null where a transformation refuses: an equation that has no derivative is not what breaks a law. */
export function unlessRefused<T>(run: () => T | null): T | null {
  try {
    return run();
  } catch (error) {
    if (error instanceof CotangentError) return null;
    throw error;
  }
}
