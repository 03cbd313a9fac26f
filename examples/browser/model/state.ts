/** What the page knows, and how it changes: a pure function of what happened, with what is to be said to the worker. */
import {
  type Frame,
  type FromTrainer,
  mostLost,
  type RunInfo,
  type TargetReport,
  type ToTrainer,
} from "../messages.js";
import { cutAfter, emptyHistory, extended, type History, type Score, withScore } from "./history.js";
import { defaults, isSameRun, type Settings, type Source } from "./settings.js";

/**
 * starting: the worker loads. loading: points are drawn. empty: nothing is painted yet. Then a run is ready, running, paused,
 * done, or has failed.
 */
export type Phase = "starting" | "loading" | "empty" | "ready" | "running" | "paused" | "done" | "failed";

export interface PageState {
  readonly settings: Settings;
  readonly phase: Phase;
  /** Runs count from 1. */
  readonly run: number;
  readonly step: number;
  readonly info: RunInfo | null;
  readonly frame: Frame | null;
  readonly history: History;
  readonly scores: readonly Score[];
  readonly targets: readonly TargetReport[];
  /** What runs the steps, in words, where it is not wasm. */
  readonly device: string | null;
  /** What a person must know: a link that could not be read, a run that failed. */
  readonly notice: string | null;
  /** Why there was no score the last time. */
  readonly scoreFault: string | null;
}

export type PageEvent =
  | { readonly kind: "choose"; readonly settings: Settings }
  | { readonly kind: "train" }
  | { readonly kind: "pause" }
  | { readonly kind: "step" }
  | { readonly kind: "reset" }
  | { readonly kind: "notice"; readonly text: string | null }
  | { readonly kind: "heard"; readonly message: FromTrainer };

export const initialPage: PageState = {
  settings: defaults,
  phase: "starting",
  run: 0,
  step: 0,
  info: null,
  frame: null,
  history: emptyHistory,
  scores: [],
  targets: [],
  device: null,
  notice: null,
  scoreFault: null,
};

export interface Change {
  readonly state: PageState;
  /** For the worker, in order. */
  readonly say: readonly ToTrainer[];
}

const still = (state: PageState): Change => ({ state, say: [] });

export function changed(state: PageState, event: PageEvent): Change {
  switch (event.kind) {
    case "choose":
      return chosen(state, event.settings);
    case "train":
      return canTrain(state)
        ? { state: { ...state, phase: "running" }, say: [{ kind: "train" }] }
        : still(state);
    case "pause":
      return state.phase === "running"
        ? { state: { ...state, phase: "paused" }, say: [{ kind: "pause" }] }
        : still(state);
    case "step":
      return canTrain(state)
        ? { state: { ...state, phase: "paused" }, say: [{ kind: "step" }] }
        : still(state);
    case "reset":
      return state.phase === "starting" ? still(state) : begun({ ...state, notice: null });
    case "notice":
      return still({ ...state, notice: event.text });
    case "heard":
      return heard(state, event.message);
  }
}

/** Whether there is a step to take. */
export const canTrain = ({ phase }: PageState): boolean => phase === "ready" || phase === "paused";

/** Other points, another network or another seed are another run; anything else is taken over by the one there is. */
function chosen(state: PageState, settings: Settings): Change {
  const before = state.settings;
  const next = { ...state, settings };
  if (state.phase === "starting") return still(next);
  if (!isSameRun(before, settings)) return begun({ ...next, notice: null });
  if (state.phase === "empty" || state.phase === "failed" || !isAdjusted(before, settings))
    return still(next);
  const isDone = state.step >= settings.iterations;
  const phase = isDone && state.step > 0 ? "done" : state.phase === "done" ? "paused" : state.phase;
  return { state: { ...next, phase }, say: [{ kind: "adjust", settings }] };
}

/** The colours are the page's alone. */
const isAdjusted = (a: Settings, b: Settings): boolean =>
  (["stepSize", "langevinSteps", "hops", "learningRate", "iterations", "speed", "target"] as const).some(
    (name) => a[name] !== b[name],
  );

function begun(state: PageState): Change {
  const run = state.run + 1;
  const fresh = { ...state, run, step: 0, frame: null, history: emptyHistory, scores: [], scoreFault: null };
  if (isBlank(state.settings.source)) {
    return { state: { ...fresh, info: null, phase: "empty" }, say: [{ kind: "pause" }] };
  }
  return {
    state: { ...fresh, phase: "loading" },
    say: [{ kind: "begin", run, settings: state.settings }],
  };
}

const isBlank = (source: Source): boolean => source.kind === "painting" && source.painting.dabs.length === 0;

function heard(state: PageState, message: FromTrainer): Change {
  if (message.kind === "hello") return begun(greeted(state, message.targets));
  if (message.run !== state.run) return still(state);
  switch (message.kind) {
    case "begun": {
      const { box, points, parameters } = message;
      return still({ ...state, phase: "ready", info: { box, points, parameters } });
    }
    case "frame": {
      const { step, dataEnergy, sampleEnergy, device } = message;
      const history = extended(state.history, step, dataEnergy, sampleEnergy);
      return still({ ...state, step, frame: message, history, device });
    }
    case "fellBack":
      return fallenBack(state, message.step, message.reason);
    case "done":
      return still({ ...state, phase: "done" });
    case "score": {
      const { step, mean, standardError } = message;
      const scores = withScore(state.scores, { step, mean, standardError });
      return still({ ...state, scores, scoreFault: null });
    }
    case "noScore":
      return still({ ...state, scoreFault: `No score at step ${message.step}: ${message.reason}` });
    case "failed":
      return still({ ...state, phase: "failed", notice: message.reason });
    case "exported":
      return still(state); // whoever asked for the files takes them from the message
  }
}

/** The target failed: the run goes on, on wasm, from an earlier state; what came after that is forgotten. */
function fallenBack(state: PageState, step: number, reason: string): Change {
  const settings: Settings = { ...state.settings, target: "wasm" };
  const from =
    step === state.step
      ? ""
      : `, from step ${step}, of which the last state was read back (at most ${mostLost} steps are lost)`;
  const notice = `The target ${state.settings.target} has stopped at step ${state.step}: ${reason}. Training goes on on wasm${from}.`;
  return {
    state: {
      ...state,
      settings,
      step,
      history: cutAfter(state.history, step),
      scores: state.scores.filter((score) => score.step <= step),
      device: null,
      notice,
    },
    // What was chosen while the device failed.
    say: [{ kind: "adjust", settings }],
  };
}

/** A target that is not there gives way to wasm, and is not silent about it. */
function greeted(state: PageState, targets: readonly TargetReport[]): PageState {
  const reason = targets.find(({ name }) => name === state.settings.target)?.reason ?? null;
  if (reason === null) return { ...state, targets };
  const notice = `The target ${state.settings.target} is not used: ${reason}. Training runs on wasm.`;
  return { ...state, targets, settings: { ...state.settings, target: "wasm" }, notice };
}
