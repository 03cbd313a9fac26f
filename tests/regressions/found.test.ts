/** What `npm run fuzz` found, each by hand as the smallest program that shows it. */
import { jit, type NDArray, numpy as np } from "cotangent";
import { expect, test } from "vitest";
import { vectorize } from "../../src/compiler/vectorize.js";
import { BlockBuilder } from "../../src/ir/block-builder.js";
import * as ir from "../../src/ir/expr.js";
import type { Buffer, Expr, LoopFunction, Program } from "../../src/ir/loop-ir.js";
import { jsIsInterpreter, meaningOf, passesKeepMeaning, wasmIsInterpreter } from "../fuzz/loop-checks.js";

const buffer = (role: "input" | "output"): Buffer => ({ id: ir.freshId(), dtype: "float32", size: 8, role });

/** A program of one loop over eight elements. */
function loop(
  turn: (b: BlockBuilder, x: Expr, i: Expr, out: Buffer) => void,
  functions: LoopFunction[] = [],
) {
  const [input, output] = [buffer("input"), buffer("output")];
  const b = new BlockBuilder();
  b.loop(8, (body, i) => turn(body, ir.load(input, i), i, output), "parallel");
  const program: Program = {
    parameters: [],
    inputs: [input],
    outputs: [output],
    constants: [],
    functions,
    body: b.finish(),
  };
  return { program, inputs: [Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7)], parameters: [] };
}

const checks = [passesKeepMeaning, wasmIsInterpreter, jsIsInterpreter];

// The accumulator became a vector where it was declared, and the assignment looked for the number it had been.
test.each(["float32", "float64"] as const)(
  "a jitted sum over an empty axis is 0 in every row, in %s",
  (dtype) => {
    for (const target of ["wasm", "js"]) {
      const sum = jit((x: NDArray) => x.sum(1), { target });
      expect(sum(np.zeros([5, 0], { dtype })).js()).toEqual([0, 0, 0, 0, 0]);
    }
  },
);

test("a number that is assigned in a loop of vectors has its last value", () => {
  const subject = loop((b, x, i, out) => {
    const factor = b.local(ir.f32(1));
    b.assign(factor, ir.f32(2));
    b.store(out, i, ir.mul(x, factor));
  });
  for (const check of checks) check(subject);
});

// What the result alone read was taken for unused.
test("the result of a function in vectors reads numbers that its statements spread", () => {
  const x = ir.variable("float32");
  const body = new BlockBuilder();
  const three = body.local(ir.f32(3));
  const product = body.local(ir.mul(x, three));
  const result = ir.add(product, ir.mul(three, three));
  const parts = { parameters: [x], body: body.finish(), result, constants: [], calls: [] };
  const callee: LoopFunction = { id: ir.freshId(), name: "tripled", ...parts };
  const subject = loop((b, element, i, out) => b.store(out, i, ir.call(callee, element)), [callee]);
  // Alone, since the pass before it would put so short a function where it is called.
  const wide = { ...subject, program: vectorize(subject.program, 4) };
  expect(meaningOf(wide).outputs).toEqual(meaningOf(subject).outputs);
});
