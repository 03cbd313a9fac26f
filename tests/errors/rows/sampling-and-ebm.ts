/** Samplers of energies, and training. */
import { numpy as np, optim, random } from "cotangent";
import * as ebm from "cotangent/ebm";
import * as sampling from "cotangent/sampling";
import { type Row, unchecked } from "./row.js";

const key = random.key(0);
const x = np.array([1, 2, 3]);
const bowl = ebm.quadratic();
const kernel = sampling.langevin(bowl, 0.1);

export const samplingRows: readonly Row[] = [
  [
    "runChain takes a whole number of steps",
    () => sampling.runChain(key, kernel, kernel.init(x), 0.5, () => null),
    "ArgumentError",
    "sampling.runChain: steps is 0.5; give a whole number of steps",
  ],
  [
    "runChain takes a kernel",
    () => sampling.runChain(key, unchecked(bowl), unchecked(x), 1, () => null),
    "ArgumentError",
    "sampling.runChain: the kernel is { init, step }, such as langevin(energy, stepSize), got a " +
      "function (was a call meant?)",
  ],
  [
    "runChain takes what is collected",
    () => sampling.runChain(key, kernel, kernel.init(x), 1, unchecked(null)),
    "ArgumentError",
    "sampling.runChain: collect: expected a function, got null",
  ],
  [
    "runChain's kernel returns a pair",
    () => sampling.runChain(key, { init: () => x, step: () => unchecked(x) }, x, 1, () => null),
    "ArgumentError",
    "sampling.runChain: the kernel's step must return [state, info], got an array f32[3]",
  ],
  [
    "langevin takes an energy",
    () => sampling.langevin(unchecked(x), 0.1),
    "ArgumentError",
    "sampling.langevin: expected a function, got an array f32[3]; pass f itself, not f(x)",
  ],
  [
    "langevin's step size is positive",
    () => sampling.langevin(bowl, -1),
    "ArgumentError",
    "sampling.constant: stepSize is -1; give a positive step size",
  ],
  [
    "langevin's state is made by init",
    () => kernel.step(key, unchecked(x)),
    "ArgumentError",
    "sampling.langevin: the state is { position, count }, made by init(position), got an array " + "f32[3]",
  ],
  [
    "langevinSampling starts from an array",
    () => sampling.langevinSampling(key, bowl, unchecked([1, 2])),
    "ArgumentError",
    "sampling.langevinSampling: init is an array, f32[n, d], got [1, 2]",
  ],
  [
    "langevinSampling starts from rows",
    () => sampling.langevinSampling(key, bowl, np.array(1)),
    "ShapeError",
    "sampling.langevinSampling: init is a scalar, and its first axis is that of the chains; give [n, d], " +
      "one start a row",
  ],
  [
    "langevinSampling starts from floats",
    () => sampling.langevinSampling(key, bowl, np.zeros([2, 2], { dtype: "int32" })),
    "DTypeError",
    'sampling.langevinSampling: init is i32[2,2]; use floats: init.astype("float32")',
  ],
  [
    "a schedule takes positive step sizes",
    () => sampling.geometric(0, 1, 10),
    "ArgumentError",
    "sampling.geometric: first is 0; give a positive step size",
  ],
  [
    "a schedule takes a whole number of steps",
    () => sampling.cosine(1, 0.1, 0),
    "ArgumentError",
    "sampling.cosine: steps is 0; give a positive whole number",
  ],
  [
    "quadratic's scale is positive",
    () => ebm.quadratic(0),
    "ArgumentError",
    "ebm.quadratic: scale is 0; give a positive number",
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
    "standardize takes what standardization gives",
    () => ebm.standardize(unchecked(x)),
    "ArgumentError",
    "ebm.standardize: takes { mean, sd }, the right side of standardization(points), got an " +
      "array f32[3]",
  ],
  [
    "explainPointsFault takes a fault",
    () => ebm.explainPointsFault(unchecked({ kind: "other" })),
    "ArgumentError",
    'ebm.explainPointsFault: the kind must be one of "empty", "noNumber", "columns", "fewRows", ' +
      '"constantColumn", got the string "other"',
  ],
  [
    "decodePoints takes rows of text",
    () => ebm.decodePoints(unchecked("1,2")),
    "ArgumentError",
    'ebm.decodePoints: the rows must be a list of { line, cells }, got the string "1,2"',
  ],
  [
    "decodePoints takes cells of text",
    () => ebm.decodePoints([{ line: 1, cells: unchecked([1]) }]),
    "ArgumentError",
    "ebm.decodePoints: a cell must be a string, got the number 1",
  ],
  [
    "a data set takes a number of points",
    () => ebm.moons(key, unchecked([2])),
    "ArgumentError",
    "ebm.moons: n, the number of points, must be an integer from 0 on, got [2]",
  ],
  [
    "occupancy takes points and centres in rows",
    () => ebm.occupancy(x, x),
    "ShapeError",
    "ebm.occupancy: points are [n, d] and centres [k, d]; reshape them",
  ],
];
