/** Keys as values: seeds, splitting, and what misuse says. */
import * as random from "cotangent/random";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { NDArray } from "../../src/autodiff/array.js";
import { literal } from "../../src/autodiff/array.js";
import { fromNested, fromTypedArray } from "../../src/autodiff/convert.js";
import { jit } from "../../src/autodiff/transforms/jit-function.js";
import { vmap } from "../../src/autodiff/transforms/vmap.js";

describe("seeds", () => {
  test.each([
    [0, [0, 0]],
    [42, [0, 42]],
    [-1, [0, 4294967295]],
    [2 ** 32 + 5, [0, 5]],
    [-(2 ** 40) - 3, [0, 4294967293]],
  ])("key(%s) is the seed modulo 2^32", (seed, words) => {
    expect(random.key(seed).js()).toEqual(words);
  });

  test("a traced integer seed gives the key of its value", () => {
    const draw = jit((seed: NDArray) => random.bits(random.key(seed), [3]));
    const seed = fromTypedArray(new Int32Array([-7]), []);
    expect(draw(seed).js()).toEqual(random.bits(random.key(-7), [3]).js());
  });

  test.each([1.5, Number.NaN, 2 ** 60])("key(%s) throws", (seed) => {
    expect(() => random.key(seed)).toThrow(/random\.key: the seed .* is no integer/);
  });

  test("a float seed throws and names the dtype", () => {
    expect(() => random.key(literal(1.5))).toThrow(/the seed is f32\[\] \(weak\); use an int32/);
  });
});

describe("splitting", () => {
  test("split(key, n)[i] is foldIn(key, i), whatever n", () => {
    const key = random.key(9);
    const folded = [0, 1, 2, 3].map((i) => random.foldIn(key, i).js());
    expect(random.split(key, 4).js()).toEqual(folded);
    expect(random.split(key, [2, 2]).js()).toEqual([folded.slice(0, 2), folded.slice(2)]);
  });

  test("foldIn of a traced step is foldIn of its value", () => {
    const key = random.key(9);
    const fold = jit((step: NDArray) => random.foldIn(key, step));
    expect(fold(fromTypedArray(new Int32Array([3]), [])).js()).toEqual(random.foldIn(key, 3).js());
  });

  test("keyData and wrapKeyData are inverse to each other", () => {
    const keys = random.split(random.key(1), 3);
    expect(random.wrapKeyData(random.keyData(keys)).js()).toEqual(keys.js());
  });

  test("a split destructures into keys, of which each draws on its own", () => {
    const [first, second] = random.split(random.key(0));
    expectTypeOf(first).toEqualTypeOf<random.Key>();
    expect(random.normal(first, [2]).js()).not.toEqual(random.normal(second, [2]).js());
    const draw = jit((key: random.Key) => {
      const [left, right] = random.split(key);
      return [random.bits(left), random.bits(right)] as const;
    });
    expect(draw(random.key(0)).map((x) => x.js())).toEqual([first, second].map((k) => random.bits(k).js()));
  });

  test("the type of a split destructures into keys", () => {
    expectTypeOf<random.Key>().toExtend<Iterable<random.Key>>();
    expectTypeOf(random.split).returns.toEqualTypeOf<random.Key>();
    expectTypeOf<NDArray>().not.toExtend<random.Key>();
  });
});

describe("misuse", () => {
  const keys = random.split(random.key(0), 5);
  test.each<[string, (k: random.Key) => NDArray]>([
    ["random.normal", (k) => random.normal(k, [3])],
    ["random.uniform", (k) => random.uniform(k, [3])],
    ["random.bits", (k) => random.bits(k)],
    ["random.split", (k) => random.split(k)],
    ["random.foldIn", (k) => random.foldIn(k, 1)],
    ["random.randint", (k) => random.randint(k, [3], 0, 5)],
    ["random.permutation", (k) => random.permutation(k, 3)],
    ["random.choice", (k) => random.choice(k, 3, [2])],
    ["random.categorical", (k) => random.categorical(k, [0, 1])],
    ["random.bernoulli", (k) => random.bernoulli(k)],
    ["random.rademacher", (k) => random.rademacher(k)],
    ["random.truncatedNormal", (k) => random.truncatedNormal(k, -1, 1)],
  ])("%s of a batch of keys advises vmap, which works", (name, draw) => {
    expect(() => draw(keys)).toThrow(/takes one key, got a batch of them, u32\[5,2\]; map over it: vmap/);
    expect(vmap(draw)(keys).shape[0]).toBe(5);
    expect(() => draw(keys)).toThrow(name);
  });

  test("an array that is no key is refused", () => {
    expect(() => random.wrapKeyData(fromNested([0, 1]))).toThrow(/a key is uint32\[2\], got f32\[2\]/);
    expect(() => random.wrapKeyData(fromNested([0, 1, 2], "uint32"))).toThrow(/two words in the last axis/);
  });

  const key = random.key(0);
  test.each<[RegExp, () => unknown]>([
    [/random\.normal: a shape is an array of non-negative integers/, () => random.normal(key, [-1])],
    [/random\.normal: a shape is an array/, () => random.normal(key, [1.5])],
    [/random\.bits: \[65536,65536\] has 4294967296 elements/, () => random.bits(key, [65536, 65536])],
    [/random\.randint: the bound 0\.5 is no integer/, () => random.randint(key, [2], 0.5, 3)],
    [
      /random\.uniform: a parameter of shape \[3\] does not fit draws of shape \[1\]/,
      () => random.uniform(key, [1], { minval: [1, 2, 3] }),
    ],
    [/random\.bernoulli: draws floats, not int32/, () => random.bernoulli(key, new Int32Array([1]))],
    [/random\.rademacher: uint32 has no -1/, () => random.rademacher(key, [2], { dtype: "uint32" })],
    [/random\.permutation: the length 2\.5/, () => random.permutation(key, 2.5)],
    [
      /random\.choice: 6 draws without replacement from 5/,
      () => random.choice(key, 5, [6], { replace: false }),
    ],
    [/random\.choice: there is nothing to draw from/, () => random.choice(key, 0, [1])],
    [
      /random\.choice: p has shape \[2\]; it must be \[3\]/,
      () => random.choice(key, 3, [1], { p: [0.5, 0.5] }),
    ],
    [
      /random\.categorical: shape \[4\] does not end in the batch shape \[2\]/,
      () => random.categorical(key, [[0], [1]], { shape: [4] }),
    ],
  ])("%s", (message, misuse) => {
    expect(misuse).toThrow(message);
  });
});
