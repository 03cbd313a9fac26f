/** Calls of functions, with rules of their own or none; identities that mean something to a transformation. */
import type { NDArray } from "../../../src/autodiff/array.js";
import { liveLanesPrimitive } from "../../../src/autodiff/control-flow/cond/live-lanes.js";
import { add, mul } from "../../../src/autodiff/primitives/arithmetic.js";
import { not, xor } from "../../../src/autodiff/primitives/comparison.js";
import { reshape } from "../../../src/autodiff/primitives/sum-and-broadcast.js";
import { bind, bind1 } from "../../../src/autodiff/trace.js";
import {
  checkpoint,
  checkpointPrimitive,
  namePrimitive,
  optimizationBarrierPrimitive,
} from "../../../src/autodiff/transforms/checkpoint.js";
import { customJvp, customJvpPrimitive } from "../../../src/autodiff/transforms/custom-jvp.js";
import {
  customLinearPrimitive,
  customVjp,
  customVjpPrimitive,
} from "../../../src/autodiff/transforms/custom-vjp.js";
import { jitPrimitive } from "../../../src/autodiff/transforms/jit.js";
import { jit } from "../../../src/autodiff/transforms/jit-function.js";
import { stopGradientPrimitive } from "../../../src/autodiff/transforms/stop-gradient.js";
import { vmap } from "../../../src/autodiff/transforms/vmap.js";
import type { DType } from "../../../src/ir/dtype.js";
import type { Shape } from "../../../src/ir/shape.js";
import type { Case, Example } from "../case.js";
import { draw } from "../draws.js";
import { plainOf, plus, product, tabulated } from "../plain.js";
import { mapped } from "./elementwise.js";

// a function of two arrays that every dtype has: x y + x, and for truth values (not x) xor y -------------------------------

const body = (x: NDArray, y: NDArray): NDArray => (x.dtype === "bool" ? xor(not(x), y) : add(mul(x, y), x));

const plainBody =
  (dtype: DType) =>
  (x: number, y: number): number =>
    dtype === "bool" ? (1 - x) ^ y : plus(dtype)(product(dtype)(x, y), x);

const shapes: readonly Shape[] = [[17], [3, 2], [0, 2], []];

type Call = (x: NDArray, y: NDArray) => NDArray;

/** Two operands of one shape through a call of the body; and a batch of them with one of the operands shared. */
const calling = (primitive: Case["primitive"], call: Call, options: Partial<Case> = {}): Case => ({
  primitive,
  ...options,
  examples: (dtype) => [
    ...shapes.map((shape, k) => callExample(dtype, ([x, y]) => [call(x, y)], [shape, shape], k)),
    callExample(
      dtype,
      ([x, y]) => [vmap(call, [0, null])(x, y)],
      [
        [3, 5],
        [1, 5],
      ],
      5,
    ),
    callExample(
      dtype,
      ([x, y]) => [vmap(call, [null, 1], 1)(x, y)],
      [
        [3, 1],
        [3, 5],
      ],
      6,
    ),
  ],
});

const callExample = (dtype: DType, f: Example["f"], [left, right]: readonly Shape[], k: number): Example => ({
  f: ([x, y]) => f([flat(x), flat(y)]),
  operands: [draw(dtype, left, 10 * k), draw(dtype, right, 10 * k + 1)],
  value: (xs) => [mapped(dtype, plainBody(dtype), xs)],
});

/** Without the axis that makes a shared operand stretch in plain JavaScript. */
const flat = (x: NDArray): NDArray =>
  x.ndim === 2 && x.shape.includes(1) && x.size > 1
    ? reshape(
        x,
        x.shape.filter((n) => n !== 1),
      )
    : x;

const withTangent = customJvp(body).defjvp(([x, y], [dx, dy]) => [
  body(x, y),
  add(add(mul(dx, y), mul(x, dy)), dx),
]);

const withPullback = customVjp(body);
withPullback.defvjp(
  (x, y) => [body(x, y), [x, y]],
  ([x, y]: readonly NDArray[], ct: NDArray) => [add(mul(ct, y), ct), mul(ct, x)],
);

/** Operands unchanged. */
const identity = (primitive: Case["primitive"], params: object, options: Partial<Example> = {}): Case => ({
  primitive,
  examples: (dtype) =>
    shapes.map((shape, k) => ({
      f: ([x]) => [bind1(primitive, [x], params)],
      operands: [draw(dtype, shape, 5 * k)],
      value: ([x]) => [plainOf(x)],
      ...options,
    })),
});

/** Bits of x's shape, and one for each row. */
const liveLanesCase: Case = {
  primitive: liveLanesPrimitive,
  remark: "its derivative is 0 on purpose in lanes that do not take the branch, and is held against that",
  examples: (dtype) =>
    [[17], [3, 1], [0, 1], []].map((bits, k) => ({
      f: (xs) => [bind1(liveLanesPrimitive, xs, {})],
      operands: [draw(dtype, shapes[k], 5 * k), draw("bool", bits, 5 * k + 1)],
      value: ([x]) => [plainOf(x)],
      tangent: ([, taken], [dx]) => [mapped(dx.dtype, (bit, t) => bit * t, [taken, dx])],
    })),
};

export const callCases: readonly Case[] = [
  calling(jitPrimitive, (x, y) => jit(body)(x, y)),
  calling(checkpointPrimitive, (x, y) => checkpoint(body)(x, y)),
  calling(customJvpPrimitive, (x, y) => withTangent(x, y)),
  calling(customVjpPrimitive, (x, y) => withPullback(x, y), { derivedBy: [customLinearPrimitive] }),
  {
    ...identity(stopGradientPrimitive, {}, { tangent: ([x]) => [tabulated(x.dtype, x.shape, () => 0)] }),
    remark: "its derivative is 0 on purpose, and is held against that",
  },
  liveLanesCase,
  identity(namePrimitive, { name: "kept" }),
  {
    primitive: optimizationBarrierPrimitive,
    examples: (dtype) => [
      {
        f: (xs) => bind(optimizationBarrierPrimitive, xs, {}),
        operands: [draw(dtype, [17], 1), draw(dtype, [3, 1], 2), draw(dtype, [0], 3)],
        value: (xs) => xs.map(plainOf),
      },
    ],
  },
];
