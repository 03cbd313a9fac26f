/** How good an energy is: by likelihood, where log Z can be had. Energies are of scaled points, scores of a person's own units. */
import type { NDArray } from "cotangent";
import {
  explainQuadratureFault,
  klDivergence,
  logPartition,
  negativeLogLikelihood,
  type Quadrature,
  rangeOf,
  type Score,
  scalingMaps,
} from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import type { Input } from "./input.js";
import type { Complaint } from "./reason.js";

/** E of one scaled point: f32[d] -> f32[] */
export type EnergyOf = (y: NDArray) => NDArray;

export interface Judgement {
  /** In nats: KL(data || model) where the data's density is known, else the held-out negative log-likelihood. */
  readonly score: Score;
  readonly likelihood: Score;
  readonly quadrature: Quadrature;
}

export interface Judge {
  readonly name: string;
  /** The reason why there is no score is one line. */
  readonly of: (energy: EnergyOf) => E.Either<Complaint, Judgement>;
}

/** The judge of an input; null where there is none: beyond two coordinates, and without rows held out. */
export function judgeOf(input: Pick<Input, "train" | "heldOut" | "logDensities" | "scaling">): Judge | null {
  const { train, heldOut, logDensities, scaling } = input;
  if (heldOut === null || train.shape[1] > 2) return null;
  const { logJacobian } = scalingMaps(scaling);
  const range = rangeOf(train);
  return {
    name: logDensities === null ? "held-out negative log-likelihood" : "KL(data || model)",
    of: (energy) =>
      pipe(
        logPartition(energy, range),
        E.mapLeft(explainQuadratureFault),
        E.map((quadrature) => {
          const { logZ } = quadrature;
          const likelihood = negativeLogLikelihood(energy, logZ, heldOut, { logJacobian });
          const score =
            logDensities === null
              ? likelihood
              : klDivergence(energy, logZ, heldOut, logDensities, { logJacobian });
          return { score, likelihood, quadrature };
        }),
      ),
  };
}
