/** `npm start -- --target gpu`: the same training in kernels of gpu.js. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setGpuMode } from "cotangent/gpu";
import { afterAll, afterEach, expect, test } from "vitest";
import { newFolder, rows, run, small } from "./running.js";

const { folder, file } = newFolder();
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => setGpuMode(null));

const data = file("points.csv", ["x,y", ...rows].join("\n"));
const outOf = (name: string): string => join(folder, name);
const trained = (name: string, ...further: string[]) =>
  run([...small, "--data", data, "--out", outOf(name), ...further]);

test("ends with the bytes that wasm ends with: metrics, samples, scores and checkpoint", async () => {
  setGpuMode("cpu");
  const [onWasm, onGpu] = [await trained("wasm"), await trained("gpu", "--target", "gpu")];
  expect([onWasm.code, onGpu.code, onGpu.complaints]).toEqual([0, 0, []]);
  for (const name of ["metrics.csv", "samples.csv", "scores.txt", "checkpoint.safetensors"]) {
    expect(readFileSync(join(outOf("gpu"), name))).toEqual(readFileSync(join(outOf("wasm"), name)));
  }
});

test("goes on from a run of wasm's, and where the mode cannot run says so in one line", async () => {
  await trained("stopped");
  setGpuMode("cpu");
  const resumed = await run(["--resume", outOf("stopped"), "--target", "gpu"]);
  expect([resumed.code, resumed.steps]).toEqual([0, []]);
  setGpuMode("webgl2");
  const { code, complaints } = await trained("nowhere", "--target", "gpu");
  expect(code).toBe(2);
  expect(complaints).toEqual([
    expect.stringMatching(/^--target: the mode "webgl2" of gpu\.js cannot run here; these can: [a-z, ]+$/),
  ]);
});
