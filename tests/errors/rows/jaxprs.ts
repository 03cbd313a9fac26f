/** Jaxprs made wrong by hand: what the type checker says, and what each primitive says of its own equation. */
import { checkJaxpr, jit, lax, makeJaxpr, type NDArray, numpy as np, random } from "cotangent";
import { type Row, unchecked } from "./row.js";

type Jaxpr = ReturnType<ReturnType<typeof makeJaxpr>>["jaxpr"];
type Equation = Jaxpr["eqns"][number];

const x = np.array([1, 2, 3]);

/** Checks the jaxpr of f after a change. */
const changed =
  (
    f: (...args: NDArray[]) => unknown,
    args: readonly NDArray[],
    change: (jaxpr: Jaxpr) => Partial<Jaxpr>,
  ): (() => unknown) =>
  () => {
    const { jaxpr } = makeJaxpr(f)(...args);
    return checkJaxpr({ ...jaxpr, ...change(jaxpr) });
  };

/** Checks the jaxpr of f after a change of its equation of one primitive. */
const changedEquation = (
  primitive: string,
  f: (...args: NDArray[]) => unknown,
  args: readonly NDArray[],
  change: (eqn: Equation) => Partial<Equation>,
): (() => unknown) =>
  changed(f, args, ({ eqns }) => ({
    eqns: eqns.map((eqn) => (eqn.primitive.name === primitive ? { ...eqn, ...change(eqn) } : eqn)),
  }));

/** The same with other params. */
const otherParams = (
  primitive: string,
  f: (...args: NDArray[]) => unknown,
  args: readonly NDArray[],
  params: (given: Readonly<Record<string, unknown>>) => object,
): (() => unknown) =>
  changedEquation(primitive, f, args, (eqn) => ({ params: { ...eqn.params, ...params({ ...eqn.params }) } }));

/** Operand `position` of the equation of one primitive becomes the function's argument. */
const _firstReads = (primitive: string, f: (v: NDArray) => unknown, position: number): (() => unknown) =>
  changed(f, [x], ({ eqns, invars }) => ({
    eqns: eqns.map((eqn) =>
      eqn.primitive.name === primitive
        ? { ...eqn, operands: eqn.operands.map((operand, i) => (i === position ? invars[0] : operand)) }
        : eqn,
    ),
  }));

/** A jaxpr in params, whatever its type is there. */
const inner = (value: unknown): Jaxpr => unchecked(value);

const sine = (v: NDArray): NDArray => np.sin(v);
const scanning = (v: NDArray): unknown => lax.scan((c: NDArray, y: NDArray) => [c.add(y), c], x.slice(0), v);
const looping = (v: NDArray): unknown =>
  lax.whileLoop(
    (c: NDArray) => c.sum().less(9),
    (c: NDArray) => c.mul(2),
    v,
  );
const choosing = (v: NDArray): unknown =>
  lax.cond(
    true,
    (u: NDArray) => u,
    (u: NDArray) => u.neg(),
    v,
  );

export const jaxprRows: readonly Row[] = [
  [
    "a variable is bound once",
    changed(sine, [x], ({ eqns }) => ({ eqns: [...eqns, ...eqns] })),
    "JaxprTypeError",
    "equation 1 (sin): a variable (f32[3]) is bound twice",
  ],
  [
    "a variable is bound before it is read",
    changed(sine, [x], () => ({ eqns: [] })),
    "JaxprTypeError",
    "outputs: a variable (f32[3]) is read before it is bound",
  ],
  [
    "an equation's outputs have the primitive's types",
    changedEquation(
      "sin",
      (v: NDArray) => [np.sin(v), v.sum()],
      [x],
      () => ({ outs: [] }),
    ),
    "JaxprTypeError",
    "equation 0 (sin): outputs are , the primitive gives f32[3]",
  ],
  [
    "a jaxpr in params is closed",
    otherParams("jit", jit(sine), [x], ({ jaxpr }) => ({
      jaxpr: { ...inner(jaxpr), constvars: inner(jaxpr).invars, invars: [] },
    })),
    "JaxprTypeError",
    "equation 0 (jit): a jaxpr in params must be closed",
  ],
  [
    "a jitted call's operands have its jaxpr's types",
    changedEquation("jit", jit(sine), [x], () => ({ operands: [] })),
    "ShapeError",
    "jit: operands do not have the types of its jaxpr",
  ],
  [
    "a scan's operands have its body's types",
    changedEquation("scan", scanning, [x], ({ operands }) => ({ operands: [...operands].reverse() })),
    "ShapeError",
    "scan: operand 0 is f32[3], its body takes f32[]",
  ],
  [
    "a while loop's body keeps its carry's types",
    otherParams("while", looping, [x], ({ bodyJaxpr, condJaxpr }) => ({
      bodyJaxpr: {
        ...inner(bodyJaxpr),
        outvars: inner(condJaxpr).outvars,
        eqns: inner(condJaxpr).eqns,
        invars: inner(condJaxpr).invars,
      },
    })),
    "ShapeError",
    "while: the carry is f32[3] and its body returns bool[]",
  ],
  [
    "a cond's branches have one type",
    otherParams("cond", choosing, [x], ({ branches }) => ({
      branches: [inner(unchecked(branches)[0]), { ...inner(unchecked(branches)[1]), outvars: [] }],
    })),
    "CarryTypeError",
    "cond: branches must return the same types: branch 0 returns f32[3], branch 1 returns ",
  ],
  [
    "concatenate takes at least one operand",
    changedEquation(
      "concatenate",
      (v: NDArray) => np.concatenate([v, v]),
      [x],
      () => ({ operands: [] }),
    ),
    "ShapeError",
    "concatenate: needs at least one array",
  ],
  [
    "iota's dimension is an axis",
    otherParams(
      "iota",
      () => lax.iota("int32", 3),
      [],
      () => ({ dimension: 1 }),
    ),
    "ShapeError",
    "iota: dimension 1 is no axis of [3]; use one from 0 to 0",
  ],
  [
    "cumsum's axis is an axis",
    otherParams(
      "cumsum",
      (v: NDArray) => np.cumsum(v),
      [x],
      () => ({ axis: 1 }),
    ),
    "ShapeError",
    "cumsum: axis 1 is no axis of f32[3]; use 0 to 0",
  ],
  [
    "sort's dimension is an axis",
    otherParams(
      "sort",
      (v: NDArray) => np.sort(v),
      [x],
      () => ({ dimension: 1 }),
    ),
    "ShapeError",
    "sort: axis 1 is no axis of f32[3]; use 0 to 0",
  ],
  [
    "rev's dimensions are axes",
    otherParams(
      "rev",
      (v: NDArray) => np.flip(v),
      [x],
      () => ({ dimensions: [1] }),
    ),
    "ShapeError",
    "rev: [1] are no distinct axes of f32[3]; use 0 to 0",
  ],
  [
    "transpose's permutation is one",
    otherParams(
      "transpose",
      (v: NDArray) => v.T,
      [np.ones([2, 3])],
      () => ({ permutation: [0, 0] }),
    ),
    "ShapeError",
    "transpose: [0,0] is no permutation of the 2 axes of f32[2,3]",
  ],
  [
    "convert_element_type's dtype is one",
    otherParams(
      "convert_element_type",
      (v: NDArray) => v.astype("int32"),
      [x],
      () => ({ newDtype: "complex64" }),
    ),
    "DTypeError",
    'convertElementType: the string "complex64" is no dtype; use "float32", "float64", "int32", "uint32", "bool"',
  ],
  [
    "bitcast_convert_type's dtype is one",
    otherParams(
      "bitcast_convert_type",
      (v: NDArray) => lax.bitcastConvertType(v, "int32"),
      [x],
      () => ({ newDtype: "complex64" }),
    ),
    "DTypeError",
    'bitcastConvertType: the string "complex64" is no dtype; use "float32", "float64", "int32", "uint32", "bool"',
  ],
  [
    "iota's dtype is one",
    otherParams(
      "iota",
      () => lax.iota("int32", 3),
      [],
      () => ({ dtype: "complex64" }),
    ),
    "DTypeError",
    'iota: the string "complex64" is no dtype; use "float32", "float64", "int32", "uint32", "bool"',
  ],
  [
    "cholesky factors square matrices",
    changed(
      (a: NDArray, _: NDArray) => np.linalg.cholesky(a),
      [np.eye(2), np.ones([2, 3])],
      ({ eqns, invars }) => ({
        eqns: eqns.map((eqn) =>
          eqn.primitive.name === "cholesky" ? { ...eqn, operands: [invars[1]] } : eqn,
        ),
      }),
    ),
    "ShapeError",
    "cholesky: takes square matrices, [..., n, n], got f32[2,3]: its last two sizes, 2 and 3, differ",
  ],
  [
    "a linear solve's matrix is square",
    changed(
      (a: NDArray, b: NDArray, _: NDArray) => np.linalg.solve(a, b),
      [np.eye(2), np.ones([2, 1]), np.ones([2, 3])],
      ({ eqns, invars }) => ({
        eqns: eqns.map((eqn) =>
          eqn.primitive.name === "linear_solve"
            ? { ...eqn, operands: [invars[2], ...eqn.operands.slice(1)] }
            : eqn,
        ),
      }),
    ),
    "ShapeError",
    "linearSolve: takes square matrices, [..., n, n], got f32[2,3]: its last two sizes, 2 and 3, differ",
  ],
  [
    "dynamicUpdateSlice has a start an axis",
    changedEquation(
      "dynamic_update_slice",
      (v: NDArray) => lax.dynamicUpdateSlice(v, v.slice([0, 1]), [0]),
      [x],
      ({ operands }) => ({ operands: operands.slice(0, 2) }),
    ),
    "ShapeError",
    "dynamicUpdateSlice: 0 starts for f32[3]; give one for each axis",
  ],
  [
    "gather's axes are integers",
    otherParams(
      "gather",
      (v: NDArray) =>
        lax.gather(
          v,
          np.array(new Int32Array([0, 2])).reshape([2, 1]),
          { offsetDims: [], collapsedSliceDims: [0], startIndexMap: [0] },
          [1],
        ),
      [x],
      ({ dimensionNumbers }) => ({
        dimensionNumbers: { ...Object(dimensionNumbers), collapsedSliceDims: [0.5] },
      }),
    ),
    "ShapeError",
    "gather of f32[3] at i32[2,1]: collapsed and batching axes must be distinct axes of the operand, each in " +
      'ascending order; the dimension numbers are {"operandBatchingDims":[],"startIndicesBatchingDims":[],' +
      '"offsetDims":[],"collapsedSliceDims":[0.5],"startIndexMap":[0]}, the window is [1]',
  ],
  [
    "dynamicSlice has a start an axis",
    changedEquation(
      "dynamic_slice",
      (v: NDArray) => lax.dynamicSlice(v, [0], [1]),
      [x],
      ({ operands }) => ({ operands: operands.slice(0, 1) }),
    ),
    "ShapeError",
    "dynamicSlice: 0 starts for f32[3]; give one for each axis",
  ],
  [
    "threefry2x32 takes words",
    changedEquation(
      "threefry2x32",
      (_: NDArray) => random.split(random.key(0)),
      [x],
      ({ operands }) => ({
        operands: operands.slice(1),
      }),
    ),
    "DTypeError",
    "threefry2x32: takes two words of key and two of counter, all uint32, got u32[], u32[], " + "u32[2]",
  ],
  [
    "random gammas are made of words",
    changedEquation(
      "random_gamma",
      (v: NDArray) => random.gamma(random.key(0), v, [3]),
      [x],
      ({ operands }) => ({ operands: operands.slice(1) }),
    ),
    "DTypeError",
    "randomGamma: takes two words of key and a counter, uint32, and a float shape, got u32[], " +
      "u32[3], f32[3]",
  ],
  [
    "a linear solve's operands fit",
    changedEquation(
      "linear_solve",
      (v: NDArray) => np.linalg.solve(np.eye(3), v),
      [x],
      ({ operands }) => ({
        operands: [operands[0], operands[0], operands[0], operands[0]],
      }),
    ),
    "ShapeError",
    "linearSolve: f32[3,3], f32[3,3], f32[3,3], f32[3,3] do not go together: they are [..., n, " +
      "n], [..., n, n], [..., n] and [..., n, m]",
  ],
];
