import { debugKeyReuse, jit, KeyReuseError, random } from "cotangent";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

describe("under debugKeyReuse", () => {
  beforeEach(() => debugKeyReuse(true));
  afterEach(() => debugKeyReuse(false));

  test("a key given to two samplers throws and names both", () => {
    const key = random.key(0);
    random.normal(key, [2]);
    expect(() => random.uniform(key, [2])).toThrow(KeyReuseError);
    expect(() => random.uniform(key, [2])).toThrow(
      /random\.uniform: this key was used by random\.normal before/,
    );
  });

  test("a key split after use throws", () => {
    const key = random.key(0);
    random.normal(key, [2]);
    expect(() => random.split(key)).toThrow(KeyReuseError);
  });

  test("a key used after it was split throws", () => {
    const key = random.key(0);
    random.split(key);
    expect(() => random.normal(key, [2])).toThrow(KeyReuseError);
  });

  test("the parts of a split key are keys of their own", () => {
    const [a, b] = random.split(random.key(0));
    expect(() => [random.normal(a, [2]), random.normal(b, [2])]).not.toThrow();
  });

  test("foldIn does not use a key up", () => {
    const key = random.key(0);
    expect(() => [random.foldIn(key, 1), random.foldIn(key, 2)]).not.toThrow();
  });

  test("a traced key is watched while it is traced", () => {
    const twice = jit((key: random.Key) => random.normal(key, [2]).add(random.normal(key, [2])));
    expect(() => twice(random.key(0))).toThrow(KeyReuseError);
  });
});

test("without debugKeyReuse a key may be used twice, and gives the same twice", () => {
  const key = random.key(0);
  expect(random.normal(key, [2]).js()).toEqual(random.normal(key, [2]).js());
});
