/** Energies, negatives, and training. */
import { type NDArray, numpy as np, optim, random } from "cotangent";
import * as ebm from "cotangent/ebm";
import { type Row, unchecked } from "./row.js";

const key = random.key(0);
const x = np.array([1, 2, 3]);
const bowl = ebm.quadratic();

export const ebmRows: readonly Row[] = [
  [
    "quadratic's scale is positive",
    () => ebm.quadratic(0),
    "ArgumentError",
    "ebm.quadratic: scale is 0; give a positive number",
  ],
  [
    "the loss is that of an energy",
    () => ebm.loss(unchecked(x)),
    "ArgumentError",
    "ebm.loss: expected a function, got an array f32[3]; pass f itself, not f(x)",
  ],
  [
    "trainStep's batch size is a whole number",
    () =>
      ebm.trainStep({
        energy: () => x.sum(),
        optimizer: optim.sgd(0.1),
        negatives: ebm.contrastiveDivergence(),
        batchSize: 0,
      }),
    "ArgumentError",
    "ebm.trainStep: batchSize is 0; give a positive integer",
  ],
  [
    "trainStep's jitter is not negative",
    () =>
      ebm.trainStep({
        energy: () => x.sum(),
        optimizer: optim.sgd(0.1),
        negatives: ebm.contrastiveDivergence(),
        batchSize: 1,
        jitter: -1,
      }),
    "ArgumentError",
    "ebm.trainStep: jitter is -1; give a number from 0 on",
  ],
  [
    "trainStep takes an optimiser",
    () =>
      ebm.trainStep({
        energy: () => x.sum(),
        optimizer: unchecked(null),
        negatives: ebm.contrastiveDivergence(),
        batchSize: 1,
      }),
    "ArgumentError",
    "ebm.trainStep: optimizer.update: expected a function, got undefined",
  ],
  [
    "a data set takes a number of points",
    () => ebm.dataSets.moons.sample(key, unchecked([2])),
    "ArgumentError",
    "ebm.dataSets.moons.sample: n, the number of points, must be an integer from 0 on, got [2]",
  ],
  [
    "occupancy takes points and centres in rows",
    () => ebm.occupancy(x, x),
    "ShapeError",
    "ebm.occupancy: points are [n, d] and centres [k, d]; reshape them",
  ],
  [
    "chains start at rows",
    () => ebm.contrastiveDivergence().draw(key, bowl, np.array(1), null),
    "ArgumentError",
    "ebm: a visit to the chains: the starts are f32[n, d], one chain a row, got an array f32[]",
  ],
  [
    "chains have an energy",
    () => ebm.contrastiveDivergence().draw(key, unchecked(x), np.ones([2, 2]), null),
    "ArgumentError",
    "ebm: a visit to the chains: the energy: expected a function, got an array f32[3]; pass f itself, not f(x)",
  ],
  [
    "persistent chains have a transition",
    () => ebm.persistentChains(unchecked({ chains: 4 })),
    "ArgumentError",
    "ebm.persistentChains: the transition: expected a function, got an object with the key chains",
  ],
  [
    "persistent chains have a transition",
    () => ebm.contrastiveDivergence(unchecked({ steps: 4 })),
    "ArgumentError",
    "ebm.contrastiveDivergence: the transition: expected a function, got an object with the key steps",
  ],
  [
    "chains from noise take one key",
    () => ebm.chainsFromNoise(ebm.annealedLangevin()).init(unchecked(random.split(key, 4))),
    "ShapeError",
    "ebm.chainsFromNoise: takes one key, got a batch of them, u32[4,2]; " +
      "map over it: vmap((key) => ebm.chainsFromNoise(key, ...))(keys)",
  ],
  [
    "chains begin anew with a probability",
    () => ebm.persistentChains(ebm.hopsAndLangevin(), { reinit: 2 }),
    "ArgumentError",
    "ebm.persistentChains: reinit is 2; give a probability, from 0 to 1",
  ],
  [
    "noise has a positive scale",
    () => ebm.persistentChains(ebm.hopsAndLangevin(), { scale: 0 }),
    "ArgumentError",
    "ebm.persistentChains: scale is 0; give a positive number",
  ],
  [
    "persistent chains go on from their buffer",
    () => ebm.persistentChains(ebm.hopsAndLangevin(), { chains: 4 }).draw(key, bowl, x, { positions: x }),
    "ArgumentError",
    "ebm.persistentChains: the buffer is { positions: f32[4, 2] }, made by init, got an object with the key positions",
  ],
  [
    "negatives have the coordinates of the data",
    () => {
      const parts = {
        init: () => np.array(1),
        energy: (w: NDArray, y: NDArray) => bowl(y).mul(w),
        optimizer: optim.sgd(0.1),
        negatives: ebm.chainsFromNoise(ebm.annealedLangevin({ steps: 1 }), { chains: 4 }),
        batchSize: 8,
      };
      return ebm.trainStep(parts)(ebm.initialState(key, parts), np.zeros([9, 3]));
    },
    "ShapeError",
    "ebm.trainStep: the negatives are f32[4,2] and the data f32[8,3]; give chains the data's number of coordinates: " +
      "dimension: 3",
  ],
  [
    "annealed Langevin takes a step at least",
    () => ebm.annealedLangevin({ steps: 0 }),
    "ArgumentError",
    "ebm.annealedLangevin: steps must be an integer from 1 on, got 0",
  ],
  [
    "hops go somewhere",
    () => ebm.hopsAndLangevin({ hopSd: 0 }),
    "ArgumentError",
    "ebm.hopsAndLangevin: hopSd is 0; give a positive number",
  ],
  [
    "chains have the coordinates of the data",
    () =>
      ebm
        .persistentChains(ebm.hopsAndLangevin(), { chains: 4 })
        .draw(key, bowl, np.zeros([8, 3]), { positions: np.zeros([4, 2]) }),
    "ShapeError",
    "ebm.persistentChains: the chains have the dimension 2, so the data are f32[n, 2], got an array f32[8,3]; " +
      "give both the same number of coordinates",
  ],
  [
    "withinBound takes a step's metrics",
    () => ebm.withinBound(unchecked({})),
    "ArgumentError",
    "ebm.withinBound: takes a step's metrics, { dataEnergy, sampleEnergy, ... }, got an object without keys",
  ],
  [
    "withinBound takes a positive bound",
    () => ebm.withinBound({ loss: x, dataEnergy: np.array(0), sampleEnergy: np.array(0), sampler: null }, 0),
    "ArgumentError",
    "ebm.withinBound: bound is 0; give a positive number",
  ],
  [
    "explainDivergence takes a divergence",
    () => ebm.explainDivergence(unchecked({})),
    "ArgumentError",
    "ebm.explainDivergence: takes a divergence, the left side of trainUntilDiverged, got an object without keys",
  ],
];
