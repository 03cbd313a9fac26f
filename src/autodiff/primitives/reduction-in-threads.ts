/**
 * The same order of summation (reduction-order.ts) for machines with a thread for each element: few outputs of many terms are few long
 * walks, so the sixteen partial results of every block of terms are turns of their own, each term is computed where it is added, and
 * the pairwise tree goes up four levels at a time.
 */
import type { BlockBuilder, View } from "../../ir/block-builder.js";
import { add, i32, laneIndex, load, lt, mul, reduceLanes, select, sub } from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import { range } from "../../ir/shape.js";
import { blockLength, combine, type Monoid, partialCount, type Terms } from "./reduction-terms.js";

/** Stored terms from which the partial results are turns of their own: below, a second kernel costs more than a walk. */
const worthwhile = 1024;

/** Whether `emitThreadedSums` has anything to gain on one that walks. */
export const gainsThreads = (count: number, { isStored }: Terms): boolean =>
  isStored ? count >= worthwhile : count >= partialCount;

/** The reduction of terms 0 to count - 1, of which there are 16 at least. */
export function emitThreadedSums(b: BlockBuilder, count: number, monoid: Monoid, terms: Terms): Expr {
  const blocks = Math.ceil(count / blockLength);
  const full = Math.floor(count / blockLength);
  const { dtype } = monoid.identity;
  const partials = b.temp(dtype, blocks * partialCount);
  const emitLanes = (inner: BlockBuilder, block: Expr, length: number): void =>
    inner.loop(partialCount, (lane, j) => {
      const first = add(mul(block, i32(blockLength)), j);
      const value = emitLane(lane, j, length, monoid, (turn, k) => terms.at(turn, add(first, k)));
      lane.store(partials, add(mul(block, i32(partialCount)), j), value);
    });
  if (full > 0) b.loop(full, (inner, block) => emitLanes(inner, block, blockLength));
  if (full < blocks) emitLanes(b, i32(full), count - full * blockLength);
  const sumOf = (block: Expr): Expr =>
    reduceLanes(monoid.op, load(partials, add(mul(block, i32(partialCount)), laneIndex(partialCount))));
  if (blocks === 1) return sumOf(i32(0));
  const sums = b.tempView(dtype, [blocks, 1]);
  b.loop(blocks, (inner, block) => inner.writeFlat(sums, block, sumOf(block)));
  let rows = sums;
  while (rows.shape[0] > fanIn) rows = emitLevels(b, rows, monoid);
  return groupTree(b, rows, [i32(0), i32(0)], monoid);
}

/** One partial result of a block: terms j, j + 16, j + 32, ... of `length`. `term` is given how far behind the first it lies. */
function emitLane(
  b: BlockBuilder,
  j: Expr,
  length: number,
  monoid: Monoid,
  term: (b: BlockBuilder, behind: Expr) => Expr,
): Expr {
  const partial = b.local(monoid.identity);
  const turns = Math.floor(length / partialCount);
  b.serial(turns, (inner, turn) => {
    inner.assign(partial, combine(monoid, partial, term(inner, mul(turn, i32(partialCount)))));
  });
  const rest = length % partialCount;
  if (rest > 0) {
    // Lanes that have no further term read the block's first again and keep what they have.
    const isThere = lt(j, i32(rest));
    const behind = select(isThere, i32(turns * partialCount), sub(i32(0), j));
    b.assign(partial, select(isThere, combine(monoid, partial, term(b, behind)), partial));
  }
  return partial;
}

/** Rows that one turn joins: four levels of the tree. */
const fanIn = 16;

/**
 * The pairwise tree over all rows of a [rows, width] view, as a view of one row. Row q of level n is the tree of rows 2^n q to
 * 2^n (q + 1) - 1, as far as there are any: so groups of sixteen can be joined by themselves.
 */
export function emitWideTree(b: BlockBuilder, rows: View, monoid: Monoid): View {
  return rows.shape[0] <= 1 ? rows : emitWideTree(b, emitLevels(b, rows, monoid), monoid);
}

/** Four levels up: a row for each group of sixteen. */
function emitLevels(b: BlockBuilder, rows: View, monoid: Monoid): View {
  const [count, width] = rows.shape;
  const joined = b.tempView(rows.buffer.dtype, [Math.ceil(count / fanIn), width]);
  b.loops(joined.shape, (inner, at) => inner.write(joined, at, groupTree(inner, rows, at, monoid)));
  return joined;
}

/** The tree of one group's rows, in one column. */
function groupTree(b: BlockBuilder, rows: View, [group, column]: readonly Expr[], monoid: Monoid): Expr {
  const [count] = rows.shape;
  const before = (Math.ceil(count / fanIn) - 1) * fanIn;
  const elements = range(Math.min(fanIn, count)).map((k): Element => {
    const row = add(mul(group, i32(fanIn)), i32(k));
    if (before + k < count) return { value: elementAt(rows, row, column), isThere: null };
    const isThere = lt(row, i32(count));
    return { value: elementAt(rows, select(isThere, row, i32(0)), column), isThere };
  });
  return joinedTree(b, elements, monoid);
}

/** A row's element; in the last group some rows may be missing. */
interface Element {
  readonly value: Expr;
  readonly isThere: Expr | null;
}

/** Neighbours first, an odd one out is carried over. */
function joinedTree(b: BlockBuilder, elements: readonly Element[], monoid: Monoid): Expr {
  if (elements.length === 1) return elements[0].value;
  const pairs = range(Math.ceil(elements.length / 2)).map((i): Element => {
    const left = elements[2 * i];
    const right = elements.at(2 * i + 1);
    if (right === undefined) return left;
    const both = combine(monoid, left.value, right.value);
    const value = right.isThere === null ? both : select(right.isThere, both, left.value);
    return { value: b.local(value), isThere: left.isThere };
  });
  return joinedTree(b, pairs, monoid);
}

const elementAt = ({ buffer, offset, shape: [, width] }: View, row: Expr, column: Expr): Expr =>
  load(buffer, add(offset, add(mul(row, i32(width)), column)));
