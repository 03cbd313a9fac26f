/**
 * The floor of a network: what it learns from exact gradients, in place of samples from chains. In the plane log Z is a sum over a
 * grid, so the likelihood itself can be descended:
 *
 *     loss = mean E(data) + log sum over cells of exp(-E(cell))
 *
 * The grid is moved by a random part of a cell at each step, so that no well hides between its points. What chains cost is the
 * ratio of their score to this one.
 */
import {
  jit,
  lax,
  type NDArray,
  numpy as np,
  optim,
  random,
  stopGradient,
  valueAndGrad,
  vmap,
} from "cotangent";
import { modelOf, type Params } from "../train/model.js";
import type { Recipe } from "../train/recipes.js";

/** Cells a side of [-half, half]^2, in scaled units. */
const cells = 112;
const half = 4.5;
const spacing = (2 * half) / cells;

/** Where so many cells hold all but this part of the mass, the gradient is summed over them alone. */
const most = 4096;
const negligible = 1e-5;

/** Parameters after the recipe's iterations on exact gradients. f32[n, 2] -> Params */
export function trainExactly(key: random.Key, recipe: Recipe, points: NDArray): Params {
  const { init, energy } = modelOf(recipe, 2);
  const { batch, learningRate, iterations } = recipe;
  const optimizer = optim.adam(optim.cosineDecay(learningRate, iterations), { b1: 0 });
  const energies = (params: Params, x: NDArray): NDArray => vmap((y: NDArray) => energy([...params], y))(x);

  /** sum over cells of p(cell) E(cell), p being constants: its gradient is that of -log Z. */
  const expected = (params: Params, grid: NDArray): NDArray => {
    const logs = energies(stopGradient(params), grid).neg();
    const masses = np.exp(logs.sub(np.logsumexp(logs)));
    const order = np.argsort(masses.neg()).slice([0, most]);
    const [heavy, mass] = [np.take(grid, order, 0), np.take(masses, order)];
    return lax.cond(
      np.less(np.subtract(1, mass.sum()), negligible),
      (p: Params) => energies(p, heavy).mul(mass).sum(),
      (p: Params) => energies(p, grid).mul(masses).sum(),
      params,
    );
  };

  type State = ReturnType<typeof optimizer.init<Params>>;
  const step = jit((params: Params, state: State, stepKey: random.Key, all: NDArray) => {
    const [rowsKey, offsetKey] = random.split(stepKey);
    const data = np.take(all, random.randint(rowsKey, [batch], 0, all.shape[0]), 0);
    const grid = corners().add(random.uniform(offsetKey, [2]).mul(spacing));
    const loss = (p: Params): NDArray => energies(p, data).mean().sub(expected(p, grid));
    const [, gradient] = valueAndGrad(loss)(params);
    const [updates, next] = optimizer.update(gradient, state, params);
    return [optim.applyUpdates(params, updates), next] as const;
  });

  const [initKey, stepsKey] = random.split(key);
  let params: Params = init(initKey);
  let state: State = optimizer.init(params);
  for (let i = 0; i < iterations; i++) {
    [params, state] = step(params, state, random.foldIn(stepsKey, i), points);
  }
  return params;
}

/** The lower left corner of every cell. f32[cells^2, 2] */
function corners(): NDArray {
  const axis = np.arange(cells).astype("float32").mul(spacing).sub(half);
  const [x, y] = np.meshgrid([axis, axis]);
  return np.stack([x.ravel(), y.ravel()], 1);
}
