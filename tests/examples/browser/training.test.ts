/** What the page's worker trains: painted points, and a run that goes on under other settings. */

import { setGpuMode } from "cotangent/gpu";
import * as E from "fp-ts/lib/Either.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FromTrainer, mostLost } from "../../../examples/browser/messages.js";
import { centreOf, dabAt, type Painting, pointsPerDab } from "../../../examples/browser/model/painting.js";
import { defaults, type Settings, targetNames } from "../../../examples/browser/model/settings.js";
import { checkpointFiles } from "../../../examples/browser/training/checkpoint-files.js";
import { inputOf, type PageInput } from "../../../examples/browser/training/input.js";
import type { Judge } from "../../../examples/browser/training/judge.js";
import { type Machine, machineOf } from "../../../examples/browser/training/machine.js";
import { deviceOf, reportTargets } from "../../../examples/browser/training/targets.js";
import { trainerOf } from "../../../examples/browser/training/trainer.js";
import { parseTable } from "../../../examples/train/read-points.js";

const painting: Painting = { dabs: [dabAt([-2, 1]), dabAt([2, 1]), dabAt([0, -2])], brush: 0.5 };
const settings: Settings = {
  ...defaults,
  source: { kind: "painting", painting },
  hidden: [4],
  hops: 1,
  langevinSteps: 2,
  iterations: 6,
};
const rightOf = <A>(either: E.Either<string, A>): A => {
  if (E.isLeft(either)) throw new Error(either.left);
  return either.right;
};
const input: PageInput = rightOf(inputOf(settings));
const machine = (chosen: Settings, from: Uint8Array | null = null): Machine =>
  rightOf(machineOf(chosen, input, from));
const advanced = async (run: Machine, steps: number): Promise<Machine> => {
  for (let i = 0; i < steps; i++) rightOf(await run.advance());
  return run;
};

describe("a painting's points", () => {
  test("are so many about each dab, and stand in the file that is saved", () => {
    const { columns } = rightOf(parseTable(input.csv ?? ""));
    expect(columns.map(({ name, numbers }) => [name, numbers])).toEqual([
      ["x", 3 * pointsPerDab],
      ["y", 3 * pointsPerDab],
    ]);
    const far = columns.map(({ values }, axis) =>
      values.map((value, i) => Math.abs(value - centreOf(painting.dabs[Math.floor(i / pointsPerDab)])[axis])),
    );
    expect(Math.max(...far.flatMap((distances) => [...distances]))).toBeLessThan(4.5 * painting.brush); // p < 0.001
  });
  test("are the same whatever the seed, which decides what is held out", () => {
    const dabs = Array.from({ length: 25 }, (_, i) => dabAt([Math.sin(i), Math.cos(3 * i)]));
    const [first, second] = [1, 2].map((seed) =>
      rightOf(inputOf({ ...settings, seed, source: { kind: "painting", painting: { dabs, brush: 0.25 } } })),
    );
    expect(second.csv).toBe(first.csv);
    expect(second.train.js()).not.toEqual(first.train.js());
  });
  test("are scored by rows of the mixture: log p has the mean -entropy within its standard error", () => {
    const { logDensities } = input;
    const mean = logDensities.reduce((sum, value) => sum + value, 0) / logDensities.length;
    // Wells that hardly overlap: ln 3 for which, and 1 + ln(2 pi) + 2 ln brush for where.
    const entropy = Math.log(3) + 1 + Math.log(2 * Math.PI) + 2 * Math.log(painting.brush);
    expect(Math.abs(mean + entropy)).toBeLessThan(4 / Math.sqrt(logDensities.length)); // sd 1 in two coordinates
  });
  test("that cannot be learned are said to be so in one sentence", () => {
    const source = { kind: "painting", painting: { dabs: [dabAt([0, 0])], brush: 0 } } as const;
    const empty = inputOf({ ...settings, source });
    expect(E.isLeft(empty) && empty.left).toMatch(/^The painting cannot be learned: [^\n]+$/);
  });
});

describe("a run of the page", () => {
  test("goes on from its own checkpoint to the same bytes", async () => {
    const whole = await advanced(machine(settings), 4);
    const half = await (await advanced(machine(settings), 2)).checkpoint();
    const resumed = machine(settings, half);
    expect(resumed.step()).toBe(2);
    expect(await (await advanced(resumed, 2)).checkpoint()).toEqual(await whole.checkpoint());
  });
  test("goes on with other step sizes from the same parameters", async () => {
    const before = await advanced(machine(settings), 2);
    const after = machine({ ...settings, stepSize: 0.02, learningRate: 0.001 }, await before.checkpoint());
    expect(await after.params()).toEqual(await before.params());
    await advanced(after, 1);
    expect(await after.params()).not.toEqual(await (await advanced(before, 1)).params());
  });
  test("draws a surface of so many cells, and as many samples as there are chains", async () => {
    const run = machine(settings);
    expect((await run.surface(8)).length).toBe(64);
    expect((await run.samples()).length).toBe(2 * 256);
    expect(run.parameters).toBe(2 * 4 + 4 + 4 + 1);
  });
  test("that diverges keeps the state before, and says what to change", async () => {
    const wild = machine({ ...settings, learningRate: 1e30 });
    await advanced(wild, 1);
    const ended = await wild.advance();
    expect(E.isLeft(ended) && ended.left).toMatch(
      /^training diverged at iteration 2: .* lower the learning rate/,
    );
    expect(wild.step()).toBe(1);
  });
  test("is saved with the file of its points", async () => {
    const files = await checkpointFiles(settings, input, machine(settings));
    expect(files.map(({ name }) => name)).toEqual(["checkpoint.safetensors", "painted.csv"]);
    expect(new TextDecoder().decode(files[1].bytes)).toBe(input.csv);
  });
  test("can be compiled for all targets, and no device is looked for before it is chosen", () => {
    expect(reportTargets()).toEqual(targetNames.map((name) => ({ name, reason: null })));
    expect(deviceOf("wasm")).toBeNull();
  });
});

describe("a run on a device", () => {
  beforeAll(() => setGpuMode("cpu"));
  afterAll(() => setGpuMode(null));

  test("takes the steps that wasm takes, to the bit", async () => {
    const onDevice = await advanced(machine({ ...settings, target: "gpu" }), 2);
    expect(await onDevice.checkpoint()).toEqual(await (await advanced(machine(settings), 2)).checkpoint());
    expect(deviceOf("gpu")).toBe('kernels by gpu.js in mode "cpu": as chosen');
  });
  test("is left with a state that is at most so many steps old", async () => {
    const onDevice = await advanced(machine({ ...settings, target: "gpu", iterations: 40 }), mostLost + 3);
    const left = onDevice.onHost();
    expect(left.step()).toBe(mostLost);
    await onDevice.samples();
    expect(onDevice.onHost().step()).toBe(mostLost + 3);
    await advanced(left, 3);
    expect(await left.params()).toEqual(await onDevice.params());
  });
  test("that fails goes on on wasm from the state that was read last, and says so", async () => {
    const said: FromTrainer[] = [];
    const judge: Judge = { begin: () => {}, isDue: () => false, judge: () => {} };
    const trainer = trainerOf((message) => said.push(message), judge);
    // Node has no WebGL2.
    await trainer.take({ kind: "begin", run: 7, settings: { ...settings, target: "webgl2" } });
    await trainer.take({ kind: "step" });
    await trainer.take({ kind: "step" });
    expect(said.map(({ kind }) => kind)).toEqual(["begun", "frame", "fellBack", "frame", "frame"]);
    expect(said[2]).toMatchObject({ run: 7, step: 0 });
    expect(said[2].kind === "fellBack" && said[2].reason).toMatch(
      /^the mode "webgl2" of gpu.js cannot run here/,
    );
    expect(said[4]).toMatchObject({ run: 7, step: 1, device: null });
  });
});
