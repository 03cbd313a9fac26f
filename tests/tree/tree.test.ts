/** The laws of trees, and the types that flow through them. */
import { describe, expect, expectTypeOf, test } from "vitest";
import type { NDArray } from "../../src/autodiff/array.js";
import { fromNested, fromTypedArray } from "../../src/autodiff/convert.js";
import { add, mul } from "../../src/autodiff/primitives/arithmetic.js";
import { reduceSum } from "../../src/autodiff/primitives/sum-and-broadcast.js";
import { grad } from "../../src/autodiff/transforms/grad.js";
import { jit } from "../../src/autodiff/transforms/jit-function.js";
import { range } from "../../src/ir/shape.js";
import * as tree from "../../src/tree/index.js";

interface Params {
  readonly layers: readonly { readonly w: NDArray; readonly b: NDArray | null }[];
  readonly scale: NDArray;
}
const params: Params = {
  scale: fromTypedArray(new Float64Array([0.1]), []),
  layers: [
    { w: fromNested([[1, 2]]), b: fromNested([3]) },
    { w: fromNested([[4]]), b: null },
  ],
};
const shown = (t: unknown): unknown =>
  tree.leaves(t).map((x) => [x.dtype, x.shape, Array.from(x.dataSync())]);

/** The same structure, and the very same leaves. */
function expectSame(t: unknown, wanted: unknown): void {
  expect(tree.structure(t)).toEqual(tree.structure(wanted));
  const leaves = tree.leaves(wanted);
  expect(tree.leaves(t).map((x, i) => x === leaves[i])).toEqual(leaves.map(() => true));
}

describe("laws", () => {
  const f = (x: NDArray): NDArray => add(x, 1);
  const g = (x: NDArray): NDArray => mul(x, 3);

  test("map(id, t) equals t", () => {
    expectSame(
      tree.map((x) => x, params),
      params,
    );
  });
  test("map(f, map(g, t)) equals map of the composition", () => {
    expect(shown(tree.map(f, tree.map(g, params)))).toEqual(shown(tree.map((x) => f(g(x)), params)));
  });
  test("unflatten undoes flatten", () => {
    const [leaves, structure] = tree.flatten(params);
    expectSame(tree.unflatten(structure, leaves), params);
    expect(tree.structure(params)).toEqual(structure);
  });
  test("unravel undoes ravel, and ravel undoes unravel", () => {
    const [flat, unravel] = tree.ravel(params);
    expect([flat.dtype, flat.shape]).toEqual(["float64", [5]]);
    expect(shown(unravel(flat))).toEqual(shown(params));
    expect(tree.ravel(unravel(flat))[0].js()).toEqual(flat.js());
  });
});

test("leaves come in sorted key order, and null holds none", () => {
  expect(tree.leaves(params).map((x) => x.js())).toEqual([[3], [[1, 2]], [[4]], 0.1]);
});

test("mapWithPath gives each leaf its key path", () => {
  const paths = tree.mapWithPath((path) => path, params);
  expect(paths).toEqual({
    layers: [
      { b: ".layers[0].b", w: ".layers[0].w" },
      { b: null, w: ".layers[1].w" },
    ],
    scale: ".scale",
  });
});

test("map takes further trees of the same structure, and refuses others", () => {
  expect(shown(tree.map((x, y) => add(x, y), params, params))).toEqual(
    shown(tree.map((x) => mul(x, 2), params)),
  );
  const other = { ...params, layers: [params.layers[0]] };
  expect(() => tree.map((x) => x, params, other)).toThrow(
    /tree\.map: the trees differ: the first is \{layers/,
  );
});

test("reduce and all", () => {
  expect(tree.reduce((count, x) => count + x.size, params, 0)).toBe(5);
  expect(tree.all(tree.map((x) => x.ndim === 2, params))).toBe(false);
  expect(tree.all([true, 1, fromNested([2])])).toBe(true);
  expect(tree.all({})).toBe(true);
});

test("ravel of nothing, and unravel of the wrong size", () => {
  const [flat, unravel] = tree.ravel({});
  expect([flat.dtype, flat.shape, unravel(flat)]).toEqual(["float32", [0], {}]);
  expect(() => tree.ravel(params)[1](new Float32Array(4))).toThrow(/unravel: the tree has 5 elements in all/);
});

test("ravel differentiates and compiles", () => {
  const [flat, unravel] = tree.ravel({ a: fromNested([1, 2]), b: fromNested([[3]]) });
  const loss = (x: NDArray): NDArray => {
    const { a, b } = unravel(x);
    return mul(dotOf(a, a), dotOf(b, b));
  };
  expect(jit(grad(loss))(flat).js()).toEqual([18, 36, 30]);
});

const dotOf = (x: NDArray, y: NDArray): NDArray => {
  const products = mul(x, y);
  return reduceSum(products, range(products.ndim));
};

class Point {
  constructor(
    readonly x: NDArray,
    readonly y: NDArray,
  ) {}
}
test("a registered class is a node", () => {
  tree.registerNode(Point, { flatten: (p) => [[p.x, p.y], null], unflatten: (_, [x, y]) => pointOf(x, y) });
  const doubled = tree.map((x) => mul(x, 2), new Point(fromNested([1]), fromNested([2])));
  expect(doubled).toBeInstanceOf(Point);
  expect(shown(doubled)).toEqual([
    ["float32", [1], [2]],
    ["float32", [1], [4]],
  ]);
});
const pointOf = (x: unknown, y: unknown): Point => new Point(x as NDArray, y as NDArray); // made from a Point's children

test("types flow", () => {
  expectTypeOf(tree.map((x) => x, params)).toEqualTypeOf<Params>();
  expectTypeOf(tree.ravel(params)[1]).returns.toEqualTypeOf<Params>();
  expectTypeOf(tree.unflatten(tree.structure(params), tree.leaves(params))).toEqualTypeOf<Params>();
  expectTypeOf(tree.map((x) => x.shape.length, { a: fromNested([1]) })).toEqualTypeOf<{ a: number }>();
});
