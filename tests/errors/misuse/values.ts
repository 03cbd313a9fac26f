/** What goes into calls: values of the right kinds, and the wrong ones that people and programs pass. */
import { grad, jit, lax, type NDArray, nn, numpy as np, optim, random, vmap } from "cotangent";
import { decodeTable, fitScaling } from "cotangent/ebm";
import { mala, randomWalk, sequence } from "cotangent/sampling";
import { subjectOf } from "cotangent/testing";
import fc from "fast-check";
import type { Choices } from "./random.js";

/** Positive numbers below 1, so that nearly every function is inside its domain. */
const floats = (shape: readonly number[], dtype: "float32" | "float64" = "float32"): NDArray => {
  const size = shape.reduce((n, m) => n * m, 1);
  const values = Array.from({ length: size }, (_, i) => 0.15 + ((i * 7) % 11) / 15);
  return np.reshape(np.array(values, { dtype }), shape);
};
const ints = (values: readonly number[]): NDArray => np.array(Int32Array.from(values));
const matrix = np.array([
  [2, 0.5, 0.25],
  [0.5, 3, 0.5],
  [0.25, 0.5, 2.5],
]);

const textRows = Array.from({ length: 60 }, (_, i) => ({
  line: i + 1,
  cells: [Math.sin(i), Math.cos(3 * i)].map(String),
}));
const decoded = decodeTable(textRows);
const pointsTable = decoded._tag === "Right" ? decoded.right : null;
const fitted = fitScaling(np.concatenate([np.zeros([1, 3]), matrix]));
const scaling = fitted._tag === "Right" ? fitted.right : null;

type Make = (choices: Choices) => unknown;
const oneOf =
  (...values: readonly unknown[]): Make =>
  ({ pick }) =>
    pick(values);

const arrays = [
  floats([]),
  floats([3]),
  floats([2, 3]),
  floats([1, 3]),
  floats([2, 1]),
  floats([3], "float64"),
];
const sum = (x: NDArray): NDArray => np.sum(x);
const twice = (x: NDArray): NDArray => np.multiply(x, 2);
const pair = (x: NDArray, y: NDArray): NDArray => np.add(x, y);

/** Values of the right kinds, by the words that the table of calls uses. */
export const right: Readonly<Record<string, Make>> = {
  x: oneOf(...arrays, 0.5, [0.25, 0.5], new Float32Array([0.5, 0.75, 0.25])),
  array: oneOf(...arrays),
  v: oneOf(floats([3]), [0.25, 0.5, 0.75]),
  m: oneOf(matrix),
  scalar: oneOf(0.5, floats([])),
  ints: oneOf(ints([0, 1, 2]), ints([2, 1]), new Int32Array([1, 0, 1])),
  bools: oneOf(np.array([true, false, true]), [true, false, true]),
  list: oneOf([floats([3]), floats([3])], [[0.5, 0.25], [0.75]], [floats([2, 3]), floats([2, 3])]),
  n: oneOf(1, 2, 3),
  size: oneOf(0, 1, 2, 3),
  number: oneOf(0.5, 1, 2),
  axis: oneOf(0, -1, null, undefined, [0]),
  axis1: oneOf(0, -1),
  axes: oneOf([0], [-1], []),
  shape: oneOf([2], [], [2, 3], [3]),
  sizes: oneOf([1], [2], [3]),
  starts: oneOf([0], [1], [ints([1]).slice(0)]),
  key: ({ below }) => random.key(below(5)),
  dtype: oneOf("float32", "float64", "int32", "uint32", "bool"),
  float: oneOf("float32", "float64"),
  boolean: oneOf(true, false),
  tree: oneOf({ w: floats([3]), b: [floats([]), null] }, [floats([2])], floats([3])),
  sum: oneOf(sum),
  twice: oneOf(twice),
  pair: oneOf(pair),
  args: oneOf([floats([3])], [floats([])]),
  pairBody: oneOf((c: NDArray, x: NDArray) => [np.add(c, np.sum(x)), x]),
  below: oneOf((c: NDArray) => np.logicalAnd(np.less(c, 3), np.greater(c, -9))),
  step: oneOf((c: NDArray) => np.add(c, 1)),
  turn: oneOf((i: NDArray, c: NDArray) => np.add(c, i)),
  branches: oneOf([twice, twice], [twice]),
  gatherDims: oneOf({ offsetDims: [], collapsedSliceDims: [0], startIndexMap: [0] }),
  scatterDims: oneOf({ updateWindowDims: [], insertedWindowDims: [0], scatterDimsToOperandDims: [0] }),
  column: oneOf(ints([0, 2]).reshape([2, 1])),
  updates: oneOf(floats([2])),
  dims: oneOf([
    [[0], [0]],
    [[], []],
  ]),
  padding: oneOf([[1, 1, 0]], [[0, 2, 1]]),
  width: oneOf(1, [1, 2], [[1, 1]]),
  einsum2: oneOf("i,i->i", "i,i", "i,j->ij"),
  format: oneOf("x = {}"),
  name: oneOf("a name"),
  indices: oneOf(0, -1, [0, 2], [], null, "...", ints([0, 1])),
  optimizer: oneOf(optim.adam(0.1), optim.sgd(0.1)),
  layer: oneOf(nn.dense(2), nn.relu),
  rate: oneOf(0.1, 0.01),
  struct: oneOf({ shape: [3], dtype: "float32" }, floats([3])),
  bowl: oneOf((x: NDArray) => np.sum(np.square(x))),
  interval: oneOf({ lower: [-2], upper: [2] }),
  leaf: oneOf((x: NDArray) => x),
  kernel: oneOf(sequence(randomWalk(sum, 1), mala(sum, 0.1))),
  positioned: oneOf({ position: floats([2, 3]) }),
  fold: oneOf((_: unknown, x: NDArray) => x.size),
  textRows: oneOf(textRows),
  pointsTable: oneOf(pointsTable),
  names: oneOf(["x", "y", "z"]),
  labels: oneOf([{ column: 1, name: "x" }], []),
  scaling: oneOf(scaling),
  scalingJson: oneOf({
    kind: "whiten",
    mean: [1, 2],
    sd: [1, 2],
    factor: [
      [1, 0],
      [0.5, 0.5],
    ],
  }),
  pointsFault: oneOf(
    { kind: "word", column: 1, name: null, line: 2, text: "x" },
    { kind: "unknownColumn", wanted: 3, names: ["x"] },
    { kind: "allConstant", columns: [{ column: 1, name: "x", value: 2 }] },
  ),
  note: oneOf(
    { kind: "split", train: 8, heldOut: 2 },
    { kind: "standardized", columns: [{ column: 1, name: "x" }] },
  ),
  scalingFault: oneOf({ kind: "scaling", path: "sd", found: "null", expected: "a list" }),
  arbitrary: oneOf(fc.constant(floats([2]))),
  arraysFunction: oneOf(([x]: readonly NDArray[]) => [np.sin(x)]),
  arrays64: oneOf([floats([3], "float64")]),
  subject: oneOf(subjectOf(np.sin, [floats([3])]), subjectOf(pair, [floats([3]), 2], 5)),
  three: oneOf([floats([3]), floats([]), floats([3])]),
  zero: oneOf(0, floats([3])),
  optimizers: oneOf([optim.sgd(0.1), optim.scale(2), optim.adam(0.1)]),
  few: oneOf({ chains: 20 }, { chains: 50, steps: 2, threshold: 100 }),
  draw: oneOf((key: random.Key) => random.normal(key, [2])),
  candidates: oneOf([{ iterations: 1, jitter: 0 }]),
  evaluate: oneOf(() => ({ mean: 1, standardError: 0.5 })),
};

/** Values of the right kinds for options, by their names. */
export const rightOptions: Readonly<Record<string, Make>> = {
  keepdims: oneOf(true, false),
  dtype: oneOf("float32", "float64", "int32"),
  float: oneOf("float32", "float64"),
  ddof: oneOf(0, 1),
  weights: oneOf([0.5, 0.5, 1]),
  method: oneOf("linear", "lower", "nearest"),
  mode: oneOf("fill", "clip"),
  descending: oneOf(true, false),
  side: oneOf("left", "right"),
  axis: oneOf(0, -1),
  k: oneOf(0, 1),
  argnums: oneOf(0, -1, [0]),
  hasAux: oneOf(false),
  inAxes: oneOf(0, [0], -1),
  outAxes: oneOf(0, -1),
  reverse: oneOf(true, false),
  length: oneOf(3),
  unroll: oneOf(1, 2),
  staticArgnums: oneOf([]),
  ord: oneOf(1, 2, "fro"),
  replace: oneOf(true, false),
  shape: oneOf([2]),
  approximate: oneOf(true, false),
  indexing: oneOf("xy", "ij"),
  steps: oneOf(2),
  nesterov: oneOf(true, false),
  tolerance: oneOf(0.01),
  margin: oneOf(1, 2),
  logJacobian: oneOf(0.5),
  bandwidth: oneOf("scott", "leaveOneOut", 0.5),
  permutations: oneOf(3),
  projections: oneOf(2),
  halvings: oneOf(2),
  metropolis: oneOf(true, false),
  trajectory: oneOf(true, false),
  burnIn: oneOf(0, 1),
  thin: oneOf(1, 2),
  header: oneOf(true, false),
  columns: oneOf([1, 2], ["column 1"]),
  missing: oneOf(0.5, 1),
  outliers: oneOf(8),
  leastRows: oneOf(2, 3),
  minRank: oneOf(0, 1),
  maxRank: oneOf(1, 3),
  minSize: oneOf(0, 1),
  maxSize: oneOf(1, 4),
  min: oneOf(0, 1),
  max: oneOf(1, 3),
  special: oneOf(true, false),
  kinks: oneOf({ at: [0.5], mode: "avoid" }, { at: [1], mode: "seek" }),
  maxDepth: oneOf(0, 2),
  minDimension: oneOf(1, 2),
  maxDimension: oneOf(2, 3),
  minOperations: oneOf(1),
  maxOperations: oneOf(2, 3),
  order: oneOf(1, 2),
  modes: oneOf(["fwd"], ["rev", "fwd"]),
  atol: oneOf(1e-3),
  rtol: oneOf(1e-3),
  eps: oneOf(0.01),
  directions: oneOf(1, 2),
};

class Unregistered {
  readonly field = 1;
}

function cyclicObject(): unknown {
  const tree: { w: number; self?: unknown } = { w: 1 };
  tree.self = tree;
  return tree;
}

function cyclicList(): unknown {
  const list: unknown[] = [];
  list.push(list);
  return list;
}

/** Tracers whose transformations have ended. */
function leakedTracers(): NDArray[] {
  const leaked: NDArray[] = [];
  const keep = (x: NDArray): NDArray => {
    leaked.push(x);
    return np.sum(x);
  };
  jit(keep)(floats([3]));
  vmap(keep)(floats([2, 3]));
  grad(keep)(floats([3]));
  lax.map(keep, floats([2, 3]));
  return leaked;
}

/** What goes in where something else belongs. */
export const wrong: readonly Make[] = [
  ...[
    undefined,
    null,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    -0,
    -1,
    -7,
    2.5,
    7,
  ].map((v) => oneOf(v)),
  ...[1e10, 2 ** 34, 2 ** 53, -(2 ** 40), 1e300].map((v) => oneOf(v)),
  ...["", "abc", "float16", "int64", "1", "keepdims", "i,j"].map((v) => oneOf(v)),
  ...[true, false, 10n, Symbol("s"), /x/, new Date(0), new Map([[1, 2]]), new Set([1]), new Error("e")].map(
    (v) => oneOf(v),
  ),
  ...[
    {},
    { a: 1 },
    { w: undefined },
    { keepDims: true },
    { axis: 0 },
    { dtype: "float16" },
    Object.create(null),
  ].map((v) => oneOf(v)),
  ...[{ shape: [2], dtype: "float32" }, { toString: 1 }, { constructor: 1 }, { length: 3 }, { then: 1 }].map(
    (v) => oneOf(v),
  ),
  ...[
    [],
    [[]],
    [1, [2]],
    [[1, 2], [3]],
    [undefined],
    [null],
    ["a"],
    [{}],
    [-1],
    [2.5],
    [Number.NaN],
    [0, 0],
    [9],
  ].map((v) => oneOf(v)),
  ...[[1e5, 1e5], [1e10], [2 ** 34], [2 ** 53, 0], [46341, 46341], [1, 2, 3, 4]].map((v) => oneOf(v)),
  // biome-ignore lint/suspicious/noSparseArray: sparse lists are one of the mistakes
  ...[[1, , 3], new Array(3), [floats([2]), , floats([2])]].map((v) => oneOf(v)),
  ...[
    new BigInt64Array(2),
    new DataView(new ArrayBuffer(8)),
    new ArrayBuffer(8),
    new Uint8Array(3),
    new Float64Array(0),
  ].map((v) => oneOf(v)),
  ...[() => 1, () => undefined, (x: unknown) => x, sum, async () => 1, Promise.resolve(1), Unregistered].map(
    (v) => oneOf(v),
  ),
  ...[new Unregistered(), Object("text"), Object(3), floats([3]).sum, Math.sin, globalThis].map((v) =>
    oneOf(v),
  ),
  ...[cyclicObject(), cyclicList(), { deep: { list: [cyclicList()] } }].map((v) => oneOf(v)),
  ...[
    floats([0]),
    floats([2, 0, 3]),
    floats([2, 3, 4]),
    ints([0, 1, 9]),
    ints([]),
    np.array([true, false]),
  ].map((v) => oneOf(v)),
  ...[
    np.array(2, { dtype: "uint32" }),
    np.array([1, 2], { dtype: "float64" }),
    random.key(1),
    random.split(random.key(0), 3),
  ].map((v) => oneOf(v)),
  ...leakedTracers().map((v) => oneOf(v)),
];
