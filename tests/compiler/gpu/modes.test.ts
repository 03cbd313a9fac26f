import { targets } from "cotangent";
import { setGpuMode } from "cotangent/gpu";
import { afterEach, describe, expect, test } from "vitest";
import {
  canRun,
  chooseMode,
  gpuModes,
  type Machine,
  modeLimits,
} from "../../../src/compiler/targets/gpu/modes.js";

const nothing: Machine = { webgpu: "none", webgl2: "none", webasm: false, cpu: false };
const node: Machine = { ...nothing, webasm: true, cpu: true };

describe("the mode of gpu.js", () => {
  test("is WebGPU where there is a graphics card that it reaches, then WebGL2", () => {
    expect(chooseMode({ ...node, webgpu: "hardware", webgl2: "hardware" }).mode).toBe("webgpu");
    expect(chooseMode({ ...node, webgl2: "hardware" }).mode).toBe("webgl2");
    expect(chooseMode({ ...node, webgpu: "software", webgl2: "hardware" }).mode).toBe("webgl2");
  });

  test("is WebAssembly where a graphics card is only imitated, and says that", () => {
    const choice = chooseMode({ ...node, webgpu: "software", webgl2: "software" });
    expect(choice).toEqual({
      mode: "webasm",
      reason: "the graphics card is imitated in software, which is slower",
    });
    expect(chooseMode(node).reason).toBe("there is no graphics card that a program can use");
  });

  test("is JavaScript where WebAssembly is forbidden, and none where both are", () => {
    expect(chooseMode({ ...nothing, cpu: true }).mode).toBe("cpu");
    expect(chooseMode(nothing).mode).toBeNull();
  });

  test("can be forced wherever it can run at all, a software adapter included", () => {
    const machine: Machine = { ...node, webgpu: "software" };
    expect(gpuModes.filter((mode) => canRun(mode, machine))).toEqual(["webgpu", "webasm", "cpu"]);
  });

  test("has its limits and its accuracy stated", () => {
    for (const mode of gpuModes) {
      expect(modeLimits[mode].mostInputs).toBe(7);
      expect(modeLimits[mode].accuracy.length).toBeGreaterThan(10);
    }
  });
});

describe("targets()", () => {
  afterEach(() => setGpuMode(null));
  const description = (): string => targets().find(({ name }) => name === "gpu")?.description ?? "";

  test("says that the first program chooses the mode, until one is forced", () => {
    expect(description()).toContain("the first program chooses");
    setGpuMode("cpu");
    expect(description()).toBe('kernels by gpu.js in mode "cpu", as chosen');
  });
});
