/** What the target "gpu" runs on may come later: what can be asked before, and that work waits for it in its order. */
import { afterEach, expect, test, vi } from "vitest";
import { gpuRuntime } from "../../../src/compiler/targets/gpu/runtime.js";

/** The modules as a page has them that has not used the target yet. */
const folder = "../../../src/compiler/targets/gpu";
const fresh = async (): Promise<typeof import("../../../src/compiler/targets/gpu/loading.js")> => {
  vi.resetModules();
  return import(`${folder}/loading.js`);
};

afterEach(() => {
  vi.doUnmock(`${folder}/runtime.js`);
  vi.resetModules();
});

test("before it is loaded there is no text, and the message says how to have it", async () => {
  const { loadedRuntime, runtimeNow } = await fresh();
  expect(loadedRuntime()).toBeNull();
  expect(() => runtimeNow('lower().text("gpu")')).toThrow(
    'lower().text("gpu"): what writes the kernels of the target "gpu" is loaded when the target is first used; ' +
      'import "cotangent/gpu", which loads it at once, or await a result of the target first',
  );
});

test("it is loaded once, when somebody asks for it", async () => {
  const { loadRuntime, loadedRuntime, runtimeNow } = await fresh();
  const [first, second] = await Promise.all([loadRuntime(), loadRuntime()]);
  expect(second).toBe(first);
  expect([loadedRuntime(), runtimeNow("text")]).toEqual([first, first]);
});

test("what was loaded by an import is not loaded again", async () => {
  const { loadRuntime, provideRuntime, runtimeNow } = await fresh();
  provideRuntime(gpuRuntime);
  expect(runtimeNow("text")).toBe(gpuRuntime);
  expect(await loadRuntime()).toBe(gpuRuntime);
});

test("where it cannot be loaded that is said, and the next call tries again", async () => {
  vi.doMock(`${folder}/runtime.js`, () => {
    throw new Error("the network is down");
  });
  const { loadRuntime } = await fresh();
  await expect(loadRuntime()).rejects.toThrow('the target "gpu" could not be loaded: ');
  vi.doUnmock(`${folder}/runtime.js`);
  expect(await loadRuntime()).toHaveProperty("describe");
});

test("calls before it is loaded are done in their order, and their results are operands of others", async () => {
  vi.resetModules();
  vi.doMock(`${folder}/runtime-now.js`, () => ({}));
  const { jit, numpy: np, targets } = await import("../../../src/index.js");
  const { loadedRuntime } = await import("../../../src/compiler/targets/gpu/loading.js");
  expect(loadedRuntime()).toBeNull();
  expect(targets().find(({ name }) => name === "gpu")?.description).toBe(
    "kernels by gpu.js; loaded when it is first used",
  );
  const double = jit((x: InstanceType<typeof import("../../../src/index.js").NDArray>) => x.mul(2), {
    target: "gpu",
  });
  const y = double(np.array([1, 2, 3]));
  const z = double(y.add(1));
  expect(String(z)).toBe("float32[3] pending on gpu");
  expect(await z.jsAsync()).toEqual([6, 10, 14]);
  expect(await y.jsAsync()).toEqual([2, 4, 6]);
  expect(loadedRuntime()).not.toBeNull();
  vi.doUnmock(`${folder}/runtime-now.js`);
});
