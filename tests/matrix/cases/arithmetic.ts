/** Arithmetic, rounding, comparison, logic and bits. */
import {
  addPrimitive,
  divPrimitive,
  mulPrimitive,
  negPrimitive,
  subPrimitive,
} from "../../../src/autodiff/primitives/arithmetic.js";
import * as comparison from "../../../src/autodiff/primitives/comparison.js";
import { addAnyPrimitive } from "../../../src/autodiff/primitives/elementwise.js";
import { fmaPrimitive } from "../../../src/autodiff/primitives/fused-multiply-add.js";
import { integerPowPrimitive, squarePrimitive } from "../../../src/autodiff/primitives/power.js";
import * as rounding from "../../../src/autodiff/primitives/rounding-and-sign.js";
import { clampPrimitive, maxPrimitive, minPrimitive } from "../../../src/autodiff/primitives/selection.js";
import { bind1 } from "../../../src/autodiff/trace.js";
import { type DType, isFloat } from "../../../src/ir/dtype.js";
import type { Case, Example } from "../case.js";
import { type Domain, draw, integers, offGrid, oneOf, usual } from "../draws.js";
import { exactFma } from "../exact-fma.js";
import { bitsAs, larger, minus, plus, product, smaller } from "../plain.js";
import { binary, elementwiseCase, mapped, type Operand, unary } from "./elementwise.js";

const onGrid: Domain = { from: -4, to: 4, step: 1 / 8 };
/** Far from 0. */
const divisors: Domain = { from: 0.5, to: 3 };

/** Truncated; x / 0 is -1 for int32 and all ones for uint32; the least int32 over -1 wraps. */
const quotient =
  (dtype: DType) =>
  (x: number, y: number): number =>
    isFloat(dtype) ? x / y : y === 0 ? -1 : Math.trunc(x / y);

/** With the sign of x; x mod 0 is x. */
const remainder =
  (dtype: DType) =>
  (x: number, y: number): number =>
    !isFloat(dtype) && y === 0 ? x : x % y;

/** Numbers as divisors: now and then 0 among integers. */
const integerDivisors: Operand = (dtype, shape, seed) =>
  isFloat(dtype)
    ? draw(dtype, shape, seed, divisors)
    : dtype === "bool"
      ? draw(dtype, shape, seed)
      : oneOf(
          dtype,
          shape,
          seed,
          dtype === "int32" ? [0, 1, -1, 3, -7, 1000, -(2 ** 31)] : [0, 1, 3, 7, 1000, 2 ** 32 - 5],
        );

const moduli: Operand = (dtype, shape, seed) =>
  isFloat(dtype) ? oneOf(dtype, shape, seed, [0.75, 1, 1.5, -2]) : integerDivisors(dtype, shape, seed);

const arithmetic: readonly Case[] = [
  unary(negPrimitive, (x) => -x),
  binary(addPrimitive, plus),
  binary(addAnyPrimitive, plus, [usual, usual], { isRigid: true }),
  binary(subPrimitive, minus),
  binary(mulPrimitive, product),
  binary(divPrimitive, quotient, [usual, integerDivisors]),
  binary(rounding.remPrimitive, remainder, [offGrid, moduli]),
  elementwiseCase({
    primitive: fmaPrimitive,
    operands: [usual, usual, usual],
    scalar: (dtype) => (x, y, z) => exactFma(dtype, x, y, z),
  }),
  elementwiseCase({
    primitive: squarePrimitive,
    operands: [usual],
    scalar: (dtype) => (x) => product(dtype)(x, x),
  }),
  integerPowers(),
];

/** Small exponents of both signs; of integers those from 0 on. By repeated multiplication of what is exact. */
function integerPowers(): Case {
  const power =
    (dtype: DType, y: number) =>
    (x: number): number => {
      const factors = Array.from({ length: Math.abs(y) }, () => x);
      const whole = factors.reduce(product(dtype), 1);
      return y < 0 ? 1 / whole : whole;
    };
  const example = (dtype: DType, y: number, k: number): Example => {
    const domain: Domain = y < 0 ? { from: 0.5, to: 3, step: 1 / 8 } : { from: -3, to: 3, step: 1 / 8 };
    return {
      f: ([x]) => [bind1(integerPowPrimitive, [x], { y })],
      operands: [draw(dtype, k % 2 === 0 ? [17] : [3, 5], k, domain)],
      value: (xs) => [mapped(dtype, power(dtype, y), xs)],
    };
  };
  const exponents = (dtype: DType): readonly number[] =>
    isFloat(dtype) ? [2, 3, 0, 1, 5, -1, -2] : [2, 3, 0, 1, 5];
  return {
    primitive: integerPowPrimitive,
    examples: (dtype) => exponents(dtype).map((y, k) => example(dtype, y, k)),
  };
}

const lowBounds: Domain = { from: -2, to: 0, step: 1 / 8 };
const highBounds: Domain = { from: 1, to: 2, step: 1 / 8 };
const bound =
  (domain: Domain, least: number): Operand =>
  (dtype, shape, seed) =>
    isFloat(dtype) || dtype === "bool"
      ? draw(dtype, shape, seed, domain)
      : integers(dtype, shape, seed, dtype === "uint32" ? least + 10 : least, least + 12);

const choices: readonly Case[] = [
  binary(maxPrimitive, () => larger, [offGrid, onGrid]),
  binary(minPrimitive, () => smaller, [offGrid, onGrid]),
  elementwiseCase({
    primitive: clampPrimitive,
    operands: [bound(lowBounds, -8), offGrid, bound(highBounds, 5)],
    scalar: () => (low, x, high) => Math.min(Math.max(x, low), high),
  }),
];

const evenNeighbour = (x: number): number => {
  const down = Math.floor(x);
  if (x - down !== 0.5) return Math.round(x);
  return down % 2 === 0 ? down : down + 1;
};

const roundings: readonly Case[] = [
  unary(rounding.absPrimitive, Math.abs, offGrid),
  unary(rounding.signPrimitive, Math.sign, offGrid),
  unary(rounding.floorPrimitive, Math.floor, offGrid),
  unary(rounding.ceilPrimitive, Math.ceil, offGrid),
  unary(rounding.roundPrimitive, evenNeighbour, offGrid, {
    params: { roundingMethod: rounding.roundingMethods.toNearestEven },
  }),
  unary(rounding.isFinitePrimitive, (x) => (Number.isFinite(x) ? 1 : 0), specials, { out: () => "bool" }),
  binary(rounding.nextafterPrimitive, neighbour, [onGrid, onGrid]),
];

/** With NaN and infinities among floats. */
function specials(dtype: DType, shape: readonly number[], seed: number) {
  return isFloat(dtype)
    ? oneOf(dtype, shape, seed, [1, Number.NaN, Number.POSITIVE_INFINITY, -2, Number.NEGATIVE_INFINITY, 0])
    : draw(dtype, shape, seed);
}

/** One step of the bits, which count magnitudes. */
function neighbour(dtype: DType): (x: number, y: number) => number {
  return (x, y) => {
    if (x === y) return y;
    const least = dtype === "float32" ? 2 ** -149 : 2 ** -1074;
    if (x === 0) return y > 0 ? least : -least;
    const up = y > x === x > 0 ? 1 : -1;
    if (dtype === "float32") return bitsAs("int32", [bitsAs("float32", [x], "int32")[0] + up], "float32")[0];
    const [low, high] = bitsAs("float64", [x], "uint32");
    const bits = ((BigInt(high) << 32n) | BigInt(low)) + BigInt(up);
    return bitsAs("uint32", [Number(bits & 0xffffffffn), Number(bits >> 32n)], "float64")[0];
  };
}

/** Operands of few values, so that some are equal. */
const few: Operand = (dtype, shape, seed) =>
  dtype === "bool"
    ? draw(dtype, shape, seed)
    : oneOf(dtype, shape, seed, dtype === "uint32" ? [0, 1, 2 ** 31, 2 ** 32 - 1] : [-2, -1, 0, 1, 3]);

const toBool = { out: (): DType => "bool" };
const truth =
  (test: (x: number, y: number) => boolean) =>
  () =>
  (x: number, y: number): number =>
    test(x, y) ? 1 : 0;

const comparisons: readonly Case[] = [
  binary(
    comparison.eqPrimitive,
    truth((x, y) => x === y),
    [few, few],
    toBool,
  ),
  binary(
    comparison.nePrimitive,
    truth((x, y) => x !== y),
    [few, few],
    toBool,
  ),
  binary(
    comparison.ltPrimitive,
    truth((x, y) => x < y),
    [few, few],
    toBool,
  ),
  binary(
    comparison.lePrimitive,
    truth((x, y) => x <= y),
    [few, few],
    toBool,
  ),
  binary(
    comparison.gtPrimitive,
    truth((x, y) => x > y),
    [few, few],
    toBool,
  ),
  binary(
    comparison.gePrimitive,
    truth((x, y) => x >= y),
    [few, few],
    toBool,
  ),
];

/** Counts of bits: some beyond 31, some negative. */
const counts: Operand = (dtype, shape, seed) =>
  oneOf(dtype, shape, seed, dtype === "int32" ? [0, 1, 5, 31, 32, 40, -1] : [0, 1, 5, 31, 32, 40]);

const isShift = (by: number): boolean => by >= 0 && by < 32;

const logic: readonly Case[] = [
  binary(comparison.andPrimitive, () => (x, y) => x & y),
  binary(comparison.orPrimitive, () => (x, y) => x | y),
  binary(comparison.xorPrimitive, () => (x, y) => x ^ y),
  elementwiseCase({
    primitive: comparison.notPrimitive,
    operands: [usual],
    scalar: (dtype) => (x) => (dtype === "bool" ? 1 - x : ~x),
  }),
  binary(comparison.shiftLeftPrimitive, () => (x, y) => (isShift(y) ? x << y : 0), [usual, counts]),
  binary(comparison.shiftRightLogicalPrimitive, () => (x, y) => (isShift(y) ? x >>> y : 0), [usual, counts]),
  binary(comparison.shiftRightArithmeticPrimitive, () => (x, y) => (x | 0) >> (isShift(y) ? y : 31), [
    usual,
    counts,
  ]),
  unary(comparison.populationCountPrimitive, (x) => (x >>> 0).toString(2).replaceAll("0", "").length),
  unary(comparison.clzPrimitive, Math.clz32),
];

export const arithmeticCases: readonly Case[] = [
  ...arithmetic,
  ...choices,
  ...roundings,
  ...comparisons,
  ...logic,
];
