/**
 * A program as steps of the host: calls of kernels, loops and branches around them, and nests that run on another target because no
 * kernel can. Serial loops go inside a kernel where their turns are those of one thread, and stay with the host elsewhere.
 */
import { variable } from "../../../ir/expr.js";
import type { Block, Buffer, Expr, If, Loop, Program, Stmt, Var, While } from "../../../ir/loop-ir.js";
import { memoryAccess } from "../../memory-access.js";
import { expressionsOf } from "../../statement-expressions.js";
import { chainsInside } from "./chains.js";
import { conflict } from "./conflicts.js";
import { asParallel, distribute, interchanged } from "./distribute.js";
import { type Kernel, kernelOf } from "./kernel.js";
import type { ModeLimits } from "./modes.js";
import { flatten, type Labelled, partition, type Spilled, spillAlone } from "./partition.js";
import { Refusal, refuse } from "./refusal.js";
import {
  eachStatement,
  type HostVariables,
  isParallel,
  neededFor,
  readsOf,
  storesOf,
  type Unit,
  variablesOf,
} from "./unit.js";

/** A number that the host knows, or one that it reads from the device. */
export type HostNumber =
  | { readonly kind: "expression"; readonly expr: Expr }
  | { readonly kind: "memory"; readonly buffer: Buffer };

export type Step =
  /** Kernels that all read memory as it is before the first of them. */
  | { readonly kind: "kernels"; readonly label: string; readonly kernels: readonly Kernel[] }
  | {
      readonly kind: "elsewhere";
      readonly label: string;
      /** Why there is no kernel. */
      readonly reason: string;
      readonly statements: readonly Stmt[];
      readonly reads: readonly Buffer[];
      readonly writes: readonly Buffer[];
      readonly variables: readonly Var[];
    }
  | {
      readonly kind: "loop";
      readonly index: Var;
      readonly extent: HostNumber;
      readonly body: readonly Step[];
    }
  | {
      readonly kind: "while";
      readonly before: readonly Step[];
      readonly test: Buffer;
      readonly body: readonly Step[];
    }
  | {
      readonly kind: "if";
      readonly test: Buffer;
      readonly yes: readonly Step[];
      readonly no: readonly Step[];
    }
  | { readonly kind: "swap"; readonly x: Buffer; readonly y: Buffer }
  | {
      readonly kind: "host";
      readonly callback: number;
      readonly operands: readonly { readonly buffer: Buffer; readonly offset: Expr; readonly size: number }[];
    };

export interface Plan {
  readonly program: Program;
  /** What results may differ by from those of js, for people. */
  readonly accuracy: string;
  readonly steps: readonly Step[];
}

/** What surrounds a list of statements. */
interface Surroundings {
  readonly limits: ModeLimits;
  readonly host: HostVariables;
  readonly spilled: Spilled;
  /** Of the program: arrays that were made since are not in it. */
  readonly mentions: ReadonlyMap<Buffer, number>;
}

export function planOf(program: Program, limits: ModeLimits): Plan {
  const mentions = mentionsIn([program.body]);
  const around: Surroundings = { limits, host: new Map(), spilled: new Map(), mentions };
  return { program, accuracy: limits.accuracy, steps: planList(flatten([program.body]), around) };
}

function planList(list: readonly Labelled[], around: Surroundings): readonly Step[] {
  const { parts, spilled } = partition(list, around.spilled, spillAlone);
  const inner: Surroundings = { ...around, spilled };
  return parts.flatMap((part): readonly Step[] =>
    part.kind === "light"
      ? planUnit(part.unit, part.label, inner)
      : planHeavy(part.statement, part.before, part.label, inner),
  );
}

// units ----------------------------------------------------------------------------------------------------------------

/** Turns that one thread may go through where no other thread has work. */
const mostTurnsAlone = 2 ** 16;

function planUnit(unit: Unit, label: string, around: Surroundings): readonly Step[] {
  if (storesOf(unit).length === 0) return [];
  try {
    return [kernelsOf(unit, label, around)];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const retried = planAsParallel(unit, label, around);
    return retried ?? [elsewhereOf(unit.statements, label, error.reason, around)];
  }
}

function kernelsOf(unit: Unit, label: string, { host, limits }: Surroundings): Step {
  // An empty array is as it is.
  const sites = storesOf(unit).filter(({ store }) => store.buffer.size !== 0);
  eachStatement(unit.statements, ({ kind }) => {
    if (kind === "swap") refuse("it exchanges arrays");
    if (kind === "host") refuse("it calls the host");
  });
  checkOrder(unit);
  for (const site of sites) {
    const turns = turnsAlone(unit, site.store);
    const threads = site.loops.filter(isParallel).reduce((n, { extent }) => n * constantOf(extent), 1);
    if (threads < 64 && turns > mostTurnsAlone) {
      refuse(`one thread would go through ${turns} turns`);
    }
  }
  return { kind: "kernels", label, kernels: sites.map((site) => kernelOf(unit, site, host, limits)) };
}

/**
 * Several stores to one array are kernels one after the other: so none of them may read that array, nor may a serial loop go back
 * and forth between them.
 */
function checkOrder(unit: Unit): void {
  const sites = storesOf(unit);
  for (const { store, loops } of sites) {
    const others = sites.filter((site) => site.store !== store && site.store.buffer === store.buffer);
    if (others.length === 0) continue;
    const isRead = [...neededFor(unit, store)].some((each) => readsOf(expressionsOf(each)).has(store.buffer));
    const isMixed = loops.some(
      (loop) => !isParallel(loop) && others.some((other) => other.loops.includes(loop)),
    );
    if (isRead || isMixed) conflict("it writes one array in several places, in an order that matters");
  }
}

const constantOf = (extent: Expr): number => (extent.kind === "const" ? Number(extent.value) : 1);

/** Turns of serial loops that a store needs. */
function turnsAlone(unit: Unit, store: Parameters<typeof neededFor>[1]): number {
  const needed = neededFor(unit, store);
  const count = (statements: readonly Stmt[]): number =>
    statements.reduce((sum, each) => {
      if (!needed.has(each)) return sum;
      if (each.kind === "loop") {
        return sum + (isParallel(each) ? 1 : constantOf(each.extent)) * Math.max(1, count(each.body.body));
      }
      return sum + (each.kind === "block" ? count(each.body) : 0);
    }, 0);
  return count(unit.statements);
}

/** A unit that is a serial loop, as the parallel one that it is in truth. */
function planAsParallel(unit: Unit, label: string, around: Surroundings): readonly Step[] | null {
  const loops = unit.statements.filter(({ kind }) => kind !== "local");
  const [only] = loops;
  if (loops.length !== 1 || only.kind !== "loop") return null;
  const parallel = asParallel(only);
  if (parallel === null) return null;
  const before = unit.statements.filter((each) => each !== only);
  return planHeavy(parallel, before, label, around);
}

// heavy statements -----------------------------------------------------------------------------------------------------

function planHeavy(
  statement: Stmt,
  before: readonly Stmt[],
  label: string,
  around: Surroundings,
): readonly Step[] {
  switch (statement.kind) {
    case "loop":
      return isParallel(statement)
        ? planParallel(statement, before, label, around)
        : planSerial(statement, before, label, around);
    case "while":
      return wholeIfMostlyElsewhere(planWhile(statement, before, around), statement, before, label, around);
    case "if":
      return wholeIfMostlyElsewhere(
        planIf(statement, before, label, around),
        statement,
        before,
        label,
        around,
      );
    case "swap":
      return [statement];
    case "host":
      return [{ kind: "host", callback: statement.callback, operands: statement.operands }];
    case "block":
    case "store":
    case "local":
    case "assign":
      return planUnit({ statements: [...before, statement] }, label, around);
    default:
      return statement satisfies never;
  }
}

function planParallel(
  loop: Loop,
  before: readonly Stmt[],
  label: string,
  around: Surroundings,
): readonly Step[] {
  const unit: Unit = { statements: [...before, loop] };
  try {
    return [kernelsOf(unit, label, around)];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    try {
      const inside: Loop = { ...loop, body: { ...loop.body, body: [...before, ...loop.body.body] } };
      const pieces = distribute(inside).map((piece): Labelled => ({ statement: piece, label }));
      const steps = planList(pieces, around);
      return isMostlyElsewhere(steps) ? [elsewhereOf(unit.statements, label, error.reason, around)] : steps;
    } catch (second) {
      if (!(second instanceof Refusal)) throw second;
      return [elsewhereOf(unit.statements, label, error.reason, around)];
    }
  }
}

function planSerial(
  loop: Loop,
  before: readonly Stmt[],
  label: string,
  around: Surroundings,
): readonly Step[] {
  const parallel = asParallel(loop);
  if (parallel !== null) return planParallel(parallel, before, label, around);
  const inside = interchanged(loop) ?? chains(loop, around);
  if (inside !== null) {
    try {
      return [kernelsOf({ statements: [...before, inside] }, label, around)];
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
  }
  const [setUp, extent] = hostNumber(loop.extent, before, label, around);
  const most = loop.extent.kind === "const" ? Number(loop.extent.value) : 2 ** 24;
  const host = new Map([...around.host, [loop.index.id, { least: 0, most: Math.max(0, most - 1) }]]);
  const body = planList(withNames(before, loop.body, label), { ...around, host });
  const steps: readonly Step[] = [...setUp, { kind: "loop", index: loop.index, extent, body }];
  return wholeIfMostlyElsewhere(steps, loop, before, label, around);
}

const chains = (loop: Loop, around: Surroundings): Loop | null =>
  around.limits.takesChains ? chainsInside(loop, (buffer) => isReadBeside(loop, buffer, around)) : null;

/** Whether an array is mentioned outside a loop: one that is not need not be handed out of it. */
function isReadBeside(loop: Loop, buffer: Buffer, { mentions }: Surroundings): boolean {
  const inside = mentionsIn([loop]).get(buffer) ?? 0;
  return buffer.role !== "temp" || (mentions.get(buffer) ?? Number.POSITIVE_INFINITY) > inside;
}

/** How often each array is read, exchanged or handed to the host. */
function mentionsIn(statements: readonly Stmt[]): ReadonlyMap<Buffer, number> {
  const counts = new Map<Buffer, number>();
  const count = (buffer: Buffer): void => void counts.set(buffer, (counts.get(buffer) ?? 0) + 1);
  eachStatement(statements, (each) => {
    for (const buffer of readsOf(expressionsOf(each))) count(buffer);
    if (each.kind === "swap") [each.x, each.y].forEach(count);
    if (each.kind === "host") for (const { buffer } of each.operands) count(buffer);
  });
  return counts;
}

function planWhile(loop: While, before: readonly Stmt[], around: Surroundings): readonly Step[] {
  const test = variable("bool");
  const spill = spillAlone(test);
  const spilled = new Map([...around.spilled, [test.id, spill]]);
  const head: readonly Labelled[] = [
    ...withNames(before, loop.before, "while"),
    { statement: { kind: "local", variable: test, init: loop.test }, label: "while" },
  ];
  return [
    {
      kind: "while",
      before: planList(head, { ...around, spilled }),
      test: spill.buffer,
      // What `before` declares is seen by the test alone.
      body: planList(withNames(before, loop.body, "while"), around),
    },
  ];
}

function planIf(
  statement: If,
  before: readonly Stmt[],
  label: string,
  around: Surroundings,
): readonly Step[] {
  const test = variable("bool");
  const spill = spillAlone(test);
  const unit: Unit = {
    statements: [
      ...before,
      { kind: "local", variable: test, init: statement.test },
      { kind: "store", buffer: spill.buffer, index: spill.at, value: test },
    ],
  };
  return [
    ...planUnit(unit, label, around),
    {
      kind: "if",
      test: spill.buffer,
      yes: planList(withNames(before, statement.yes, label), around),
      no: planList(withNames(before, statement.no, label), around),
    },
  ];
}

/** The statements of a block, with the locals that name indices in front; variables in memory are read by who wants them. */
const withNames = (before: readonly Stmt[], block: Block, label: string): readonly Labelled[] => [
  ...before.filter(isNameOfIndex).map((statement) => ({ statement, label: "" })),
  ...flatten([block], label),
];

const isNameOfIndex = (statement: Stmt): boolean =>
  statement.kind === "local" && readsOf([statement.init]).size === 0;

/** A loop's extent: computed by the host, or by a unit into memory. */
function hostNumber(
  extent: Expr,
  before: readonly Stmt[],
  label: string,
  around: Surroundings,
): readonly [readonly Step[], HostNumber] {
  const isKnown =
    readsOf([extent]).size === 0 && [...variablesOf([extent])].every((id) => around.host.has(id));
  if (isKnown) return [[], { kind: "expression", expr: extent }];
  const count = variable("int32");
  const { buffer, at } = spillAlone(count);
  const unit: Unit = { statements: [...before, { kind: "store", buffer, index: at, value: extent }] };
  return [planUnit(unit, label, around), { kind: "memory", buffer }];
}

// elsewhere ------------------------------------------------------------------------------------------------------------

function elsewhereOf(statements: readonly Stmt[], label: string, reason: string, around: Surroundings): Step {
  const reads = new Set<Buffer>();
  const writes = new Set<Buffer>();
  const own = new Set<Buffer>();
  const used = new Set<number>();
  for (const statement of statements) {
    const access = memoryAccess(statement);
    for (const buffer of access.reads) reads.add(buffer);
    for (const buffer of access.writes) writes.add(buffer);
    for (const buffer of access.temps) own.add(buffer);
    for (const id of access.usedVariables) used.add(id);
  }
  const outside = (buffers: ReadonlySet<Buffer>): readonly Buffer[] =>
    [...buffers].filter((each) => !own.has(each) && each.role !== "constant");
  const variables = [...around.host.keys()]
    .filter((id) => used.has(id))
    .map((id): Var => ({ kind: "var", id, dtype: "int32", lanes: 1 }));
  return {
    kind: "elsewhere",
    label,
    reason,
    statements,
    reads: outside(reads),
    writes: outside(writes),
    variables,
  };
}

/** Threads from which on a kernel is worth that data go back and forth around it. */
const worthwhile = 4096;

/** Whether nests without a kernel stand among kernels that have little to do. */
function isMostlyElsewhere(steps: readonly Step[]): boolean {
  let isAnyElsewhere = false;
  let threads = 0;
  const visit = (step: Step): void => {
    if (step.kind === "elsewhere") isAnyElsewhere = true;
    if (step.kind === "kernels") for (const { length } of step.kernels) threads = Math.max(threads, length);
    for (const inner of innerSteps(step)) visit(inner);
  };
  steps.forEach(visit);
  return isAnyElsewhere && threads < worthwhile;
}

export function innerSteps(step: Step): readonly Step[] {
  switch (step.kind) {
    case "loop":
      return step.body;
    case "while":
      return [...step.before, ...step.body];
    case "if":
      return [...step.yes, ...step.no];
    case "kernels":
    case "elsewhere":
    case "swap":
    case "host":
      return [];
    default:
      return step satisfies never;
  }
}

/** A loop or branch with little for kernels in it goes where its other nests go. */
function wholeIfMostlyElsewhere(
  steps: readonly Step[],
  statement: Stmt,
  before: readonly Stmt[],
  label: string,
  around: Surroundings,
): readonly Step[] {
  if (!isMostlyElsewhere(steps)) return steps;
  const reasons = new Set<string>();
  const visit = (step: Step): void => {
    if (step.kind === "elsewhere") for (const each of step.reason.split("; ")) reasons.add(each);
    innerSteps(step).forEach(visit);
  };
  steps.forEach(visit);
  const stores = spillsAfter(statement, around);
  return [elsewhereOf([...before, statement, ...stores], label, [...reasons].join("; "), around)];
}

/** Variables in memory that a whole statement assigns: written after it. (What it reads is read before it already.) */
function spillsAfter(statement: Stmt, { spilled }: Surroundings): readonly Stmt[] {
  const { assignedVariables, declaredVariables } = memoryAccess(statement);
  return [...spilled.values()]
    .filter(({ variable: { id } }) => assignedVariables.has(id) && !declaredVariables.has(id))
    .map(({ variable: value, buffer, at }) => ({ kind: "store", buffer, index: at, value }));
}
