/** Results of the gpu target come later: what an array says and does before they are there, and after. */
import {
  blockUntilReady,
  grad,
  jit,
  lax,
  type NDArray,
  numpy as np,
  PendingError,
  setDefaultTarget,
} from "cotangent";
import { setGpuMode } from "cotangent/gpu";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { PendingArray } from "../../../src/autodiff/pending-array.js";
import { setEagerTarget } from "../../../src/compiler/targets/registry.js";

beforeAll(() => setGpuMode("cpu"));
afterAll(() => setGpuMode(null));
afterEach(() => setDefaultTarget(null));

const double = jit((x: NDArray) => x.mul(2), { target: "gpu" });
const x = np.array([1, 2, 3]);

describe("a result", () => {
  test("is pending: it has a type, shows it, and cannot be read at once", () => {
    const y = double(x);
    expect(y).toBeInstanceOf(PendingArray);
    expect([y.shape, y.dtype, String(y)]).toEqual([[3], "float32", "float32[3] pending on gpu"]);
    for (const read of [() => y.js(), () => y.dataSync(), () => np.sum(y).item()]) {
      expect(read).toThrow(PendingError);
    }
    expect(() => y.js()).toThrow("write await x.data(), or await blockUntilReady(x) and read it then");
  });

  test("is read with await, and at once from then on", async () => {
    const y = double(x);
    expect(await y.data()).toEqual(Float32Array.of(2, 4, 6));
    expect([y.js(), String(y), `${y}`]).toEqual([[2, 4, 6], "float32[3] [2, 4, 6]", "float32[3] [2, 4, 6]"]);
    const z = await blockUntilReady({ z: double(y) });
    expect(z.z.js()).toEqual([4, 8, 12]);
    expect(await double(np.array(4)).jsAsync()).toBe(8);
  });

  test("is a fresh copy each time", async () => {
    const y = double(x);
    (await y.data()).fill(0);
    expect(await y.data()).toEqual(Float32Array.of(2, 4, 6));
  });

  test("that is an argument is that argument", () => {
    const [same] = jit((a: NDArray) => [a, a.mul(2)] as const, { target: "gpu" })(x);
    expect(same.js()).toEqual([1, 2, 3]);
  });

  test("of integers and of conditions is exact", async () => {
    const large = np.array([2 ** 31 - 1, -(2 ** 31), 16777217, -5], { dtype: "int32" });
    const [sum, product, isOdd] = jit((a: NDArray) => [a.add(1), a.mul(a), a.mod(2).notEqual(0)] as const, {
      target: "gpu",
    })(large);
    expect(Array.from(await sum.data())).toEqual([-(2 ** 31), -(2 ** 31) + 1, 16777218, -4]);
    expect(Array.from(await product.data())).toEqual([1, 0, Math.imul(16777217, 16777217), 25]);
    expect(await isOdd.jsAsync()).toEqual([true, false, true, true]);
  });
});

describe("work follows its operands", () => {
  test("an operation outside jit runs where a pending operand is", async () => {
    const y = double(x);
    const outs = [
      y.add(1),
      y.reshape([3, 1]),
      np.square(y).sum(),
      lax.cond(y.sum().greater(0), np.sin, np.cos, y),
    ];
    for (const out of outs) expect(out).toBeInstanceOf(PendingArray);
    expect(await outs[0].jsAsync()).toEqual([3, 5, 7]);
    expect(await outs[1].jsAsync()).toEqual([[2], [4], [6]]);
    expect(await outs[2].jsAsync()).toBe(56);
    expect(await outs[3].jsAsync()).toEqual(np.sin(np.array([2, 4, 6])).js());
  });

  test("once it was read, operations on it run on the host again", async () => {
    const y = double(x);
    await y.data();
    expect(y.add(1).js()).toEqual([3, 5, 7]);
  });

  test("a jitted function without a target goes there too, one with another refuses", async () => {
    const y = double(x);
    expect(await jit((a: NDArray) => a.add(1))(y).jsAsync()).toEqual([3, 5, 7]);
    expect(() => jit((a: NDArray) => a.add(1), { target: "js" })(double(x))).toThrow(
      'jit for the target "js": the values of f32[3] are on the target "gpu"',
    );
  });

  test("derivatives of what is pending are pending", async () => {
    const y = double(x);
    expect(await grad((a: NDArray) => np.square(a).sum())(y).jsAsync()).toEqual([4, 8, 12]);
  });

  test("work without such operands stays on the host, whatever the default target", () => {
    setDefaultTarget("gpu");
    expect(np.ones([2000]).sum().item()).toBe(2000);
    expect(jit((a: NDArray) => a.add(1))(x)).toBeInstanceOf(PendingArray);
    expect(() => setEagerTarget("gpu")).toThrow("runs beside the host");
  });
});

describe("a hundred steps one after the other", () => {
  test("keep their arrays on the device, and give what js gives", async () => {
    const loss = (w: NDArray, data: NDArray) => np.square(data.matmul(w).sub(1)).mean();
    const step = (w: NDArray, data: NDArray): NDArray => w.sub(grad(loss)(w, data).mul(0.1));
    const data = np.array([
      [1, 2],
      [3, 1],
      [0.5, 1],
    ]);
    const run = (target: string): NDArray => {
      const compiled = jit(step, { target });
      let w: NDArray = np.zeros([2]);
      for (let i = 0; i < 100; i++) w = compiled(w, data);
      return w;
    };
    expect(await run("gpu").data()).toEqual(run("js").dataSync());
  });
});

describe("what fails", () => {
  afterAll(() => setGpuMode("cpu"));

  test("a mode that cannot run here rejects the reading and names those that can; the next program runs", async () => {
    setGpuMode("webgl2");
    await expect(double(x).data()).rejects.toThrow(
      'the mode "webgl2" of gpu.js cannot run here; these can: webasm, cpu',
    );
    setGpuMode("cpu");
    expect(await double(x).data()).toEqual(Float32Array.of(2, 4, 6));
  });
});
