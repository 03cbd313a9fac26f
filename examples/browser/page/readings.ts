/** The numbers beside the charts, and the buttons above the plane. */

import { energySpan, palette } from "../model/colours.js";
import type { Score } from "../model/history.js";
import { canTrain, type PageState, type Phase } from "../model/state.js";
import { context2d, find, setText } from "./element.js";

export interface Readings {
  readonly show: (state: PageState) => void;
}

export function readingsOf(): Readings {
  const train = find("train", HTMLButtonElement);
  const step = find("step", HTMLButtonElement);
  const reset = find("reset", HTMLButtonElement);
  const saves = ["picture", "checkpoint"].map((id) => find(id, HTMLButtonElement));
  const pace = paceOf();
  drawRamp();
  return {
    show: (state) => {
      const { phase, step: steps, settings, history, scores } = state;
      const notice = state.notice ?? state.scoreFault;
      setText(train, phase === "running" ? "Pause" : phase === "done" ? "Done" : "Train");
      train.disabled = phase !== "running" && !canTrain(state);
      step.disabled = !canTrain(state);
      reset.disabled = phase === "starting" || phase === "loading" || phase === "empty";
      for (const save of saves) save.disabled = state.frame === null;
      setText(find("progress", HTMLOutputElement), progressOf(state));
      const score = scores.at(-1);
      const kl = find("kl", HTMLElement);
      setText(kl, showScore(score));
      kl.title = score === undefined ? "" : `at step ${score.step}`;
      setText(find("data-energy", HTMLElement), showEnergy(history.dataEnergy.at(-1)));
      setText(find("sample-energy", HTMLElement), showEnergy(history.sampleEnergy.at(-1)));
      setText(find("rate", HTMLElement), pace(phase, steps));
      const box = find("notice", HTMLElement);
      box.hidden = notice === null;
      setText(box, notice ?? "");
      const hint = find("hint", HTMLElement);
      hint.hidden = phase !== "empty";
      setText(hint, phase === "empty" ? emptyHint : "");
      const isEnergy = settings.surface === "energy";
      setText(find("ramp-low", HTMLElement), isEnergy ? `least E + ${energySpan}` : "0");
      setText(find("ramp-high", HTMLElement), isEnergy ? "least E" : "highest p");
      describePlane(state);
    },
  };
}

const emptyHint =
  "Paint the points: draw here with the mouse, a pen or a finger. With the keyboard: arrow keys move, space paints.";

function progressOf({ phase, step, settings }: PageState): string {
  switch (phase) {
    case "starting":
      return "loading the library";
    case "loading":
      return "making the points ready";
    case "empty":
      return "no points yet";
    case "failed":
      return "the run has ended";
    case "ready":
    case "paused":
    case "done":
    case "running":
      return phase === "running" && step === 0
        ? "compiling the first step"
        : `step ${count(step)} of ${count(settings.iterations)}`;
  }
}

const count = (n: number): string => n.toLocaleString("en");

/** 0.0123 ± 0.0008 */
export function showScore(score: Score | undefined): string {
  if (score === undefined) return "–";
  const { mean, standardError } = score;
  const places = mean >= 1 ? 2 : 3;
  return `${mean.toFixed(places)} ± ${standardError.toFixed(places)}`.replaceAll("-", "−");
}

const showEnergy = (energy: number | undefined): string =>
  energy === undefined ? "–" : energy.toFixed(3).replace("-", "−");

/** Steps a second over the last seconds of a run. */
function paceOf(): (phase: Phase, step: number) => string {
  let marks: readonly { readonly time: number; readonly step: number }[] = [];
  let shown = "–";
  return (phase, step) => {
    const time = performance.now();
    if (phase !== "running" || step < (marks.at(-1)?.step ?? 0)) marks = [];
    if (step === 0) shown = "–";
    if (phase === "running" && step > (marks.at(-1)?.step ?? 0)) {
      marks = [...marks.filter((mark) => time - mark.time < 3000), { time, step }];
      const [first] = marks;
      if (time - first.time > 300) shown = (((step - first.step) * 1000) / (time - first.time)).toFixed(0);
    }
    return shown;
  };
}

/** What the plane shows, for who does not see it. */
function describePlane({ settings, phase, step, scores }: PageState): void {
  const plane = find("plane", HTMLCanvasElement);
  if (phase === "running") return; //           not read out at every frame
  const score = scores.at(-1);
  const label =
    settings.source.kind === "painting" && phase === "empty"
      ? "Plane to paint on: arrow keys move, space paints"
      : `The ${settings.surface} over the plane at step ${step}, with data and samples` +
        (score === undefined ? "" : `; KL ${showScore(score)} nats`);
  if (plane.getAttribute("aria-label") !== label) plane.setAttribute("aria-label", label);
}

/** The colours from dark to bright. */
function drawRamp(): void {
  const context = context2d(find("ramp", HTMLCanvasElement));
  const pixels = context.createImageData(256, 1);
  for (let i = 0; i < 256; i++) {
    pixels.data.set([palette[3 * i], palette[3 * i + 1], palette[3 * i + 2], 255], 4 * i);
  }
  context.putImageData(pixels, 0, 0);
}
