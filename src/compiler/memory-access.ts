/** What a statement, with all in it, does to memory and to variables: what a pass must know to move it. */
import { absurd } from "../ir/errors.js";
import { postorder } from "../ir/expression-graph.js";
import type { Buffer, Expr, Loop, Stmt } from "../ir/loop-ir.js";
import { blocksOf } from "./buffers.js";

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

/** Whether a turn of the loop is a small program, with what it computes kept in memory of its own: loops of a loop's, not elements. */
export const isLoopOfPrograms = (loop: Loop): boolean =>
  loop.loopKind.kind === "serial" || memoryAccess(loop).temps.size > 0;

const known = new WeakMap<Stmt, MemoryAccess>();

/** Statements are immutable: what one does is found once. */
export function memoryAccess(statement: Stmt): MemoryAccess {
  let access = known.get(statement);
  if (access === undefined) {
    access = findAccess(statement);
    known.set(statement, access);
  }
  return access;
}

function findAccess(statement: Stmt): MemoryAccess {
  const reads = new Set<Buffer>();
  const writes = new Set<Buffer>();
  const temps = new Set<Buffer>();
  const usedVariables = new Set<number>();
  const declaredVariables = new Set<number>();
  const assignedVariables = new Set<number>();
  let isPinned = false;
  const use = (...roots: readonly Expr[]): void => {
    for (const expr of postorder(roots)) {
      if (expr.kind === "load") reads.add(expr.buffer);
      if (expr.kind === "var") usedVariables.add(expr.id);
    }
  };
  switch (statement.kind) {
    case "block":
      for (const temp of statement.temps) temps.add(temp);
      break;
    case "loop":
      use(statement.extent);
      declaredVariables.add(statement.index.id);
      break;
    case "store":
      use(statement.index, statement.value);
      writes.add(statement.buffer);
      break;
    case "local":
      use(statement.init);
      declaredVariables.add(statement.variable.id);
      break;
    case "assign":
      use(statement.value);
      assignedVariables.add(statement.variable.id);
      break;
    case "if":
    case "while":
      use(statement.test);
      break;
    case "swap":
      for (const buffer of [statement.x, statement.y]) {
        reads.add(buffer);
        writes.add(buffer);
      }
      isPinned = true;
      break;
    case "host":
      for (const { buffer, offset } of statement.operands) {
        reads.add(buffer);
        use(offset);
      }
      isPinned = true;
      break;
    default:
      absurd(statement);
  }
  for (const block of blocksOf(statement)) {
    for (const temp of block.temps) temps.add(temp);
    for (const inner of block.body) {
      const access = memoryAccess(inner);
      for (const buffer of access.reads) reads.add(buffer);
      for (const buffer of access.writes) writes.add(buffer);
      for (const buffer of access.temps) temps.add(buffer);
      for (const id of access.usedVariables) usedVariables.add(id);
      for (const id of access.declaredVariables) declaredVariables.add(id);
      for (const id of access.assignedVariables) assignedVariables.add(id);
      if (access.isPinned) isPinned = true;
    }
  }
  return { reads, writes, temps, usedVariables, declaredVariables, assignedVariables, isPinned };
}
