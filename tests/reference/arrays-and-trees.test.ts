/** Arrays are values; trees are what arguments and results are made of. */
import { inspect } from "node:util";
import {
  CoercionError,
  grad,
  jit,
  lax,
  type NDArray,
  numpy as np,
  random,
  ShapeError,
  TreeError,
  tree,
  vmap,
} from "cotangent";
import { describe, expect, test } from "vitest";
import { bools, f32, f64, floats, i32, scalar, show, unchecked } from "./statement.js";

describe("an array cannot be changed", () => {
  test("by writing to the typed array it was made of: that was copied in", () => {
    const source = new Float32Array([1, 2]);
    const made = [
      np.array(source),
      np.add(source, 0),
      jit((x: NDArray) => x)(source),
      tree.leaves([source])[0],
    ];
    source[0] = 99;
    for (const x of made) expect(x.js()).toEqual([1, 2]);
  });

  test("by writing to what dataSync() and data() give: fresh copies", async () => {
    const x = f32(1, 2);
    const [first, second] = [x.dataSync(), await x.data()];
    first[0] = 99;
    second[1] = 99;
    expect([x.js(), [...x.dataSync()], [...(await x.data())]]).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    expect(x.dataSync()).not.toBe(x.dataSync());
  });

  test("by writing to what js() gives, or through a view of it", () => {
    const x = np.array([[1, 2]]);
    const rows = x.js() as number[][]; // two axes
    rows[0][0] = 99;
    expect(x.js()).toEqual([[1, 2]]);
    const flat = x.reshape([2]);
    flat.dataSync()[0] = 99;
    expect([x.js(), flat.js()]).toEqual([[[1, 2]], [1, 2]]);
  });

  test("by updates: x.at(...) gives new arrays", () => {
    const x = f32(1, 2);
    for (const y of [x.at(0).set(9), x.at(0).add(9), x.at(0).multiply(9), x.at(0).min(-9), x.at(0).max(9)])
      expect(y.js()).not.toEqual([1, 2]);
    expect(x.js()).toEqual([1, 2]);
  });

  test("by the place it takes in a jitted program's memory", () => {
    const x = f32(1, 2, 3);
    const f = jit((v: NDArray) => lax.foriLoop(0, 3, (i, c: NDArray) => c.at(i).set(0), v));
    expect([f(x).js(), x.js(), f(x).js()]).toEqual([
      [0, 0, 0],
      [1, 2, 3],
      [0, 0, 0],
    ]);
  });
});

describe("iteration", () => {
  test("walks the first axis, of tracers too", () => {
    expect(
      [
        ...np.array([
          [1, 2],
          [3, 4],
        ]),
      ].map((row) => row.js()),
    ).toEqual([
      [1, 2],
      [3, 4],
    ]);
    const total = (x: NDArray): NDArray => [...x].reduce((sum, row, k) => sum.add(row.mul(k)));
    expect(
      jit(total)(
        np.array([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
      ).js(),
    ).toEqual([14, 18]);
    expect(grad((x: NDArray) => total(x).sum())(np.ones([3, 1])).js()).toEqual([[1], [1], [2]]);
    const [a, b] = f32(7, 8);
    expect([a.item(), b.item(), [...np.zeros([0, 2])]]).toEqual([7, 8, []]);
  });

  test("throws at rank 0, and names item()", () => {
    expect(() => [...scalar(1)]).toThrow(ShapeError);
    expect(() => [...scalar(1)]).toThrow(/no first axis.*item\(\)/);
    expect(() => jit((x: NDArray) => [...x])(1)).toThrow(ShapeError);
  });
});

describe("an array as text", () => {
  test("shows dtype, shape and values, in Node's console too", () => {
    expect(
      String(
        np.array([
          [1, 2.5],
          [-0, 3],
        ]),
      ),
    ).toBe("float32[2,2] [[1, 2.5], [-0, 3]]");
    expect([inspect(i32(1, 2)), inspect(bools(true, false)), inspect(scalar(0.1))]).toEqual([
      "int32[2] [1, 2]",
      "bool[2] [true, false]",
      "float32[] 0.1",
    ]);
    expect(String(f64(0.1))).toBe("float64[1] [0.1]");
  });

  test("of a tracer is its type: toString() prints no value", () => {
    const texts: string[] = [];
    const look = (x: NDArray): NDArray => {
      texts.push(x.toString());
      return x.sum();
    };
    jit(look)(np.ones([2, 3]));
    grad(look)(f64(1));
    vmap(look)(np.ones([4, 3]));
    expect(texts[0]).toContain("f32[2,3]");
    expect(texts[1]).toContain("f64[1]");
    expect(texts[2]).toContain("f32[3]");
  });

  test("coercing a tracer throws: in a template string, x + 1, x > 0 and obj[x]", () => {
    const coercions: readonly ((x: never) => unknown)[] = [
      (x) => `${x}`,
      (x) => x + 1,
      (x) => x > 0,
      (x) => ({ a: 1 })[x],
      (x) => Math.sin(x),
    ];
    for (const f of coercions) {
      for (const run of [
        () => jit(unchecked(f))(1),
        () => grad(unchecked(f))(1),
        () => vmap(unchecked(f))(f32(1)),
      ]) {
        expect(run).toThrow(CoercionError);
        expect(run).toThrow(/x\.add\(1\).*x\.greater\(0\)/);
      }
    }
  });

  test("x + 1 and x > 0 throw for concrete arrays as well: there are no operators on arrays", () => {
    for (const f of [(x: never) => x + 1, (x: never) => x > 0, (x: never) => x * 2, (x: never) => -x]) {
      expect(() => f(unchecked(f32(1)))).toThrow(CoercionError);
    }
  });
});

describe("nested JavaScript arrays", () => {
  test("are arrays as operands of numpy, lax and random functions and of methods", () => {
    expect(random.categorical(random.key(0), [0, 99]).item()).toBe(1);
    expect(random.bernoulli(random.key(0), [0, 1]).js()).toEqual([false, true]);
    expect(show(np.add([1, 2], [[10], [20]]))).toBe("float32[2,2] [[11, 12], [21, 22]]");
    expect([
      show(np.sum([1, 2, 3])),
      show(lax.neg([1, 2])),
      show(f32(1, 2).mul([3, 4])),
      show(np.where([true, false], 1, 2)),
    ]).toEqual(["float32[] 6", "float32[2] [-1, -2]", "float32[2] [3, 8]", "float32[2] [1, 2]"]);
  });

  test("are tuples of leaves in arguments, carries and results", () => {
    const g = grad((p: readonly [NDArray, NDArray]) => p[0].mul(p[1]));
    expect(g([3, 4]).map((x) => x.item())).toEqual([4, 3]);
    expect(jit((p: readonly NDArray[]) => p.length)(unchecked([1, 2, 3]))).toMatchObject({
      dtype: "float32",
    });
    const [carry, ys] = lax.scan((c: readonly NDArray[]) => [[c[1], c[0]], [c[0]]], [1, 2], null, {
      length: 1,
    });
    expect([carry.map((x) => x.item()), ys.map((y) => y.js())]).toEqual([[2, 1], [[1]]]);
    expect(() => vmap((x: NDArray) => x)(unchecked([1, 2]))).toThrow(ShapeError); // two scalars, not one vector
  });

  test("with rows of different lengths, or with strings in them, are refused", () => {
    expect(() => np.array([[1, 2], [3]])).toThrow(ShapeError);
    expect(() => np.array(unchecked([["a"]]))).toThrow(/"a"/);
  });
});

describe("a tree", () => {
  test("has typed arrays for leaves", () => {
    expect(tree.leaves({ b: new Int32Array([1, 2]), a: 1 }).map((x) => show(x))).toEqual([
      "float32[] 1",
      "int32[2] [1, 2]",
    ]);
    expect(show(jit((p: { readonly x: NDArray }) => p.x.sum())({ x: new Float64Array([1, 2]) }))).toBe(
      "float64[] 3",
    );
  });

  test("holds its keys in sorted order, and null as an empty subtree", () => {
    const leaves = tree.leaves({ z: 1, a: { m: 2, b: 3 }, n: null });
    expect(leaves.map((x) => x.item())).toEqual([3, 2, 1]);
    expect(jit((p: { readonly n: null; readonly x: NDArray }) => p)({ x: 1, n: null }).n).toBeNull();
  });

  test("may not hold undefined, functions, strings or Promises: the key path is named", () => {
    const wrong: readonly (readonly [unknown, RegExp])[] = [
      [undefined, /\.w\[1\].*undefined/],
      ["text", /\.w\[1\].*string/],
      [() => 1, /\.w\[1\].*function/],
      [Promise.resolve(1), /\.w\[1\].*Promise/],
      [new Map(), /\.w\[1\].*Map/],
    ];
    for (const [value, message] of wrong) {
      expect(() => jit((p: unknown) => p)(unchecked({ w: [1, value] }))).toThrow(TreeError);
      expect(() => jit((p: unknown) => p)(unchecked({ w: [1, value] }))).toThrow(message);
    }
  });
});

test("where an array goes in, a number, a boolean, a nested array or a typed array may go too", () => {
  const inputs = [f32(1, 0), [1, 0], [true, false], new Float32Array([1, 0]), new Int16Array([1, 0])];
  for (const x of inputs) expect(np.add(x, 1.5).js()).toEqual([2.5, 1.5]);
  for (const x of [1, true, scalar(1)]) expect(np.add(x, 1.5).js()).toBe(2.5);
});

test("results of transformations take them wherever the function declared an array", () => {
  const f = (x: NDArray, y: NDArray): NDArray => x.mul(y).sum();
  for (const dtype of floats) {
    const y = np.array([3, 4], { dtype });
    expect([grad(f)(2, y).item(), jit(f)(2, y).item(), vmap(f, [null, 0])(2, y).js()]).toEqual([
      7,
      14,
      [6, 8],
    ]);
  }
  expect(grad(f)(new Float64Array([1, 2]), true).dtype).toBe("float64");
});
