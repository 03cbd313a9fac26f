/** The rows of the golden files, which make_goldens.py writes and describes, and the arguments they stand for: in Node and in pages. */
import { type NDArray, numpy as np } from "cotangent";
import { decode, decodeArray, decodeElements, type EncodedArray, isEncodedArray } from "./encoding.js";

/** Ulps, or an absolute number for each element; 0 is exact. */
export type Tolerance = number | readonly number[];

export interface Expected {
  readonly out: readonly EncodedArray[];
  /** Of each result; exact if missing. */
  readonly within?: readonly Tolerance[];
}

export interface Row {
  readonly args: readonly unknown[];
  readonly value: Expected;
  readonly weak?: readonly boolean[];
  /** False where shapes depend on values. */
  readonly traced?: false;
  /** False where the sign of a zero does not count. */
  readonly signs?: false;
  readonly vjp?: Expected;
  readonly jvp?: Expected;
  readonly vmap?: Expected & {
    readonly axes: readonly (number | null)[];
    readonly lanes: number;
    /** False where all lanes are equal. */
    readonly rotates?: false;
  };
}

/** A row with its function and its place among the rows of it. */
export interface NamedRow {
  readonly name: string;
  readonly place: number;
  readonly row: Row;
}

export const namespaces = ["numpy", "lax", "nn", "index"] as const;
export type Namespace = (typeof namespaces)[number];

/** The arrays of a row in order. */
export const leavesOf = (args: unknown): readonly EncodedArray[] => {
  if (isEncodedArray(args)) return [args];
  if (Array.isArray(args)) return args.flatMap(leavesOf);
  return typeof args === "object" && args !== null ? Object.values(args).flatMap(leavesOf) : [];
};

/** The arguments, decoded, with these arrays in place of their own. */
export function withLeaves(args: unknown, leaves: readonly NDArray[]): readonly unknown[] {
  const rest = leaves[Symbol.iterator]();
  const put = (value: unknown): unknown => {
    if (isEncodedArray(value)) return rest.next().value;
    if (Array.isArray(value)) return value.map(put);
    if (typeof value !== "object" || value === null || "number" in value) return decode(value);
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, put(part)]));
  };
  const result = put(args);
  return Array.isArray(result) ? result : [];
}

// what derivatives and lanes are taken at ------------------------------------------------------------------------------

const cotangentPattern = [1, -0.5, 2, 0.75, -1.25, 0.5, -2, 1.5];
const tangentPattern = [0.5, -1, 1.5, -0.25, 2, 1, -0.75];

const patterned =
  (values: readonly number[]) =>
  (like: NDArray, offset: number): NDArray =>
    np
      .array(Array.from({ length: like.size }, (_, k) => values[(k + offset) % values.length]))
      .reshape(like.shape)
      .astype(like.dtype);

export const cotangentOf = patterned(cotangentPattern);
export const tangentOf = patterned(tangentPattern);

/** The array and its rotations by 1, 2, ... in row-major order (or itself again) along a new axis; null: itself. */
export function lanesOf(
  encoded: EncodedArray,
  axis: number | null,
  lanes: number,
  rotates: boolean,
): NDArray {
  const x = decodeArray(encoded);
  if (axis === null) return x;
  const elements = decodeElements(encoded);
  const n = elements.length;
  const turned = Array.from({ length: lanes }, (_, k) => {
    const lane = elements.map((_, i) => elements[(((i - (rotates ? k : 0)) % n) + n) % n]);
    return np.array(lane).reshape(x.shape).astype(x.dtype);
  });
  return np.stack(turned, axis);
}

/** For messages: arrays by their types. */
export function showArgs(args: unknown): string {
  if (isEncodedArray(args)) {
    const few = args.shape.reduce((n, size) => n * size, 1) <= 12;
    return `${args.dtype}[${args.shape}]${few ? ` {${decodeElements(args).join(" ")}}` : ""}`;
  }
  if (Array.isArray(args)) return `[${args.map(showArgs).join(", ")}]`;
  if (typeof args === "object" && args !== null) {
    return `{ ${Object.entries(args)
      .map(([key, value]) => `${key}: ${showArgs(value)}`)
      .join(", ")} }`;
  }
  return JSON.stringify(args);
}
