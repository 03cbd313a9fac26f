/** JavaScript values as arrays. */
import { aval } from "../ir/aval.js";
import { describe } from "../ir/describe.js";
import type { DType, TypedArray } from "../ir/dtype.js";
import { allocate } from "../ir/dtype.js";
import { ArgumentError, ShapeError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { ConcreteArray, literal, NDArray } from "./array.js";
import { flatten, isLeaf, type TreeStructure } from "./tree.js";

/**
 * A leaf of an argument tree: an array stays, a number becomes a weak float32 scalar, a boolean a bool, a typed array is
 * copied. `operation` is whose argument it is.
 */
export function leafToArray(leaf: unknown, operation?: string): NDArray {
  if (leaf instanceof NDArray) return leaf;
  if (typeof leaf === "number") return literal(leaf);
  if (typeof leaf === "boolean") return literal(leaf ? 1 : 0, "bool", false);
  if (ArrayBuffer.isView(leaf)) return fromTypedArray(leaf);
  throw new ArgumentError(
    `${operation === undefined ? "" : `${operation}: `}expected an array, a number, a boolean or a typed array, got ` +
      describe(leaf),
  );
}

/** The leaves of a tree as arrays, and its structure. `root` names the tree in errors. */
export function flattenArrays(tree: unknown, root?: string): [leaves: NDArray[], structure: TreeStructure] {
  const [leaves, structure] = flatten(tree, isLeaf, root);
  return [leaves.map((leaf) => leafToArray(leaf)), structure];
}

/** One-dimensional unless `shape` is given; 8- and 16-bit integers widen to int32. The elements are copied. */
export function fromTypedArray(view: ArrayBufferView, shape?: Shape): ConcreteArray {
  const [dtype, values] = copyTyped(view);
  return new ConcreteArray(aval(shape ?? [values.length], dtype), values);
}

function copyTyped(view: ArrayBufferView): [DType, TypedArray] {
  if (view instanceof Float32Array) return ["float32", view.slice()];
  if (view instanceof Float64Array) return ["float64", view.slice()];
  if (view instanceof Int32Array) return ["int32", view.slice()];
  if (view instanceof Uint32Array) return ["uint32", view.slice()];
  if (
    view instanceof Int8Array ||
    view instanceof Uint8Array ||
    view instanceof Uint8ClampedArray ||
    view instanceof Int16Array ||
    view instanceof Uint16Array
  ) {
    return ["int32", Int32Array.from(view)];
  }
  throw new ArgumentError(
    `array: a ${view.constructor.name} has no dtype here; use Float32Array, Float64Array, Int32Array or Uint32Array`,
  );
}

/** NumPy's limit; a list that holds itself goes beyond any. */
const mostAxes = 64;

/** Nested JavaScript arrays of numbers or booleans (all of one kind: booleans give bool). */
export function fromNested(nested: readonly unknown[], dtype?: DType, operation = "array"): ConcreteArray {
  const shape: number[] = [];
  for (let level: unknown = nested; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    if (shape.length > mostAxes) {
      throw new ShapeError(
        `${operation}: a list nested deeper than ${mostAxes}, or one that holds itself, is no array; flatten it`,
      );
    }
    if (level.length === 0) break;
  }
  const flat: (number | boolean)[] = [];
  const walk = (part: unknown, axis: number): void => {
    if (axis === shape.length) {
      if (typeof part !== "number" && typeof part !== "boolean") {
        throw new ArgumentError(
          `${operation}: expected numbers or booleans in the list, got ${describe(part)}${remedyFor(part)}`,
        );
      }
      flat.push(part);
      return;
    }
    if (!Array.isArray(part) || part.length !== shape[axis]) {
      const found = Array.isArray(part) ? `${part.length} entries` : describe(part);
      throw new ShapeError(
        `${operation}: rows differ in length: expected ${shape[axis]} entries at depth ${axis}, got ${found}`,
      );
    }
    for (const child of part) walk(child, axis + 1);
  };
  walk(nested, 0);
  const to = dtype ?? (flat.length > 0 && flat.every((v) => typeof v === "boolean") ? "bool" : "float32");
  const values = allocate(to, flat.length);
  const [least, most] =
    to === "int32" ? [-(2 ** 31), 2 ** 31 - 1] : to === "uint32" ? [0, 2 ** 32 - 1] : [0, 0];
  flat.forEach((v, i) => {
    if (least !== most && !(Number(v) >= least && Number(v) <= most)) {
      throw new ArgumentError(
        `${operation}: the number ${v} does not fit into ${to}; use float64, or numbers from ${least} to ${most}`,
      );
    }
    values[i] = to === "bool" ? (Number(v) !== 0 ? 1 : 0) : Number(v);
  });
  return new ConcreteArray(aval(shape, to), values);
}

/** np.array takes lists with arrays in them, operands do not. */
const remedyFor = (part: unknown): string =>
  part instanceof NDArray || ArrayBuffer.isView(part) ? "; join arrays with np.stack or np.array" : "";
