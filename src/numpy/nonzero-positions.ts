/** Where a concrete array is not 0: the size of the answer depends on values, so there is none under jit and vmap. */
import type { NDArray } from "../autodiff/array.js";
import { fromTypedArray } from "../autodiff/convert.js";
import { stridesOf } from "../ir/shape.js";

/** For each axis the positions, as int32, in row-major order. Throws ConcretizationError on a traced array. */
export function nonzeroPositions(operation: string, x: NDArray): NDArray[] {
  const { values } = x.concrete(operation);
  const flat: number[] = [];
  values.forEach((value, i) => {
    if (value !== 0) flat.push(i);
  });
  const strides = stridesOf(x.shape);
  return x.shape.map((n, axis) =>
    fromTypedArray(Int32Array.from(flat, (i) => Math.floor(i / strides[axis]) % n)),
  );
}
