/** Faults of the target gpu that the cross-target tests found. */
import { blockUntilReady, jit, lax, type NDArray, numpy as np, tree, vmap } from "cotangent";
import { setGpuMode } from "cotangent/gpu";
import { afterAll, describe, expect, test } from "vitest";

afterAll(() => setGpuMode(null));

/** The kernels of a function in a mode that need not be there. */
function textIn(mode: "webgpu" | "webgl2", f: (x: NDArray) => unknown, x: NDArray): string {
  setGpuMode(mode);
  return jit(f, { target: "gpu" }).lower(x).text("gpu");
}

async function expectBitsOfJs(f: (x: NDArray) => unknown, x: NDArray): Promise<void> {
  setGpuMode("cpu");
  const got = tree.leaves(await blockUntilReady(jit(f, { target: "gpu" })(x)));
  const wanted = tree.leaves(jit(f, { target: "js" })(x));
  expect(got.map((each) => each.dataSync())).toEqual(wanted.map((each) => each.dataSync()));
}

describe("loops that are taken apart", () => {
  test("exchange their arrays and keep what they count: sorts side by side", async () => {
    await expectBitsOfJs(
      vmap((row: NDArray) => [np.sort(row), np.argsort(row)]),
      np.array([
        [5, 3, 9, 0, 7, 1, 4],
        [2, 8, 6, 11, 3, 10, 0],
      ]),
    );
  });

  test("are not taken apart for ever where a piece is the loop itself", async () => {
    const matrices = np.array([2, 4], { dtype: "float64" }).reshape([2, 1, 1]);
    await expectBitsOfJs(vmap(np.linalg.inv), matrices);
  });
});

describe("empty arrays", () => {
  test("come and go where kernels run", async () => {
    const empty = np.zeros([0]);
    await expectBitsOfJs((x) => [np.concatenate([x, empty]), x.slice([1, 1]).add(1), x.mul(2)], np.ones([3]));
    await expectBitsOfJs(
      (x) => lax.linalg.triangularSolve(x, np.ones([1, 2]), { leftSide: true, lower: true }),
      np.full([1, 1], 3),
    );
  });
});

describe("what the compilers of drivers are kept from", () => {
  const x = np.ones([4]);

  test("is putting a constant operand to work in an exact correction: x^1.7 was 2^-10 off", () => {
    const text = textIn("webgpu", (v) => np.power(v, 1.7), x);
    expect(text).toContain("(a0[p], (1.7000000476837158 * one), ");
    // 2/3, cut into two numbers whose products are exact
    expect(text).toContain("0.666748046875");
    expect(text).not.toContain("* 4097) - 0.6666666865348816");
  });

  test("is taking (a / b) b for a, and (x + 0.1) + 0.3 for x + 0.4", () => {
    const round = textIn("webgpu", (v) => np.ones([4]).div(v).mul(v), x);
    expect(round).toMatch(/\(\(v\d+ \* one\) \* /);
    const sum = textIn("webgpu", (v) => v.add(0.1).add(0.3), x);
    expect(sum).toMatch(/\* one\) \+ 0\.3/);
  });
});

describe("on WebGL2", () => {
  test("the smaller of two positions has a name: gpu.js takes it for one of integers", () => {
    const text = textIn("webgl2", (v) => lax.pad(v, 0, [[1, 1, 0]]), np.ones([3]));
    expect(text).toContain("Math.min(");
    expect(text).not.toMatch(/\[[^\]]*Math\./);
  });

  test("functions are put in order in kernels of one element too", () => {
    const text = textIn("webgl2", (v) => np.power(v, v), np.ones([]));
    expect(text).toContain("ordered(p)");
    expect(text).toContain("let p = this.thread.x;");
  });
});
