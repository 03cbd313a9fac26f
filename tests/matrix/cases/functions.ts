/** Elementary functions, against those of JavaScript's Math, and special functions, against series of their definitions. */
import * as elementary from "../../../src/autodiff/primitives/elementary.js";
import * as errors from "../../../src/autodiff/primitives/error-function.js";
import * as gamma from "../../../src/autodiff/primitives/gamma-function.js";
import {
  cbrtPrimitive,
  powPrimitive,
  rsqrtPrimitive,
  sqrtPrimitive,
} from "../../../src/autodiff/primitives/power.js";
import * as circular from "../../../src/autodiff/primitives/trigonometric.js";
import { bind1 } from "../../../src/autodiff/trace.js";
import { type DType, isFloat } from "../../../src/ir/dtype.js";
import type { Case } from "../case.js";
import { type Domain, draw, oneOf } from "../draws.js";
import * as special from "../special-functions.js";
import { binary, elementwiseCase, mapped, type Operand, unary } from "./elementwise.js";

const inside = (from: number, to: number): Domain => ({ from, to });
const open = inside(-0.9, 0.9);

/** Math's functions are off by less than an ulp, ours by less than one; in float32 both are the rounded value but for ties. */
const ulps = { float32: 1, float64: 2 };
const math = (primitive: Case["primitive"], f: (x: number) => number, domain: Domain, float64 = 2): Case =>
  unary(primitive, f, domain, { ulps: { ...ulps, float64 } });

const elementaryCases: readonly Case[] = [
  math(elementary.expPrimitive, Math.exp, inside(-2, 2)),
  math(elementary.exp2Primitive, (x) => 2 ** x, inside(-3, 2)),
  math(elementary.expm1Primitive, Math.expm1, inside(-2, 2)),
  math(elementary.logPrimitive, Math.log, inside(0.2, 4)),
  math(elementary.log1pPrimitive, Math.log1p, inside(-0.7, 4)),
  math(elementary.logisticPrimitive, (x) => 1 / (1 + Math.exp(-x)), inside(-4, 4)),
  math(circular.sinPrimitive, Math.sin, inside(-4, 4)),
  math(circular.cosPrimitive, Math.cos, inside(-4, 4)),
  math(circular.tanPrimitive, Math.tan, inside(-1.2, 1.2)),
  math(circular.asinPrimitive, Math.asin, open),
  math(circular.acosPrimitive, Math.acos, open),
  math(circular.atanPrimitive, Math.atan, inside(-4, 4)),
  math(circular.sinhPrimitive, Math.sinh, inside(-2, 2)),
  math(circular.coshPrimitive, Math.cosh, inside(-2, 2)),
  math(circular.tanhPrimitive, Math.tanh, inside(-3, 3)),
  math(circular.asinhPrimitive, Math.asinh, inside(-4, 4)),
  math(circular.acoshPrimitive, Math.acosh, inside(1.2, 4)),
  math(circular.atanhPrimitive, Math.atanh, open),
  math(cbrtPrimitive, Math.cbrt, inside(0.2, 4)),
  unary(sqrtPrimitive, Math.sqrt, inside(0.1, 4)),
  math(rsqrtPrimitive, (x) => 1 / Math.sqrt(x), inside(0.2, 4)),
  binary(circular.atan2Primitive, () => Math.atan2, [inside(-4, 4), inside(0.2, 4)], { ulps }),
  powers(),
];

/** Of floats; and with integer exponents, of which 0 and negative ones. */
function powers(): Case {
  const power = (x: number, y: number): number => x ** y;
  const ofFloats = binary(powPrimitive, () => power, [inside(0.3, 3), inside(-2, 2)]);
  const withIntegers = (exponent: DType) => (dtype: DType) => ({
    f: (xs: Parameters<typeof mapped>[2]) => [bind1(powPrimitive, xs, {})],
    operands: [
      draw(dtype, [17], 5, { from: 0.5, to: 3, step: 1 / 8 }),
      oneOf(exponent, [17], 6, exponent === "int32" ? [0, 1, 2, -1, 3] : [0, 1, 2, 3]),
    ],
    value: (xs: Parameters<typeof mapped>[2]) => [mapped(dtype, power, xs)],
  });
  return {
    ...ofFloats,
    ulps,
    examples: (dtype) => [
      ...ofFloats.examples(dtype),
      withIntegers("int32")(dtype),
      withIntegers("uint32")(dtype),
    ],
  };
}

/** What plain series are sure to. */
const series = (float64: number, float32 = 1) => ({ ulps: { float32, float64 } });

/** The order of a derivative, which has none itself. */
const orders: Operand = (dtype, shape, seed) =>
  isFloat(dtype) ? oneOf(dtype, shape, seed, [1, 2, 3]) : draw(dtype, shape, seed);

const specialCases: readonly Case[] = [
  unary(errors.erfPrimitive, special.erf, inside(-2, 2), series(100)),
  unary(errors.erfcPrimitive, special.erfc, inside(-2, 2), series(200, 2)),
  unary(errors.erfInvPrimitive, special.erfInv, open, series(200, 4)),
  unary(gamma.lgammaPrimitive, special.lgamma, inside(2.5, 6), series(200)),
  unary(gamma.digammaPrimitive, special.digamma, inside(1.8, 6), series(200)),
  elementwiseCase({
    primitive: gamma.polygammaPrimitive,
    operands: [orders, inside(0.5, 4)],
    scalar: () => special.polygamma,
    constants: new Map([[0, "there is no derivative in the order m"]]),
    ...series(1000),
  }),
  elementwiseCase({
    primitive: gamma.zetaPrimitive,
    operands: [
      (dtype, shape, seed) =>
        isFloat(dtype) ? oneOf(dtype, shape, seed, [2, 3.5, 5]) : draw(dtype, shape, seed),
      inside(0.5, 4),
    ],
    scalar: () => special.zeta,
    constants: new Map([[0, "the derivative in s has no closed form"]]),
    ...series(1000),
  }),
  elementwiseCase({
    primitive: gamma.randomGammaGradPrimitive,
    operands: [inside(0.5, 4), inside(0.4, 4)],
    scalar: () => special.gammaSampleSlope,
    constants: new Map([[0, "its derivative in the shape a"]]),
    // Differences of the distribution function, over a density that may be small.
    ...series(2 ** 19, 4),
  }),
];

export const functionCases: readonly Case[] = [...elementaryCases, ...specialCases];
