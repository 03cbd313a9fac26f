import { grad, jit, lax, type NDArray, numpy as np, setDefaultTarget, targets } from "cotangent";
import { describe, expect, test } from "vitest";

describe("lower shows every stage", () => {
  const f = jit(
    (x: NDArray) => lax.scan((c: NDArray, _: null) => [np.sin(c), null], x, null, { length: 3 })[0],
  );

  test("the jaxpr, with the loop as one equation", () => {
    const { jaxpr } = f.lower(np.ones([2]));
    expect(jaxpr).toContain("= scan[");
    expect(jaxpr).toContain("= sin ");
  });

  test("the loops, with the scan as a serial loop and the sine as a call", () => {
    const { loops } = f.lower(np.ones([2]));
    expect(loops).toMatch(/serial v\d+ < 3/);
    expect(loops).toContain("sin_float32");
  });

  test("the target's text, which contains no engine's transcendental", () => {
    const text = f.lower(np.ones([2])).text("js");
    expect(text).toContain("function");
    expect(text).not.toMatch(/Math\.(sin|cos|exp|log|tanh|pow)/);
  });

  test("named intermediate forms", () => {
    const names = f.lower(np.ones([2])).stages.map(({ name }) => name);
    expect(names).toEqual(["traced", "inlined", "lowered", "elementary functions expanded"]);
  });

  test("a jit inside is gone after inlining", () => {
    const g = jit(grad(jit((x: NDArray) => x.mul(x))));
    const [traced, inlined] = g.lower(1).stages;
    expect(traced.text).toContain("jit[");
    expect(inlined.text).not.toContain("jit[");
  });
});

describe("targets", () => {
  test("js is there and is the default", () => {
    expect(targets().map(({ name }) => name)).toContain("js");
  });
  test("an unknown one throws and names those there are", () => {
    expect(() => setDefaultTarget("abacus")).toThrow('there is no target "abacus" here; available: js');
    expect(() => jit((x: NDArray) => x.mul(2), { target: "abacus" })(1)).toThrow("available: js");
  });
});
