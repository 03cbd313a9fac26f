/** The target gpu gives js's bits in the modes that need no graphics card; tests/browser has the others. */
import { setGpuMode } from "cotangent/gpu";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { namespaces } from "../../jax/golden-rows.js";
import { everyRow } from "../../jax/read-rows.js";
import { heldToJs } from "./cross-target-agreement.js";
import { type Case, programs, rowCases, workloads } from "./cross-target-cases.js";

const stride = 193;
const rows: readonly Case[] = namespaces.flatMap((namespace) =>
  everyRow(namespace, stride).flatMap(rowCases),
);
/** Kernels of gpu.js's WebAssembly take four times as long to make, those of training longest. */
const some = rows.filter((_, i) => i % 4 === 0);
const [training, ...others] = [...workloads, ...programs];

afterAll(() => setGpuMode(null));

describe.each([
  { mode: "cpu", sample: rows, least: 120, kinds: [training, ...others] },
  { mode: "webasm", sample: some, least: 30, kinds: others },
] as const)("in mode $mode", ({ mode, sample, least, kinds }) => {
  beforeEach(() => setGpuMode(mode));

  test("golden rows give the bits that js gives, in value, vjp, jvp and vmap", async () => {
    const { compared, faults } = await heldToJs(mode, sample);
    expect(faults).toEqual([]);
    expect(compared).toBeGreaterThan(least);
  });

  test("so do the programs that bench/ measures, and one program of each kind", async () => {
    const { compared, faults } = await heldToJs(mode, kinds);
    expect(faults).toEqual([]);
    expect(compared).toBeGreaterThan(programs.length);
  });
});
