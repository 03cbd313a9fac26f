/**
 * The cross-target tests on WebGPU in Node, a driver's arithmetic and all: `npm run test:webgpu`, which needs the package webgpu and an
 * adapter (a software one is enough: VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json with Debian's chromium and libvulkan1).
 */
import { targets } from "cotangent";
import { setGpuMode } from "cotangent/gpu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { namespaces } from "../../jax/golden-rows.js";
import { everyRow } from "../../jax/read-rows.js";
import { heldToJs, summary } from "./cross-target-agreement.js";
import { programs, rowCases, workloads } from "./cross-target-cases.js";
import { fastAnswer, fastCases, tooFarOff } from "./fast-math-cases.js";

const isWanted = process.env.COTANGENT_WEBGPU === "1";

beforeAll(() => setGpuMode("webgpu"));
afterAll(() => setGpuMode(null));

describe.runIf(isWanted)("on WebGPU", () => {
  test.each([
    { what: "programs", cases: [...workloads, ...programs] },
    {
      what: "golden rows",
      cases: namespaces.flatMap((namespace) => everyRow(namespace, 97).flatMap(rowCases)),
    },
  ])("$what give what js gives, as closely as the mode allows", async ({ what, cases }) => {
    const agreement = await heldToJs("webgpu", cases);
    console.log(`${what}: ${summary(agreement)}`);
    expect(targets().find(({ name }) => name === "gpu")?.description).toContain('in mode "webgpu"');
    expect(agreement.faults).toEqual([]);
    expect(agreement.compared).toBeGreaterThan(cases.length - 1);
  });

  test.each(fastCases)("under fastMath $name is the driver's, within what WGSL promises", async (each) => {
    expect(tooFarOff(each, await fastAnswer(each, "gpu"), await fastAnswer(each, "js"))).toEqual([]);
  });
});
