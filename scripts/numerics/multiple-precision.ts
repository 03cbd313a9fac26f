/**
 * Elementary functions to 160 bits and more, by MPFR compiled to WebAssembly (gmp-wasm), and the distance of a float from such a
 * value in units of its last place. MPFR rounds each of its functions correctly; what it lacks is made of them below.
 */

import type { GMPFunctions, mpfr_ptr } from "gmp-wasm";
import * as gmp from "gmp-wasm";
import type { FloatDType } from "../../src/compiler/intrinsics/floating-point.js";
import type { IntrinsicName } from "../../src/ir/loop-ir.js";

const { binding } = await gmp.init();
const nearest = gmp.mpfr_rnd_t.MPFR_RNDN;
/** Bits: of a double and of 107 more. */
const precision = 160;

const newFloat = (bits = precision): mpfr_ptr => {
  const x = binding.mpfr_t();
  binding.mpfr_init2(x, bits);
  return x;
};

/** The operands of the call at hand, its value, and room beside them. */
const x = newFloat();
const y = newFloat();
const value = newFloat();
const one = newFloat();
const difference = newFloat();
binding.mpfr_set_d(one, 1, nearest);

type Unary = Extract<keyof GMPFunctions, `mpfr_${string}`> &
  (
    | "mpfr_exp"
    | "mpfr_exp2"
    | "mpfr_expm1"
    | "mpfr_log"
    | "mpfr_log1p"
    | "mpfr_sin"
    | "mpfr_cos"
    | "mpfr_tan"
    | "mpfr_asin"
    | "mpfr_acos"
    | "mpfr_atan"
    | "mpfr_sinh"
    | "mpfr_cosh"
    | "mpfr_tanh"
    | "mpfr_asinh"
    | "mpfr_acosh"
    | "mpfr_atanh"
    | "mpfr_erf"
    | "mpfr_erfc"
    | "mpfr_cbrt"
    | "mpfr_digamma"
  );
const unary = (name: Unary) => (): void => void binding[name](value, x, nearest);

/** `value` becomes the function of x and y. */
const evaluators: { readonly [Name in IntrinsicName]: () => void } = {
  exp: unary("mpfr_exp"),
  exp2: unary("mpfr_exp2"),
  expm1: unary("mpfr_expm1"),
  log: unary("mpfr_log"),
  log1p: unary("mpfr_log1p"),
  sin: unary("mpfr_sin"),
  cos: unary("mpfr_cos"),
  tan: unary("mpfr_tan"),
  asin: unary("mpfr_asin"),
  acos: unary("mpfr_acos"),
  atan: unary("mpfr_atan"),
  atan2: () => void binding.mpfr_atan2(value, x, y, nearest),
  sinh: unary("mpfr_sinh"),
  cosh: unary("mpfr_cosh"),
  tanh: unary("mpfr_tanh"),
  asinh: unary("mpfr_asinh"),
  acosh: unary("mpfr_acosh"),
  atanh: unary("mpfr_atanh"),
  logistic,
  erf: unary("mpfr_erf"),
  erfc: unary("mpfr_erfc"),
  erfInv,
  pow: () => void binding.mpfr_pow(value, x, y, nearest),
  cbrt: unary("mpfr_cbrt"),
  lgamma,
  digamma: unary("mpfr_digamma"),
  zeta: () => zeta(x, y),
  polygamma,
  randomGammaGrad,
};

/** 1 / (1 + e^-x). */
function logistic(): void {
  binding.mpfr_neg(value, x, nearest);
  binding.mpfr_exp(value, value, nearest);
  binding.mpfr_add(value, value, one, nearest);
  binding.mpfr_div(value, one, value, nearest);
}

const signOfGamma = binding.malloc(4);

function lgamma(): void {
  binding.mpfr_lgamma(value, signOfGamma, x, nearest);
}

// The inverse of erf ----------------------------------------------------------------------------------------------

const bitsOfInverse = 320;
const root = newFloat(bitsOfInverse);
const slope = newFloat(bitsOfInverse);
const residual = newFloat(bitsOfInverse);

/**
 * Newton's method from a start of a few digits: v -= (erf v - x) sqrt(π) / 2 e^(v²). From 1/2 on with 1 - x and erfc, which
 * keep their digits.
 */
function erfInv(): void {
  const operand = binding.mpfr_get_d(x, nearest);
  const magnitude = Math.abs(operand);
  const w = -Math.log1p(-magnitude * magnitude);
  // Winitzki's approximation, to 2e-3
  const c = 2 / (Math.PI * 0.147) - w / 2;
  const start = magnitude < 1e-3 ? magnitude * 0.886 : Math.sqrt(Math.sqrt(c * c + w / 0.147) - c);
  binding.mpfr_set_d(root, start, nearest);
  const wanted = newFloat(bitsOfInverse);
  binding.mpfr_set_d(wanted, magnitude, nearest);
  const isFar = magnitude >= 0.5;
  if (isFar) binding.mpfr_sub(wanted, one, wanted, nearest);
  for (let step = 0; step < 8 && magnitude > 0; step++) {
    (isFar ? binding.mpfr_erfc : binding.mpfr_erf)(residual, root, nearest);
    binding.mpfr_sub(residual, residual, wanted, nearest);
    if (!isFar) binding.mpfr_neg(residual, residual, nearest);
    binding.mpfr_sqr(slope, root, nearest);
    binding.mpfr_exp(slope, slope, nearest);
    binding.mpfr_mul(residual, residual, slope, nearest);
    binding.mpfr_const_pi(slope, nearest);
    binding.mpfr_sqrt(slope, slope, nearest);
    binding.mpfr_mul(residual, residual, slope, nearest);
    binding.mpfr_div_ui(residual, residual, 2, nearest);
    binding.mpfr_add(root, root, residual, nearest);
  }
  binding.mpfr_set(value, root, nearest);
  if (operand < 0) binding.mpfr_neg(value, value, nearest);
  binding.mpfr_clear(wanted);
  binding.mpfr_t_free(wanted);
}

// Hurwitz's zeta and polygamma -------------------------------------------------------------------------------------

const bitsOfZeta = 256;
const position = newFloat(bitsOfZeta);
const power = newFloat(bitsOfZeta);
const term = newFloat(bitsOfZeta);
const rising = newFloat(bitsOfZeta);
const sum = newFloat(bitsOfZeta);
const order = newFloat(bitsOfZeta);
const correctionTerms = 40;

/** B₂ⱼ / (2j)! = (-1)^(j+1) 2 ζ(2j) / (2π)^2j */
const bernoulli: readonly mpfr_ptr[] = Array.from({ length: correctionTerms }, (_, i) => {
  const j = i + 1;
  const b = newFloat(bitsOfZeta);
  const turn = newFloat(bitsOfZeta);
  binding.mpfr_zeta_ui(b, 2 * j, nearest);
  binding.mpfr_const_pi(turn, nearest);
  binding.mpfr_mul_ui(turn, turn, 2, nearest);
  binding.mpfr_pow_ui(turn, turn, 2 * j, nearest);
  binding.mpfr_div(b, b, turn, nearest);
  binding.mpfr_mul_si(b, b, j % 2 === 1 ? 2 : -2, nearest);
  return b;
});

/** ζ(s, q) by the formula of Euler and Maclaurin: the terms up to q + k >= s + 40, then the rest. */
function zeta(s: mpfr_ptr, q: mpfr_ptr): void {
  binding.mpfr_set(order, s, nearest);
  binding.mpfr_set(position, q, nearest);
  binding.mpfr_set_zero(sum, 1);
  const end = binding.mpfr_get_d(s, nearest) + 40;
  const addPower = (): void => {
    binding.mpfr_neg(term, order, nearest);
    binding.mpfr_pow(power, position, term, nearest);
    binding.mpfr_add(sum, sum, power, nearest);
  };
  while (binding.mpfr_cmp_d(position, end) < 0) {
    addPower();
    binding.mpfr_add(position, position, one, nearest);
  }
  // a^-s (a / (s - 1) + 1/2 + sum of B₂ⱼ / (2j)! s (s + 1) ... (s + 2j - 2) / a^(2j - 1))
  binding.mpfr_neg(term, order, nearest);
  binding.mpfr_pow(power, position, term, nearest);
  binding.mpfr_sub(term, order, one, nearest);
  binding.mpfr_div(term, position, term, nearest);
  binding.mpfr_add_d(term, term, 0.5, nearest);
  binding.mpfr_mul(term, term, power, nearest);
  binding.mpfr_add(sum, sum, term, nearest);
  binding.mpfr_mul(rising, power, order, nearest);
  binding.mpfr_div(rising, rising, position, nearest);
  bernoulli.forEach((b, i) => {
    binding.mpfr_mul(term, rising, b, nearest);
    binding.mpfr_add(sum, sum, term, nearest);
    for (const next of [2 * i + 1, 2 * i + 2]) {
      binding.mpfr_add_d(term, order, next, nearest);
      binding.mpfr_mul(rising, rising, term, nearest);
      binding.mpfr_div(rising, rising, position, nearest);
    }
  });
  binding.mpfr_set(value, sum, nearest);
}

/** (-1)^(m+1) m! ζ(m + 1, y), m = x. */
function polygamma(): void {
  const m = binding.mpfr_get_d(x, nearest);
  binding.mpfr_add(difference, x, one, nearest);
  zeta(difference, y);
  binding.mpfr_fac_ui(term, m, nearest);
  binding.mpfr_mul(value, value, term, nearest);
  if (m % 2 === 0) binding.mpfr_neg(value, value, nearest);
}

// The derivative of a gamma sample ------------------------------------------------------------------------------------

const shape = newFloat();
const summand = newFloat();
const weight = newFloat();
const product = newFloat();
const total = newFloat();

/**
 * dx/da at constant probability, -(∂P/∂a) / p with P = sum over n of x^(a+n) e^-x / Γ(a+n+1) and p = x^(a-1) e^-x / Γ(a): the sum
 * of sₙ (ψ(a+n+1) - log x) with s₀ = x / a, sₙ = sₙ₋₁ x / (a+n), up to where the rest is below 2^-200 of it.
 */
function randomGammaGrad(): void {
  const twice = 2 * binding.mpfr_get_d(y, nearest);
  // Where x is far above a, terms of the size of e^x leave a sum of that of 1.
  const bits = 256 + Math.ceil(twice);
  for (const each of [shape, summand, weight, product, total]) binding.mpfr_set_prec(each, bits);
  binding.mpfr_div(summand, y, x, nearest);
  binding.mpfr_add_ui(shape, x, 1, nearest);
  binding.mpfr_digamma(weight, shape, nearest);
  binding.mpfr_log(product, y, nearest);
  binding.mpfr_sub(weight, weight, product, nearest);
  binding.mpfr_mul(total, summand, weight, nearest);
  for (let isDone = false; !isDone; binding.mpfr_add_ui(shape, shape, 1, nearest)) {
    binding.mpfr_mul(summand, summand, y, nearest);
    binding.mpfr_div(summand, summand, shape, nearest);
    binding.mpfr_ui_div(product, 1, shape, nearest);
    binding.mpfr_add(weight, weight, product, nearest);
    binding.mpfr_mul(product, summand, weight, nearest);
    binding.mpfr_add(total, total, product, nearest);
    const isBelow = binding.mpfr_get_exp(product) < binding.mpfr_get_exp(total) - 200;
    isDone = isBelow && binding.mpfr_cmp_d(shape, twice) > 0; // from there on terms fall by halves and more
  }
  binding.mpfr_set(value, total, nearest);
}

// Distance -------------------------------------------------------------------------------------------------------------

const formats: Readonly<Record<FloatDType, { readonly bits: number; readonly least: number }>> = {
  float32: { bits: 24, least: -149 },
  float64: { bits: 53, least: -1074 },
};

/**
 * |result - f(operands)| in units of the last place of f(operands) as a float of `dtype`; infinity counts as the power of two
 * that it rounds from, beyond which there is only infinity, and a NaN is infinitely far off.
 */
export function distance(
  name: IntrinsicName,
  dtype: FloatDType,
  operands: readonly number[],
  result: number,
): number {
  binding.mpfr_set_d(x, operands[0], nearest);
  if (operands.length > 1) binding.mpfr_set_d(y, operands[1], nearest);
  evaluators[name]();
  if (binding.mpfr_nan_p(value) !== 0) return Number.isNaN(result) ? 0 : Number.POSITIVE_INFINITY;
  if (Number.isNaN(result)) return Number.POSITIVE_INFINITY;
  const { bits, least } = formats[dtype];
  const largest = dtype === "float32" ? 128 : 1024;
  const sign = binding.mpfr_signbit(value) !== 0 ? -1 : 1;
  const isBeyond = binding.mpfr_zero_p(value) === 0 && binding.mpfr_regular_p(value) === 0;
  if (isBeyond || (binding.mpfr_regular_p(value) !== 0 && binding.mpfr_get_exp(value) > largest)) {
    binding.mpfr_set_d(value, sign, nearest);
    binding.mpfr_mul_2si(value, value, largest, nearest);
  }
  const exponent = binding.mpfr_regular_p(value) !== 0 ? binding.mpfr_get_exp(value) : least;
  if (Number.isFinite(result)) {
    binding.mpfr_set_d(difference, result, nearest);
  } else {
    binding.mpfr_set_d(difference, Math.sign(result), nearest);
    binding.mpfr_mul_2si(difference, difference, largest, nearest);
  }
  binding.mpfr_sub(difference, difference, value, nearest);
  // From 2^largest downwards, the unit is that of the largest numbers.
  const unit = Math.max(Math.min(exponent, largest) - bits, least);
  binding.mpfr_mul_2si(difference, difference, -unit, nearest);
  return Math.abs(binding.mpfr_get_d(difference, nearest));
}
