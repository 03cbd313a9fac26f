/** Where the model's samples come from while it is trained: the negatives of the loss. */
import type { NDArray } from "../autodiff/array.js";
import type { Key } from "../random/key.js";
import { type LangevinOptions, langevinSampling } from "../sampling/langevin-sampling.js";

/** Two pure functions. C is what one training step hands to the next: chains that go on, or null. */
export interface Negatives<C> {
  readonly init: (key: Key) => C;
  /** (key, E of one position, the batch of data, what was carried) -> [samples f32[m, d], what is carried on] */
  readonly draw: (
    key: Key,
    energy: (x: NDArray) => NDArray,
    data: NDArray,
    carried: C,
  ) => readonly [samples: NDArray, carried: C];
}

/**
 * Contrastive divergence: chains start from the batch of data and walk a short way. They cost little, since data lie in the
 * wells already, but never visit what is far from all data, and do not weigh wells that are far apart.
 *
 * Source: Hinton, "Training products of experts by minimizing contrastive divergence" (2002), with Langevin steps.
 */
export const contrastiveDivergence = (options: LangevinOptions = {}): Negatives<null> => ({
  init: () => null,
  draw: (key, energy, data) => [langevinSampling(key, energy, data, options), null],
});
