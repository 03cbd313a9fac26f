/**
 * The header of a safetensors file: where every tensor lies, and the metadata. Read from whoever's bytes, so every number is
 * looked at before it is used, and nothing is allocated for what the file does not hold.
 */
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import { bytesPerElement, type DType, mostElements } from "../../ir/dtype.js";
import type { Shape } from "../../ir/shape.js";
import { type HeaderObject, type HeaderValue, parseHeaderText } from "./header-text.js";
import type { SafetensorsFault } from "./safetensors-fault.js";

/** One tensor: its data are bytes [begin, end) of the data. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  /** In the order of their data. */
  readonly entries: readonly TensorEntry[];
  /** Where the data begin in the file. */
  readonly dataStart: number;
}

/** The format's name for each of our dtypes. */
export const formatNames: Readonly<Record<DType, string>> = {
  float32: "F32",
  float64: "F64",
  int32: "I32",
  uint32: "U32",
  bool: "BOOL",
};

/** The format's own bound, in bytes. */
export const longestHeader = 100_000_000;

/** What holds the metadata in the header's object. */
export const metadataName = "__metadata__";

/** Names that no tensor has: the metadata's, and the one that would replace an object's prototype. */
export const reservedNames: readonly string[] = [metadataName, "__proto__"];

/** NumPy's limit, and ours. */
const mostAxes = 64;

declare const TextDecoder: new (
  label: string,
  options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string };

/** The header, once it is known that the file keeps the format in all but the tensors' values. */
export const readHeader = (bytes: Uint8Array): E.Either<SafetensorsFault, SafetensorsHeader> =>
  pipe(
    headerLength(bytes),
    E.chain((length) =>
      pipe(
        decodeText(bytes.subarray(8, 8 + length)),
        E.chain(parseHeaderText),
        E.chain(readObject),
        E.chain(({ metadata, entries }) =>
          pipe(
            checkLayout(entries, bytes.length - 8 - length),
            E.map((laidOut) => ({ metadata, entries: laidOut, dataStart: 8 + length })),
          ),
        ),
      ),
    ),
  );

/** 8 bytes, little-endian. */
function headerLength(bytes: Uint8Array): E.Either<SafetensorsFault, number> {
  if (bytes.length < 8) return E.left({ kind: "tooShort", found: bytes.length });
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (length > longestHeader) return E.left({ kind: "headerTooLong", length });
  const found = bytes.length - 8;
  return length > found ? E.left({ kind: "headerCut", length, found }) : E.right(length);
}

const decodeText = (bytes: Uint8Array): E.Either<SafetensorsFault, string> =>
  E.tryCatch(
    () => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes),
    () => ({ kind: "headerNoText" }),
  );

function readObject(
  object: HeaderObject,
): E.Either<SafetensorsFault, Pick<SafetensorsHeader, "metadata" | "entries">> {
  const found = object.get(metadataName);
  return pipe(
    E.Do,
    E.apS("metadata", found === undefined ? E.right({}) : readMetadata(found)),
    E.apS(
      "entries",
      pipe(
        [...object].filter(([name]) => name !== metadataName),
        E.traverseArray(([name, value]) => readEntry(name, value)),
      ),
    ),
  );
}

function readMetadata(value: HeaderValue): E.Either<SafetensorsFault, Readonly<Record<string, string>>> {
  if (!(value instanceof Map)) return E.left({ kind: "metadata" });
  const entries = [...value].filter((entry): entry is [string, string] => typeof entry[1] === "string");
  if (entries.length < value.size) return E.left({ kind: "metadata" });
  const reserved = entries.find(([name]) => name === "__proto__");
  return reserved === undefined
    ? E.right(Object.fromEntries(entries))
    : E.left({ kind: "reservedName", name: reserved[0] });
}

function readEntry(name: string, value: HeaderValue): E.Either<SafetensorsFault, TensorEntry> {
  if (reservedNames.includes(name)) return E.left({ kind: "reservedName", name });
  if (!(value instanceof Map) || value.size !== 3) return E.left({ kind: "entry", name });
  const [named, shape, offsets] = ["dtype", "shape", "data_offsets"].map((key) => value.get(key));
  if (typeof named !== "string" || !isIntegers(shape) || !isIntegers(offsets) || offsets.length !== 2) {
    return E.left({ kind: "entry", name });
  }
  const dtype = dtypeNamed(named);
  if (dtype === undefined) return E.left({ kind: "dtype", name, dtype: named });
  if (shape.length > mostAxes) return E.left({ kind: "shape", name, rank: shape.length });
  const size = elementsOf(shape);
  if (size > mostElements) return E.left({ kind: "tooManyElements", name, shape });
  const [begin, end] = offsets;
  const expected = size * bytesPerElement[dtype];
  return end - begin === expected
    ? E.right({ name, dtype, shape, begin, end })
    : E.left({ kind: "byteCount", name, dtype: named, shape, expected, found: end - begin });
}

const isIntegers = (value: HeaderValue | undefined): value is readonly number[] => Array.isArray(value);

const dtypeNamed = (formatName: string): DType | undefined =>
  // Sound: the table has dtypes for its keys.
  (Object.keys(formatNames) as DType[]).find((dtype) => formatNames[dtype] === formatName);

/** The product of the sizes; infinite when it, or a product on the way, leaves the positions, so that none rounds. */
function elementsOf(shape: Shape): number {
  let size = 1;
  for (const n of shape) {
    if (n > mostElements || size * n > mostElements) return Number.POSITIVE_INFINITY;
    size *= n;
  }
  return size;
}

/** Tensors must follow each other from 0 to the file's end: no gap, no overlap, nothing after. */
function checkLayout(
  entries: readonly TensorEntry[],
  dataLength: number,
): E.Either<SafetensorsFault, readonly TensorEntry[]> {
  const sorted = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let expected = 0;
  for (const { name, begin, end } of sorted) {
    if (begin !== expected)
      return E.left({ kind: begin > expected ? "gap" : "overlap", name, begin, expected });
    expected = end;
  }
  return expected === dataLength
    ? E.right(sorted)
    : E.left({ kind: "dataLength", found: dataLength, expected });
}
