/** A throw inside a traced function leaves no trace behind; a tracer that outlives its transformation is found out. */
import {
  CoercionError,
  ConcretizationError,
  checkpoint,
  customJvp,
  customVjp,
  disableJit,
  evalShape,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jit,
  jvp,
  LeakedTracerError,
  lax,
  linearize,
  linearTranspose,
  makeJaxpr,
  type NDArray,
  numpy as np,
  valueAndGrad,
  vjp,
  vmap,
} from "cotangent";
import { afterEach, describe, expect, test } from "vitest";
import { evalTrace, getCurrentTrace } from "../../src/autodiff/trace.js";

const one = np.array(1);
const ones = np.ones([3]);
const raise = (): never => {
  throw new RangeError("thrown inside");
};
const fail = (_: NDArray): NDArray => raise();

const failingJvp = customJvp((x: NDArray) => x);
failingJvp.defjvp(() => raise());
const failingForward = customVjp((x: NDArray) => x);
failingForward.defvjp(
  () => [raise(), null],
  () => [one],
);
const failingBackward = customVjp((x: NDArray) => x);
failingBackward.defvjp(
  (x) => [x, null],
  () => [raise()],
);
const failingFunction = customJvp(fail);
failingFunction.defjvp((_, [dx]) => [dx, dx]);

const throwers: Readonly<Record<string, () => unknown>> = {
  grad: () => grad(fail)(one),
  valueAndGrad: () => valueAndGrad(fail)(one),
  jvp: () => jvp(fail, [one], [one]),
  vjp: () => vjp(fail, [one]),
  linearize: () => linearize(fail, [one]),
  linearTranspose: () => linearTranspose(fail, [one])(one),
  jacfwd: () => jacfwd(fail)(one),
  jacrev: () => jacrev(fail)(one),
  hessian: () => hessian(fail)(one),
  vmap: () => vmap(fail)(ones),
  jit: () => jit(fail)(one),
  "jit, lowering": () => jit(fail).lower(one),
  makeJaxpr: () => makeJaxpr(fail)(one),
  evalShape: () => evalShape(fail, one),
  disableJit: () => disableJit(raise),
  "scan's body": () => lax.scan(() => [raise(), null], one, ones),
  "map's function": () => lax.map(fail, ones),
  "whileLoop's condition": () => lax.whileLoop(fail, (x: NDArray) => x, one),
  "whileLoop's body": () => lax.whileLoop((x: NDArray) => x.less(3), fail, one),
  "foriLoop's body": () => lax.foriLoop(0, 3, (_, x: NDArray) => fail(x), one),
  "cond's branch": () => lax.cond(true, fail, (x: NDArray) => x, one),
  "cond's branch not taken": () => lax.cond(true, (x: NDArray) => x, fail, one),
  "switch's branch": () => lax.switch(0, [fail], one),
  "associativeScan's function": () => lax.associativeScan(fail, ones),
  "checkpoint under grad": () => grad(checkpoint(fail))(one),
  "customJvp's function under grad": () => grad((x: NDArray) => failingFunction(x))(one),
  "customJvp's rule": () => grad((x: NDArray) => failingJvp(x))(one),
  "customVjp's fwd": () => grad((x: NDArray) => failingForward(x))(one),
  "customVjp's bwd": () => grad((x: NDArray) => failingBackward(x))(one),
  "grad under vmap under jit": () => jit(vmap(grad(fail)))(ones),
  "a scan's body under grad under jit": () =>
    jit(grad((x: NDArray) => lax.scan(() => [raise(), null], x, ones)[0]))(one),
};

describe("a throw leaves the trace as it was", () => {
  afterEach(() => expect(getCurrentTrace()).toBe(evalTrace));

  test.each(Object.entries(throwers))("inside %s", (_, run) => {
    expect(run).toThrow(new RangeError("thrown inside"));
    expect(getCurrentTrace()).toBe(evalTrace);
    expect(grad((x: NDArray) => x.mul(x))(3).item()).toBe(6);
  });

  test("caught inside a traced function, which then goes on", () => {
    const f = (x: NDArray): NDArray => {
      expect(() => grad(fail)(x)).toThrow(RangeError);
      return x.mul(x);
    };
    expect(grad(f)(3).item()).toBe(6);
    expect(jit(f)(3).item()).toBe(9);
  });

  test("and disableJit is off again", () => {
    expect(throwers.disableJit).toThrow(RangeError);
    let calls = 0;
    const f = jit((x: NDArray) => {
      calls++;
      return x;
    });
    f(one);
    f(one);
    expect(calls).toBe(1);
  });
});

describe("a tracer that outlives its transformation", () => {
  const escaped = (
    transform: (f: (x: NDArray) => NDArray) => (x: NDArray) => unknown,
    x: NDArray,
  ): NDArray => {
    const kept: NDArray[] = [];
    transform((v) => {
      kept.push(v);
      return v.mul(2);
    })(x);
    return kept[0];
  };

  test.each([
    ["jit", () => escaped(jit, one)],
    ["vmap", () => escaped((f) => vmap(f), ones)],
    ["scan", () => escaped((f) => (x) => lax.scan((c: NDArray) => [f(c), null], x, ones), one)],
    ["whileLoop", () => escaped((f) => (x) => lax.whileLoop((c: NDArray) => c.less(3), f, x), one)],
    ["cond", () => escaped((f) => (x) => lax.cond(true, f, f, x), one)],
    ["makeJaxpr", () => escaped((f) => makeJaxpr(f), one)],
  ] as const)("of %s throws LeakedTracerError, naming it and the way out", (name, leak) => {
    const tracer = leak();
    expect(() => tracer.add(1)).toThrow(LeakedTracerError);
    expect(() => tracer.add(1)).toThrow(
      new RegExp(`add: .* is a tracer of a ${name} that has ended.*returning`),
    );
  });

  test("of grad throws as well", () => {
    expect(() => escaped((f) => grad(f), one).add(1)).toThrow(LeakedTracerError);
  });

  test("is found out inside another transformation when that runs", () => {
    const tracer = escaped(jit, one);
    expect(() => jit((x: NDArray) => x.add(tracer))(one)).toThrow(LeakedTracerError);
  });
});

describe("coercing an array", () => {
  const coercions: Readonly<Record<string, (x: NDArray) => unknown>> = {
    "to a string": (x) => `${x}`,
    "to a number": (x) => Number(x),
    "by comparing": (x) => Reflect.apply((a: number) => a > 0, null, [x]),
    "by adding": (x) => Reflect.apply((a: number) => a + 1, null, [x]),
    "to a property key": (x) => Reflect.get({}, Reflect.apply(String, null, [x])),
  };

  test.each(Object.entries(coercions))("%s throws CoercionError when it is traced", (_, coerce) => {
    const f = (x: NDArray): NDArray => {
      coerce(x);
      return x;
    };
    expect(() => jit(f)(one)).toThrow(CoercionError);
  });

  test("to a number throws when it is concrete too", () => {
    expect(() => Number(one)).toThrow(CoercionError);
    expect(() => Number(one)).toThrow(TypeError);
  });

  test("is answered with the functions to use instead", () => {
    expect(() => Number(one)).toThrow(/x\.add\(1\).*x\.greater\(0\).*np\.where.*x\.item\(\)/s);
  });

  test("reading a traced value throws ConcretizationError under jit and vmap", () => {
    expect(() => jit((x: NDArray) => np.array(Number(x.item())))(one)).toThrow(ConcretizationError);
    expect(() => vmap((x: NDArray) => np.array(Number(x.item())))(ones)).toThrow(/while vmap traces/);
  });

  test("under grad alone item() is the primal's value", () => {
    const slope = grad((x: NDArray) => (Number(x.item()) > 0 ? x.mul(2) : x.mul(3)));
    expect([slope(1).item(), slope(-1).item()]).toEqual([2, 3]);
  });
});
