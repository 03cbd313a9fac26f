/** The transformations: JAX's own errors, and those of calling them in the wrong way. */
import * as ct from "cotangent";
import {
  grad,
  jacfwd,
  jit,
  jvp,
  lax,
  linearize,
  linearTranspose,
  type NDArray,
  numpy as np,
  valueAndGrad,
  vjp,
  vmap,
} from "cotangent";
import { type Row, unchecked } from "./row.js";

const x = np.array([1, 2, 3]);
const ints = np.array(new Int32Array([1, 2, 3]));
const total = (v: NDArray): NDArray => v.sum();
const identity = (v: NDArray): NDArray => v;

export const transformRows: readonly Row[] = [
  // grad
  [
    "grad of an integer shows which",
    () => grad(total)(ints),
    "DifferentiationError",
    "grad: the argument at args[0] is i32[3], and only floats have gradients; pick other " +
      "arguments with argnums, return it through hasAux, or split the tree",
  ],
  [
    "grad of a tree with an integer leaf shows the key path",
    () => grad((p: { w: NDArray; n: NDArray[] }) => p.w.sum())({ w: x, n: [ints] }),
    "DifferentiationError",
    "grad: the argument at args[0].n[0] is i32[3], and only floats have gradients; pick other " +
      "arguments with argnums, return it through hasAux, or split the tree",
  ],
  [
    "grad of a vector function shows the shape and the way out",
    () => grad(identity)(x),
    "DifferentiationError",
    "grad: the function must return a real scalar, it returned f32[3]; reduce it with sum or " +
      "mean, or use vjp, jacrev or jacfwd",
  ],
  [
    "grad of a function of several outputs says what it may return",
    () => grad((v: NDArray) => unchecked([v.sum(), v.sum()]))(x),
    "DifferentiationError",
    "grad: the function must return one scalar, it returned a tree of 2 arrays; with hasAux it " +
      "may return [scalar, anything]",
  ],
  [
    "grad of an integer function asks for a cast",
    () => grad((v: NDArray) => v.sum().astype("int32"))(x),
    "DifferentiationError",
    "grad: the function must return a real scalar, it returned i32[]; cast it to a float",
  ],
  [
    "grad's argnums are in range",
    () => grad(total, { argnums: [1 as number] })(x),
    "ArgumentError",
    "grad: argnums 1 is out of range: the function was called with 1 argument; use an integer " +
      "from -1 to 0",
  ],
  [
    "grad without arguments is told to be called with some",
    () => (grad(total) as unknown as () => unknown)(),
    "ArgumentError",
    "grad: argnums 0 is out of range: the function was called with 0 arguments; call it with " + "some",
  ],
  [
    "grad's argnums name no argument twice",
    () => grad(total, { argnums: [0, -1] })(x),
    "ArgumentError",
    "grad: argnums [0, -1] names an argument twice; name each once",
  ],
  [
    "grad's argnums are integers",
    () => grad(total, { argnums: unchecked("0") })(x),
    "ArgumentError",
    'grad: argnums must be a list of integers, got the string "0"',
  ],
  [
    "hasAux asks for a pair",
    () => grad(unchecked(total), { hasAux: true })(unchecked(x)),
    "ArgumentError",
    "grad: with hasAux the function must return a pair [result, aux], it returned an array",
  ],
  [
    "grad of a result is told to take the function",
    () => grad(unchecked(total(x))),
    "ArgumentError",
    "grad: expected a function, got an array f32[]; pass f itself, not f(x)",
  ],
  [
    "valueAndGrad's options are known ones",
    () => valueAndGrad(total, unchecked({ argNums: 0 })),
    "ArgumentError",
    'valueAndGrad: there is no option "argNums"; write "argnums"',
  ],
  [
    "grad's curried options are known ones",
    () => grad(unchecked({ argnum: 0 })),
    "ArgumentError",
    'grad: there is no option "argnum"; write "argnums"',
  ],
  [
    "jacfwd of an integer shows which",
    () => jacfwd(identity)(ints),
    "DifferentiationError",
    "jacfwd: args[0] is i32[3], and only floats have derivatives; use argnums",
  ],
  // jvp, vjp, linearize, linearTranspose
  [
    "jvp takes tuples",
    () => jvp(identity, unchecked(x), unchecked(x)),
    "ArgumentError",
    "jvp: the primals are a tuple, one entry an argument: [x] for one, got an array f32[3]",
  ],
  [
    "jvp's tangents have the primals' types",
    () => jvp(identity, [x], [np.ones([2])]),
    "DifferentiationError",
    "jvp: at [0] the primal is f32[3] and its (co)tangent f32[2]; they must have the same shape " +
      "and dtype",
  ],
  [
    "jvp's tangents have the primals' structure",
    () => jvp(identity, [x], unchecked([x, x])),
    "TreeError",
    "jvp: (co)tangents have the structure [*, *], the primals [*]; give one for each, or null " + "for zero",
  ],
  [
    "vjp's cotangent has the output's structure",
    () => vjp(identity, [x])[1]([1, 2, 3]),
    "TreeError",
    "vjp: (co)tangents have the structure [*, *, *], the primals an array; give one for each, " +
      "or null for zero",
  ],
  [
    "vjp's cotangent has the output's type",
    () => vjp(identity, [x])[1](np.ones([3], { dtype: "float64" })),
    "DifferentiationError",
    "vjp: at the value the primal is f32[3] and its (co)tangent f64[3]; they must have the same " +
      "shape and dtype",
  ],
  [
    "jvp takes a function",
    () => jvp(unchecked(3), [x], [x]),
    "ArgumentError",
    "jvp: expected a function, got the number 3",
  ],
  [
    "jvp's tangents are a tuple",
    () => jvp(identity, [x], unchecked(x)),
    "ArgumentError",
    "jvp: the tangents are a tuple, one entry an argument: [x] for one, got an array f32[3]",
  ],
  [
    "vjp takes a function",
    () => vjp(unchecked(3), [x]),
    "ArgumentError",
    "vjp: expected a function, got the number 3",
  ],
  [
    "linearize takes a tuple",
    () => linearize(identity, unchecked(x)),
    "ArgumentError",
    "linearize: the primals are a tuple, one entry an argument: [x] for one, got an array f32[3]",
  ],
  [
    "linearize's hasAux asks for a pair",
    () => linearize(unchecked(identity), [x], { hasAux: true }),
    "ArgumentError",
    "linearize: with hasAux the function must return a pair [result, aux], it returned an array",
  ],
  [
    "linearTranspose takes a function",
    () => linearTranspose(unchecked(3), [x]),
    "ArgumentError",
    "linearTranspose: expected a function, got the number 3",
  ],
  [
    "linearTranspose takes floats",
    () => linearTranspose(identity, [ints]),
    "DTypeError",
    'linearTranspose: arguments must be floats, got i32[3]; use astype("float32"), or close ' + "over it",
  ],
  [
    "linearTranspose of what is not linear says why",
    () => linearTranspose((v: NDArray) => np.sin(v), [x])(x),
    "DifferentiationError",
    "sin cannot be transposed (differentiated in reverse): sin is not linear",
  ],
  [
    "linearTranspose of a quotient by its argument says why",
    () => linearTranspose((v: NDArray) => np.divide(1, v), [x])(x),
    "DifferentiationError",
    "div is not linear in its denominator, so it has no transpose; use vjp, which " + "differentiates it",
  ],
  [
    "linearTranspose of a product of its argument says why",
    () => linearTranspose((v: NDArray) => v.mul(v), [x])(x),
    "DifferentiationError",
    "a product is not linear in both of its operands at once, so it has no transpose; use vjp, " +
      "which differentiates it",
  ],
  [
    "scatterMul's updates have a derivative if they do not meet",
    () =>
      grad((v: NDArray) =>
        lax
          .scatterMul(x, np.array(new Int32Array([0, 2])).reshape([2, 1]), v, {
            updateWindowDims: [],
            insertedWindowDims: [0],
            scatterDimsToOperandDims: [0],
          })
          .sum(),
      )(np.ones(2)),
    "DifferentiationError",
    "scatterMul has a derivative with respect to its updates only with uniqueIndices: true, the " +
      "promise that no two updates meet",
  ],
  // vmap
  [
    "vmap names the arguments whose sizes differ",
    () => vmap((a: NDArray, b: NDArray) => a.add(b))(x, np.ones([2])),
    "ShapeError",
    "vmap: mapped axes must have one size: args[0] has 3 along axis 0 (f32[3]), args[1] has 2 " +
      "along axis 0 (f32[2]); make them equal, or use null in inAxes for what is not mapped",
  ],
  [
    "vmap's axisSize agrees with the arguments",
    () => vmap(identity, { axisSize: 2 })(x),
    "ShapeError",
    "vmap: mapped axes must have one size: args[0] has 3 along axis 0 (f32[3]); axisSize is 2; " +
      "make them equal, or use null in inAxes for what is not mapped",
  ],
  [
    "vmap's axisSize is a size",
    () => vmap(identity, { inAxes: null, axisSize: -1 })(x),
    "ArgumentError",
    "vmap: axisSize must be an integer from 0 on, got -1",
  ],
  [
    "vmap needs a mapped argument",
    () => vmap(identity, [null])(x),
    "ArgumentError",
    "vmap: no argument is mapped (all inAxes are null); map one, or give axisSize",
  ],
  [
    "vmap without arguments needs axisSize",
    () => vmap(() => np.array(1))(),
    "ArgumentError",
    "vmap: no argument is mapped (all inAxes are null); map one, or give axisSize",
  ],
  [
    "vmap's axis exists",
    () => vmap(identity, 1)(x),
    "ShapeError",
    "vmap: inAxes maps axis 1 of args[0], which is f32[3] and has axes -1 to 0",
  ],
  [
    "vmap of a scalar says to use null",
    () => vmap(identity)(1),
    "ShapeError",
    "vmap: inAxes maps axis 0 of args[0], which is f32[] and has no axes: use null for what is " +
      "not mapped",
  ],
  [
    "vmap's outAxes is null only for what is not mapped",
    () => vmap(identity, 0, null)(x),
    "ArgumentError",
    "vmap: outAxes is null for an output that depends on a mapped argument; give it an axis",
  ],
  [
    "vmap's outAxes exists",
    () => vmap(identity, 0, 1)(x),
    "ShapeError",
    "vmap: outAxes 1 is out of range for an output that has 1 axes with its batch; use an " +
      "integer from -1 to 0",
  ],
  [
    "vmap's inAxes is a prefix of the arguments",
    () => vmap(identity, [0, 0])(x),
    "TreeError",
    "vmap: inAxes is no prefix of the tree: the tree there is [*]; give one entry for the " +
      "whole, or one for each part",
  ],
  [
    "vmap's options are known ones",
    () => vmap(identity, unchecked({ in_axes: 0 })),
    "ArgumentError",
    'vmap: there is no option "in_axes"; write "inAxes"',
  ],
  // jit
  [
    "jit takes a function",
    () => jit(unchecked(3)),
    "ArgumentError",
    "jit: expected a function, got the number 3",
  ],
  [
    "jit takes no class",
    () => jit(unchecked(class Model {})),
    "ArgumentError",
    "jit: expected a function, got the class Model",
  ],
  [
    "jit's static arguments are in range",
    () => jit(identity, { staticArgnums: 1 })(x),
    "ArgumentError",
    "jit: staticArgnums 1 is out of range: the function was called with 1 argument; use an " +
      "integer from -1 to 0",
  ],
  [
    "jit's target is one there is",
    () => jit(identity, { target: "cuda" })(x),
    "ArgumentError",
    'there is no target "cuda" here; available: js, wasm, gpu',
  ],
  [
    "a program that is too large for the target that was named",
    () => jit((xs: number[]) => np.stack(xs), { target: "wasm" })(new Array(50_001).fill(0)),
    "TargetError",
    "wasm: a program is too large for the engine: a function has 50005 variables, at most 50000; " +
      'jit smaller parts of the function, put repeated parts into lax.scan, or use jit(f, { target: "js" })',
  ],
  [
    "setDefaultTarget takes one there is",
    () => ct.setDefaultTarget("cuda"),
    "ArgumentError",
    'there is no target "cuda" here; available: js, wasm, gpu',
  ],
  [
    "a size that depends on values is refused under jit",
    () => jit((v: NDArray) => np.nonzero(v)[0])(x),
    "ConcretizationError",
    "nonzero: the value of f32[3] is not known while jit traces the function; compute with " +
      "np.where, lax.cond or lax.scan instead of its value, or return it and read it outside",
  ],
  [
    "a mask as an index is refused under jit",
    () => jit((v: NDArray) => v.slice(v.greater(1)))(x),
    "ConcretizationError",
    "slice by a mask: the value of bool[3] is not known while jit traces the function; compute " +
      "with np.where, lax.cond or lax.scan instead of its value, or return it and read it outside",
  ],
  [
    "unique is refused under jit",
    () => jit((v: NDArray) => unchecked(np.unique(v)))(x),
    "ConcretizationError",
    "unique: the value of f32[3] is not known while jit traces the function; compute with " +
      "np.where, lax.cond or lax.scan instead of its value, or return it and read it outside",
  ],
];
