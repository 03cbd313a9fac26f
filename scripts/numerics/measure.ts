/**
 * The largest error of a row. Doubles are held to MPFR at every point; floats, of which there are many more, to the same function
 * in double precision, whose own error of a few 2^-29 of their unit stands in its own row, and the worst of them to MPFR.
 */

import type { FloatDType } from "../../src/compiler/intrinsics/floating-point.js";
import { jit, numpy as np } from "../../src/index.js";
import type { Interval, Row } from "./functions.js";
import { distance } from "./multiple-precision.js";
import { fillSpread, neighbours, type Random, randomOf, type Stretch, uniform } from "./points.js";

export interface Measured {
  readonly row: Row;
  readonly dtype: FloatDType;
  readonly worst: number;
  readonly at: readonly number[];
  readonly points: number;
  /** A point where js and wasm differ; null where they agree. */
  readonly disagreement: readonly number[] | null;
}

/** Points of one measurement, of floats and of doubles. */
export type Effort = Readonly<Record<FloatDType, number>>;

/** Compiled programs have this many elements. */
const chunk = 4096;

export function measure(row: Row, dtype: FloatDType, effort: Effort): Measured {
  const onWasm = evaluator(row, dtype, "wasm");
  const onJs = evaluator(row, dtype, "js");
  const inDouble = dtype === "float32" ? evaluator(row, "float64", "wasm") : null;
  let worst = { error: 0, at: [] as readonly number[] };
  let points = 0;
  let disagreement: readonly number[] | null = null;
  for (const columns of chunksOf(row, dtype, effort[dtype])) {
    const [wasm, js] = [onWasm(columns), onJs(columns)];
    const exact = inDouble?.(columns);
    const operandsAt = (i: number): number[] => columns.map((column) => column[i]);
    for (let i = 0; i < wasm.length; i++) {
      if (!Object.is(wasm[i], js[i])) disagreement ??= operandsAt(i);
      if (!(row.counts?.(exact?.[i] ?? wasm[i], columns[0][i]) ?? true)) continue;
      points++;
      if (exact !== undefined && roughError(wasm[i], exact[i]) <= worst.error) continue;
      const operands = operandsAt(i);
      const error = distance(row.name, dtype, operands, wasm[i]);
      if (error > worst.error) worst = { error, at: operands };
    }
  }
  return { row, dtype, worst: worst.error, at: worst.at, points, disagreement };
}

type Share = Pick<Stretch, "start" | "end">;
type Columns = readonly Float64Array[];

/** The row's function, compiled for a target. */
function evaluator(row: Row, dtype: FloatDType, target: "js" | "wasm") {
  const compiled = jit(row.call, { target });
  return (columns: Columns) => {
    const operands = columns.map((column) =>
      np.array(dtype === "float32" ? Float32Array.from(column) : column),
    );
    return compiled(...operands).dataSync();
  };
}

const bits = new DataView(new ArrayBuffer(8));

/** The error of a float beside a double, in units of the float's last place. */
function roughError(result: number, exact: number): number {
  if (Number.isNaN(exact)) return Number.isNaN(result) ? 0 : Number.POSITIVE_INFINITY;
  if (result === exact) return 0;
  bits.setFloat64(0, exact);
  const exponent = Math.min(Math.max(((bits.getUint16(0) >> 4) & 0x7ff) - 1023, -126), 127);
  const bounded = (x: number): number => Math.max(Math.min(x, 2 ** 128), -(2 ** 128));
  return Math.abs(bounded(result) - bounded(exact)) / 2 ** (exponent - 23);
}

/** The points of a row in columns of equal length. */
function* chunksOf(row: Row, dtype: FloatDType, count: number): Generator<Columns> {
  const random = randomOf(row.name.length + (dtype === "float32" ? 0 : 1000));
  const { where } = row;
  if (where.kind === "interval") {
    yield [padded(hardPoints(where, dtype))];
    const chunks = Math.ceil(count / chunk);
    for (let i = 0; i < chunks; i++) {
      yield [ofInterval(where, dtype, { start: i / chunks, end: (i + 1) / chunks }, random)];
    }
    return;
  }
  for (let done = 0; done < count; done += chunk) {
    const columns = [new Float64Array(chunk), new Float64Array(chunk)];
    for (let i = 0; i < chunk; i++) {
      const pair = where.draw(random, dtype);
      pair.forEach((x, k) => {
        columns[k][i] = dtype === "float32" ? Math.fround(x) : x;
      });
    }
    yield columns;
  }
}

function hardPoints({ from, to, hard }: Interval, dtype: FloatDType): number[] {
  const all = [...hard, ...hard.map((x) => -x), from[dtype], to[dtype]].flatMap((x) => neighbours(dtype, x));
  return all.filter((x) => x >= from[dtype] && x <= to[dtype]);
}

const padded = (points: readonly number[]): Float64Array => {
  const column = new Float64Array(Math.ceil(points.length / chunk) * chunk).fill(points[0]);
  column.set(points);
  return column;
};

/** Two thirds in the order of numbers, so that all exponents have their share, a third evenly in the core. */
function ofInterval(
  { from, to, core }: Interval,
  dtype: FloatDType,
  done: Share,
  random: Random,
): Float64Array {
  const inOrder = Math.floor((2 / 3) * chunk);
  const column = new Float64Array(chunk);
  fillSpread(dtype, column.subarray(0, inOrder), { from: from[dtype], to: to[dtype], ...done });
  for (let i = inOrder; i < chunk; i++) {
    const x = uniform(random, Math.max(core[0], from[dtype]), Math.min(core[1], to[dtype]));
    column[i] = dtype === "float32" ? Math.fround(x) : x;
  }
  return column;
}
