/** What the search and its workers tell each other. */
import type { Failing, Origin } from "./case.js";
import type { Tally } from "./tally.js";

/** A range of cases, the first included, the last not. */
export interface Work {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
}

export interface Found extends Origin, Failing {
  readonly kind: string;
}

export type Report =
  /** It is at this case: where it hangs, or ends, this is why. */
  | { readonly type: "at"; readonly index: number }
  /** It makes a failure smaller. */
  | { readonly type: "shrinking" }
  | { readonly type: "found"; readonly found: Found }
  | { readonly type: "done"; readonly tally: Tally; readonly megabytes: number };
