/** What a mistake is answered with: the function, what it got, and the way out. */
import {
  ArgumentError,
  CarryTypeError,
  customJvp,
  customVjp,
  DifferentiationError,
  grad,
  jit,
  jvp,
  lax,
  type NDArray,
  numpy as np,
  ShapeError,
  TreeError,
  vjp,
  vmap,
} from "cotangent";
import { describe, expect, test } from "vitest";

const x = np.array([1, 2, 3]);
const ints = np.array(new Int32Array([1, 2, 3]));
const identity = (v: NDArray): NDArray => v;
const forwardless = customVjp((v: NDArray) => v);
forwardless.defvjp(
  (v) => [v, null],
  (_: null, ct: NDArray) => [ct],
);

/** Hides a mistake that the compiler would refuse, so that what it does at run time can be seen. */
const unchecked = (value: unknown): never => value as never; // wrong on purpose

const rows: readonly (readonly [string, () => unknown, new (...args: never[]) => Error, RegExp])[] = [
  [
    "grad of an int leaf names its key path",
    () => grad((p: { w: NDArray; n: NDArray[] }) => p.w.sum())({ w: x, n: [ints] }),
    DifferentiationError,
    /args\[0\]\.n\[0\] is i32\[3\].*argnums/,
  ],
  [
    "grad of a vector function shows the shape and the way out",
    () => grad(identity)(x),
    DifferentiationError,
    /real scalar, it returned f32\[3\].*sum or mean.*vjp/,
  ],
  [
    "grad of an int function asks for a cast",
    () => grad((v: NDArray) => v.sum().astype("int32"))(x),
    DifferentiationError,
    /i32\[\].*cast it to a float/,
  ],
  [
    "grad's argnums must be in range",
    () => grad((v: NDArray) => v.sum(), { argnums: [1 as number] })(x),
    ArgumentError,
    /argnums 1 is out of range.*1 argument/,
  ],
  [
    "grad's argnums name no argument twice",
    () => grad((v: NDArray) => v.sum(), { argnums: [0, -1] })(x),
    ArgumentError,
    /twice/,
  ],
  [
    "hasAux asks for a pair",
    () =>
      grad(
        unchecked((v: NDArray) => v.sum()),
        { hasAux: true },
      )(unchecked(x)),
    ArgumentError,
    /pair \[result, aux\]/,
  ],
  [
    "vmap names the arguments whose sizes differ",
    () => vmap((a: NDArray, b: NDArray) => a.add(b))(x, np.ones([2])),
    ShapeError,
    /args\[0\] has 3 along axis 0 .*args\[1\] has 2/,
  ],
  [
    "vmap needs a mapped argument",
    () => vmap(identity, [null])(x),
    ArgumentError,
    /all inAxes are null.*axisSize/,
  ],
  ["vmap's axis must exist", () => vmap(identity, 1)(x), ShapeError, /axis 1 of args\[0\].*-1 to 0/],
  ["vmap of a scalar says to use null", () => vmap(identity)(1), ShapeError, /no axes: use null/],
  [
    "vmap's outAxes is null only for what is not mapped",
    () => vmap(identity, 0, null)(x),
    ArgumentError,
    /outAxes is null for an output that depends on a mapped argument/,
  ],
  ["vmap's inAxes must be a prefix", () => vmap(identity, [0, 0])(x), TreeError, /inAxes/],
  [
    "a changed carry names the component and both types",
    () =>
      lax.scan(
        (c: { a: NDArray; b: NDArray }, v: NDArray) => [{ a: c.a, b: v.astype("float64") }, null],
        { a: x, b: x.slice(0) },
        x,
      ),
    CarryTypeError,
    /carry at \.b went in as f32\[\] and the body returned f64\[\]/,
  ],
  [
    "a changed carry tree shows both",
    () =>
      lax.whileLoop(
        (c: NDArray) => c.sum().less(9),
        unchecked((c: NDArray) => [c, c]),
        x,
      ),
    TreeError,
    /whileLoop: the carry went in as/,
  ],
  [
    "scan's lengths must agree",
    () => lax.scan((c: NDArray) => [c, null], 0, [x, np.ones([2])]),
    ShapeError,
    /differ: 3, 2/,
  ],
  [
    "scan without xs needs a length",
    () => lax.scan((c: NDArray) => [c, null], 0, null),
    ArgumentError,
    /\{ length: n \}/,
  ],
  [
    "scan over a tuple of numbers says how to make an array",
    () => lax.scan((c: NDArray) => [c, null], 0, [1, 2]),
    ShapeError,
    /np\.array/,
  ],
  [
    "cond's branches must return the same types",
    () => lax.cond(true, identity, (v: NDArray) => v.astype("float64"), x),
    CarryTypeError,
    /falseFn returns f64\[3\], trueFn f32\[3\]; cast one/,
  ],
  [
    "cond's predicate must be a scalar",
    () => lax.cond(x, identity, identity, x),
    ArgumentError,
    /np\.where.*vmap/,
  ],
  [
    "while refuses reverse mode and says what to use",
    () =>
      grad((v: NDArray) =>
        lax.whileLoop(
          (c: NDArray) => c.less(9),
          (c: NDArray) => c.mul(2),
          v,
        ),
      )(1),
    DifferentiationError,
    /lax\.scan.*lax\.foriLoop.*jvp/,
  ],
  [
    "customVjp refuses forward mode",
    () => jvp((v: NDArray) => forwardless(v), [1], [1]),
    DifferentiationError,
    /customJvp/,
  ],
  ["a custom function without a rule asks for it", () => customJvp(identity)(x), ArgumentError, /defjvp/],
  [
    "jvp's tangents must have the primals' shapes",
    () => jvp(identity, [x], [np.ones([2])]),
    Error,
    /f32\[3\].*f32\[2\]/,
  ],
  [
    "vjp's cotangent must have the output's structure",
    () => vjp(identity, [x])[1]([1, 2, 3]),
    TreeError,
    /structure/,
  ],
  ["an async function is refused", () => jit(async (v: NDArray) => v)(x), ArgumentError, /async/],
];

describe("the message", () => {
  test.each(rows)("%s", (_, run, kind, message) => {
    expect(run).toThrow(kind);
    expect(run).toThrow(message);
  });
});
