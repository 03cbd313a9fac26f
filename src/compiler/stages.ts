/** What `jit(f).lower(...args)` shows: every stage from the jaxpr to the target's text. */

import { inlineCalls } from "../autodiff/inline.js";
import { removeDeadCode } from "../autodiff/jaxpr-passes.js";
import { showJaxpr } from "../autodiff/print-jaxpr.js";
import type { Stages, Traced } from "../autodiff/transforms/jit-function.js";
import { showProgram } from "../ir/print-loops.js";
import { loopsOf } from "./executable.js";
import { lower } from "./lower.js";
import { defaultTarget, findTarget } from "./targets/registry.js";

/** The stages of one traced function. */
export function stagesOf(traced: Traced, target: string | null): Stages {
  const { jaxpr } = traced;
  const { program } = loopsOf(jaxpr);
  const compileFor = (name: string | undefined) =>
    (name !== undefined ? findTarget(name) : target !== null ? findTarget(target) : defaultTarget()).compile(
      program,
    );
  return {
    jaxpr: showJaxpr(jaxpr),
    loops: showProgram(program),
    text: (name) => compileFor(name).text,
    get stages() {
      return [
        { name: "traced", text: showJaxpr(jaxpr) },
        { name: "inlined", text: showJaxpr(removeDeadCode(inlineCalls(jaxpr)).jaxpr) },
        { name: "lowered", text: showProgram(lower(jaxpr).program) },
        { name: "elementary functions expanded", text: showProgram(program) },
      ];
    },
    get scratchBytes() {
      return compileFor(undefined).scratchBytes;
    },
  };
}
