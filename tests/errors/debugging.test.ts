/** What the switches do besides throwing: the messages themselves stand in rows/debugging.ts. */
import {
  debugInfs,
  debugKeyReuse,
  debugNans,
  disableJit,
  evalShape,
  grad,
  jit,
  lax,
  type NDArray,
  NonFiniteError,
  numpy as np,
  random,
  valueAndGrad,
  vmap,
} from "cotangent";
import { afterEach, describe, expect, test } from "vitest";

afterEach(() => {
  debugNans(false);
  debugInfs(false);
  debugKeyReuse(false);
});

const x = np.array([1, -1, 4]);

/** The root where there is one: its NaN never reaches an output. */
const maskedRoot = (v: NDArray): NDArray => np.where(v.greater(0), np.sqrt(v), 0);
const sumOfRoots = (v: NDArray): NDArray =>
  lax.scan((c: NDArray, y: NDArray) => [c.add(np.sqrt(y)), null], 0, v)[0];

describe("debugNans", () => {
  test("leaves a NaN alone that a mask keeps from the outputs of a jitted call", () => {
    debugNans(true);
    expect(jit(maskedRoot)(x).js()).toEqual([1, 0, 2]);
    expect(jit(vmap(maskedRoot))(x).js()).toEqual([1, 0, 2]);
  });

  test("finds the same NaN eagerly, where every operation is a call", () => {
    debugNans(true);
    expect(() => maskedRoot(x)).toThrow(NonFiniteError);
  });

  test("changes no result that is finite", () => {
    const f = jit(valueAndGrad((v: NDArray) => sumOfRoots(np.abs(v))));
    const [value, slope] = f(x);
    debugNans(true);
    const [again, slopeAgain] = f(x);
    expect([again.js(), slopeAgain.js()]).toEqual([value.js(), slope.js()]);
  });

  test("says nothing of infinities, and debugInfs nothing of NaN", () => {
    debugNans(true);
    expect(np.divide(1, np.array(0)).item()).toBe(Number.POSITIVE_INFINITY);
    debugNans(false);
    debugInfs(true);
    expect(np.sqrt(np.array(-1)).item()).toBeNaN();
  });

  test("switched off, it is off, also after it has thrown", () => {
    debugNans(true);
    expect(() => jit(sumOfRoots)(x)).toThrow(NonFiniteError);
    debugNans(false);
    expect(jit(sumOfRoots)(x).item()).toBeNaN();
  });

  test("finds the turn of a loop in a batch of loops", () => {
    debugNans(true);
    expect(() => jit(vmap(sumOfRoots))(np.array([[1, 1], [1, -1]]))).toThrow(/sqrt made a NaN at turn 1 of scan/); // biome-ignore format: one row
  });
});

describe("debugKeyReuse", () => {
  test("refuses a split after use, and use after a split", () => {
    debugKeyReuse(true);
    const used = random.key(0);
    random.normal(used);
    expect(() => random.split(used)).toThrow(/random\.split: this key was used by random\.normal before/);
    const splitKey = random.key(0);
    random.split(splitKey);
    expect(() => random.uniform(splitKey)).toThrow(
      /random\.uniform: this key was used by random\.split before/,
    );
  });

  test("lets parts of a key be used once each, and reads of it be many", () => {
    debugKeyReuse(true);
    const [a, b] = random.split(random.key(0));
    expect(random.normal(a).item()).not.toBe(random.normal(b).item());
    const key = random.key(1);
    expect(random.foldIn(key, 1).js()).not.toEqual(random.foldIn(key, 2).js());
  });

  test("sees a tracer of a key that is used twice under jit", () => {
    debugKeyReuse(true);
    const twice = jit((seed: NDArray) => {
      const key = random.key(seed);
      return random.normal(key).add(random.normal(key));
    });
    expect(() => twice(np.array(3, { dtype: "int32" }))).toThrow(/used by random\.normal before/);
  });

  test("off, it lets a key be used twice", () => {
    const key = random.key(0);
    expect(random.normal(key).item()).toBe(random.normal(key).item());
  });
});

describe("disableJit", () => {
  const program = jit((v: NDArray) => grad((u: NDArray) => sumOfRoots(np.square(u)))(v));

  test("gives what jit gives, through a gradient of a loop", () => {
    expect(
      np
        .allclose(
          disableJit(() => program(x)),
          program(x),
        )
        .item(),
    ).toBe(true);
  });

  test("shows values inside what is jitted and looped", () => {
    const seen: unknown[] = [];
    const looking = jit((v: NDArray) =>
      lax.scan(
        (c: NDArray, y: NDArray) => {
          seen.push(y.item());
          return [c.add(y), null];
        },
        np.array(0),
        v,
      ),
    );
    disableJit(() => looking(x));
    expect(seen).toEqual([1, -1, 4]);
  });

  test("ends with its body, also when that throws", () => {
    expect(() =>
      disableJit(() => {
        throw new Error("inside");
      }),
    ).toThrow("inside");
    expect(() => jit((v: NDArray) => v.mul(Number(v.sum().item())))(x)).toThrow(/while jit traces/);
  });
});

describe("evalShape", () => {
  test("gives the types of a tree, of a gradient of a loop in a batch, from structs alone", () => {
    const slopes = vmap(grad((v: NDArray) => sumOfRoots(v)));
    const tree = evalShape((v: NDArray) => ({ slopes: slopes(v), count: v.argmax() }), {
      shape: [2, 3],
      dtype: "float64",
    });
    expect(tree).toEqual({
      slopes: { shape: [2, 3], dtype: "float64" },
      count: { shape: [], dtype: "int32" },
    });
  });

  test("computes nothing: what is far too large for memory has a shape", () => {
    const outer = (v: NDArray): NDArray => np.outer(v, v).sum();
    expect(evalShape(outer, { shape: [1_000_000], dtype: "float32" })).toEqual({
      shape: [],
      dtype: "float32",
    });
  });
});
