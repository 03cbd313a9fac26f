/**
 * Poisson samples: below 10 Knuth's product of uniforms, from there on W. Hörmann's transformed rejection, "The transformed
 * rejection method for generating Poisson random variables", Insurance: Mathematics and Economics 12 (1993). All
 * elements take their turns together, with one split of the key a turn, as in JAX.
 */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { literal } from "../autodiff/array.js";
import { whileLoop } from "../autodiff/control-flow/while/loops.js";
import { add, div, mul, neg, sub } from "../autodiff/primitives/arithmetic.js";
import { and, eq, ge, gt, le, lt, ne, not, or } from "../autodiff/primitives/comparison.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { copy, full } from "../autodiff/primitives/creation.js";
import { log } from "../autodiff/primitives/elementary.js";
import { lgamma } from "../autodiff/primitives/gamma-function.js";
import { sqrt } from "../autodiff/primitives/power.js";
import { reduceOr } from "../autodiff/primitives/reduction.js";
import { abs, floor } from "../autodiff/primitives/rounding-and-sign.js";
import { select } from "../autodiff/primitives/selection.js";
import { broadcastTo } from "../autodiff/primitives/sum-and-broadcast.js";
import { stopGradient } from "../autodiff/transforms/stop-gradient.js";
import { type OptionKinds, readOptions } from "../ir/arguments.js";
import { isInteger } from "../ir/dtype.js";
import { DTypeError } from "../ir/errors.js";
import { range, type Shape } from "../ir/shape.js";
import { compiled } from "./compiled.js";
import { checkOneKey, type Key, splitKey, wrapKeyData } from "./key.js";
import { noteUse } from "./key-reuse.js";
import { checkShape, fitTo, toDType } from "./shape.js";
import { drawUniform } from "./uniform.js";

export interface PoissonOptions {
  /** int32 by default. */
  readonly dtype?: "int32" | "uint32";
}

type Integer = "int32" | "uint32";

const operation = "random.poisson";

const optionKinds: OptionKinds<PoissonOptions> = { dtype: "dtype" };

/**
 * Poisson samples of mean lam: k with probability lam^k e^-lam / k!. u32[2], f32[...] -> i32[shape]
 *
 * @param lam not negative; -1 is drawn where it is NaN or negative
 * @param shape by default that of `lam`
 * @throws DTypeError when `dtype` is no integer; ShapeError when `lam` does not broadcast to `shape`, or for a batch of keys
 * @example poisson(key(0), 3, [6])
 * Source: jax.random.poisson.
 */
export function poisson(key: Key, lam: ArrayLike, shape?: Shape, options: PoissonOptions = {}): NDArray {
  const { dtype = "int32" } = readOptions(operation, options, optionKinds);
  checkShape(operation, shape ?? []);
  if (!isInteger(dtype)) {
    throw new DTypeError(
      `${operation}: draws int32 or uint32, not ${dtype}; use astype on the draws for floats`,
    );
  }
  const draw = (one: Key): NDArray => drawPoisson(one, lam, shape, dtype);
  // Its loops are traced and compiled in any case.
  return typeof lam === "number" ? compiled(operation, [lam, shape, dtype], key, draw, 0) : draw(key);
}

function drawPoisson(key: Key, lam: ArrayLike, shape: Shape | undefined, dtype: Integer): NDArray {
  const rate = toDType(lam, "float32", operation);
  const to = shape ?? rate.shape;
  checkShape(operation, to);
  checkOneKey(operation, key);
  noteUse(operation, key);
  // Integers do not move with the rate.
  const mean = stopGradient(broadcastTo(fitTo(operation, rate, to), to));
  const isSmall = or(ne(mean, mean), lt(mean, 10));
  const small = byProduct(key, select(isSmall, mean, full(to, 0, "float32")), dtype);
  const large = byRejection(key, select(isSmall, full(to, 1e5, "float32"), mean), dtype);
  return select(eq(mean, 0), full(to, 0, dtype), select(isSmall, small, large));
}

/** Whether any element of a bool array is true. */
const any = (x: NDArray): NDArray => reduceOr(x, range(x.ndim));

/** The same key under another identity: the loops split it, each for itself, and this sampler is its one user. */
const another = (key: Key): Key => wrapKeyData(copy(key));

/** The number of uniforms whose product stays above e^-lam. */
function byProduct(key: Key, lam: NDArray, dtype: Integer): NDArray {
  const { shape } = lam;
  const end = neg(lam);
  const [, counts] = whileLoop<[Key, NDArray, NDArray]>(
    ([, , logProduct]) => any(gt(logProduct, end)),
    ([left, count, logProduct]) => {
      const [next, sub1] = splitKey(left, 2);
      const grown = select(gt(logProduct, end), add(count, 1), count);
      return [next, grown, add(logProduct, log(drawUniform(operation, sub1, shape)))];
    },
    [another(key), full(shape, 0, dtype), full(shape, 0, "float32")],
  );
  return sub(counts, literal(1, dtype, false));
}

/** Hörmann's PTRD with his constants: u and v uniform, k = floor((2a / (1/2 - |u|) + b) u + lam + 0.43). */
function byRejection(key: Key, lam: NDArray, dtype: Integer): NDArray {
  const { shape } = lam;
  const logLam = log(lam);
  const b = add(mul(sqrt(lam), 2.53), 0.931);
  const a = add(mul(b, 0.02483), -0.059);
  const inverseAlpha = add(div(1.1328, sub(b, 3.4)), 1.1239);
  const vR = sub(0.9277, div(3.6224, sub(b, 2)));
  const [, draws] = whileLoop<[Key, NDArray, NDArray]>(
    ([, , accepted]) => any(not(accepted)),
    ([left, drawn, accepted]) => {
      const [next, uKey, vKey] = splitKey(left, 3);
      const u = sub(drawUniform(operation, uKey, shape), 0.5);
      const v = drawUniform(operation, vKey, shape);
      const us = sub(0.5, abs(u));
      const k = floor(add(add(mul(add(div(mul(a, 2), us), b), u), lam), 0.43));
      const s = log(div(mul(v, inverseAlpha), add(div(a, mul(us, us)), b)));
      const t = sub(add(neg(lam), mul(k, logLam)), lgamma(add(k, 1)));
      const quick = and(ge(us, 0.07), le(v, vR));
      const refused = or(lt(k, 0), and(lt(us, 0.013), gt(v, us)));
      const accept = or(quick, and(not(refused), le(s, t)));
      return [next, select(accept, k, drawn), or(accepted, accept)];
    },
    [another(key), full(shape, -1, "float32"), full(shape, 0, "bool")],
  );
  return convertElementType(draws, dtype);
}
