/** The form of settings: what it shows, and what a person chose in it. */
import { brushes, emptyPainting } from "../model/painting.js";
import {
  dataSetNames,
  expectedNumber,
  expectedWidths,
  limits,
  type NumberName,
  readNumber,
  readWidths,
  type Settings,
  surfaceKinds,
  type TargetName,
  targetNames,
} from "../model/settings.js";
import type { PageState } from "../model/state.js";
import { find, setText } from "./element.js";

export interface Controls {
  readonly show: (state: PageState) => void;
}

/** Values that a slider steps through. */
const stops = {
  stepSize: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1],
  langevinSteps: [1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 100],
  hops: [0, 1, 2, 3, 5, 7, 10, 20, 50],
  learningRate: [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1],
  speed: [1, 2, 4, 8, 16, 32, 64, 100],
} as const satisfies Partial<Record<NumberName, readonly number[]>>;

type SliderName = keyof typeof stops;
const sliderNames: readonly SliderName[] = ["stepSize", "langevinSteps", "hops", "learningRate", "speed"];

const painted = "painted";

const targetLabels: Readonly<Record<TargetName, string>> = {
  wasm: "WebAssembly",
  gpu: "GPU, the best way there is",
  webgpu: "GPU by WebGPU",
  webgl2: "GPU by WebGL2",
};

/** `get` gives the settings as they are; `choose` is told of others. */
export function controlsOf(get: () => Settings, choose: (settings: Settings) => void): Controls {
  const data = options("data", [
    ...dataSetNames.map((name) => [name, name] as const),
    [painted, "painted by hand"],
  ]);
  const brush = options(
    "brush",
    brushes.map((width, i) => [String(width), ["fine", "medium", "broad"][i]] as const),
  );
  const target = options(
    "target",
    targetNames.map((name) => [name, targetLabels[name]] as const),
  );
  const surface = options(
    "surface",
    surfaceKinds.map((kind) => [kind, kind === "energy" ? "the energy" : "the density"] as const),
  );
  const { clear, undo } = { clear: find("clear", HTMLButtonElement), undo: find("undo", HTMLButtonElement) };
  const sliders = sliderNames.map((name) => slider(name, (value) => choose({ ...get(), [name]: value })));
  const seed = numberField("seed", (value) => choose({ ...get(), seed: value }));
  const iterations = numberField("iterations", (value) => choose({ ...get(), iterations: value }));
  const hidden = textField("hidden", readWidths, expectedWidths, (widths) =>
    choose({ ...get(), hidden: widths }),
  );

  find("settings", HTMLFormElement).addEventListener("submit", (event) => event.preventDefault());
  data.addEventListener("change", () => {
    const name = dataSetNames.find((known) => known === data.value);
    const source =
      name === undefined
        ? ({ kind: "painting", painting: emptyPainting } as const)
        : ({ kind: "dataset", name } as const);
    choose({ ...get(), source });
  });
  brush.addEventListener("change", () => {
    const { source, ...rest } = get();
    if (source.kind !== "painting") return;
    const painting = { ...source.painting, brush: Number(brush.value) };
    choose({ ...rest, source: { kind: "painting", painting } });
  });
  // What strokes there were is known by the numbers of dabs before them.
  let before: readonly number[] = [];
  undo.addEventListener("click", () => {
    const { source, ...rest } = get();
    if (source.kind !== "painting") return;
    const { painting } = source;
    const count = before.findLast((dabs) => dabs < painting.dabs.length) ?? 0;
    choose({
      ...rest,
      source: { kind: "painting", painting: { ...painting, dabs: painting.dabs.slice(0, count) } },
    });
  });
  clear.addEventListener("click", () => {
    const { source, ...rest } = get();
    if (source.kind !== "painting") return;
    choose({ ...rest, source: { kind: "painting", painting: { ...source.painting, dabs: [] } } });
  });
  target.addEventListener("change", () => {
    const name = targetNames.find((known) => known === target.value);
    if (name !== undefined) choose({ ...get(), target: name });
  });
  surface.addEventListener("change", () => {
    const kind = surfaceKinds.find((known) => known === surface.value);
    if (kind !== undefined) choose({ ...get(), surface: kind });
  });

  return {
    show: ({ settings, targets, info, device }) => {
      const { source } = settings;
      data.value = source.kind === "dataset" ? source.name : painted;
      find("paint", HTMLElement).hidden = source.kind !== "painting";
      if (source.kind === "painting") {
        brush.value = String(source.painting.brush);
        const count = source.painting.dabs.length;
        before = [...before.filter((dabs) => dabs < count), count];
        undo.disabled = count === 0;
        clear.disabled = count === 0;
      }
      for (const each of sliders) each(settings);
      seed(String(settings.seed));
      iterations(String(settings.iterations));
      hidden(settings.hidden.join(", "));
      target.value = settings.target;
      surface.value = settings.surface;
      setText(find("parameters", HTMLOutputElement), info === null ? "" : `${info.parameters} numbers`);
      const missing = targets.filter(({ reason }) => reason !== null);
      for (const option of target.options) {
        option.disabled = missing.some(({ name }) => name === option.value);
      }
      const reason = find("target-reason", HTMLElement);
      const lines = missing.map((each) => `No ${each.name}: ${each.reason}.`);
      if (device !== null) lines.push(`It trains on ${device}.`);
      reason.hidden = lines.length === 0;
      setText(reason, lines.join(" "));
    },
  };
}

function options(
  id: string,
  choices: readonly (readonly [value: string, text: string])[],
): HTMLSelectElement {
  const select = find(id, HTMLSelectElement);
  select.replaceChildren(...choices.map(([value, text]) => new Option(text, value)));
  return select;
}

/** A slider over its stops. A value between them, which a link may have, is shown as it is. */
function slider(name: SliderName, choose: (value: number) => void): (settings: Settings) => void {
  const input = find(name, HTMLInputElement);
  const output = find(`${name}-value`, HTMLOutputElement);
  const values: readonly number[] = stops[name];
  input.min = "0";
  input.max = String(values.length - 1);
  input.step = "1";
  input.addEventListener("input", () => choose(values[Number(input.value)]));
  return (settings) => {
    const value = settings[name];
    const distances = values.map((stop) => Math.abs(Math.log((stop + 1e-9) / (value + 1e-9))));
    input.value = String(distances.indexOf(Math.min(...distances)));
    input.setAttribute("aria-valuetext", String(value));
    setText(output, String(value));
  };
}

const numberField = (name: "seed" | "iterations", choose: (value: number) => void) =>
  textField(name, (text) => readNumber(name, text), expectedNumber(limits[name]), choose);

/** A field for a text that has a meaning. What has none is complained of where it stands, and changes nothing. */
function textField<T>(
  id: string,
  read: (text: string) => T | null,
  expected: string,
  choose: (value: T) => void,
): (text: string) => void {
  const input = find(id, HTMLInputElement);
  let shown = "";
  input.addEventListener("input", () => {
    const isGood = read(input.value) !== null;
    input.setCustomValidity(isGood ? "" : `Give ${expected}.`);
    input.setAttribute("aria-invalid", String(!isGood));
  });
  input.addEventListener("change", () => {
    const value = read(input.value);
    if (value !== null) choose(value);
    else input.reportValidity();
  });
  return (text) => {
    if (text === shown) return;
    shown = text;
    input.value = text;
    input.setCustomValidity("");
    input.setAttribute("aria-invalid", "false");
  };
}
