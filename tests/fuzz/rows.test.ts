/** The rows that searches add to the vocabulary: their text computes what they compute, and their derivatives obey the laws. */
import * as cotangent from "cotangent";
import { type NDArray, numpy as np } from "cotangent";
import { closeToTree, laws, showProgram } from "cotangent/testing";
import { transformSync } from "esbuild";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inputsOf } from "../../src/testing/program.js";
import { programOf, type RandomProgram, randomGenes } from "../../src/testing/random-program.js";
import { controlFlowRows } from "../../src/testing/vocabulary/control-flow-rows.js";
import { shapeStyles } from "../../src/testing/vocabulary/draft.js";
import type { Row } from "../../src/testing/vocabulary/row.js";
import { transformationRows } from "../../src/testing/vocabulary/transformation-rows.js";
import { vocabulary } from "../../src/testing/vocabulary/vocabulary.js";

const names = { ...cotangent, np };

/** The function that the text is. */
const pasted = (text: string): ((...inputs: readonly NDArray[]) => NDArray[]) => {
  const { code } = transformSync(`(${text})`, { loader: "ts" });
  return new Function(...Object.keys(names), `return ${code}`)(...Object.values(names));
};

function sample(
  rows: readonly Row[],
  style: keyof typeof shapeStyles,
  seed: number,
  operations = 1,
): RandomProgram {
  const genes = fc.noBias(randomGenes({ minOperations: operations, maxOperations: operations, rows }));
  const [drawn] = fc.sample(genes, { numRuns: 1, seed });
  return programOf(drawn, seed, rows, shapeStyles[style]);
}

describe("a row for searches", () => {
  const rows = [...controlFlowRows, ...transformationRows].map((row) => [row.name, row] as const);

  test.each(rows)("%s prints as code that computes the same, and obeys the laws of derivatives", (_, row) => {
    const { program, inputs, run, seed } = sample([row], "small", 2);
    closeToTree(pasted(showProgram(program))(...inputs), run(inputs), { atol: 1e-12, rtol: 1e-12 });
    laws["pullbackIsAdjoint"]({ f: run, inputs, seed });
    laws["vmapIsLoop"]({ f: run, inputs, seed });
  });
});

describe("shapes of searches", () => {
  test("are empty, of rank five and more, and of sizes about lanes and tiles", () => {
    const shapes = Array.from({ length: 60 }, (_, seed) => sample(vocabulary, "odd", seed, 6)).flatMap(
      ({ program }) => inputsOf(program).map(({ shape }) => shape),
    );
    const sizes = new Set(shapes.flat());
    expect([0, 1, 3, 4, 5, 15, 16, 17, 31, 33, 127, 129].filter((n) => !sizes.has(n))).toEqual([]);
    expect(Math.max(...shapes.map(({ length }) => length))).toBeGreaterThanOrEqual(5);
  });

  test("are sometimes larger than the blocks that sums are made of", () => {
    const { program } = sample(vocabulary, "large", 6, 4);
    expect(Math.max(...inputsOf(program).flatMap(({ shape }) => shape))).toBeGreaterThan(4096);
  });
});
