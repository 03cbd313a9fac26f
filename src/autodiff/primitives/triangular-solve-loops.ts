/**
 * The loops of a triangular solve. All four forms (left or right, transposed or not) are T x = b for columns x: of
 * X op(A) = B the rows of X are those of op(A)^T X^T = B^T. With T lower triangular the unknowns are found from the first on,
 * with T upper triangular from the last on:
 *
 *     x[i] = (b[i] - T[i, k] x[k] - T[i, k'] x[k'] - ...) / T[i, i]     k, k', ...: the unknowns in the order they are found
 *
 * Products are subtracted one by one from b[i] in that order, whatever the loops below: they differ in what lies side by
 * side in memory, not in any bit of the result.
 */
import type { BlockBuilder } from "../../ir/block-builder.js";
import * as e from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import { range } from "../../ir/shape.js";
import type { Span } from "./matrices.js";
import { at } from "./matrices.js";

export interface TriangularSolveParams {
  /** op(A) X = B, otherwise X op(A) = B. */
  readonly leftSide: boolean;
  /** Which triangle of A there is; the other is not read. */
  readonly lower: boolean;
  /** op(A) is A^T, otherwise A. */
  readonly transposeA: boolean;
  /** A's diagonal is taken as ones and not read. */
  readonly unitDiagonal: boolean;
}

/** Right-hand sides that are solved together, so that an element of T is read once for all of them. */
const groupSize = 4;
/** Right-hand sides side by side from which whole rows of them are worked on. */
const rowThreshold = 8;

/** T x = b, for `count` right-hand sides. Elements are at distances of the beginning. */
interface System {
  readonly size: number;
  readonly count: number;
  readonly triangle: Span;
  readonly unknowns: Span;
  /** T[i, k] is at i * rowStride + k * columnStride. */
  readonly rowStride: number;
  readonly columnStride: number;
  /** Unknown i of right-hand side c is at i * unknownStride + c * sideStride. */
  readonly unknownStride: number;
  readonly sideStride: number;
  readonly isLower: boolean;
  readonly unitDiagonal: boolean;
}

/** Replaces the right-hand sides, a rows x columns matrix, by the unknowns. */
export function emitTriangularSolve(
  b: BlockBuilder,
  triangle: Span,
  unknowns: Span,
  rows: number,
  columns: number,
  { leftSide, lower, transposeA, unitDiagonal }: TriangularSolveParams,
): void {
  if (rows === 0 || columns === 0) return;
  const size = leftSide ? rows : columns;
  const isTransposed = leftSide === transposeA; // T is A^T
  const system: System = {
    size,
    count: leftSide ? columns : rows,
    triangle,
    unknowns,
    rowStride: isTransposed ? 1 : size,
    columnStride: isTransposed ? size : 1,
    unknownStride: leftSide ? columns : 1,
    sideStride: leftSide ? 1 : columns,
    isLower: lower !== isTransposed,
    unitDiagonal,
  };
  if (leftSide && columns >= rowThreshold) emitByRows(b, system);
  else emitByGroups(b, system, isTransposed ? emitUpdates : emitDots);
}

/** The unknown that is found in turn `turn`. */
const foundIn = ({ size, isLower }: System, turn: Expr): Expr =>
  isLower ? turn : e.sub(e.i32(size - 1), turn);

const scaled = (i: Expr, stride: number): Expr => e.mul(i, e.i32(stride));

// many right-hand sides side by side ---------------------------------------------------------------------------------

/** Row after row of X: earlier rows, four at a time, are subtracted from a row, then it is divided. */
function emitByRows(b: BlockBuilder, system: System): void {
  const { size, count, triangle, unknowns, rowStride, columnStride, unknownStride } = system;
  const steps = 4;
  b.serial(size, (inner, turn) => {
    const i = inner.local(foundIn(system, turn));
    const inT = inner.local(scaled(i, rowStride));
    const row = inner.local(e.add(unknowns.base, scaled(i, unknownStride)));
    const subtract = (outer: BlockBuilder, firstTurn: Expr, earlier: number): void => {
      const found = range(earlier).map((s) => outer.local(foundIn(system, e.add(firstTurn, e.i32(s)))));
      const factors = found.map((k) => outer.local(at(triangle, inT, scaled(k, columnStride))));
      const rows = found.map((k) => outer.local(e.add(unknowns.base, scaled(k, unknownStride))));
      outer.loop(
        count,
        (each, c) => {
          const place = each.local(e.add(row, c));
          const rest = rows.reduce<Expr>(
            (left, start, s) => e.sub(left, e.mul(factors[s], e.load(unknowns.buffer, e.add(start, c)))),
            e.load(unknowns.buffer, place),
          );
          each.store(unknowns.buffer, place, rest);
        },
        "vector",
      );
    };
    const full = inner.local(e.div(turn, e.i32(steps)));
    inner.serial(full, (group, g) => subtract(group, e.mul(g, e.i32(steps)), steps));
    const done = inner.local(e.mul(full, e.i32(steps)));
    inner.serial(e.sub(turn, done), (single, s) => subtract(single, e.add(done, s), 1));
    if (system.unitDiagonal) return;
    const pivot = inner.local(at(triangle, inT, scaled(i, columnStride)));
    inner.loop(
      count,
      (each, c) => {
        const place = each.local(e.add(row, c));
        each.store(unknowns.buffer, place, e.div(e.load(unknowns.buffer, place), pivot));
      },
      "vector",
    );
  });
}

// few right-hand sides, or sides that are rows -----------------------------------------------------------------------

/** Unknown after unknown of some right-hand sides, which begin at `sides`. */
type EmitGroup = (b: BlockBuilder, system: System, sides: readonly Expr[]) => void;

function emitByGroups(b: BlockBuilder, system: System, emitGroup: EmitGroup): void {
  const { count, sideStride } = system;
  const group = (inner: BlockBuilder, first: Expr, width: number): void =>
    emitGroup(
      inner,
      system,
      range(width).map((c) => inner.local(scaled(e.add(first, e.i32(c)), sideStride))),
    );
  const full = Math.floor(count / groupSize);
  b.loop(full, (inner, g) => group(inner, e.mul(g, e.i32(groupSize)), groupSize));
  if (count > full * groupSize) {
    b.block("", (inner) => group(inner, e.i32(full * groupSize), count - full * groupSize));
  }
}

/** T's rows lie in order: for each unknown the products with all found before it. */
const emitDots: EmitGroup = (b, system, sides) => {
  const { size, triangle, unknowns, rowStride, columnStride, unknownStride } = system;
  b.serial(size, (inner, turn) => {
    const i = inner.local(foundIn(system, turn));
    const inT = inner.local(scaled(i, rowStride));
    const inX = inner.local(scaled(i, unknownStride));
    const rests = sides.map((side) => inner.local(at(unknowns, side, inX)));
    inner.serial(turn, (before, earlier) => {
      const k = before.local(foundIn(system, earlier));
      const factor = before.local(at(triangle, inT, scaled(k, columnStride)));
      sides.forEach((side, c) => {
        const product = e.mul(factor, at(unknowns, side, scaled(k, unknownStride)));
        before.assign(rests[c], e.sub(rests[c], product));
      });
    });
    emitQuotients(inner, system, i, rests, sides);
  });
};

/** T's columns lie in order: each unknown, once found, is taken out of all that are not. */
const emitUpdates: EmitGroup = (b, system, sides) => {
  const { size, isLower, triangle, unknowns, rowStride, columnStride, unknownStride } = system;
  b.serial(size, (inner, turn) => {
    const i = inner.local(foundIn(system, turn));
    const inX = inner.local(scaled(i, unknownStride));
    const found = emitQuotients(
      inner,
      system,
      i,
      sides.map((side) => inner.local(at(unknowns, side, inX))),
      sides,
    );
    const column = inner.local(scaled(i, columnStride));
    const first = isLower ? inner.local(e.add(i, e.i32(1))) : e.i32(0);
    inner.loop(
      e.sub(e.i32(size - 1), turn),
      (later, l) => {
        const k = later.local(e.add(first, l));
        const factor = later.local(at(triangle, scaled(k, rowStride), column));
        sides.forEach((side, c) => {
          const place = later.local(e.sum([unknowns.base, side, scaled(k, unknownStride)]));
          const rest = e.sub(e.load(unknowns.buffer, place), e.mul(factor, found[c]));
          later.store(unknowns.buffer, place, rest);
        });
      },
      "vector",
    );
  });
};

/** Divides what is left of unknown i by the diagonal, and stores it. */
function emitQuotients(
  b: BlockBuilder,
  { triangle, unknowns, rowStride, columnStride, unknownStride, unitDiagonal }: System,
  i: Expr,
  rests: readonly Expr[],
  sides: readonly Expr[],
): readonly Expr[] {
  const pivot = unitDiagonal ? null : b.local(at(triangle, scaled(i, rowStride), scaled(i, columnStride)));
  return rests.map((rest, c) => {
    const quotient = pivot === null ? rest : b.local(e.div(rest, pivot));
    b.store(unknowns.buffer, e.sum([unknowns.base, sides[c], scaled(i, unknownStride)]), quotient);
    return quotient;
  });
}
