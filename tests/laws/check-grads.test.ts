/** checkGrads and the laws accept what is right and notice what is wrong. */
import { describe, expect, test } from "vitest";
import { customJvp, customVjp, jit, lax, type NDArray, numpy as np } from "../../src/index.js";
import { noise } from "../../src/testing/arrays.js";
import {
  checkGrads,
  jvpIsDifference,
  LawViolation,
  pullbackIsAdjoint,
  secondDerivativesAgree,
} from "../../src/testing/index.js";

const x = noise([3], 1);

/** x^2 sin x with a derivative that is off by `factor`. */
const withFactor = (factor: number) =>
  customJvp((a: NDArray) => a.mul(a).mul(np.sin(a))).defjvp(([a], [da]) => [
    a.mul(a).mul(np.sin(a)),
    da
      .mul(
        a
          .mul(np.sin(a))
          .mul(2)
          .add(a.mul(a).mul(np.cos(a))),
      )
      .mul(factor),
  ]);

describe("checkGrads", () => {
  test("accepts right derivatives of both modes and orders 1 to 3", () => {
    for (const order of [1, 2, 3]) checkGrads((a: NDArray) => np.sin(a).mul(a), [x], { order });
    checkGrads(
      ({ w, b }: { w: NDArray; b: NDArray }, a: NDArray) => np.tanh(np.dot(w, a).add(b)),
      [{ w: noise([2, 3], 3), b: noise([2], 4) }, x],
      { order: 2 },
    );
  });

  test("takes float32, plain numbers and integer arguments", () => {
    checkGrads((a: NDArray) => np.exp(a), [np.array([0.5, -0.3])]);
    checkGrads((a: NDArray) => a.mul(a), [3]);
    checkGrads((a: NDArray, i: NDArray) => a.take(i).square(), [x, np.array([2, 0], { dtype: "int32" })], {
      order: 2,
    });
  });

  test("goes through loops, branches and jit", () => {
    const loop = (a: NDArray): NDArray => lax.foriLoop(0, 3, (_, c: NDArray) => np.sin(c).add(a), a);
    checkGrads(jit(loop), [x], { order: 2 });
    checkGrads((a: NDArray) => lax.cond(a.sum().greater(0), loop, (v: NDArray) => v.mul(2), a), [x]);
  });

  test("notices a rule that is off by one part in a thousand, in either mode", () => {
    checkGrads(withFactor(1), [x], { order: 2 });
    for (const mode of ["fwd", "rev"] as const) {
      expect(() => checkGrads(withFactor(1.001), [x], { modes: [mode] })).toThrow(
        new RegExp(`checkGrads: ${mode} gives .* central differences`),
      );
    }
  });

  test("notices a wrong pullback", () => {
    const wrong = customVjp((a: NDArray) => np.sin(a));
    wrong.defvjp(
      (a) => [np.sin(a), a],
      (a: NDArray, ct: NDArray) => [np.cos(a).mul(ct).mul(1.01)],
    );
    expect(() => checkGrads(wrong, [x], { modes: ["rev"] })).toThrow(/checkGrads: rev/);
  });

  test("notices a second derivative that is wrong where the first is right", () => {
    // cos x with the derivative of a constant: right in value, wrong when differentiated.
    const frozen = customJvp((a: NDArray) => np.sin(a)).defjvp(([a], [da]) => [
      np.sin(a),
      da.mul(lax.stopGradient(np.cos(a))),
    ]);
    checkGrads(frozen, [x]);
    expect(() => checkGrads(frozen, [x], { order: 2 })).toThrow(/checkGrads: fwd of fwd/);
  });

  test("refuses arguments without floats, and orders that are none", () => {
    expect(() => checkGrads((i: NDArray) => i, [np.array([1], { dtype: "int32" })])).toThrow(
      /no argument is a float array/,
    );
    expect(() => checkGrads((a: NDArray) => a, [x], { order: 0 })).toThrow(
      /order must be an integer from 1 on/,
    );
  });
});

describe("the laws", () => {
  const subject = (f: (a: NDArray) => NDArray) => ({
    f: (xs: readonly NDArray[]) => [f(xs[0])],
    inputs: [x],
    seed: 3,
  });

  test("notice a derivative that is off by one part in 100,000", () => {
    jvpIsDifference(subject(withFactor(1)));
    expect(() => jvpIsDifference(subject(withFactor(1.00001)))).toThrow(LawViolation);
  });

  test("notice a pullback that is not the adjoint", () => {
    // The same wrong factor in both modes is no matter for this law; a transpose of its own is.
    pullbackIsAdjoint(subject(withFactor(2)));
    const lopsided = (a: NDArray): NDArray => lax.stopGradient(a).mul(a);
    pullbackIsAdjoint(subject(lopsided));
    secondDerivativesAgree(subject(withFactor(1)));
    // d(slope) is not symmetric: a field that is no gradient has routes that disagree.
    const noGradient = customJvp((a: NDArray) => a.sum()).defjvp(([a], [da]) => [
      a.sum(),
      da.mul(np.concatenate([a.slice([1]), a.slice([0, 1]).square()])).sum(),
    ]);
    expect(() => secondDerivativesAgree(subject(noGradient))).toThrow(LawViolation);
  });

  test("take a derivative that is NaN for a violation, not for bad conditioning", () => {
    const undefinedSlope = customJvp((a: NDArray) => a.mul(2)).defjvp(([a], [da]) => [
      a.mul(2),
      da.mul(Number.NaN),
    ]);
    for (const law of [jvpIsDifference, pullbackIsAdjoint, secondDerivativesAgree]) {
      expect(() => law(subject((a) => undefinedSlope(a).mul(a)))).toThrow(LawViolation);
    }
  });
});
