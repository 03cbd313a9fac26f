/** All workloads as a user of this library writes them. */
import { setDefaultTarget } from "cotangent";
import { w1 } from "./w1.js";
import { w2 } from "./w2.js";
import { w3 } from "./w3.js";
import { w4 } from "./w4.js";
import { w5Chained, w5Eager, w5Jit } from "./w5.js";
import { w6Grad, w6Value } from "./w6.js";
import { w7 } from "./w7.js";
import { w8 } from "./w8.js";
import type { Contender, Run, Sizes, WorkloadId } from "./workload.js";

const definitions: Readonly<Record<WorkloadId, (target: string, sizes: Sizes) => Run>> = {
  W1: w1,
  W1b: w1,
  W2: w2,
  W3: w3,
  W4: w4,
  "W5 jit": w5Jit,
  "W5 chained": w5Chained,
  "W5 eager": w5Eager,
  "W6 value": w6Value,
  "W6 grad": w6Grad,
  W7: w7,
  W8: w8,
};

/** A workload on a target of ours. */
export const ownRun = (id: WorkloadId, target: string, sizes: Sizes): Run => definitions[id](target, sizes);

/** All of them on one target. */
export function ownContender(target: string): Contender {
  setDefaultTarget(target);
  return Object.fromEntries(
    Object.entries(definitions).map(([id, define]) => [id, (sizes: Sizes) => define(target, sizes)]),
  );
}
