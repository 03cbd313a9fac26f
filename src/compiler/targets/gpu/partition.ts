/**
 * A list of statements cut into units: the light ones, which compute scalars, together where they belong together, and each heavy
 * one (a loop of loops, a branch with loops in it) alone. Variables that several units share get memory: a unit reads them at its
 * begin and writes them at its end.
 */
import { freshId, i32, load } from "../../../ir/expr.js";
import type { Buffer, Expr, Stmt, Var } from "../../../ir/loop-ir.js";
import { memoryAccess } from "../../memory-access.js";
import { assignedIn, eachStatement, isParallel, tempsIn, type Unit } from "./unit.js";

/** A statement on its own, with what the block that it stood in says of it. */
export interface Labelled {
  readonly statement: Stmt;
  readonly label: string;
}

/** A unit, or a heavy statement with what reads the variables that it shares, and what writes those that it assigns. */
export type Part =
  | { readonly kind: "light"; readonly label: string; readonly unit: Unit }
  | {
      readonly kind: "heavy";
      readonly label: string;
      readonly statement: Stmt;
      readonly before: readonly Stmt[];
      readonly after: readonly Stmt[];
    };

/** Where a variable is in memory: `lanes` elements from `at` on. */
export interface Spill {
  readonly variable: Var;
  readonly buffer: Buffer;
  readonly at: Expr;
}

/** Variables in memory. */
export type Spilled = ReadonlyMap<number, Spill>;

/** The statements without the blocks around them. */
export function flatten(statements: readonly Stmt[], label = ""): readonly Labelled[] {
  return statements.flatMap((statement) => {
    if (statement.kind !== "block") return [{ statement, label }];
    return flatten(statement.body, statement.comment === "" ? label : statement.comment);
  });
}

/** Statements that are more than a few scalars for one thread. */
export function isHeavy(statement: Stmt): boolean {
  switch (statement.kind) {
    case "swap":
    case "host":
      return true;
    case "loop":
    case "if":
    case "while": {
      let found = statement.kind === "loop" && isParallel(statement);
      eachStatement([statement], (each) => {
        if (each.kind === "swap" || each.kind === "host") found = true;
        if (each.kind === "loop" && isParallel(each)) found = true;
      });
      return found || tempsIn([statement]).size > 0;
    }
    case "block":
    case "store":
    case "local":
    case "assign":
      return false;
    default:
      return statement satisfies never;
  }
}

/** What one run of statements declares, uses and assigns. */
const variablesIn = (statements: readonly Stmt[]) => {
  const used = new Set<number>();
  const declared = new Map<number, Var>();
  for (const statement of statements) {
    const access = memoryAccess(statement);
    for (const id of access.usedVariables) used.add(id);
    for (const id of access.assignedVariables) used.add(id);
    if (statement.kind === "local") declared.set(statement.variable.id, statement.variable);
  }
  return { used, declared };
};

/**
 * The parts of a list, in order. `outer` are variables in memory that the list may use; `spill` makes memory for one of its own. Locals
 * in `names` (expressions of loop indices) are repeated wherever they are used.
 */
export function partition(
  list: readonly Labelled[],
  outer: Spilled,
  spill: (variable: Var) => Spill,
): { readonly parts: readonly Part[]; readonly spilled: Spilled } {
  const names = new Map<number, Stmt>();
  const statements = list.map(({ statement }) => statement);
  const assigned = assignedIn(statements);
  const declared = new Set(statements.flatMap((each) => (each.kind === "local" ? [each.variable.id] : [])));
  const isIndex = (id: number): boolean => names.has(id) || !(declared.has(id) || outer.has(id));
  for (const statement of statements) {
    if (statement.kind !== "local" || outer.has(statement.variable.id)) continue;
    if (isName(statement.init, isIndex) && !assigned.has(statement.variable.id)) {
      names.set(statement.variable.id, statement);
    }
  }
  const runs = runsOf(
    list.filter(({ statement }) => statement.kind !== "local" || !names.has(statement.variable.id)),
  );
  const spilled = new Map(outer);
  for (const id of sharedVariables(runs)) {
    const variable = runs
      .flatMap((run) => [...variablesIn(run.statements).declared.values()])
      .find((v) => v.id === id);
    if (variable !== undefined) spilled.set(id, spill(variable));
  }
  return { parts: runs.map((run) => partOf(run, names, spilled)), spilled };
}

/** An int32 made of numbers and indices alone: it costs nothing to compute it again. */
const isName = (init: Expr, isIndex: (id: number) => boolean): boolean => {
  if (init.dtype !== "int32" || init.lanes !== 1) return false;
  switch (init.kind) {
    case "const":
      return true;
    case "var":
      return isIndex(init.id);
    case "binary":
      return isName(init.x, isIndex) && isName(init.y, isIndex);
    default:
      return false;
  }
};

interface Run {
  readonly label: string;
  readonly isHeavy: boolean;
  readonly statements: Stmt[];
}

/** Light statements together, until one reads what another has written. */
function runsOf(list: readonly Labelled[]): readonly Run[] {
  const runs: Run[] = [];
  let written = new Set<Buffer>();
  for (const { statement, label } of list) {
    const heavy = isHeavy(statement);
    const { reads, writes } = memoryAccess(statement);
    const last = runs[runs.length - 1];
    const joins =
      last !== undefined && !last.isHeavy && !heavy && ![...reads].some((buffer) => written.has(buffer));
    if (joins) {
      last.statements.push(statement);
    } else {
      runs.push({ label, isHeavy: heavy, statements: [statement] });
      written = new Set();
    }
    for (const buffer of writes) written.add(buffer);
  }
  return runs;
}

/** Declared in one run and mentioned in another. */
function sharedVariables(runs: readonly Run[]): ReadonlySet<number> {
  const home = new Map<number, Run>();
  const shared = new Set<number>();
  const all = runs.map((run) => ({ run, ...variablesIn(run.statements) }));
  for (const { run, declared } of all) for (const id of declared.keys()) home.set(id, run);
  for (const { run, used } of all) {
    for (const id of used) if (home.has(id) && home.get(id) !== run) shared.add(id);
  }
  return shared;
}

function partOf(run: Run, names: ReadonlyMap<number, Stmt>, spilled: Spilled): Part {
  const { used, declared } = variablesIn(run.statements);
  const assigned = assignedIn(run.statements);
  const begin: Stmt[] = namesFor(used, names);
  const end: Stmt[] = [];
  for (const [id, { variable, buffer, at }] of spilled) {
    if (!used.has(id) && !declared.has(id)) continue;
    if (!declared.has(id)) begin.push({ kind: "local", variable, init: loadAll(buffer, at, variable) });
    if (declared.has(id) || assigned.has(id)) {
      end.push({ kind: "store", buffer, index: at, value: variable });
    }
  }
  if (run.isHeavy) {
    return { kind: "heavy", label: run.label, statement: run.statements[0], before: begin, after: end };
  }
  return { kind: "light", label: run.label, unit: { statements: [...begin, ...run.statements, ...end] } };
}

const loadAll = (buffer: Buffer, at: Expr, { lanes }: Var): Expr => ({ ...load(buffer, at), lanes });

/** The locals that are repeated, with those that they are made of, in order. */
function namesFor(used: ReadonlySet<number>, names: ReadonlyMap<number, Stmt>): Stmt[] {
  const wanted = new Set<number>();
  const want = (id: number): void => {
    const statement = names.get(id);
    if (statement === undefined || wanted.has(id)) return;
    for (const inner of memoryAccess(statement).usedVariables) want(inner);
    wanted.add(id);
  };
  for (const id of used) want(id);
  return [...names].filter(([id]) => wanted.has(id)).map(([, statement]) => statement);
}

/** Memory for a variable. */
export const spillAlone = (variable: Var): Spill => ({
  variable,
  buffer: { id: freshId(), dtype: variable.dtype, size: variable.lanes, role: "temp" },
  at: i32(0),
});
