/**
 * Gives every temporary buffer its place in one scratch area, so that buffers alive at the same time never overlap.
 *
 * A temp lives, within its block, from the first to the last statement of that block that mentions it, loops and all:
 * temps hold garbage on entry, so nothing of a loop's turn outlives it. Buffers joined by swaps exchange their places,
 * so each of them holds its place wherever one of them is mentioned, in the outermost of their blocks.
 */

import { bytesPerElement } from "../ir/dtype.js";
import { absurd, InternalError } from "../ir/errors.js";
import { postorder } from "../ir/expression-graph.js";
import type { Block, Buffer, Expr, LoopFunction, Program, Stmt } from "../ir/loop-ir.js";

export interface Plan {
  /** In bytes from the start of the scratch area, for each temp that the program mentions. */
  readonly offsets: ReadonlyMap<Buffer, number>;
  readonly scratchBytes: number;
  /** The buffers joined by swaps, by the block on whose entry each holds the place that `offsets` names. */
  readonly swapped: ReadonlyMap<Block, readonly Buffer[]>;
}

/** Enough for every SIMD width that targets load from scratch. */
export const alignment = 16;

/** Positions in a depth-first numbering of statements: a statement covers those of all statements in it. */
interface Interval {
  readonly begin: number;
  readonly end: number;
}

interface Scope {
  readonly block: Block;
  readonly parent: Scope | undefined;
  readonly depth: number;
  /** What each statement of the body covers, in order. */
  readonly statements: Interval[];
}

interface Mentions {
  readonly scope: Scope;
  first: number;
  last: number;
  /** The next member of the ring of buffers that swaps join with this one. */
  next: Buffer;
}

export function planBuffers(program: Program): Plan {
  for (const callee of program.functions) refuseTemps(callee.body, callee);
  const mentions = findMentions(program.body);
  const swapped = new Map<Block, Buffer[]>();
  const requests: Request[] = [];
  const visited = new Set<Buffer>();
  for (const buffer of mentions.keys()) {
    if (visited.has(buffer)) continue;
    const ring = ringOf(mentions, buffer);
    for (const member of ring) visited.add(member.buffer);
    const mentioned = ring.filter(({ record }) => record.first <= record.last);
    if (mentioned.length === 0) continue;
    const home = mentioned.map(({ record }) => record.scope).reduce(commonScope);
    const first = Math.min(...mentioned.map(({ record }) => record.first));
    const last = Math.max(...mentioned.map(({ record }) => record.last));
    const life = lifeIn(home, first, last);
    for (const member of mentioned)
      requests.push({ buffer: member.buffer, life, bytes: bytesOf(member.buffer) });
    if (ring.length > 1) {
      swapped.set(home.block, [...(swapped.get(home.block) ?? []), ...ring.map((member) => member.buffer)]);
    }
  }
  return { ...place(requests), swapped };
}

function bytesOf(buffer: Buffer): number {
  if (typeof buffer.size !== "number") {
    throw new InternalError("a temporary buffer has a size that is known at run time only");
  }
  return Math.ceil((buffer.size * bytesPerElement[buffer.dtype]) / alignment) * alignment;
}

function refuseTemps(block: Block, callee: LoopFunction): void {
  if (block.temps.length > 0)
    throw new InternalError(`the LoopIR function ${callee.name} has temporary buffers`);
  for (const inner of block.body) for (const nested of blocksOf(inner)) refuseTemps(nested, callee);
}

/** The blocks directly inside a statement; a block is its own. */
export function blocksOf(statement: Stmt): readonly Block[] {
  switch (statement.kind) {
    case "block":
      return [statement];
    case "loop":
      return [statement.body];
    case "if":
      return [statement.yes, statement.no];
    case "while":
      return [statement.before, statement.body];
    case "store":
    case "local":
    case "assign":
    case "swap":
    case "host":
      return [];
    default:
      return absurd(statement);
  }
}

/** Where each temp of the program is mentioned first and last, and which are joined by swaps. */
function findMentions(body: Block): ReadonlyMap<Buffer, Mentions> {
  const mentions = new Map<Buffer, Mentions>();
  let position = 0;

  const mention = (buffer: Buffer): void => {
    if (buffer.role !== "temp") return;
    const record = recordOf(mentions, buffer);
    record.first = Math.min(record.first, position);
    record.last = Math.max(record.last, position);
  };

  const mentionLoads = (...roots: readonly Expr[]): void => {
    for (const expr of postorder(roots)) if (expr.kind === "load") mention(expr.buffer);
  };

  const visitBlock = (block: Block, parent: Scope | undefined): void => {
    const scope: Scope = {
      block,
      parent,
      depth: parent === undefined ? 0 : parent.depth + 1,
      statements: [],
    };
    for (const buffer of block.temps) {
      mentions.set(buffer, { scope, first: Number.POSITIVE_INFINITY, last: -1, next: buffer });
    }
    for (const statement of block.body) {
      const begin = position;
      visit(statement, scope);
      scope.statements.push({ begin, end: position });
      position++;
    }
  };

  const visit = (statement: Stmt, scope: Scope): void => {
    switch (statement.kind) {
      case "block":
        visitBlock(statement, scope);
        return;
      case "loop":
        mentionLoads(statement.extent);
        visitBlock(statement.body, scope);
        return;
      case "store":
        mention(statement.buffer);
        mentionLoads(statement.index, statement.value);
        return;
      case "local":
        mentionLoads(statement.init);
        return;
      case "assign":
        mentionLoads(statement.value);
        return;
      case "if":
        mentionLoads(statement.test);
        visitBlock(statement.yes, scope);
        visitBlock(statement.no, scope);
        return;
      case "while":
        visitBlock(statement.before, scope);
        mentionLoads(statement.test);
        position++;
        visitBlock(statement.body, scope);
        return;
      case "swap":
        mention(statement.x);
        mention(statement.y);
        joinRings(mentions, statement.x, statement.y);
        return;
      case "host":
        for (const operand of statement.operands) {
          mention(operand.buffer);
          mentionLoads(operand.offset);
        }
        return;
      default:
        absurd(statement);
    }
  };

  visitBlock(body, undefined);
  return mentions;
}

function recordOf(mentions: ReadonlyMap<Buffer, Mentions>, buffer: Buffer): Mentions {
  const record = mentions.get(buffer);
  if (record === undefined)
    throw new InternalError(`a LoopIR ${buffer.role} buffer is used outside its block`);
  return record;
}

/** The buffers joined with this one by swaps, itself included. */
function ringOf(
  mentions: ReadonlyMap<Buffer, Mentions>,
  buffer: Buffer,
): readonly { readonly buffer: Buffer; readonly record: Mentions }[] {
  const ring: { readonly buffer: Buffer; readonly record: Mentions }[] = [];
  let member = buffer;
  do {
    const record = recordOf(mentions, member);
    ring.push({ buffer: member, record });
    member = record.next;
  } while (member !== buffer);
  return ring;
}

/** Makes one ring of two: exchanging the successors of two members joins distinct rings. */
function joinRings(mentions: ReadonlyMap<Buffer, Mentions>, x: Buffer, y: Buffer): void {
  if (ringOf(mentions, x).some((member) => member.buffer === y)) return;
  const recordX = recordOf(mentions, x);
  const recordY = recordOf(mentions, y);
  [recordX.next, recordY.next] = [recordY.next, recordX.next];
}

/** The innermost scope that holds both. */
function commonScope(x: Scope, y: Scope): Scope {
  let [outer, inner] = x.depth < y.depth ? [x, y] : [y, x];
  while (inner !== outer) {
    if (inner.depth === outer.depth && outer.parent !== undefined) outer = outer.parent;
    if (inner.parent === undefined) throw new InternalError("two LoopIR blocks have no block in common");
    inner = inner.parent;
  }
  return outer;
}

/** Mentions widened to whole statements of a scope; one after the last statement is of a `while` that tests it. */
const lifeIn = (scope: Scope, first: number, last: number): Interval => ({
  begin: Math.min(first, statementAt(scope, first)?.begin ?? first),
  end: Math.max(last, statementAt(scope, last)?.end ?? last),
});

/** The statement of a scope that covers a position, by bisection. */
function statementAt({ statements }: Scope, position: number): Interval | undefined {
  let low = 0;
  let high = statements.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (statements[middle].end < position) low = middle + 1;
    else high = middle;
  }
  const found: Interval | undefined = statements[low];
  return found !== undefined && found.begin <= position && position <= found.end ? found : undefined;
}

interface Request {
  readonly buffer: Buffer;
  readonly life: Interval;
  readonly bytes: number;
}

/** Greedy first fit by the start of life: each takes the lowest gap between the places of those that live then. */
function place(requests: readonly Request[]): {
  readonly offsets: Map<Buffer, number>;
  readonly scratchBytes: number;
} {
  const offsets = new Map<Buffer, number>();
  let scratchBytes = 0;
  /** Ordered by offset. */
  let living: { readonly offset: number; readonly request: Request }[] = [];
  const inOrder = [...requests].sort((x, y) => x.life.begin - y.life.begin || y.bytes - x.bytes);
  for (const request of inOrder) {
    living = living.filter((other) => other.request.life.end >= request.life.begin);
    let offset = 0;
    let rank = 0;
    for (; rank < living.length && living[rank].offset < offset + request.bytes; rank++) {
      offset = living[rank].offset + living[rank].request.bytes;
    }
    living.splice(rank, 0, { offset, request });
    offsets.set(request.buffer, offset);
    scratchBytes = Math.max(scratchBytes, offset + request.bytes);
  }
  return { offsets, scratchBytes };
}
