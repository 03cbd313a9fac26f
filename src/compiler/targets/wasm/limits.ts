/** What engines refuse, by the limits they agreed on (WebAssembly JavaScript Interface, "Implementation-defined Limits"). */
import { TargetError } from "../../../ir/errors.js";
import { codeSizes } from "./encode.js";
import type { WasmModule } from "./instructions.js";

export const engineLimits = {
  functions: 1_000_000,
  /** Parameters and other variables of a function. */
  variables: 50_000,
  parameters: 1000,
  results: 1000,
  functionBytes: 7_654_321,
  moduleBytes: 2 ** 30,
};

/**
 * Looks whether an engine takes the module, encoded in so many bytes.
 *
 * @throws TargetError when it does not
 */
export function checkLimits(module: WasmModule, bytes: number, limits = engineLimits): void {
  const excess = excessOf(module, bytes, limits);
  if (excess === null) return;
  throw new TargetError(
    `wasm: a program is too large for the engine: ${excess}; ` +
      'jit smaller parts of the function, put repeated parts into lax.scan, or use jit(f, { target: "js" })',
  );
}

function excessOf(module: WasmModule, bytes: number, most: typeof engineLimits): string | null {
  const { functions } = module;
  if (functions.length > most.functions) return `${functions.length} functions, at most ${most.functions}`;
  for (const { type, locals } of functions) {
    const { parameters, results } = type;
    if (parameters.length > most.parameters) {
      return `a function has ${parameters.length} parameters, at most ${most.parameters}`;
    }
    if (results.length > most.results)
      return `a function has ${results.length} results, at most ${most.results}`;
    const count = type.parameters.length + locals.length;
    if (count > most.variables) return `a function has ${count} variables, at most ${most.variables}`;
  }
  if (bytes > most.moduleBytes) return `${bytes} bytes, at most ${most.moduleBytes}`;
  if (bytes > most.functionBytes) {
    for (const size of codeSizes(module)) {
      if (size > most.functionBytes) return `a function has ${size} bytes, at most ${most.functionBytes}`;
    }
  }
  return null;
}
