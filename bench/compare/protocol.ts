/** What the process that compares and those that are compared say to each other: a line of JSON each. */
import type { Answers } from "../workloads/workload.js";

export type ToWorker =
  | { readonly kind: "warm"; readonly ms: number }
  | { readonly kind: "round"; readonly ms: number }
  | { readonly kind: "end" };

/** After its first call. Times are for the whole workload, `callMs` is for one call, which may be a share of it. */
export interface Ready {
  readonly kind: "ready";
  readonly firstMs: number;
  readonly callMs: number;
  readonly answers: Answers;
  readonly share: number;
  readonly codeBytes?: number | undefined;
}

export type FromWorker =
  | Ready
  | { readonly kind: "timed"; readonly ms: number; readonly callMs: number }
  | { readonly kind: "ended"; readonly rssMb: number }
  /** The contender has no such workload. */
  | { readonly kind: "absent" }
  | { readonly kind: "failed"; readonly message: string };
