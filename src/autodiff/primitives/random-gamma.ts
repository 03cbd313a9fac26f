/**
 * Samples of the gamma distribution by rejection: G. Marsaglia and W. W. Tsang, "A simple method for generating gamma
 * variables", ACM Transactions on Mathematical Software 26 (2000). Each element has a key of its own and loops by itself,
 * so the draws are the same in any batch; the keys are split as jax.random.gamma splits them.
 */
import type { Aval } from "../../ir/aval.js";
import { aval, describeAval } from "../../ir/aval.js";
import type { BlockBuilder } from "../../ir/block-builder.js";
import { isFloat } from "../../ir/dtype.js";
import { DTypeError } from "../../ir/errors.js";
import * as e from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import type { NDArray } from "../array.js";
import type { Primitive } from "../primitive.js";
import { notLinear, Zero } from "../primitive.js";
import { bind1 } from "../trace.js";
import { add, div, mul, sub } from "./arithmetic.js";
import { batchAligned } from "./batch-alignment.js";
import { lt } from "./comparison.js";
import { exp } from "./elementary.js";
import { elementwiseShape } from "./elementwise.js";
import { digamma, randomGammaGrad } from "./gamma-function.js";
import { emitThreefry } from "./random-bits.js";
import { select } from "./selection.js";

export interface RandomGammaParams {
  /** Whether the logarithm of the sample is wanted: for small shapes the sample itself underflows. */
  readonly logSpace: boolean;
}

/**
 * (key0, key1, counter, a) -> a sample of Gamma(a, 1), elementwise; sizes of 1 stretch. The element's key is the hash of the
 * key and the counter. Its derivative in a is the implicit one, at a fixed value of the distribution function.
 */
export const randomGammaPrimitive: Primitive<RandomGammaParams> = {
  name: "random_gamma",
  abstractEval: (avals) => {
    checkOperands(avals);
    return [aval(elementwiseShape("random_gamma", avals), avals[3].dtype)];
  },
  jvp: (primals, tangents, params) => {
    const sample = bind1(randomGammaPrimitive, primals, params);
    const da = tangents[3];
    if (da instanceof Zero) return [[sample], [new Zero(sample.aval)]];
    const slope = params.logSpace
      ? slopeOfLogarithm(primals[3], sample)
      : randomGammaGrad(primals[3], sample);
    return [[sample], [mul(da, slope)]];
  },
  transpose: notLinear("randomGamma is not linear"),
  batch: batchAligned(() => randomGammaPrimitive),
  lower: {
    kind: "elementwise",
    scalar: (b, operands, { params }) => {
      const [key0, key1, counter, a] = operands.map((x) => b.local(x));
      const key = emitThreefry(b, [key0, key1, e.u32(0), counter]);
      return emitSample(b, key, a, params.logSpace);
    },
  },
  showParams: ({ logSpace }) => ({ log_space: logSpace }),
};

export const randomGamma = (
  key: readonly [NDArray, NDArray],
  counter: NDArray,
  a: NDArray,
  params: RandomGammaParams,
): NDArray => bind1(randomGammaPrimitive, [...key, counter, a], params);

export const randomGammaPrimitives: readonly Primitive[] = [randomGammaPrimitive];

function checkOperands(avals: readonly Aval[]): void {
  const [key0, key1, counter, a] = avals;
  const isRight = [key0, key1, counter].every((word) => word.dtype === "uint32") && isFloat(a.dtype);
  if (avals.length !== 4 || !isRight) {
    throw new DTypeError(
      `randomGamma: takes two words of key and a counter, uint32, and a float shape, got ${avals.map(describeAval).join(", ")}`,
    );
  }
}

/**
 * d log x / da = (dx/da) / x. As x falls to 0, F(x; a) becomes x^a / Γ(a + 1), so that it is (ψ(a + 1) - log x) / a: what
 * is taken where x itself would underflow.
 */
function slopeOfLogarithm(a: NDArray, logSample: NDArray): NDArray {
  const vanishes = lt(logSample, logSample.dtype === "float32" ? -80 : -700);
  const sample = exp(select(vanishes, mul(logSample, 0), logSample));
  const limit = div(sub(digamma(add(a, 1)), logSample), a);
  return select(vanishes, limit, div(randomGammaGrad(a, sample), sample));
}

// one sample ---------------------------------------------------------------------------------------------------------

type KeyWords = readonly [Expr, Expr];

/**
 * d V with d = a - 1/3, V = (1 + c X)³, c = 1 / 3√d and X normal, accepted by a uniform U; for a < 1 a sample of a + 1
 * times U^(1/a).
 */
function emitSample(b: BlockBuilder, elementKey: KeyWords, shape: Expr, logSpace: boolean): Expr {
  const one = like(shape, 1);
  const isLarge = b.local(e.ge(shape, one));
  const a = b.local(e.select(isLarge, shape, e.add(shape, one)));
  const third = like(shape, 1 / 3);
  const d = b.local(e.sub(a, third));
  const c = b.local(e.div(third, e.sqrt(d)));
  const [loopKey, boostKey] = emitSplit(b, elementKey, 2);
  const v = b.local(emitAccepted(b, loopKey, d, c));
  const u = b.local(emitUniform(b, boostKey, shape));
  const inverse = b.local(e.div(one, shape));
  if (logSpace) {
    const logarithm = b.local(e.intrinsic("log1p", b.local(e.neg(u))));
    const isPlain = e.or(isLarge, e.eq(logarithm, like(shape, 0)));
    const boost = e.select(isPlain, like(shape, 0), e.mul(logarithm, inverse));
    return e.add(e.add(e.intrinsic("log", d), e.intrinsic("log", v)), boost);
  }
  const boost = e.select(isLarge, one, e.intrinsic("pow", b.local(e.sub(one, u)), inverse));
  return e.mul(e.mul(d, v), boost);
}

/** V, once (X, V, U) passes: U < 1 - 0.0331 X⁴, or log U < X²/2 + d (1 - V + log V). */
function emitAccepted(b: BlockBuilder, first: KeyWords, d: Expr, c: Expr): Expr {
  const one = like(d, 1);
  const key0 = b.local(first[0]);
  const key1 = b.local(first[1]);
  const square = b.local(like(d, 0));
  const cube = b.local(one);
  const u = b.local(like(d, 2)); // fails both tests: the first turn is taken
  b.while(
    (before) => {
      const quick = e.sub(one, e.mul(like(d, 0.0331), e.mul(square, square)));
      const logU = before.local(e.intrinsic("log", u));
      const logCube = before.local(e.intrinsic("log", cube));
      const exact = e.add(e.mul(square, like(d, 0.5)), e.mul(d, e.add(e.sub(one, cube), logCube)));
      return e.and(e.ge(u, quick), e.ge(logU, exact));
    },
    (turn) => {
      const [next, normalKey, uniformKey] = emitSplit(turn, [key0, key1], 3);
      turn.assign(key0, next[0]);
      turn.assign(key1, next[1]);
      const { x, v } = emitPositive(turn, normalKey, c);
      turn.assign(square, e.mul(x, x));
      turn.assign(cube, e.mul(e.mul(v, v), v));
      turn.assign(u, emitUniform(turn, uniformKey, d));
    },
  );
  return cube;
}

/** A normal x for which v = 1 + c x is positive, and v. */
function emitPositive(b: BlockBuilder, first: KeyWords, c: Expr): { readonly x: Expr; readonly v: Expr } {
  const key0 = b.local(first[0]);
  const key1 = b.local(first[1]);
  const x = b.local(like(c, 0));
  const v = b.local(like(c, -1));
  b.while(
    () => e.le(v, like(c, 0)),
    (turn) => {
      const [next, sub] = emitSplit(turn, [key0, key1], 2);
      turn.assign(key0, next[0]);
      turn.assign(key1, next[1]);
      turn.assign(x, emitNormal(turn, sub, c));
      turn.assign(v, e.add(like(c, 1), e.mul(x, c)));
    },
  );
  return { x, v };
}

/** Parts 0 ... count - 1 of a key: the hash stands once in the text, in a loop. */
function emitSplit(b: BlockBuilder, [key0, key1]: KeyWords, count: number): readonly KeyWords[] {
  const from0 = b.local(key0);
  const from1 = b.local(key1);
  const parts = Array.from({ length: count }, () => [b.local(e.u32(0)), b.local(e.u32(0))] as const);
  b.serial(count, (turn, i) => {
    const words = emitThreefry(turn, [from0, from1, e.u32(0), e.cast(i, "uint32")]);
    parts.forEach((part, k) => {
      const isThis = e.eq(i, e.i32(k));
      part.forEach((word, j) => {
        turn.assign(word, e.select(isThis, words[j], word));
      });
    });
  });
  return parts;
}

/** Uniform on [0, 1): 23 or 52 random bits. */
function emitUniform(b: BlockBuilder, [key0, key1]: KeyWords, dtype: Expr): Expr {
  const [high, low] = emitThreefry(b, [key0, key1, e.u32(0), e.u32(0)]);
  if (dtype.dtype === "float32") {
    const mantissa = e.shr(e.xor(high, low), e.u32(9));
    return b.local(e.sub(e.bitcast(e.or(mantissa, e.u32(0x3f800000)), "float32"), e.f32(1)));
  }
  const upper = e.or(e.shr(high, e.u32(12)), e.u32(0x3ff00000));
  const lower = e.or(e.shl(high, e.u32(20)), e.shr(low, e.u32(12)));
  return b.local(e.sub(e.binary("fromWords", e.bitcast(upper, "int32"), lower), e.f64(1)));
}

/** sqrt(2) erfInv(u) with u uniform on (-1, 1). */
function emitNormal(b: BlockBuilder, key: KeyWords, dtype: Expr): Expr {
  const lowest = like(dtype, dtype.dtype === "float32" ? -1 + 2 ** -24 : -1 + 2 ** -53);
  const unit = emitUniform(b, key, dtype);
  const u = b.local(e.max(e.add(e.mul(unit, like(dtype, 2)), lowest), lowest));
  return b.local(e.mul(e.intrinsic("erfInv", u), like(dtype, Math.SQRT2)));
}

const like = (x: Expr, value: number): Expr => e.floatConstant(x.dtype, value);
