/** Random programs print as TypeScript that computes the same. */
import * as cotangent from "cotangent";
import { type NDArray, numpy as np } from "cotangent";
import { closeToTree, randomProgram, showProgram } from "cotangent/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { vocabulary } from "../../src/testing/vocabulary/vocabulary.js";

const names = { ...cotangent, np };
const keys = Object.keys(names);

/** The function that the text is, without its types: these are the only ones there are. */
const pasted = (text: string): ((...inputs: readonly NDArray[]) => NDArray[]) => {
  const code = text.replaceAll(/: NDArray(\[\])?| as const/g, "");
  return new Function(...keys, `return ${code}`)(...Object.values(names));
};

test.each(vocabulary.map((row) => [row.name, row] as const))("%s", (_, row) => {
  const samples = fc.sample(randomProgram({ minOperations: 1, maxOperations: 2, rows: [row] }), {
    numRuns: 2,
    seed: 4,
  });
  for (const { program, inputs, run } of samples) {
    const text = showProgram(program);
    // The same but for rounding: a solver is called by another name, and a fused product is written out.
    const check = () => closeToTree(pasted(text)(...inputs), run(inputs), { atol: 1e-12, rtol: 1e-12 });
    expect(check, text).not.toThrow();
  }
});

test("a failing program is reported as code, with its inputs, and shrunk to one operation", () => {
  const usesTanh = fc.property(
    randomProgram(),
    (program) => !showProgram(program.program).includes("lax.tanh"),
  );
  const { counterexample } = fc.check(usesTanh, { seed: 1, numRuns: 500 });
  const text = String(counterexample?.[0]);
  expect(text.match(/lax\./g)?.length, text).toBe(1);
  const [code, inputs] = text.split(/\/\/ at the inputs .*\n/);
  const values: readonly NDArray[] = new Function("np", `return ${inputs}`)(np);
  const again = counterexample?.[0].run(values);
  closeToTree(pasted(code.trim())(...values), again);
});
