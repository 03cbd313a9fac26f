import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planBuffers } from "../../src/compiler/buffers.js";
import { compileJs } from "../../src/compiler/targets/js/compile.js";
import { emitJs } from "../../src/compiler/targets/js/emit.js";
import { BlockBuilder } from "../../src/ir/block-builder.js";
import type { DType, TypedArray } from "../../src/ir/dtype.js";
import { allocate } from "../../src/ir/dtype.js";
import * as ir from "../../src/ir/expr.js";
import { interpret } from "../../src/ir/interpret.js";
import type { BinaryOp, Buffer, Expr, LoopFunction, Program, UnaryOp } from "../../src/ir/loop-ir.js";
import { randomProgram } from "./random-program.js";

const buffer = (dtype: DType, size: number, role: Buffer["role"]): Buffer => ({
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

type HostCall = readonly [callback: number, operands: readonly (readonly number[])[]];

/** Outputs and host calls; -0 and 0 differ in `toEqual`, one NaN equals another. */
function runInterpreter(program: Program, inputs: readonly TypedArray[], parameters: readonly number[] = []) {
  const calls: HostCall[] = [];
  const outputs = interpret(program, inputs, parameters, (callback, operands) => {
    calls.push([callback, operands.map((each) => Array.from(each))]);
  });
  return { outputs, calls };
}

function runJs(program: Program, inputs: readonly TypedArray[], parameters: readonly number[] = []) {
  const calls: HostCall[] = [];
  const compiled = compileJs(program, (callback, operands) => {
    calls.push([callback, operands.map((each) => Array.from(each))]);
  });
  const outputs = program.outputs.map(({ dtype, size }) => allocate(dtype, Number(size)).fill(77));
  compiled.run(inputs, outputs, parameters);
  return { text: compiled.text, results: { outputs, calls } };
}

/** The interpreter's results, after checking that the js target's are the same. */
function agreed(program: Program, inputs: readonly TypedArray[]): readonly TypedArray[] {
  const expected = runInterpreter(program, inputs);
  expect(runJs(program, inputs).results).toEqual(expected);
  return expected.outputs;
}

/** Sums a vector with an accumulator, scaled by a function, n times over, in a scan with two buffers. */
function scanProgram(turns: number, size: number): Program {
  const x = buffer("float32", size, "input");
  const y = buffer("float32", size, "output");
  return programOf([x], [y], (b) => {
    const carry = b.temp("float32", size);
    const next = b.temp("float32", size);
    b.loop(size, (body, i) => body.store(carry, i, ir.load(x, i)));
    b.serial(turns, (turn) => {
      turn.loop(size, (body, i) => {
        const sum = body.local(ir.f32(0));
        body.serial(size, (each, k) => each.assign(sum, ir.add(sum, ir.load(carry, k))));
        body.store(next, i, ir.add(ir.mul(sum, ir.f32(0.125)), ir.load(x, i)));
      });
      turn.push({ kind: "swap", x: carry, y: next });
    });
    b.loop(size, (body, i) => body.store(y, i, ir.load(carry, i)));
  });
}

/** `count` blocks, each storing the sum of two loads. */
function manyBlocks(count: number): Program {
  const x = buffer("float32", 64, "input");
  const y = buffer("float32", 64, "output");
  return programOf([x], [y], (b) => {
    b.loop(64, (body, i) => body.store(y, i, ir.load(x, i)));
    for (let i = 0; i < count; i++) {
      b.block("add", (body) => {
        const sum = ir.add(ir.load(y, ir.i32((i * 7) % 64)), ir.load(x, ir.i32((i * 5) % 64)));
        body.store(y, ir.i32(i % 64), sum);
      });
    }
  });
}

const ramp = (size: number): Float32Array => Float32Array.from({ length: size }, (_, i) => i / size - 0.3);

describe("random programs", () => {
  test("the js target gives what the interpreter gives, bit for bit", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 6 }), (seed, size) => {
        const { program, inputs, parameters } = randomProgram(seed, size);
        const { results } = runJs(program, inputs, parameters);
        expect(results).toEqual(runInterpreter(program, inputs, parameters));
      }),
      { numRuns: 300 },
    );
  });

  test("so it does for long programs, whose text is split", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { program, inputs, parameters } = randomProgram(seed, 60);
        const { text, results } = runJs(program, inputs, parameters);
        expect(text).toContain("function h0(");
        expect(results).toEqual(runInterpreter(program, inputs, parameters));
      }),
      { numRuns: 25 },
    );
  });

  test("equal programs have equal texts, whatever their buffers are numbered", () => {
    const text = (): string => {
      const { program } = randomProgram(17, 8);
      return emitJs(program, planBuffers(program));
    };
    expect(text()).toBe(text());
  });
});

describe("single operations", () => {
  const numbers: Readonly<Record<"float32" | "float64" | "int32" | "uint32", readonly number[]>> = {
    float32: [0, -0, 0.5, -2.5, 7, -7, 3e9, -3e9, 2 ** -149, Number.NaN, Number.POSITIVE_INFINITY],
    float64: [0, -0, 0.5, -2.5, 7, -7, 3e9, -3e9, 5e-324, Number.NaN, Number.NEGATIVE_INFINITY],
    int32: [0, 1, -1, 3, -3, 7, -7, 31, 32, 33, 2147483647, -2147483648],
    uint32: [0, 1, 3, 7, 31, 32, 33, 2147483648, 4294967295],
  };
  const ofFloats: readonly BinaryOp[] = ["add", "sub", "mul", "div", "rem", "min", "max"];
  const ofIntegers: readonly BinaryOp[] = [...ofFloats, "and", "or", "xor", "shl", "shr", "mulHigh"];
  const unaryOfFloats: readonly UnaryOp[] = ["neg", "abs", "sqrt", "floor", "ceil", "trunc", "round"];
  const unaryOfIntegers: readonly UnaryOp[] = [
    "neg",
    "abs",
    "not",
    "floor",
    "ceil",
    "trunc",
    "round",
    "popcount",
    "clz",
  ];

  // Integers are seen through a cast to float64, so that an int32 that is -0 in the text would show.
  test.each(["float32", "float64", "int32", "uint32"] as const)(
    "of %s agree on special operands",
    (dtype) => {
      const values = numbers[dtype];
      const isReal = dtype === "float32" || dtype === "float64";
      const x = buffer(dtype, values.length, "input");
      const results: Expr[] = [];
      values.forEach((value, i) => {
        const element = ir.load(x, ir.i32(i));
        for (const op of isReal ? unaryOfFloats : unaryOfIntegers) results.push(ir.unary(op, element));
        for (const to of ["float32", "float64", "int32", "uint32", "bool"] as const)
          results.push(ir.cast(element, to));
        values.forEach((other, j) => {
          for (const op of isReal ? ofFloats : ofIntegers) {
            results.push(ir.binary(op, element, ir.load(x, ir.i32(j))));
            // As literals: constant divisors and shifts have texts of their own.
            results.push({ kind: "binary", op, x: element, y: ir.constant(dtype, other), dtype, lanes: 1 });
            results.push({ kind: "binary", op, x: ir.constant(dtype, value), y: element, dtype, lanes: 1 });
          }
          for (const op of ["eq", "ne", "lt", "le", "gt", "ge"] as const) {
            results.push(ir.compare(op, element, ir.load(x, ir.i32(j))));
          }
        });
      });
      const y = buffer("float64", results.length, "output");
      const program = programOf([x], [y], (b) => {
        results.forEach((result, i) => {
          b.store(y, ir.i32(i), ir.cast(result, "float64"));
        });
      });
      const input = allocate(dtype, values.length);
      input.set(values);
      agreed(program, [input]);
    },
  );
});

describe("swaps", () => {
  test("a scan with two buffers runs its heavy nest as a function of its own", () => {
    const program = scanProgram(5, 24);
    agreed(program, [ramp(24)]);
    const text = emitJs(program, planBuffers(program));
    expect(text).toMatch(/for \(let v1 = 0; v1 < 5; .*\n\s+h0\(F32, o0, a0, o1\);/);
  });

  test("a buffer of an inner block that was swapped with an outer one keeps its contents", () => {
    const y = buffer("int32", 4, "output");
    const program = programOf([], [y], (b) => {
      const outer = b.temp("int32", 4);
      b.loop(4, (body, i) => body.store(outer, i, ir.i32(0)));
      b.serial(3, (turn) => {
        const inner = turn.temp("int32", 4);
        turn.loop(4, (body, i) => body.store(inner, i, ir.add(ir.load(outer, i), i)));
        turn.push({ kind: "swap", x: outer, y: inner });
      });
      b.block("clobber", (body) => {
        const other = body.temp("int32", 4);
        body.loop(4, (each, i) => each.store(other, i, ir.i32(-1)));
      });
      b.loop(4, (body, i) => body.store(y, i, ir.load(outer, i)));
    });
    expect(agreed(program, [])).toEqual([Int32Array.of(0, 3, 6, 9)]);
  });
});

describe("large programs", () => {
  test("5,000 blocks compile to functions of bounded size, and run", () => {
    const program = manyBlocks(5000);
    agreed(program, [ramp(64)]);
    const lines = compileJs(program).text.split("\n");
    let longest = 0;
    let begin = 0;
    lines.forEach((line, i) => {
      if (/^(return )?function /.test(line)) begin = i;
      if (line.startsWith("}")) longest = Math.max(longest, i - begin);
    });
    expect(longest).toBeLessThan(400);
  });

  test("an expression 20,000 operations deep compiles and runs", () => {
    const x = buffer("int32", 1, "input");
    const y = buffer("int32", 1, "output");
    const program = programOf([x], [y], (b) => {
      let value: Expr = ir.load(x, ir.i32(0));
      for (let i = 0; i < 20000; i++) value = ir.add(ir.mul(value, ir.i32(3)), ir.load(x, ir.i32(0)));
      b.store(y, ir.i32(0), value);
    });
    agreed(program, [Int32Array.of(5)]);
  });

  test("a shared operand is evaluated once: doubling 40 times is 40 additions", () => {
    const x = buffer("float64", 1, "input");
    const y = buffer("float64", 1, "output");
    const program = programOf([x], [y], (b) => {
      let value: Expr = ir.load(x, ir.i32(0));
      for (let i = 0; i < 40; i++) value = ir.add(value, value);
      b.store(y, ir.i32(0), value);
    });
    expect(agreed(program, [Float64Array.of(3)])).toEqual([Float64Array.of(3 * 2 ** 40)]);
  });
});

describe("functions", () => {
  test("a function that calls another is written after it, once", () => {
    const x = ir.variable("float32");
    const square: LoopFunction = {
      id: ir.freshId(),
      name: "square",
      parameters: [x],
      body: new BlockBuilder().finish(),
      result: ir.mul(x, x),
      constants: [],
      calls: [],
    };
    const z = ir.variable("float32");
    const fourth: LoopFunction = {
      ...square,
      id: ir.freshId(),
      name: "fourth\n} evil(); {",
      parameters: [z],
      result: ir.call(square, ir.call(square, z)),
      calls: [square],
    };
    const from = buffer("float32", 4, "input");
    const to = buffer("float32", 4, "output");
    const program = programOf([from], [to], (b) => {
      b.loop(4, (body, i) =>
        body.store(to, i, ir.add(ir.call(fourth, ir.load(from, i)), ir.call(square, ir.f32(2)))),
      );
    });
    expect(agreed(program, [Float32Array.of(0, 1, 2, 3)])).toEqual([Float32Array.of(4, 5, 20, 85)]);
    const text = emitJs(program, planBuffers(program));
    expect(text.match(/^function /gm)).toHaveLength(2);
    expect(text.indexOf("// square")).toBeLessThan(text.indexOf("// fourth"));
    expect(text).not.toContain("\n} evil");
  });
});

describe("host callbacks", () => {
  test("one that runs another program does not disturb the temporaries of its caller", () => {
    const inner = scanProgram(2, 8);
    const compiledInner = compileJs(inner);
    const y = buffer("float32", 8, "output");
    const outer = programOf([], [y], (b) => {
      const temp = b.temp("float32", 8);
      b.loop(8, (body, i) => body.store(temp, i, ir.cast(i, "float32")));
      b.push({ kind: "host", callback: 0, operands: [{ buffer: temp, offset: ir.i32(0), size: 8 }] });
      b.loop(8, (body, i) => body.store(y, i, ir.load(temp, i)));
    });
    const result = new Float32Array(8);
    const nested = new Float32Array(8);
    compileJs(outer, (_, [operand]) => compiledInner.run([operand], [nested], [])).run([], [result], []);
    expect(Array.from(result)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(nested).toEqual(interpret(inner, [result])[0]);
  });
});

describe("the text", () => {
  test("of a product of two scalars", () => {
    const x = buffer("float32", 1, "input");
    const y = buffer("float32", 1, "input");
    const z = buffer("float32", 1, "output");
    const zero = ir.i32(0);
    const program = programOf([x, y], [z], (b) =>
      b.store(z, zero, ir.mul(ir.load(x, zero), ir.load(y, zero))),
    );
    expect(emitJs(program, planBuffers(program))).toBe(
      [
        '"use strict";',
        "const { fround, imul } = Math;",
        "return function program(inputs, outputs, parameters, scratch) {",
        "  const a0 = inputs[0];",
        "  const a1 = inputs[1];",
        "  const r0 = outputs[0];",
        "  r0[0] = fround(a0[0] * a1[0]);",
        "};",
        "",
      ].join("\n"),
    );
  });

  test("refuses intrinsics, which a pass before it removes", () => {
    const y = buffer("float32", 4, "output");
    const program = programOf([], [y], (b) => b.store(y, ir.i32(0), ir.intrinsic("exp", ir.f32(1))));
    expect(() => compileJs(program)).toThrow(/exp was not expanded/);
  });

  test("writes vectors lane by lane: partial sums, their tree, consecutive elements", () => {
    const x = buffer("float32", 40, "input");
    const y = buffer("float32", 18, "output");
    const program = programOf([x], [y], (b) => {
      const sums = b.local(ir.splat(ir.f32(0.5), 16));
      b.serial(2, (turn, k) => {
        const at = ir.add(ir.mul(k, ir.i32(16)), ir.laneIndex(16));
        turn.assign(sums, ir.add(sums, ir.load(x, ir.add(at, ir.i32(3)))));
      });
      b.store(y, ir.i32(1), sums);
      b.store(y, ir.i32(0), ir.reduceLanes("add", sums));
      b.store(y, ir.i32(17), ir.load(x, ir.i32(39)));
    });
    agreed(program, [Float32Array.from({ length: 40 }, (_, i) => Math.sin(i))]);
  });
});
