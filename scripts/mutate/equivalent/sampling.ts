/** Of samplers and losses. */
import type { Equivalent } from "./equivalent.js";

export const sampling: readonly Equivalent[] = [
  {
    id: "src/sampling/langevin-sampling.ts#defaultLadder/off-by-one/1",
    becomes:
      "metropolis ? geometric(0.1, 0.002, Math.max(steps, 2)) : geometric(0.01, 0.0005, Math.max(steps, 1));",
    proof: "A ladder of one step and one of two are the same function of the count: both divide it by 1.",
  },
  {
    id: "src/sampling/langevin-sampling.ts#defaultLadder/off-by-one/2",
    becomes:
      "metropolis ? geometric(0.1, 0.002, Math.max(steps, 1)) : geometric(0.01, 0.0005, Math.max(steps, 2));",
    proof: "A ladder of one step and one of two are the same function of the count: both divide it by 1.",
  },
];
