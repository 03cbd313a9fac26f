/** The page's state, as what happens changes it, and what it makes the page say to the worker. */
import { describe, expect, test } from "vitest";
import type { Frame, FromTrainer, RunInfo, ToTrainer } from "../../../examples/browser/messages.js";
import { emptyPainting, stroke } from "../../../examples/browser/model/painting.js";
import { defaults, isSameRun, type Settings } from "../../../examples/browser/model/settings.js";
import {
  changed,
  initialPage,
  type PageEvent,
  type PageState,
} from "../../../examples/browser/model/state.js";

const hello: FromTrainer = {
  kind: "hello",
  targets: [
    { name: "wasm", reason: null },
    { name: "gpu", reason: "there is none" },
  ],
};
const info: RunInfo = { box: { lower: [0, 0], upper: [1, 1] }, points: new Float32Array(2), parameters: 9 };
const frame = (step: number, ...energies: number[]): Frame => ({
  step,
  dataEnergy: Float32Array.from(energies),
  sampleEnergy: Float32Array.from(energies),
  samples: new Float32Array(2),
  surface: new Float32Array(1),
  cells: 1,
  device: null,
});
const heard = (message: FromTrainer): PageEvent => ({ kind: "heard", message });
const chose = (settings: Partial<Settings>): PageEvent => ({
  kind: "choose",
  settings: { ...defaults, ...settings },
});

/** All of the events in order, and all that was said. */
function following(...events: readonly PageEvent[]): {
  readonly state: PageState;
  readonly said: readonly ToTrainer[];
} {
  let state = initialPage;
  const said: ToTrainer[] = [];
  for (const event of events) {
    const change = changed(state, event);
    state = change.state;
    said.push(...change.say);
  }
  return { state, said };
}
const greeted = heard(hello);
const ready: readonly PageEvent[] = [greeted, heard({ kind: "begun", run: 1, ...info })];
const kinds = (said: readonly ToTrainer[]): readonly string[] => said.map(({ kind }) => kind);

describe("a page", () => {
  test("begins a run with the link's settings once the worker is there", () => {
    const { state, said } = following(chose({ seed: 4 }), greeted);
    expect(state.phase).toBe("loading");
    expect(said).toEqual([{ kind: "begin", run: 1, settings: { ...defaults, seed: 4 } }]);
  });
  test("trains, pauses, takes single steps and goes on", () => {
    const { state, said } = following(
      ...ready,
      { kind: "train" },
      { kind: "step" },
      { kind: "pause" },
      { kind: "step" },
      { kind: "train" },
    );
    expect(state.phase).toBe("running");
    expect(kinds(said)).toEqual(["begin", "train", "pause", "step", "train"]);
  });
  test("does not train before there are points, nor after the last step", () => {
    expect(kinds(following(greeted, { kind: "train" }).said)).toEqual(["begin"]);
    const done = following(...ready, { kind: "train" }, heard({ kind: "done", run: 1 }), { kind: "train" });
    expect(done.state.phase).toBe("done");
    expect(kinds(done.said)).toEqual(["begin", "train"]);
  });
  test("can go on when it is done and more steps are asked for", () => {
    const events = [
      ...ready,
      { kind: "train" },
      heard({ kind: "frame", run: 1, ...frame(1500, 1) }),
      heard({ kind: "done", run: 1 }),
    ] as const;
    const { state, said } = following(...events, chose({ iterations: 3000 }), { kind: "train" });
    expect(state.phase).toBe("running");
    expect(kinds(said)).toEqual(["begin", "train", "adjust", "train"]);
    expect(following(...events, chose({ iterations: 1000 })).state.phase).toBe("done");
  });
  test("collects what was measured", () => {
    const { state } = following(
      ...ready,
      heard({ kind: "frame", run: 1, ...frame(2, 5, 6) }),
      heard({ kind: "score", run: 1, step: 2, mean: 0.5, standardError: 0.1 }),
    );
    expect([state.step, state.history.dataEnergy, state.scores]).toEqual([
      2,
      [5, 6],
      [{ step: 2, mean: 0.5, standardError: 0.1 }],
    ]);
  });
  test("says why there is no score until there is one", () => {
    const none = [...ready, heard({ kind: "noScore", run: 1, step: 3, reason: "Z is infinite" })] as const;
    expect(following(...none).state.scoreFault).toBe("No score at step 3: Z is infinite");
    const score = heard({ kind: "score", run: 1, step: 4, mean: 1, standardError: 0 });
    expect(following(...none, score).state.scoreFault).toBeNull();
  });
  test("hears nothing of an earlier run", () => {
    const { state } = following(
      ...ready,
      { kind: "reset" },
      heard({ kind: "frame", run: 1, ...frame(9, 5) }),
      heard({ kind: "score", run: 1, step: 9, mean: 0, standardError: 0 }),
      heard({ kind: "failed", run: 1, reason: "old" }),
    );
    expect([state.run, state.step, state.scores, state.phase]).toEqual([2, 0, [], "loading"]);
  });
  test("begins anew with other points, another network or another seed, and adjusts for the rest", () => {
    for (const other of [
      { seed: 1 },
      { hidden: [8] },
      { source: { kind: "dataset", name: "moons" } },
    ] as const) {
      expect(isSameRun(defaults, { ...defaults, ...other })).toBe(false);
      expect(kinds(following(...ready, { kind: "train" }, chose(other)).said)).toEqual([
        "begin",
        "train",
        "begin",
      ]);
    }
    for (const other of [
      { stepSize: 0.2 },
      { hops: 1 },
      { langevinSteps: 3 },
      { learningRate: 0.02 },
      { speed: 16 },
    ]) {
      const { state, said } = following(...ready, { kind: "train" }, chose(other));
      expect([state.phase, kinds(said)]).toEqual(["running", ["begin", "train", "adjust"]]);
    }
    expect(kinds(following(...ready, chose({ surface: "density" })).said)).toEqual(["begin"]);
  });
  test("waits for points where none are painted, and begins with the first stroke", () => {
    const blank = chose({ source: { kind: "painting", painting: emptyPainting } });
    const waiting = following(...ready, { kind: "train" }, blank, { kind: "train" });
    expect([waiting.state.phase, kinds(waiting.said)]).toEqual(["empty", ["begin", "train", "pause"]]);
    const painting = stroke(emptyPainting, null, [0, 0]);
    const { state, said } = following(...ready, blank, chose({ source: { kind: "painting", painting } }));
    expect([state.phase, kinds(said)]).toEqual(["loading", ["begin", "pause", "begin"]]);
  });
  test("goes on, on wasm, from the state that was read back last when a device fails, and says so", () => {
    const [first, second] = [frame(20, ...new Array<number>(20).fill(1)), frame(27, 2, 2, 2, 2, 2, 2, 2)];
    const { state, said } = following(
      chose({ target: "webgpu", speed: 8 }),
      heard({ kind: "hello", targets: [] }),
      heard({ kind: "begun", run: 1, ...info }),
      { kind: "train" },
      heard({ kind: "frame", run: 1, ...first, device: "a graphics card" }),
      heard({ kind: "score", run: 1, step: 20, mean: 1, standardError: 0 }),
      heard({ kind: "frame", run: 1, ...second, device: "a graphics card" }),
      heard({ kind: "score", run: 1, step: 27, mean: 1, standardError: 0 }),
      heard({ kind: "fellBack", run: 1, step: 22, reason: "it was lost" }),
    );
    expect(state).toMatchObject({ phase: "running", step: 22, device: null });
    expect(state.history.steps.at(-1)).toBe(22);
    expect(state.history.dataEnergy).toHaveLength(22);
    expect(state.scores.map(({ step }) => step)).toEqual([20]);
    expect(state.notice).toBe(
      "The target webgpu has stopped at step 27: it was lost. Training goes on on wasm, from step 22, of which the last " +
        "state was read back (at most 16 steps are lost).",
    );
    expect(said.at(-1)).toEqual({ kind: "adjust", settings: { ...defaults, speed: 8, target: "wasm" } });
  });
  test("says why a target is not used, and uses wasm", () => {
    const { state, said } = following(chose({ target: "gpu" }), greeted);
    expect(state.notice).toBe("The target gpu is not used: there is none. Training runs on wasm.");
    expect(said).toEqual([{ kind: "begin", run: 1, settings: defaults }]);
  });
  test("says why a run ended, until another begins", () => {
    const failed = [
      ...ready,
      { kind: "train" },
      heard({ kind: "failed", run: 1, reason: "it diverged" }),
    ] as const;
    expect(following(...failed).state).toMatchObject({ phase: "failed", notice: "it diverged" });
    expect(following(...failed, { kind: "reset" }).state).toMatchObject({ phase: "loading", notice: null });
  });
});
