/** What engines refuse, by the limits they agreed on (WebAssembly JavaScript Interface, "Implementation-defined Limits"). */
import { TargetError } from "../../../ir/errors.js";
import { codeSizes } from "./encode.js";
import type { WasmModule } from "./instructions.js";

const mostFunctions = 1_000_000;
const mostLocals = 50_000;
const mostParameters = 1000;
const mostResults = 1000;
const mostFunctionBytes = 7_654_321;
const mostModuleBytes = 2 ** 30;

/**
 * Looks whether an engine takes the module, encoded in so many bytes.
 *
 * @throws TargetError when it does not
 */
export function checkLimits(module: WasmModule, bytes: number): void {
  const excess = excessOf(module, bytes);
  if (excess === null) return;
  throw new TargetError(
    `wasm: a program is too large for the engine: ${excess}; ` +
      'jit smaller parts of the function, put repeated parts into lax.scan, or use jit(f, { target: "js" })',
  );
}

function excessOf(module: WasmModule, bytes: number): string | null {
  const { functions } = module;
  if (functions.length > mostFunctions) return `${functions.length} functions, at most ${mostFunctions}`;
  for (const { type, locals } of functions) {
    const { parameters, results } = type;
    if (parameters.length > mostParameters) {
      return `a function has ${parameters.length} parameters, at most ${mostParameters}`;
    }
    if (results.length > mostResults)
      return `a function has ${results.length} results, at most ${mostResults}`;
    const count = type.parameters.length + locals.length;
    if (count > mostLocals) return `a function has ${count} variables, at most ${mostLocals}`;
  }
  if (bytes > mostModuleBytes) return `${bytes} bytes, at most ${mostModuleBytes}`;
  if (bytes > mostFunctionBytes) {
    for (const size of codeSizes(module)) {
      if (size > mostFunctionBytes) return `a function has ${size} bytes, at most ${mostFunctionBytes}`;
    }
  }
  return null;
}
