/** Arrays of every dtype and any bits, trees of them, and texts, for properties. */
import { type DType, lax, type NDArray, numpy as np } from "cotangent";
import fc from "fast-check";

const shapes = fc.array(fc.nat(3), { maxLength: 3 });
const dtypes = fc.constantFrom<DType>("float32", "float64", "int32", "uint32", "bool");

/** Any bits at all, so that floats have payloads, infinities, subnormals and -0. */
export const arrays: fc.Arbitrary<NDArray> = fc.tuple(shapes, dtypes).chain(([shape, dtype]) => {
  const size = shape.reduce((n, m) => n * m, 1);
  const words = dtype === "float64" ? 2 * size : size;
  const special = fc.constantFrom(0, 1, 0x80000000, 0x7f800000, 0x7fc01234, 0xffc00001, 0x7ff80000);
  return fc
    .array(fc.oneof(special, fc.nat(0xffffffff)), { minLength: words, maxLength: words })
    .map((bits) => ofBits(Uint32Array.from(bits), dtype, shape));
});

function ofBits(bits: Uint32Array, dtype: DType, shape: readonly number[]): NDArray {
  switch (dtype) {
    case "float32":
      return np.array(new Float32Array(bits.buffer)).reshape(shape);
    case "float64":
      return np.array(new Float64Array(bits.buffer)).reshape(shape);
    case "int32":
      return np.array(new Int32Array(bits.buffer)).reshape(shape);
    case "uint32":
      return np.array(bits).reshape(shape);
    case "bool":
      return lax.convertElementType(np.array(bits.map((n) => n % 2)), "bool").reshape(shape);
  }
}

/** Names of any text, those aside that no tensor may have. */
const names = fc
  .oneof(
    fc.string({ unit: "grapheme", maxLength: 6 }),
    fc.constantFrom("1", "0", "a/b", "a", "~", "", "toString"),
  )
  .filter((name) => name !== "__proto__" && name !== "__metadata__");

export const namedArrays = fc.dictionary(names, arrays, { maxKeys: 5, noNullPrototype: true });
export const texts = fc.dictionary(names, fc.string({ unit: "grapheme" }), {
  maxKeys: 4,
  noNullPrototype: true,
});

/** Trees of tuples, objects, null and arrays. */
export const trees: fc.Arbitrary<unknown> = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    arrays,
    fc.constant(null),
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(names, tie("tree"), { maxKeys: 3, noNullPrototype: true }),
  ),
})).tree;
