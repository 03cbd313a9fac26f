/** Rows to learn from and rows to test on. */
import * as E from "fp-ts/lib/Either.js";
import type { Key } from "../../random/key.js";
import { permutation } from "../../random/permutation.js";
import type { PointsFault } from "./fault.js";
import type { Groups } from "./repeats.js";

/** Numbers of rows, each ascending; every row is in one of them. */
export interface RowSplit {
  readonly train: Int32Array;
  readonly heldOut: Int32Array;
}

/** The part of the rows that is held out. */
const heldOutPart = 1 / 5;

/** With fewer rows held out, a score's standard error is larger than what it is to tell apart. */
const leastHeldOut = 100;

/** Of so many parts each is held out once, where rows are few. */
export const foldCount = 5;

/**
 * One split of 80/20 when that holds out 100 rows or more, else five folds. Equal rows stay on one side: groups, in random
 * order, are held out one by one as long as they fit.
 *
 * A fault when groups are so large that less than half of what should be held out fits.
 */
export function splitRows(key: Key, { groupOf, count }: Groups): E.Either<PointsFault, readonly RowSplit[]> {
  const n = groupOf.length;
  const sizes = new Int32Array(count);
  for (const group of groupOf) sizes[group]++;
  const order = permutation(key, count).dataSync();
  const target = Math.round(n * heldOutPart);
  const partOf = target >= leastHeldOut ? oneHeldOut(sizes, order, target) : folds(sizes, order);
  const parts = target >= leastHeldOut ? 1 : foldCount;
  const splits = Array.from({ length: parts }, (_, part): RowSplit => {
    const isHeldOut = (row: number): boolean => partOf[groupOf[row]] === part;
    return { train: rowsWhere(n, (row) => !isHeldOut(row)), heldOut: rowsWhere(n, isHeldOut) };
  });
  const isEven = splits.every(({ heldOut }) => 2 * heldOut.length >= target);
  return isEven ? E.right(splits) : E.left({ kind: "fewDistinct", distinct: count, of: n });
}

/** The part of each group: 0 where it is held out, else -1. */
function oneHeldOut(sizes: Int32Array, order: ArrayLike<number>, target: number): Int32Array {
  const partOf = new Int32Array(sizes.length).fill(-1);
  let held = 0;
  for (let i = 0; i < order.length && held < target; i++) {
    if (held + sizes[order[i]] > target) continue;
    partOf[order[i]] = 0;
    held += sizes[order[i]];
  }
  return partOf;
}

/** The part of each group: always the smallest so far. */
function folds(sizes: Int32Array, order: ArrayLike<number>): Int32Array {
  const partOf = new Int32Array(sizes.length);
  const filled = new Array<number>(foldCount).fill(0);
  for (let i = 0; i < order.length; i++) {
    const part = filled.indexOf(Math.min(...filled));
    partOf[order[i]] = part;
    filled[part] += sizes[order[i]];
  }
  return partOf;
}

function rowsWhere(n: number, isWanted: (row: number) => boolean): Int32Array {
  const rows = new Int32Array(n);
  let count = 0;
  for (let row = 0; row < n; row++) if (isWanted(row)) rows[count++] = row;
  return rows.slice(0, count);
}
