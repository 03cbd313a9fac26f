/** safetensors: files of this library and of Python's, and what is said of bytes that are neither. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type NDArray, numpy as np } from "cotangent";
import { decodeSafetensors, encodeSafetensors, explainSafetensorsFault } from "cotangent/ebm";
import fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import { describe, expect, test } from "vitest";
import { bitsOf, fileOf, headerOf } from "./files.js";
import { namedArrays, texts } from "./generated.js";

const goldens = join(import.meta.dirname, "goldens");

/** What a file holds, or the sentence that is said of it. */
const read = (bytes: Uint8Array): unknown =>
  pipe(
    decodeSafetensors(bytes),
    E.match(explainSafetensorsFault, (file): unknown => bitsOf(file)),
  );

describe("a file", () => {
  const a = np.array([1, 2], { dtype: "float32" });
  const d = np.array(0.5, { dtype: "float64" });

  test("is the length, a header of a multiple of 8 bytes, and data with the widest elements first", () => {
    const bytes = encodeSafetensors({ b: np.array([true]), a, d }, { z: "1", k: '"quoted"' });
    expect(headerOf(bytes).trimEnd()).toBe(
      '{"__metadata__":{"k":"\\"quoted\\"","z":"1"},' +
        '"d":{"dtype":"F64","shape":[],"data_offsets":[0,8]},' +
        '"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]},' +
        '"b":{"dtype":"BOOL","shape":[1],"data_offsets":[16,17]}}',
    );
    expect(headerOf(bytes).length % 8).toBe(0);
    const data = bytes.subarray(8 + headerOf(bytes).length);
    expect(Buffer.from(data).toString("hex")).toBe("000000000000e03f" + "0000803f" + "00000040" + "01");
  });
  test("does not depend on the order in which names are given", () => {
    const forward = encodeSafetensors({ a, d, "1": a }, { x: "1", y: "2" });
    expect(encodeSafetensors({ "1": a, d, a }, { y: "2", x: "1" })).toEqual(forward);
  });
  test("without tensors is a header alone", () => {
    expect(read(encodeSafetensors({}))).toEqual({ tensors: {}, metadata: {} });
  });
  test("is read from any part of a larger buffer", () => {
    const bytes = encodeSafetensors({ d });
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(read(shifted.subarray(3))).toEqual({ tensors: bitsOf({ d }), metadata: {} });
  });
  test("keeps nothing of the bytes it was read from", () => {
    const bytes = Buffer.from(encodeSafetensors({ a }));
    const file = decodeSafetensors(bytes);
    bytes.fill(0);
    expect(E.isRight(file) && file.right.tensors.a.js()).toEqual([1, 2]);
  });
  test("read again is the same, bit for bit", () => {
    const law = fc.property(namedArrays, texts, (tensors, metadata) => {
      expect(read(encodeSafetensors(tensors, metadata))).toEqual({ tensors: bitsOf(tensors), metadata });
    });
    fc.assert(law, { numRuns: 200 });
  });
});

describe("a file that Python wrote", () => {
  interface Listing {
    readonly tensors: Readonly<Record<string, { dtype: string; shape: readonly number[]; bytes: string }>>;
    readonly metadata: Readonly<Record<string, string>>;
  }
  const listing: Listing = JSON.parse(readFileSync(join(goldens, "python.json"), "utf8"));
  const bytes = readFileSync(join(goldens, "python.safetensors"));

  test("has the numbers and the metadata that Python gave it", () => {
    const tensors = Object.fromEntries(
      Object.entries(listing.tensors).map(([name, { dtype, shape, bytes }]) => [
        name,
        `${dtype}[${shape}] ${bytes}`,
      ]),
    );
    expect(read(bytes)).toEqual({ tensors, metadata: listing.metadata });
  });
  test("written again has the same header, up to the order of its fields", () => {
    const file = decodeSafetensors(bytes);
    if (E.isLeft(file)) throw new Error(explainSafetensorsFault(file.left));
    const again = encodeSafetensors(file.right.tensors, file.right.metadata);
    expect(again.length).toBe(bytes.length);
    expect(Object.keys(JSON.parse(headerOf(again))).sort()).toEqual(
      Object.keys(JSON.parse(headerOf(bytes))).sort(),
    );
  });
});

const entry = (fields: object): string =>
  JSON.stringify({ dtype: "F32", shape: [1], data_offsets: [0, 4], ...fields });
const header = (fields: object, name = "a"): string => `{"${name}":${entry(fields)}}`;
const four = new Uint8Array(4);

describe("every fault has its sentence", () => {
  const at = (position: number, expected: string): string =>
    `the header is corrupt: at character ${position} there should be ${expected}`;
  const shapeOf = 'tensor "a": its entry must have a dtype, a shape and data_offsets, and nothing else';
  test.each<readonly [string, Uint8Array, string]>([
    [
      "no bytes",
      new Uint8Array(),
      "this is no safetensors file: it has 0 bytes, and the header's length alone takes 8",
    ],
    [
      "text",
      new TextEncoder().encode("a,b\n1,2\n3,4\n"),
      "this is no safetensors file: its first 8 bytes give the header 734698278354037900 bytes, " +
        "and at most 100000000 are allowed",
    ],
    [
      "a header of 100 MB and one byte",
      Uint8Array.of(0x01, 0xe1, 0xf5, 0x05, 0, 0, 0, 0),
      "this is no safetensors file: its first 8 bytes give the header 100000001 bytes, and at most 100000000 are allowed",
    ],
    [
      "a header that is not there",
      Uint8Array.of(0x00, 0xe1, 0xf5, 0x05, 0, 0, 0, 0),
      "the file is cut short: its header takes 100000000 bytes, and 0 are there",
    ],
    [
      "no UTF-8",
      fileOf(Uint8Array.of(0x7b, 0xff, 0x7d)),
      "the header is no text in UTF-8: this is no safetensors file, or it is corrupt",
    ],
    ["an empty header", fileOf(""), at(0, '"{"')],
    ["a list", fileOf("[]"), at(0, '"{"')],
    ["a space before the header", fileOf(" {}"), at(0, '"{"')],
    ["a byte-order mark", fileOf("\uFEFF{}"), at(0, '"{"')],
    ["more after the header", fileOf("{}{}"), at(2, "the header's end")],
    ["a header that ends", fileOf('{"a":{"dtype":"F32"'), at(19, '"," or "}"')],
    ["a string that ends", fileOf('{"a\\'), at(4, 'a closing "')],
    ["an escape that JSON has not", fileOf('{"\\x":{}}'), at(1, "a string of JSON")],
    ["half a surrogate pair", fileOf('{"\\ud800":{}}'), at(1, "a string of JSON")],
    ["a comma too many", fileOf('{"a":{},}'), at(8, "a name in quotes")],
    ["no colon", fileOf('{"a" {}}'), at(5, '":"')],
    ["null", fileOf('{"a":null}'), at(5, "a string, a list or an object")],
    ["objects in objects", fileOf('{"a":{"b":{}}}'), at(10, "a string or a list")],
    ["a negative size", fileOf(header({ shape: [-1] })), at(29, "a whole number from 0 to 2^53 - 1")],
    ["half a size", fileOf(header({ shape: [1.5] })), at(30, '"," or "]"')],
    ["a size beyond 2^53", fileOf(header({ shape: [2 ** 53] })), at(29, "a whole number from 0 to 2^53 - 1")],
    ["a leading zero", fileOf('{"a":{"shape":[01]}}'), at(15, "a whole number from 0 to 2^53 - 1")],
    ["a list without its end", fileOf('{"a":{"shape":[1,'), at(17, "a whole number from 0 to 2^53 - 1")],
    [
      "a name twice",
      fileOf(`{"a":${entry({})},"a":${entry({})}}`, four),
      'the header has the name "a" twice',
    ],
    [
      "a name twice, once in escapes",
      fileOf(`{"a":${entry({})},"\\u0061":${entry({})}}`, four),
      'the header has the name "a" twice',
    ],
    [
      "two metadata",
      fileOf('{"__metadata__":{},"__metadata__":{}}'),
      'the header has the name "__metadata__" twice',
    ],
    [
      "a prototype",
      fileOf(header({}, "__proto__"), four),
      'the header has the name "__proto__", which nothing may have',
    ],
    [
      "a prototype in the metadata",
      fileOf('{"__metadata__":{"__proto__":"x"}}'),
      'the header has the name "__proto__", which nothing may have',
    ],
    [
      "metadata of lists",
      fileOf('{"__metadata__":{"a":[1]}}'),
      'the header\'s "__metadata__" must give strings for names',
    ],
    [
      "metadata that are a string",
      fileOf('{"__metadata__":"a"}'),
      'the header\'s "__metadata__" must give strings for names',
    ],
    ["no shape", fileOf('{"a":{"dtype":"F32","data_offsets":[0,4]}}', four), shapeOf],
    ["a field too many", fileOf(header({ stride: [1] }), four), shapeOf],
    ["an entry that is a string", fileOf('{"a":"F32"}'), shapeOf],
    ["a dtype that is a list", fileOf(header({ dtype: [1] }), four), shapeOf],
    ["a shape that is a string", fileOf(header({ shape: "1" }), four), shapeOf],
    ["three offsets", fileOf(header({ data_offsets: [0, 2, 4] }), four), shapeOf],
    [
      "a half",
      fileOf(header({ dtype: "BF16" }), four),
      'tensor "a": its dtype is BF16; here F32, F64, I32, U32 and BOOL are read: convert it where it was made',
    ],
    [
      "no dtype at all",
      fileOf(header({ dtype: "f32" }), four),
      'tensor "a": "f32" is no dtype of the format',
    ],
    [
      "axes without end",
      fileOf(header({ shape: new Array(65).fill(1) }), four),
      'tensor "a": it has 65 axes, and arrays have at most 64',
    ],
    [
      "a huge shape",
      fileOf(header({ shape: [65536, 32768] }), four),
      'tensor "a": the shape [65536,32768] has more than 2^31 - 1 elements',
    ],
    [
      "a product that would round",
      fileOf(header({ shape: [2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1, 0] }), four),
      'tensor "a": the shape [2147483647,2147483647,2147483647,0] has more than 2^31 - 1 elements',
    ],
    [
      "too few bytes for a shape",
      fileOf(header({ shape: [2] }), four),
      'tensor "a": F32 of shape [2] takes 8 bytes, and its data_offsets give it 4',
    ],
    [
      "offsets the wrong way round",
      fileOf(header({ data_offsets: [4, 0] }), four),
      'tensor "a": F32 of shape [1] takes 4 bytes, and its data_offsets give it -4',
    ],
    [
      "a gap",
      fileOf(header({ data_offsets: [4, 8] }), new Uint8Array(8)),
      'tensor "a": its data begin at 4, and what is before ends at 0: bytes between belong to nothing',
    ],
    [
      "an overlap",
      fileOf(`{"a":${entry({})},"b":${entry({ data_offsets: [2, 6] })}}`, new Uint8Array(6)),
      'tensor "b": its data begin at 2, and what is before ends only at 4: they overlap',
    ],
    [
      "two tensors on one place",
      fileOf(`{"a":${entry({})},"b":${entry({})}}`, four),
      'tensor "b": its data begin at 0, and what is before ends only at 4: they overlap',
    ],
    [
      "a tail that is missing",
      fileOf(header({}), new Uint8Array(3)),
      "the file is cut short: its tensors take 4 bytes, and 3 are there",
    ],
    [
      "a tail too many",
      fileOf(header({}), new Uint8Array(5)),
      "the file goes on after its end: its tensors take 4 bytes, and 5 are there",
    ],
    [
      "a boolean of 2",
      fileOf(header({ dtype: "BOOL", shape: [4] }), Uint8Array.of(0, 1, 2, 0)),
      'tensor "a": element 2 is the byte 2, and booleans are 0 or 1',
    ],
  ])("%s", (_, bytes, sentence) => {
    expect(read(bytes)).toBe(sentence);
  });
  test("a name that would move a terminal's cursor, or turn what is read, is written with escapes", () => {
    expect(read(fileOf(header({ dtype: "X" }, "\u009b2J\u202e"), four))).toBe(
      'tensor "\\u{9b}2J\\u{202e}": "X" is no dtype of the format',
    );
  });
  test("a long name is cut", () => {
    expect(read(fileOf(header({ dtype: "X" }, "n".repeat(1000)), four))).toBe(
      `tensor "${"n".repeat(57)}...": "X" is no dtype of the format`,
    );
  });
});

describe("bytes of anybody", () => {
  const whole = encodeSafetensors(
    { w: np.array([1, -2, 3]), b: np.array([true, false]), n: np.array([7], { dtype: "int32" }) },
    { config: '{"a":1}' },
  );
  /** A file or a fault: never an error. */
  const outcome = (bytes: Uint8Array): "file" | "fault" =>
    typeof read(bytes) === "string" ? "fault" : "file";

  test("cut anywhere are a fault", () => {
    for (let length = 0; length < whole.length; length++) {
      expect([length, outcome(whole.subarray(0, length))]).toEqual([length, "fault"]);
    }
  });
  test("with any byte changed to any other are a file or a fault", () => {
    for (let at = 0; at < whole.length; at++) {
      for (let value = 0; value < 256; value++) {
        const bytes = whole.slice();
        bytes[at] = value;
        outcome(bytes);
      }
    }
  });
  test("put together at random are a file or a fault", () => {
    const words = [...'{}[]",:\\0123456789 ', '"a"', '"dtype"', '"shape"', '"F32"', '"data_offsets"'];
    const text = fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (part) => void outcome(fileOf(`{${part}`, four))),
      { numRuns: 2000 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void outcome(bytes)));
  });
  test("never reach an object's prototype", () => {
    outcome(fileOf(header({}, "__proto__"), four));
    outcome(fileOf('{"__metadata__":{"__proto__":"x","constructor":"y"}}'));
    expect(Object.getOwnPropertyNames({})).toEqual([]);
    const file = decodeSafetensors(fileOf(header({}, "constructor"), four));
    expect(E.isRight(file) && (file.right.tensors.constructor as unknown as NDArray).dtype).toBe("float32");
  });
  test("with a hundred thousand entries take no time that grows with the square", { timeout: 10_000 }, () => {
    const count = 100_000;
    const entries = Array.from(
      { length: count },
      (_, i) => `"${i}":{"dtype":"BOOL","shape":[1],"data_offsets":[${i},${i + 1}]}`,
    );
    const bytes = fileOf(`{${entries}}`, new Uint8Array(count));
    expect(E.isRight(decodeSafetensors(bytes))).toBe(true);
  });
});
