/**
 * How trees flow through the types. expectTypeOf is checked by the type checker; what stands below `@ts-expect-error` must not
 * compile. The calls run too, so that the types are those of real results.
 */
import {
  type ArrayLike,
  checkpoint,
  checkpointPolicies,
  customVjp,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jit,
  jvp,
  lax,
  linearize,
  type NDArray,
  numpy as np,
  valueAndGrad,
  vjp,
  vmap,
} from "cotangent";
import { pipe } from "fp-ts/lib/function.js";
import { describe, expect, expectTypeOf, test } from "vitest";
import { f32, show } from "./statement.js";

interface Layer {
  readonly w: NDArray;
  readonly b?: NDArray;
}
interface Params {
  readonly layers: readonly [Layer, Layer];
  readonly scale: NDArray | null;
}
const params: Params = { layers: [{ w: f32(1, 2), b: f32(3, 4) }, { w: f32(5, 6) }], scale: null };
const energy = (p: Params, x: NDArray): NDArray =>
  p.layers.reduce(
    (sum, { w, b }) =>
      sum.add(
        w
          .mul(x)
          .add(b ?? 0)
          .sum(),
      ),
    np.asarray(0),
  );

describe("grad's type", () => {
  test("is the user's own interface, optional, nullable and tuple fields included, without a cast", () => {
    const g = grad(energy)(params, 2);
    expectTypeOf(g).toEqualTypeOf<Params>();
    expect([show(g.layers[0].w), g.scale]).toEqual(["float32[2] [2, 2]", null]);
    expectTypeOf(jit(grad(energy))(params, 2)).toEqualTypeOf<Params>();
    expectTypeOf(valueAndGrad(energy)(params, 2)).toEqualTypeOf<[NDArray, Params]>();
  });

  test("picks the argument by number, by negative number, or by a tuple of them", () => {
    expectTypeOf(grad(energy, { argnums: 1 })(params, 2)).toEqualTypeOf<NDArray>();
    expectTypeOf(grad(energy, { argnums: -1 })(params, 2)).toEqualTypeOf<NDArray>();
    expectTypeOf(grad(energy, { argnums: [1, 0] })(params, 2)).toEqualTypeOf<[NDArray, Params]>();
    expect(grad(energy, { argnums: -1 })(params, 2).item()).toBe(14);
  });

  test("of an argument that does not exist is a marker that names the mistake, not never", () => {
    const out = (): unknown => {
      const g = grad(energy, { argnums: 2 })(params, 2);
      expectTypeOf(g).not.toBeNever();
      expectTypeOf(g).toHaveProperty("argnums is out of range");
      return g;
    };
    expect(out).toThrow(/argnums 2 is out of range/);
  });

  test("with hasAux is a pair", () => {
    const f = (p: Params): readonly [NDArray, { readonly n: NDArray }] => [energy(p, f32(1)), { n: f32(7) }];
    const result = grad(f, { hasAux: true })(params);
    expectTypeOf(result[0]).toEqualTypeOf<Params>();
    expectTypeOf(result[1].n).toEqualTypeOf<NDArray>();
    expect(result[1].n.js()).toEqual([7]);
  });

  test("of a number argument is an NDArray", () => {
    expectTypeOf(grad((x: NDArray) => x.mul(x))(3)).toEqualTypeOf<NDArray>();
    expect(grad((x: NDArray) => x.mul(x))(3).item()).toBe(6);
  });

  test("goes through a generic function of any parameters", () => {
    const step = <P>(loss: (p: P, x: NDArray) => NDArray, p: P, x: NDArray): unknown =>
      grad(loss as (p: unknown, x: NDArray) => NDArray)(p, x); // P is a tree: the caller's business
    expect(show((step(energy, params, f32(2)) as Params).layers[1].w)).toBe("float32[2] [2, 2]"); // P in, P out
  });
});

describe("a transformed function", () => {
  test("takes numbers, nested and typed arrays where the user's declared an array, and an object of them", () => {
    const f = jit((p: { readonly a: NDArray; readonly b: readonly [NDArray, null] }, x: NDArray) =>
      p.a.add(p.b[0]).add(x),
    );
    const result = f({ a: 1, b: [new Float32Array([1, 2]), null] }, 3);
    expectTypeOf(result).toEqualTypeOf<NDArray>();
    expect(result.js()).toEqual([5, 6]);
    expectTypeOf(vmap(energy, [null, 0]))
      .parameter(1)
      .toEqualTypeOf<ArrayLike>();
  });

  test("may be transformed again and again: the third time its arguments are no wider than the first", () => {
    const inner = jit((x: NDArray) => np.sin(x).sum());
    const deep = vmap(grad(jit(vmap(grad(inner))) as (x: NDArray) => NDArray)); // grad wants a scalar: never called
    expectTypeOf(deep).parameter(0).toEqualTypeOf<ArrayLike>();
    const threefold = jit(vmap(grad(inner)));
    expectTypeOf(threefold).parameter(0).toEqualTypeOf<ArrayLike>();
    expectTypeOf(threefold(f32(1))).toEqualTypeOf<NDArray>();
    expect(grad(grad(inner))(1).item()).toBeCloseTo(-Math.sin(1), 6);
  });

  test("infers through fp-ts's pipe, options first", () => {
    const force = pipe(energy, grad({ argnums: 1 }), vmap({ inAxes: [null, 0] }), jit());
    expectTypeOf(force(params, f32(1, 2))).toEqualTypeOf<NDArray>();
    expect(force(params, f32(1, 2, 3)).js()).toEqual([14, 14, 14]);
  });

  test("comes from the transformation alone where that is called with options only", () => {
    const f = (x: NDArray): NDArray => np.sin(x).prod();
    const x = f32(0.5, 1);
    expect(pipe(f, grad())(x).js()).toEqual(grad(f)(x).js());
    expect(pipe(f, valueAndGrad({ argnums: 0 }))(x)[0].item()).toBe(f(x).item());
    expect(pipe(f, jacfwd({ argnums: 0 }))(x).js()).toEqual(jacfwd(f)(x).js());
    expect(pipe(f, jacrev({ argnums: 0 }))(x).js()).toEqual(jacrev(f)(x).js());
    expect(pipe(f, hessian({ argnums: 0 }))(x).js()).toEqual(hessian(f)(x).js());
    expect(pipe(f, vmap({ inAxes: 0 }))(np.stack([x, x])).js()).toEqual(vmap(f)(np.stack([x, x])).js());
    expect(pipe(f, jit({ fastMath: false }))(x).item()).toBe(f(x).item());
    expect(pipe(f, checkpoint({ policy: checkpointPolicies.nothingSaveable }), grad())(x).js()).toEqual(
      grad(f)(x).js(),
    );
    const scaled = pipe((n: number, v: NDArray) => v.mul(n), customVjp({ nondiffArgnums: [0] }));
    scaled.defvjp(
      (n: number, v: NDArray) => [v.mul(n), null],
      (n: number, _: null, ct: NDArray) => [ct.mul(n * 10)],
    );
    expect(grad((v: NDArray) => scaled(3, v))(1).item()).toBe(30);
  });

  test("keeps its parameters: wrong ones do not compile", () => {
    const wrong = [
      // @ts-expect-error a tree is wanted
      () => jit(energy)(1, 2),
      // @ts-expect-error an argument is missing
      () => grad(energy)(params),
      // @ts-expect-error a string is no array
      () => jit((x: NDArray) => x)("1"),
    ];
    for (const run of wrong) expect(run).toThrow();
  });
});

describe("a scan's body fixes the carry's type", () => {
  const body = (c: { readonly s: NDArray }, x: NDArray): readonly [{ readonly s: NDArray }, NDArray] => [
    { s: c.s.add(x) },
    c.s,
  ];

  test("so numbers go in as its initial value", () => {
    const [last, all] = lax.scan(body, { s: 0 }, f32(1, 2, 3));
    expectTypeOf(last).toEqualTypeOf<{ readonly s: NDArray }>();
    expectTypeOf(all).toEqualTypeOf<NDArray>();
    expect([last.s.item(), all.js()]).toEqual([6, [0, 1, 3]]);
  });

  test("and a body that returns another tree does not compile", () => {
    const other = (c: { readonly s: NDArray }, x: NDArray): [{ readonly t: NDArray }, NDArray] => [
      { t: x },
      c.s,
    ];
    // @ts-expect-error the carry comes back as another tree
    const run = (): unknown => lax.scan(other, { s: 0 }, f32(1));
    expect(run).toThrow(/carry/);
  });
});

test("jvp, vjp, linearize and hessian give the user's types back", () => {
  const f = (p: { readonly a: NDArray }): NDArray => np.square(p.a).sum();
  const p = { a: f32(1, 2) };
  expectTypeOf(jvp(f, [p], [p])).toEqualTypeOf<[NDArray, NDArray]>();
  expectTypeOf(vjp(f, [p])[1](1)).toEqualTypeOf<[{ readonly a: NDArray }]>();
  expectTypeOf(linearize(f, [p])[1](p)).toEqualTypeOf<NDArray>();
  expectTypeOf(hessian(f)(p).a.a).toEqualTypeOf<NDArray>();
  expect(hessian(f)(p).a.a.js()).toEqual([
    [2, 0],
    [0, 2],
  ]);
});
