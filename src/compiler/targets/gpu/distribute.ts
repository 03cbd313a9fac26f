/**
 * Loops taken apart, so that each piece is a kernel. The turns of a parallel loop do not depend on each other, so a loop over several
 * statements is several loops; what a turn keeps for itself becomes one array with a row for each turn.
 */
import { add, freshId, i32, mul } from "../../../ir/expr.js";
import type { Block, Buffer, Expr, Loop, Stmt } from "../../../ir/loop-ir.js";
import { memoryAccess } from "../../memory-access.js";
import { affineKey, affineOf, type Definitions, indexDefinitions, substitute } from "./indices.js";
import { flatten, type Labelled, type Part, partition, type Spill } from "./partition.js";
import { refuse } from "./refusal.js";
import { rewriteStatement } from "./rewriting.js";
import { assignedIn, eachStatement, isParallel, storesOf } from "./unit.js";

/** A loop nest: loops with nothing between them but names of indices, and what is in the innermost. */
export interface Nest {
  readonly loops: readonly Loop[];
  readonly names: readonly Stmt[];
  readonly body: readonly Labelled[];
  /** Buffers declared in it, with the number of its loops that are around the declaration. */
  readonly temps: ReadonlyMap<Buffer, number>;
}

export function nestOf(loop: Loop): Nest {
  const loops = [loop];
  const names: Stmt[] = [];
  const temps = new Map<Buffer, number>();
  let inner = loop;
  for (;;) {
    const body = flatten([inner.body]);
    for (const temp of tempsOf(inner.body)) temps.set(temp, loops.length);
    const rest = body.filter(({ statement }) => statement.kind !== "local");
    const only = rest.length === 1 ? rest[0].statement : undefined;
    if (only?.kind !== "loop" || !isParallel(only) || only.extent.kind !== "const") {
      return { loops, names, body, temps };
    }
    names.push(...body.flatMap(({ statement }) => (statement.kind === "local" ? [statement] : [])));
    loops.push(only);
    inner = only;
  }
}

/** Those of a block and of the blocks in it, but not of loops and branches. */
const tempsOf = (block: Block): readonly Buffer[] => [
  ...block.temps,
  ...block.body.flatMap((each) => (each.kind === "block" ? tempsOf(each) : [])),
];

const extentOf = ({ extent }: Loop): number => {
  if (extent.kind !== "const") return refuse("how often it turns is known at run time only");
  return Number(extent.value);
};

/**
 * A parallel loop as several, one for each part of its body.
 *
 * @throws Refusal where a part cannot stand alone
 */
export function distribute(loop: Loop): readonly Stmt[] {
  const { loops, names, body, temps } = nestOf(loop);
  const extents = loops.map(extentOf);
  /** The number of the turn among those of the outermost `depth` loops. */
  const turnAt = (depth: number): Expr =>
    loops
      .slice(0, depth)
      .reduce<Expr>((turn, { index }, i) => add(mul(turn, i32(extents[i])), index), i32(0));
  const turns = (depth: number): number => extents.slice(0, depth).reduce((product, n) => product * n, 1);
  const spill = (variable: Spill["variable"]): Spill => ({
    variable,
    buffer: {
      id: freshId(),
      dtype: variable.dtype,
      size: variable.lanes * turns(loops.length),
      role: "temp",
    },
    at: mul(turnAt(loops.length), i32(variable.lanes)),
  });
  const expanded = new Map<Buffer, { readonly buffer: Buffer; readonly at: Expr }>();
  for (const [temp, depth] of temps) {
    const size = Number(temp.size);
    const buffer: Buffer = { ...temp, id: freshId(), size: size * turns(depth) };
    expanded.set(temp, { buffer, at: mul(turnAt(depth), i32(size)) });
  }
  const list = [...names.map((statement) => ({ statement, label: "" })), ...body];
  const { parts } = partition(list, new Map(), spill);
  const pieces = parts.map((part): Stmt => {
    if (part.kind === "light") return around(loops, part.unit.statements, part.label);
    const { statement, before, after, label } = part;
    switch (statement.kind) {
      case "loop": {
        if (isParallel(statement)) return around(loops, [...before, statement], label);
        // A serial loop whose turns go through all of ours: each turn is one loop of ours.
        extentOf(statement);
        const inner = around(loops, [...before, statement.body, ...after], label);
        return { ...statement, body: { kind: "block", comment: label, temps: [], body: [inner] } };
      }
      case "swap":
        return statement;
      case "if":
      case "while":
        return refuse("each of its turns takes branches of its own around loops");
      case "host":
        return refuse("each of its turns calls the host");
      default:
        return refuse("its turns cannot be taken apart");
    }
  });
  if (pieces.length < 2 || isWhole(parts, memoryAccess(loop).writes)) refuse("it reads what it has written");
  return pieces.map((piece) => withExpanded(piece, expanded));
}

/** Whether all but names of what the loop does not write is one part: taken apart, the loop would be itself again. */
function isWhole(parts: readonly Part[], written: ReadonlySet<Buffer>): boolean {
  const isName = (each: Stmt): boolean =>
    each.kind === "local"
      ? ![...memoryAccess(each).reads].some((buffer) => written.has(buffer))
      : each.kind === "store" && !written.has(each.buffer);
  const rest = parts.filter((part) => part.kind === "heavy" || !part.unit.statements.every(isName));
  const [first, ...others] = rest;
  if (others.length > 0) return false;
  return first?.kind !== "heavy" || (first.statement.kind === "loop" && isParallel(first.statement));
}

const around = (loops: readonly Loop[], statements: readonly Stmt[], comment: string): Stmt =>
  loops.reduceRight<readonly Stmt[]>(
    (body, loop) => [{ ...loop, body: { kind: "block", comment, temps: [], body } }],
    statements,
  )[0];

function withExpanded(
  statement: Stmt,
  expanded: ReadonlyMap<Buffer, { readonly buffer: Buffer; readonly at: Expr }>,
): Stmt {
  return rewriteStatement(statement, {
    expr: (x) => {
      const found = x.kind === "load" ? expanded.get(x.buffer) : undefined;
      return x.kind === "load" && found !== undefined
        ? { ...x, buffer: found.buffer, index: add(found.at, x.index) }
        : x;
    },
    store: (x) => {
      const found = expanded.get(x.buffer);
      return found === undefined ? x : { ...x, buffer: found.buffer, index: add(found.at, x.index) };
    },
    buffer: (x) => expanded.get(x)?.buffer ?? x,
  });
}

// serial loops that are parallel in truth ------------------------------------------------------------------------------

/** A serial loop as a parallel one, where no turn reads what an earlier one has written; else null. */
export function asParallel(loop: Loop): Loop | null {
  if (isParallel(loop) || loop.extent.kind !== "const") return null;
  const { writes, temps, assignedVariables, declaredVariables, isPinned } = memoryAccess(loop);
  if (isPinned || [...assignedVariables].some((id) => !declaredVariables.has(id))) return null;
  const statements = [loop];
  const definitions = indexDefinitions(statements, assignedIn(statements), writes);
  const loads = loadsIn(statements);
  for (const buffer of writes) {
    if (temps.has(buffer)) continue;
    for (const { store } of storesOf({ statements })) {
      if (store.buffer !== buffer) continue;
      const writesAt = substitute(store.index, definitions);
      if ((affineOf(writesAt).coefficients.get(loop.index.id) ?? 0) <= 0) return null;
      for (const load of loads) {
        if (load.buffer !== buffer) continue;
        if (!isAhead(writesAt, substitute(load.index, definitions), loop, extentsIn(statements))) return null;
      }
    }
  }
  return { ...loop, loopKind: { kind: "parallel" } };
}

interface LoadSite {
  readonly buffer: Buffer;
  readonly index: Expr;
}

function loadsIn(statements: readonly Stmt[]): readonly LoadSite[] {
  const found: LoadSite[] = [];
  for (const statement of statements) {
    rewriteStatement(statement, {
      expr: (x) => {
        if (x.kind === "load") found.push({ buffer: x.buffer, index: x.index });
        return x;
      },
    });
  }
  return found;
}

function extentsIn(statements: readonly Stmt[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  eachStatement(statements, (each) => {
    if (each.kind === "loop" && each.extent.kind === "const")
      found.set(each.index.id, Number(each.extent.value));
  });
  return found;
}

/** Whether what turn t reads lies beyond all that the turns before it have written: a t + w < c (t + 1) + r for a <= c. */
function isAhead(writesAt: Expr, readsAt: Expr, loop: Loop, extents: ReadonlyMap<number, number>): boolean {
  const [write, read] = [affineOf(writesAt), affineOf(readsAt)];
  if (write.others.length > 0 || read.others.length > 0) return false;
  const { id } = loop.index;
  const [a, c] = [write.coefficients.get(id) ?? 0, read.coefficients.get(id) ?? 0];
  if (a <= 0 || c < a) return false;
  const most = boundOf(write.coefficients, id, extents, Math.max);
  const least = boundOf(read.coefficients, id, extents, Math.min);
  return most !== null && least !== null && a + least + read.constant > most + write.constant;
}

/** The largest or least sum of the terms of inner loops; null where another variable stands in it. */
function boundOf(
  coefficients: ReadonlyMap<number, number>,
  but: number,
  extents: ReadonlyMap<number, number>,
  pick: (x: number, y: number) => number,
): number | null {
  let sum = 0;
  for (const [id, coefficient] of coefficients) {
    if (id === but || coefficient === 0) continue;
    const extent = extents.get(id);
    if (extent === undefined) return null;
    sum += pick(0, coefficient * (extent - 1));
  }
  return sum;
}

/**
 * serial t { parallel i { ... } } as parallel i { serial t { ... } }, where each turn of i reads of what is written only its own
 * element: sums over leading axes, recurrences side by side. Null where that is not so.
 */
export function interchanged(loop: Loop): Loop | null {
  if (isParallel(loop) || loop.extent.kind !== "const") return null;
  const list = flatten([loop.body]);
  const rest = list.filter(({ statement }) => statement.kind !== "local");
  const only = rest.length === 1 ? rest[0].statement : undefined;
  if (only?.kind !== "loop" || !isParallel(only) || tempsOf(loop.body).length > 0) return null;
  const { loops, names, body, temps } = nestOf(only);
  if (temps.size > 0 || loops.some(({ extent }) => extent.kind !== "const")) return null;
  const statements: readonly Stmt[] = [loop];
  const { writes } = memoryAccess(loop);
  const definitions: Definitions = indexDefinitions(statements, assignedIn(statements), writes);
  const stores = storesOf({ statements });
  const keyOf = (index: Expr): string => affineKey(substitute(index, definitions));
  for (const buffer of writes) {
    const keys = new Set(
      stores.filter(({ store }) => store.buffer === buffer).map(({ store }) => keyOf(store.index)),
    );
    for (const load of loadsIn(statements)) if (load.buffer === buffer) keys.add(keyOf(load.index));
    if (keys.size !== 1) return null;
    const first = stores.find(({ store }) => store.buffer === buffer);
    if (first === undefined) return null; // arrays are exchanged
    const { coefficients } = affineOf(substitute(first.store.index, definitions));
    if ((coefficients.get(loop.index.id) ?? 0) !== 0) return null;
    if (loops.some(({ index }) => (coefficients.get(index.id) ?? 0) === 0)) return null;
  }
  const before = list.flatMap(({ statement }) => (statement.kind === "local" ? [statement] : []));
  const inner: Loop = {
    ...loop,
    body: {
      kind: "block",
      comment: "",
      temps: [],
      body: [...before, ...names, ...body.map(({ statement }) => statement)],
    },
  };
  const [outermost, ...others] = loops;
  const nested = others.length === 0 ? [inner] : [around(others, [inner], rest[0].label)];
  return { ...outermost, body: { kind: "block", comment: rest[0].label, temps: [], body: nested } };
}
