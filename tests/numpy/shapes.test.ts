/** Creation, shapes and sorting: the same values, shapes, dtypes and weakness as JAX. */
import { type NDArray, numpy as np } from "cotangent";
import { describe, test } from "vitest";
import { b, expectGolden, i, n, sq, t, v, x, y } from "./fixture.js";

const cases: Readonly<Record<string, () => NDArray | readonly NDArray[]>> = {
  linspace: () => np.linspace(-1, 2, 7),
  "linspace without its end": () => np.linspace(0, 1, 4, { endpoint: false }),
  "linspace of arrays": () => np.linspace(v, v.mul(2), 3, { axis: -1 }),
  "linspace of integers": () => np.linspace(0, 10, 4, { dtype: "int32" }),
  logspace: () => np.logspace(0, 3, 4),
  arange: () => np.arange(5),
  "arange of fractions": () => np.arange(1, 2, 0.25),
  "arange down": () => np.arange(5, 0, -2),
  eye: () => np.eye(2, 3, { k: 1 }),
  tri: () => np.tri(3, 4, -1),
  tril: () => np.tril(sq, 1),
  "triu of a batch": () => np.triu(t, -1),
  "diag of a vector": () => np.diag(v, -1),
  "diag of a matrix": () => np.diag(x, 1),
  diagonal: () => np.diagonal(t, 1, 2, 0),
  trace: () => np.trace(sq, 1),
  moveaxis: () => np.moveaxis(t, 0, -1),
  "moveaxis of two": () => np.moveaxis(t, [0, 1], [-1, 0]),
  swapaxes: () => np.swapaxes(t, 0, 2),
  transpose: () => np.transpose(t, [1, 2, 0]),
  flip: () => np.flip(x, 1),
  roll: () => np.roll(x, 1),
  "roll along axes": () => np.roll(x, [1, -1], [0, 1]),
  rot90: () => np.rot90(x),
  tile: () => np.tile(v, [2, 2]),
  repeat: () => np.repeat(x, 2, 1),
  "repeat by a list": () => np.repeat(v, [1, 0, 2]),
  "pad with a constant": () => np.pad(v, [1, 2], { constantValues: 9 }),
  "pad with the edge": () =>
    np.pad(
      x,
      [
        [1, 0],
        [0, 2],
      ],
      { mode: "edge" },
    ),
  "pad with a reflection": () => np.pad(v, 2, { mode: "reflect" }),
  "pad symmetrically": () => np.pad(v, 2, { mode: "symmetric" }),
  "pad around": () => np.pad(v, [2, 1], { mode: "wrap" }),
  "concatenate promotes": () => np.concatenate([b, v]),
  "concatenate along the last axis": () => np.concatenate([x, y], -1),
  "stack of numbers": () => np.stack([1, 2.5]),
  stack: () => np.stack([x, y], 1),
  hstack: () => np.hstack([v, v]),
  vstack: () => np.vstack([v, x]),
  split: () => np.split(x, 3, 1),
  "split at positions": () => np.split(np.arange(6), [1, 4]),
  meshgrid: () => np.meshgrid([v, [7, 8]]),
  "meshgrid ij": () => np.meshgrid([v, [7, 8]], { indexing: "ij" }),
  sort: () => np.sort(x, 0),
  "sort with NaN": () => np.sort(n),
  "sort descending": () => np.sort(i, -1, { descending: true }),
  "argsort keeps ties": () => np.argsort([2, 1, 2, 1]),
  "argsort descending keeps ties": () => np.argsort([2, 1, 2, 1], -1, { descending: true }),
  searchsorted: () =>
    np.searchsorted(
      [1, 3, 3, 5],
      [
        [0, 3],
        [5, 9],
      ],
    ),
  "searchsorted right": () => np.searchsorted([1, 3, 3, 5], [0, 3, 5, 9], { side: "right" }),
  interp: () => np.interp([-1, 0.5, 1.5, 9], v.sub(1), v.mul(v)),
  unique: () => np.unique([2, 1, NaN, 2, NaN]),
  nonzero: () => np.nonzero(i),
};

describe("creation, shapes and sorting are JAX's", () => {
  for (const [name, run] of Object.entries(cases)) test(name, () => expectGolden(name, run()));
});
