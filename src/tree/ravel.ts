/** A tree as one flat vector, and back: for methods that speak of vectors (Newton, HMC, finite differences). */
import type { NDArray } from "../autodiff/array.js";
import { leafToArray } from "../autodiff/convert.js";
import { concatenate } from "../autodiff/primitives/concatenation.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { full } from "../autodiff/primitives/creation.js";
import { reshape } from "../autodiff/primitives/sum-and-broadcast.js";
import { sliceAlong } from "../autodiff/primitives/windowing.js";
import type { Input, Output } from "../autodiff/types.js";
import { promote } from "../ir/dtype.js";
import { ShapeError } from "../ir/errors.js";
import { flatten, unflatten } from "./map.js";

/**
 * All leaves end to end in one vector [n] of their common dtype, and the function that undoes it, leaf dtypes included.
 *
 * An empty tree gives f32[0].
 * Source: jax.flatten_util.ravel_pytree.
 *
 * @throws ShapeError, from `unravel`, when the vector has not n elements
 * @example const [flat, unravel] = ravel(params); // unravel(flat) equals params
 */
export function ravel<T>(tree: T): [flat: NDArray, unravel: (flat: Input<NDArray>) => Output<T>] {
  const [leaves, structure] = flatten(tree);
  const types = leaves.map(({ aval }) => aval);
  const { dtype } = leaves.length === 0 ? { dtype: "float32" as const } : types.reduce(promoted);
  const parts = leaves.map((leaf) => reshape(convertElementType(leaf, dtype), [leaf.size]));
  const flat =
    parts.length === 0 ? full([0], 0, dtype) : parts.length === 1 ? parts[0] : concatenate(parts, 0);
  const size = flat.size;
  const sizes = leaves.map((leaf) => leaf.size);
  const unravel = (given: Input<NDArray>): Output<T> => {
    const vector = leafToArray(given);
    if (vector.ndim !== 1 || vector.size !== size) {
      throw new ShapeError(
        `unravel: the tree has ${size} elements in all, got an array of shape [${vector.shape}]; give [${size}]`,
      );
    }
    let start = 0;
    const rebuilt = types.map((type, i) => {
      const part = sliceAlong(vector, 0, start, start + sizes[i]);
      start += sizes[i];
      return convertElementType(reshape(part, type.shape), type.dtype, type.weakType);
    });
    return unflatten(structure, rebuilt);
  };
  return [flat, unravel];
}

const promoted = <A extends Parameters<typeof promote>[0]>(x: A, y: A): A => ({ ...x, ...promote(x, y) });
