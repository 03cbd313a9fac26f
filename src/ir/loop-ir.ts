/**
 * LoopIR: the small typed language of loops over flat buffers that every primitive lowers to and every target reads.
 *
 *     Program  = { parameters, inputs, outputs, constants, functions, body: Block }
 *     Block    = { temps: Buffer[]; body: Stmt[] }                  a scope of temporaries and locals
 *     Buffer   = { id, dtype, size, role }                           flat, row-major
 *     Stmt     = Block | Loop | Store | Local | Assign | If | While | Swap | Host
 *     Expr     = Const | Var | Load | Unary | Binary | Compare | Select | Cast | Bitcast | Fma
 *              | Intrinsic | Call | Splat | LaneIndex | Any | ReduceLanes
 *
 * Every expression has a dtype and a number of lanes (1 until the vectorizer has run).
 *
 * Meaning, where targets could differ:
 * - float32 arithmetic rounds after every operation; `fma` rounds once.
 * - int32 and uint32 wrap; x / 0 is -1 (all ones for uint32), x % 0 is x, INT_MIN / -1 wraps; `rem` has the sign of x.
 * - shifts by 32 or more give 0 (`shr` of an int32: the sign); `shr` is arithmetic for int32, logical for uint32.
 * - float to integer truncates, saturates, and NaN gives 0; integer to bool is x != 0; number to float32 rounds to nearest.
 * - `min` and `max` give NaN when either operand is NaN, and -0 < 0. Comparisons with NaN are false, `ne` true.
 * - `round` ties to even. `bitcast` is between float32, int32 and uint32; a float64 is taken apart by `highWord`
 *   (int32) and `lowWord` (uint32) and put together by `fromWords`. `mulHigh` is the upper word of a 32 x 32 product.
 * - bool is stored as one byte; `and`, `or`, `xor`, `not` work on bool and bitwise on integers.
 * - A select evaluates both sides (there are no traps); an index out of a buffer's range is undefined: rules clamp.
 */
import type { DType, TypedArray } from "./dtype.js";

export interface Buffer {
  readonly id: number;
  readonly dtype: DType;
  /** In elements; a Var (one of the program's parameters) where the size is given at run time. */
  readonly size: number | Var;
  readonly role: "input" | "output" | "temp" | "constant";
}

/** A table that the program carries with it. */
export interface ConstantBuffer extends Buffer {
  readonly role: "constant";
  readonly values: TypedArray;
}

export type UnaryOp =
  | "neg"
  | "abs"
  | "not"
  | "sqrt"
  | "floor"
  | "ceil"
  | "trunc"
  | "round"
  | "popcount"
  | "clz"
  | "highWord"
  | "lowWord";

export type BinaryOp =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "rem"
  | "min"
  | "max"
  | "and"
  | "or"
  | "xor"
  | "shl"
  | "shr"
  | "mulHigh"
  | "fromWords";

export type CompareOp = "eq" | "ne" | "lt" | "le" | "gt" | "ge";

/** Elementary functions, written as such by the primitives and replaced by Calls in compiler/intrinsics. */
export type IntrinsicName =
  | "exp"
  | "exp2"
  | "expm1"
  | "log"
  | "log1p"
  | "sin"
  | "cos"
  | "tan"
  | "asin"
  | "acos"
  | "atan"
  | "atan2"
  | "sinh"
  | "cosh"
  | "tanh"
  | "asinh"
  | "acosh"
  | "atanh"
  | "logistic"
  | "erf"
  | "erfc"
  | "erfInv"
  | "pow"
  | "cbrt"
  | "lgamma"
  | "digamma"
  | "zeta"
  | "polygamma"
  | "randomGammaGrad";

interface Typed {
  readonly dtype: DType;
  readonly lanes: number;
}

export interface Const extends Typed {
  readonly kind: "const";
  readonly value: number | boolean;
}
export interface Var extends Typed {
  readonly kind: "var";
  readonly id: number;
}
export interface Load extends Typed {
  readonly kind: "load";
  readonly buffer: Buffer;
  readonly index: Expr;
}
export interface Unary extends Typed {
  readonly kind: "unary";
  readonly op: UnaryOp;
  readonly x: Expr;
  /** Of `highWord` and `lowWord`: the bits of a NaN may be any, because the value does not depend on them. */
  readonly anyNaN?: true;
}
export interface Binary extends Typed {
  readonly kind: "binary";
  readonly op: BinaryOp;
  readonly x: Expr;
  readonly y: Expr;
}
export interface Compare extends Typed {
  readonly kind: "compare";
  readonly op: CompareOp;
  readonly x: Expr;
  readonly y: Expr;
}
export interface Select extends Typed {
  readonly kind: "select";
  readonly test: Expr;
  readonly yes: Expr;
  readonly no: Expr;
}
export interface Cast extends Typed {
  readonly kind: "cast";
  readonly x: Expr;
}
export interface Bitcast extends Typed {
  readonly kind: "bitcast";
  readonly x: Expr;
  /** The bits of a NaN may be any, because the value does not depend on them. */
  readonly anyNaN?: true;
  /** Of the int32 only the lowest 23 bits count, and where x is not from 2^23 to 2^24 nothing of it: those of x - 2^23 will do. */
  readonly ofInteger?: true;
}
export interface Fma extends Typed {
  readonly kind: "fma";
  readonly x: Expr;
  readonly y: Expr;
  readonly z: Expr;
}
export interface Intrinsic extends Typed {
  readonly kind: "intrinsic";
  readonly name: IntrinsicName;
  readonly operands: readonly Expr[];
}
export interface Call extends Typed {
  readonly kind: "call";
  readonly callee: LoopFunction;
  readonly operands: readonly Expr[];
}
export interface Splat extends Typed {
  readonly kind: "splat";
  readonly x: Expr;
}
export interface LaneIndex extends Typed {
  readonly kind: "laneIndex";
}
export interface Any extends Typed {
  readonly kind: "any";
  readonly x: Expr;
}
export interface ReduceLanes extends Typed {
  readonly kind: "reduceLanes";
  readonly op: BinaryOp;
  readonly x: Expr;
}

export type Expr =
  | Const
  | Var
  | Load
  | Unary
  | Binary
  | Compare
  | Select
  | Cast
  | Bitcast
  | Fma
  | Intrinsic
  | Call
  | Splat
  | LaneIndex
  | Any
  | ReduceLanes;

/** `serial` keeps its order; `parallel` has none; `vector` and `unroll` are serial loops that a pass may widen. */
export type LoopKind =
  | { readonly kind: "serial" }
  | { readonly kind: "parallel" }
  | { readonly kind: "vector" }
  | { readonly kind: "unroll" }
  | { readonly kind: "reduce"; readonly op: BinaryOp };

export interface Block {
  readonly kind: "block";
  /** Where it came from, in our own words (a primitive's name): for readers of the text. */
  readonly comment: string;
  /** Buffers that live only inside. They hold garbage on entry. */
  readonly temps: readonly Buffer[];
  readonly body: readonly Stmt[];
}
export interface Loop {
  readonly kind: "loop";
  readonly loopKind: LoopKind;
  readonly index: Var;
  readonly extent: Expr;
  readonly body: Block;
}
export interface Store {
  readonly kind: "store";
  readonly buffer: Buffer;
  readonly index: Expr;
  readonly value: Expr;
}
export interface Local {
  readonly kind: "local";
  readonly variable: Var;
  readonly init: Expr;
}
export interface Assign {
  readonly kind: "assign";
  readonly variable: Var;
  readonly value: Expr;
}
export interface If {
  readonly kind: "if";
  readonly test: Expr;
  readonly yes: Block;
  readonly no: Block;
}
/** loop { before; if (!test) break; body }: `test` may read locals of `before`. */
export interface While {
  readonly kind: "while";
  readonly before: Block;
  readonly test: Expr;
  readonly body: Block;
}
/** The two buffers (of one dtype and size, both temps) exchange their contents; targets exchange their names. */
export interface Swap {
  readonly kind: "swap";
  readonly x: Buffer;
  readonly y: Buffer;
}
/** Hands buffers' contents to the host function with this number (debugPrint): ordered, never removed. */
export interface Host {
  readonly kind: "host";
  readonly callback: number;
  readonly operands: readonly { readonly buffer: Buffer; readonly offset: Expr; readonly size: number }[];
}

export type Stmt = Block | Loop | Store | Local | Assign | If | While | Swap | Host;

/** A scalar function: pure in its parameters (it may read constant tables). */
export interface LoopFunction {
  readonly id: number;
  /** One of our own names, such as exp_float32. */
  readonly name: string;
  readonly parameters: readonly Var[];
  readonly body: Block;
  readonly result: Expr;
  /** Tables that the body reads, and functions that it calls, directly. */
  readonly constants: readonly ConstantBuffer[];
  readonly calls: readonly LoopFunction[];
}

export interface Program {
  /** int32 values given at run time: the size of an eager elementwise kernel. */
  readonly parameters: readonly Var[];
  readonly inputs: readonly Buffer[];
  readonly outputs: readonly Buffer[];
  readonly constants: readonly ConstantBuffer[];
  readonly functions: readonly LoopFunction[];
  readonly body: Block;
}
