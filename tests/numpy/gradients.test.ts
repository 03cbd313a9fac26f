/** Gradients of numpy's functions: the same values, shapes, dtypes and weakness as JAX. */
import { type NDArray, numpy as np } from "cotangent";
import { describe, test } from "vitest";
import { expectGolden, g, idx, p, sq, t, v, x, y } from "./fixture.js";

const cases: Readonly<Record<string, () => NDArray | readonly NDArray[]>> = {
  "grad of maximum at a tie": () => g((z) => np.maximum(z, 0.5))(x),
  "grad of abs": () => g(np.abs)(x),
  "grad of clip": () => g((z) => np.clip(z, -1.25, 2))(x),
  "grad of power at zero": () => g((z) => np.power(z, 2))(x),
  "grad of mod": () => g((z) => np.mod(z, 0.75))(x),
  "grad of logaddexp at a tie": () => g((z) => np.logaddexp(z, [0, 0, 0]))(x),
  "grad of sinc": () => g(np.sinc)(x),
  "second grad of sinc": () => g(g(np.sinc))(x),
  "grad of hypot": () => g((z) => np.hypot(z, 3))(p),
  "grad of max with ties": () => g((z) => np.max(z, 0))(np.array([1, 3, 3])),
  "grad of prod with a zero": () => g((z) => np.prod(z, 1))(x),
  "grad of std": () => g((z) => np.std(z, 1))(x),
  "grad of logsumexp": () => g((z) => np.logsumexp(z, 1))(x),
  "grad of sort": () => g((z) => np.sort(z, 1).mul(v))(x),
  "grad of median": () => g((z) => np.median(z))(x),
  "grad of take": () => g((z) => np.take(z, idx, 1).mul(v))(x),
  "grad of a slice by an array": () =>
    g((z) => z.slice([], np.array([0, 0, 1], { dtype: "int32" })).mul(v))(x),
  "grad of set": () => g((z) => z.at(0).set(v).mul(y))(x),
  "grad of the value set": () => g((z) => x.at(0).set(z).mul(y))(v),
  "grad of cumprod": () => g((z) => np.cumprod(z, 1).mul(v))(x),
  "grad of matmul": () => g((z) => np.tanh(np.matmul(z, sq)))(x),
  "grad of a matmul that broadcasts": () => g((z) => np.tanh(np.matmul(z, t.mul(0.01))))(x),
  "grad of einsum": () => g((z) => np.einsum("ij,kj,i->k", z, y, [1, 2]).pow(2))(x),
  "grad of interp": () => g((z) => np.interp(z, v, v.mul(v)))(p),
  "grad of where": () => g((z) => np.where(z.greater(0), z.mul(z), z.neg()))(x),
  "grad of norm": () => g((z) => np.linalg.norm(z))(x),
  "grad of pad": () => g((z) => np.pad(z, 1, { mode: "reflect" }).mul(np.arange(20).reshape([4, 5])))(x),
};

describe("gradients of numpy's functions are JAX's", () => {
  for (const [name, run] of Object.entries(cases)) test(name, () => expectGolden(name, run()));
});
