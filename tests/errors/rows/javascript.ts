/** The traps of JavaScript: what its values and operators do where an array or a tree is meant. */
import { grad, jit, lax, type NDArray, numpy as np, tree, vmap } from "cotangent";
import { type Row, unchecked } from "./row.js";

const x = np.array([1, 2, 3]);
/** What a traced function stored outside, used after its transformation has ended. */
function leaked(transform: (f: (v: NDArray) => NDArray) => (v: NDArray) => unknown): NDArray {
  let kept: NDArray = x;
  transform((v) => {
    kept = v;
    return v.sum();
  })(x);
  return kept;
}

class Point {
  readonly x = 1;
}

const cyclic: { w: number; self?: unknown } = { w: 1 };
cyclic.self = cyclic;
const cyclicList: unknown[] = [];
cyclicList.push(cyclicList);

export const javascriptRows: readonly Row[] = [
  [
    "x + 1 names the method",
    () => unchecked(x) + 1,
    "CoercionError",
    "an NDArray (f32[3]) cannot be turned into a number: write x.add(1) for x + 1, x.greater(0) " +
      "for x > 0, np.where(test, a, b) or lax.cond for if; x.item() gives the number of a " +
      "concrete scalar",
  ],
  [
    "x > 0 names the method",
    () => unchecked(x) > 0,
    "CoercionError",
    "an NDArray (f32[3]) cannot be turned into a number: write x.add(1) for x + 1, x.greater(0) " +
      "for x > 0, np.where(test, a, b) or lax.cond for if; x.item() gives the number of a " +
      "concrete scalar",
  ],
  [
    "a tracer in a template string is refused",
    () => jit((v: NDArray) => np.add(v, `${v}`.length))(x),
    "CoercionError",
    "an NDArray (f32[3]) cannot be turned into a string: write x.add(1) for x + 1, x.greater(0) " +
      "for x > 0, np.where(test, a, b) or lax.cond for if; x.item() gives the number of a " +
      "concrete scalar",
  ],
  [
    "a tracer as a key is refused",
    () => jit((v: NDArray) => ({ a: v })[unchecked(v)])(x),
    "CoercionError",
    "an NDArray (f32[3]) cannot be turned into a string: write x.add(1) for x + 1, x.greater(0) " +
      "for x > 0, np.where(test, a, b) or lax.cond for if; x.item() gives the number of a " +
      "concrete scalar",
  ],
  [
    "iterating a scalar says what to use",
    () => [...np.array(2)],
    "ShapeError",
    "iteration over f32[]: a scalar has no first axis to walk; use x.item() for its value",
  ],
  [
    "item() of several elements shows the shape",
    () => x.item(),
    "CoercionError",
    "item(): the array has shape [3], not one element; use js() or dataSync()",
  ],
  [
    "item() under jit says why there is no value",
    () => jit((v: NDArray) => v.sum().item())(x),
    "ConcretizationError",
    "item(): the value of f32[] is not known while jit traces the function; compute with " +
      "np.where, lax.cond or lax.scan instead of its value, or return it and read it outside",
  ],
  [
    "item() under vmap says why there is no value",
    () => vmap((v: NDArray) => v.item())(x),
    "ConcretizationError",
    "item(): the value of f32[] is not known while vmap traces the function; compute with " +
      "np.where, lax.cond or lax.scan instead of its value, or return it and read it outside",
  ],
  [
    "js() under jit says why there is no value",
    () => jit((v: NDArray) => unchecked(v.js()))(x),
    "ConcretizationError",
    "js(): the value of f32[3] is not known while jit traces the function; compute with " +
      "np.where, lax.cond or lax.scan instead of its value, or return it and read it outside",
  ],
  [
    "a tracer of jit that leaked is named",
    () => leaked(jit).add(1),
    "LeakedTracerError",
    "add: an operand (f32[3]) is a tracer of a jit that has ended; a traced function must hand " +
      "its values out by returning them, not by storing them in outer variables",
  ],
  [
    "a tracer of vmap that leaked is named",
    () => leaked((f) => vmap(f)).add(1),
    "LeakedTracerError",
    "add: an operand (f32[]) is a tracer of a vmap that has ended; a traced function must hand " +
      "its values out by returning them, not by storing them in outer variables",
  ],
  [
    "a tracer of grad that leaked is named",
    () => leaked(unchecked(grad)).add(1),
    "LeakedTracerError",
    "add: an operand (f32[3]) is a tracer of a grad or jvp that has ended; a traced function " +
      "must hand its values out by returning them, not by storing them in outer variables",
  ],
  [
    "a tracer of a loop that leaked is named",
    () => leaked(unchecked((f: never) => (v: NDArray) => lax.map(f, v))).mul(2),
    "LeakedTracerError",
    "mul: an operand (f32[]) is a tracer of a map that has ended; a traced function must hand " +
      "its values out by returning them, not by storing them in outer variables",
  ],
  [
    "an async function is refused",
    () => jit(async (v: NDArray) => v)(x),
    "ArgumentError",
    "jit: the function returned a Promise; traced functions must not be async: await before, " +
      "trace after",
  ],
  [
    "a Promise in a result is refused",
    () => jit((v: NDArray) => [v, Promise.resolve(v)])(x),
    "TreeError",
    "jit: the result[1] is a Promise: traced functions must not be async; await before you call " + "them",
  ],
  [
    "a Promise as an operand is refused",
    () => np.add(x, unchecked(Promise.resolve(1))),
    "ArgumentError",
    "add: expected an array, a number, a boolean or a typed array, got a Promise (await it " + "first)",
  ],
  [
    "a function that returns nothing is asked for its return",
    () => jit(() => undefined)(),
    "ArgumentError",
    "jit: the function returned undefined; does it lack a return?",
  ],
  [
    "undefined in an argument shows the key path",
    () => grad((p: { w: NDArray }) => p.w)({ w: unchecked(undefined) }),
    "TreeError",
    "grad: args[0].w is undefined: leave the key out, or use null for an empty subtree",
  ],
  [
    "undefined in a result shows the key path",
    () => jit((v: NDArray) => ({ w: [v, undefined] }))(x),
    "TreeError",
    "jit: the result.w[1] is undefined: leave the key out, or use null for an empty subtree",
  ],
  [
    "undefined as an operand is refused",
    () => np.add(x, unchecked(undefined)),
    "ArgumentError",
    "add: expected an array, a number, a boolean or a typed array, got undefined",
  ],
  [
    "null as an operand is refused",
    () => x.mul(unchecked(null)),
    "ArgumentError",
    "multiply: expected an array, a number, a boolean or a typed array, got null",
  ],
  [
    "a string as an operand is refused",
    () => np.sin(unchecked("0.5")),
    "ArgumentError",
    'sin: expected an array, a number, a boolean or a typed array, got the string "0.5"',
  ],
  [
    "a long string is shortened",
    () => np.sin(unchecked("x".repeat(60))),
    "ArgumentError",
    "sin: expected an array, a number, a boolean or a typed array, got the string " +
      '"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..."',
  ],
  [
    "a BigInt as an operand is refused",
    () => np.sin(unchecked(10n)),
    "ArgumentError",
    "sin: expected an array, a number, a boolean or a typed array, got the bigint 10n",
  ],
  [
    "a BigInt array as an operand is refused",
    () => np.sin(unchecked(new BigInt64Array(2))),
    "ArgumentError",
    "array: a BigInt64Array has no dtype here; use Float32Array, Float64Array, Int32Array or " +
      "Uint32Array",
  ],
  [
    "a Symbol as an operand is refused",
    () => np.sin(unchecked(Symbol("s"))),
    "ArgumentError",
    "sin: expected an array, a number, a boolean or a typed array, got Symbol(s)",
  ],
  [
    "a method that was not called is named",
    () => np.add(x, unchecked(x.sum)),
    "ArgumentError",
    "add: expected an array, a number, a boolean or a typed array, got the function sum (was a " +
      "call meant, sum(...)?)",
  ],
  [
    "a nameless function as an operand is told to be called",
    () =>
      np.add(
        x,
        unchecked(() => 1),
      ),
    "ArgumentError",
    "add: expected an array, a number, a boolean or a typed array, got a function (was a call " + "meant?)",
  ],
  [
    "a class as an operand is named",
    () => np.sin(unchecked(Point)),
    "ArgumentError",
    "sin: expected an array, a number, a boolean or a typed array, got the class Point",
  ],
  [
    "a method returned without a call is named",
    () => jit((v: NDArray) => unchecked(v.sum))(x),
    "TreeError",
    "jit: the result is the function sum (was a call meant, sum(...)?), which is neither an " +
      "array, a number, a tuple nor a plain object: pass it as a static argument, close over it, " +
      "or use tree.registerNode for a class",
  ],
  [
    "a string leaf shows the key path",
    () => jit((p: { kind: string }) => p)(unchecked({ kind: "a" })),
    "TreeError",
    'jit: args[0].kind is the string "a", which is neither an array, a number, a tuple nor a ' +
      "plain object: pass it as a static argument, close over it, or use tree.registerNode for a " +
      "class",
  ],
  [
    "a Map is no tree",
    () => jit((p: NDArray) => p)(unchecked(new Map([["w", 1]]))),
    "TreeError",
    "jit: args[0] is a Map, which is neither an array, a number, a tuple nor a plain object: " +
      "pass it as a static argument, close over it, or use tree.registerNode for a class",
  ],
  [
    "a Date is no tree",
    () => tree.leaves([new Date(0)]),
    "TreeError",
    "the tree at [0] is a Date, which is neither an array, a number, a tuple nor a plain " +
      "object: pass it as a static argument, close over it, or use tree.registerNode for a class",
  ],
  [
    "an instance of a class is no tree unless it is registered",
    () => tree.leaves({ at: new Point() }),
    "TreeError",
    "the tree at .at is a Point, which is neither an array, a number, a tuple nor a plain " +
      "object: pass it as a static argument, close over it, or use tree.registerNode for a class",
  ],
  [
    "a sparse list has undefined in its holes",
    () => tree.leaves(new Array(2)),
    "TreeError",
    "the tree at [0] is undefined: leave the key out, or use null for an empty subtree",
  ],
  [
    "a sparse list is no array",
    () => np.array(unchecked(new Array(2))),
    "ArgumentError",
    "array: expected numbers or booleans in the list, got undefined",
  ],
  [
    "an object that holds itself is no tree",
    () => tree.leaves(cyclic),
    "TreeError",
    "the tree at .self.self.self.self.self.self.self.self... is nested deeper than 1000: does " +
      "an object or list hold itself?",
  ],
  [
    "a list that holds itself is no array",
    () => np.array(unchecked(cyclicList)),
    "ShapeError",
    "array: a list nested deeper than 64, or one that holds itself, is no array; flatten it",
  ],
  [
    "a list of strings is no array",
    () => np.array(unchecked(["a"])),
    "ArgumentError",
    'array: expected numbers or booleans in the list, got the string "a"',
  ],
  [
    "an array within a nested operand is told to be stacked",
    () => np.sin(unchecked([x, x])),
    "ArgumentError",
    "sin: expected numbers or booleans in the list, got an array f32[3]; join arrays with " +
      "np.stack or np.array",
  ],
  [
    "rows of different lengths are no array",
    () => np.array([[1, 2], [3]]),
    "ShapeError",
    "array: rows differ in length: expected 2 entries at depth 1, got 1 entries",
  ],
  [
    "a number among rows is no array",
    () => np.array([[1, 2], 3]),
    "ShapeError",
    "array: rows differ in length: expected 2 entries at depth 1, got the number 3",
  ],
  [
    "a plain object is no operand",
    () => np.sin(unchecked({ w: 1, b: 2 })),
    "ArgumentError",
    "sin: expected an array, a number, a boolean or a typed array, got an object with the keys " + "w, b",
  ],
  [
    "an object without keys is no operand",
    () => np.sin(unchecked({})),
    "ArgumentError",
    "sin: expected an array, a number, a boolean or a typed array, got an object without keys",
  ],
  [
    "an object of many keys is shortened",
    () => np.sin(unchecked({ a: 1, b: 2, c: 3, d: 4, e: 5 })),
    "ArgumentError",
    "sin: expected an array, a number, a boolean or a typed array, got an object with the keys " +
      "a, b, c, d, ...",
  ],
  [
    "an instance of a nameless class is no operand",
    () => np.sin(unchecked(new (class {})())),
    "ArgumentError",
    "sin: expected an array, a number, a boolean or a typed array, got an object of a nameless " + "class",
  ],
  [
    "a DataView is no operand",
    () => np.sin(unchecked(new DataView(new ArrayBuffer(4)))),
    "ArgumentError",
    "array: a DataView has no dtype here; use Float32Array, Float64Array, Int32Array or " + "Uint32Array",
  ],
];
