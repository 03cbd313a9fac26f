/** A plan as text: what the host does, the kernels that it calls, and why a nest runs elsewhere. */
import { shortName } from "../../../ir/dtype.js";
import type { Buffer, Program } from "../../../ir/loop-ir.js";
import { showProgram } from "../../../ir/print-loops.js";
import { elsewhereProgram } from "./elsewhere.js";
import type { Kernel, ScalarParameter } from "./kernel.js";
import type { GpuMode } from "./modes.js";
import type { HostNumber, Plan, Step } from "./plan.js";

export function showPlan({ program, steps, accuracy }: Plan, mode: GpuMode): string {
  const names = namesOf(program);
  const functions = new Map<string, string>();
  const lines = steps.flatMap((step) => showStep(step, names, functions));
  return [
    `// gpu.js, mode ${mode}: ${accuracy}`,
    "",
    ...[...functions.keys()].flatMap((text) => [text, ""]),
    ...lines,
  ].join("\n");
}

interface Names {
  readonly buffer: (buffer: Buffer) => string;
  readonly variable: (id: number) => string;
}

/** Numbered in the order of their appearance, as in the text of the loops. */
function namesOf({ inputs, outputs }: Program): Names {
  const buffers = new Map<Buffer, string>();
  const counts = new Map<string, number>();
  const buffer = (each: Buffer): string => {
    let name = buffers.get(each);
    if (name === undefined) {
      const count = counts.get(each.role) ?? 0;
      counts.set(each.role, count + 1);
      name = `${each.role}${count}`;
      buffers.set(each, name);
    }
    return name;
  };
  for (const each of [...inputs, ...outputs]) buffer(each);
  const variables = new Map<number, string>();
  return {
    buffer,
    variable: (id) => {
      const name = variables.get(id) ?? `i${variables.size}`;
      variables.set(id, name);
      return name;
    },
  };
}

const indented = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => (line === "" ? "" : `  ${line}`));

function showStep(step: Step, names: Names, functions: Map<string, string>): readonly string[] {
  const block = (steps: readonly Step[]): readonly string[] =>
    indented(steps.flatMap((each) => showStep(each, names, functions)));
  switch (step.kind) {
    case "kernels":
      return step.kernels.flatMap((kernel) => showKernel(kernel, step.label, names, functions));
    case "elsewhere": {
      const { program } = elsewhereProgram(step);
      return [
        `// elsewhere: ${step.label}: ${step.reason}`,
        ...showProgram(program)
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => `//   ${line}`),
      ];
    }
    case "loop":
      return [
        `for (${names.variable(step.index.id)} < ${showNumber(step.extent, names)}) {`,
        ...block(step.body),
        "}",
      ];
    case "while":
      return [
        "for (;;) {",
        ...block(step.before),
        `  if (!(await ${names.buffer(step.test)})) break;`,
        ...block(step.body),
        "}",
      ];
    case "if":
      return [
        `if (await ${names.buffer(step.test)}) {`,
        ...block(step.yes),
        ...(step.no.length === 0 ? [] : ["} else {", ...block(step.no)]),
        "}",
      ];
    case "swap":
      return [`swap ${names.buffer(step.x)}, ${names.buffer(step.y)}`];
    case "host":
      return [`host ${step.callback}(${step.operands.map(({ buffer }) => names.buffer(buffer)).join(", ")})`];
    default:
      return step satisfies never;
  }
}

function showNumber(number: HostNumber, names: Names): string {
  if (number.kind === "memory") return `await ${names.buffer(number.buffer)}`;
  return number.expr.kind === "const" ? String(number.expr.value) : "an expression of the host's";
}

function showKernel(
  { source, functions: own, inputs, scalars, output, length }: Kernel,
  label: string,
  names: Names,
  functions: Map<string, string>,
): readonly string[] {
  for (const text of own) functions.set(text, text);
  const operands = [
    ...inputs.map(({ buffers }) =>
      buffers.length === 1 ? names.buffer(buffers[0]) : `[${buffers.map(names.buffer).join(", ")}]`,
    ),
    ...scalars.map((scalar: ScalarParameter) =>
      scalar.kind === "given" ? scalar.given : names.variable(scalar.id),
    ),
  ];
  const type = `${shortName[output.dtype]}[${output.size}]`;
  return [
    `// ${label === "" ? "kernel" : label}: ${length} threads`,
    `${names.buffer(output)}: ${type} = kernel(${operands.join(", ")})`,
    ...indented(source.split("\n")),
  ];
}
