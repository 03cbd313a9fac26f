/** fastMath on the gpu: the drivers' elementary functions where there is a driver, and nothing else. */
import { grad, jit, type NDArray, numpy as np, random } from "cotangent";
import { setGpuMode } from "cotangent/gpu";
import { afterEach, describe, expect, test } from "vitest";
import type { DeviceElements } from "../../../src/autodiff/pending-array.js";
import { startOn } from "../../../src/compiler/device-executable.js";
import { lower } from "../../../src/compiler/lower.js";
import { commonPasses, runPasses } from "../../../src/compiler/passes.js";
import { type GpuMode, gpuModes, limitsOf } from "../../../src/compiler/targets/gpu/modes.js";
import { planOf } from "../../../src/compiler/targets/gpu/plan.js";
import { showPlan } from "../../../src/compiler/targets/gpu/show.js";
import type { DeviceTarget } from "../../../src/compiler/targets/registry.js";
import { traced } from "../simplify/text.js";

const f = (x: NDArray): NDArray =>
  np
    .sin(x)
    .mul(np.exp(x.mul(x).neg()))
    .add(np.tanh(x));

const kernelsOf = (mode: GpuMode, fastMath: boolean, dtype: "float32" | "float64" = "float32"): string => {
  const x = np.ones([100], { dtype });
  const { program } = lower(traced(f, x), "elements");
  return showPlan(planOf(runPasses(program, commonPasses), limitsOf(mode, { fastMath })), mode);
};
const drivers = ["Math.sin(", "Math.exp(", "Math.tanh("];

describe("a kernel calls the driver's sine, exponential and hyperbolic tangent", () => {
  test.each(["webgpu", "webgl2"] as const)("on %s, if fastMath allows it", (mode) => {
    expect(drivers.filter((name) => kernelsOf(mode, true).includes(name))).toEqual(drivers);
    expect(drivers.filter((name) => kernelsOf(mode, false).includes(name))).toEqual([]);
  });

  test("nowhere else: the library's are as quick there", () => {
    for (const mode of ["webasm", "cpu"] as const) {
      expect(kernelsOf(mode, true)).toBe(kernelsOf(mode, false));
    }
  });

  test("for no float64, which has no kernel", () => {
    for (const mode of gpuModes) {
      expect(drivers.filter((name) => kernelsOf(mode, true, "float64").includes(name))).toEqual([]);
    }
  });
});

describe("in Node without a card", () => {
  afterEach(() => setGpuMode(null));

  test.each(["webasm", "cpu"] as const)("fastMath changes no bit in mode %s", async (mode) => {
    setGpuMode(mode);
    const x = random.normal(random.key(1), [300]);
    const slopes = (v: NDArray): NDArray => grad((y: NDArray) => f(y).sum())(v);
    for (const g of [f, slopes]) {
      const fast = await jit(g, { target: "gpu", fastMath: true })(x).data();
      expect(fast).toEqual(jit(g, { target: "js" })(x).dataSync());
    }
  });
});

test("a program is compiled for each way of computing, and kept under it", () => {
  const compiled: boolean[] = [];
  const elements: DeviceElements = {
    target: "device",
    dtype: "float32",
    size: 1,
    values: null,
    read: () => Promise.resolve(new Float32Array(1)),
  };
  const device: DeviceTarget = {
    name: "device",
    lanes: 1,
    isDevice: true,
    schedule: "elements",
    description: "a device of this test",
    available: true,
    passes: [],
    show: () => "",
    compile: (_, { fastMath }) => {
      compiled.push(fastMath);
      return { keptBytes: 1, scratchBytes: 0, codeBytes: 0, start: () => [elements] };
    },
  };
  const jaxpr = traced(f, np.ones([]));
  const types = jaxpr.outvars.map((v) => v.aval);
  for (const fastMath of [false, true, false, true]) {
    startOn(device, jaxpr, [np.ones([]).concrete("this test")], types, { fastMath });
    startOn(device, traced(f, np.ones([])), [np.ones([]).concrete("this test")], types, { fastMath });
  }
  expect(compiled).toEqual([false, true]);
});
