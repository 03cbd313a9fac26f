/** What a person chooses on the page: all of it is in the page's link. */
import type { DataSetName } from "../../train/input.js";
import type { Painting } from "./painting.js";

export interface Settings {
  readonly source: Source;
  /** Widths of the hidden layers of the energy's network. */
  readonly hidden: readonly number[];
  /** Of the first Langevin step of a visit; the last is `ladder` times smaller. In units of the scaled points' variance. */
  readonly stepSize: number;
  /** Langevin steps of each chain in a step of training. */
  readonly langevinSteps: number;
  /** Metropolis hops of each chain before them. */
  readonly hops: number;
  readonly learningRate: number;
  /** Steps of training in all; the learning rate falls to 0 over them. */
  readonly iterations: number;
  /** Steps of training between two pictures. */
  readonly speed: number;
  readonly seed: number;
  readonly target: TargetName;
  readonly surface: SurfaceKind;
}

export type Source =
  | { readonly kind: "dataset"; readonly name: DataSetName }
  | { readonly kind: "painting"; readonly painting: Painting };

/** gpu: kernels of gpu.js in the best mode of this machine; webgpu, webgl2: in that mode, on an imitated graphics card too. */
export type TargetName = "wasm" | "gpu" | "webgpu" | "webgl2";
/** What the surface's colours are of: E(x), or the density exp(-E(x)) / Z. */
export type SurfaceKind = "energy" | "density";

export const dataSetNames = [
  "8gaussians",
  "moons",
  "checkerboard",
  "pinwheel",
  "swissroll",
  "2spirals",
  "rings",
  "mixture",
] as const satisfies readonly DataSetName[];

export const targetNames = ["wasm", "gpu", "webgpu", "webgl2"] as const satisfies readonly TargetName[];
export const surfaceKinds = ["energy", "density"] as const satisfies readonly SurfaceKind[];

/** The first step of a visit is so many times the last. */
export const ladder = 50;

/** The settings that are numbers. */
export type NumberName =
  | "stepSize"
  | "langevinSteps"
  | "hops"
  | "learningRate"
  | "iterations"
  | "speed"
  | "seed";

export interface Limits {
  readonly least: number;
  readonly most: number;
  readonly isWhole: boolean;
}

/** A page is for looking: within these limits no setting takes more than some seconds or some hundred megabytes. */
export const limits: Readonly<Record<NumberName, Limits>> = {
  stepSize: { least: 1e-4, most: 1, isWhole: false },
  langevinSteps: { least: 1, most: 100, isWhole: true },
  hops: { least: 0, most: 50, isWhole: true },
  learningRate: { least: 1e-5, most: 0.1, isWhole: false },
  iterations: { least: 1, most: 1_000_000, isWhole: true },
  speed: { least: 1, most: 100, isWhole: true },
  seed: { least: 0, most: 2 ** 32 - 1, isWhole: true },
};

export const mostLayers = 4;
export const mostWidth = 256;

export const defaults: Settings = {
  source: { kind: "dataset", name: "8gaussians" },
  hidden: [64, 64, 64],
  stepSize: 0.1,
  langevinSteps: 10,
  hops: 5,
  learningRate: 0.01,
  iterations: 1500,
  speed: 4,
  seed: 0,
  target: "wasm",
  surface: "energy",
};

/** What a text must be, where it is none: a reader's words for it. */
export const expectedNumber = ({ least, most, isWhole }: Limits): string =>
  `${isWhole ? "a whole number" : "a number"} from ${least} to ${most}`;

export const expectedWidths = `one to ${mostLayers} widths from 1 to ${mostWidth}, such as 64,64,64`;

/** The number in a text, or null: only plain decimals, within the limits. */
export function readNumber(name: NumberName, text: string): number | null {
  const { least, most, isWhole } = limits[name];
  if (!/^\d{1,12}(\.\d{1,12})?(e-\d{1,2})?$/i.test(text.trim())) return null;
  const value = Number(text);
  return value >= least && value <= most && (!isWhole || Number.isInteger(value)) ? value : null;
}

/** The widths in a text such as "64, 64", or null. */
export function readWidths(text: string): readonly number[] | null {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.length > mostLayers || !parts.every((part) => /^\d{1,4}$/.test(part))) return null;
  const widths = parts.map(Number);
  return widths.every((width) => width >= 1 && width <= mostWidth) ? widths : null;
}

/** Whether a run of the one can go on with the other: points, network and seed are what a run is made from. */
export const isSameRun = (a: Settings, b: Settings): boolean =>
  a.seed === b.seed && a.hidden.join() === b.hidden.join() && isSameSource(a.source, b.source);

const isSameSource = (a: Source, b: Source): boolean =>
  a.kind === "dataset"
    ? b.kind === "dataset" && a.name === b.name
    : b.kind === "painting" &&
      a.painting.brush === b.painting.brush &&
      a.painting.dabs.length === b.painting.dabs.length &&
      a.painting.dabs.every(
        ({ column, row }, i) => column === b.painting.dabs[i].column && row === b.painting.dabs[i].row,
      );
