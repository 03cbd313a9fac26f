/**
 * Values as JSON, as encoding.py has them. An array is `{ dtype, shape, data }` with the base64 of its little-endian bytes (bool:
 * a byte of 0 or 1 each), so that -0, NaN and the infinities are kept; a number that JSON lacks is `{ number: "nan" | "inf" |
 * "-inf" | "-0" }`. All else is itself.
 */
import { type DType, NDArray, numpy as np, type TypedArray } from "cotangent";

export interface EncodedArray {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: string;
}

interface EncodedNumber {
  readonly number: "nan" | "inf" | "-inf" | "-0";
}

const special = { nan: Number.NaN, inf: Infinity, "-inf": -Infinity, "-0": -0 } as const;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isEncodedArray = (value: unknown): value is EncodedArray =>
  isRecord(value) && typeof value.data === "string" && Array.isArray(value.shape);

const isEncodedNumber = (value: unknown): value is EncodedNumber =>
  isRecord(value) && typeof value.number === "string" && value.number in special;

/** JSON of arrays, numbers, lists and objects. */
export function encode(value: unknown): unknown {
  if (value instanceof NDArray) return encodeArray(value);
  if (Array.isArray(value)) return value.map(encode);
  if (isRecord(value)) return mapValues(value, encode);
  return typeof value === "number" ? encodeNumber(value) : value;
}

export function encodeArray(x: NDArray): EncodedArray {
  const values = x.dataSync();
  const bytes = x.dtype === "bool" ? Uint8Array.from(values) : values;
  const octets = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (const octet of octets) text += String.fromCharCode(octet);
  return { dtype: x.dtype, shape: x.shape, data: btoa(text) };
}

function encodeNumber(value: number): number | EncodedNumber {
  if (Number.isNaN(value)) return { number: "nan" };
  if (Object.is(value, -0)) return { number: "-0" };
  return Number.isFinite(value) ? value : { number: value > 0 ? "inf" : "-inf" };
}

/** What `encode` gives, back. */
export function decode(value: unknown): unknown {
  if (isEncodedArray(value)) return decodeArray(value);
  if (isEncodedNumber(value)) return special[value.number];
  if (Array.isArray(value)) return value.map(decode);
  return isRecord(value) ? mapValues(value, decode) : value;
}

export const decodeArray = (encoded: EncodedArray): NDArray =>
  np.array(decodeElements(encoded)).reshape(encoded.shape).astype(encoded.dtype);

/** The elements in row-major order; of bools 0 and 1. */
export function decodeElements({ dtype, data }: EncodedArray): Exclude<TypedArray, Uint8ClampedArray> {
  // What pages have too; a buffer of its own, so aligned.
  const { buffer } = Uint8Array.from(atob(data), (octet) => octet.charCodeAt(0));
  switch (dtype) {
    case "float32":
      return new Float32Array(buffer);
    case "float64":
      return new Float64Array(buffer);
    case "int32":
      return new Int32Array(buffer);
    case "uint32":
      return new Uint32Array(buffer);
    case "bool":
      return new Uint8Array(buffer);
  }
}

const mapValues = (
  record: Readonly<Record<string, unknown>>,
  f: (value: unknown) => unknown,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, f(value)]));
