/**
 * The same on WebGPU, a driver's arithmetic and all: `npm run test:webgpu`, which needs the package webgpu and an adapter (a software one
 * is enough: VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json with Debian's chromium and libvulkan1).
 */
import { blockUntilReady, grad, jit, lax, type NDArray, numpy as np, random, targets } from "cotangent";
import { setGpuMode } from "cotangent/gpu";
import { langevinSampling } from "cotangent/sampling";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const isWanted = process.env.COTANGENT_WEBGPU === "1";

beforeAll(() => setGpuMode("webgpu"));
afterAll(() => setGpuMode(null));

/** Results of a few operations, each within a few ulp. */
const tolerance = 2e-6;

function expectClose(got: NDArray, wanted: NDArray): void {
  const [x, y] = [got.dataSync(), wanted.dataSync()];
  const worst = Math.max(...Array.from(x, (each, i) => Math.abs(each - y[i]) / Math.max(1, Math.abs(y[i]))));
  expect(worst).toBeLessThan(tolerance);
}

describe.runIf(isWanted)("on WebGPU", () => {
  const x = random.normal(random.key(3), [3000]);

  test("random bits and integers are exact", async () => {
    const f = (key: random.Key) => {
      const bits = random.bits(key, [500]);
      const integers = bits.astype("int32");
      return [
        bits,
        random.randint(key, [100], 0, 1000),
        integers.mul(integers).add(7),
        integers.floorDivide(13),
      ];
    };
    const got = await blockUntilReady(jit(f, { target: "gpu" })(random.key(1)));
    got.forEach((each, i) => {
      expect(each.dataSync()).toEqual(f(random.key(1))[i].dataSync());
    });
    expect(targets().find(({ name }) => name === "gpu")?.description).toContain('in mode "webgpu"');
  });

  test("elementary functions, sums and products of matrices are within the tolerance that is stated", async () => {
    const f = (v: NDArray) => [
      np.sin(v),
      np.exp(v),
      np.log(np.square(v)),
      np.tanh(v),
      lax.erfInv(np.tanh(v)),
      np.log1p(np.square(v)),
      v
        .reshape([50, 60])
        .matmul(v.reshape([60, 50]))
        .div(50),
      v.sum().div(50),
      random.normal(random.key(4), [300]),
    ];
    const got = await blockUntilReady(jit(f, { target: "gpu" })(x));
    const wanted = f(x);
    got.forEach((each, i) => {
      expectClose(each, wanted[i]);
    });
  });

  test("NaN and the infinities are what they are", async () => {
    const special = np.array([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 1]);
    const f = (v: NDArray) => [
      np.isnan(v),
      np.maximum(v, 0),
      np.where(v.greater(0), v, -1),
      np.exp(v),
      np.log(v),
    ];
    const got = await blockUntilReady(jit(f, { target: "gpu" })(special));
    const wanted = f(special);
    got.forEach((each, i) => {
      expect(each.js()).toEqual(wanted[i].js());
    });
  });

  test("chains, gradients and a hundred steps that stay on the device", async () => {
    const energy = (y: NDArray): NDArray => np.square(np.square(y).sum().sub(1));
    const sample = (starts: NDArray, key: random.Key) =>
      langevinSampling(key, energy, starts, { steps: 20, stepSize: 0.01 });
    const starts = random.normal(random.key(1), [100, 2]);
    const ends = await blockUntilReady(jit(sample, { target: "gpu" })(starts, random.key(2)));
    expectClose(ends, jit(sample)(starts, random.key(2)));
    const step = (w: NDArray): NDArray => w.sub(grad((v: NDArray) => np.square(v.sub(3)).sum())(w).mul(0.1));
    const compiled = jit(step, { target: "gpu" });
    let w: NDArray = np.zeros([4]);
    for (let i = 0; i < 100; i++) w = compiled(w);
    expectClose(await blockUntilReady(w), np.full([4], 3));
  });
});
