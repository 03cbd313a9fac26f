/** The wide form of a scalar function: of vectors, lane by lane the same. It is written once for each width. */

import { InternalError } from "../ir/errors.js";
import { freshId, variable } from "../ir/expr.js";
import type { Block, LoopFunction, Stmt } from "../ir/loop-ir.js";
import { analyzeFunction } from "./vector-analysis.js";
import { Widener } from "./widen.js";

const written = new WeakMap<LoopFunction, Map<number, LoopFunction>>();

/** The functions of LoopIR are pure and structured: all of them can be widened. */
export function widenFunction(fn: LoopFunction, lanes: number): LoopFunction {
  let widths = written.get(fn);
  if (widths === undefined) {
    widths = new Map();
    written.set(fn, widths);
  }
  let wide = widths.get(lanes);
  if (wide === undefined) {
    wide = widen(fn, lanes);
    widths.set(lanes, wide);
  }
  return wide;
}

function widen(fn: LoopFunction, lanes: number): LoopFunction {
  const coefficients = analyzeFunction(fn);
  if (coefficients === null) throw new InternalError(`the LoopIR function ${fn.name} has no wide form`);
  const calls = fn.calls.map((callee) => widenFunction(callee, lanes));
  // The result reads variables as statements do.
  const returned: Stmt = { kind: "local", variable: variable(fn.result.dtype), init: fn.result };
  const read: Block = { ...fn.body, body: [...fn.body.body, returned] };
  const widener = new Widener(lanes, coefficients, read, (callee) => widenFunction(callee, lanes));
  const body = widener.block(fn.body, null);
  const parameters = fn.parameters.map((parameter) => widener.wide(parameter));
  const result = widener.vector(fn.result);
  return { ...fn, id: freshId(), name: `${fn.name}_x${lanes}`, parameters, body, result, calls };
}
