/** Arrays as the code that makes them. */
import { NDArray } from "../autodiff/array.js";
import { describe } from "../ir/describe.js";
import { ArgumentError } from "../ir/errors.js";
import { sizeOf } from "../ir/shape.js";

/** `np.array([[1, -0], [NaN, 0.5]], { dtype: "float64" })`: the same array, bit for bit (but for the bits of NaN). */
export function codeOf(x: NDArray): string {
  if (!(x instanceof NDArray)) {
    throw new ArgumentError(`testing.codeOf: expected an array, got ${describe(x)}`);
  }
  const { shape, dtype } = x;
  const values = Array.from(x.concrete("codeOf").values);
  const options = dtype === "float32" ? "" : `, { dtype: "${dtype}" }`;
  // Nested lists cannot say how many empty lists there would be.
  if (sizeOf(shape) === 0) return `np.zeros([${shape.join(", ")}]${options})`;
  const numbers = values.map((value) => (dtype === "bool" ? String(value !== 0) : numberCode(value)));
  return `np.array(${nested(numbers, shape)}${options})`;
}

const numberCode = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));

function nested(numbers: readonly string[], shape: readonly number[]): string {
  if (shape.length === 0) return numbers[0];
  const [count, ...rest] = shape;
  const size = sizeOf(rest);
  const parts = Array.from({ length: count }, (_, i) =>
    nested(numbers.slice(i * size, (i + 1) * size), rest),
  );
  return `[${parts.join(", ")}]`;
}
