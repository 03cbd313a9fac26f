/**
 * Program -> Program for targets without a fused multiply-add: that of float32 becomes a call of a function in doubles, with
 * rounding to odd (Boldo and Melquiond: see ir/fma.ts, of which this is the LoopIR form), which widens as others do.
 */
import { BlockBuilder } from "../ir/block-builder.js";
import {
  abs,
  add,
  and,
  binary,
  call,
  cast,
  eq,
  f64,
  freshId,
  gt,
  i32,
  mul,
  not,
  or,
  select,
  sub,
  u32,
  unary,
  variable,
} from "../ir/expr.js";
import type { LoopFunction, Program } from "../ir/loop-ir.js";
import { type RewrittenFunctions, rewriteProgram } from "./rewrite.js";

const known: RewrittenFunctions = new WeakMap();

export const expandFma = (program: Program): Program =>
  rewriteProgram(
    program,
    (expr) =>
      expr.kind === "fma" && expr.dtype === "float32" ? call(fma32(), expr.x, expr.y, expr.z) : expr,
    known,
  );

let written: LoopFunction | undefined;

/** x y is exact in double, and a double has the bits that rounding to odd needs. */
function fma32(): LoopFunction {
  if (written !== undefined) return written;
  const parameters = [variable("float32"), variable("float32"), variable("float32")];
  const b = new BlockBuilder("fma_float32");
  const [x, y, z] = parameters.map((parameter) => b.local(cast(parameter, "float64")));
  const product = b.local(mul(x, y));
  const sum = b.local(add(product, z));
  // What the sum lost (Knuth's two-sum).
  const zRounded = b.local(sub(sum, product));
  const rest = b.local(add(sub(product, sub(sum, zRounded)), sub(z, zRounded)));
  const high = b.local(unary("highWord", sum));
  const low = b.local(unary("lowWord", sum));
  const isEven = eq(and(low, u32(1)), u32(0));
  const goesAway = b.local(eq(gt(rest, f64(0)), gt(sum, f64(0))));
  const borrows = b.local(and(eq(low, u32(0)), not(goesAway)));
  // The neighbour of an even last bit: one up is its last bit set, one down borrows.
  const lowOdd = select(goesAway, or(low, u32(1)), sub(low, u32(1)));
  const highOdd = select(borrows, sub(high, i32(1)), high);
  const odd = binary("fromWords", highOdd, lowOdd);
  const moves = and(gt(abs(rest), f64(0)), isEven);
  const result = cast(select(moves, odd, sum), "float32");
  written = {
    id: freshId(),
    name: "fma_float32",
    parameters,
    body: b.finish(),
    result,
    constants: [],
    calls: [],
  };
  return written;
}
