/** Whether a kernel may read arrays as they were before it: what its own turns write is not there yet. */
import { postorder } from "../../../ir/expression-graph.js";
import type { Buffer, Expr, Loop, Stmt } from "../../../ir/loop-ir.js";
import { blocksOf } from "../../buffers.js";
import { expressionsOf } from "../../statement-expressions.js";
import { affineKey, type Definitions, substitute } from "./indices.js";
import { Refusal } from "./refusal.js";
import type { StoreSite, Unit } from "./unit.js";

/** A unit that reads what it has written: its statements must be kernels of their own. */
export class Conflict extends Refusal {}

export const conflict = (reason: string): never => {
  throw new Conflict(reason);
};

interface Access {
  readonly buffer: Buffer;
  readonly key: string;
  /** In the order of the text. */
  readonly position: number;
  /** Loops around it whose turns one thread goes through. */
  readonly loops: readonly Stmt[];
}

/**
 * True where the array that the store writes is read at the element that is written and nowhere else: then the thread keeps that element
 * to itself while it runs.
 *
 * @throws Conflict where something is read that an earlier statement, or turn, of the same thread may have written
 */
export function findConflict(
  unit: Unit,
  site: StoreSite,
  needed: ReadonlySet<Stmt>,
  definitions: Definitions,
  threads: ReadonlySet<number>,
): boolean {
  const { loads, stores } = accessesOf(unit, needed, definitions, threads);
  const written = new Set(stores.map(({ buffer }) => buffer));
  let isRegister = false;
  for (const load of loads) {
    if (!written.has(load.buffer)) continue;
    const mine = stores.filter(({ buffer }) => buffer === load.buffer);
    const seesOthers = mine.some(
      (store) => store.position < load.position || store.loops.some((loop) => load.loops.includes(loop)),
    );
    if (!seesOthers) continue;
    const isOwn =
      load.buffer === site.store.buffer && mine.length === 1 && mine.every(({ key }) => key === load.key);
    if (!isOwn) conflict("it reads what it has written");
    isRegister = true;
  }
  // Then every read of that array is of the thread's own element: another one would see the array as it was.
  if (isRegister) {
    const own = stores.find(({ buffer }) => buffer === site.store.buffer);
    const isElsewhere = loads.some(({ buffer, key }) => buffer === site.store.buffer && key !== own?.key);
    if (isElsewhere) conflict("it reads what it has written");
  }
  return isRegister;
}

/** Loads of the statements that are needed, and all stores. */
function accessesOf(
  unit: Unit,
  needed: ReadonlySet<Stmt>,
  definitions: Definitions,
  threads: ReadonlySet<number>,
): { readonly loads: readonly Access[]; readonly stores: readonly Access[] } {
  const loads: Access[] = [];
  const stores: Access[] = [];
  let position = 0;
  const keyOf = (index: Expr): string => affineKey(substitute(index, definitions));
  const visit = (statements: readonly Stmt[], loops: readonly Stmt[]): void => {
    for (const statement of statements) {
      position++;
      if (needed.has(statement)) {
        for (const expr of postorder(expressionsOf(statement))) {
          if (expr.kind === "load") {
            loads.push({ buffer: expr.buffer, key: `${keyOf(expr.index)}x${expr.lanes}`, position, loops });
          }
        }
      }
      if (statement.kind === "store") {
        position++;
        const key = `${keyOf(statement.index)}x${statement.value.lanes}`;
        stores.push({ buffer: statement.buffer, key, position, loops });
      }
      const isOfThread = statement.kind === "loop" && threads.has((statement satisfies Loop).index.id);
      const isRepeated = (statement.kind === "loop" && !isOfThread) || statement.kind === "while";
      for (const block of blocksOf(statement)) visit(block.body, isRepeated ? [...loops, statement] : loops);
    }
  };
  visit(unit.statements, []);
  return { loads, stores };
}
