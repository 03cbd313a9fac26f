/** Runs one case, and makes a test of it where it fails. */
import {
  type Case,
  caseOf,
  type Failing,
  isIllConditioned,
  type Kind,
  messageOf,
  type Origin,
} from "./case.js";
import type { Ending } from "./tally.js";

export interface Result {
  readonly ending: Ending;
  /** Null unless it failed. */
  readonly failing: Failing | null;
}

/** `onFailure` is called before a failure is shrunk, which takes much longer than to run a case. */
export function runCase(
  kinds: readonly Kind[],
  origin: Origin,
  onFailure: () => void = () => {},
): Result & { readonly drawn: Case } {
  const drawn = caseOf(kinds, origin);
  try {
    return { drawn, ending: { compared: drawn.judge() }, failing: null };
  } catch (error) {
    if (isIllConditioned(error)) return { drawn, ending: "discarded", failing: null };
    onFailure();
    return { drawn, ending: "failed", failing: smallest(drawn, error) };
  }
}

/** A fault of the search itself while it shrinks must not hide the failure. */
function smallest(drawn: Case, error: unknown): Failing {
  try {
    return drawn.shrunk(error);
  } catch (fault) {
    return { message: `${messageOf(error)}\n(shrinking it failed: ${messageOf(fault)})`, test: "" };
  }
}
