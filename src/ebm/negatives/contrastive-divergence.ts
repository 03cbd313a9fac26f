/** Chains that start from the batch of data, at every training step. */
import type { NDArray } from "../../autodiff/array.js";
import { checkFunction } from "../../autodiff/transforms/flat-function.js";
import type { LangevinInfo, LangevinState } from "../../sampling/langevin.js";
import { type Negatives, visited } from "./negatives.js";
import { annealedLangevin, type Transition } from "./transition.js";

/**
 * Contrastive divergence: chains start from the batch of data and walk a short way. They cost little, since data lie in the
 * wells already, but never visit what is far from all data, and without hops do not weigh wells that are far apart.
 * How they walk is the transition, `annealedLangevin()` by default.
 *
 * Source: Hinton, "Training products of experts by minimizing contrastive divergence" (2002), with Langevin steps.
 *
 * @example contrastiveDivergence(annealedLangevin({ steps: 20 }))
 */
export function contrastiveDivergence(): Negatives<null, LangevinInfo>;
export function contrastiveDivergence<S extends { readonly position: NDArray }, I>(
  transition: Transition<S, I>,
): Negatives<null, I>;
export function contrastiveDivergence(
  transition: Transition<LangevinState, LangevinInfo> = annealedLangevin(),
): Negatives<null, LangevinInfo> {
  checkFunction("ebm.contrastiveDivergence: the transition", transition);
  return {
    init: () => null,
    draw: (key, energy, data) => {
      const [samples, report] = visited(key, energy, transition, data);
      return [samples, null, report];
    },
  };
}
