/** The three mistakes that are made most in a pullback: each is caught, shrunk to the smallest input, and named. */
import { customVjp, lax, type NDArray, numpy as np } from "cotangent";
import { arrays, broadcastableShapes, checkGrads, shapes } from "cotangent/testing";
import fc from "fast-check";
import { expect, test } from "vitest";

const settings = { seed: 7, numRuns: 50 };

/** The counterexample that fast-check shrinks to, and the message. */
const failureOf = <A extends [unknown, ...unknown[]]>(
  property: fc.IProperty<A>,
): { smallest: A; message: string } => {
  const { failed, counterexample, errorInstance } = fc.check(property, settings);
  if (!failed || counterexample === null || !(errorInstance instanceof Error)) throw new Error("it held");
  return { smallest: counterexample, message: errorInstance.message };
};

test("a factor 2", () => {
  const halfSquare = customVjp(function halfSquare(x: NDArray): NDArray {
    return np.square(x).div(2).sum();
  });
  halfSquare.defvjp(
    (x) => [np.square(x).div(2).sum(), x],
    (x: NDArray, ct: NDArray) => [x.mul(ct).mul(2)],
  );
  const { smallest, message } = failureOf(
    fc.property(arrays({ shape: shapes() }), (x) => checkGrads(halfSquare, [x], { modes: ["rev"] })),
  );
  expect(smallest[0].size).toBe(1);
  expect(message).toContain('culprit: the rule of customVjp "halfSquare" of f64[');
});

test("a missing sum over a broadcast axis", () => {
  const shifted = customVjp(function shifted(x: NDArray, b: NDArray): NDArray {
    return x.add(b);
  });
  shifted.defvjp(
    (x, b) => [x.add(b), null],
    (_: null, ct: NDArray) => [ct, ct],
  );
  const pairs = broadcastableShapes().chain(([x, b]) => fc.tuple(arrays({ shape: x }), arrays({ shape: b })));
  const { smallest, message } = failureOf(
    fc.property(pairs, ([x, b]) => checkGrads(shifted, [x, b], { modes: ["rev"] })),
  );
  expect(smallest[0].map((x) => x.shape)).toEqual([[1], []]);
  expect(message).toContain("customVjp of shifted: bwd: at");
});

test("a sum over the wrong axis, which only a square shows to be no mistake of shapes", () => {
  const rowScaled = customVjp(function rowScaled(x: NDArray, w: NDArray): NDArray {
    return x.mul(w);
  });
  rowScaled.defvjp(
    (x, w) => [x.mul(w), [x, w]],
    ([x, w]: [NDArray, NDArray], ct: NDArray) => [ct.mul(w), ct.mul(x).sum(1)],
  );
  const squares = fc
    .integer({ min: 1, max: 3 })
    .chain((n) => fc.tuple(arrays({ shape: [n, n] }), arrays({ shape: [n] })));
  const { smallest, message } = failureOf(
    fc.property(squares, ([x, w]) => checkGrads(rowScaled, [x, w], { modes: ["rev"] })),
  );
  expect(smallest[0].map((x) => x.shape)).toEqual([[2, 2], [2]]);
  expect(message).toContain('culprit: the rule of customVjp "rowScaled" of f64[2,2], f64[2]: [');
});

test("a stop-gradient in the wrong place, which the second derivative shows", () => {
  const cube = customVjp(function cube(x: NDArray): NDArray {
    return np.power(x, 3).sum();
  });
  cube.defvjp(
    (x) => [np.power(x, 3).sum(), lax.stopGradient(x)],
    (x: NDArray, ct: NDArray) => [np.square(x).mul(3).mul(ct)],
  );
  const property = (order: number) =>
    fc.property(arrays({ shape: shapes() }), (x) => checkGrads(cube, [x], { modes: ["rev"], order }));
  fc.assert(property(1), settings);
  const { smallest, message } = failureOf(property(2));
  expect(smallest[0].size).toBe(1);
  expect(message).toContain('culprit: the rule of customVjp "cube" of f64[');
  expect(message).toContain("in its derivative, stopGradient, whose derivative is 0 on purpose, of f64[");
});
