/**
 * Program -> Program: what a loop computes anew in every turn from what it does not change is computed once, before the
 * loop: the packed copy of a matrix, the transpose of weights. No bit changes: the same statements run, fewer times.
 *
 * A statement moves if it is a loop nest whose operands (in memory, and variables) no statement of the loop writes, and if nothing
 * else writes the temps that it fills. (Temps hold garbage on entry to their block, so nothing else of them is needed.)
 */
import { absurd } from "../ir/errors.js";
import type { Block, Buffer, Program, Stmt } from "../ir/loop-ir.js";
import { isLoopOfPrograms, memoryAccess } from "./memory-access.js";

export function hoist(program: Program): Program {
  const body = hoistIn(program.body);
  return body === program.body ? program : { ...program, body };
}

/** Innermost loops first: what leaves one may leave the next. */
function hoistIn(block: Block): Block {
  const body = block.body.map(hoistFrom);
  const isSame = body.every((each, i) => each === block.body[i]);
  return isSame ? block : { ...block, body };
}

function hoistFrom(statement: Stmt): Stmt {
  switch (statement.kind) {
    case "block":
      return hoistIn(statement);
    case "loop": {
      const body = hoistIn(statement.body);
      const loop = body === statement.body ? statement : { ...statement, body };
      return isLoopOfPrograms(loop) ? split(loop, [body], ([kept]) => ({ ...loop, body: kept })) : loop;
    }
    case "while": {
      const before = hoistIn(statement.before);
      const body = hoistIn(statement.body);
      const isSame = before === statement.before && body === statement.body;
      const loop = isSame ? statement : { ...statement, before, body };
      return split(loop, [before, body], ([first, second]) => ({ ...loop, before: first, body: second }));
    }
    case "if": {
      const yes = hoistIn(statement.yes);
      const no = hoistIn(statement.no);
      return yes === statement.yes && no === statement.no ? statement : { ...statement, yes, no };
    }
    case "store":
    case "local":
    case "assign":
    case "swap":
    case "host":
      return statement;
    default:
      return absurd(statement);
  }
}

/** What the loop need not repeat, and then the loop; the loop itself where that is nothing. */
function split(loop: Stmt, blocks: readonly Block[], rebuild: (kept: readonly Block[]) => Stmt): Stmt {
  const invariants = findInvariants(loop, blocks);
  if (invariants.size === 0) return loop;
  const moved: Stmt[] = [];
  const temps: Buffer[] = [];
  const filled = new Set<Buffer>();
  for (const statement of invariants) for (const buffer of memoryAccess(statement).writes) filled.add(buffer);
  const keep = (block: Block): Block => ({
    ...block,
    temps: block.temps.filter((temp) => {
      if (filled.has(temp)) temps.push(temp);
      return !filled.has(temp);
    }),
    body: block.body.flatMap((statement): readonly Stmt[] => {
      if (invariants.has(statement)) {
        moved.push(statement);
        return [];
      }
      return [statement.kind === "block" ? keep(statement) : statement];
    }),
  });
  const rest = rebuild(blocks.map(keep));
  return {
    kind: "block",
    comment: "",
    temps,
    body: [{ kind: "block", comment: "hoisted", temps: [], body: moved }, rest],
  };
}

/** The statements directly in the blocks, or in blocks in them, that every turn repeats to the bit. */
function findInvariants(loop: Stmt, blocks: readonly Block[]): ReadonlySet<Stmt> {
  const all = memoryAccess(loop);
  const statements: Stmt[] = [];
  const candidates: Stmt[] = [];
  const visit = (block: Block): void => {
    for (const statement of block.body) {
      if (statement.kind === "block") {
        visit(statement);
        continue;
      }
      statements.push(statement);
      // Only what takes a while: a scalar is computed sooner than it is loaded.
      if (statement.kind === "loop") candidates.push(statement);
    }
  };
  blocks.forEach(visit);
  const invariants = new Set<Stmt>();
  if (candidates.length === 0) return invariants;
  const writers = new Map<Buffer, number>();
  for (const statement of statements) {
    for (const buffer of memoryAccess(statement).writes) writers.set(buffer, (writers.get(buffer) ?? 0) + 1);
  }
  const hoisted = new Set<Buffer>();
  for (const statement of candidates) {
    const { reads, writes, usedVariables, declaredVariables, assignedVariables, isPinned } =
      memoryAccess(statement);
    const isFree =
      !isPinned &&
      writes.size > 0 &&
      [...writes].every((buffer) => all.temps.has(buffer) && writers.get(buffer) === 1) &&
      [...reads].every((buffer) => !all.writes.has(buffer) || hoisted.has(buffer) || writes.has(buffer)) &&
      [...usedVariables].every(
        (id) =>
          declaredVariables.has(id) || !(all.declaredVariables.has(id) || all.assignedVariables.has(id)),
      ) &&
      [...assignedVariables].every((id) => declaredVariables.has(id));
    if (!isFree) continue;
    invariants.add(statement);
    for (const buffer of writes) hoisted.add(buffer);
  }
  return invariants;
}
