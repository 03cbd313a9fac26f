/**
 * What the page and its workers say to each other. The state of training stays in the worker; what is drawn comes out, and its
 * buffers are transferred, not copied. Every answer names the run that it is of: what an earlier run still says is not heard.
 */
import type { Score } from "./model/history.js";
import type { Settings, TargetName } from "./model/settings.js";
import type { Box } from "./model/view.js";

/** From the page to the worker that trains. */
export type ToTrainer =
  /** Makes a new run ready, of which no step is taken yet. */
  | { readonly kind: "begin"; readonly run: number; readonly settings: Settings }
  /** Goes on with other settings, which are of the same run (`isSameRun`). */
  | { readonly kind: "adjust"; readonly settings: Settings }
  | { readonly kind: "train" }
  | { readonly kind: "pause" }
  /** One step of training. */
  | { readonly kind: "step" }
  /** A frame has arrived. Of frames nobody has seen the worker makes two at most. */
  | { readonly kind: "seen" }
  | { readonly kind: "export" };

/** From the worker that trains to the page. */
export type FromTrainer =
  | { readonly kind: "hello"; readonly targets: readonly TargetReport[] }
  | ({ readonly kind: "begun"; readonly run: number } & RunInfo)
  | ({ readonly kind: "frame"; readonly run: number } & Frame)
  /**
   * The target failed: the run goes on, on wasm, from the last state that was read back, which is of this step and at most
   * `mostLost` steps old.
   */
  | { readonly kind: "fellBack"; readonly run: number; readonly step: number; readonly reason: string }
  /** All steps are taken. */
  | { readonly kind: "done"; readonly run: number }
  | ({ readonly kind: "score"; readonly run: number } & Score)
  | { readonly kind: "noScore"; readonly run: number; readonly step: number; readonly reason: string }
  | { readonly kind: "exported"; readonly run: number; readonly files: readonly File[] }
  /** The run has ended: its points are no good, or it diverged. */
  | { readonly kind: "failed"; readonly run: number; readonly reason: string };

/** Steps between two states that are read back from a device, at most: what a run loses when the device does. */
export const mostLost = 16;

/** Whether a target is there; if not, why. */
export interface TargetReport {
  readonly name: TargetName;
  readonly reason: string | null;
}

export interface RunInfo {
  /** The part of the plane that is shown, in the units of the data. */
  readonly box: Box;
  /** Some of the points that are learned from: f32[2 n], x and y in turns. */
  readonly points: Float32Array;
  /** Numbers that are learned. */
  readonly parameters: number;
}

export interface Frame {
  /** The last step that was taken. */
  readonly step: number;
  /** Of each step since the last frame: the mean energies of data and of samples. */
  readonly dataEnergy: Float32Array;
  readonly sampleEnergy: Float32Array;
  /** Where the chains are: f32[2 n], in the units of the data. */
  readonly samples: Float32Array;
  /** E at the middles of cells x cells pixels, row by row from the top. */
  readonly surface: Float32Array;
  readonly cells: number;
  /** What runs the steps, in words, where it is not wasm. */
  readonly device: string | null;
}

export interface File {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** From the worker that trains to the one that scores. */
export type ToJudge =
  | {
      readonly kind: "begin";
      readonly run: number;
      readonly hidden: readonly number[];
      /** Rows held out, scaled, f32[n, 2], and log p of each in the units of the data: f64[n]. */
      readonly heldOut: Float32Array;
      readonly logDensities: Float64Array;
      readonly logJacobian: number;
      /** Of the scaled points that are learned from. */
      readonly range: Box;
    }
  /** The network's parameters, as a checkpoint. */
  | { readonly kind: "judge"; readonly run: number; readonly step: number; readonly params: Uint8Array };

export type FromJudge = Extract<FromTrainer, { readonly kind: "score" | "noScore" }>;
