import { lax, linearTranspose, type NDArray, numpy as np } from "cotangent";
import { expect, test } from "vitest";

test("a loop is transposed although its counter, which is constant, multiplies", () => {
  const f = (x: NDArray): NDArray => lax.foriLoop(0, 3, (i, y: NDArray) => y.mul(i.add(1)), x);
  expect(linearTranspose(f, [1])(1)[0].item()).toBe(6); // JAX's answer
});

test("a scan with a constant carry is transposed with respect to carry and xs", () => {
  const f = (x: NDArray, xs: NDArray): NDArray => {
    const turn = ([k, y]: [NDArray, NDArray], v: NDArray): readonly [[NDArray, NDArray], NDArray] => [
      [k.mul(2), y.mul(k).add(v)],
      y,
    ];
    const [[, last], ys] = lax.scan<[NDArray, NDArray], NDArray, NDArray>(turn, [np.array(1), x], xs);
    return last.add(ys.sum());
  };
  // y1 = x + a, y2 = 2 y1 + b, y3 = 4 y2 + c; f = y3 + x + y1 + y2 = 12 x + 11 a + 5 b + c
  const [ctX, ctXs] = linearTranspose(f, [np.array(0), np.zeros([3])])(1);
  expect(ctX.item()).toBe(12);
  expect(ctXs.js()).toEqual([11, 5, 1]);
});
