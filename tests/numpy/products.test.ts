/** Products: the same values, shapes, dtypes and weakness as JAX. */
import { type NDArray, numpy as np } from "cotangent";
import { describe, test } from "vitest";
import { expectGolden, i, j, sq, t, v, x, y } from "./fixture.js";

const cases: Readonly<Record<string, () => NDArray | readonly NDArray[]>> = {
  "dot of matrices": () => np.dot(x, sq),
  "dot with a vector": () => np.dot(x, v),
  "dot of higher rank": () => np.dot(t, np.transpose(t, [0, 2, 1])),
  "dot of weak integers": () => np.dot(np.multiply(i, 2.5), j.slice(0)),
  "matmul of batches": () => np.matmul(t, np.transpose(t, [0, 2, 1])),
  "matmul broadcasts": () =>
    np.matmul(x.slice([], null, [], null), np.swapaxes(t.slice([0, 1], [], null), 1, 3).slice([], [0, 2])),
  "matmul of a vector and a batch": () => np.matmul(v, t),
  "matmul of a matrix and a batch": () => np.matmul(x, t),
  "matmul of a batch and a vector": () => np.matmul(t, [0, 1, 2, 3]),
  inner: () => np.inner(x, y),
  outer: () => np.outer(v, x),
  vdot: () => np.vdot(x, y),
  tensordot: () => np.tensordot(t, np.transpose(t, [1, 2, 0])),
  "tensordot of named axes": () =>
    np.tensordot(t, t, [
      [0, 2],
      [0, 2],
    ]),
  kron: () => np.kron(x, [1, 10]),
  "einsum of matrices": () => np.einsum("ij,kj->ik", x, y),
  "einsum of a diagonal": () => np.einsum("ii->i", sq),
  "einsum implicit": () => np.einsum("ba,cb", x, x.slice([], [0, 2])),
  "einsum with an ellipsis": () => np.einsum("...ij,j->...i", t, [0, 1, 2, 3]),
  "einsum of three": () => np.einsum("bij,kj,b->ik", t, t.slice(0), [1, 2]),
  norm: () => np.linalg.norm(x),
  "norm of vectors": () => np.linalg.norm(x, { ord: 3, axis: 1 }),
  "norm of a matrix": () => np.linalg.norm(x, { ord: 1 }),
};

describe("products are JAX's", () => {
  for (const [name, run] of Object.entries(cases)) test(name, () => expectGolden(name, run()));
});
