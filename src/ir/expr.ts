/**
 * Constructors of LoopIR expressions. They check dtypes (a mistake here is ours) and fold what indices are made of
 * (x + 0, x * 1, constants), so that the printed loops stay readable. They never fold floating-point arithmetic.
 */
import type { DType } from "./dtype.js";
import { isFloat } from "./dtype.js";
import { InternalError } from "./errors.js";
import type {
  BinaryOp,
  Buffer,
  CompareOp,
  Const,
  Expr,
  IntrinsicName,
  LoopFunction,
  UnaryOp,
  Var,
} from "./loop-ir.js";

let nextId = 0;

/** A number no other variable, buffer or function of this process has. */
export const freshId = (): number => nextId++;

export const variable = (dtype: DType, lanes = 1): Var => ({ kind: "var", id: freshId(), dtype, lanes });

export const constant = (dtype: DType, value: number | boolean): Const => ({
  kind: "const",
  dtype,
  lanes: 1,
  value,
});
export const f32 = (value: number): Const => constant("float32", Math.fround(value));
export const f64 = (value: number): Const => constant("float64", value);
export const i32 = (value: number): Const => constant("int32", value | 0);
export const u32 = (value: number): Const => constant("uint32", value >>> 0);
export const bool = (value: boolean): Const => constant("bool", value);

/** A float constant of `dtype`, rounded to it. */
export const floatConstant = (dtype: DType, value: number): Const =>
  dtype === "float32" ? f32(value) : constant(dtype, value);

/** One element, or where the index has lanes an element for each; consecutive ones are read from the first on. */
export const load = (buffer: Buffer, index: Expr): Expr => ({
  kind: "load",
  dtype: buffer.dtype,
  lanes: index.lanes,
  buffer,
  index: firstOfConsecutive(index) ?? index,
});

export const laneIndex = (lanes: number): Expr => ({ kind: "laneIndex", dtype: "int32", lanes });

/** The same value in every lane. */
export const splat = (x: Expr, lanes: number): Expr => ({ kind: "splat", dtype: x.dtype, lanes, x });

/** The upper half of the lanes combined with the lower, again and again until one is left. */
export const reduceLanes = (op: BinaryOp, x: Expr): Expr => ({
  kind: "reduceLanes",
  dtype: x.dtype,
  lanes: 1,
  op,
  x,
});

/** x of x + laneIndex, however the sum is written; undefined for other indices of several lanes. */
function firstOfConsecutive(index: Expr): Expr | undefined {
  if (index.kind === "laneIndex") return i32(0);
  if (index.kind !== "binary" || index.op !== "add" || index.lanes === 1) return undefined;
  const [scalar, rest] = index.x.lanes === 1 ? [index.x, index.y] : [index.y, index.x];
  const first = scalar.lanes === 1 ? firstOfConsecutive(rest) : undefined;
  return first === undefined ? undefined : add(scalar, first);
}

export const unary = (op: UnaryOp, x: Expr): Expr => {
  const dtype: DType = op === "highWord" ? "int32" : op === "lowWord" ? "uint32" : x.dtype;
  return { kind: "unary", op, x, dtype, lanes: x.lanes };
};

export const binary = (op: BinaryOp, x: Expr, y: Expr): Expr => {
  if (op === "fromWords") return { kind: "binary", op, x, y, dtype: "float64", lanes: x.lanes };
  if (x.dtype !== y.dtype) throw new InternalError(`LoopIR ${op}: operands are ${x.dtype} and ${y.dtype}`);
  return (
    foldIndex(op, x, y) ?? { kind: "binary", op, x, y, dtype: x.dtype, lanes: Math.max(x.lanes, y.lanes) }
  );
};

export const compare = (op: CompareOp, x: Expr, y: Expr): Expr => {
  if (x.dtype !== y.dtype) throw new InternalError(`LoopIR ${op}: operands are ${x.dtype} and ${y.dtype}`);
  return { kind: "compare", op, x, y, dtype: "bool", lanes: Math.max(x.lanes, y.lanes) };
};

export const add = (x: Expr, y: Expr): Expr => binary("add", x, y);
export const sub = (x: Expr, y: Expr): Expr => binary("sub", x, y);
export const mul = (x: Expr, y: Expr): Expr => binary("mul", x, y);
export const div = (x: Expr, y: Expr): Expr => binary("div", x, y);
export const rem = (x: Expr, y: Expr): Expr => binary("rem", x, y);
export const min = (x: Expr, y: Expr): Expr => binary("min", x, y);
export const max = (x: Expr, y: Expr): Expr => binary("max", x, y);
export const and = (x: Expr, y: Expr): Expr => binary("and", x, y);
export const or = (x: Expr, y: Expr): Expr => binary("or", x, y);
export const xor = (x: Expr, y: Expr): Expr => binary("xor", x, y);
export const shl = (x: Expr, y: Expr): Expr => binary("shl", x, y);
export const shr = (x: Expr, y: Expr): Expr => binary("shr", x, y);
export const eq = (x: Expr, y: Expr): Expr => compare("eq", x, y);
export const ne = (x: Expr, y: Expr): Expr => compare("ne", x, y);
export const lt = (x: Expr, y: Expr): Expr => compare("lt", x, y);
export const le = (x: Expr, y: Expr): Expr => compare("le", x, y);
export const gt = (x: Expr, y: Expr): Expr => compare("gt", x, y);
export const ge = (x: Expr, y: Expr): Expr => compare("ge", x, y);
export const neg = (x: Expr): Expr => unary("neg", x);
export const abs = (x: Expr): Expr => unary("abs", x);
export const not = (x: Expr): Expr => unary("not", x);
export const sqrt = (x: Expr): Expr => unary("sqrt", x);

export const select = (test: Expr, yes: Expr, no: Expr): Expr => {
  if (test.dtype !== "bool" || yes.dtype !== no.dtype) {
    throw new InternalError(`LoopIR select: ${test.dtype} ? ${yes.dtype} : ${no.dtype}`);
  }
  return {
    kind: "select",
    test,
    yes,
    no,
    dtype: yes.dtype,
    lanes: Math.max(test.lanes, yes.lanes, no.lanes),
  };
};

export const cast = (x: Expr, dtype: DType): Expr =>
  x.dtype === dtype ? x : { kind: "cast", x, dtype, lanes: x.lanes };

export const bitcast = (x: Expr, dtype: DType): Expr =>
  x.dtype === dtype ? x : { kind: "bitcast", x, dtype, lanes: x.lanes };

/** The bits of a float32 where those of a NaN do not matter: a target need not make them the same. */
export const rawBits = (x: Expr): Expr => ({
  kind: "bitcast",
  x,
  dtype: "int32",
  lanes: x.lanes,
  anyNaN: true,
});

/**
 * The last 23 bits of a float32 from 2^23 to 2^24, which is an integer. Where x is another number, or of the bits above, nothing may be
 * asked: machines without bits take x - 2^23.
 */
export const integerBits = (x: Expr): Expr => ({
  kind: "bitcast",
  x,
  dtype: "int32",
  lanes: x.lanes,
  anyNaN: true,
  ofInteger: true,
});

/** A word of a float64 where those of a NaN do not matter. */
export const rawWord = (op: "highWord" | "lowWord", x: Expr): Expr => ({
  kind: "unary",
  op,
  x,
  dtype: op === "highWord" ? "int32" : "uint32",
  lanes: x.lanes,
  anyNaN: true,
});

/** x * y + z, rounded once. */
export const fma = (x: Expr, y: Expr, z: Expr): Expr => ({
  kind: "fma",
  x,
  y,
  z,
  dtype: x.dtype,
  lanes: Math.max(x.lanes, y.lanes, z.lanes),
});

export const intrinsic = (name: IntrinsicName, ...operands: Expr[]): Expr => ({
  kind: "intrinsic",
  name,
  operands,
  dtype: operands[0].dtype,
  lanes: Math.max(...operands.map((x) => x.lanes)),
});

export const call = (callee: LoopFunction, ...operands: Expr[]): Expr => ({
  kind: "call",
  callee,
  operands,
  dtype: callee.result.dtype,
  lanes: operands[0].lanes,
});

/** Sum of expressions; the int32 constant 0 when there are none. */
export const sum = (terms: readonly Expr[]): Expr => terms.reduce(add, i32(0));

const isConst = (x: Expr, value: number): boolean => x.kind === "const" && x.value === value;

/** int32 only: floating-point identities do not keep -0 and NaN, and uint32 is nobody's index. */
function foldIndex(op: BinaryOp, x: Expr, y: Expr): Expr | undefined {
  if (x.dtype !== "int32" || isFloat(y.dtype)) return undefined;
  if (
    x.kind === "const" &&
    y.kind === "const" &&
    typeof x.value === "number" &&
    typeof y.value === "number"
  ) {
    if (op === "add") return i32(x.value + y.value);
    if (op === "sub") return i32(x.value - y.value);
    if (op === "mul") return i32(Math.imul(x.value, y.value));
  }
  if (op === "add") return isConst(x, 0) ? y : isConst(y, 0) ? x : undefined;
  if (op === "sub") return isConst(y, 0) ? x : undefined;
  if (op === "mul") {
    if (isConst(x, 1)) return y;
    if (isConst(y, 1)) return x;
    if (isConst(x, 0) || isConst(y, 0)) return i32(0);
  }
  return undefined;
}
