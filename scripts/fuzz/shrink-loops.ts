/** The smallest LoopIR program that still fails: statements are left out, or their bodies put in their places. */

import { withOperands } from "../../src/compiler/rewrite.js";
import { operandsOf } from "../../src/ir/expression-graph.js";
import type { Block, Expr, Program, Stmt } from "../../src/ir/loop-ir.js";
import type { LoopSubject } from "../../tests/fuzz/loop-checks.js";

const triesAtMost = 1500;

/** `fails` is false too where a candidate is no program (a name without its declaration). */
export function shrunkLoops(subject: LoopSubject, fails: (candidate: LoopSubject) => boolean): LoopSubject {
  let smallest = subject;
  let tries = 0;
  for (let improved = true; improved; ) {
    improved = false;
    for (const program of smallerPrograms(smallest.program)) {
      if (tries++ >= triesAtMost) return smallest;
      if (!fails({ ...smallest, program })) continue;
      smallest = { ...smallest, program };
      improved = true;
      break;
    }
  }
  return { ...smallest, program: withoutUnusedFunctions(smallest.program) };
}

function* smallerPrograms(program: Program): Generator<Program> {
  for (const body of smallerBlocks(program.body)) yield { ...program, body };
}

/** Halves are left out, then single statements; then what is inside of them. */
function* smallerBlocks(block: Block): Generator<Block> {
  const { body } = block;
  const half = Math.floor(body.length / 2);
  if (half > 1) {
    yield { ...block, body: body.slice(half) };
    yield { ...block, body: body.slice(0, half) };
  }
  for (const [i, statement] of body.entries()) {
    yield replaced(block, i, []);
    for (const other of insteadOf(statement)) yield replaced(block, i, other);
  }
}

const replaced = (block: Block, i: number, by: readonly Stmt[]): Block => ({
  ...block,
  body: [...block.body.slice(0, i), ...by, ...block.body.slice(i + 1)],
});

function* insteadOf(statement: Stmt): Generator<readonly Stmt[]> {
  switch (statement.kind) {
    case "block":
      for (const block of smallerBlocks(statement)) yield [block];
      return;
    case "loop":
      for (const body of smallerBlocks(statement.body)) yield [{ ...statement, body }];
      return;
    case "if":
      yield [statement.yes];
      yield [statement.no];
      for (const yes of smallerBlocks(statement.yes)) yield [{ ...statement, yes }];
      for (const no of smallerBlocks(statement.no)) yield [{ ...statement, no }];
      for (const test of smallerExpressions(statement.test)) yield [{ ...statement, test }];
      return;
    case "while":
      for (const before of smallerBlocks(statement.before)) yield [{ ...statement, before }];
      for (const body of smallerBlocks(statement.body)) yield [{ ...statement, body }];
      return;
    case "store":
    case "assign":
      for (const value of smallerExpressions(statement.value)) yield [{ ...statement, value }];
      return;
    case "local":
      for (const init of smallerExpressions(statement.init)) yield [{ ...statement, init }];
      return;
    case "swap":
    case "host":
      return;
    default:
      statement satisfies never;
  }
}

/** An operand of the same type in an expression's place, at any depth. */
function* smallerExpressions(expression: Expr): Generator<Expr> {
  const operands = operandsOf(expression);
  for (const operand of operands) {
    if (operand.dtype === expression.dtype && operand.lanes === expression.lanes) yield operand;
  }
  for (const [i, operand] of operands.entries()) {
    for (const other of smallerExpressions(operand)) {
      yield withOperands(
        expression,
        operands.map((each, k) => (k === i ? other : each)),
      );
    }
  }
}

/** Only the functions that are called, for readers. */
function withoutUnusedFunctions(program: Program): Program {
  const called = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
    if (called.has(value)) return;
    called.add(value);
    for (const each of Object.values(value)) visit(each);
  };
  visit(program.body);
  return { ...program, functions: program.functions.filter((each) => called.has(each)) };
}
