/** Positions that chains left behind, to go on from: an immutable value, handed from one training step to the next. */
import { NDArray } from "../../autodiff/array.js";
import { describe } from "../../ir/describe.js";
import { ArgumentError } from "../../ir/errors.js";
import { sameShape } from "../../ir/shape.js";
import * as np from "../../numpy/index.js";
import { bernoulli } from "../../random/bernoulli.js";
import { type Key, split } from "../../random/key.js";
import { normal } from "../../random/normal.js";
import { permutation } from "../../random/permutation.js";
import { randint } from "../../random/randint.js";

export interface ReplayBuffer {
  /** f32[capacity, d] */
  readonly positions: NDArray;
}

/** A buffer of noise, N(0, scale^2 I). */
export const noiseBuffer = (key: Key, capacity: number, dimension: number, scale: number): ReplayBuffer => ({
  positions: normal(key, [capacity, dimension]).mul(scale),
});

/**
 * The rows of `chains` different positions, all of them in order where the capacity is that number. i32[chains]
 */
export const drawnRows = (key: Key, { positions }: ReplayBuffer, chains: number): NDArray => {
  const capacity = positions.shape[0];
  return chains === capacity ? np.arange(capacity) : permutation(key, capacity).slice([0, chains]);
};

/** The buffer with other positions in some of its rows. */
export const withRows = (buffer: ReplayBuffer, rows: NDArray, positions: NDArray): ReplayBuffer => ({
  positions:
    rows.shape[0] === buffer.positions.shape[0] ? positions : buffer.positions.at(rows).set(positions),
});

/** Each position replaced with the probability `share` by a row of `fresh`, each by one drawn anew. f32[n, d], f32[m, d] */
export function refreshed(key: Key, positions: NDArray, fresh: NDArray, share: number): NDArray {
  const [whichKey, rowsKey] = split(key);
  const count = positions.shape[0];
  const rows = randint(rowsKey, [count], 0, fresh.shape[0]);
  return np.where(bernoulli(whichKey, share, [count, 1]), np.take(fresh, rows, 0), positions);
}

/** @throws ArgumentError unless it holds so many positions of so many coordinates. */
export function checkBuffer(
  operation: string,
  buffer: ReplayBuffer,
  capacity: number,
  dimension: number,
): void {
  const { positions } = Object(buffer);
  const fits = positions instanceof NDArray && sameShape(positions.shape, [capacity, dimension]);
  if (fits) return;
  throw new ArgumentError(
    `${operation}: the buffer is { positions: f32[${capacity}, ${dimension}] }, made by init, got ${describe(buffer)}`,
  );
}
