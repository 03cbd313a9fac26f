/** Data sets, and mixtures of Gaussians. */
import { jit, type NDArray, numpy as np } from "cotangent";
import * as ebm from "cotangent/ebm";
import { type Row, unchecked } from "./row.js";

const x = np.array([1, 2, 3]);
const { moons } = ebm.dataSets;
const means = [
  [0, 0],
  [1, 1],
];

export const dataSetRows: readonly Row[] = [
  [
    "a density is of arrays",
    () => moons.logDensity(unchecked([[1, 2]])),
    "ArgumentError",
    "ebm.dataSets.moons.logDensity: takes an array of points, f64[n, 2], got a list of 1 entries",
  ],
  [
    "a density is of points in rows",
    () => moons.logDensity(x),
    "ShapeError",
    "ebm.dataSets.moons.logDensity: the points are [3]; give [n, 2], one point a row",
  ],
  [
    "a density is of floats",
    () => moons.logDensity(np.zeros([1, 2], { dtype: "int32" })),
    "DTypeError",
    'ebm.dataSets.moons.logDensity: the points are int32; use floats: points.astype("float64")',
  ],
  [
    "a mixture's means are rows",
    () => ebm.gaussianMixture(x, 1),
    "ShapeError",
    "ebm.gaussianMixture: the means are [3]; give [k, d], one mean a row, and one or more",
  ],
  [
    "a mixture's spread fits its means",
    () => ebm.gaussianMixture(means, x),
    "ShapeError",
    "ebm.gaussianMixture: the spread is [3]; for means [2,2] give sds [], [2] or [2,2], or covariances [2,2,2]",
  ],
  [
    "a mixture's weights fit its means",
    () => ebm.gaussianMixture(means, 1, x),
    "ShapeError",
    "ebm.gaussianMixture: the weights are [3] for 2 means; give one for each, [2]",
  ],
  [
    "a mixture's sds are positive",
    () => ebm.gaussianMixture(means, [1, 0]),
    "ArgumentError",
    "ebm.gaussianMixture: an sd is 0; give a positive number",
  ],
  [
    "a mixture's covariances are positive definite",
    () => ebm.gaussianMixture([[0, 0]], [means]),
    "ArgumentError",
    "ebm.gaussianMixture: covariance 0 is not symmetric and positive definite; give C with C = Cᵀ and xᵀ C x > 0, " +
      "such as squares of sds on a diagonal",
  ],
  [
    "a mixture's parts are constants",
    () => jit((m: NDArray) => ebm.gaussianMixture(m, 1)(m.slice(0)))(np.array(means)),
    "ConcretizationError",
    "ebm.gaussianMixture: a part is f32[2,2], which a transformation traces; the parts are constants: make the mixture " +
      "outside, and call its energy inside",
  ],
  [
    "a mixture's energy is of one position",
    () => ebm.gaussianMixture(means, 1)(np.array(means)),
    "ShapeError",
    "ebm.gaussianMixture: the energy is of one position [2], got [2,2]; map over many: vmap(energy)(x)",
  ],
];
