/** The pinwheel's density sums over roots: all of them are found, far out too, where there are many. */
import { grad, type NDArray, numpy as np } from "cotangent";
import { dataSets } from "cotangent/ebm";
import { expect, test } from "vitest";

const { logDensity } = dataSets.pinwheel;

/** log p by looking at every place where phi - exp(rho cos phi) / 4 - theta passes a multiple of 2 pi / 5. */
function bySearch(x: number, y: number): number {
  const [rho, theta] = [Math.hypot(x, y) / 2, Math.atan2(y, x)];
  const steps = 400_000;
  const level = (i: number): number => {
    const phi = (2 * Math.PI * i) / steps;
    return (phi - 0.25 * Math.exp(rho * Math.cos(phi)) - theta) / ((2 * Math.PI) / 5);
  };
  let [sum, before] = [0, level(0)];
  for (let i = 0; i < steps; i++) {
    const after = level(i + 1);
    const crossed = Math.floor(Math.max(before, after));
    if (crossed > Math.min(before, after)) {
      const phi = (2 * Math.PI * (i + (crossed - before) / (after - before))) / steps;
      const [f0, f1] = [rho * Math.cos(phi), rho * Math.sin(phi)];
      const height = Math.exp(-0.5 * (((f0 - 1) / 0.3) ** 2 + (f1 / 0.1) ** 2)) / (2 * Math.PI * 0.03);
      sum += height / (4 * 5 * Math.abs(1 + 0.25 * Math.exp(f0) * f1));
    }
    before = after;
  }
  return Math.log(sum);
}

test("the density is the sum over the roots that a fine search finds, from the middle to radius 9.5", () => {
  const points = [0.01, 0.5, 1.5, 2.5, 4, 5.5, 7, 8.5, 9.5].map((r, i) => [r * Math.cos(i), r * Math.sin(i)]);
  const expected = points.map(([x, y]) => bySearch(x, y));
  const found = logDensity(np.array(points, { dtype: "float64" }));
  expect(
    np
      .abs(found.sub(np.array(expected, { dtype: "float64" })))
      .max()
      .item(),
  ).toBeLessThan(1e-3);
});

test("beyond radius 10 it is the mean over the circle, and goes on at the same height", () => {
  const onCircle = (radius: number): number => {
    const angle = np.arange(0, 300, 1, { dtype: "float64" }).mul((2 * Math.PI) / 5 / 300);
    const points = np.stack([np.cos(angle), np.sin(angle)], 1).mul(radius);
    return Number(np.exp(logDensity(points).add(90)).mean().item());
  };
  expect(Math.abs(Math.log(onCircle(9.999) / onCircle(10.001)))).toBeLessThan(Math.log(1.5)); // a mean of 300 poles
});

test("it has no reverse mode, and says so", () => {
  const total = (points: NDArray): NDArray => logDensity(points).sum();
  expect(() => grad(total)(np.ones([1, 2]))).toThrow("reverse");
});
