/** Elementary functions are written once and stand in every module that calls them, wherever its tables lie. */
import { expect, test } from "vitest";

import { expandFunctions, expandIntrinsics } from "../../src/compiler/intrinsics/expand.js";
import { compileJs } from "../../src/compiler/targets/js/compile.js";
import { compileWasm, showWasm } from "../../src/compiler/targets/wasm/compile.js";
import { vectorize } from "../../src/compiler/vectorize.js";
import { BlockBuilder, readFlat, viewOf } from "../../src/ir/block-builder.js";
import { allocate } from "../../src/ir/dtype.js";
import { add, freshId, i32, intrinsic } from "../../src/ir/expr.js";
import type { Buffer, ConstantBuffer, IntrinsicName, Program } from "../../src/ir/loop-ir.js";

const noHost = (): void => {
  throw new Error("no host function is called");
};

const points = Float64Array.of(0.3, 2.5, 1e22, 1e300, 7.25);

/** out[i] = f(points[i]) + g(points[i]) + own[0], with a table `own` of so many elements that comes before those of f and g. */
function programOf(names: readonly IntrinsicName[], own: number): Program {
  const buffer = (role: Buffer["role"]): Buffer => ({
    id: freshId(),
    dtype: "float64",
    size: points.length,
    role,
  });
  const [input, output] = [buffer("input"), buffer("output")];
  const values = Float64Array.from({ length: own }, (_, i) => i + 1);
  const table: ConstantBuffer = { id: freshId(), dtype: "float64", size: own, role: "constant", values };
  const b = new BlockBuilder("program");
  b.loop(points.length, (inner, i) => {
    const x = readFlat(viewOf(input, []), i);
    const sum = names.map((name) => intrinsic(name, x)).reduce(add);
    inner.store(output, i, own === 0 ? sum : add(sum, readFlat(viewOf(table, []), i32(0))));
  });
  return {
    parameters: [],
    inputs: [input],
    outputs: [output],
    constants: own === 0 ? [] : [table],
    functions: [],
    body: b.finish(),
  };
}

const wide = (program: Program): Program => vectorize(expandFunctions(program), 4);

function resultOf(compiled: ReturnType<typeof compileWasm>): ArrayLike<number> {
  const output = allocate("float64", points.length);
  compiled.run([points], [output], []);
  return output;
}

test("a function finds its tables in every module, wherever they lie there", () => {
  // More places than a function is kept for, and then the first ones again.
  const sizes = [...Array.from({ length: 18 }, (_, i) => 2 * i), 0, 6];
  for (const own of sizes) {
    for (const names of [["tan"], ["lgamma", "sin", "tan"]] as const) {
      const program = programOf(names, own);
      const expected = resultOf(compileJs(expandIntrinsics(program), noHost));
      expect(resultOf(compileWasm(wide(program), noHost)), `${names} behind ${own}`).toEqual(expected);
    }
  }
});

test("a module's text does not depend on the modules that were written before it", () => {
  const first = showWasm(wide(programOf(["tan", "lgamma"], 3)));
  showWasm(wide(programOf(["lgamma", "tan", "cos"], 0)));
  expect(showWasm(wide(programOf(["tan", "lgamma"], 3)))).toBe(first);
});

test("relaxed instructions in one module leave the functions of exact ones as they are", () => {
  const program = wide(programOf(["exp", "tan"], 1));
  const exact = showWasm(program);
  const relaxed = showWasm(program, true);
  expect(relaxed).toContain("relaxed_madd");
  expect(showWasm(program)).toBe(exact);
  expect(exact).not.toContain("relaxed_madd");
});
