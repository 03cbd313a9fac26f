/** Scores of energy-based models, and what they are given. */
import { numpy as np, random } from "cotangent";
import * as ebm from "cotangent/ebm";
import { type Row, unchecked } from "./row.js";

const key = random.key(0);
const points = np.array([
  [0, 1],
  [1, 0],
  [2, 2],
]);
const bowl = ebm.quadratic();
const box = { lower: [-2, -2], upper: [2, 2] };

export const evaluationRows: readonly Row[] = [
  [
    "points are an array",
    () => ebm.moments(unchecked([[0, 1]])),
    "ArgumentError",
    "ebm.moments: the points must be an array with one point a row, f32[n, d], got a list of 1 " + "entries",
  ],
  [
    "points are floats",
    () => ebm.moments(points.astype("int32")),
    "DTypeError",
    'ebm.moments: the points must be floats, got an array i32[3,2]; use points.astype("float32")',
  ],
  [
    "points lie in rows",
    () => ebm.rangeOf(np.zeros([3])),
    "ShapeError",
    "ebm.rangeOf: the points must have one point a row, [n, d], got an array f32[3]; reshape it",
  ],
  [
    "points are several",
    () => ebm.energyDistance(points, points.slice([0, 1])),
    "ShapeError",
    "ebm.energyDistance: the second points must have 2 rows or more, got an array f32[1,2]; " +
      "give more points",
  ],
  [
    "points are finite",
    () => ebm.rangeOf(points.at(1).set(Number.NaN)),
    "ArgumentError",
    "ebm.rangeOf: row 1 of the points is not finite; drop it, or see what made it",
  ],
  [
    "two sets have the same columns",
    () => ebm.energyDistanceTest(key, points, np.zeros([5, 3])),
    "ShapeError",
    "ebm.energyDistanceTest: the samples are an array f32[3,2] and the held-out points an " +
      "array f32[5,3]; give both the same columns",
  ],
  [
    "an energy is a function",
    () => ebm.logPartition(unchecked(points), box),
    "ArgumentError",
    "ebm.logPartition: expected a function, got an array f32[3,2]; pass f itself, not f(x)",
  ],
  [
    "an energy is a scalar",
    () => ebm.logPartition((x) => x, box),
    "ShapeError",
    "ebm.logPartition: the energy of one point must be a scalar, f32[d] -> f32[], got shape " +
      "[2]; sum it, or reshape it to []",
  ],
  [
    "an energy is an array",
    () => ebm.energyGap((x) => unchecked([x.sum(), x.sum()]), points, points),
    "ShapeError",
    "ebm.energyGap: the energy of one point must be a scalar, f32[d] -> f32[], got a list of 2 " +
      "entries; sum it, or reshape it to []",
  ],
  [
    "energies of data are finite",
    () => ebm.energyGap((x) => np.log(x.slice(0)).neg(), points, points),
    "ArgumentError",
    "ebm.energyGap: the energy of row 0 of the held-out points is Infinity; a score is over " +
      "finite energies: go back to the parameters before they diverged, or drop the row",
  ],
  [
    "a box has lists",
    () => ebm.logPartition(bowl, unchecked([-2, 2])),
    "ArgumentError",
    "ebm.logPartition: the box's lower must be a list of numbers, one a coordinate, got undefined",
  ],
  [
    "a box has one or two sides",
    () => ebm.energyGrid(bowl, { lower: [0, 0, 0], upper: [1, 1, 1] }, 4),
    "ShapeError",
    "ebm.energyGrid: the box has 3 lower and 3 upper ends; a grid has one or two coordinates " +
      "(beyond them use energyDistanceTest and energyGap, which need no Z)",
  ],
  [
    "a box's ends are in order",
    () => ebm.logPartition(bowl, { lower: [0, 1], upper: [1, 0] }),
    "ArgumentError",
    "ebm.logPartition: the box goes from 1 to 0 along coordinate 1; give finite numbers in order",
  ],
  [
    "a tolerance is positive",
    () => ebm.logPartition(bowl, box, { tolerance: 0 }),
    "ArgumentError",
    "ebm.logPartition: tolerance must be positive, got the number 0",
  ],
  [
    "log Z is a number",
    () => ebm.negativeLogLikelihood(bowl, unchecked(ebm.logPartition(bowl, box)), points),
    "ArgumentError",
    "ebm.negativeLogLikelihood: logZ must be a finite number, got an object with the keys " +
      "_tag, right; logPartition(...) is an Either, and its right side has logZ",
  ],
  [
    "log densities are one a point",
    () => ebm.klDivergence(bowl, 0, points, np.zeros([2])),
    "ShapeError",
    "ebm.klDivergence: the log densities must be an array with one a point, f64[3], got an " +
      "array f32[2]; a data set has logDensity(points)",
  ],
  [
    "log densities are finite",
    () => ebm.klDivergence(bowl, 0, points, np.array([0, Number.NEGATIVE_INFINITY, 0])),
    "ArgumentError",
    "ebm.klDivergence: the log density of row 1 is -Infinity; the points must be drawn from " +
      "the density that they are scored by, whose log is finite there",
  ],
  [
    "moments take columns that vary",
    () => ebm.moments(np.ones([4, 2])),
    "ArgumentError",
    "ebm.moments: column 0 of the points is constant, which correlates with nothing; leave the " +
      "column out",
  ],
  [
    "a Gaussian has a covariance",
    () =>
      ebm.gaussianNll(
        np.array([
          [0, 0],
          [1, 1],
          [2, 2],
        ]),
        points,
      ),
    "ArgumentError",
    "ebm.gaussianNll: the covariance of the training points is singular, because a column is " +
      "constant or follows from the others; leave it out",
  ],
  [
    "a bandwidth is positive",
    () => ebm.kernelDensityNll(points, points, { bandwidth: -1 }),
    "ArgumentError",
    'ebm.kernelDensityNll: bandwidth is a positive number, "scott" or "leaveOneOut", got the ' + "number -1",
  ],
  [
    "a fault of a quadrature has a kind",
    () => ebm.explainQuadratureFault(unchecked({ kind: "other" })),
    "ArgumentError",
    'ebm.explainQuadratureFault: the kind must be one of "notFinite", "noMass", "unbounded", ' +
      '"unresolved", got the string "other"',
  ],
];
