/** The matrix bites: primitives with one mistake each, and cases with reasons that are none. */
import { expect, test } from "vitest";
import type { Primitive } from "../../src/autodiff/primitive.js";
import { mul } from "../../src/autodiff/primitives/arithmetic.js";
import { type ElementwiseRules, elementwise } from "../../src/autodiff/primitives/elementwise.js";
import { cos, sinPrimitive } from "../../src/autodiff/primitives/trigonometric.js";
import { bind } from "../../src/autodiff/trace.js";
import { DifferentiationError } from "../../src/ir/errors.js";
import { intrinsic, mul as product } from "../../src/ir/expr.js";
import "../../src/index.js";
import type { Case } from "./case.js";
import { unary } from "./cases/elementwise.js";
import { cellsOf } from "./cells.js";

const domain = { from: -2, to: 2 };
const sine = (primitive: Primitive, options: Partial<Case> = {}): Case => ({
  ...unary(primitive, Math.sin, domain, { ulps: { float32: 1, float64: 2 } }),
  ...options,
});

const right: ElementwiseRules<object> = {
  accepts: ["float32", "float64"],
  jvp: [(dx, _, [x]) => mul(dx, cos(x))],
  scalar: (_, [x]) => intrinsic("sin", x),
};

const wrong: readonly (readonly [string, string, Primitive])[] = [
  [
    "a lowering that computes something else",
    "value",
    elementwise("bad", { ...right, scalar: (_, [x]) => product(x, x) }),
  ],
  [
    "a tangent with a factor too many",
    "jvp",
    elementwise("bad", { ...right, jvp: [(dx, _, [x]) => mul(mul(dx, cos(x)), 2)] }),
  ],
  [
    "a batch axis in the wrong place",
    "vmap",
    {
      ...elementwise("bad", right),
      batch: (_, operands, axes) => [
        bind(sinPrimitive, operands, {}),
        axes.map((axis) => (axis === 1 ? 0 : axis)),
      ],
    },
  ],
];

test.each(wrong)("%s fails in the cell %s, which is named", (_, transformation, primitive) => {
  expect(() => cellsOf(sine(primitive), "float64", "wasm")).toThrow(
    `bad x float64 x ${transformation} x wasm: `,
  );
});

test("a reason for a cell that can run is an error", () => {
  expect(() => cellsOf(sine(sinPrimitive, { reasons: ["nobody knows it"] }), "float64", "js")).toThrow(
    "sin: it runs, though there is a reason: nobody knows it",
  );
  const constant = unary(sinPrimitive, Math.sin, domain, {
    ulps: { float32: 1, float64: 2 },
    constants: new Map([[0, "nobody knows it"]]),
  });
  const mixed: Case = {
    ...constant,
    examples: (dtype) => [...sine(sinPrimitive).examples(dtype), ...constant.examples(dtype)],
  };
  expect(() => cellsOf(mixed, "float64", "js")).toThrow(
    "it has a derivative, and should be refused: nobody knows it",
  );
});

test("a derivative that is refused without the reason of its definition is an error", () => {
  const silent: Primitive = {
    ...elementwise("bad", right),
    jvp: () => {
      throw new DifferentiationError("no");
    },
  };
  expect(() => cellsOf(sine(silent), "float64", "js")).toThrow(
    "bad x float64 x jvp x js: DifferentiationError: no",
  );
});

test("an example that does not apply its primitive is an error", () => {
  const other: Case = { ...sine(sinPrimitive), primitive: elementwise("other", right) };
  expect(() => cellsOf(other, "float64", "js")).toThrow("other: 4 examples apply it 0 times");
});
