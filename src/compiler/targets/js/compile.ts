/** Makes a function of a program, by `new Function`: only where the page's policy allows it. */
import type { TypedArray } from "../../../ir/dtype.js";
import { InternalError } from "../../../ir/errors.js";
import type { HostCallback } from "../../../ir/interpret.js";
import type { Program } from "../../../ir/loop-ir.js";
import { planBuffers } from "../../buffers.js";
import type { CompiledProgram } from "../registry.js";
import { emitProgram } from "./emit.js";
import { runtime } from "./runtime.js";
import type { Scratch } from "./scratch.js";
import { withScratch } from "./scratch.js";

export interface CompiledJs extends CompiledProgram {
  readonly text: string;
}

type Entry = (
  inputs: readonly TypedArray[],
  outputs: readonly TypedArray[],
  parameters: readonly number[],
  scratch?: Scratch,
) => void;

const noHost: HostCallback = (callback) => {
  throw new InternalError(
    `a program calls host function ${callback}, but was compiled without host functions`,
  );
};

/** Compiles a program; `host` receives copies of the buffers that its Host statements name. */
export function compileJs(program: Program, host: HostCallback = noHost): CompiledJs {
  const plan = planBuffers(program);
  const { text, constants } = emitProgram(program, plan);
  const entry: Entry = new Function("runtime", "constants", "host", text)(runtime, constants, host);
  const { scratchBytes } = plan;
  return {
    text,
    run:
      scratchBytes === 0
        ? entry
        : (inputs, outputs, parameters) =>
            withScratch(scratchBytes, (scratch) => entry(inputs, outputs, parameters, scratch)),
    scratchBytes,
    codeBytes: text.length,
    // Measured: the text, the bytecode, the machine code, the names.
    keptBytes: 10 * text.length,
  };
}
