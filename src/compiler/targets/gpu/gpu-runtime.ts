/** What the target "gpu" asks of the modules that it loads. */
import type { TypedArray } from "../../../ir/dtype.js";
import type { Program } from "../../../ir/loop-ir.js";
import type { CompileOptions } from "../registry.js";
import type { Cell } from "./cells.js";

/** What writes kernels and runs them. */
export interface GpuRuntime {
  /** For `targets()`. */
  readonly describe: () => string;
  readonly plan: (program: Program, options: CompileOptions) => PlannedProgram;
  /** The elements on the host. */
  readonly read: (cell: Cell) => Promise<TypedArray>;
}

export interface PlannedProgram {
  readonly show: () => string;
  /** Characters of all kernels. */
  readonly codeBytes: () => number;
  /** Runs when everything before it is done. */
  readonly run: (inputs: readonly (TypedArray | Promise<Cell>)[]) => Promise<readonly Cell[]>;
}
