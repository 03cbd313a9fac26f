import fc from "fast-check";
import { expect, test } from "vitest";

import { expandFunctions, expandIntrinsics } from "../../src/compiler/intrinsics/expand.js";
import { compileJs } from "../../src/compiler/targets/js/compile.js";
import { compileWasm } from "../../src/compiler/targets/wasm/compile.js";
import { vectorize } from "../../src/compiler/vectorize.js";
import type { TypedArray } from "../../src/ir/dtype.js";
import { allocate } from "../../src/ir/dtype.js";
import type { HostCallback } from "../../src/ir/interpret.js";
import type { Program } from "../../src/ir/loop-ir.js";
import { randomLoop } from "./random-loop.js";
import { randomProgram } from "./random-program.js";

type Compile = (
  program: Program,
  host: HostCallback,
) => { run(i: readonly TypedArray[], o: readonly TypedArray[], p: readonly number[]): void };

function results(
  compile: Compile,
  program: Program,
  inputs: readonly TypedArray[],
  parameters: readonly number[],
) {
  const calls: (readonly [number, readonly (readonly number[])[]])[] = [];
  const compiled = compile(program, (callback, operands) => {
    calls.push([callback, operands.map((each) => Array.from(each))]);
  });
  const outputs = program.outputs.map(({ dtype, size }) => allocate(dtype, Number(size)).fill(77));
  compiled.run(inputs, outputs, parameters);
  return { outputs, calls };
}

test("random programs give the bits of the js target", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 6 }), (seed, size) => {
      const { program, inputs, parameters } = randomProgram(seed, size);
      const expected = results(compileJs, program, inputs, parameters);
      expect(results(compileWasm, expandFunctions(program), inputs, parameters)).toEqual(expected);
    }),
    { numRuns: 150, seed: 1 },
  );
});

test("loops in vectors give the bits of the js target", () => {
  let widened = 0;
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 21 }), (seed, extent) => {
      const { program, inputs } = randomLoop(seed, extent);
      const expanded = expandIntrinsics(program);
      const expected = results(compileJs, expanded, inputs, []);
      const wide = vectorize(expandFunctions(expanded), 4);
      if (JSON.stringify(wide.body).includes('"lanes":4')) widened++;
      expect(results(compileWasm, wide, inputs, [])).toEqual(expected);
    }),
    { numRuns: 120, seed: 1 },
  );
  expect(widened).toBeGreaterThan(60);
});
