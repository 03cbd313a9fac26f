/** Runs the cases of the cross-target tests on a machine of the page, for a test that compares the results elsewhere. */
import { targets } from "cotangent";
import { setGpuMode } from "cotangent/gpu";
import {
  type Case,
  programs,
  resultsOn,
  rowCases,
  workloads,
} from "../../compiler/gpu/cross-target-cases.js";
import type { Machine } from "../../compiler/gpu/cross-target-machines.js";
import { fastAnswer, fastCases } from "../../compiler/gpu/fast-math-cases.js";
import { type EncodedArray, encodeArray } from "../../jax/encoding.js";
import type { NamedRow } from "../../jax/golden-rows.js";

/** Arrays as data; the text of the error, where one is thrown. */
export type Answer = readonly [name: string, results: readonly EncodedArray[] | string];

export interface Answers {
  /** What `targets()` says of the machine. */
  readonly description: string;
  readonly answers: readonly Answer[];
}

declare global {
  interface Window {
    answersTo: typeof answersTo;
    fastAnswersTo: typeof fastAnswersTo;
  }
}

window.answersTo = answersTo;
window.fastAnswersTo = fastAnswersTo;

/** The programs of the list, or those of golden rows. */
async function answersTo(machine: Machine, rows: readonly NamedRow[] | null): Promise<Answers> {
  if (machine !== "wasm") setGpuMode(machine);
  const target = machine === "wasm" ? "wasm" : "gpu";
  const cases: readonly Case[] = rows?.flatMap(rowCases) ?? [...workloads, ...programs];
  const answers: Answer[] = [];
  for (const each of cases) {
    const results = await resultsOn(target, each);
    answers.push([each.name, typeof results === "string" ? results : results.map(encodeArray)]);
  }
  const description = targets().find(({ name }) => name === target)?.description ?? "";
  return { description, answers };
}

/** Elementary functions under fastMath. */
async function fastAnswersTo(mode: "webgpu" | "webgl2"): Promise<readonly (readonly number[])[]> {
  setGpuMode(mode);
  const answers: (readonly number[])[] = [];
  for (const each of fastCases) answers.push(await fastAnswer(each, "gpu"));
  return answers;
}
