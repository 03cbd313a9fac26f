/** What grad, jvp and vjp take and give: scalars, argnums, aux, trees, zeros. */
import {
  ArgumentError,
  CoercionError,
  ConcretizationError,
  DifferentiationError,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jit,
  jvp,
  linearize,
  type NDArray,
  numpy as np,
  random,
  valueAndGrad,
  vjp,
  vmap,
} from "cotangent";
import { describe, expect, test } from "vitest";
import { bools, f32, f64, floats, i32, scalar, show, u32, unchecked } from "./statement.js";

const square = (x: NDArray): NDArray => x.mul(x).sum();

describe("grad takes", () => {
  test("real floating inputs of both types, and gives their own type back", () => {
    for (const dtype of floats) expect(show(grad(square)(scalar(3, dtype)))).toBe(`${dtype}[] 6`);
  });

  test.each([
    ["int32", i32(1, 2), /i32\[2\].*only floats have gradients/],
    ["uint32", u32(1, 2), /u32\[2\]/],
    ["bool", bools(true), /bool\[1\]/],
  ] as const)("no %s input", (_, x, message) => {
    expect(() => grad((v: NDArray) => v.sum().astype("float32"))(x)).toThrow(DifferentiationError);
    expect(() => valueAndGrad((v: NDArray) => v.sum().astype("float32"))(x)).toThrow(message);
    expect(() => jit(grad((v: NDArray) => v.sum().astype("float32")))(x)).toThrow(message);
  });

  test("a plain number: it is a float, whatever its value", () => {
    expect(show(grad(square)(3))).toBe("float32[] 6");
    expect(show(grad(square)(2.5))).toBe("float32[] 5");
  });

  test("typed arrays as leaves", () => {
    expect(show(grad(square)(new Float64Array([1, 2])))).toBe("float64[2] [2, 4]");
    expect(() => grad(square)(new Int32Array([1, 2]))).toThrow(/i32\[2\]/);
  });
});

describe("grad's function returns", () => {
  test("a scalar: else the message says so, gives the shape and names the way out", () => {
    expect(() => grad((x: NDArray) => x)(f32(1, 2, 3))).toThrow(DifferentiationError);
    expect(() => grad((x: NDArray) => x)(f32(1, 2, 3))).toThrow(/scalar.*f32\[3\].*vjp/);
    expect(() => grad((x: NDArray) => x.reshape([1]))(1)).toThrow(/f32\[1\]/);
  });

  test("a real floating scalar: ints and bools are refused with their type", () => {
    expect(() => grad((x: NDArray) => x.astype("int32"))(1)).toThrow(/i32\[\].*cast it to a float/);
    expect(() => grad((x: NDArray) => x.greater(0))(1)).toThrow(/bool\[\]/);
  });

  test("one scalar, not a tree of them", () => {
    expect(() => grad(unchecked((x: NDArray) => [x, x]))(unchecked(1))).toThrow(/one scalar/);
  });
});

describe("argnums", () => {
  const f = (x: NDArray, y: NDArray, z: NDArray): NDArray => x.mul(y).add(z.mul(5));

  test("is 0 unless given, and picks one argument", () => {
    expect(grad(f)(2, 3, 4).item()).toBe(3);
    expect(grad(f, { argnums: 1 })(2, 3, 4).item()).toBe(2);
  });

  test("may be a tuple, and then so is the result, in its order", () => {
    expect(grad(f, { argnums: [2, 0] })(2, 3, 4).map((g) => g.item())).toEqual([5, 3]);
    expect(grad(f, { argnums: [1] })(2, 3, 4).map((g) => g.item())).toEqual([2]);
  });

  test("counts from the end where it is negative", () => {
    expect(grad(f, { argnums: -1 })(2, 3, 4).item()).toBe(5);
    expect(grad(f, { argnums: [-3, -2] })(2, 3, 4).map((g) => g.item())).toEqual([3, 2]);
  });

  test("out of range, or twice the same, is an error", () => {
    expect(() => grad(f, { argnums: [3 as number] })(2, 3, 4)).toThrow(ArgumentError);
    expect(() => grad(f, { argnums: [0, -3] })(2, 3, 4)).toThrow(/twice/);
  });

  test("leaves integer arguments alone that it does not pick", () => {
    expect(show(grad((x: NDArray, n: NDArray) => x.mul(n).sum())(f32(1, 2), i32(3, 4)))).toBe(
      "float32[2] [3, 4]",
    );
  });
});

describe("hasAux", () => {
  const f = (x: NDArray): readonly [NDArray, { readonly twice: NDArray; readonly n: NDArray }] => [
    square(x),
    { twice: x.mul(2), n: i32(1, 2) },
  ];

  test("passes the second result on, undifferentiated and of any type", () => {
    const [g, aux] = grad(f, { hasAux: true })(f32(1, 2));
    expect([show(g), show(aux)]).toEqual(["float32[2] [2, 4]", "int32[2] [1, 2]; float32[2] [2, 4]"]);
    const [[value, again], slope] = valueAndGrad(f, { hasAux: true })(f32(1, 2));
    expect([value.item(), show(again.twice), show(slope)]).toEqual([
      5,
      "float32[2] [2, 4]",
      "float32[2] [2, 4]",
    ]);
  });

  test("does so under jit and vmap, and for vjp and linearize", () => {
    expect(show(jit(grad(f, { hasAux: true }))(f32(1, 2))[0])).toBe("float32[2] [2, 4]");
    expect(show(vmap(grad(f, { hasAux: true }))(np.array([[1, 2]]))[1].twice)).toBe("float32[1,2] [[2, 4]]");
    expect(show(vjp(f, [f32(1, 2)], { hasAux: true })[2].twice)).toBe("float32[2] [2, 4]");
    expect(show(linearize(f, [f32(1, 2)], { hasAux: true })[2].n)).toBe("int32[2] [1, 2]");
  });
});

describe("trees", () => {
  const f = (p: { readonly w: NDArray; readonly layers: readonly NDArray[]; readonly none: null }): NDArray =>
    p.layers.reduce((sum, b) => sum.add(square(b)), p.w.mul(3).sum());

  test("of arguments give gradients of the same tree", () => {
    const g = grad(f)({ w: f32(1), layers: [f64(2), scalar(3)], none: null });
    expect(Object.keys(g)).toEqual(["layers", "none", "w"]);
    expect([show(g.w), show(g.layers[0]), show(g.layers[1])]).toEqual([
      "float32[1] [3]",
      "float64[1] [4]",
      "float32[] 6",
    ]);
  });

  test("hold null as an empty subtree: no leaf, no gradient, and null comes back", () => {
    expect(grad(f)({ w: f32(1), layers: [], none: null }).none).toBeNull();
    expect(grad((_: null, x: NDArray) => square(x), { argnums: 1 })(null, 3).item()).toBe(6);
  });

  test("with an int or bool leaf are refused, and the key path of the leaf is named", () => {
    const g = grad((p: { readonly w: NDArray; readonly step: readonly NDArray[] }) => p.w.sum());
    expect(() => g({ w: f32(1), step: [f32(1), i32(1)] })).toThrow(/args\[0\]\.step\[1\] is i32\[1\]/);
    expect(() => g({ w: f32(1), step: [f32(1), bools(true)] })).toThrow(/argnums.*hasAux.*split the tree/);
  });

  test("with integer keys name them in the path as well", () => {
    const g = grad(unchecked((p: Readonly<Record<string, NDArray>>) => p[0].sum()));
    expect(() => g(unchecked({ 0: f32(1), 1: { 7: i32(1) } }))).toThrow(/args\[0\]\.1\.7 is i32\[1\]/);
  });
});

describe("symbolic zeros", () => {
  const f = (x: NDArray, n: NDArray, flag: NDArray, key: random.Key): readonly NDArray[] => [
    x.mul(n),
    n.add(1),
    flag,
    random.split(key),
  ];
  const args = [f32(1, 2), i32(3, 4), bools(true, false), random.key(1)] as const;

  test("pass through integer, bool and key values, and show as zeros of the leaf's own dtype and shape", () => {
    const [, tangents] = jvp(f, [...args], [f32(1, 1), i32(0, 0), bools(false, false), unchecked(null)]);
    expect(tangents.map((t) => show(t))).toEqual([
      "float32[2] [3, 4]",
      "int32[2] [0, 0]",
      "bool[2] [false, false]",
      "uint32[2,2] [[0, 0], [0, 0]]",
    ]);
    const [, pullback] = vjp((...all: [NDArray, NDArray, NDArray, random.Key]) => f(...all)[0], [...args]);
    expect(pullback(f32(1, 1)).map((ct) => show(ct))).toEqual([
      "float32[2] [3, 4]",
      "int32[2] [0, 0]",
      "bool[2] [false, false]",
      "uint32[2] [0, 0]",
    ]);
  });

  test("null is accepted as a tangent or cotangent of anything, and means zero", () => {
    const product = (x: NDArray, y: NDArray): NDArray => x.mul(y);
    expect(jvp(product, [2, 3], [1, unchecked(null)])[1].item()).toBe(3);
    expect(jvp(product, [2, i32(3).sum()], [1, unchecked(null)])[1].item()).toBe(3);
    expect(jvp(product, [2, 3], [unchecked(null), unchecked(null)])[1].item()).toBe(0);
    const [, pullback] = vjp((x: NDArray) => [x.mul(2), x.mul(3)] as const, [1]);
    expect(pullback([unchecked(null), 1])[0].item()).toBe(3);
    const tree = vjp((x: NDArray) => ({ a: { b: x, c: x }, d: x.mul(3) }), [1])[1];
    expect(tree({ a: unchecked(null), d: 1 })[0].item()).toBe(3);
    expect(show(linearize(product, [2, 3])[1](unchecked(null), 1))).toBe("float32[] 2");
  });

  test("an argument that has no influence has a gradient of zeros", () => {
    expect(show(grad((x: NDArray, y: NDArray) => y.sum().add(x.sum().mul(0)))(f64(1, 2), 1))).toBe(
      "float64[2] [0, 0]",
    );
    expect(show(grad((_: NDArray) => np.asarray(5))(f32(1, 2)))).toBe("float32[2] [0, 0]");
  });
});

describe("values under transformations", () => {
  test("under grad alone are known: if and item() work with the primal's value", () => {
    const f = (x: NDArray): NDArray => (Number(x.item()) > 0 ? x.mul(3) : x.mul(5));
    expect([grad(f)(2).item(), grad(f)(-2).item(), jvp(f, [2], [1])[1].item()]).toEqual([3, 5, 3]);
    expect(grad(grad((x: NDArray) => (Number(x.item()) > 0 ? x.mul(x).mul(x) : x)))(2).item()).toBe(12);
    expect(grad((x: NDArray) => x.mul(Number(x.slice(1).item())).sum())(f32(2, 7)).js()).toEqual([7, 7]);
  });

  test("under vmap are not", () => {
    expect(() => vmap((x: NDArray) => x.mul(Number(x.item())))(f32(1, 2))).toThrow(ConcretizationError);
    expect(() =>
      grad((v: NDArray) => vmap((x: NDArray) => x.mul(Number(x.item())))(v).sum())(f32(1, 2)),
    ).toThrow(ConcretizationError);
  });

  test("of a plain number's gradient are weakly typed, as the number was", () => {
    expect([grad(square)(3).weakType, grad(square)(scalar(3)).weakType]).toEqual([true, false]);
  });

  test("coercing a tracer to a number or a string throws always, under grad too", () => {
    type Transform = (f: (x: NDArray) => NDArray) => (x: NDArray) => unknown;
    const transforms: readonly Transform[] = [
      (f) => grad(f),
      (f) => jit(f),
      (f) => (x) => vmap(f)(x.reshape([1])),
    ];
    for (const transform of transforms) {
      const run = (f: (x: never) => unknown) => () => transform(unchecked(f))(scalar(1));
      expect(run((x) => x + 1)).toThrow(CoercionError);
      expect(run((x) => x > 0)).toThrow(CoercionError);
      expect(run((x) => `${x}`)).toThrow(CoercionError);
      expect(run((x) => [1, 2][x])).toThrow(CoercionError);
      expect(run((x) => x + 1)).toThrow(TypeError);
    }
  });
});

test("jacobians and Hessians take any input and output shapes, and trees", () => {
  const f = (x: NDArray): { readonly y: NDArray } => ({ y: np.square(x).mul(np.array([[1], [10]])) });
  const expected = [
    [
      [2, 0],
      [0, 4],
    ],
    [
      [20, 0],
      [0, 40],
    ],
  ]; // prettier than formatted
  for (const jacobian of [jacfwd, jacrev]) expect(jacobian(f)(f32(1, 2)).y.js()).toEqual(expected);
  expect(hessian((p: { readonly a: NDArray }) => p.a.prod())({ a: f32(2, 3) }).a.a.js()).toEqual([
    [0, 1],
    [1, 0],
  ]);
});
