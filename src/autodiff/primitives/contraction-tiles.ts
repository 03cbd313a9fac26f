/**
 * The innermost loops of a contraction: one block of k for all rows of the left and all columns of the right operand.
 *
 * A tile of 4 rows and 2 columns keeps its accumulators in locals while k runs over the block. A tile's columns lie far
 * apart, so that the loop over columns (of kind `vector`) may be widened: then a tile is 4 rows by 2 vectors.
 */
import type { BlockBuilder } from "../../ir/block-builder.js";
import type { DType } from "../../ir/dtype.js";
import { add, and, constant, i32, load, mul, sum } from "../../ir/expr.js";
import type { Buffer, Expr } from "../../ir/loop-ir.js";
import { range } from "../../ir/shape.js";
import { combine, type Monoid } from "./reduction-terms.js";

/** What products and their sums are: numbers, or bools under `and` and `or`. */
export interface Semiring extends Monoid {
  readonly multiply: (x: Expr, y: Expr) => Expr;
}
export const semiringOf = (dtype: DType): Semiring =>
  dtype === "bool"
    ? { identity: constant(dtype, false), op: "or", multiply: and }
    : { identity: constant(dtype, 0), op: "add", multiply: mul };

/** A matrix with one stride for each coordinate: element (free, k) is at base + free * freeStride + k * depthStride. */
export interface Matrix {
  readonly buffer: Buffer;
  readonly base: Expr;
  readonly freeStride: number;
  readonly depthStride: number;
}

/** Where a product goes: row m, column n at base + m * rowStride + n * columnStride. */
export interface Target {
  readonly buffer: Buffer;
  readonly base: Expr;
  readonly rowStride: number;
  readonly columnStride: number;
}

/** One accumulator for each element, and a turn of its own. */
export function emitElements(
  b: BlockBuilder,
  left: Matrix,
  right: Matrix,
  out: Target,
  rows: number,
  columns: number,
  block: DepthBlock,
  ring: Semiring,
): void {
  b.loops([rows, columns], (inner, [m, n]) => {
    const total = inner.local(ring.identity);
    inner.serial(block.length, (turn, k) => {
      const depth = add(block.start, k);
      const product = ring.multiply(
        load(left.buffer, sum([left.base, mul(m, i32(left.freeStride)), mul(depth, i32(left.depthStride))])),
        load(
          right.buffer,
          sum([right.base, mul(n, i32(right.freeStride)), mul(depth, i32(right.depthStride))]),
        ),
      );
      turn.assign(total, combine(ring, total, product));
    });
    const position = sum([out.base, mul(m, i32(out.rowStride)), mul(n, i32(out.columnStride))]);
    inner.store(out.buffer, position, total);
  });
}

/** Elements of the right operand from which it is read row by row: a part of each row at a time would miss the caches. */
const streamedSize = 2 ** 16;

/** Part of the range of k: from `start` on, `length` steps. */
export interface DepthBlock {
  readonly start: Expr;
  readonly length: number;
}

/** All rows times `columns` columns, in tiles of up to 4 rows (8 of a single column). */
export function emitTiles(
  b: BlockBuilder,
  left: Matrix,
  right: Matrix,
  out: Target,
  rows: number,
  columns: number,
  block: DepthBlock,
  ring: Semiring,
): void {
  const isStreamed = right.freeStride === 1 && columns * block.length >= streamedSize;
  if (rows <= 2 && columns >= 8 && isStreamed && out.columnStride === 1) {
    emitRowUpdates(b, left, right, out, rows, columns, block, ring);
    return;
  }
  const height = columns === 1 ? 8 : 4;
  const full = Math.floor(rows / height);
  b.loop(full, (inner, tile) =>
    emitRowTile(inner, left, right, out, mul(tile, i32(height)), height, columns, block, ring),
  );
  if (rows > full * height) {
    b.block("", (inner) =>
      emitRowTile(inner, left, right, out, i32(full * height), rows - full * height, columns, block, ring),
    );
  }
}

/** Accumulators of a tile: with the operands they fit the registers of every machine. */
const accumulators = 8;

/** `height` rows times all columns: in groups of columns far apart, then the columns left over one by one. */
function emitRowTile(
  b: BlockBuilder,
  left: Matrix,
  right: Matrix,
  out: Target,
  firstRow: Expr,
  height: number,
  columns: number,
  block: DepthBlock,
  ring: Semiring,
): void {
  const startOf = (matrix: Matrix, free: Expr): Expr =>
    sum([matrix.base, mul(free, i32(matrix.freeStride)), mul(block.start, i32(matrix.depthStride))]);
  const rowStart = b.local(startOf(left, firstRow));
  const outStart = b.local(add(out.base, mul(firstRow, i32(out.rowStride))));
  const emitColumns = (first: number, groups: number, width: number): void =>
    b.loop(
      width,
      (inner, j) => {
        const columnStart = inner.local(startOf(right, add(j, i32(first))));
        const tile: Tile = { height, groups, columnStep: width * right.freeStride };
        const sums = emitTile(inner, left, right, rowStart, columnStart, tile, block.length, ring);
        const outAt = inner.local(add(outStart, mul(j, i32(out.columnStride))));
        sums.forEach((row, r) => {
          row.forEach((value, g) => {
            const offset = r * out.rowStride + (first + g * width) * out.columnStride;
            inner.store(out.buffer, add(outAt, i32(offset)), value);
          });
        });
      },
      "vector",
    );
  // Vectors of four columns at least, so that few rows still make a wide tile. Fewer columns go two by two.
  const most = Math.max(2, Math.floor(accumulators / height));
  const groups = columns < 4 ? Math.min(2, columns) : Math.min(most, Math.floor(columns / 4));
  const width = Math.floor(columns / groups);
  emitColumns(0, groups, width);
  emitColumns(groups * width, 1, columns - groups * width);
}

interface Tile {
  readonly height: number;
  readonly groups: number;
  /** From a column of one group to its neighbour in the next, in elements of the right operand. */
  readonly columnStep: number;
}

/**
 * sums[r][g] = sum over k of left[row r, k] * right[k, column g]: in locals. One step of k in a turn: an optimising compiler
 * hoists all loads of a straight piece of code to its front, and those of two steps would not leave registers to compute in.
 */
function emitTile(
  b: BlockBuilder,
  left: Matrix,
  right: Matrix,
  rowStart: Expr,
  columnStart: Expr,
  { height, groups, columnStep }: Tile,
  length: number,
  ring: Semiring,
): Expr[][] {
  const sums = range(height).map(() => range(groups).map(() => b.local(ring.identity)));
  b.serial(length, (inner, k) => {
    const leftAt = inner.local(add(rowStart, stepOf(inner, k, left.depthStride)));
    const rightAt = inner.local(add(columnStart, stepOf(inner, k, right.depthStride)));
    const ys = range(groups).map((g) => inner.local(load(right.buffer, add(rightAt, i32(g * columnStep)))));
    sums.forEach((row, r) => {
      const x = inner.local(load(left.buffer, add(leftAt, i32(r * left.freeStride))));
      row.forEach((total, g) => {
        inner.assign(total, combine(ring, total, ring.multiply(x, ys[g])));
      });
    });
  });
  return sums;
}

/** k * stride, named where there is anything to compute. */
function stepOf(b: BlockBuilder, k: Expr, stride: number): Expr {
  const step = mul(k, i32(stride));
  return step.kind === "binary" && step !== k ? b.local(step) : step;
}

/**
 * One or two rows, too few to read columns for: the output rows themselves accumulate, while rows of the right operand
 * pass by in order, four at a time.
 */
function emitRowUpdates(
  b: BlockBuilder,
  left: Matrix,
  right: Matrix,
  out: Target,
  rows: number,
  columns: number,
  block: DepthBlock,
  ring: Semiring,
): void {
  const outStarts = range(rows).map((r) => b.local(add(out.base, i32(r * out.rowStride))));
  for (const start of outStarts) {
    b.loop(columns, (inner, j) => inner.store(out.buffer, add(start, j), ring.identity), "vector");
  }
  const emitSteps = (outer: BlockBuilder, first: Expr, steps: number): void => {
    const ks = range(steps).map((s) => add(add(block.start, first), i32(s)));
    const xs = outStarts.map((_, r) =>
      ks.map((k) =>
        outer.local(
          load(left.buffer, sum([left.base, i32(r * left.freeStride), mul(k, i32(left.depthStride))])),
        ),
      ),
    );
    const rightStarts = ks.map((k) => outer.local(add(right.base, mul(k, i32(right.depthStride)))));
    outer.loop(
      columns,
      (inner, j) => {
        const ys = rightStarts.map((start) => inner.local(load(right.buffer, add(start, j))));
        outStarts.forEach((start, r) => {
          const at = inner.local(add(start, j));
          const total = ys.reduce(
            (partial, y, s) => combine(ring, partial, ring.multiply(xs[r][s], y)),
            load(out.buffer, at),
          );
          inner.store(out.buffer, at, total);
        });
      },
      "vector",
    );
  };
  const full = Math.floor(block.length / 4);
  b.serial(full, (inner, turn) => emitSteps(inner, mul(turn, i32(4)), 4));
  const rest = block.length % 4;
  if (rest > 0) b.block("", (inner) => emitSteps(inner, i32(full * 4), rest));
}
