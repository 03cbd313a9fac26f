/** Arrays whose values are on a device. */
import { jit, type NDArray, numpy as np } from "cotangent";
import { setGpuMode } from "cotangent/gpu";
import type { Row } from "./row.js";

/** A result of the gpu target that nobody has waited for. */
const pending = (): NDArray => {
  setGpuMode("cpu");
  try {
    return jit((x: NDArray) => x.mul(2), { target: "gpu" })(np.array([1, 2, 3]));
  } finally {
    setGpuMode(null);
  }
};

export const deviceRows: readonly Row[] = [
  [
    "values on a device are waited for",
    () => pending().js(),
    "PendingError",
    'js(): the values of f32[3] are on the target "gpu" and come later; write await x.data(), or ' +
      "await blockUntilReady(x) and read it then",
  ],
];
