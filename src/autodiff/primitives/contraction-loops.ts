/**
 * The loops of a contraction. Every output has one accumulator that adds its products in ascending k, in blocks of 4,096
 * that the pairwise tree joins (reduction-order.ts): so tiles, panels and packing below change no bit of the result. A single
 * output, which no vector of outputs could hold, is a reduction over an innermost axis: 16 partial sums.
 *
 * Where it pays, the right operand is copied first into panels of 8 columns, which the inner loop reads in order.
 */
import type { BlockBuilder, View } from "../../ir/block-builder.js";
import { viewOf } from "../../ir/block-builder.js";
import { bytesPerElement } from "../../ir/dtype.js";
import { add, i32, load, mul, sum } from "../../ir/expr.js";
import type { Buffer, Expr } from "../../ir/loop-ir.js";
import type { LoweringContext } from "../primitive.js";
import type { DotDimensionNumbers, StridedAxis, StridedMatrix } from "./contraction-geometry.js";
import { contractionGeometry } from "./contraction-geometry.js";
import type { DepthBlock, Matrix, Semiring, Target } from "./contraction-tiles.js";
import { emitElements, emitTiles, semiringOf } from "./contraction-tiles.js";
import { emitPairwiseTree, emitPartialSums, unflatten } from "./reduction-order.js";
import { blockLength } from "./reduction-terms.js";

/** Columns of a packed panel: those of one tile, so that a tile reads all of each cache line, and a panel fits the first cache. */
const panelWidth = 8;
/** Rows and columns from which packing pays: each packed element is read once for every tile of rows. */
const packingThreshold = 16;

export function emitContraction(
  b: BlockBuilder,
  lhs: View,
  rhs: View,
  out: View,
  dims: DotDimensionNumbers,
  { isFixed, schedule }: Pick<LoweringContext, "isFixed" | "schedule">,
): void {
  const { batch, rows, columns, depth, ...matrices } = contractionGeometry(lhs.shape, rhs.shape, dims);
  if (rows === 0 || columns === 0) return;
  const ring = semiringOf(out.buffer.dtype);
  const shift = (view: View, index: readonly Expr[], operand: number): Expr =>
    add(view.offset, sum(batch.map((axis, i) => mul(index[i], i32(axis.strides[operand])))));
  b.loops(
    batch.map((axis) => axis.size),
    (inner, index) => {
      const [lhsBase, rhsBase, outBase] = [lhs, rhs, out].map((view, i) => shift(view, index, i));
      if (rows === 1 && columns === 1) {
        const at = (_: BlockBuilder, k: Expr): Expr =>
          ring.multiply(
            load(lhs.buffer, add(lhsBase, positionOf(matrices.lhs.contracted, k))),
            load(rhs.buffer, add(rhsBase, positionOf(matrices.rhs.contracted, k))),
          );
        const product = emitPartialSums(inner, depth, ring, { isStored: true, at }, schedule);
        inner.store(out.buffer, outBase, product);
        return;
      }
      const sizes = { rows, columns, depth };
      const left = matrixOf(inner, lhs.buffer, lhsBase, matrices.lhs, [rows, depth]);
      const right = matrixOf(inner, rhs.buffer, rhsBase, matrices.rhs, [columns, depth]);
      const target: Target = { buffer: out.buffer, base: outBase, rowStride: columns, columnStride: 1 };
      if (schedule === "elements") {
        emitProduct(inner, left, right, target, sizes, ring, "never");
      } else if (columns < few && rows >= few) {
        emitProduct(inner, right, left, ...transposed(target, sizes), ring, packingOf(isFixed(lhs)));
      } else {
        emitProduct(inner, left, right, target, sizes, ring, packingOf(isFixed(rhs)));
      }
    },
  );
}

interface Sizes {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

/** Fewer columns than fill a vector: then the transpose is computed, whose columns are the rows. */
const few = 4;

const transposed = (
  { buffer, base, rowStride, columnStride }: Target,
  { rows, columns, depth }: Sizes,
): [Target, Sizes] => [
  { buffer, base, rowStride: columnStride, columnStride: rowStride },
  { rows: columns, columns: rows, depth },
];

/** When the right operand is copied into panels: a copy of one that a loop leaves as it is, is made once, before the loop. */
type Packing = "ofFixed" | "ofMany" | "never";

const packingOf = (isRightFixed: boolean): Packing => (isRightFixed ? "ofFixed" : "ofMany");

/** out = left * right, block by block of k. Where nothing is ever packed, element by element. */
function emitProduct(
  b: BlockBuilder,
  left: Matrix,
  right: Matrix,
  out: Target,
  sizes: Sizes,
  ring: Semiring,
  packing: Packing,
): void {
  const { rows, columns, depth } = sizes;
  const isWide = columns >= packingThreshold || (columns >= few && right.freeStride !== 1);
  const repays = rows >= packingThreshold || (packing === "ofFixed" && right.freeStride !== 1);
  const packs = packing !== "never" && repays && isWide && depth > 1;
  const packed = packs ? packPanels(b, right, columns, depth) : null;
  const emitBlock = (inner: BlockBuilder, target: Target, block: DepthBlock): void => {
    if (packing === "never") emitElements(inner, left, right, target, rows, columns, block, ring);
    else if (packed === null) emitTiles(inner, left, right, target, rows, columns, block, ring);
    else emitPanels(inner, left, packed, target, sizes, block, ring);
  };
  const blocks = Math.max(1, Math.ceil(depth / blockLength));
  if (blocks === 1) {
    emitBlock(b, out, { start: i32(0), length: depth });
    return;
  }
  const size = rows * columns;
  const partial = b.tempView(out.buffer.dtype, [blocks, size]);
  const partialAt = (block: Expr): Target => ({
    buffer: partial.buffer,
    base: mul(block, i32(size)),
    rowStride: out.rowStride,
    columnStride: out.columnStride,
  });
  const full = Math.floor(depth / blockLength);
  b.serial(full, (inner, block) =>
    emitBlock(inner, partialAt(block), { start: mul(block, i32(blockLength)), length: blockLength }),
  );
  if (full < blocks) {
    const start = full * blockLength;
    emitBlock(b, partialAt(i32(full)), { start: i32(start), length: depth - start });
  }
  const joined = emitPairwiseTree(b, partial, ring, packing === "never" ? "elements" : "tiles");
  b.copy(viewOf(joined.buffer, [size]), viewOf(out.buffer, [size], out.base));
}

// packing ------------------------------------------------------------------------------------------------------------

/** Panel p holds columns p * 8 to p * 8 + 7 for every k, k after k; the last one holds what is left. */
function packPanels(b: BlockBuilder, right: Matrix, columns: number, depth: number): Buffer {
  const packed = b.temp(right.buffer.dtype, columns * depth);
  const fill = (outer: BlockBuilder, panel: Expr, width: number): void =>
    outer.loop(depth, (inK, k) => {
      inK.loop(width, (inner, column) => {
        const source = sum([
          right.base,
          mul(add(mul(panel, i32(panelWidth)), column), i32(right.freeStride)),
          mul(k, i32(right.depthStride)),
        ]);
        const target = sum([mul(panel, i32(panelWidth * depth)), mul(k, i32(width)), column]);
        inner.store(packed, target, load(right.buffer, source));
      });
    });
  const full = Math.floor(columns / panelWidth);
  b.loop(full, (inner, panel) => fill(inner, panel, panelWidth));
  if (columns > full * panelWidth) fill(b, i32(full), columns - full * panelWidth);
  return packed;
}

/**
 * Block of rows after block of rows, each times one panel after the other: a panel stays in the first cache while the rows of a
 * block pass by, and a block in the second while the panels do.
 */
function emitPanels(
  b: BlockBuilder,
  left: Matrix,
  packed: Buffer,
  out: Target,
  { rows, columns, depth }: Sizes,
  block: DepthBlock,
  ring: Semiring,
): void {
  const full = Math.floor(columns / panelWidth);
  const height = blockHeight(rows, block.length * bytesPerElement[packed.dtype]);
  const emitBlock = (inRows: BlockBuilder, first: Expr, count: number): void => {
    const rowsOfLeft: Matrix = { ...left, base: add(left.base, mul(first, i32(left.freeStride))) };
    const emitPanel = (inner: BlockBuilder, panel: Expr, width: number): void => {
      const right: Matrix = {
        buffer: packed,
        base: mul(panel, i32(panelWidth * depth)),
        freeStride: 1,
        depthStride: width,
      };
      const base = sum([
        out.base,
        mul(first, i32(out.rowStride)),
        mul(panel, i32(panelWidth * out.columnStride)),
      ]);
      emitTiles(inner, rowsOfLeft, right, { ...out, base }, count, width, block, ring);
    };
    inRows.loop(full, (inner, panel) => emitPanel(inner, panel, panelWidth));
    if (columns > full * panelWidth) emitPanel(inRows, i32(full), columns - full * panelWidth);
  };
  const blocks = Math.floor(rows / height);
  b.loop(blocks, (inner, index) => emitBlock(inner, mul(index, i32(height)), height));
  if (rows > blocks * height) emitBlock(b, i32(blocks * height), rows - blocks * height);
}

/** Bytes of the left operand that stay in the second cache beside a panel. */
const blockBytes = 192 * 1024;

/** Rows of a block: equal blocks of whole tiles where there is such a division near the limit. */
function blockHeight(rows: number, rowBytes: number): number {
  const most = Math.max(16, Math.floor(blockBytes / rowBytes));
  if (rows <= most) return rows;
  const least = Math.ceil(rows / most);
  for (let count = least; count <= 2 * least; count++) {
    if (rows % (4 * count) === 0) return rows / count;
  }
  return 4 * Math.ceil(rows / least / 4);
}

// matrices within operands -------------------------------------------------------------------------------------------

/** The distance of the index-th element along axes that are walked row-major. */
function positionOf(axes: readonly StridedAxis[], index: Expr): Expr {
  if (axes.length === 1) return mul(index, i32(axes[0].strides[0]));
  const parts = unflatten(
    index,
    axes.map((axis) => axis.size),
  );
  return sum(parts.map((part, i) => mul(part, i32(axes[i].strides[0]))));
}

/** The operand's matrix as it lies, or where a coordinate has no single stride, a copy of it: k after k. */
function matrixOf(
  b: BlockBuilder,
  buffer: Buffer,
  base: Expr,
  { free, contracted }: StridedMatrix,
  [freeSize, depth]: readonly [number, number],
): Matrix {
  if (free.length <= 1 && contracted.length <= 1) {
    return {
      buffer,
      base,
      freeStride: free[0]?.strides[0] ?? 0,
      depthStride: contracted[0]?.strides[0] ?? 0,
    };
  }
  const copy = b.temp(buffer.dtype, freeSize * depth);
  b.loop(freeSize, (inFree, m) => {
    inFree.loop(depth, (inner, k) => {
      const source = sum([base, positionOf(free, m), positionOf(contracted, k)]);
      inner.store(copy, add(mul(m, i32(depth)), k), load(buffer, source));
    });
  });
  return { buffer: copy, base: i32(0), freeStride: depth, depthStride: 1 };
}
