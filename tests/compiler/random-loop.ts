/**
 * Random loops whose turns are independent: each reads its inputs anywhere, and writes only elements that are its own. Bodies have
 * locals, assignments, branches and loops whose tests part the turns.
 */
import { BlockBuilder } from "../../src/ir/block-builder.js";
import type { DType, TypedArray } from "../../src/ir/dtype.js";
import { dtypes, isFloat } from "../../src/ir/dtype.js";
import * as ir from "../../src/ir/expr.js";
import type { BinaryOp, Buffer, Expr, Program, UnaryOp, Var } from "../../src/ir/loop-ir.js";
import { generator, randomArray } from "./random-program.js";

const floatUnary: readonly UnaryOp[] = ["neg", "abs", "sqrt", "floor", "ceil", "trunc", "round"];
const integerUnary: readonly UnaryOp[] = ["neg", "abs", "not", "popcount", "clz"];
const floatBinary: readonly BinaryOp[] = ["add", "sub", "mul", "div", "rem", "min", "max"];
const integerBinary: readonly BinaryOp[] = [...floatBinary, "and", "or", "xor", "shl", "shr", "mulHigh"];
const boolBinary: readonly BinaryOp[] = ["and", "or", "xor", "min", "max"];
const comparisons = ["eq", "ne", "lt", "le", "gt", "ge"] as const;

export interface RandomLoop {
  readonly program: Program;
  readonly inputs: readonly TypedArray[];
}

/** A program of one loop of `extent` turns. */
export function randomLoop(seed: number, extent: number): RandomLoop {
  const random = generator(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const pick = <A>(from: readonly A[]): A => from[below(from.length)];
  const buffer = (dtype: DType, role: Buffer["role"], size: number): Buffer => ({
    id: ir.freshId(),
    dtype,
    size,
    role,
  });
  // Twice the extent, so that an index may be off by something.
  const inputs = dtypes.map((dtype) => buffer(dtype, "input", 2 * extent));
  const outputs = dtypes.map((dtype) => buffer(dtype, "output", 2 * extent));

  interface Scope {
    readonly index: Expr;
    readonly variables: readonly Var[];
    /** Those of them that are declared in the loop. */
    readonly own: readonly Var[];
  }

  const leaf = (dtype: DType, { index, variables }: Scope): Expr => {
    const own = variables.filter((v) => v.dtype === dtype);
    if (own.length > 0 && random() < 0.5) return pick(own);
    const from = inputs.find((each) => each.dtype === dtype) ?? inputs[0];
    switch (below(5)) {
      case 0:
        return ir.constant(
          dtype,
          dtype === "bool" ? random() < 0.5 : below(7) - 3 + (isFloat(dtype) ? 0.5 : 0),
        );
      case 1:
        return ir.load(from, ir.add(index, ir.i32(below(extent))));
      case 2:
        return ir.load(from, ir.i32(below(extent)));
      case 3:
        return ir.load(from, ir.rem(ir.mul(index, ir.i32(3)), ir.i32(extent)));
      default:
        return ir.load(from, ir.sub(ir.i32(extent), index));
    }
  };

  function expression(dtype: DType, scope: Scope, depth: number): Expr {
    if (depth <= 0) return leaf(dtype, scope);
    const sub = (type: DType): Expr => expression(type, scope, depth - 1);
    const kind = below(10);
    if (kind === 0) return ir.select(sub("bool"), sub(dtype), sub(dtype));
    if (kind === 1) return ir.cast(sub(pick(dtypes)), dtype);
    if (kind === 2 && isFloat(dtype))
      return ir.intrinsic(pick(["exp", "sin", "log", "tanh"] as const), sub(dtype));
    if (kind === 3) {
      if (dtype === "float32") return ir.bitcast(sub(pick(["int32", "uint32"])), dtype);
      if (dtype === "float64") return ir.binary("fromWords", sub("int32"), sub("uint32"));
      if (dtype === "int32") return ir.unary("highWord", sub("float64"));
      if (dtype === "uint32") return ir.unary("lowWord", sub("float64"));
    }
    if (kind === 4 && isFloat(dtype)) return ir.fma(sub(dtype), sub(dtype), sub(dtype));
    if (kind === 4 && dtype === "int32") return ir.bitcast(sub("float32"), dtype);
    if (kind < 7 && dtype !== "bool")
      return ir.unary(pick(isFloat(dtype) ? floatUnary : integerUnary), sub(dtype));
    if (dtype !== "bool")
      return ir.binary(pick(isFloat(dtype) ? floatBinary : integerBinary), sub(dtype), sub(dtype));
    if (random() < 0.2) return ir.not(sub("bool"));
    if (random() < 0.4) return ir.binary(pick(boolBinary), sub("bool"), sub("bool"));
    const type = pick(dtypes);
    return ir.compare(pick(comparisons), sub(type), sub(type));
  }

  function statements(b: BlockBuilder, scope: Scope, depth: number): Scope {
    let { variables, own } = scope;
    const inner = (): Scope => ({ ...scope, variables, own });
    const declare = (v: Var): void => {
      variables = [...variables, v];
      own = [...own, v];
    };
    for (let i = 2 + below(3); i > 0; i--) {
      const kind = below(depth > 0 ? 8 : 4);
      if (kind < 2 || (kind < 4 && own.length === 0)) {
        declare(b.local(expression(pick(dtypes), inner(), 2)));
      } else if (kind < 4) {
        const v = pick(own);
        b.assign(v, expression(v.dtype, inner(), 2));
      } else if (kind < 6) {
        b.if(
          expression("bool", inner(), 2),
          (yes) => void statements(yes, inner(), depth - 1),
          (no) => void (random() < 0.5 && statements(no, inner(), depth - 1)),
        );
      } else if (kind === 6) {
        const total = b.local(expression("float32", inner(), 1));
        declare(total);
        b.serial(2 + below(3), (body, turn) => {
          const readable = turn.kind === "var" ? [...variables, turn] : variables;
          body.assign(total, ir.add(total, expression("float32", { ...inner(), variables: readable }, 2)));
        });
      } else {
        const turn = b.local(ir.i32(0));
        const limit = b.local(ir.and(expression("int32", inner(), 1), ir.i32(3)));
        b.while(
          () => ir.lt(turn, limit),
          (body) => {
            statements(body, inner(), depth - 1);
            body.assign(turn, ir.add(turn, ir.i32(1)));
          },
        );
      }
    }
    return inner();
  }

  const b = new BlockBuilder();
  const outside = dtypes.map((_, k) => b.local(ir.load(inputs[k], ir.i32(0))));
  outputs.forEach((out) => {
    b.loop(2 * extent, (body, i) =>
      body.store(out, i, ir.constant(out.dtype, out.dtype === "bool" ? false : 0)),
    );
  });
  b.loop(
    extent,
    (body, i) => {
      const index = i.kind === "var" ? [i] : [];
      const scope = statements(body, { index: i, variables: [...outside, ...index], own: [] }, 2);
      outputs.forEach((out) => {
        const at = pick([
          i,
          ir.add(i, ir.i32(below(extent))),
          ir.mul(i, ir.i32(2)),
          ir.sub(ir.i32(extent), i),
        ]);
        body.store(out, at, expression(out.dtype, scope, 3));
      });
    },
    pick(["parallel", "vector"] as const),
  );
  return {
    program: { parameters: [], inputs, outputs, constants: [], functions: [], body: b.finish() },
    inputs: inputs.map((each) => randomArray(each.dtype, 2 * extent, random)),
  };
}
