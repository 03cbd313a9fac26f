/** Small LoopIR programs for the tests of passes: how they are written, read and run. */
import { expect } from "vitest";
import { BlockBuilder } from "../../../src/ir/block-builder.js";
import type { DType, TypedArray } from "../../../src/ir/dtype.js";
import { freshId } from "../../../src/ir/expr.js";
import { interpret } from "../../../src/ir/interpret.js";
import type { Block, Buffer, Expr, LoopFunction, Program, Stmt } from "../../../src/ir/loop-ir.js";
import { showProgram } from "../../../src/ir/print-loops.js";

// Inline texts stand without quotes.
expect.addSnapshotSerializer({ test: (value) => typeof value === "string", serialize: String });

export const input = (dtype: DType, size: number): Buffer => ({ id: freshId(), dtype, size, role: "input" });
export const output = (dtype: DType, size: number): Buffer => ({
  id: freshId(),
  dtype,
  size,
  role: "output",
});

/** The program whose statements `write` pushes; buffers are those that it is given. */
export function programOf(
  inputs: readonly Buffer[],
  outputs: readonly Buffer[],
  write: (b: BlockBuilder) => void,
): Program {
  const b = new BlockBuilder();
  write(b);
  return { parameters: [], inputs, outputs, constants: [], functions: [], body: b.finish() };
}

/** A function of one float32 whose value is the expression. */
export function functionOf(
  name: string,
  parameter: LoopFunction["parameters"][number],
  result: Expr,
  calls: readonly LoopFunction[] = [],
): LoopFunction {
  const body = new BlockBuilder().finish();
  return { id: freshId(), name, parameters: [parameter], body, result, constants: [], calls };
}

/** The text of the statements: without the line of the program, the buffers' and the functions'. */
export function statementsOf(program: Program): string {
  const lines = showProgram({ ...program, functions: [] })
    .trimEnd()
    .split("\n")
    .slice(1 + program.inputs.length + program.outputs.length + program.constants.length, -1);
  return lines.map((line) => line.slice(2)).join("\n");
}

/** What a program does: what it writes, and what it hands to the host, in order. */
export interface Behaviour {
  readonly outputs: readonly TypedArray[];
  readonly calls: readonly (readonly [callback: number, ...operands: TypedArray[]])[];
}

export function behaviourOf(
  program: Program,
  inputs: readonly TypedArray[],
  parameters: readonly number[] = [],
): Behaviour {
  const calls: [number, ...TypedArray[]][] = [];
  const outputs = interpret(program, inputs, parameters, (callback, operands) =>
    calls.push([callback, ...operands]),
  );
  return { outputs, calls };
}

/** To the bit, NaN equal to NaN: what toEqual means of typed arrays, which tells -0 from 0. */
export const expectSameBehaviour = (title: string, actual: Behaviour, expected: Behaviour): void => {
  expect(actual, title).toEqual(expected);
};

/** All statements inside, outer ones first. */
export function statementsIn(block: Block): readonly Stmt[] {
  return block.body.flatMap((statement): readonly Stmt[] => {
    switch (statement.kind) {
      case "block":
        return [statement, ...statementsIn(statement)];
      case "loop":
        return [statement, ...statementsIn(statement.body)];
      case "while":
        return [statement, ...statementsIn(statement.before), ...statementsIn(statement.body)];
      case "if":
        return [statement, ...statementsIn(statement.yes), ...statementsIn(statement.no)];
      case "store":
      case "local":
      case "assign":
      case "swap":
      case "host":
        return [statement];
      default:
        return statement satisfies never;
    }
  });
}
