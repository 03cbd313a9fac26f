/** Every rule of every control-flow primitive: derivatives against JAX's, the others as laws. */
import { readFileSync } from "node:fs";
import { disableJit, grad, jit, jvp, linearize, type NDArray, numpy as np, vmap } from "cotangent";
import { describe, expect, test } from "vitest";
import { programs } from "./programs.js";

interface Golden {
  readonly value: number;
  readonly jvp: number;
  readonly second: number;
  readonly grad?: readonly number[];
  readonly hvp?: readonly number[];
}
const goldens: Readonly<Record<string, Golden>> = JSON.parse(
  readFileSync(new URL("./goldens/programs.json", import.meta.url), "utf8"),
);

const f64 = (...values: number[]): NDArray => np.array(new Float64Array(values));
const w = f64(0.8).slice(0);
const xs = f64(0.5, 1.25, -0.75, 2);
const dw = f64(0.3).slice(0);
const dxs = f64(1, -0.5, 0.25, 2);
const ws = f64(0.8, 0.4, 1.1);
const rows = np.stack([xs, xs.mul(-0.5), xs.add(0.1)]);

const numbers = (...arrays: readonly NDArray[]): number[] => arrays.flatMap((x) => Array.from(x.dataSync()));

function expectClose(actual: readonly NDArray[], expected: readonly number[], digits = 1e-11): void {
  const found = numbers(...actual);
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => {
    const error = Math.abs(value - expected[i]);
    expect(error, `${found} is not ${expected}`).toBeLessThanOrEqual(
      digits * Math.max(1, Math.abs(expected[i])),
    );
  });
}

describe.each(programs)("$name", ({ name, f, reverse }) => {
  const golden = goldens[name];
  const pushed = (a: NDArray, b: NDArray): NDArray => jvp(f, [a, b], [dw, dxs])[1];

  test("has JAX's value", () => expectClose([f(w, xs)], [golden.value]));

  test("has JAX's pushforward", () => expectClose([pushed(w, xs)], [golden.jvp]));

  test("has JAX's second derivative by forward mode twice", () =>
    expectClose([jvp(pushed, [w, xs], [dw, dxs])[1]], [golden.second]));

  test("gives under jit what it gives eagerly", () => {
    expectClose([jit(f)(w, xs)], numbers(f(w, xs)), 1e-14);
    expectClose([jit(pushed)(w, xs)], numbers(pushed(w, xs)), 1e-14);
  });

  test("gives with jit disabled what it gives eagerly", () =>
    expectClose([disableJit(() => f(w, xs))], numbers(f(w, xs)), 1e-13));

  test.each([{ inAxes: [0, null] }, { inAxes: [null, 0] }, { inAxes: [0, 0] }])(
    "under vmap with axes $inAxes is a loop over the batch",
    ({ inAxes: [first, second] }) => {
      const lane = (g: typeof f, i: number): NDArray =>
        g(first === 0 ? ws.slice(i) : w, second === 0 ? rows.slice(i) : xs);
      for (const g of reverse ? [f, pushed, grad(f)] : [f, pushed]) {
        const batch = vmap(g, [first, second])(first === 0 ? ws : w, second === 0 ? rows : xs);
        expectClose([batch], numbers(lane(g, 0), lane(g, 1), lane(g, 2)), 1e-12);
      }
    },
  );

  test("under vmap and jit together is the same in both orders", () =>
    expectClose([jit(vmap(f))(ws, rows)], numbers(vmap(jit(f))(ws, rows)), 1e-13));

  if (!reverse) {
    test("refuses reverse mode and names what can be used instead", () => {
      expect(() => grad(f)(w, xs)).toThrow(/whileLoop cannot be transposed.*lax\.scan.*forward mode/s);
    });
    return;
  }

  test("has JAX's gradients", () => {
    expect(golden.grad).toBeDefined();
    expectClose(grad(f, { argnums: [0, 1] })(w, xs), golden.grad ?? []);
  });

  test("has JAX's product of Hessian and vector", () =>
    expectClose(jvp(grad(f, { argnums: [0, 1] }), [w, xs], [dw, dxs])[1], golden.hvp ?? []));

  test("has one gradient eagerly and under jit", () =>
    expectClose(jit(grad(f, { argnums: [0, 1] }))(w, xs), golden.grad ?? []));

  test("is linearized to its pushforward", () => {
    const [value, push] = linearize(f, [w, xs]);
    expectClose([value, push(dw, dxs)], [golden.value, golden.jvp]);
  });

  test("has a second derivative by reverse mode twice that equals the one by forward over reverse", () => {
    const slope = (a: NDArray): NDArray => grad(f)(a, xs);
    expectClose([grad(slope)(w)], numbers(jvp(slope, [w], [1])[1]), 1e-10);
  });
});
