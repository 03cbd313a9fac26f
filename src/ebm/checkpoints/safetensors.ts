/**
 * safetensors, both ways: a file of named arrays that other programs open, Python's and Rust's `safetensors` among them.
 *
 *     8 bytes    N, the header's length: little-endian
 *     N bytes    the header: JSON, UTF-8, spaces at its end
 *                { "__metadata__": { name: string }, name: { "dtype", "shape", "data_offsets": [begin, end] } }
 *     the rest   the data: row-major, little-endian, one tensor after the other without gaps
 *
 * Source: the format's description, https://github.com/huggingface/safetensors.
 */
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import { ConcreteArray, NDArray } from "../../autodiff/array.js";
import { aval } from "../../ir/aval.js";
import { describe, show } from "../../ir/describe.js";
import { allocate, bytesPerElement, type TypedArray } from "../../ir/dtype.js";
import { ArgumentError } from "../../ir/errors.js";
import { sizeOf } from "../../ir/shape.js";
import { isWellFormed } from "./header-text.js";
import type { SafetensorsFault } from "./safetensors-fault.js";
import {
  formatNames,
  longestHeader,
  metadataName,
  readHeader,
  reservedNames,
  type TensorEntry,
} from "./safetensors-header.js";

/** What a file holds. */
export interface Safetensors {
  readonly tensors: Readonly<Record<string, NDArray>>;
  readonly metadata: Readonly<Record<string, string>>;
}

declare const TextEncoder: new () => { encode(text: string): Uint8Array };

/**
 * The bytes of a file with these arrays and these metadata. The same arrays, metadata and names give the same bytes, in
 * whatever order they stand: wide elements come first, then names ascend, so that every tensor is aligned.
 *
 * @throws ArgumentError on what is no array, no string, or a name that the format does not allow; ConcretizationError on
 * traced arrays; ShapeError when the file would have 2^31 bytes or more
 * @example encodeSafetensors({ w: np.ones([2, 3]) }, { by: "me" })
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, NDArray>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  checkMetadata("ebm.encodeSafetensors", metadata);
  const named = concreteTensors(tensors).sort(([a, x], [b, y]) => width(y) - width(x) || compare(a, b));
  const header = encodeHeader(named, metadata);
  const total = named.reduce((sum, [, x]) => sum + bytesOf(x.values).length, 8 + header.length);
  const bytes = bytesOf(allocate("bool", total)); // a byte an element
  new DataView(bytes.buffer).setUint32(0, header.length, true); // the upper half stays 0: headers are short
  bytes.set(header, 8);
  let at = 8 + header.length;
  for (const [, { values }] of named) {
    bytes.set(bytesOf(values), at);
    at += values.byteLength;
  }
  return bytes;
}

/**
 * The arrays and metadata in a file's bytes, or what is wrong with them. Bytes may be anybody's: lengths, offsets, shapes and
 * names are looked at before anything is allocated.
 *
 * @throws ArgumentError on what is no Uint8Array
 * @example pipe(decodeSafetensors(bytes), E.map(({ tensors }) => tensors.w.shape))
 */
export function decodeSafetensors(bytes: Uint8Array): E.Either<SafetensorsFault, Safetensors> {
  checkBytes("ebm.decodeSafetensors", bytes);
  return pipe(
    readHeader(bytes),
    E.chain(({ metadata, entries, dataStart }) =>
      pipe(
        entries,
        E.traverseArray((entry) =>
          pipe(
            readTensor(bytes.subarray(dataStart + entry.begin, dataStart + entry.end), entry),
            E.map((tensor) => [entry.name, tensor] as const),
          ),
        ),
        E.map((named) => ({ tensors: Object.fromEntries(named), metadata })),
      ),
    ),
  );
}

/** @throws ArgumentError unless the value is an object of strings whose names JSON can hold */
export function checkMetadata(operation: string, metadata: unknown): void {
  const entries = entriesOf(metadata);
  if (entries === null) {
    throw new ArgumentError(`${operation}: the metadata are an object of strings, got ${describe(metadata)}`);
  }
  // A bound from below, which costs nothing: texts that are too long by themselves are not read.
  checkHeaderLength(
    operation,
    entries.reduce((sum, [, text]) => sum + (typeof text === "string" ? text.length : 0), 0),
  );
  for (const [name, text] of entries) {
    if (typeof text !== "string" || !isWellFormed(text) || !isWellFormed(name) || name === "__proto__") {
      throw new ArgumentError(
        `${operation}: the metadata are strings under names, got ${describe(text)} for ${JSON.stringify(name)}; ` +
          "write numbers and objects as text, such as JSON",
      );
    }
  }
}

function checkHeaderLength(operation: string, length: number): void {
  if (length <= longestHeader) return;
  throw new ArgumentError(
    `${operation}: the header takes ${length} bytes or more, and the format allows ${longestHeader}; ` +
      "give fewer tensors, or shorter metadata",
  );
}

/** @throws ArgumentError unless the value is a Uint8Array (a Buffer of Node's is one) */
export function checkBytes(operation: string, bytes: unknown): void {
  if (bytes instanceof Uint8Array) return;
  throw new ArgumentError(`${operation}: the bytes are a Uint8Array, got ${show(bytes)}`);
}

function concreteTensors(tensors: unknown): (readonly [string, ConcreteArray])[] {
  const entries = entriesOf(tensors);
  if (entries === null) {
    throw new ArgumentError(
      `ebm.encodeSafetensors: the tensors are an object of arrays, such as { w: np.ones([2]) }, got ${describe(tensors)}`,
    );
  }
  return entries.map(([name, tensor]) => {
    if (reservedNames.includes(name) || !isWellFormed(name)) {
      throw new ArgumentError(
        `ebm.encodeSafetensors: no tensor may have the name ${JSON.stringify(name)}; give another`,
      );
    }
    if (!(tensor instanceof NDArray)) {
      throw new ArgumentError(
        `ebm.encodeSafetensors: ${JSON.stringify(name)} must be an array, got ${describe(tensor)}; use np.array`,
      );
    }
    return [name, tensor.concrete("ebm.encodeSafetensors")];
  });
}

/** Null for what is no plain object. */
function entriesOf(value: unknown): [string, unknown][] | null {
  if (typeof value !== "object" || value === null) return null;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? Object.entries(value) : null;
}

function encodeHeader(
  named: readonly (readonly [string, ConcreteArray])[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  let begin = 0;
  const tensorFields = named.map(([name, { aval, values }]) => {
    const end = begin + values.byteLength;
    const entry = { dtype: formatNames[aval.dtype], shape: aval.shape, data_offsets: [begin, end] };
    begin = end;
    return field(name, JSON.stringify(entry));
  });
  const texts = Object.entries(metadata).sort(([a], [b]) => compare(a, b));
  const textFields = texts.map(([name, text]) => field(name, JSON.stringify(text)));
  const fields = texts.length === 0 ? [] : [field(metadataName, `{${textFields}}`)];
  // Object by object as text: JavaScript's own objects put names that look like integers first.
  const header = new TextEncoder().encode(`{${[...fields, ...tensorFields]}}`);
  const padded = new Uint8Array(8 * Math.ceil(header.length / 8)).fill(0x20);
  padded.set(header);
  checkHeaderLength("ebm.encodeSafetensors", padded.length);
  return padded;
}

const field = (name: string, json: string): string => `${JSON.stringify(name)}:${json}`;

/** By code units, which no locale changes. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const width = ({ dtype }: NDArray): number => bytesPerElement[dtype];

/** Elements as the machine has them: little-endian, as everywhere where this library's WebAssembly runs. */
const bytesOf = (values: TypedArray): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** A copy of the data, whatever their alignment in the file. */
function readTensor(
  data: Uint8Array,
  { name, dtype, shape }: TensorEntry,
): E.Either<SafetensorsFault, ConcreteArray> {
  const values = allocate(dtype, sizeOf(shape));
  bytesOf(values).set(data);
  const index = dtype === "bool" ? values.findIndex((value) => value > 1) : -1;
  return index < 0
    ? E.right(new ConcreteArray(aval(shape, dtype), values))
    : E.left({ kind: "boolean", name, index, value: values[index] });
}
