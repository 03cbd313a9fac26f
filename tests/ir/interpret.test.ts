import { describe, expect, test } from "vitest";
import { BlockBuilder } from "../../src/ir/block-builder.js";
import type { DType } from "../../src/ir/dtype.js";
import * as ir from "../../src/ir/expr.js";
import { interpret } from "../../src/ir/interpret.js";
import type { Buffer, Expr, LoopFunction, Program } from "../../src/ir/loop-ir.js";
import { showProgram } from "../../src/ir/print-loops.js";

const buffer = (dtype: DType, size: Buffer["size"], role: Buffer["role"]): Buffer => ({
  id: ir.freshId(),
  dtype,
  size,
  role,
});

const programOf = (
  inputs: readonly Buffer[],
  outputs: readonly Buffer[],
  write: (b: BlockBuilder) => void,
): Program => {
  const b = new BlockBuilder();
  write(b);
  return { parameters: [], inputs, outputs, constants: [], functions: [], body: b.finish() };
};

/** The product of two 2 x 3 and 3 x 2 matrices. */
function product(): Program {
  const x = buffer("float32", 6, "input");
  const y = buffer("float32", 6, "input");
  const z = buffer("float32", 4, "output");
  const at = (i: Expr, stride: number, j: Expr): Expr => ir.add(ir.mul(i, ir.i32(stride)), j);
  return programOf([x, y], [z], (b) => {
    b.block("dot", (block) => {
      block.loops([2, 2], (body, [i, j]) => {
        const sum = body.local(ir.f32(0));
        body.serial(3, (each, k) => {
          each.assign(sum, ir.add(sum, ir.mul(ir.load(x, at(i, 3, k)), ir.load(y, at(k, 2, j)))));
        });
        body.store(z, at(i, 2, j), sum);
      });
    });
  });
}

describe("meaning", () => {
  test("a product of matrices", () => {
    const [z] = interpret(product(), [Float32Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(1, 0, 0, 1, 1, 1)]);
    expect(z).toEqual(Float32Array.of(4, 5, 10, 11));
  });

  test("while tests before each turn, with the locals of `before`", () => {
    const y = buffer("int32", 1, "output");
    const program = programOf([], [y], (b) => {
      const n = b.local(ir.i32(1));
      b.while(
        (before) => ir.lt(before.local(ir.mul(n, ir.i32(3))), ir.i32(100)),
        (body) => body.assign(n, ir.mul(n, ir.i32(3))),
      );
      b.store(y, ir.i32(0), n);
    });
    expect(interpret(program, [])).toEqual([Int32Array.of(81)]);
  });

  test("parameters give sizes and extents at run time", () => {
    const n = ir.variable("int32");
    const x = buffer("float64", n, "input");
    const y = buffer("float64", n, "output");
    const b = new BlockBuilder();
    b.loop(n, (body, i) => body.store(y, i, ir.neg(ir.load(x, i))));
    const program: Program = {
      parameters: [n],
      inputs: [x],
      outputs: [y],
      constants: [],
      functions: [],
      body: b.finish(),
    };
    expect(interpret(program, [Float64Array.of(1, 2, 3)], [3])).toEqual([Float64Array.of(-1, -2, -3)]);
  });

  test("vectors: consecutive loads, splat, laneIndex, select, any, reduceLanes and calls lane by lane", () => {
    const x = buffer("int32", 8, "input");
    const y = buffer("int32", 6, "output");
    const p = ir.variable("int32");
    const twice: LoopFunction = {
      id: ir.freshId(),
      name: "twice",
      parameters: [p],
      body: new BlockBuilder().finish(),
      result: ir.add(p, p),
      constants: [],
      calls: [],
    };
    const lanes = 4;
    const program = programOf([x], [y], (b) => {
      const loaded: Expr = { kind: "load", buffer: x, index: ir.i32(2), dtype: "int32", lanes };
      const lane: Expr = { kind: "laneIndex", dtype: "int32", lanes };
      const ten: Expr = { kind: "splat", x: ir.i32(10), dtype: "int32", lanes };
      const isFirst = ir.lt(lane, { kind: "splat", x: ir.i32(1), dtype: "int32", lanes });
      const called: Expr = { kind: "call", callee: twice, operands: [loaded], dtype: "int32", lanes };
      b.store(y, ir.i32(0), ir.select(isFirst, ten, called));
      b.store(y, ir.i32(4), { kind: "reduceLanes", op: "add", x: loaded, dtype: "int32", lanes: 1 });
      b.store(y, ir.i32(5), ir.cast({ kind: "any", x: isFirst, dtype: "bool", lanes: 1 }, "int32"));
    });
    expect(interpret(program, [Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8)])).toEqual([
      Int32Array.of(10, 8, 10, 12, 3 + 4 + 5 + 6, 1),
    ]);
  });

  test("host callbacks receive copies in order", () => {
    const x = buffer("float32", 4, "input");
    const seen: [number, number[]][] = [];
    const program = programOf([x], [], (b) => {
      b.serial(2, (body, i) => {
        body.push({ kind: "host", callback: 7, operands: [{ buffer: x, offset: i, size: 2 }] });
      });
    });
    interpret(program, [Float32Array.of(1, 2, 3, 4)], [], (callback, [operand]) => {
      seen.push([callback, Array.from(operand)]);
      operand.fill(0);
    });
    expect(seen).toEqual([
      [7, [1, 2]],
      [7, [2, 3]],
    ]);
  });
});

describe("mistakes are noticed", () => {
  const x = buffer("float32", 4, "input");
  const y = buffer("float32", 4, "output");
  const input = Float32Array.of(1, 2, 3, 4);
  const run = (write: (b: BlockBuilder) => void) => interpret(programOf([x], [y], write), [input]);

  test("an index out of range throws, for loads and stores, and on the side of a select that is not taken", () => {
    expect(() => run((b) => b.store(y, ir.i32(4), ir.f32(0)))).toThrow(/\[4, 5\) in a buffer of 4/);
    const outside = ir.load(x, ir.i32(-1));
    expect(() => run((b) => b.store(y, ir.i32(0), ir.select(ir.bool(false), outside, ir.f32(0))))).toThrow(
      /\[-1, 0\)/,
    );
  });

  test("temporaries hold NaN on every entry of their block", () => {
    const [result] = run((b) =>
      b.serial(2, (turn, i) => {
        const temp = turn.temp("float32", 1);
        turn.store(y, i, ir.load(temp, ir.i32(0)));
        turn.store(temp, ir.i32(0), ir.f32(1));
      }),
    );
    expect(Array.from(result.slice(0, 2))).toEqual([Number.NaN, Number.NaN]);
  });

  test("a variable without a value and a temp outside its block throw", () => {
    expect(() => run((b) => b.store(y, ir.i32(0), ir.variable("float32")))).toThrow(/before it has a value/);
    const stray = buffer("float32", 1, "temp");
    expect(() => run((b) => b.store(stray, ir.i32(0), ir.f32(0)))).toThrow(/outside its block/);
  });

  test("intrinsics are refused", () => {
    expect(() => run((b) => b.store(y, ir.i32(0), ir.intrinsic("exp", ir.f32(1))))).toThrow(
      /exp was not expanded/,
    );
  });
});

describe("the printed loops", () => {
  test("number names in the order of appearance", () => {
    expect(showProgram(product())).toBe(
      [
        "program() {",
        "  input0: f32[6]",
        "  input1: f32[6]",
        "  output0: f32[4]",
        "  { // dot",
        "    parallel v0 < 2 {",
        "      parallel v1 < 2 {",
        "        let v2: f32 = 0f32",
        "        serial v3 < 3 {",
        "          v2 = (v2 + (input0[((v0 * 3) + v3)] * input1[((v3 * 2) + v1)]))",
        "        }",
        "        output0[((v0 * 2) + v1)] = v2",
        "      }",
        "    }",
        "  }",
        "}",
        "",
      ].join("\n"),
    );
    expect(showProgram(product())).toBe(showProgram(product()));
  });

  test("name what is shared", () => {
    const y = buffer("float64", 1, "output");
    const program = programOf([], [y], (b) => {
      const root = ir.sqrt(ir.f64(2));
      b.store(y, ir.i32(0), ir.mul(root, root));
    });
    expect(showProgram(program)).toContain("  %0: f64 = sqrt(2f64)\n  output0[0] = (%0 * %0)\n");
  });
});
