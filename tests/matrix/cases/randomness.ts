/** Random bits, and samples by rejection: against Threefry and Marsaglia and Tsang's method in plain JavaScript. */
import type { NDArray } from "../../../src/autodiff/array.js";
import {
  threefry2x32Primitive,
  threefryBitsPrimitive,
} from "../../../src/autodiff/primitives/random-bits.js";
import { randomGammaPrimitive } from "../../../src/autodiff/primitives/random-gamma.js";
import { bind } from "../../../src/autodiff/trace.js";
import { type DType, isFloat } from "../../../src/ir/dtype.js";
import type { Shape } from "../../../src/ir/shape.js";
import type { Case, Example } from "../case.js";
import { draw, oneOf } from "../draws.js";
import { gammaSlopeOf } from "../special-functions.js";
import { gammaSample, threefry } from "../threefry.js";
import { mapped } from "./elementwise.js";

const shapes: readonly (readonly Shape[])[] = [
  [[17], [17], [17], [17]],
  [[], [], [3, 1], [1, 5]],
  [
    [0, 2],
    [0, 2],
    [0, 2],
    [0, 2],
  ],
];

/** Both words, or their exclusive or. */
const hashing = (
  primitive: Case["primitive"],
  words: readonly ((x: number, y: number) => number)[],
): Case => ({
  primitive,
  examples: (dtype) =>
    shapes.map((each, k) => ({
      f: (xs) => bind(primitive, xs, {}),
      operands: each.map((shape, i) => draw(dtype, shape, 10 * k + i)),
      value: (xs) =>
        words.map((word) => mapped("uint32", (k0, k1, c0, c1) => word(...threefry([k0, k1], [c0, c1])), xs)),
    })),
});

const gammaExample = (dtype: DType, ofOperands: readonly Shape[], logSpace: boolean, k: number): Example => {
  const words = ofOperands.slice(0, 3).map((shape, i) => draw("uint32", shape, 10 * k + i));
  const shapeOf = oneOf(dtype, ofOperands[3], k, [0.5, 0.75, 1, 2.5, 4]);
  const float = dtype === "float32" ? "float32" : "float64";
  return {
    f: (xs) => bind(randomGammaPrimitive, xs, { logSpace }),
    operands: [...words, isFloat(dtype) ? shapeOf : draw(dtype, ofOperands[3], k)],
    value: (xs) => [mapped(dtype, (k0, k1, i, a) => gammaSample([k0, k1], i, a, float, logSpace), xs)],
    // Of the samples as they come out: the method's own differences are those of another coupling.
    tangent: (xs: readonly NDArray[], dxs: readonly NDArray[]) => {
      const slope = (k0: number, k1: number, i: number, a: number, da: number): number =>
        da * gammaSlopeOf(a, gammaSample([k0, k1], i, a, float, logSpace), logSpace);
      return [mapped("float64", slope, [...xs, dxs[3]])];
    },
  };
};

const gammaCase: Case = {
  primitive: randomGammaPrimitive,
  remark:
    "its derivative is the implicit one, and is held against a plain one: differences of samples by rejection give another",
  ulps: { float32: 64, float64: 2 ** 24 },
  isSampled: true,
  tangents: 1e-4,
  reasons: [
    "its derivative in the shape a (the second derivative of a gamma sample) has no closed form; use stopGradient(a), or a first derivative only",
  ],
  examples: (dtype) => [
    gammaExample(dtype, shapes[0], false, 0),
    gammaExample(dtype, shapes[1], true, 1),
    gammaExample(dtype, shapes[2], false, 2),
  ],
};

export const randomnessCases: readonly Case[] = [
  hashing(threefry2x32Primitive, [(x) => x, (_, y) => y]),
  hashing(threefryBitsPrimitive, [(x, y) => x ^ y]),
  gammaCase,
];
