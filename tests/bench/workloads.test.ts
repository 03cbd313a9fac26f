/** The workloads of bench/ at small sizes: what is measured there is right, and its lines can be read. */
import { describe, expect, test } from "vitest";
import type { Measured } from "../../bench/compare/contest.js";
import { markdownTable } from "../../bench/compare/document.js";
import { decodeOptions, isChosen } from "../../bench/compare/options.js";
import { jsonLine, ratioRows } from "../../bench/compare/tables.js";
import { normals, points, uniforms } from "../../bench/workloads/data.js";
import { ownRun } from "../../bench/workloads/index.js";
import {
  disagreements,
  findWorkload,
  type Sizes,
  type WorkloadId,
  workloads,
} from "../../bench/workloads/workload.js";

const small: Readonly<Record<WorkloadId, Sizes>> = {
  W1: { hidden: 8, chains: 8, steps: 3 },
  W1b: { hidden: 4, chains: 6, steps: 2 },
  W2: { hidden: 8, chains: 8, steps: 3 },
  W3: { batch: 6, inputs: 10, hidden: 8, classes: 3 },
  W4: { size: 12 },
  "W5 jit": {},
  "W5 chained": { calls: 10 },
  "W5 eager": {},
  "W6 value": { size: 100 },
  "W6 grad": { size: 100 },
  W7: { hidden: 8, points: 5 },
  W8: { hidden: 8, steps: 20 },
};

const answersOf = async (id: WorkloadId, target: string) => {
  const run = ownRun(id, target, small[id]);
  await run.call();
  return run.answers();
};

describe("workloads", () => {
  test.each(workloads.map(({ id }) => id))(
    "%s has the same answers on js and wasm, to the bit",
    async (id) => {
      const [js, wasm] = [await answersOf(id, "js"), await answersOf(id, "wasm")];
      expect(wasm).toEqual(js);
      expect(Object.values(js).every(Number.isFinite)).toBe(true);
    },
  );

  test("every answer has a tolerance", async () => {
    for (const workload of workloads) {
      const answers = await answersOf(workload.id, "js");
      expect(disagreements(workload, ["js", answers], answers)).toEqual([]);
    }
  });

  test("an answer that is off by more than its tolerance is named with both values", () => {
    const w4 = findWorkload("W4");
    expect(disagreements(w4, ["js", { first: 2, trace: 5 }], { first: 2, trace: 5.1 })).toEqual([
      "trace is 5.1, that of js 5",
    ]);
    expect(disagreements(w4, ["js", { first: 2 }], { first: Number.NaN })).toHaveLength(1);
    expect(disagreements(w4, ["js", { first: 2 }], { second: 2 })).toEqual([
      "second is no answer of this workload",
    ]);
  });
});

describe("data", () => {
  test("numbers are those that the programs in Python make", () => {
    expect([...uniforms(50, 3)]).toEqual([0.3172859847545624, 0.016932412981987, 0.5428361892700195]);
    expect([...normals(60, 3)]).toEqual([-0.5107725858688354, 0.5815315246582031, 1.0127713680267334]);
    expect([...points(2)]).toEqual([
      1.2172187566757202, 1.30419921875, -1.343621850013733, -1.338727593421936,
    ]);
  });

  test("normal numbers have mean 0 and variance 1", () => {
    const values = normals(70, 100_000);
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(values.length));
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / values.length));
  });
});

const measured = (id: WorkloadId, contender: string, ms: number): Measured => ({
  workload: findWorkload(id),
  contender,
  ms,
  ...{ leastMs: ms, spread: 0.1, firstMs: 2 * ms, rssMb: 50.4, rounds: 3, share: 1 },
});

describe("what is printed", () => {
  test("a line of --json is an object with the workload, the target, times and memory", () => {
    const line: unknown = JSON.parse(jsonLine(measured("W4", "wasm", 60.123456), { node: "v20" }));
    expect(line).toMatchObject({
      ...{ workload: "W4", target: "wasm", ms: 60.123, firstMs: 120.25, rssMb: 50 },
      ...{ figure: 35.718, unit: "GFLOP/s", node: "v20" },
    });
  });

  test("ratios are times over those of wasm, and wasm's over the yardstick's", () => {
    const outcomes = [measured("W1", "wasm", 40), measured("W1", "js", 400), measured("W1", "c-wasm", 32)];
    const contenders = ["js", "wasm", "c-wasm"].map((name) => ({
      ...{ name, title: name, missing: () => null, command: () => [] },
    }));
    expect(ratioRows(outcomes, [findWorkload("W1")], contenders)).toEqual([
      ["time / time of cotangent wasm", "W1"],
      ["js", "10"],
      ["c-wasm", "0.8"],
      ["cotangent wasm / C in Wasm", "1.25"],
      ["the same, least of the rounds", "1.25"],
      ["the same, at most", "1.20"],
    ]);
  });

  test("a table of Markdown has a rule under its head", () => {
    expect(
      markdownTable([
        ["", "W1"],
        ["js", "2"],
      ]),
    ).toBe("|  | W1 |\n| --- | ---: |\n| js | 2 |");
  });

  test("--only takes a workload's name or the first word of it", () => {
    const { only, targets } = decodeOptions(["--only", "W5,W6 grad", "--targets", "js,wasm"]);
    const chosen = workloads.map(({ id }) => id).filter((id) => isChosen(only, id));
    expect(chosen).toEqual(["W5 jit", "W5 chained", "W5 eager", "W6 grad"]);
    expect(targets).toEqual(["js", "wasm"]);
  });
});
