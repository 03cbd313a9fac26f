/** fastMath: multiply-add as one instruction where the engine has relaxed SIMD, and nothing else anywhere. */
import { jit, type NDArray, numpy as np, random } from "cotangent";
import { expect, test } from "vitest";
import { hasRelaxedSimd } from "../../src/compiler/targets/wasm/relaxed.js";
import { fma32 } from "../../src/ir/fma.js";

const f = (x: NDArray, y: NDArray, z: NDArray): NDArray => x.mul(y).add(z);
const draw = (seed: number, shape: number[]): NDArray => random.normal(random.key(seed), shape);
const [x, y, z] = [draw(1, [64]), draw(2, [64]), draw(3, [64])];
const exact = jit(f, { target: "wasm" });
const fast = jit(f, { target: "wasm", fastMath: true });

test("is not done unless it is asked for", () => {
  expect(exact.lower(x, y, z).text("wasm")).not.toContain("relaxed");
});

test("makes one instruction of a product and a sum, in products of matrices too, where the engine has it", () => {
  const product = jit((a: NDArray, b: NDArray) => a.matmul(b), { target: "wasm", fastMath: true });
  for (const text of [
    fast.lower(x, y, z).text("wasm"),
    product.lower(np.ones([16, 16]), np.ones([16, 16])).text("wasm"),
  ]) {
    expect(text.includes("f32x4.relaxed_madd")).toBe(hasRelaxedSimd);
  }
  const difference = jit((a: NDArray, b: NDArray, c: NDArray) => c.sub(a.mul(b)), {
    target: "wasm",
    fastMath: true,
  });
  expect(difference.lower(x, y, z).text("wasm").includes("f32x4.relaxed_nmadd")).toBe(hasRelaxedSimd);
});

test("rounds once or twice, nothing else", () => {
  const [a, b, c, once, twice, got] = [x, y, z, x, exact(x, y, z), fast(x, y, z)].map((v) => v.dataSync());
  for (let i = 0; i < once.length; i++) {
    expect([fma32(a[i], b[i], c[i]), twice[i]]).toContain(got[i]);
  }
  const negative = jit((p: NDArray, q: NDArray, r: NDArray) => r.sub(p.mul(q)), {
    target: "wasm",
    fastMath: true,
  })(x, y, z).dataSync();
  for (let i = 0; i < once.length; i++) {
    expect([fma32(-a[i], b[i], c[i]), Math.fround(c[i] - Math.fround(a[i] * b[i]))]).toContain(negative[i]);
  }
});

test("keeps elementary functions within a few units in the last place", () => {
  const points = np.linspace(-8, 8, 4000);
  for (const g of [np.exp, np.sin, np.cos, np.tanh, np.expm1, np.arctan, np.sinh]) {
    const expected = jit(g, { target: "wasm" })(points).dataSync();
    const got = jit(g, { target: "wasm", fastMath: true })(points).dataSync();
    for (let i = 0; i < got.length; i++) {
      const ulp = Math.max(2 ** (Math.floor(Math.log2(Math.abs(expected[i]))) - 23), 2 ** -149);
      expect(Math.abs(got[i] - expected[i]), `${g.name} ${i}`).toBeLessThanOrEqual(4 * ulp);
    }
  }
});

test("changes nothing on js", () => {
  const onJs = jit(f, { target: "js", fastMath: true });
  expect(onJs(x, y, z).dataSync()).toEqual(exact(x, y, z).dataSync());
  expect(onJs.lower(x, y, z).text("js")).toBe(jit(f, { target: "js" }).lower(x, y, z).text("js"));
});
