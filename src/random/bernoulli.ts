/** Coins: bernoulli and rademacher. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { mul, sub } from "../autodiff/primitives/arithmetic.js";
import { lt } from "../autodiff/primitives/comparison.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { reshape } from "../autodiff/primitives/sum-and-broadcast.js";
import { sliceAlong } from "../autodiff/primitives/windowing.js";
import { type OptionKinds, readOptions } from "../ir/arguments.js";
import type { DType } from "../ir/dtype.js";
import { DTypeError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { compiled } from "./compiled.js";
import type { Key } from "./key.js";
import { checkFloat, checkShape, fitTo, toArray } from "./shape.js";
import { drawUniform } from "./uniform.js";

export interface BernoulliOptions {
  /** "high" resolves probabilities below 2^-23 with a second draw; "low" by default. */
  readonly mode?: "low" | "high";
}

const bernoulliKinds: OptionKinds<BernoulliOptions> = { mode: ["low", "high"] };

/**
 * True with probability p. u32[2], f32[...] -> bool[shape]
 * Source: jax.random.bernoulli.
 *
 * @param p 0.5 by default; its dtype is that of the uniform draws compared with it
 * @param shape by default that of p
 * @throws ArgumentError for another mode; DTypeError when p is no float; ShapeError when p does not broadcast to `shape`, or for a batch of keys
 * @example bernoulli(key(0), 0.3, [10])
 */
export function bernoulli(
  key: Key,
  p: ArrayLike = 0.5,
  shape?: Shape,
  options: BernoulliOptions = {},
): NDArray {
  const { mode = "low" } = readOptions("random.bernoulli", options, bernoulliKinds);
  checkShape("random.bernoulli", shape ?? []);
  const draw = (one: Key): NDArray => drawCoins(one, p, shape, mode);
  return typeof p === "number" ? compiled("random.bernoulli", [p, shape, mode], key, draw) : draw(key);
}

function drawCoins(key: Key, p: ArrayLike, shape: Shape | undefined, mode: "low" | "high"): NDArray {
  const operation = "random.bernoulli";
  const chance = toArray(p, operation);
  const { dtype } = chance;
  checkFloat(operation, dtype);
  const to = shape ?? chance.shape;
  const threshold = fitTo(operation, chance, to);
  if (mode === "low") return lt(drawUniform(operation, key, to, { dtype }), threshold);
  const both = drawUniform(operation, key, [2, ...to], { dtype });
  const [coarse, fine] = [0, 1].map((i) => reshape(sliceAlong(both, 0, i, i + 1), to));
  return lt(mul(fine, dtype === "float32" ? 2 ** -23 : 2 ** -52), sub(threshold, coarse));
}

export interface RademacherOptions {
  /** int32 by default. */
  readonly dtype?: DType;
}

const rademacherKinds: OptionKinds<RademacherOptions> = { dtype: "dtype" };

/**
 * 1 or -1, each with probability 1/2. u32[2] -> i32[shape]
 * Source: jax.random.rademacher.
 *
 * @throws DTypeError when `dtype` has no -1; ShapeError for a batch of keys
 */
export function rademacher(key: Key, shape: Shape = [], options: RademacherOptions = {}): NDArray {
  const { dtype = "int32" } = readOptions("random.rademacher", options, rademacherKinds);
  if (dtype === "bool" || dtype === "uint32") {
    throw new DTypeError(`random.rademacher: ${dtype} has no -1; use int32, float32 or float64`);
  }
  const heads = lt(drawUniform("random.rademacher", key, shape), 0.5);
  return sub(mul(convertElementType(heads, dtype), 2), 1);
}
