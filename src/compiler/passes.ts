/** The passes over LoopIR, in order: those every program goes through; a target adds its own after them. */
import type { Program } from "../ir/loop-ir.js";
import { hoist } from "./hoist.js";

/** Program -> Program, with the same outputs to the bit (NaN equals NaN). */
export interface LoopPass {
  readonly name: string;
  readonly run: (program: Program) => Program;
}

export const commonPasses: readonly LoopPass[] = [{ name: "loop invariants hoisted", run: hoist }];

export const runPasses = (program: Program, passes: readonly LoopPass[]): Program =>
  passes.reduce((before, pass) => pass.run(before), program);
