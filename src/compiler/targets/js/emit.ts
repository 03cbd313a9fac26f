/** LoopIR to JavaScript text: the body of a function of (runtime, constants, host) that returns the program's entry. */
import type { TypedArray } from "../../../ir/dtype.js";
import type { Program } from "../../../ir/loop-ir.js";
import type { Plan } from "../../buffers.js";
import { indent } from "./fragment.js";
import { textModule } from "./module.js";
import { entryFragment } from "./statements.js";

export interface EmittedText {
  readonly text: string;
  /** The tables that the text is to be given, in this order. */
  readonly constants: readonly TypedArray[];
}

export function emitProgram(program: Program, plan: Plan): EmittedText {
  const module = textModule(program, plan);
  const entry = entryFragment(module, program.body);
  const bindings = [...module.entryNames].filter(([name]) => entry.mentions.has(name));
  const lines = [
    '"use strict";',
    "const { fround, imul } = Math;",
    ...(module.runtimeNames.size > 0
      ? [`const { ${[...module.runtimeNames].sort().join(", ")} } = runtime;`]
      : []),
    ...module.constants.map((_, i) => `const c${i} = constants[${i}];`),
    ...module.functions.flat(),
    "return function program(inputs, outputs, parameters, scratch) {",
    ...indent(bindings.map(([name, text]) => `const ${name} = ${text};`)),
    ...indent(entry.lines),
    "};",
  ];
  return { text: `${lines.join("\n")}\n`, constants: module.constants };
}

/** The text as `lower().text("js")` shows it. */
export const emitJs = (program: Program, plan: Plan): string => emitProgram(program, plan).text;
