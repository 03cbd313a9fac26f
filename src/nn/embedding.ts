/** A table of vectors, looked up by position. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { dot } from "../autodiff/primitives/contraction.js";
import { broadcastTo, transpose } from "../autodiff/primitives/sum-and-broadcast.js";
import { type OptionKinds, readOptions } from "../ir/arguments.js";
import { describeAval } from "../ir/aval.js";
import { show } from "../ir/describe.js";
import { ArgumentError, ShapeError } from "../ir/errors.js";
import { promoteTypes, toArray } from "../numpy/promotion.js";
import { checkStaticIndex, take, toIndices } from "../numpy/take.js";
import type { FloatDType } from "../random/shape.js";
import { floatDTypes, type Initializer, varianceScaling } from "./initializers.js";
import type { Layer } from "./layer.js";
import { checkParams } from "./params.js";

export interface EmbeddingParams {
  /** f32[count, features] */
  readonly embedding: NDArray;
}

export interface EmbeddingOptions {
  /** Of the vectors; normal with variance 1 / features by default. */
  readonly initializer?: Initializer;
  /** Of the vectors; float32 by default. */
  readonly dtype?: FloatDType;
}

const embeddingOptions: OptionKinds<EmbeddingOptions> = { initializer: "function", dtype: floatDTypes };

export interface Embedding extends Layer<EmbeddingParams> {
  /** query embeddingᵀ: how well each vector fits, for logits that share the table. f32[..., features] -> f32[..., count] */
  attend(params: EmbeddingParams, query: ArrayLike): NDArray;
}

/** Each vector has length 1 on average: the fan is that of the features, since both axes are that of the positions. */
const embeddingInitializer = varianceScaling(1, "fanIn", "normal", { outAxis: 0 });

/**
 * The vector at each position. i32[...] -> f32[..., features]
 *
 * Negative positions count from the end; those out of range give NaN, or, of a single vector, that one.
 * Source: flax.linen.Embed.
 *
 * @throws ArgumentError when `count` or `features` is no positive integer; DTypeError when positions are floats; ShapeError
 *   when a plain number is out of range
 * @example const layer = embedding(1000, 64); layer.apply(layer.init(key(0), [8]), new Int32Array(8)).shape // [8, 64]
 */
export function embedding(count: number, features: number, options: EmbeddingOptions = {}): Embedding {
  const { initializer = embeddingInitializer, dtype = "float32" } = readOptions(
    "nn.embedding",
    options,
    embeddingOptions,
  );
  for (const [name, n] of Object.entries({ count, features })) {
    if (!Number.isInteger(n) || n < 1) {
      throw new ArgumentError(`nn.embedding: ${name} is ${show(n)}; give a positive integer`);
    }
  }
  return {
    inputDType: "int32",
    init: (key) => ({ embedding: initializer(key, [count, features], { dtype }) }),
    apply: (params, x) => {
      checkParams("nn.embedding", params, { embedding: 2 });
      const { embedding } = params;
      checkStaticIndex("nn.embedding", x, count);
      const positions = toIndices("nn.embedding", x);
      return count === 1
        ? broadcastTo(embedding, [...positions.shape, features])
        : take(embedding, positions, 0);
    },
    attend: (params, query) => {
      checkParams("nn.embedding", params, { embedding: 2 });
      const { embedding } = params;
      const given = toArray(query, "nn.embedding");
      if (given.ndim === 0 || given.shape[given.ndim - 1] !== features) {
        throw new ShapeError(
          `nn.embedding: the query is ${describeAval(given.aval)}, and vectors have ${features} features; ` +
            "give as many in its last axis",
        );
      }
      const [left, right] = promoteTypes("nn.embedding", [given, embedding], "inexact");
      return dot(left, transpose(right, [1, 0]));
    },
  };
}
