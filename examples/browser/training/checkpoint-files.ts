/**
 * What a person takes away: a checkpoint that `npm start -- --resume` goes on from, and painted points as a file. Loaded when it is
 * asked for, since the check of configurations is a large part of it.
 */
import * as E from "fp-ts/lib/Either.js";
import { type Config, configVersion, decodeConfig, encodeConfig, type Source } from "../../train/config.js";
import type { File } from "../messages.js";
import type { Settings } from "../model/settings.js";
import { type PageInput, paintedRules } from "./input.js";
import type { Machine } from "./machine.js";
import { recipeOf } from "./recipe.js";

/** Where the command looks for painted points: in the folder that it is started in. */
export const pointsName = "painted.csv";

export async function checkpointFiles(
  settings: Settings,
  input: PageInput,
  machine: Machine,
): Promise<readonly File[]> {
  const points = input.csv === null ? null : new TextEncoder().encode(input.csv);
  const config = encodeConfig(await configOf(settings, input, points));
  const checked = decodeConfig(config);
  if (E.isLeft(checked)) throw new Error(checked.left);
  const bytes = await machine.checkpoint({ config });
  const checkpoint: File = { name: "checkpoint.safetensors", type: "application/octet-stream", bytes };
  return points === null ? [checkpoint] : [checkpoint, { name: pointsName, type: "text/csv", bytes: points }];
}

async function configOf(
  { source, ...settings }: Settings,
  { scaling }: PageInput,
  points: Uint8Array<ArrayBuffer> | null,
): Promise<Config> {
  return {
    version: configVersion,
    source: source.kind === "dataset" ? source : await fileOf(points),
    ...recipeOf(settings),
    seed: settings.seed,
    samples: 2000,
    scaling,
    checkpointEvery: 500,
  };
}

async function fileOf(points: Uint8Array<ArrayBuffer> | null): Promise<Source> {
  if (points === null) throw new Error("a painting has its points as a file");
  const sha256 = await hashOf(points);
  return { kind: "file", path: pointsName, columns: null, ...paintedRules, header: true, sha256 };
}

async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
