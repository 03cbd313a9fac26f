/** How loops become kernels: what goes inside one, what stays with the host. */
import { jit, lax, type NDArray, numpy as np, random, vmap } from "cotangent";
import { setGpuMode } from "cotangent/gpu";
import { langevinSampling } from "cotangent/sampling";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { helperNames, helperOf } from "../../../src/compiler/targets/gpu/helpers.js";

beforeAll(() => setGpuMode("cpu"));
afterAll(() => setGpuMode(null));

/** The kernels of a function, and what the host does around them. */
function textOf<A extends NDArray[]>(f: (...args: A) => unknown, ...args: A): string {
  const compiled = jit((...operands: NDArray[]) => f(...(operands as A)), { target: "gpu" }); // given below
  return compiled.lower(...args).text();
}
const kernels = (text: string): number => [...text.matchAll(/ = kernel\(/g)].length;

describe("a kernel", () => {
  test("is one for elementwise operations that follow each other", () => {
    const text = textOf((x) => np.sin(x).mul(x).add(1), np.ones([100]));
    expect(kernels(text)).toBe(1);
    expect(text).toContain("output0: f32[100] = kernel(input0");
    expect(text).toContain("100 threads");
  });

  test("has a thread for each element of a product of matrices", () => {
    const text = textOf((x, y) => x.matmul(y), np.ones([20, 30]), np.ones([30, 40]));
    expect([kernels(text), text.includes("800 threads")]).toEqual([1, true]);
  });

  test("has two threads for each integer: one word each", () => {
    expect(textOf((x) => x.add(x), np.ones([50], { dtype: "int32" }))).toContain("100 threads");
  });

  test("takes a sum over rows inside: its serial loop is each thread's own", () => {
    const text = textOf((x) => x.sum(0), np.ones([300, 40]));
    expect(text).not.toMatch(/^for/m);
    expect(text).toMatch(/for \(let v\d+ = 0; v\d+ < 300; v\d+\+\+\)/);
  });

  test("never names Math functions that differ between machines", () => {
    const text = textOf((x) => np.tanh(np.exp(np.log(np.sin(x)))), np.ones([10]));
    expect(text).not.toMatch(/Math\.(sin|exp|log|tanh|pow|random|hypot)/);
  });

  test("of more than seven arrays reads several as one", () => {
    const text = textOf(
      (...xs) => xs.reduce((x, y) => x.mul(y)),
      ...Array.from({ length: 9 }, (_, i) => np.full([10], i + 1)),
    );
    expect(kernels(text)).toBe(1);
    expect(text).toContain("[input");
  });
});

describe("chains side by side", () => {
  const energy = (y: NDArray): NDArray => np.square(np.square(y).sum().sub(1)).add(y.slice(0).mul(0.3));
  const sample = (x: NDArray, key: random.Key): NDArray =>
    langevinSampling(key, energy, x, { steps: 6, stepSize: 0.01 });
  const starts = random.normal(random.key(1), [64, 2]);

  test("are threads of one kernel, with the whole run of Langevin steps inside, and give js's bits", async () => {
    const text = textOf(sample, starts, random.key(2));
    expect(text).not.toMatch(/^for \(i/m);
    expect(text).toMatch(/for \(let v\d+ = 0; v\d+ < 6; v\d+\+\+\)/);
    const got = jit(sample, { target: "gpu" })(starts, random.key(2));
    expect(await got.data()).toEqual(jit(sample, { target: "js" })(starts, random.key(2)).dataSync());
  });

  test("stay with the host where a chain reads another's", () => {
    const mixed = (x: NDArray): NDArray =>
      lax.scan((c: NDArray, _: null) => [c.add(np.flip(c)), null], x, null, { length: 5 })[0];
    expect(textOf(mixed, np.arange(64))).toMatch(/^for \(i0 < 5\)/m);
  });

  test("of one element each are a kernel too", async () => {
    const logistic = (x: NDArray): NDArray =>
      lax.scan((c: NDArray, _: null) => [c.mul(3.7).mul(np.subtract(1, c)), null], x, null, {
        length: 50,
      })[0];
    const x = np.arange(40).div(41);
    expect(textOf(logistic, x)).not.toMatch(/^for \(i/m);
    expect(await jit(logistic, { target: "gpu" })(x).data()).toEqual(
      jit(logistic, { target: "js" })(x).dataSync(),
    );
  });
});

describe("the host", () => {
  test("turns a scan of several nests, and exchanges its carries' arrays", () => {
    const f = (x: NDArray): NDArray =>
      lax.scan((c: NDArray, _: null) => [c.matmul(c).mul(0.1), null], x, null, { length: 7 })[0];
    const text = textOf(f, np.ones([8, 8]));
    expect(text).toMatch(/^for \(i0 < 7\) \{$/m);
    expect(text).toMatch(/swap temp\d+, temp\d+/);
  });

  test("reads the test of a loop whose end is computed", () => {
    const f = (x: NDArray): NDArray =>
      lax.whileLoop(
        (c: NDArray) => c.sum().less(1000),
        (c: NDArray) => c.mul(2),
        x,
      );
    expect(textOf(f, np.ones([5000]))).toMatch(/if \(!\(await temp\d+\)\) break;/);
  });
});

describe("answers are js's", () => {
  const cases: Readonly<Record<string, readonly [(...args: NDArray[]) => NDArray, readonly NDArray[]]>> = {
    "of parts that are put together": [(x) => np.concatenate([x, x.mul(2), np.flip(x)]), [np.arange(7)]],
    "of sums along each axis": [(x) => x.sum(0).sum().add(x.sum(1).sum()), [np.arange(60).reshape([5, 12])]],
    "of cumulative sums": [(x) => x.cumsum(1), [np.arange(60).reshape([5, 12])]],
    "of gathers": [(x) => x.take(np.array([3, 0, 3], { dtype: "int32" }), 0), [np.arange(8)]],
    "of sorting": [(x) => np.sort(np.sin(x)), [np.arange(50)]],
    "of a scan under vmap": [
      (x) =>
        vmap((row: NDArray) => lax.scan((c: NDArray, y: NDArray) => [c.mul(0.5).add(y), c], 0, row)[1])(x),
      [np.arange(60).reshape([5, 12])],
    ],
    "of a while that counts": [
      (x) => lax.foriLoop(0, 5, (i: NDArray, c: NDArray) => c.add(i), x),
      [np.arange(4)],
    ],
    "of branches": [
      (x) =>
        lax.cond(
          x.sum().greater(3),
          (y: NDArray) => y.mul(2),
          (y: NDArray) => y,
          x,
        ),
      [np.arange(4)],
    ],
    "of divisions of large integers": [
      (x) => x.floorDivide(np.array([7, -3, 100003, 1], { dtype: "int32" })),
      [np.array([2147483647, -2147483648, 2000000011, -1], { dtype: "int32" })],
    ],
    "of nothing": [(x) => x.mul(2).sum(), [np.zeros([0])]],
  };

  test.each(Object.entries(cases))("%s", async (_, [f, args]) => {
    const got = jit(f, { target: "gpu" })(...args);
    const wanted = jit(f, { target: "js" })(...args);
    expect(await got.data()).toEqual(wanted.dataSync());
  });
});

describe("helpers", () => {
  test("call helpers that there are", () => {
    for (const name of helperNames as readonly Parameters<typeof helperOf>[0][]) {
      for (const called of helperOf(name).calls) expect(helperNames).toContain(called);
    }
  });
});
