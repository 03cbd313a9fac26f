/**
 * For targets without a fused multiply-add: that of float32 becomes a call of a function in doubles, with
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
  rawWord,
  select,
  sub,
  u32,
  variable,
} from "../ir/expr.js";
import type { Expr, LoopFunction } from "../ir/loop-ir.js";

/** The rule for one expression. */
export const expandFmaIn = (expr: Expr): Expr =>
  expr.kind === "fma" && expr.dtype === "float32" ? call(fma32(), expr.x, expr.y, expr.z) : expr;

let written: LoopFunction | undefined;

/**
 * x y is exact in double. Rounding the sum to a double and that to a float is rounding once, unless the double lies halfway
 * between two floats: then its last 28 bits are 0 (29 less the halfway bit; more of them are 0 where the float is subnormal),
 * which of arbitrary sums one in 2^28 has.
 */
function fma32(): LoopFunction {
  if (written !== undefined) return written;
  const exact = roundedToOdd();
  const parameters = [variable("float32"), variable("float32"), variable("float32")];
  const b = new BlockBuilder("fma_float32");
  const [x, y, z] = parameters.map((parameter) => cast(parameter, "float64"));
  const sum = b.local(add(mul(x, y), z));
  const result = b.local(cast(sum, "float32"));
  b.if(eq(and(rawWord("lowWord", sum), u32(0x0fffffff)), u32(0)), (rare) =>
    rare.assign(result, call(exact, ...parameters)),
  );
  written = {
    id: freshId(),
    name: "fma_float32",
    parameters,
    body: b.finish(),
    result,
    constants: [],
    calls: [exact],
  };
  return written;
}

/** The same by rounding to odd: a double has the bits that it needs. */
function roundedToOdd(): LoopFunction {
  const parameters = [variable("float32"), variable("float32"), variable("float32")];
  const b = new BlockBuilder("fma_float32_to_odd");
  const [x, y, z] = parameters.map((parameter) => b.local(cast(parameter, "float64")));
  const product = b.local(mul(x, y));
  const sum = b.local(add(product, z));
  // What the sum lost (Knuth's two-sum).
  const zRounded = b.local(sub(sum, product));
  const rest = b.local(add(sub(product, sub(sum, zRounded)), sub(z, zRounded)));
  const high = b.local(rawWord("highWord", sum));
  const low = b.local(rawWord("lowWord", sum));
  const isEven = eq(and(low, u32(1)), u32(0));
  const goesAway = b.local(eq(gt(rest, f64(0)), gt(sum, f64(0))));
  const borrows = b.local(and(eq(low, u32(0)), not(goesAway)));
  // The neighbour of an even last bit: one up is its last bit set, one down borrows.
  const lowOdd = select(goesAway, or(low, u32(1)), sub(low, u32(1)));
  const highOdd = select(borrows, sub(high, i32(1)), high);
  const odd = binary("fromWords", highOdd, lowOdd);
  const moves = and(gt(abs(rest), f64(0)), isEven);
  return {
    id: freshId(),
    name: "fma_float32_to_odd",
    parameters,
    body: b.finish(),
    result: cast(select(moves, odd, sum), "float32"),
    constants: [],
    calls: [],
  };
}
