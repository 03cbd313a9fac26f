/** numpy's functions: axes, shapes and sizes that do not fit. */
import { numpy as np } from "cotangent";
import { type Row, unchecked } from "./row.js";

const x = np.array([1, 2, 3]);
const matrix = np.ones([2, 3]);
const ints = np.array(new Int32Array([1, 2, 3]));
const empty = np.zeros(0);

export const numpyRows: readonly Row[] = [
  // shapes
  [
    "shapes that do not broadcast show both, and where",
    () => x.add(np.zeros(2)),
    "ShapeError",
    "add: shapes [3] and [2] do not broadcast: sizes 3 and 2 meet at axis -1; make them equal, " +
      "or one of them 1 (expandDims, reshape)",
  ],
  [
    "an axis out of range shows the rank",
    () => matrix.sum(2),
    "ShapeError",
    "sum: axis 2 is out of range for an array of 2 axes; use an integer from -2 to 1",
  ],
  [
    "an axis of a scalar does not exist",
    () => np.array(1).sum(0),
    "ShapeError",
    "sum: axis 0 is out of range for an array of 0 axes; a scalar has no axes",
  ],
  [
    "an axis is named once",
    () => matrix.sum([0, -2]),
    "ShapeError",
    "sum: axes [0,-2] name an axis twice; name each once",
  ],
  [
    "reshape shows the sizes",
    () => matrix.reshape([4]),
    "ShapeError",
    "reshape: [2,3] has 6 elements and cannot become [4]; the sizes must multiply to 6, and one " +
      "of them may be -1",
  ],
  [
    "reshape takes one -1",
    () => matrix.reshape([-1, -1]),
    "ShapeError",
    "reshape: [2,3] has 6 elements and cannot become [-1,-1]; the sizes must multiply to 6, and " +
      "one of them may be -1",
  ],
  [
    "reshape takes integers",
    () => matrix.reshape(unchecked([2, "3"])),
    "ArgumentError",
    'reshape: the shape[1] must be an integer, got the string "3"',
  ],
  [
    "squeeze takes axes of size 1",
    () => matrix.squeeze(0),
    "ShapeError",
    "squeeze: axis 0 of [2,3] has size 2, not 1; sum over it or take an index",
  ],
  [
    "broadcastTo shows the rule",
    () => matrix.broadcastTo([3, 2]),
    "ShapeError",
    "broadcastTo: [2,3] does not broadcast to [3,2]: aligned at the last axis, each size must " +
      "be 1 or the target's",
  ],
  [
    "transpose names every axis",
    () => matrix.transpose([0]),
    "ShapeError",
    "transpose: [0] names 1 axes of [2,3]; name each of its 2",
  ],
  [
    "transpose takes a list",
    () => matrix.transpose(unchecked("01")),
    "ArgumentError",
    'transpose: the axes must be a list of integers, got the string "01"',
  ],
  [
    "moveaxis takes as many places as axes",
    () => matrix.moveaxis([0, 1], [0]),
    "ArgumentError",
    "moveaxis: 2 axes for 1 places; give as many of one as of the other",
  ],
  [
    "roll takes as many shifts as axes",
    () => np.roll(matrix, [1, 1], 0),
    "ArgumentError",
    "roll: 2 shifts for 1 axes; give one, or one for each axis",
  ],
  [
    "rot90 takes two axes",
    () => np.rot90(matrix, 1, unchecked([0])),
    "ArgumentError",
    "rot90: turns in a plane of two axes, got [0]",
  ],
  // creation
  [
    "array's parts must stack",
    () => np.array([x, np.zeros(2)]),
    "ShapeError",
    "array: parts of shapes [3], [2] do not stack; make them equal (broadcastTo, reshape)",
  ],
  [
    "arange takes finite numbers",
    () => np.arange(0, Number.POSITIVE_INFINITY),
    "ArgumentError",
    "arange: start 0, stop Infinity and step 1 must be finite numbers, and the step not 0",
  ],
  [
    "arange takes a step other than 0",
    () => np.arange(0, 1, 0),
    "ArgumentError",
    "arange: start 0, stop 1 and step 0 must be finite numbers, and the step not 0",
  ],
  [
    "linspace takes a whole number of values",
    () => np.linspace(0, 1, -1),
    "ArgumentError",
    "linspace: the number of values must be an integer from 0 on, got -1",
  ],
  [
    "diag takes vectors and matrices",
    () => np.diag(np.ones([1, 2, 3])),
    "ShapeError",
    "diag: takes a vector or a matrix, got shape [1,2,3]; use diagonal for batches",
  ],
  ["tril takes matrices", () => np.tril(x), "ShapeError", "tril: takes matrices, got shape [3]; reshape it"],
  [
    "diagonal takes matrices",
    () => np.diagonal(x),
    "ShapeError",
    "diagonal: takes matrices, got shape [3]; reshape it",
  ],
  [
    "meshgrid takes vectors",
    () => np.meshgrid([matrix]),
    "ShapeError",
    "meshgrid: takes vectors, got shape [2,3]; ravel it",
  ],
  [
    "meshgrid takes a list",
    () => np.meshgrid(unchecked(x)),
    "ArgumentError",
    "meshgrid: the arrays must be a list of vectors, got an array f32[3]",
  ],
  // joining
  [
    "concatenate takes a list",
    () => np.concatenate(unchecked(x)),
    "ArgumentError",
    "concatenate: the arrays must be a list of arrays, got an array f32[3]",
  ],
  [
    "concatenate takes at least one array",
    () => np.concatenate([]),
    "ArgumentError",
    "concatenate: needs at least one array; give a list such as [x, y]",
  ],
  [
    "concatenate takes arrays of one rank",
    () => np.concatenate([x, matrix]),
    "ShapeError",
    "concatenate: f32[3], f32[2,3] do not join along axis 0; ranks must be equal, and all sizes " +
      "but that one",
  ],
  [
    "stack takes arrays of one shape",
    () => np.stack([x, np.zeros(2)]),
    "ShapeError",
    "stack: shapes [3], [2] differ; make them equal (broadcastTo, reshape)",
  ],
  [
    "split takes a number that divides",
    () => np.split(x, 2),
    "ShapeError",
    "split: axis 0 of [3] does not fall into 2 equal parts; give positions to cut at",
  ],
  [
    "tile takes whole numbers",
    () => np.tile(x, -1),
    "ArgumentError",
    "tile: a repetition must be an integer from 0 on, got -1",
  ],
  [
    "repeat takes one number, or one an element",
    () => np.repeat(x, [1, 2]),
    "ArgumentError",
    "repeat: the repeats must be one integer from 0 on, or one for each of the 3 along axis 0, " +
      "got [1,2]",
  ],
  [
    "pad's width has three forms",
    () =>
      np.pad(matrix, [
        [1, 1],
        [1, 1],
        [1, 1],
      ]),
    "ArgumentError",
    "pad: the width must be an integer from 0 on, a pair [before, after], or a pair for each of " +
      "the 2 axes, got [[1, 1], [1, 1], [1, 1]]",
  ],
  [
    "pad's mirror is as large as the array",
    () => np.pad(x, 3, { mode: "reflect" }),
    "ShapeError",
    'pad: mode "reflect" takes at most 2 elements from axis 0 of [3], not 3; pad twice',
  ],
  // reductions
  [
    "nothing has no max",
    () => empty.max(),
    "ShapeError",
    "max: [0] has no elements along axes [0], and nothing has no max; check the size first",
  ],
  [
    "nothing has no argmax",
    () => empty.argmax(),
    "ShapeError",
    "argmax: f32[0] has no elements along axis 0, and nothing has no position; check the size " + "first",
  ],
  [
    "nothing has no quantile",
    () => np.quantile(empty, 0.5),
    "ShapeError",
    "quantile: [0] has no elements along axes [0]; check the size first",
  ],
  [
    "quantile takes a number or a list",
    () => np.quantile(x, matrix),
    "ArgumentError",
    "quantile: q is a number or a list of numbers, got shape [2,3]; ravel it",
  ],
  [
    "average takes weights that fit",
    () => np.average(matrix, 0, { weights: [1, 2, 3, 4] }),
    "ShapeError",
    "average: weights of shape [4] fit neither the array's [2,3] nor its averaged axes' [2]; " +
      "reshape them",
  ],
  [
    "round takes integers to 0 decimals or more",
    () => np.round(ints, -1),
    "ArgumentError",
    'round: int32 takes decimals from 0 on, got -1; use x.astype("float32")',
  ],
  [
    "round takes a whole number of decimals",
    () => np.round(x, 0.5),
    "ArgumentError",
    "round: the number of decimals must be an integer, got 0.5",
  ],
];
