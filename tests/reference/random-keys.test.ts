/** The generator: Threefry-2x32, keys, bits and uniforms, against a plain implementation of the hash. */
import {
  ArgumentError,
  DTypeError,
  jit,
  lax,
  type NDArray,
  numpy as np,
  random,
  ShapeError,
  vmap,
} from "cotangent";
import { describe, expect, test } from "vitest";
import { f32, f64, i32, scalar, show, u32, unchecked } from "./statement.js";

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/** Threefry-2x32 with 20 rounds, as its paper has it. */
function threefry([k0, k1]: readonly number[], [c0, c1]: readonly number[]): readonly [number, number] {
  const keys = [k0, k1, k0 ^ k1 ^ 0x1bd11bda];
  const rotations = [
    [13, 15, 26, 6],
    [17, 29, 16, 24],
  ];
  let [x0, x1] = [(c0 + keys[0]) | 0, (c1 + keys[1]) | 0];
  for (let group = 0; group < 5; group++) {
    for (const by of rotations[group % 2]) {
      x0 = (x0 + x1) | 0;
      x1 = rotate(x1, by) ^ x0;
    }
    x0 = (x0 + keys[(group + 1) % 3]) | 0;
    x1 = (x1 + keys[(group + 2) % 3] + group + 1) | 0;
  }
  return [x0 >>> 0, x1 >>> 0];
}

const keys = [random.key(0), random.key(42), random.wrapKeyData(u32(0x13198a2e, 0x03707344))];
const words = (key: NDArray): number[] => [...key.dataSync()];
const everyKey = (check: (key: random.Key, data: readonly number[]) => void): void => {
  for (const key of keys) check(key, words(key));
};

describe("the hash", () => {
  test("is Threefry-2x32 with 20 rounds: the published vectors", () => {
    expect(threefry([0, 0], [0, 0])).toEqual([0x6b200159, 0x99ba4efe]);
    expect(threefry([-1, -1], [-1, -1])).toEqual([0x1cb996fc, 0xbb002be7]);
    expect(threefry([0x13198a2e, 0x03707344], [0x243f6a88, 0x85a308d3])).toEqual([0xc4923a9c, 0x483df7a0]);
    expect(random.foldIn(keys[0], 0).js()).toEqual([0x6b200159, 0x99ba4efe]);
  });
});

describe("key(seed)", () => {
  test("has the high word 0 and the seed modulo 2^32 as the low word, of negative seeds too", () => {
    const seeds = [
      0,
      5,
      -1,
      -2,
      2 ** 32 - 1,
      2 ** 32,
      2 ** 40 + 5,
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
    ];
    expect(seeds.map((seed) => words(random.key(seed))[1])).toEqual([
      0, 5, 4294967295, 4294967294, 4294967295, 0, 5, 4294967295, 1,
    ]);
    for (const seed of seeds) expect(show(random.key(seed))).toMatch(/^uint32\[2\] \[0, /);
  });

  test("throws for a seed that is not a safe integer", () => {
    for (const seed of [2 ** 53, -(2 ** 53), 1.5, Number.NaN, Infinity]) {
      expect(() => random.key(seed)).toThrow(ArgumentError);
      expect(() => random.foldIn(keys[0], seed)).toThrow(ArgumentError);
    }
  });

  test("of an int32 or uint32 scalar has the high word 0 as well, and may be traced", () => {
    expect(random.key(i32(-1).sum()).js()).toEqual([0, 4294967295]);
    expect(random.key(scalar(4294967295, "uint32")).js()).toEqual([0, 4294967295]);
    expect(jit((seed: NDArray) => random.key(seed))(i32(-2).sum()).js()).toEqual([0, 4294967294]);
  });

  test("of a float or of an array with axes is an error", () => {
    expect(() => random.key(scalar(1))).toThrow(DTypeError);
    expect(() => random.key(i32(1, 2))).toThrow(ShapeError);
  });
});

describe("split", () => {
  test("gives key[i] = hash(key, 0, i), i the flat row-major index", () =>
    everyKey((key, data) => {
      const expected = Array.from({ length: 6 }, (_, i) => threefry(data, [0, i]));
      expect(random.split(key, 6).js()).toEqual(expected);
      expect(random.split(key, [2, 3]).reshape([6, 2]).js()).toEqual(expected);
      expect(random.split(key).js()).toEqual(expected.slice(0, 2));
    }));

  test("into n has foldIn(key, i) as its i-th, whatever n", () =>
    everyKey((key) => {
      for (const i of [0, 1, 4])
        expect(random.split(key, 5).slice(i).js()).toEqual(random.foldIn(key, i).js());
    }));
});

test("foldIn(key, d) is hash(key, 0, d), d read modulo 2^32", () =>
  everyKey((key, data) => {
    for (const d of [0, 1, 123456789, 2 ** 32 - 1, -1, -7]) {
      expect(random.foldIn(key, d).js()).toEqual(threefry(data, [0, d | 0]));
    }
    expect(vmap((d: NDArray) => random.foldIn(key, d))(u32(3, 9)).js()).toEqual(
      [3, 9].map((d) => threefry(data, [0, d])),
    );
  }));

describe("bits", () => {
  test("are the two words of hash(key, 0, i) joined by exclusive or", () =>
    everyKey((key, data) => {
      const expected = Array.from({ length: 7 }, (_, i) => {
        const [a, b] = threefry(data, [0, i]);
        return (a ^ b) >>> 0;
      });
      expect(random.bits(key, [7]).js()).toEqual(expected);
      expect(jit((k: random.Key) => random.bits(k, [7]))(key).js()).toEqual(expected);
    }));

  test("are stable under longer shapes, and a shape only arranges them", () => {
    const [key] = keys;
    expect(random.bits(key, [5]).js()).toEqual(random.bits(key, [100]).slice([0, 5]).js());
    expect(random.bits(key, [4, 5]).ravel().js()).toEqual(random.bits(key, [20]).js());
    expect(random.normal(key, [5]).js()).toEqual(random.normal(key, [100]).slice([0, 5]).js());
  });
});

describe("uniform", () => {
  test("in float32 is the upper 23 bits as a float in [1, 2), less 1", () => {
    const mantissa = lax.shiftRightLogical(random.bits(keys[1], [50]), u32(9).sum().expandDims(0));
    const float = lax.bitcastConvertType(np.bitwiseOr(mantissa, u32(0x3f800000)), "float32").sub(1);
    expect(random.uniform(keys[1], [50]).js()).toEqual(float.js());
    expect(random.uniform(keys[1], [3]).js()).toEqual(
      f32(0x1f47048 / 2 ** 26, 0x15c0e6 / 2 ** 21, 0x13b87f / 2 ** 21).js(),
    );
  });

  test("in float64 is the upper 52 of the two words' 64 bits, read likewise", () =>
    everyKey((key, data) => {
      const expected = Array.from({ length: 5 }, (_, i) => {
        const [high, low] = threefry(data, [0, i]);
        return (high * 2 ** 20 + (low >>> 12)) / 2 ** 52;
      });
      expect(random.uniform(key, [5], { dtype: "float64" }).js()).toEqual(expected);
    }));

  test("between bounds is max(minval, u (maxval - minval) + minval), rounded at each step", () => {
    const u = random.uniform(keys[1], [50]);
    const expected = np.maximum(-3, u.mul(8).add(-3));
    expect(random.uniform(keys[1], [50], { minval: -3, maxval: 5 }).js()).toEqual(expected.js());
    expect(random.uniform(keys[1], [3], { minval: -3, maxval: 5 }).js()).toEqual(
      f32(0.9096765518188477, 2.4383773803710938, 1.9301719665527344).js(),
    );
  });
});

test("keys are raw words: a batch of them is mapped over by vmap, and keyData is the identity", () => {
  const batch = random.split(keys[1], 3);
  expect([batch.dtype, batch.shape]).toEqual(["uint32", [3, 2]]);
  expect(random.keyData(batch)).toBe(batch);
  const drawn = vmap((key: random.Key) => random.uniform(key, [2]))(batch);
  expect(drawn.js()).toEqual([...batch].map((key) => random.uniform(key, [2]).js()));
});

describe("samplers refuse", () => {
  const batch = random.split(keys[0], 2);
  const samplers: readonly ((key: random.Key) => unknown)[] = [
    (key) => random.uniform(key),
    (key) => random.normal(key),
    (key) => random.bits(key),
    (key) => random.split(key),
    (key) => random.randint(key, [2], 0, 5),
    (key) => random.bernoulli(key),
    (key) => random.permutation(key, 3),
    (key) => random.categorical(key, f32(0, 0)),
    (key) => random.choice(key, 3),
    (key) => random.truncatedNormal(key, -1, 1),
  ];

  test("a batch of keys, and advise vmap", () => {
    for (const draw of samplers) {
      expect(() => draw(batch)).toThrow(ShapeError);
      expect(() => draw(batch)).toThrow(/vmap/);
    }
  });

  test("what is no key", () => {
    for (const draw of samplers) {
      expect(() => draw(unchecked(f32(0, 1)))).toThrow(DTypeError);
      expect(() => draw(unchecked(u32(0, 1, 2)))).toThrow(ShapeError);
    }
  });

  test("a dtype that is no float where they draw floats", () => {
    for (const draw of [
      random.uniform,
      random.normal,
      random.exponential,
      random.gumbel,
      random.laplace,
      random.logistic,
      random.cauchy,
    ]) {
      expect(() => draw(keys[0], [2], { dtype: unchecked("int32") })).toThrow(DTypeError);
    }
    expect(() => random.bernoulli(keys[0], i32(1))).toThrow(DTypeError);
    expect(() => random.randint(keys[0], [2], 0, 5, { dtype: unchecked("float32") })).toThrow(DTypeError);
  });
});

test("draws are equal eagerly, under jit and under vmap of keys, in both float types", () => {
  for (const dtype of ["float32", "float64"] as const) {
    const draw = (key: random.Key): NDArray => random.normal(key, [4], { dtype });
    const eager = draw(keys[1]).js();
    expect(jit(draw)(keys[1]).js()).toEqual(eager);
    expect(
      vmap(draw)(keys[1].expandDims(0) as random.Key)
        .slice(0)
        .js(),
    ).toEqual(eager); // one row of keys
  }
  expect(random.normal(keys[1], [3], { dtype: "float64" }).dtype).toBe(f64(0).dtype);
});
