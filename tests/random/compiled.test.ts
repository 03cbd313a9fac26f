/** Draws that come often are compiled: nothing else about them changes. */
import { debugKeyReuse, disableJit, type NDArray } from "cotangent";
import * as random from "cotangent/random";
import { describe, expect, test } from "vitest";

const samplers: Record<string, (key: random.Key) => NDArray> = {
  bits: (key) => random.bits(key, [7]),
  split: (key) => random.split(key, 3),
  uniform: (key) => random.uniform(key, [7]),
  "uniform between bounds": (key) => random.uniform(key, [7], { minval: -1.3, maxval: 4.9 }),
  "uniform in float64": (key) => random.uniform(key, [7], { dtype: "float64" }),
  normal: (key) => random.normal(key, [3, 2]),
  randint: (key) => random.randint(key, [7], -3, 1000),
  bernoulli: (key) => random.bernoulli(key, 0.3, [7]),
  permutation: (key) => random.permutation(key, 9),
  poisson: (key) => random.poisson(key, 4, [7]),
};
const often = 100;

describe.each(Object.entries(samplers))("%s", (_, draw) => {
  test("has the same bits at its hundredth draw as operation by operation", () => {
    const keys = [...random.split(random.key(8), often)];
    const drawn = keys.map(draw);
    [0, 31, 32, 33, often - 1].forEach((i) => {
      const plain = disableJit(() => draw(keys[i]));
      expect(drawn[i].dtype).toBe(plain.dtype);
      expect(drawn[i].dataSync()).toEqual(plain.dataSync());
    });
  });

  test("notices a key that is used twice, compiled or not", () => {
    debugKeyReuse(true);
    try {
      for (let i = 0; i < often; i++) {
        const key = random.key(i);
        draw(key);
        expect(() => draw(key)).toThrow(/this key was used by random\./);
      }
    } finally {
      debugKeyReuse(false);
    }
  });

  test("refuses a batch of keys, compiled or not", () => {
    const keys = random.split(random.key(0), 2);
    for (let i = 0; i < 40; i++) expect(() => draw(keys)).toThrow(/takes one key, got a batch of them/);
  });
});

test("parameters that differ in the sign of zero, or by little, are different draws", () => {
  const key = random.key(4);
  for (let i = 0; i < 40; i++) random.uniform(key, [2], { minval: 0, maxval: 2 });
  const other = random.uniform(key, [2], { minval: 0, maxval: 2.0000001 });
  const plain = disableJit(() => random.uniform(key, [2], { minval: 0, maxval: 2.0000001 }));
  expect(other.dataSync()).toEqual(plain.dataSync());
});
