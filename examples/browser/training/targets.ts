/** What a run can be compiled for here. */
import { targets } from "cotangent";
import type { TargetReport } from "../messages.js";
import { type TargetName, targetNames } from "../model/settings.js";

/** The library's name of a target. */
export const libraryTarget = (name: TargetName): "wasm" | "gpu" => (name === "wasm" ? "wasm" : "gpu");

const found = (name: TargetName): ReturnType<typeof targets>[number] | undefined =>
  targets().find((target) => target.name === libraryTarget(name));

/** Each target of the page, with the reason why it is not there where it is not. A device is looked for when it is chosen. */
export const reportTargets = (): readonly TargetReport[] =>
  targetNames.map((name) => {
    const target = found(name);
    if (target === undefined) return { name, reason: "this build of the library has no such target" };
    return { name, reason: target.available ? null : target.description };
  });

/** Loads what the target needs, and sets its mode. */
export async function prepareTarget(name: TargetName): Promise<void> {
  if (name === "wasm") return;
  const { setGpuMode } = await import("cotangent/gpu");
  setGpuMode(name === "gpu" ? null : name);
}

/** What runs the steps, in words; null for wasm. */
export const deviceOf = (name: TargetName): string | null =>
  name === "wasm" ? null : (found(name)?.description ?? null);
