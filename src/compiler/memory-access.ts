/** What a statement, with all in it, does to memory and to variables: what a pass must know to move it. */
import { absurd } from "../ir/errors.js";
import { postorder } from "../ir/expression-graph.js";
import type { Block, Buffer, Expr, Loop, Stmt } from "../ir/loop-ir.js";
import { blocksOf } from "./buffers.js";
import { expressionsOf } from "./statement-expressions.js";

export interface MemoryAccess {
  readonly reads: ReadonlySet<Buffer>;
  readonly writes: ReadonlySet<Buffer>;
  /** Buffers that live inside. */
  readonly temps: ReadonlySet<Buffer>;
  readonly usedVariables: ReadonlySet<number>;
  readonly declaredVariables: ReadonlySet<number>;
  readonly assignedVariables: ReadonlySet<number>;
  /** Swaps and calls of the host stay where they are. */
  readonly isPinned: boolean;
}

/**
 * Whether a turn of the loop is a small program, with what it computes kept in memory of its own: loops of a loop's, not elements.
 */
export const isLoopOfPrograms = (loop: Loop): boolean =>
  loop.loopKind.kind === "serial" || hasTemps(loop.body);

const hasTemps = (block: Block): boolean =>
  block.temps.length > 0 ||
  block.body.some((statement) => blocksOf(statement).some((inner) => hasTemps(inner)));

export function memoryAccess(statement: Stmt): MemoryAccess {
  const reads = new Set<Buffer>();
  const writes = new Set<Buffer>();
  const temps = new Set<Buffer>();
  const usedVariables = new Set<number>();
  const declaredVariables = new Set<number>();
  const assignedVariables = new Set<number>();
  let isPinned = false;
  const use = (root: Expr): void => {
    for (const expr of postorder([root])) {
      if (expr.kind === "load") reads.add(expr.buffer);
      if (expr.kind === "var") usedVariables.add(expr.id);
    }
  };
  const visit = (each: Stmt): void => {
    expressionsOf(each).forEach(use);
    switch (each.kind) {
      case "loop":
        declaredVariables.add(each.index.id);
        break;
      case "store":
        writes.add(each.buffer);
        break;
      case "local":
        declaredVariables.add(each.variable.id);
        break;
      case "assign":
        assignedVariables.add(each.variable.id);
        break;
      case "swap":
        for (const buffer of [each.x, each.y]) {
          reads.add(buffer);
          writes.add(buffer);
        }
        isPinned = true;
        break;
      case "host":
        for (const { buffer } of each.operands) reads.add(buffer);
        isPinned = true;
        break;
      case "block":
      case "if":
      case "while":
        break;
      default:
        absurd(each);
    }
    for (const block of blocksOf(each)) {
      for (const temp of block.temps) temps.add(temp);
      block.body.forEach(visit);
    }
  };
  visit(statement);
  return { reads, writes, temps, usedVariables, declaredVariables, assignedVariables, isPinned };
}
