/** JavaScript values as arrays. */
import { aval } from "../ir/aval.js";
import type { DType, TypedArray } from "../ir/dtype.js";
import { allocate } from "../ir/dtype.js";
import { ArgumentError, ShapeError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { sizeOf } from "../ir/shape.js";
import { ConcreteArray, literal, NDArray } from "./array.js";
import { flatten, type TreeStructure } from "./tree.js";

/**
 * A leaf of an argument tree: an array stays, a number becomes a weak float32 scalar, a boolean a bool, a typed array is
 * copied.
 */
export function leafToArray(leaf: unknown): NDArray {
  if (leaf instanceof NDArray) return leaf;
  if (typeof leaf === "number") return literal(leaf);
  if (typeof leaf === "boolean") return literal(leaf ? 1 : 0, "bool", false);
  if (ArrayBuffer.isView(leaf)) return fromTypedArray(leaf);
  throw new ArgumentError(`expected an array, a number, a boolean or a typed array, got ${describe(leaf)}`);
}

/** The leaves of a tree as arrays, and its structure. */
export function flattenArrays(tree: unknown): [leaves: NDArray[], structure: TreeStructure] {
  const [leaves, structure] = flatten(tree);
  return [leaves.map(leafToArray), structure];
}

/** One-dimensional unless `shape` is given; 8- and 16-bit integers widen to int32. The elements are copied. */
export function fromTypedArray(view: ArrayBufferView, shape?: Shape): ConcreteArray {
  const [dtype, values] = copyTyped(view);
  const to = shape ?? [values.length];
  if (sizeOf(to) !== values.length) {
    throw new ShapeError(`array: ${values.length} values do not fill the shape [${to}] of ${sizeOf(to)}`);
  }
  return new ConcreteArray(aval(to, dtype), values);
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

/** Nested JavaScript arrays of numbers or booleans (all of one kind: booleans give bool). */
export function fromNested(nested: readonly unknown[], dtype?: DType): ConcreteArray {
  const shape: number[] = [];
  for (let level: unknown = nested; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  const flat: (number | boolean)[] = [];
  const walk = (part: unknown, axis: number): void => {
    if (axis === shape.length) {
      if (typeof part !== "number" && typeof part !== "boolean") {
        throw new ArgumentError(`array: expected numbers or booleans, got ${describe(part)}`);
      }
      flat.push(part);
      return;
    }
    if (!Array.isArray(part) || part.length !== shape[axis]) {
      const found = Array.isArray(part) ? `${part.length} entries` : describe(part);
      throw new ShapeError(
        `array: rows differ in length: expected ${shape[axis]} entries at depth ${axis}, got ${found}`,
      );
    }
    for (const child of part) walk(child, axis + 1);
  };
  walk(nested, 0);
  const to = dtype ?? (flat.length > 0 && flat.every((v) => typeof v === "boolean") ? "bool" : "float32");
  const values = allocate(to, flat.length);
  flat.forEach((v, i) => {
    values[i] = to === "bool" ? (Number(v) !== 0 ? 1 : 0) : Number(v);
  });
  return new ConcreteArray(aval(shape, to), values);
}

/** A value in an error message. */
export function describe(value: unknown): string {
  if (value === undefined) return "undefined";
  if (value === null) return "null";
  if (typeof value === "string") return `the string ${JSON.stringify(value.slice(0, 40))}`;
  if (typeof value === "function") return "a function";
  if (typeof value === "object") return `a ${value.constructor?.name ?? "null-prototype object"}`;
  return `${typeof value} ${String(value)}`;
}
