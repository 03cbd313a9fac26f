/** The js target: JavaScript text, all dtypes. It is the meaning of the library, and what eager mode runs. */
import { callHost } from "../../../ir/host-callbacks.js";
import type { Target } from "../registry.js";
import { compileJs } from "./compile.js";

export const jsTarget: Target = {
  name: "js",
  lanes: 1,
  description: "JavaScript functions, compiled by the engine; needs a page policy that allows new Function",
  available: true,
  compile: (program) => compileJs(program, callHost),
};
