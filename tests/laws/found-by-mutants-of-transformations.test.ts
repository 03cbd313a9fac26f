/** Facts about transformations that no test held: a rule was made wrong on purpose (npm run mutate), and nothing noticed. */
import {
  checkpoint,
  checkpointPolicies,
  customJvp,
  customVjp,
  DifferentiationError,
  grad,
  jit,
  jvp,
  lax,
  linearize,
  linearTranspose,
  makeJaxpr,
  type NDArray,
  numpy as np,
  type PrintableJaxpr,
  vjp,
  vmap,
} from "cotangent";
import { describe, expect, test } from "vitest";
import { liveLanes } from "../../src/autodiff/control-flow/cond/live-lanes.js";

const f64 = (...values: number[]): NDArray => np.array(values, { dtype: "float64" });
const x = f64(1, 2, 3);

type Equation = PrintableJaxpr["jaxpr"]["eqns"][number];
const equations = ({ jaxpr }: PrintableJaxpr, name: string): readonly Equation[] =>
  jaxpr.eqns.filter((eqn) => eqn.primitive.name === name);

/** The jaxpr that an equation calls. */
const bodyOf = (eqn: Equation): PrintableJaxpr["jaxpr"] =>
  (eqn.params as { jaxpr: PrintableJaxpr["jaxpr"] }).jaxpr; // of scan and of jit

const pick = jit((i: NDArray, table: NDArray) => lax.dynamicSlice(table, [i], [1]).sum());
const sumOfEntries = (table: NDArray): NDArray =>
  lax.scan(
    (c: NDArray, i: NDArray) => [c.add(pick(i, table)), null],
    np.zeros([], { dtype: "float64" }),
    np.array([2, 0, 2, 2], { dtype: "int32" }),
  )[0];

describe("the pullback", () => {
  test("reads each output's own cotangent, where an output before it is constant", () => {
    const [, pullback] = vjp((v: NDArray) => [np.array(1), v.mul(2)] as const, [np.array(3)]);
    expect(pullback([5, 7])[0].item()).toBe(14);
  });

  test("of a table that a jitted function reads in a loop counts how often each entry was read", () => {
    expect(grad(sumOfEntries)(x).js()).toEqual([1, 0, 3]);
  });

  test("of such a table writes, each turn, the entry that was read, and no whole table beside", () => {
    const [, backward] = equations(makeJaxpr(grad(sumOfEntries))(x), "scan");
    const [call] = bodyOf(backward).eqns;
    const whole = bodyOf(call).eqns.filter((eqn) => eqn.outs.some((v) => v.aval.shape[0] === 3));
    expect(whole.map((eqn) => eqn.primitive.name)).toEqual(["dynamic_update_slice"]);
  });

  test("of a scan adds up what every turn sends to a value that all of them share", () => {
    const power = (w: NDArray): NDArray =>
      lax.scan((c: NDArray) => [c.mul(w), null], np.ones([]), null, { length: 3 })[0];
    expect(grad(power)(2).item()).toBe(12);
  });
});

test("the tangent of a sum or a difference has its shape, whichever operand stretches", () => {
  const tangentOf = (f: (v: NDArray) => NDArray): unknown => jvp(f, [f64(4)], [f64(1)])[1].js();
  expect(tangentOf((v) => np.add(v, x))).toEqual([1, 1, 1]);
  expect(tangentOf((v) => np.add(x, v))).toEqual([1, 1, 1]);
  expect(tangentOf((v) => np.subtract(v, x))).toEqual([1, 1, 1]);
  expect(tangentOf((v) => np.subtract(x, v))).toEqual([-1, -1, -1]);
});

describe("a jitted function that is differentiated", () => {
  test("returns no argument once more that its derivative reads", () => {
    const [forward] = equations(makeJaxpr(grad(jit((v: NDArray) => v.mul(v))))(np.array(2)), "jit");
    expect(forward.outs).toHaveLength(1);
  });
});

describe("a checkpointed function", () => {
  test("runs as it is where nothing is transformed: it may read values", () => {
    const f = checkpoint((v: NDArray) => v.mul(Number(v.sum().item())));
    expect(f(x).js()).toEqual([6, 12, 18]);
  });

  test("is one where all that is differentiated is what it closes over", () => {
    const slope = grad((w: NDArray) => checkpoint((v: NDArray) => np.sin(v.mul(w)))(np.array(2)));
    expect(equations(makeJaxpr(slope)(np.array(3)), "checkpoint")).toHaveLength(2);
  });

  test("keeps nothing that its policy allows and its derivative does not read", () => {
    const f = checkpoint((w: NDArray, v: NDArray) => w.matmul(v).neg(), {
      policy: checkpointPolicies.dotsSaveable,
    });
    const program = makeJaxpr((w: NDArray, v: NDArray) => vjp((u: NDArray) => f(w, u), [v])[1](v)[0]);
    const [forward] = equations(program(np.eye(3), np.ones([3])), "checkpoint");
    expect(forward.outs).toHaveLength(1);
  });

  test("has a gradient whose transpose goes back through the barrier", () => {
    // d/dv (w v) = w, which is linear in w.
    const slope = (w: NDArray): NDArray =>
      grad((v: NDArray) => checkpoint((a: NDArray, b: NDArray) => a.mul(b))(w, v))(3);
    expect(linearTranspose(slope, [0])(7)[0].item()).toBe(7);
  });

  test("has only what it computes again from behind its barrier", () => {
    const f = checkpoint((v: NDArray, u: NDArray) => np.sin(v).add(u));
    const text = String(makeJaxpr(grad(f))(np.array(1), np.array(2)));
    expect(
      text
        .match(/= optimization_barrier(.*)/)?.[1]
        .trim()
        .split(/\s+/),
    ).toHaveLength(1);
  });
});

describe("vmap", () => {
  test("takes the outputs' axes after the inputs' axes that were left out", () => {
    const f = vmap((v: NDArray) => v.mul(2), undefined, 1);
    expect(f(np.array([[1, 2, 3]])).js()).toEqual([[2], [4], [6]]);
  });

  test("repeats an output that is no batch along the axis that it is to have", () => {
    const constant = vmap((_: NDArray) => f64(1, 2), 0, -1);
    expect(constant(x).js()).toEqual([
      [1, 1, 1],
      [2, 2, 2],
    ]);
  });

  test("makes a batch of none where axisSize is 0", () => {
    expect(vmap((v: NDArray) => v.mul(2), { inAxes: null, axisSize: 0 })(x).shape).toEqual([0, 3]);
  });

  test("called with axes alone is the transformation", () => {
    const outer = vmap([null, 0])((a: NDArray, b: NDArray) => a.mul(b));
    expect(outer(f64(1, 2), f64(3, 4, 5)).js()).toEqual([
      [3, 6],
      [4, 8],
      [5, 10],
    ]);
  });

  test("live lanes of vectors: the tangent is 0 in lanes that are not taken", () => {
    const y = np.array([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const [value, tangent] = jvp((v: NDArray) => liveLanes(v, np.array([true, false])), [y], [y]);
    expect(value.js()).toEqual(y.js());
    expect(tangent.js()).toEqual([
      [1, 2, 3],
      [0, 0, 0],
    ]);
  });
});

describe("a customVjp function of a batch and of a value that all lanes share", () => {
  // Neither slope is the true one: each shows that the rule is asked.
  const product = customVjp((a: NDArray, w: NDArray) => a.mul(w));
  product.defvjp(
    (a: NDArray, w: NDArray) => [a.mul(w), [a, w]] as const,
    ([a, w]: readonly [NDArray, NDArray], ct: NDArray) => [ct.mul(w).mul(2), ct.mul(a).mul(3)],
  );

  test("sends the shared value the sum of the lanes' cotangents", () => {
    const total = (a: NDArray, w: NDArray): NDArray => vmap(product, [0, null])(a, w).sum();
    const [ctA, ctW] = grad(total, { argnums: [0, 1] })(x, np.array(5, { dtype: "float64" }));
    expect([ctA.js(), ctW.js()]).toEqual([[10, 10, 10], 18]);
  });

  test("has no derivative in forward mode, but may be called there with what is constant", () => {
    const f = (v: NDArray): NDArray => v.mul(product(np.array(2), np.array(5)));
    expect(jvp(f, [3], [1]).map((y) => y.item())).toEqual([30, 10]);
    expect(() => jvp((v: NDArray) => product(v, np.array(5)), [3], [1])).toThrow(DifferentiationError);
  });

  test("has a batched pushforward that is transposed by the rule", () => {
    const [, push] = linearize((a: NDArray, w: NDArray) => product(a, w), [2, 5]);
    const lanes = vmap((da: NDArray, dw: NDArray) => push(da, dw), [0, null]);
    const [ctA, ctW] = linearTranspose(lanes, [np.zeros([3]), 0])(np.array([1, 2, 4]));
    expect([ctA.js(), ctW.js()]).toEqual([[10, 20, 40], 42]);
  });
});

test("a linear customJvp function is transposed in all of its arguments, whatever it is given before", () => {
  const combined = customJvp((k: NDArray, a: NDArray, b: NDArray) => a.mul(k).add(b.mul(3)));
  combined.defjvp(([k, a, b], [, da, db]) => [combined(k, a, b), combined(k, da, db)]);
  const linear = (a: NDArray, b: NDArray): NDArray => combined(np.array(2), a, b);
  expect(linearTranspose(linear, [0, 0])(5).map((ct) => ct.item())).toEqual([10, 15]);
});

describe("a value of an outer transformation is constant to an inner one of the same kind:", () => {
  test("d/dx of x times d/dy of x + y, at y = 1, is 1, in both modes", () => {
    const f = (v: NDArray): NDArray => v.mul(grad((u: NDArray) => v.add(u))(1));
    const g = (v: NDArray): NDArray => v.mul(jvp((u: NDArray) => v.add(u), [1], [1])[1]);
    expect([grad(f)(3).item(), jvp(g, [3], [1])[1].item()]).toEqual([1, 1]);
  });

  test("a batch in a batch of another size multiplies every one with every other", () => {
    const products = vmap((a: NDArray) => vmap((b: NDArray) => b.mul(a))(f64(3, 4, 5)))(f64(1, 2));
    expect(products.js()).toEqual([
      [3, 4, 5],
      [6, 8, 10],
    ]);
  });
});
