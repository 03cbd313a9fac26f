/** Updates of a value that nobody reads again write only the window: n updates of an n-array cost O(n), not O(n^2). */
import { describe, expect, test } from "vitest";
import type { NDArray } from "../../../src/autodiff/array.js";
import type { Jaxpr } from "../../../src/autodiff/jaxpr.js";
import { Var } from "../../../src/autodiff/jaxpr.js";
import { stageClosed } from "../../../src/autodiff/jaxpr-passes.js";
import { neg } from "../../../src/autodiff/primitives/arithmetic.js";
import { dynamicUpdateSlice } from "../../../src/autodiff/primitives/dynamic-slice.js";
import { scatterAdd } from "../../../src/autodiff/primitives/gather.js";
import { scatter } from "../../../src/autodiff/primitives/scatter.js";
import { lower } from "../../../src/compiler/lower.js";
import { aval } from "../../../src/ir/aval.js";
import type { Block } from "../../../src/ir/loop-ir.js";

const length = 1000;
const elements = {
  updateWindowDims: [],
  insertedWindowDims: [0],
  scatterDimsToOperandDims: [0],
  operandBatchingDims: [],
  scatterIndicesBatchingDims: [],
};

/** The loops over the whole array in a block. */
function wholeLoops(block: Block): number {
  let count = 0;
  for (const statement of block.body) {
    if (statement.kind === "block") count += wholeLoops(statement);
    if (statement.kind === "loop") {
      const { extent } = statement;
      count += (extent.kind === "const" && extent.value === length ? 1 : 0) + wholeLoops(statement.body);
    }
    if (statement.kind === "if") count += wholeLoops(statement.yes) + wholeLoops(statement.no);
  }
  return count;
}

function staged(update: (x: NDArray, at: NDArray, u: NDArray) => NDArray): Jaxpr {
  const types = [aval([length], "float32"), aval([2, 1], "int32"), aval([2], "float32")];
  return stageClosed(([x, at, u]) => {
    let value = neg(x);
    for (let turn = 0; turn < 5; turn++) value = update(value, at, u);
    return [value];
  }, types);
}

describe("five updates of a dead value copy nothing", () => {
  test("scatter", () => {
    expect(wholeLoops(lower(staged((x, at, u) => scatter(x, at, u, elements))).program.body)).toBe(1);
  });
  test("scatter_add", () => {
    expect(wholeLoops(lower(staged((x, at, u) => scatterAdd(x, at, u, elements))).program.body)).toBe(1);
  });
  test("dynamic_update_slice", () => {
    const types = [aval([length], "float32"), aval([2], "float32"), aval([], "int32")];
    const jaxpr = stageClosed(([x, u, start]) => {
      let value = neg(x);
      for (let turn = 0; turn < 5; turn++) value = dynamicUpdateSlice(value, u, [start]);
      return [value];
    }, types);
    expect(wholeLoops(lower(jaxpr).program.body)).toBe(1);
  });
});

test("an operand that is read again is copied first", () => {
  const jaxpr = stageClosed(
    ([x, at, u]) => {
      const value = neg(x);
      return [scatter(value, at, u, elements), value];
    },
    [aval([length], "float32"), aval([2, 1], "int32"), aval([2], "float32")],
  );
  expect(jaxpr.outvars.every((atom) => atom instanceof Var)).toBe(true);
  expect(wholeLoops(lower(jaxpr).program.body)).toBe(2);
});
