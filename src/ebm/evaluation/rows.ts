/** What evaluation is given: rows of points, and an energy of one of them. */
import { NDArray } from "../../autodiff/array.js";
import { checkFunction } from "../../autodiff/transforms/flat-function.js";
import { jit } from "../../autodiff/transforms/jit-function.js";
import { vmap } from "../../autodiff/transforms/vmap.js";
import { describe } from "../../ir/describe.js";
import { ArgumentError, DTypeError, ShapeError } from "../../ir/errors.js";
import { map } from "../../lax/index.js";
import * as np from "../../numpy/index.js";

/** E of one point, parameters closed over. f32[d] -> f32[], nats */
export type PointEnergy = (x: NDArray) => NDArray;

/** Points whose energies are computed side by side. */
export const chunkSize = 4096;

/**
 * The points, once they are known to be finite floats in rows. [n, d]
 *
 * @throws ArgumentError on what is no array or not finite, ShapeError on too few rows, DTypeError on integers
 */
export function checkRows(operation: string, name: string, points: NDArray, least = 1): NDArray {
  if (!(points instanceof NDArray)) {
    throw new ArgumentError(
      `${operation}: ${name} must be an array with one point a row, f32[n, d], got ${describe(points)}`,
    );
  }
  if (points.dtype !== "float32" && points.dtype !== "float64") {
    throw new DTypeError(
      `${operation}: ${name} must be floats, got ${describe(points)}; use points.astype("float32")`,
    );
  }
  if (points.ndim !== 2 || points.shape[1] === 0) {
    throw new ShapeError(
      `${operation}: ${name} must have one point a row, [n, d], got ${describe(points)}; reshape it`,
    );
  }
  if (points.shape[0] < least) {
    throw new ShapeError(
      `${operation}: ${name} must have ${least} rows or more, got ${describe(points)}; give more points`,
    );
  }
  const row = firstTrue(np.logicalNot(np.isfinite(points).all(1)));
  if (row >= 0) {
    throw new ArgumentError(
      `${operation}: row ${row} of ${name} is not finite; drop it, or see what made it`,
    );
  }
  return points;
}

/** Two sets of points of one space. */
export function checkBoth(
  operation: string,
  names: readonly [string, string],
  a: NDArray,
  b: NDArray,
  least: number,
): void {
  checkRows(operation, names[0], a, least);
  checkRows(operation, names[1], b, least);
  if (a.shape[1] === b.shape[1]) return;
  throw new ShapeError(
    `${operation}: ${names[0]} are ${describe(a)} and ${names[1]} ${describe(b)}; give both the same columns`,
  );
}

/**
 * f of all rows, at most `size` of them at a time, in one compiled loop: what f needs is needed for one chunk only. The
 * last chunk is filled up with zeros, whose values are dropped. f: (f32[size, d], the rows' numbers i32[size]) -> f32[size,
 * ...]
 */
export function mapChunks(
  f: (rows: NDArray, index: NDArray) => NDArray,
  rows: NDArray,
  size: number,
): NDArray {
  const [n, d] = rows.shape;
  const chunks = Math.ceil(n / size);
  const index = np.arange(chunks * size).astype("int32");
  if (chunks === 1) return f(rows, index.slice([0, n]));
  const fill = [0, chunks * size - n] as const;
  const filled = np.pad(rows, [fill, [0, 0]]).reshape([chunks, size, d]);
  const values = map(
    ([chunk, numbers]: [NDArray, NDArray]) => f(chunk, numbers),
    [filled, index.reshape([chunks, size])],
  );
  return values.reshape([chunks * size, ...values.shape.slice(2)]).slice([0, n]);
}

/** Both sets as one, about their common mean: float32 then holds their distances in raw units too. f32[n + m, d] */
export function pooled(a: NDArray, b: NDArray): NDArray {
  const both = np.concatenate([a.astype("float64"), b.astype("float64")]);
  return both.sub(both.mean(0)).astype("float32");
}

/** Where a mask is first true; -1 for nowhere. bool[n] */
const firstTrue = (mask: NDArray): number => mask.dataSync().indexOf(1);

/**
 * E of many points as one function of chunks. f32[n, d] -> f64[n]
 *
 * @throws ShapeError, when it is called, where an energy is no scalar
 */
export function batchedEnergy(operation: string, energy: PointEnergy): (points: NDArray) => NDArray {
  checkFunction(operation, energy);
  const batched = vmap(energy);
  return (points) => {
    const energies: unknown = batched(points);
    if (energies instanceof NDArray && energies.ndim === 1) return energies.astype("float64");
    const found = energies instanceof NDArray ? `shape [${energies.shape.slice(1)}]` : describe(energies);
    throw new ShapeError(
      `${operation}: the energy of one point must be a scalar, f32[d] -> f32[], got ${found}; sum it, or reshape it to []`,
    );
  };
}

/**
 * E of every row, by one compiled function. f32[n, d] -> f64[n]
 *
 * @throws ArgumentError where the energy of a row is not finite
 */
export function energiesOfRows(
  operation: string,
  energy: PointEnergy,
  name: string,
  points: NDArray,
): NDArray {
  const batched = batchedEnergy(operation, energy);
  const energies = jit((rows: NDArray) => mapChunks(batched, rows, chunkSize))(points);
  const row = firstTrue(np.logicalNot(np.isfinite(energies)));
  if (row < 0) return energies;
  throw new ArgumentError(
    `${operation}: the energy of row ${row} of ${name} is ${energies.dataSync()[row]}; a score is over finite energies: ` +
      "go back to the parameters before they diverged, or drop the row",
  );
}
