/**
 * What becomes one kernel for each array that it writes: statements that share no memory but by variables, with parallel loops
 * around a store whose turns become the kernel's threads.
 */
import { postorder } from "../../../ir/expression-graph.js";
import type { Block, Buffer, Expr, Loop, Stmt, Store } from "../../../ir/loop-ir.js";
import { blocksOf } from "../../buffers.js";
import { expressionsOf } from "../../statement-expressions.js";

export interface Unit {
  readonly statements: readonly Stmt[];
}

/** What the host knows when it calls a kernel: variables with their values' bounds. */
export type HostVariables = ReadonlyMap<number, { readonly least: number; readonly most: number }>;

/** A store with the loops around it, from the outside in. */
export interface StoreSite {
  readonly store: Store;
  readonly loops: readonly Loop[];
  /** It stands in a branch, or in a loop that may have no turns: elements that it would write may keep their value. */
  readonly isConditional: boolean;
}

/** The stores of a unit in the order of its text. */
export function storesOf(unit: Unit): readonly StoreSite[] {
  const sites: StoreSite[] = [];
  const visit = (statements: readonly Stmt[], loops: readonly Loop[], isConditional: boolean): void => {
    for (const statement of statements) {
      switch (statement.kind) {
        case "store":
          sites.push({ store: statement, loops, isConditional });
          break;
        case "loop": {
          const mayBeEmpty = statement.extent.kind !== "const";
          visit(statement.body.body, [...loops, statement], isConditional || mayBeEmpty);
          break;
        }
        case "block":
          visit(statement.body, loops, isConditional);
          break;
        case "if":
        case "while":
          for (const block of blocksOf(statement)) visit(block.body, loops, true);
          break;
        case "local":
        case "assign":
        case "swap":
        case "host":
          break;
        default:
          statement satisfies never;
      }
    }
  };
  visit(unit.statements, [], false);
  return sites;
}

/** Calls `visit` for every statement, outer ones first. */
export function eachStatement(statements: readonly Stmt[], visit: (statement: Stmt) => void): void {
  for (const statement of statements) {
    visit(statement);
    for (const block of blocksOf(statement)) eachStatement(block.body, visit);
  }
}

/** The buffers that expressions read. */
export function readsOf(roots: readonly Expr[]): ReadonlySet<Buffer> {
  const found = new Set<Buffer>();
  for (const expr of postorder(roots)) if (expr.kind === "load") found.add(expr.buffer);
  return found;
}

/** The buffers that statements read, with those of the functions that they call. */
export function readsIn(statements: readonly Stmt[]): ReadonlySet<Buffer> {
  const found = new Set<Buffer>();
  eachStatement(statements, (each) => {
    for (const buffer of readsOf(expressionsOf(each))) found.add(buffer);
  });
  return found;
}

export function variablesOf(roots: readonly Expr[]): ReadonlySet<number> {
  const found = new Set<number>();
  for (const expr of postorder(roots)) if (expr.kind === "var") found.add(expr.id);
  return found;
}

/** Variables that some statement assigns to after their declaration. */
export function assignedIn(statements: readonly Stmt[]): ReadonlySet<number> {
  const found = new Set<number>();
  eachStatement(statements, (each) => {
    if (each.kind === "assign") found.add(each.variable.id);
  });
  return found;
}

/** Whether a loop's turns may be threads: its kind says that they do not depend on each other. */
export const isParallel = ({ loopKind }: Loop): boolean =>
  loopKind.kind === "parallel" || loopKind.kind === "vector";

/** The statements that a store needs: itself, what computes its operands, and what those stand in. */
export function neededFor(unit: Unit, target: Store): ReadonlySet<Stmt> {
  const needed = new Set<Stmt>();
  const variables = new Set<number>();
  const want = (statement: Stmt): void => {
    if (needed.has(statement)) return;
    needed.add(statement);
    for (const id of variablesOf(expressionsOf(statement))) variables.add(id);
  };
  /** Whether something was found that had not been needed before. */
  const visit = (statements: readonly Stmt[]): boolean => {
    let isInside = false;
    for (let i = statements.length - 1; i >= 0; i--) {
      const statement = statements[i];
      const isWanted =
        statement === target ||
        ((statement.kind === "local" || statement.kind === "assign") && variables.has(statement.variable.id));
      const holds = blocksOf(statement)
        .filter((block) => block !== statement)
        .map((block) => visit(block.body))
        .some((found) => found);
      const ofBlock = statement.kind === "block" && visit(statement.body);
      if (isWanted || holds || ofBlock) {
        want(statement);
        isInside = true;
      }
    }
    return isInside;
  };
  for (let before = -1; needed.size !== before; ) {
    before = needed.size;
    visit(unit.statements);
  }
  return needed;
}

/** The temporary buffers of all blocks in these statements. */
export function tempsIn(statements: readonly Stmt[]): ReadonlySet<Buffer> {
  const found = new Set<Buffer>();
  const visit = (block: Block): void => {
    for (const temp of block.temps) found.add(temp);
  };
  eachStatement(statements, (each) => blocksOf(each).forEach(visit));
  return found;
}
