/** Threefry-2x32 against the known answers of its authors, and against JAX's keys. */
import { describe, expect, test } from "vitest";
import type { NDArray } from "../../../src/autodiff/array.js";
import { xor } from "../../../src/autodiff/primitives/comparison.js";
import { iota } from "../../../src/autodiff/primitives/creation.js";
import { threefry2x32, threefryBits } from "../../../src/autodiff/primitives/random-bits.js";
import { array, flatArray, testLaws, valuesOf } from "./primitive-laws.js";

const word = (value: number): NDArray => array(value, "uint32");
const list = (x: NDArray): number[] => Array.from(valuesOf(x));

testLaws([
  {
    name: "threefry2x32",
    f: ([k0, k1, x0, x1]) => threefry2x32([k0, k1], [x0, x1]),
    operands: [
      word(7),
      word(11),
      flatArray([2, 1], [0, 1], "uint32"),
      flatArray([1, 3], [5, 6, 7], "uint32"),
    ],
  },
  {
    name: "threefry2x32_bits",
    f: ([k0, k1, x0, x1]) => [threefryBits([k0, k1], [x0, x1])],
    operands: [word(7), word(11), word(0), flatArray([3], [5, 6, 7], "uint32")],
  },
]);

describe("threefry2x32", () => {
  const answers: readonly (readonly number[])[] = [
    [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
    [0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3, 0xc4923a9c, 0x483df7a0],
  ];
  test.each(answers)("key %d %d, counter %d %d", (k0, k1, x0, x1, y0, y1) => {
    const [a, b] = threefry2x32([word(k0), word(k1)], [word(x0), word(x1)]);
    expect([...list(a), ...list(b)]).toEqual([y0, y1]);
  });
  test("splitting key 0 in two hashes the counters 0 and 1: JAX's keys", () => {
    const [a, b] = threefry2x32([word(0), word(0)], [word(0), iota("uint32", [2])]);
    expect([list(a), list(b)]).toEqual([
      [1797259609, 928981903],
      [2579123966, 3453687069],
    ]);
  });
  test("the exclusive or of both words is 32 random bits: JAX's, for key 0", () => {
    const key = [word(0), word(0)] as const;
    const counter = [word(0), iota("uint32", [7])] as const;
    const [a, b] = threefry2x32(key, counter);
    const bits = list(threefryBits(key, counter));
    expect(bits).toEqual(list(xor(a, b)));
    expect(bits).toEqual([4070199207, 4202968722, 1427181096, 2012915765, 2447653815, 710830403, 1332275837]);
  });
  test("of no counters gives no words; other dtypes are refused", () => {
    const [a] = threefry2x32([word(0), word(0)], [word(0), iota("uint32", [0])]);
    expect(a.shape).toEqual([0]);
    expect(() => threefry2x32([word(0), word(0)], [word(0), array(1, "int32")])).toThrow(/all uint32/);
  });
});
