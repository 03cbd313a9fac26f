/** A nest without a kernel as a program of its own, for a target that runs where the host's memory is. */
import { freshId, i32, load, variable } from "../../../ir/expr.js";
import type { Buffer, ConstantBuffer, Program, Stmt } from "../../../ir/loop-ir.js";
import type { Step } from "./plan.js";
import { replaceBuffers } from "./rewriting.js";
import { readsIn } from "./unit.js";

export type ElsewhereStep = Extract<Step, { kind: "elsewhere" }>;

export interface ElsewhereProgram {
  readonly program: Program;
  /** What the program's inputs and outputs are in the plan. */
  readonly inputs: readonly Buffer[];
  readonly outputs: readonly Buffer[];
}

/** Arrays that are written come in too, since parts of them may stay as they are. */
export function elsewhereProgram({ statements, reads, writes, variables }: ElsewhereStep): ElsewhereProgram {
  const inputs = [...new Set([...reads, ...writes])];
  const written = new Set(writes);
  const copyOf = (buffer: Buffer, role: Buffer["role"]): Buffer => ({
    id: freshId(),
    dtype: buffer.dtype,
    size: buffer.size,
    role,
  });
  const sources = new Map(inputs.map((buffer) => [buffer, copyOf(buffer, "input")]));
  const temps = new Map(writes.map((buffer) => [buffer, copyOf(buffer, "temp")]));
  const outputs = writes.map((buffer) => copyOf(buffer, "output"));
  const inside = new Map([...sources].map(([buffer, input]) => [buffer, temps.get(buffer) ?? input]));
  const copies: Stmt[] = inputs
    .filter((buffer) => written.has(buffer))
    .map((buffer) => copy(found(sources, buffer), found(temps, buffer)));
  const results = writes.map((buffer, i) => copy(found(temps, buffer), outputs[i]));
  const constants = [...readsIn(statements)].filter(isConstant);
  return {
    program: {
      parameters: variables,
      inputs: inputs.map((buffer) => found(sources, buffer)),
      outputs,
      constants,
      functions: [],
      body: {
        kind: "block",
        comment: "",
        temps: [...temps.values()],
        body: [...copies, ...replaceBuffers(statements, inside), ...results],
      },
    },
    inputs,
    outputs: writes,
  };
}

const isConstant = (buffer: Buffer): buffer is ConstantBuffer => buffer.role === "constant";

function found(map: ReadonlyMap<Buffer, Buffer>, buffer: Buffer): Buffer {
  return map.get(buffer) ?? buffer;
}

function copy(from: Buffer, to: Buffer): Stmt {
  const index = variable("int32");
  return {
    kind: "loop",
    loopKind: { kind: "parallel" },
    index,
    extent: i32(Number(from.size)),
    body: {
      kind: "block",
      comment: "",
      temps: [],
      body: [{ kind: "store", buffer: to, index, value: load(from, index) }],
    },
  };
}
