/** Reading and writing parts: the same values, shapes, dtypes and weakness as JAX. */
import { type NDArray, numpy as np } from "cotangent";
import { describe, test } from "vitest";
import { expectGolden, i, idx, t, v, x, y } from "./fixture.js";

const cases: Readonly<Record<string, () => NDArray | readonly NDArray[]>> = {
  take: () => np.take(x, idx, 1),
  "take out of range": () => np.take(v, new Int32Array([5, -1, -7])),
  "take with wrap": () => np.take(v, new Int32Array([5, -1, -7]), null, { mode: "wrap" }),
  "take with clip": () => np.take(v, new Int32Array([5, -1, -7]), null, { mode: "clip" }),
  takeAlongAxis: () => np.takeAlongAxis(x, np.argsort(x, 1), 1),
  "takeAlongAxis broadcasts": () => np.takeAlongAxis(x, np.array([[1]], { dtype: "int32" }), 1),
  "slice of an index and a range": () => t.slice(1, [0, 3, 2], [-3]),
  "slice backwards": () => x.slice([], [2, -4, -1]),
  "slice with a new axis": () => x.slice(null, "...", 0),
  "slice by an array": () => t.slice([], idx),
  "slice by two arrays": () =>
    x.slice(np.array([0, 1], { dtype: "int32" }), np.array([2, 0], { dtype: "int32" })),
  "slice by arrays that broadcast": () =>
    x.slice(np.array([[0], [1]], { dtype: "int32" }), np.array([2, 0], { dtype: "int32" })),
  "slice by arrays apart": () => t.slice(0, [], idx),
  "slice by an array and a stride": () => t.slice([], idx, [0, 4, 2]),
  "slice by an array and a new axis": () => x.slice(np.array([1, 0], { dtype: "int32" }), null, [1]),
  "slice out of range is clipped": () => v.slice(np.array([5, -1, -7], { dtype: "int32" })),
  "slice by a mask": () => x.slice(x.greater(0)),
  "set at a number": () => x.at(0).set(9),
  "set in ranges": () => t.at([], [1, 3], [0, 4, 2]).set(-1),
  "set rows": () => x.at(np.array([1, 0], { dtype: "int32" })).set(v),
  "set columns by an array": () => x.at([], idx).set(y),
  "set with arrays apart": () => t.at(0, [], idx).set(np.matmul(x.T, x)),
  "set out of range is dropped": () => v.at(np.array([5, -1, -7], { dtype: "int32" })).set(9),
  "add at duplicates": () => v.at(np.array([0, 0, 2], { dtype: "int32" })).add([1, 10, 100]),
  "multiply at a range": () => x.at(0, [1]).multiply(3),
  "min at": () => x.at([], 0).min(0),
  "max at": () => x.at(1).max(y.slice(0)),
  "add at a new axis": () => x.at(null, 0).add(y.slice([0, 1])),
  "add in int32": () => i.at(0).add(5),
};

describe("reading and writing parts are JAX's", () => {
  for (const [name, run] of Object.entries(cases)) test(name, () => expectGolden(name, run()));
});
