/** debugNans and debugInfs, evalShape and disableJit, in nesting. */
import {
  debugInfs,
  debugNans,
  disableJit,
  evalShape,
  grad,
  jit,
  lax,
  type NDArray,
  numpy as np,
  vmap,
} from "cotangent";
import { type Row, unchecked } from "./row.js";

const x = np.array([1, 0, 3]);
const logOfNegative = (v: NDArray): NDArray => np.log(v.sub(2)).sum();
const root = (v: NDArray): NDArray => np.sqrt(v);

/** Calls while a switch is on. */
const watching =
  (turn: (on: boolean) => void, run: () => unknown): (() => unknown) =>
  () => {
    turn(true);
    try {
      return run();
    } finally {
      turn(false);
    }
  };
const nans = (run: () => unknown): (() => unknown) => watching(debugNans, run);
const infs = (run: () => unknown): (() => unknown) => watching(debugInfs, run);

/** Three turns, of which the second divides 0 by 0. */
const turning = (v: NDArray): NDArray =>
  lax.scan((c: NDArray, y: NDArray) => [c.add(y.div(y)), null], 0, v)[0];

export const debuggingRows: readonly Row[] = [
  [
    "debugNans names the operation and its operand",
    nans(() => np.log(np.array(-1))),
    "NonFiniteError",
    "debugNans: log made a NaN from float32[] -1; keep its operands away from there, with " +
      "np.where before it",
  ],
  [
    "debugNans shows types of large operands",
    nans(() => np.sqrt(np.array([-1, 1, 2, 3, 4]))),
    "NonFiniteError",
    "debugNans: sqrt made a NaN from f32[5]; keep its operands away from there, with np.where " + "before it",
  ],
  [
    "debugNans looks into jit",
    nans(() => jit(logOfNegative)(x)),
    "NonFiniteError",
    "debugNans: log made a NaN from float32[3] [-1, -2, 1]; keep its operands away from there, " +
      "with np.where before it",
  ],
  [
    "debugNans looks into jit of grad",
    nans(() => jit(grad((v: NDArray) => root(v.mul(0)).sum()))(x)),
    "NonFiniteError",
    "debugNans: mul made a NaN from float32[3] [Infinity, Infinity, Infinity], float32[] 0; " +
      "keep its operands away from there, with np.where before it",
  ],
  [
    "debugNans looks into vmap",
    nans(() => vmap(root)(np.array([1, -1]))),
    "NonFiniteError",
    "debugNans: sqrt made a NaN from float32[2] [1, -1]; keep its operands away from there, " +
      "with np.where before it",
  ],
  [
    "debugNans names the turn of a scan",
    nans(() => turning(x)),
    "NonFiniteError",
    "debugNans: div made a NaN at turn 1 of scan from float32[] 0, float32[] 0; keep its " +
      "operands away from there, with np.where before it",
  ],
  [
    "debugNans names the turn of a scan in jit",
    nans(() => jit(turning)(x)),
    "NonFiniteError",
    "debugNans: div made a NaN at turn 1 of scan from float32[] 0, float32[] 0; keep its " +
      "operands away from there, with np.where before it",
  ],
  [
    "debugNans names the turn of a gradient of a scan in jit",
    nans(() =>
      jit(grad((v: NDArray) => lax.scan((c: NDArray, y: NDArray) => [c.add(root(y)), null], 0, v)[0]))(
        x.sub(1),
      ),
    ),
    "NonFiniteError",
    "debugNans: sqrt made a NaN at turn 1 of scan from float32[] -1; keep its operands away " +
      "from there, with np.where before it",
  ],
  [
    "debugNans names the turn of a scan within a scan",
    nans(() => lax.scan((c: NDArray, y: NDArray) => [c.add(turning(x.add(y))), null], 0, np.array([1, 0]))),
    "NonFiniteError",
    "debugNans: div made a NaN at turn 1 of scan at turn 1 of scan from float32[] 0, float32[] " +
      "0; keep its operands away from there, with np.where before it",
  ],
  [
    "debugNans names the turn of a while loop",
    nans(() =>
      lax.whileLoop(
        ([i]: NDArray[]) => i.less(3),
        ([i, v]: NDArray[]) => [i.add(1), root(v.sub(1))],
        [0, 1],
      ),
    ),
    "NonFiniteError",
    "debugNans: sqrt made a NaN at turn 1 of while from float32[] -1; keep its operands away " +
      "from there, with np.where before it",
  ],
  [
    "debugNans names the branch of a cond",
    nans(() =>
      jit((v: NDArray) => lax.cond(v.sum().greater(0), logOfNegative, (u: NDArray) => u.sum(), v))(x),
    ),
    "NonFiniteError",
    "debugNans: log made a NaN in branch 1 of cond from float32[3] [-1, -2, 1]; keep its " +
      "operands away from there, with np.where before it",
  ],
  [
    "debugNans sees what disableJit runs",
    nans(() => disableJit(() => jit(logOfNegative)(x))),
    "NonFiniteError",
    "debugNans: log made a NaN from float32[3] [-1, -2, 1]; keep its operands away from there, " +
      "with np.where before it",
  ],
  [
    "debugInfs names the operation and its operand",
    infs(() => np.divide(1, np.array(0))),
    "NonFiniteError",
    "debugInfs: div made an infinity from float32[] 1, float32[] 0; keep its operands away from " +
      "there, with np.where before it",
  ],
  [
    "debugInfs looks into jit of grad",
    infs(() => jit(grad((v: NDArray) => root(v).sum()))(x)),
    "NonFiniteError",
    "debugInfs: div made an infinity from float32[] 0.5, float32[3] [1, 0, 1.7320508]; keep its " +
      "operands away from there, with np.where before it",
  ],
  [
    "evalShape refuses what calling would refuse",
    () =>
      evalShape(
        (v: NDArray, w: NDArray) => v.matmul(w),
        { shape: [2, 3], dtype: "float32" },
        { shape: [2, 3], dtype: "float32" },
      ),
    "ShapeError",
    "matmul: [2,3] and [2,3]: inner sizes 3 and 2 differ; transpose or reshape one of them",
  ],
  [
    "evalShape knows no values",
    () => evalShape((v: NDArray) => v.mul(Number(v.item())), { shape: [], dtype: "float32" }),
    "ConcretizationError",
    "item(): the value of f32[] is not known while evalShape traces the function; compute with " +
      "np.where, lax.cond or lax.scan instead of its value, or return it and read it outside",
  ],
  [
    "evalShape's struct has a dtype there is",
    () => evalShape((v: NDArray) => v, { shape: [2], dtype: "int8" }),
    "DTypeError",
    'evalShape: the string "int8" is no dtype; use "float32", "float64", "int32", "uint32", ' + '"bool"',
  ],
  [
    "evalShape's struct has sizes",
    () => evalShape((v: NDArray) => v, { shape: [-1], dtype: "float32" }),
    "ArgumentError",
    "evalShape: a size of { shape, dtype } must be an integer from 0 on, got -1",
  ],
  [
    "evalShape takes a function",
    () => evalShape(unchecked(x), x),
    "ArgumentError",
    "evalShape: expected a function, got an array f32[3]; pass f itself, not f(x)",
  ],
];
