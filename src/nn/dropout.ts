/** Dropout: units that are left out at random in training. */
import { div } from "../autodiff/primitives/arithmetic.js";
import { zerosLike } from "../autodiff/primitives/creation.js";
import { select } from "../autodiff/primitives/selection.js";
import { checkIntegers, type OptionKinds, readOptions } from "../ir/arguments.js";
import { describeAval } from "../ir/aval.js";
import { show } from "../ir/describe.js";
import { isFloat } from "../ir/dtype.js";
import { ArgumentError, DTypeError } from "../ir/errors.js";
import { canonicalAxis } from "../ir/shape.js";
import { toArray } from "../numpy/promotion.js";
import { bernoulli } from "../random/bernoulli.js";
import { type Layer, readApplyOptions } from "./layer.js";

export interface DropoutOptions {
  /** Axes along which elements are dropped together; none by default. */
  readonly broadcastDims?: readonly number[];
}

const dropoutOptions: OptionKinds<DropoutOptions> = { broadcastDims: "any" };

/**
 * 0 with probability `rate`, else x / (1 - rate), so that the mean stays x; x itself when `deterministic`. No parameters.
 * f32[...] -> f32[...]
 *
 * Rate 0 gives x and rate 1 zeros, neither with a key.
 * Source: flax.linen.Dropout; Srivastava et al., "Dropout" (2014).
 *
 * @throws ArgumentError when `rate` is not in [0, 1], or when there is neither a key nor `deterministic: true`; ShapeError
 *   when an axis is out of range; DTypeError when the input is not of floats
 * @example dropout(0.1).apply(null, x, { key }) // in training; { deterministic: true } in use
 */
export function dropout(rate: number, options: DropoutOptions = {}): Layer<null> {
  const { broadcastDims = [] } = readOptions("nn.dropout", options, dropoutOptions);
  if (typeof rate !== "number" || !(rate >= 0 && rate <= 1)) {
    throw new ArgumentError(
      `nn.dropout: the rate is ${show(rate)}; give the probability of dropping, from 0 to 1`,
    );
  }
  return {
    init: () => null,
    apply: (_, input, given) => {
      const { key, deterministic = false } = readApplyOptions("nn.dropout", given);
      const x = toArray(input, "nn.dropout");
      if (rate === 0 || deterministic) return x;
      if (rate === 1) return zerosLike(x);
      if (!isFloat(x.dtype)) {
        throw new DTypeError(
          `nn.dropout: the input is ${describeAval(x.aval)}, and kept values are divided by ${1 - rate}; ` +
            'use x.astype("float32")',
        );
      }
      if (key === undefined) {
        throw new ArgumentError(
          "nn.dropout: there is no key to draw with; give apply(params, x, { key }) in training and " +
            "{ deterministic: true } in use",
        );
      }
      checkIntegers("nn.dropout", "broadcastDims", broadcastDims);
      const together = broadcastDims.map((axis) => canonicalAxis("nn.dropout", axis, x.ndim));
      const shape = x.shape.map((n, axis) => (together.includes(axis) ? 1 : n));
      return select(bernoulli(key, 1 - rate, shape), div(x, 1 - rate), 0);
    },
  };
}
