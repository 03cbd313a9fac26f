/** Layers one after the other. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { stage } from "../autodiff/staging.js";
import { aval } from "../ir/aval.js";
import { ArgumentError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { toArray } from "../numpy/promotion.js";
import type { Key } from "../random/key.js";
import { foldIn } from "../random/key.js";
import type { Layer } from "./layer.js";

/** A layer, or a function of arrays, which has no parameters (null). */
export type Part = Layer<unknown> | ((x: NDArray) => NDArray);

/** The parameters of each part, null for functions. */
export type PartParams<Parts extends readonly Part[]> = {
  -readonly [K in keyof Parts]: Parts[K] extends { init(key: Key, inputShape: Shape): infer P } ? P : null;
};

/**
 * The layers and functions applied in order; the parameters are the tuple of theirs. Part i is initialised with the key
 * foldIn(key, i), for the shape that reaches it.
 * Source: flax.linen.Sequential.
 *
 * @throws ArgumentError when there is no part
 * @example sequential(dense(64), relu, dense(1))
 */
export function sequential<const Parts extends readonly Part[]>(...parts: Parts): Layer<PartParams<Parts>> {
  if (parts.length === 0) throw new ArgumentError("nn.sequential: nothing to apply; give at least one layer");
  const layers = parts.map(asLayer);
  const erased: Layer<readonly unknown[]> = {
    init: (key, inputShape) => initParts(layers, key, inputShape),
    apply: (params, x) => {
      if (!Array.isArray(params) || params.length !== layers.length) {
        throw new ArgumentError(
          `nn.sequential: the parameters are not a tuple of ${layers.length}; make them with init(key, inputShape)`,
        );
      }
      return layers.reduce<NDArray>((value, layer, i) => layer.apply(params[i], value), toArray(x));
    },
  };
  // Sound: each layer is only ever given parameters that it made itself, which is what PartParams says.
  return erased as unknown as Layer<PartParams<Parts>>;
}

const asLayer = (part: Part): Layer<unknown> =>
  typeof part === "function" ? { init: () => null, apply: (_, x) => part(toArray(x)) } : part;

function initParts(layers: readonly Layer<unknown>[], key: Key, inputShape: Shape): unknown[] {
  let shape = inputShape;
  return layers.map((layer, i) => {
    const params = layer.init(foldIn(key, i), shape);
    if (i < layers.length - 1) shape = shapeAfter((x) => layer.apply(params, x), shape);
    return params;
  });
}

/** The shape that f makes of a float32 array of this shape: traced, not computed. */
function shapeAfter(f: (x: ArrayLike) => NDArray, shape: Shape): Shape {
  const { jaxpr } = stage(([x]) => [f(x)], [aval(shape, "float32")], "nn.sequential");
  return jaxpr.outvars[0].aval.shape;
}
