/** Loops and conditions. */
import { disableJit, grad, jit, lax, type NDArray, numpy as np } from "cotangent";
import { type Row, unchecked } from "./row.js";

const x = np.array([1, 2, 3]);
const identity = (v: NDArray): NDArray => v;
const doubling = (v: NDArray): NDArray =>
  lax.whileLoop(
    (c: NDArray) => c.less(9),
    (c: NDArray) => c.mul(2),
    v,
  );

export const controlFlowRows: readonly Row[] = [
  [
    "scan takes a function first",
    () => lax.scan(unchecked(0), unchecked(identity), x),
    "ArgumentError",
    "scan: expected a function, got the number 0",
  ],
  [
    "scan's body returns a pair",
    () => lax.scan((c: NDArray) => unchecked(c), 0, x),
    "ArgumentError",
    "scan: the body must return a pair [carry, y], got an array i32[]; y may be null",
  ],
  [
    "a changed carry names the component and both types",
    () =>
      lax.scan(
        (c: { a: NDArray; b: NDArray }, v: NDArray) => [{ a: c.a, b: v.astype("float64") }, null],
        { a: x, b: x.slice(0) },
        x,
      ),
    "CarryTypeError",
    "scan: the carry at .b went in as f32[] and the body returned f64[]; a loop's carry must " +
      "keep its type: cast the initial value or the body's result with astype, or reshape it",
  ],
  [
    "a carry that changes its shape shows both",
    () => lax.scan((c: NDArray, v: NDArray) => [c.add(x), v], 0, x),
    "CarryTypeError",
    "scan: the carry went in as i32[] (weak) and the body returned f32[3]; a loop's carry must " +
      "keep its type: cast the initial value or the body's result with astype, or reshape it",
  ],
  [
    "a changed carry tree shows both",
    () =>
      lax.whileLoop(
        (c: NDArray) => c.sum().less(9),
        unchecked((c: NDArray) => [c, c]),
        x,
      ),
    "TreeError",
    "whileLoop: the carry went in as an array and the body returned [*, *]; it must return the " +
      "same tree",
  ],
  [
    "scan's lengths agree",
    () => lax.scan((c: NDArray) => [c, null], 0, [x, np.ones([2])]),
    "ShapeError",
    "scan: the leading axes of xs (and length, if given) differ: 3, 2; give them one",
  ],
  [
    "scan's length agrees with xs",
    () => lax.scan((c: NDArray) => [c, null], 0, x, { length: 2 }),
    "ShapeError",
    "scan: the leading axes of xs (and length, if given) differ: 3, 2; give them one",
  ],
  [
    "scan without xs takes a length",
    () => lax.scan((c: NDArray) => [c, null], 0, null),
    "ArgumentError",
    "scan: with xs null, give the number of turns: { length: n }",
  ],
  [
    "scan's turns at a time are one at least",
    () => lax.scan((c: NDArray) => [c, null], 0, x, { unroll: 0 }),
    "ArgumentError",
    "scan: unroll must be an integer from 1 on, got 0",
  ],
  [
    "scan's length is a whole number",
    () => lax.scan((c: NDArray) => [c, null], 0, null, { length: -1 }),
    "ArgumentError",
    "scan: length must be an integer from 0 to 2147483647, got -1",
  ],
  [
    "scan's length is counted in int32",
    () => lax.scan((c: NDArray) => [c, null], 0, null, { length: 1e10 }),
    "ArgumentError",
    "scan: length must be an integer from 0 to 2147483647, got 10000000000",
  ],
  [
    "scan over a tuple of numbers says how to make an array",
    () => lax.scan((c: NDArray) => [c, null], 0, [1, 2]),
    "ShapeError",
    "scan: xs[0] is f32[] (weak), and a scalar has no axis to scan over; a JavaScript array is " +
      "a tuple of leaves: use np.array for one array",
  ],
  [
    "scan's options are known ones",
    () => lax.scan((c: NDArray) => [c, null], 0, x, unchecked({ revers: true })),
    "ArgumentError",
    'scan: there is no option "revers"; write "reverse"',
  ],
  [
    "disableJit cannot stack the ys of no turns",
    () => disableJit(() => lax.scan((c: NDArray, v: NDArray) => [c, v], 0, np.zeros(0))),
    "ArgumentError",
    "scan: under disableJit a loop of no turns has no ys to stack; give it one turn, or leave " +
      "disableJit",
  ],
  [
    "lax.map takes an array, not a tuple",
    () => lax.map(identity, unchecked([1, 2])),
    "ShapeError",
    "map: xs[0] is f32[] (weak), and a scalar has no axis to scan over; a JavaScript array is a " +
      "tuple of leaves: use np.array for one array",
  ],
  [
    "whileLoop's condition is a function",
    () => lax.whileLoop(unchecked(true), identity, x),
    "ArgumentError",
    "whileLoop: expected a function, got true",
  ],
  [
    "whileLoop's condition returns a bool",
    () =>
      lax.whileLoop(
        (c: NDArray) => c,
        (c: NDArray) => c,
        1,
      ),
    "DTypeError",
    "whileLoop: the condition must return one bool scalar, it returned f32[]; compare with less " +
      "or equal, reduce with np.all or np.any",
  ],
  [
    "whileLoop's condition returns one bool",
    () =>
      lax.whileLoop(
        (c: NDArray) => c.less(9),
        (c: NDArray) => c,
        x,
      ),
    "DTypeError",
    "whileLoop: the condition must return one bool scalar, it returned bool[3]; compare with " +
      "less or equal, reduce with np.all or np.any",
  ],
  [
    "whileLoop's condition returns no tree",
    () =>
      lax.whileLoop(
        (c: NDArray) => unchecked([c.less(1), c.less(2)]),
        (c: NDArray) => c,
        1,
      ),
    "DTypeError",
    "whileLoop: the condition must return one bool scalar, it returned a tree of 2 arrays; " +
      "compare with less or equal, reduce with np.all or np.any",
  ],
  [
    "reverse mode through whileLoop says what to use",
    () => grad(doubling)(1),
    "DifferentiationError",
    "whileLoop cannot be transposed (differentiated in reverse): the number of turns of a while " +
      "loop is not known beforehand, so what its turns computed cannot be kept; use lax.scan, or " +
      "lax.foriLoop with bounds that are plain numbers, or forward mode (jvp, jacfwd)",
  ],
  [
    "reverse mode through whileLoop says it inside jit too",
    () => jit(grad(jit(doubling)))(1),
    "DifferentiationError",
    "whileLoop cannot be transposed (differentiated in reverse): the number of turns of a while " +
      "loop is not known beforehand, so what its turns computed cannot be kept; use lax.scan, or " +
      "lax.foriLoop with bounds that are plain numbers, or forward mode (jvp, jacfwd)",
  ],
  [
    "foriLoop's bounds are whole numbers",
    () => lax.foriLoop(0, 2.5, (_, c: NDArray) => c, 1),
    "ArgumentError",
    "foriLoop: upper must be an integer from -2147483648 to 2147483647, got 2.5",
  ],
  [
    "foriLoop's bounds are counted in int32",
    () => lax.foriLoop(0, 1e10, (_, c: NDArray) => c, 1),
    "ArgumentError",
    "foriLoop: upper must be an integer from -2147483648 to 2147483647, got 10000000000",
  ],
  [
    "foriLoop's bounds are counted in int32 beside one that is an array",
    () => lax.foriLoop(np.array(0, { dtype: "int32" }), 2 ** 31, (_, c: NDArray) => c, 1),
    "ArgumentError",
    "foriLoop: upper must be an integer from -2147483648 to 2147483647, got 2147483648",
  ],
  [
    "foriLoop's bounds are scalars",
    () => lax.foriLoop(0, x, (_, c: NDArray) => c, 1),
    "ArgumentError",
    "foriLoop: upper must be an integer or a scalar array, got an array f32[3]",
  ],
  [
    "foriLoop's bounds are integers",
    () => lax.foriLoop(0, x.slice(0), (_, c: NDArray) => c, 1),
    "DTypeError",
    'foriLoop: upper must be an integer, got f32[]; use astype("int32")',
  ],
  [
    "cond's predicate is a scalar",
    () => lax.cond(x, identity, identity, x),
    "ArgumentError",
    "cond: the predicate must be a scalar, got f32[3]; use np.where elementwise, or vmap over " + "it",
  ],
  [
    "cond takes functions",
    () => lax.cond(true, unchecked(x), identity, x),
    "ArgumentError",
    "cond: expected a function, got an array f32[3]; pass f itself, not f(x)",
  ],
  [
    "cond's branches return one tree",
    () => lax.cond(true, identity, (v: NDArray) => unchecked([v, v]), x),
    "TreeError",
    "cond: branches must return the same tree: falseFn returns [*, *], trueFn an array; make " + "them alike",
  ],
  [
    "cond's branches return one type",
    () => lax.cond(true, identity, (v: NDArray) => v.astype("float64"), x),
    "CarryTypeError",
    "cond: branches must return the same types: falseFn returns f64[3], trueFn f32[3]; cast one " +
      "with astype, or reshape it",
  ],
  [
    "switch takes a list of branches",
    () => lax.switch(0, unchecked(identity), x),
    "ArgumentError",
    "switch: the branches must be a list of functions, got the function identity (was a call " +
      "meant, identity(...)?)",
  ],
  [
    "switch takes a branch",
    () => lax.switch(0, [], x),
    "ArgumentError",
    "switch: needs at least one branch; give a list of functions",
  ],
  [
    "switch's index is an integer",
    () => lax.switch(np.array(0.5), [identity], x),
    "DTypeError",
    'switch: the index must be an integer, got f32[]; use index.astype("int32")',
  ],
  [
    "switch's branches return one type",
    () => lax.switch(0, [identity, (v: NDArray) => v.sum()], x),
    "CarryTypeError",
    "switch: branches must return the same types: branch 0 returns f32[3], branch 1 f32[]; cast " +
      "one with astype, or reshape it",
  ],
  [
    "associativeScan takes an array",
    () => lax.associativeScan(identity, unchecked([])),
    "ArgumentError",
    "associativeScan: xs holds no array; give one, or a tree of them",
  ],
  [
    "associativeScan's leaves have one length",
    () => lax.associativeScan((a: NDArray[]) => a, [x, np.zeros(2)]),
    "ShapeError",
    "associativeScan: leaves differ in length along axis 0: f32[3], f32[2]; give them one " + "length",
  ],
  [
    "associativeScan's function keeps the tree",
    () => lax.associativeScan((a: NDArray) => unchecked([a, a]), x),
    "ArgumentError",
    "associativeScan: f takes an array and returned [*, *]; it must return the same",
  ],
  [
    "associativeScan's function keeps shapes",
    () => lax.associativeScan(() => x, x),
    "ShapeError",
    "associativeScan: f takes f32[1] and returned f32[3]; it works on whole slices at once, and must keep their shape",
  ],
];
