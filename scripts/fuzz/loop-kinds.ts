/**
 * Random LoopIR programs choose the kinds of their loops at random, though a parallel loop whose turns depend on each other means
 * nothing. Only loops that fill a buffer, an element a turn, stay free.
 */
import { postorder } from "../../src/ir/expression-graph.js";
import type { Block, Loop, Program, Stmt } from "../../src/ir/loop-ir.js";

/** The same program with all other loops serial; those of functions have no buffers to write, and stay. */
export const withMeaning = (program: Program): Program => ({ ...program, body: blockOf(program.body) });

const blockOf = (block: Block): Block => ({ ...block, body: block.body.map(statementOf) });

function statementOf(statement: Stmt): Stmt {
  switch (statement.kind) {
    case "block":
      return blockOf(statement);
    case "loop": {
      const body = blockOf(statement.body);
      return fills(statement) ? { ...statement, body } : { ...statement, loopKind: { kind: "serial" }, body };
    }
    case "if":
      return { ...statement, yes: blockOf(statement.yes), no: blockOf(statement.no) };
    case "while":
      return { ...statement, before: blockOf(statement.before), body: blockOf(statement.body) };
    case "store":
    case "local":
    case "assign":
    case "swap":
    case "host":
      return statement;
    default:
      return statement satisfies never;
  }
}

/** Each turn writes the element of its own number, of a buffer that the loop does not read. */
function fills({ index, body }: Loop): boolean {
  const [only, ...others] = body.body;
  if (others.length > 0 || only?.kind !== "store" || only.index !== index) return false;
  return postorder([only.value]).every((expr) => expr.kind !== "load" || expr.buffer !== only.buffer);
}
