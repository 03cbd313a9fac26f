/** Rows that repeat, and columns of few values: data that have no density as they stand. */
import type { Columns } from "./clean.js";

/** Which rows are equal: the group of each, numbered in the order of their first rows. */
export interface Groups {
  readonly groupOf: Int32Array;
  readonly count: number;
}

/** Equal rows in all columns share a group. -0 equals 0. One table of hashes, so that a million rows take a moment. */
export function groupRows(values: readonly Float64Array[]): Groups {
  const n = values[0].length;
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * n + 2))).fill(-1); // a row that stands for its group
  const groupOf = new Int32Array(n);
  const isSame = (a: number, b: number): boolean => values.every((column) => column[a] === column[b]);
  const hash = hashOf(values);
  let count = 0;
  for (let row = 0; row < n; row++) {
    let slot = hash(row) & (slots.length - 1);
    while (slots[slot] >= 0 && !isSame(slots[slot], row)) slot = (slot + 1) & (slots.length - 1);
    if (slots[slot] < 0) {
      slots[slot] = row;
      groupOf[row] = count++;
    } else groupOf[row] = groupOf[slots[slot]];
  }
  return { groupOf, count };
}

/** FNV-1a over the words of a row, then mixed: neighbouring numbers differ in few bits. */
function hashOf(values: readonly Float64Array[]): (row: number) => number {
  const one = new Float64Array(1);
  const words = new Uint32Array(one.buffer);
  return (row) => {
    let hash = 0x811c9dc5;
    for (const column of values) {
      one[0] = column[row] + 0; // -0 becomes 0
      hash = Math.imul(hash ^ words[0], 0x01000193);
      hash = Math.imul(hash ^ words[1], 0x01000193);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    return (hash ^ (hash >>> 13)) >>> 0;
  };
}

/** Repeats are worth a word above this part of the rows. */
const oftenRepeated = 0.05;

/**
 * A lattice whose step is above this part of the column's sd shows: the last Langevin steps, of size 0.002, move points by
 * sqrt(0.002) = 0.045 sd, and the energy is as fine as that.
 */
const visibleStep = 0.05;

/** All values lie a whole number of steps apart. */
export interface Lattice {
  readonly distinct: number;
  readonly step: number;
  /** Whether the step can be seen in the energy. */
  readonly isCoarse: boolean;
}

/** One value that many rows share. */
export interface Spike {
  readonly value: number;
  readonly count: number;
}

/** What makes a column's values repeat. A spike is one that noise of the lattice's step would not hide. */
export interface ColumnRepeats {
  readonly lattice: Lattice | null;
  readonly spike: Spike | null;
}

export interface Repeats {
  readonly groups: Groups;
  /** Rows that equal an earlier one, when they are more than 5% of all; else 0. */
  readonly rows: number;
  readonly columns: readonly ColumnRepeats[];
}

/** Rows that repeat, and in each column the lattice or the spike that makes its values repeat. */
export function findRepeats({ values, lines }: Columns): Repeats {
  const n = lines.length;
  const groups = groupRows(values);
  const repeated = n - groups.count;
  return {
    groups,
    rows: repeated > oftenRepeated * n ? repeated : 0,
    columns: values.map(columnRepeats),
  };
}

function columnRepeats(values: Float64Array): ColumnRepeats {
  const sorted = values.slice().sort();
  const n = sorted.length;
  const rounding = 1e-12 * Math.max(Math.abs(sorted[0]), Math.abs(sorted[n - 1])); // 0.1 + 0.2 and 0.3 are one value
  let distinct = 1;
  let step = Number.POSITIVE_INFINITY;
  let run = 1;
  let commonest = { value: sorted[0], count: 1 };
  for (let i = 1; i < n; i++) {
    const gap = sorted[i] - sorted[i - 1];
    const isOther = gap > rounding;
    run = isOther ? 1 : run + 1;
    if (isOther) distinct++;
    if (isOther && gap < step) step = gap;
    if (run > commonest.count) commonest = { value: sorted[i], count: run };
  }
  if (distinct === 1 || n - distinct <= oftenRepeated * n) return { lattice: null, spike: null };
  const lattice = isLattice(sorted, step)
    ? { distinct, step: rounded(step), isCoarse: step > visibleStep * spread(sorted) }
    : null;
  const isSpike = commonest.count > oftenRepeated * n && !lattice?.isCoarse;
  return { lattice, spike: isSpike ? commonest : null };
}

/** Whether all values lie a whole number of steps above the least, to a fiftieth of a step. */
function isLattice(sorted: Float64Array, step: number): boolean {
  return sorted.every((value) => {
    const steps = (value - sorted[0]) / step;
    return Math.abs(steps - Math.round(steps)) < 0.02;
  });
}

/** 0.1, not 0.10000000000000009: a difference of decimals keeps twelve digits. */
const rounded = (step: number): number => Number(step.toPrecision(12));

function spread(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0));
}
