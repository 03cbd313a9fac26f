/**
 * The order of summation is part of the meaning, a function of shape and axes alone, and is fixed here:
 *
 * - the reduced index r runs row-major over the reduced axes, in blocks of 4,096;
 * - when the innermost axis is reduced: within a block 16 interleaved partial results, p[j] combining r = j mod 16
 *   ascending, joined by the tree p[j] o p[j+8], then +4, +2, +1;
 * - otherwise: ascending, one accumulator an output (contraction-loops.ts says which way contractions go);
 * - a pairwise tree joins the blocks: neighbours first, an odd one out is carried over.
 *
 * A plain float32 accumulator stops counting ones at 2^24; this one does not.
 */
import type { BlockBuilder, Elements, View } from "../../ir/block-builder.js";
import { read, readFlat, viewOf } from "../../ir/block-builder.js";
import { add, and, div, i32, laneIndex, load, mul, reduceLanes, shr, splat, sub } from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import type { Shape } from "../../ir/shape.js";
import { dropAxes, range, sizeOf } from "../../ir/shape.js";
import type { Schedule } from "../primitive.js";
import { emitThreadedSums, emitWideTree, gainsThreads } from "./reduction-in-threads.js";
import { blockLength, combine, type Monoid, partialCount, type Terms } from "./reduction-terms.js";

/** out = the reduction of `operand` over `axes` (canonical, ascending), in the order above. */
export function emitReduction(
  b: BlockBuilder,
  operand: Elements,
  out: View,
  axes: readonly number[],
  monoid: Monoid,
  schedule: Schedule,
): void {
  const { shape } = operand;
  const rank = shape.length;
  const reducedShape = axes.map((axis) => shape[axis]);
  const count = sizeOf(reducedShape);
  const at = (inner: BlockBuilder, kept: readonly Expr[], reduced: readonly Expr[]): Expr => {
    let k = 0;
    let r = 0;
    return operand.at(
      inner,
      range(rank).map((axis) => (axes.includes(axis) ? reduced[r++] : kept[k++])),
    );
  };
  const keptShape = dropAxes(shape, axes);
  if (axes.includes(rank - 1)) {
    // Trailing axes lie one after the other in memory: they are walked as one.
    const isTrailing = operand.isFlat && axes.every((axis, i) => axis === rank - axes.length + i);
    b.loops(keptShape, (inner, kept) => {
      const row = keptShape.reduce<Expr>((flat, n, axis) => add(mul(flat, i32(n)), kept[axis]), i32(0));
      const { isStored } = operand;
      const term = (block: BlockBuilder, r: Expr): Expr =>
        isTrailing
          ? operand.at(block, [add(mul(row, i32(count)), r)])
          : at(block, kept, unflatten(r, reducedShape));
      inner.write(out, kept, emitPartialSums(inner, count, monoid, { isStored, at: term }, schedule));
    });
    return;
  }
  emitAscending(
    b,
    count,
    out,
    monoid,
    (inner, r, kept) => at(inner, kept, unflatten(r, reducedShape)),
    keptShape,
    schedule,
  );
}

/** The reduction of terms 0 to count - 1 by interleaved partial results: the value is left in a local. */
export function emitPartialSums(
  b: BlockBuilder,
  count: number,
  monoid: Monoid,
  terms: Terms,
  schedule: Schedule,
): Expr {
  if (schedule === "elements" && gainsThreads(count, terms)) return emitThreadedSums(b, count, monoid, terms);
  const blocks = Math.max(1, Math.ceil(count / blockLength));
  const total = b.local(monoid.identity);
  if (blocks === 1) {
    b.block("", (inner) => inner.assign(total, emitBlock(inner, i32(0), count, monoid, terms)));
    return total;
  }
  const sums = b.temp(total.dtype, blocks);
  const full = Math.floor(count / blockLength);
  b.serial(full, (inner, block) => {
    inner.store(sums, block, emitBlock(inner, mul(block, i32(blockLength)), blockLength, monoid, terms));
  });
  if (full < blocks) {
    b.block("", (inner) => {
      inner.store(
        sums,
        i32(full),
        emitBlock(inner, i32(full * blockLength), count - full * blockLength, monoid, terms),
      );
    });
  }
  b.assign(total, readFlat(emitPairwiseTree(b, viewOf(sums, [blocks, 1]), monoid, schedule), i32(0)));
  return total;
}

/** One block's 16 partial results and their tree. From 16 terms on the partial results are the lanes of one vector. */
function emitBlock(b: BlockBuilder, start: Expr, count: number, monoid: Monoid, terms: Terms): Expr {
  if (count < partialCount) return emitFew(b, start, count, monoid, terms);
  if (!terms.isStored) {
    // A block at a time, which the first cache holds: computed element by element in a loop that passes may widen.
    const block = b.temp(monoid.identity.dtype, count);
    b.loop(count, (inner, r) => inner.store(block, r, terms.at(inner, add(start, r))));
    return emitBlock(b, i32(0), count, monoid, { isStored: true, at: (_, r) => load(block, r) });
  }
  const partials = b.local(splat(monoid.identity, partialCount));
  const turns = Math.floor(count / partialCount);
  b.serial(turns, (inner, turn) => {
    const r = add(add(start, mul(turn, i32(partialCount))), laneIndex(partialCount));
    inner.assign(partials, combine(monoid, partials, terms.at(inner, r)));
  });
  const rest = count % partialCount;
  if (rest > 0) {
    b.block("", (inner) => {
      // Partials that get no term combine with the identity, which changes no bit of them.
      const last = inner.temp(partials.dtype, partialCount);
      inner.store(last, i32(0), splat(monoid.identity, partialCount));
      for (let j = 0; j < rest; j++) {
        inner.store(last, i32(j), terms.at(inner, add(start, i32(turns * partialCount + j))));
      }
      inner.assign(partials, combine(monoid, partials, load(last, laneIndex(partialCount))));
    });
  }
  return reduceLanes(monoid.op, partials);
}

/** Fewer terms than there are partial results: what of the tree has terms. */
function emitFew(b: BlockBuilder, start: Expr, count: number, monoid: Monoid, terms: Terms): Expr {
  if (count === 0) return monoid.identity;
  const partials: Expr[] = range(count).map((j) =>
    b.local(combine(monoid, monoid.identity, terms.at(b, add(start, i32(j))))),
  );
  for (let width = partialCount / 2; width >= 1; width /= 2) {
    for (let j = 0; j < width && j + width < partials.length; j++) {
      partials[j] = b.local(combine(monoid, partials[j], partials[j + width]));
    }
    partials.length = Math.min(partials.length, width);
  }
  return partials[0];
}

/** out[kept] = term(0, kept) o term(1, kept) o ..., ascending, all outputs side by side. */
export function emitAscending(
  b: BlockBuilder,
  count: number,
  out: View,
  monoid: Monoid,
  term: (b: BlockBuilder, r: Expr, kept: readonly Expr[]) => Expr,
  keptShape: Shape,
  schedule: Schedule,
): void {
  const size = sizeOf(keptShape);
  const blocks = Math.max(1, Math.ceil(count / blockLength));
  const accumulate = (outer: BlockBuilder, target: View, row: Expr, start: Expr, length: number): void => {
    const rowView: View = { ...target, offset: add(target.offset, mul(row, i32(size))), shape: keptShape };
    outer.loops(keptShape, (inner, kept) => inner.write(rowView, kept, monoid.identity));
    outer.serial(length, (turn, r) => {
      turn.loops(keptShape, (inner, kept) => {
        const term_ = term(inner, add(start, r), kept);
        inner.write(rowView, kept, combine(monoid, read(rowView, kept), term_));
      });
    });
  };
  const flatOut: View = { ...out, shape: keptShape };
  if (blocks === 1) {
    accumulate(b, flatOut, i32(0), i32(0), count);
    return;
  }
  const partial = b.tempView(out.buffer.dtype, [blocks, size]);
  const full = Math.floor(count / blockLength);
  b.serial(full, (inner, block) =>
    accumulate(inner, partial, block, mul(block, i32(blockLength)), blockLength),
  );
  if (full < blocks) accumulate(b, partial, i32(full), i32(full * blockLength), count - full * blockLength);
  const joined = emitPairwiseTree(b, partial, monoid, schedule);
  b.loop(size, (inner, i) => inner.writeFlat(flatOut, i, readFlat(joined, i)));
}

/** The pairwise tree over all rows of a [rows, width] view, which it may overwrite: the first row of the view that it gives. */
export function emitPairwiseTree(b: BlockBuilder, rows: View, monoid: Monoid, schedule: Schedule): View {
  if (schedule === "elements") return emitWideTree(b, rows, monoid);
  const [count, width] = rows.shape;
  let left = count;
  while (left > 1) {
    const pairs = Math.floor(left / 2);
    b.serial(pairs, (outer, pair) => {
      outer.loop(width, (inner, i) => {
        const x = read(rows, [mul(pair, i32(2)), i]);
        const y = read(rows, [add(mul(pair, i32(2)), i32(1)), i]);
        inner.write(rows, [pair, i], combine(monoid, x, y));
      });
    });
    if (left % 2 === 1) {
      const last = left - 1;
      b.loop(width, (inner, i) => inner.write(rows, [i32(pairs), i], read(rows, [i32(last), i])));
    }
    left = Math.ceil(left / 2);
  }
  return rows;
}

/** The multi-index of a flat row-major position. */
export function unflatten(position: Expr, shape: Shape): Expr[] {
  const index: Expr[] = new Array<Expr>(shape.length);
  let rest = position;
  for (let axis = shape.length - 1; axis > 0; axis--) {
    if (shape[axis] === 1) {
      index[axis] = i32(0);
      continue;
    }
    const n = shape[axis];
    if ((n & (n - 1)) === 0) {
      index[axis] = and(rest, i32(n - 1));
      rest = shr(rest, i32(Math.log2(n)));
      continue;
    }
    const quotient = div(rest, i32(n));
    index[axis] = sub(rest, mul(quotient, i32(n)));
    rest = quotient;
  }
  if (shape.length > 0) index[0] = rest;
  return index;
}
