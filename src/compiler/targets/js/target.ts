/** The js target: JavaScript text, all dtypes. It is the meaning of the library, and what eager mode runs. */
import { callHost } from "../../../ir/host-callbacks.js";
import { planBuffers } from "../../buffers.js";
import { intrinsicsExpanded } from "../../intrinsics/expand.js";
import { type LoopPass, runPasses } from "../../passes.js";
import type { Target } from "../registry.js";
import { compileJs } from "./compile.js";
import { emitJs } from "./emit.js";

const allowsText = (): boolean => {
  try {
    return new Function("return true")() === true;
  } catch {
    return false;
  }
};

const available = allowsText();

const passes: readonly LoopPass[] = [intrinsicsExpanded];

export const jsTarget: Target = {
  name: "js",
  lanes: 1,
  description: available
    ? "JavaScript functions, compiled by the engine"
    : "JavaScript functions, which this page's policy forbids to make (new Function)",
  available,
  passes,
  compile: (program) => compileJs(runPasses(program, passes), callHost),
  show: (program) => {
    const expanded = runPasses(program, passes);
    return emitJs(expanded, planBuffers(expanded));
  },
};
