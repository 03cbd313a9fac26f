/** Calls (jit, checkpoint, custom derivatives) replaced by what they call, at every depth. */
import { inlineCalls } from "../../autodiff/inline.js";
import { everywhereInwards, type Pass } from "./pass.js";

export const inlineAllCalls: Pass = { name: "inlined", run: everywhereInwards(inlineCalls) };
