import { grad, jit, lax, type NDArray, numpy as np, setDefaultTarget, targets } from "cotangent";
import { describe, expect, test } from "vitest";
import { commonPasses } from "../../src/compiler/passes.js";
import { simplifications } from "../../src/compiler/simplify/simplify.js";
import { defaultTarget, findTarget } from "../../src/compiler/targets/registry.js";

describe("lower shows every stage", () => {
  const f = jit(
    (x: NDArray) => lax.scan((c: NDArray, _: null) => [np.sin(c), null], x, null, { length: 3 })[0],
  );

  test("the jaxpr, with the loop as one equation", () => {
    const { jaxpr } = f.lower(np.ones([2]));
    expect(jaxpr).toContain("= scan[");
    expect(jaxpr).toContain("= sin ");
  });

  test("the loops, with the scan as a serial loop and the sine not yet expanded", () => {
    const { loops } = f.lower(np.ones([2]));
    expect(loops).toMatch(/serial v\d+ < 3/);
    expect(loops).toContain("= sin(temp0");
  });

  test("the target's text, which contains no engine's transcendental", () => {
    const text = f.lower(np.ones([2])).text("js");
    expect(text).toContain("function");
    expect(text).not.toMatch(/Math\.(sin|cos|exp|log|tanh|pow)/);
  });

  test("the form after each pass, by its name", () => {
    const names = f.lower(np.ones([2])).stages.map(({ name }) => name);
    const jaxprs = simplifications.map(({ name }) => name);
    const loops = [...commonPasses, ...defaultTarget().passes].map(({ name }) => name);
    expect(names).toEqual(["traced", ...jaxprs, "lowered", ...loops]);
  });

  test("all of them in one text, with the code at the end", () => {
    const text = f.lower(np.ones([2])).text("js", { stages: true });
    const titles = [...text.matchAll(/^==== (.*)$/gm)].map(([, title]) => title);
    const { passes } = findTarget("js");
    expect(titles[0]).toBe("traced");
    expect(titles.slice(-passes.length - 1)).toEqual([...passes.map(({ name }) => name), "js code"]);
    expect(text.endsWith(f.lower(np.ones([2])).text("js"))).toBe(true);
  });

  test("a jit inside is gone after inlining", () => {
    const g = jit(grad(jit((x: NDArray) => x.mul(x))));
    const [traced, inlined] = g.lower(1).stages;
    expect(traced.text).toContain("jit[");
    expect(inlined.text).not.toContain("jit[");
  });
});

describe("targets", () => {
  test("js, wasm and gpu are there, and wasm is the default", () => {
    expect(targets().map(({ name }) => name)).toEqual(["js", "wasm", "gpu"]);
    expect(defaultTarget().name).toBe("wasm");
  });
  test("an unknown one throws and names those there are", () => {
    expect(() => setDefaultTarget("abacus")).toThrow(
      'there is no target "abacus" here; available: js, wasm, gpu',
    );
    expect(() => jit((x: NDArray) => x.mul(2), { target: "abacus" })(1)).toThrow("available: js, wasm");
  });
});
