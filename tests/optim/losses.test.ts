/** Losses have the values and gradients of Optax 0.2.8 in tests/goldens/optax-goldens.json. */
import { readFileSync } from "node:fs";
import { type ArrayLike, grad, type NDArray, numpy as np, optim } from "cotangent";
import { describe, expect, test } from "vitest";

const goldens = JSON.parse(
  readFileSync(new URL("../goldens/optax-goldens.json", import.meta.url), "utf8"),
) as { losses: Record<string, { readonly y: number[]; readonly dx: number[] }> };

const predictions = np.array([
  [0.5, -1.25, 3],
  [90, 0, -90],
]);
const targets = np.array([
  [0.25, 1, 0],
  [0, 1, 0.5],
]);
const [rows, columns] = [new Int32Array([2, 0]), new Int32Array([1, 0, 1])];

const losses: Record<string, (x: NDArray) => NDArray> = {
  squaredError: (x) => optim.squaredError(x, targets),
  "squaredError of errors": (x) => optim.squaredError(x),
  l2Loss: (x) => optim.l2Loss(x, targets),
  huberLoss: (x) => optim.huberLoss(x, targets),
  "huberLoss, delta 2.5": (x) => optim.huberLoss(x, targets, { delta: 2.5 }),
  softmaxCrossEntropy: (x) => optim.softmaxCrossEntropy(x, targets),
  "softmaxCrossEntropy, axis 0": (x) => optim.softmaxCrossEntropy(x, targets, { axis: 0 }),
  softmaxCrossEntropyWithIntegerLabels: (x) => optim.softmaxCrossEntropyWithIntegerLabels(x, rows),
  "softmaxCrossEntropyWithIntegerLabels, axis 0": (x) =>
    optim.softmaxCrossEntropyWithIntegerLabels(x, columns, { axis: 0 }),
  sigmoidBinaryCrossEntropy: (x) => optim.sigmoidBinaryCrossEntropy(x, targets),
};

/** Within a few units of float32's precision, relative to 1 or to the value. */
function expectClose(found: NDArray, wanted: readonly number[]): void {
  const values = Array.from(found.dataSync());
  expect(values.length).toBe(wanted.length);
  values.forEach((x, i) => {
    const scaled = Math.abs(x - wanted[i]) / (Math.max(1, Math.abs(wanted[i])) * 2 ** -23);
    expect(scaled, `entry ${i}: ${x}, Optax has ${wanted[i]}`).toBeLessThanOrEqual(4);
  });
}

describe.each(Object.entries(goldens.losses))("%s", (name, wanted) => {
  test("has Optax's values and gradients, far out too", () => {
    const f = losses[name];
    expectClose(f(predictions), wanted.y);
    const weighted = (x: NDArray): NDArray => {
      const y = f(x);
      return y
        .mul(
          np
            .arange(1, y.size + 1)
            .reshape(y.shape)
            .div(4),
        )
        .sum();
    };
    expectClose(grad(weighted)(predictions), wanted.dx);
  });
});

describe("misuse", () => {
  const short = np.ones([2]);
  test.each<[string, (x: ArrayLike) => NDArray]>([
    ["optim.squaredError: f32[2,3] and f32[2] must have one shape", (x) => optim.squaredError(x, short)],
    ["optim.softmaxCrossEntropy: f32[2,3] and f32[2] must have", (x) => optim.softmaxCrossEntropy(x, short)],
    ["optim.sigmoidBinaryCrossEntropy: f32[2,3] and", (x) => optim.sigmoidBinaryCrossEntropy(x, short)],
    [
      "optim.softmaxCrossEntropyWithIntegerLabels: logits f32[2,3] need a label for each of [2], got i32[3]",
      (x) => optim.softmaxCrossEntropyWithIntegerLabels(x, columns),
    ],
    [
      "optim.softmaxCrossEntropyWithIntegerLabels: indices must be integers, got f32[2]",
      (x) => optim.softmaxCrossEntropyWithIntegerLabels(x, short),
    ],
  ])("%s", (message, misuse) => {
    expect(() => misuse(predictions)).toThrow(message);
  });
});
