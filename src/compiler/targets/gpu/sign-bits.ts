/**
 * Operations on the bits of a float that are operations on the float: with s the sign bit of any m,
 *
 *     bits(x) ^ (m & 2^31)  is  s ? -x : x         bits(x) | (m & 2^31)  is  s ? -|x| : x         bits(x) & (2^31 - 1)  is  |x|
 *
 * Kernels see bits by ladders of products (helpers.ts), a hundred operations for each of these.
 */
import * as ir from "../../../ir/expr.js";
import { operandsOf, postorder } from "../../../ir/expression-graph.js";
import type { Binary, Bitcast, Compare, Const, Expr, Var } from "../../../ir/loop-ir.js";
import { withOperands } from "../../rewrite.js";

/** What a local is the name of, if it may stand in its place; undefined for others. */
export type Definitions = (variable: Var) => Expr | undefined;

/** The same value, without the bits of floats where only their signs matter. */
export function withoutSignBits(root: Expr, definitions: Definitions): Expr {
  const results = new Map<Expr, Expr>();
  const resultOf = (x: Expr): Expr => results.get(x) ?? x;
  for (const expr of postorder([root])) {
    const operands = operandsOf(expr);
    const isSame = operands.every((x) => resultOf(x) === x);
    const rewritten = isSame ? expr : withOperands(expr, operands.map(resultOf));
    results.set(expr, editOf(rewritten, definitions) ?? rewritten);
  }
  return resultOf(root);
}

function editOf(expr: Expr, definitions: Definitions): Expr | null {
  if (expr.lanes !== 1) return null;
  if (expr.kind === "bitcast") return floatEdit(expr, definitions);
  return expr.kind === "compare" ? signTest(expr, definitions) : null;
}

/** m < 0 and m >= 0 of what is made of bits. */
function signTest({ op, x, y }: Compare, definitions: Definitions): Expr | null {
  if ((op !== "lt" && op !== "ge") || x.dtype !== "int32" || !isConst(y, 0)) return null;
  const bits = defined(x, definitions);
  const isOfBits = floatOf(bits, definitions) !== null || (bits.kind === "binary" && isBitwise(bits.op));
  if (!isOfBits) return null;
  const sign = signBit(bits, definitions);
  return op === "lt" ? sign : ir.not(sign);
}

const isBitwise = (op: Binary["op"]): boolean => op === "xor" || op === "or" || op === "and" || op === "shl";

const defined = (x: Expr, definitions: Definitions): Expr => (x.kind === "var" ? (definitions(x) ?? x) : x);

/** The float that a bitcast makes, by operations on floats; null where it is more than an edit of a sign. */
function floatEdit({ dtype, x: made }: Bitcast, definitions: Definitions): Expr | null {
  const x = defined(made, definitions);
  if (dtype !== "float32" || x.kind !== "binary") return null;
  const { op } = x;
  if (op !== "xor" && op !== "or" && op !== "and") return null;
  for (const [bits, mask] of [
    [x.x, x.y],
    [x.y, x.x],
  ]) {
    const value = floatOf(bits, definitions);
    if (value === null) continue;
    if (op === "and") {
      if (isConst(mask, 0x7fffffff)) return ir.abs(value);
      continue;
    }
    const sign = signMask(mask, definitions);
    if (sign === null) continue;
    const negated = ir.neg(op === "xor" ? value : ir.abs(value));
    return ir.select(sign, negated, value);
  }
  return null;
}

/** The float whose bits these are. */
function floatOf(bits: Expr, definitions: Definitions): Expr | null {
  const x = defined(bits, definitions);
  return x.kind === "bitcast" && x.x.dtype === "float32" && x.lanes === 1 ? x.x : null;
}

/** A condition for an integer that is 2^31 or 0; null where it may be another. */
function signMask(mask: Expr, definitions: Definitions): Expr | null {
  const x = defined(mask, definitions);
  if (isConst(x, 1 << 31)) return ir.bool(true);
  if (x.kind !== "binary") return null;
  if (x.op === "and") {
    if (isConst(x.y, 1 << 31)) return signBit(x.x, definitions);
    if (isConst(x.x, 1 << 31)) return signBit(x.y, definitions);
  }
  return x.op === "shl" && isConst(x.y, 31) ? signBit(x, definitions) : null;
}

/** Whether the uppermost bit of an integer is set. NaN has none, as where its bits are seen. */
function signBit(of: Expr, definitions: Definitions): Expr {
  const x = defined(of, definitions);
  const value = floatOf(x, definitions);
  if (value !== null) {
    const [zero, one] = [ir.f32(0), ir.f32(1)];
    return ir.or(ir.lt(value, zero), ir.and(ir.eq(value, zero), ir.lt(ir.div(one, value), zero)));
  }
  if (x.kind === "binary") {
    if (x.op === "xor" || x.op === "or" || x.op === "and") {
      return ir.binary(x.op, signBit(x.x, definitions), signBit(x.y, definitions));
    }
    const count = x.op === "shl" && x.y.kind === "const" ? Number(x.y.value) : -1;
    if (count >= 0 && count < 32) return ir.ne(ir.and(x.x, bitOf(x, 31 - count)), zeroOf(x));
  }
  return x.dtype === "int32" ? ir.lt(x, ir.i32(0)) : ir.ge(x, ir.u32(2 ** 31));
}

const integer = (like: Expr, value: number): Const =>
  like.dtype === "int32" ? ir.i32(value) : ir.u32(value);
const bitOf = (like: Expr, place: number): Const => integer(like, 1 << place);
const zeroOf = (like: Expr): Const => integer(like, 0);

const isConst = (x: Expr, bits: number): boolean => x.kind === "const" && (Number(x.value) | 0) === bits;
