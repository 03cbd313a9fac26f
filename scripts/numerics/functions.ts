/** The rows of the table in docs/numerics.md: a function, where it is measured, and what is claimed there. */

import type { ByFloat, FloatDType } from "../../src/compiler/intrinsics/floating-point.js";
import type { NDArray } from "../../src/index.js";
import { lax } from "../../src/index.js";
import type { IntrinsicName } from "../../src/ir/loop-ir.js";
import type { Random } from "./points.js";
import { logUniform, nearMultiples, uniform } from "./points.js";

export interface Row {
  readonly name: IntrinsicName;
  /** The range in words: with the name, the key of a row. */
  readonly range: string;
  readonly call: (...operands: NDArray[]) => NDArray;
  /** Units in the last place, at most. */
  readonly claim: ByFloat<number>;
  readonly where: Interval | Sampler;
  /** Whether a point counts, given the function's value there. */
  readonly counts?: (value: number, x: number) => boolean;
}

/** Functions of one number: between two ends all exponents get their share of points. */
export interface Interval {
  readonly kind: "interval";
  readonly from: ByFloat<number>;
  readonly to: ByFloat<number>;
  /** An interval that is also sampled evenly. */
  readonly core: readonly [number, number];
  /** Measured with their neighbours. */
  readonly hard: readonly number[];
}

/** Functions of two numbers. */
export interface Sampler {
  readonly kind: "sampler";
  readonly draw: (random: Random, dtype: FloatDType) => readonly [number, number];
}

const inf = Number.POSITIVE_INFINITY;
const both = (x: number): ByFloat<number> => ({ float32: x, float64: x });

const interval = (
  from: number | ByFloat<number>,
  to: number | ByFloat<number>,
  core: readonly [number, number],
  hard: readonly number[] = [],
): Interval => ({
  kind: "interval",
  from: typeof from === "number" ? both(from) : from,
  to: typeof to === "number" ? both(to) : to,
  core,
  hard: [0, ...core, ...hard],
});

const circular = nearMultiples(Math.PI / 2, 60);
const everywhere = "all numbers";

/**
 * Between the negative integers log Γ and ψ have zeros, beside which only the absolute error is small: away from them is where
 * the value is not small beside the two that it is the difference of.
 */
const lgammaCounts = (value: number, x: number): boolean =>
  Math.abs(value) >= ((1 - x) * Math.log(1 - x)) / 2;
const digammaCounts = (value: number, x: number): boolean =>
  Math.abs(value) >= 2 * Math.max(1, Math.log(1 - x));

/** What the hot loops are made of: at most 2 ulp everywhere. */
const elementary: readonly Row[] = [
  {
    name: "exp",
    range: everywhere,
    call: lax.exp,
    claim: both(2),
    where: interval(-inf, inf, [-20, 20], [88.72283, -87.33654, -103.97, 709.7827, -708.396, -745.13]),
  },
  {
    name: "expm1",
    range: everywhere,
    call: lax.expm1,
    claim: both(2),
    where: interval(-inf, inf, [-3, 3], [88.72283, 709.7827, Math.LN2, -Math.LN2, 0.34657, -17.33, -37.4]),
  },
  {
    name: "log",
    range: "x >= 0",
    call: lax.log,
    claim: both(2),
    where: interval(0, inf, [0.5, 2], [1, Math.SQRT1_2, Math.SQRT2]),
  },
  {
    name: "log1p",
    range: "x >= -1",
    call: lax.log1p,
    claim: both(2),
    where: interval(
      -1,
      inf,
      [-0.5, 1],
      [Math.SQRT1_2 - 1, Math.SQRT2 - 1, 2 ** 24, 2 ** 25, 2 ** 53, 2 ** 54],
    ),
  },
  {
    name: "sin",
    range: everywhere,
    call: lax.sin,
    claim: both(2),
    where: interval(-inf, inf, [-10, 10], circular),
  },
  {
    name: "cos",
    range: everywhere,
    call: lax.cos,
    claim: both(2),
    where: interval(-inf, inf, [-10, 10], circular),
  },
  {
    name: "tan",
    range: everywhere,
    call: lax.tan,
    claim: both(2),
    where: interval(-inf, inf, [-10, 10], circular),
  },
  {
    name: "tanh",
    range: everywhere,
    call: lax.tanh,
    claim: both(2),
    where: interval(-inf, inf, [-3, 3], [0.625, 9.01, 19.06]),
  },
  {
    name: "logistic",
    range: everywhere,
    call: lax.logistic,
    claim: both(2),
    where: interval(-inf, inf, [-20, 20], [-88.72, -103.9, -708.4, -744.4, 16.6, 36.7]),
  },
  {
    name: "erf",
    range: everywhere,
    call: lax.erf,
    claim: both(2),
    where: interval(-inf, inf, [-4, 4], [1, 3.9, 5.9]),
  },
];

const others: readonly Row[] = [
  {
    name: "exp2",
    range: everywhere,
    call: lax.exp2,
    claim: both(2),
    where: interval(-inf, inf, [-20, 20], [-126, 0.5]),
  },
  { name: "asin", range: "|x| <= 1", call: lax.asin, claim: both(3), where: interval(-1, 1, [-1, 1], [0.5]) },
  { name: "acos", range: "|x| <= 1", call: lax.acos, claim: both(2), where: interval(-1, 1, [-1, 1], [0.5]) },
  {
    name: "atan",
    range: everywhere,
    call: lax.atan,
    claim: both(2),
    where: interval(-inf, inf, [-3, 3], [7 / 16, 11 / 16, 19 / 16, 39 / 16]),
  },
  {
    name: "atan2",
    range: "all pairs",
    call: lax.atan2,
    claim: both(2),
    where: {
      kind: "sampler",
      draw: (random, dtype) => {
        const x = logUniform(random, dtype);
        return random() < 0.5 ? [logUniform(random, dtype), x] : [x * uniform(random, -4, 4), x];
      },
    },
  },
  {
    name: "sinh",
    range: everywhere,
    call: lax.sinh,
    claim: both(3),
    where: interval(-inf, inf, [-4, 4], [1, 89.4]),
  },
  {
    name: "cosh",
    range: everywhere,
    call: lax.cosh,
    claim: both(3),
    where: interval(-inf, inf, [-4, 4], [89.4]),
  },
  { name: "asinh", range: everywhere, call: lax.asinh, claim: both(4), where: interval(-inf, inf, [-3, 3]) },
  { name: "acosh", range: "x >= 1", call: lax.acosh, claim: both(4), where: interval(1, inf, [1, 3]) },
  { name: "atanh", range: "|x| <= 1", call: lax.atanh, claim: both(4), where: interval(-1, 1, [-1, 1]) },
  {
    name: "erfc",
    range: everywhere,
    call: lax.erfc,
    claim: both(4),
    where: interval(-inf, inf, [-4, 10], [0.5, 26.5]),
  },
  {
    name: "pow",
    range: "x > 0",
    call: lax.pow,
    claim: both(2),
    where: {
      kind: "sampler",
      draw: (random, dtype) => {
        const x = random() < 0.5 ? Math.abs(logUniform(random, dtype)) : uniform(random, 0.5, 2);
        const largest = dtype === "float32" ? 105 : 750;
        return [x, uniform(random, -largest, largest) / Math.log(x)];
      },
    },
  },
  { name: "cbrt", range: everywhere, call: lax.cbrt, claim: both(2), where: interval(-inf, inf, [-8, 8]) },
  {
    name: "lgamma",
    range: "x > 0",
    call: lax.lgamma,
    claim: both(4),
    where: interval(0, inf, [0, 12], [1, 2, 0.75, 1.25, 2.75, 8]),
  },
  {
    name: "lgamma",
    range: "x < 0, |value| >= (1 - x) log(1 - x) / 2",
    call: lax.lgamma,
    claim: both(4),
    where: interval({ float32: -1000, float64: -1e5 }, 0, [-20, 0]),
    counts: lgammaCounts,
  },
  {
    name: "digamma",
    range: "x > 0",
    call: lax.digamma,
    claim: both(4),
    where: interval({ float32: 2 ** -149, float64: 2 ** -1074 }, inf, [0, 12], [1.4616321449683622, 1, 2, 8]),
  },
  {
    name: "digamma",
    range: "x < 0, |value| >= 2 max(1, log(1 - x))",
    call: lax.digamma,
    claim: both(4),
    where: interval({ float32: -1000, float64: -1e5 }, 0, [-20, 0]),
    counts: digammaCounts,
  },
  {
    name: "zeta",
    range: "1 < s <= 30, 0 < q <= 1000",
    call: lax.zeta,
    claim: both(4),
    where: {
      kind: "sampler",
      draw: (random) => [uniform(random, 1.0001, 30), Math.exp(uniform(random, -2, Math.log(1000)))],
    },
  },
  {
    name: "polygamma",
    range: "m = 1 ... 8, 0 < x <= 1000",
    call: lax.polygamma,
    claim: both(4),
    where: {
      kind: "sampler",
      draw: (random) => [1 + Math.floor(8 * random()), Math.exp(uniform(random, -2, Math.log(1000)))],
    },
  },
  {
    name: "randomGammaGrad",
    range: "0.01 <= a <= 100, x about a",
    call: lax.randomGammaGrad,
    claim: { float32: 24, float64: 16 },
    where: {
      kind: "sampler",
      draw: (random) => {
        const a = Math.exp(uniform(random, Math.log(0.01), Math.log(100)));
        return [a, a * Math.exp(uniform(random, -3, 1) / Math.sqrt(a))];
      },
    },
  },
  {
    name: "erfInv",
    range: "|x| <= 0.9375",
    call: lax.erfInv,
    claim: both(4),
    where: interval(-0.9375, 0.9375, [-0.9375, 0.9375]),
  },
];

export const rows: readonly Row[] = [...elementary, ...others];
