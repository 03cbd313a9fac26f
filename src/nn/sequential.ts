/** Layers one after the other. */
import type { ArrayLike, NDArray } from "../autodiff/array.js";
import { stage } from "../autodiff/staging.js";
import { type Aval, aval } from "../ir/aval.js";
import { describe } from "../ir/describe.js";
import { ArgumentError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { toArray } from "../numpy/promotion.js";
import type { Key } from "../random/key.js";
import { foldIn } from "../random/key.js";
import { checkShape } from "../random/shape.js";
import { type Layer, optionsOfPart } from "./layer.js";

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
  const layers = parts.map((part, i) => asLayer(part, i));
  const erased: Layer<readonly unknown[]> = {
    init: (key, inputShape) => initParts(layers, key, inputShape),
    apply: (params, x, options = {}) => {
      if (!Array.isArray(params) || params.length !== layers.length) {
        throw new ArgumentError(
          `nn.sequential: the parameters are not a tuple of ${layers.length}; make them with init(key, inputShape)`,
        );
      }
      return layers.reduce<NDArray>(
        (value, layer, i) => layer.apply(params[i], value, optionsOfPart(options, i)),
        toArray(x, "nn.sequential"),
      );
    },
    ...(layers[0].inputDType === undefined ? {} : { inputDType: layers[0].inputDType }),
  };
  // Sound: each layer is only ever given parameters that it made itself, which is what PartParams says.
  return erased as unknown as Layer<PartParams<Parts>>;
}

function asLayer(part: Part, i: number): Layer<unknown> {
  if (typeof part === "function") return { init: () => null, apply: (_, x) => part(toArray(x)) };
  const { init, apply }: Partial<Layer<unknown>> = Object(part);
  if (typeof init === "function" && typeof apply === "function") return part;
  throw new ArgumentError(
    `nn.sequential: part ${i} is ${describe(part)}; give layers { init, apply } or functions of arrays`,
  );
}

function initParts(layers: readonly Layer<unknown>[], key: Key, inputShape: Shape): unknown[] {
  checkShape("nn.sequential", inputShape);
  let input = aval(inputShape, "float32");
  return layers.map((layer, i) => {
    const params = layer.init(foldIn(key, i), input.shape);
    if (i < layers.length - 1) {
      const given = aval(input.shape, layer.inputDType ?? input.dtype);
      input = typeAfter((x) => layer.apply(params, x, { deterministic: true }), given);
    }
    return params;
  });
}

/** The type of f's value at an array of this type: traced, not computed. */
function typeAfter(f: (x: ArrayLike) => NDArray, input: Aval): Aval {
  const { jaxpr } = stage(([x]) => [f(x)], [input], "nn.sequential");
  return jaxpr.outvars[0].aval;
}
