/**
 * The value of an elementwise equation of numbers: its lowering, run by the interpreter of LoopIR, so that what is folded is
 * what would have been computed, to the bit.
 */
import { literal } from "../../autodiff/array.js";
import { avalsOf, type Eqn, Literal } from "../../autodiff/jaxpr.js";
import { BlockBuilder } from "../../ir/block-builder.js";
import { constant, freshId, i32 } from "../../ir/expr.js";
import { interpret } from "../../ir/interpret.js";
import type { Buffer } from "../../ir/loop-ir.js";
import { canonicalParams, typeKey } from "../canonical.js";
import { expandIntrinsics } from "../intrinsics/expand.js";
import { LruCache } from "../lru-cache.js";

/** Interpreting is slow, and programs repeat their constants. */
const known = new LruCache<Literal>(4096);

/** Null for equations that are not elementwise. `operands` are numbers. */
export function evaluateScalar(eqn: Eqn, operands: readonly Literal[]): Literal | null {
  const { lower, name } = eqn.primitive;
  if (lower.kind !== "elementwise" || eqn.outs.length !== 1) return null;
  const [type] = eqn.primitive.abstractEval(avalsOf(operands), eqn.params);
  const shown = operands.map((x) => `${Object.is(x.value, -0) ? "-0" : x.value}:${typeKey(x.aval)}`);
  const key = `${name}[${canonicalParams(eqn.params)}] ${shown.join(" ")} ${type.weakType}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const out: Buffer = { id: freshId(), dtype: type.dtype, size: 1, role: "output" };
  const b = new BlockBuilder("constant");
  const values = operands.map(({ value, aval: { dtype } }) =>
    constant(dtype, dtype === "bool" ? value !== 0 : value),
  );
  const site = { params: eqn.params, avalsIn: avalsOf(operands), avalsOut: [type] };
  b.store(out, i32(0), lower.scalar(b, values, site));
  const [[result]] = interpret(
    expandIntrinsics({
      parameters: [],
      inputs: [],
      outputs: [out],
      constants: [],
      functions: [],
      body: b.finish(),
    }),
    [],
  );
  const folded = new Literal(literal(result, type.dtype, type.weakType));
  known.set(key, folded, 1);
  return folded;
}
