/** From a recipe to the parts of training. */
import { type NDArray, type nn, optim, type random } from "cotangent";
import {
  annealedLangevin,
  chainsFromNoise,
  contrastiveDivergence,
  drawSamples,
  type EnergyModel,
  type HopsAndLangevinInfo,
  hopsAndLangevin,
  mlpEnergy,
  type Negatives,
  persistentChains,
  type Training,
  type Transition,
} from "cotangent/ebm";
import { geometric, type LangevinInfo } from "cotangent/sampling";
import type { Recipe } from "./recipes.js";

export type Params = readonly nn.DenseParams[];

/** What a sampler reports: acceptance where steps are corrected. */
export type SamplerInfo = HopsAndLangevinInfo | LangevinInfo;

/** What kind of state Adam has. */
export type AdamKind = ReturnType<typeof optim.adam> extends optim.Optimizer<infer F> ? F : never;

/** The parts of one run. C is what its chains carry from step to step. */
export type Parts<C> = EnergyModel<nn.DenseParams[]> & Training<nn.DenseParams[], AdamKind, C, SamplerInfo>;

/** What is done with the parts, whatever it is that their chains carry. */
export type Use<R> = <C>(parts: Parts<C>) => R;

export const modelOf = (
  { hidden, gain, confinement }: Recipe,
  dimension: number,
): EnergyModel<nn.DenseParams[]> => mlpEnergy({ dimension, hidden, gain, confinement });

/** The parts that a recipe says, for points of so many coordinates, and what is done with them. */
export function withParts<R>(recipe: Recipe, dimension: number, use: Use<R>): R {
  const { iterations, learningRate, alpha, jitter, batch: batchSize } = recipe;
  const optimizer = optim.adam(optim.cosineDecay(learningRate, iterations), { b1: 0 });
  const common = { ...modelOf(recipe, dimension), optimizer, alpha, jitter, batchSize };
  const { hops, hopSd, langevinSteps: steps } = recipe;
  const { first, last } = ladderOf(recipe, dimension);
  const stepSize = geometric(first, last, steps);
  const around = <S extends { readonly position: NDArray }, I extends SamplerInfo>(
    transition: Transition<S, I>,
  ): R => {
    switch (recipe.negatives) {
      case "persistent": {
        const { chains, buffer: capacity, reinit, reinitFrom } = recipe;
        return withNegatives(
          persistentChains(transition, { chains, capacity, reinit, reinitFrom, dimension }),
        );
      }
      case "data":
        return withNegatives(contrastiveDivergence(transition));
      case "noise":
        return withNegatives(chainsFromNoise(transition, { chains: recipe.chains, dimension }));
    }
  };
  const withNegatives = <C, I extends SamplerInfo>(negatives: Negatives<C, I>): R =>
    use({ ...common, negatives });
  return recipe.metropolis
    ? around(hopsAndLangevin({ hops, hopSd: hopSd * narrower(dimension), steps, stepSize }))
    : around(annealedLangevin({ steps, stepSize }));
}

/** Samples of a trained energy: chains from noise that walk for long, corrected whatever training did. */
export function samplesOf(
  energy: (y: NDArray) => NDArray,
  dimension: number,
  key: random.Key,
  count: number,
): NDArray {
  const steps = 50;
  const { first, last } = ladderOf({ firstStep: 0.1, lastStep: 0.002 }, dimension);
  const stepSize = geometric(first, last, steps);
  const options = { dimension, hops: 100, hopSd: narrower(dimension), steps, stepSize };
  return drawSamples(key, energy, count, options);
}

/**
 * Step sizes for more than two coordinates, by d^(-1/3): at this rate the acceptance of corrected Langevin steps stays what it is
 * (Roberts and Rosenthal, "Optimal scaling of discrete approximations to Langevin diffusions", 1998).
 */
const ladderOf = (
  { firstStep, lastStep }: Pick<Recipe, "firstStep" | "lastStep">,
  dimension: number,
): { readonly first: number; readonly last: number } => {
  const factor = dimension <= 2 ? 1 : dimension ** (-1 / 3);
  return { first: firstStep * factor, last: lastStep * factor };
};

/** Hops for more than two coordinates: 2 / d as far. */
const narrower = (dimension: number): number => (dimension <= 2 ? 1 : 2 / dimension);
