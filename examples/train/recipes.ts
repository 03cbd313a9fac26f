/** Settings that belong together. Points have unit variance, and step sizes are in units of their square. */

/** All that determines what is learned from given points. */
export interface Recipe {
  /** Widths of the hidden layers of the energy's network. */
  readonly hidden: readonly number[];
  readonly gain: number;
  readonly confinement: number;
  /** Where chains start at each step of training: where they were left, at the batch of data, or at noise. */
  readonly negatives: "persistent" | "data" | "noise";
  readonly chains: number;
  /** Positions in the replay buffer of persistent chains, at least as many as there are chains. */
  readonly buffer: number;
  readonly reinit: number;
  readonly reinitFrom: "data" | "noise";
  /** Metropolis hops between wells, before the Langevin steps; none without the correction. */
  readonly hops: number;
  readonly hopSd: number;
  readonly langevinSteps: number;
  readonly firstStep: number;
  readonly lastStep: number;
  /** Whether Langevin steps are corrected. */
  readonly metropolis: boolean;
  readonly batch: number;
  readonly iterations: number;
  readonly learningRate: number;
  readonly alpha: number;
  readonly jitter: number;
}

/** Persistent chains that hop between wells and take corrected Langevin steps within them. It learns the weights of wells. */
const standard: Recipe = {
  hidden: [64, 64, 64],
  gain: 2,
  confinement: 2,
  negatives: "persistent",
  chains: 256,
  buffer: 256,
  reinit: 0.05,
  reinitFrom: "data",
  hops: 5,
  hopSd: 1,
  langevinSteps: 10,
  firstStep: 0.1,
  lastStep: 0.002,
  metropolis: true,
  batch: 256,
  iterations: 1500,
  learningRate: 0.01,
  alpha: 0,
  jitter: 0,
};

/**
 * The article's way: annealed Langevin steps from the data, with nothing that corrects them, so they are small and the learning
 * rate is low. The weights of wells that are far apart are left as they come.
 */
const plain: Recipe = {
  ...standard,
  gain: 2,
  negatives: "data",
  langevinSteps: 20,
  firstStep: 0.02,
  lastStep: 0.0005,
  metropolis: false,
  hops: 0,
  learningRate: 0.003,
};

export const recipes = {
  default: standard,
  quick: { ...standard, iterations: 600 },
  long: { ...standard, iterations: 4000 },
  plain,
} as const satisfies Readonly<Record<string, Recipe>>;

export type RecipeName = keyof typeof recipes;
