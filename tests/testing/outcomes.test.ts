/** checkGrads tells a wrong rule from a point without a derivative and from differences that settle nowhere; and names who it was. */
import { checkpoint, customJvp, customVjp, jit, lax, type NDArray, nn, numpy as np, vmap } from "cotangent";
import {
  checkGrads,
  findGradientFault,
  IllConditioned,
  NotDifferentiableError,
  WrongDerivativeError,
} from "cotangent/testing";
import { describe, expect, test } from "vitest";

const f64 = (...values: number[]): NDArray => np.array(values, { dtype: "float64" });
const at = (value: number): NDArray => np.array(value, { dtype: "float64" });

/** sin with the slope cos + 1/2. */
const wrongSin = customJvp(function wrongSin(x: NDArray): NDArray {
  return np.sin(x);
});
wrongSin.defjvp(([x], [dx]) => [np.sin(x), dx.mul(np.cos(x).add(0.5))]);

const culpritOf = (f: (x: NDArray) => NDArray, x: NDArray, order = 1): string | null =>
  findGradientFault(f, [x], { order })?.culprit ?? null;

describe("a point without a derivative is no wrong rule:", () => {
  const cases: readonly (readonly [string, (x: NDArray) => NDArray, number, RegExp])[] = [
    ["relu at 0", (x) => nn.relu(x), 0, /slope 0 from below and 0\.46\d* from above: a kink/],
    [
      "3 |x| beside x at 0",
      (x) =>
        np
          .abs(x)
          .mul(3)
          .add(np.where(x.greaterEqual(0), x, 0)),
      0,
      /a kink/,
    ],
    ["floor at 1", (x) => np.floor(x), 1, /a jump or a vertical tangent/],
    ["cbrt at 0", (x) => np.cbrt(x), 0, /a jump or a vertical tangent/],
    ["sqrt at 0", (x) => np.sqrt(x), 0, /the domain ends here/],
    ["log at 0", (x) => np.log(x), 0, /is -Infinity/],
    ["sqrt at -1", (x) => np.sqrt(x), -1, /is NaN/],
  ];
  test.each(cases)("%s", (_, f, x, message) => {
    expect(() => checkGrads(f, [at(x)])).toThrow(NotDifferentiableError);
    expect(() => checkGrads(f, [at(x)])).toThrow(message);
  });

  test("the second derivative of x |x| at 0", () => {
    const f = (x: NDArray): NDArray => np.where(x.greaterEqual(0), x.square(), x.square().mul(-2));
    checkGrads(f, [at(0)]);
    expect(() => checkGrads(f, [at(0)], { order: 2 })).toThrow(NotDifferentiableError);
  });

  test("float32 too", () => {
    expect(() => checkGrads((x: NDArray) => nn.relu(x), [np.array(0)])).toThrow(NotDifferentiableError);
  });
});

describe("a point beside one is judged:", () => {
  test.each([1e-2, 1e-3, 2e-4])("%d above a kink and above the edge of a domain", (x) => {
    for (const f of [(v: NDArray) => np.abs(v), (v: NDArray) => np.log(v), (v: NDArray) => np.sqrt(v)]) {
      checkGrads((v: NDArray) => f(v.mul(10)), [at(x)], { rtol: 1e-4 });
    }
    expect(() => checkGrads((v: NDArray) => wrongSin(np.abs(v)), [at(x)])).toThrow(WrongDerivativeError);
  });

  test("at a kink the mean of both slopes passes, as central differences give it", () => {
    checkGrads((x: NDArray) => np.maximum(x, 0), [at(0)]);
  });
});

test("a function whose differences settle nowhere is ill-conditioned", () => {
  const rough = (x: NDArray): NDArray => np.sin(x.mul(1e7)).mul(1e-3);
  expect(() => checkGrads(rough, [at(0.3)])).toThrow(IllConditioned);
  expect(() => checkGrads(rough, [at(0.3)])).toThrow(/nothing can be said/);
  checkGrads(rough, [at(0.3)], { eps: 1e-7, atol: 1e-1 });
});

describe("a wrong rule", () => {
  test("is shown with law, input, direction, both numbers and culprit", () => {
    const finding = findGradientFault((x: NDArray) => np.exp(wrongSin(x)), [f64(0.25, -1)]);
    expect(finding?.kind).toBe("wrong");
    expect(() => checkGrads((x: NDArray) => np.exp(wrongSin(x)), [f64(0.25, -1)])).toThrow(
      /^checkGrads: fwd gives \[.*\] and central differences \[.*\]: off by .*\n {2}law: jvp\(f, x, v\)\[1\] = .*\n {2}at f64\[2\] \[0\.25, -1\]\n {2}along f64\[2\] \[.*\]\n {2}culprit: the rule of customJvp "wrongSin" of f64\[2\]: /,
    );
  });

  test.each<[string, (x: NDArray) => NDArray, string]>([
    ["jit", jit((x: NDArray) => wrongSin(x).mul(x)), ""],
    ["checkpoint", checkpoint((x: NDArray) => wrongSin(x).mul(x)), ""],
    [
      "a branch",
      (x) => lax.cond(x.sum().greater(0), np.cos, (v: NDArray) => wrongSin(v), x),
      ", in branch 0 of cond",
    ],
    [
      "a turn of a loop",
      (x) => lax.scan((c: NDArray, e: NDArray) => [wrongSin(c).mul(e), null], x, f64(2, 3))[0],
      ", in turn 0 of scan",
    ],
    [
      "a loop in a branch",
      (x) => lax.cond(x.sum().less(0), (v: NDArray) => lax.map(wrongSin, v), np.cos, x),
      ", in turn 0 of scan, in branch 1 of cond",
    ],
  ])("is found inside %s", (_, f, inside) => {
    const culprit = culpritOf(f, f64(-0.4, -0.2));
    expect(culprit).toContain('the rule of customJvp "wrongSin" of f64');
    expect(culprit).toContain(`${inside}: [`);
  });

  test("is the first of several, not one that follows from it", () => {
    expect(culpritOf((x) => wrongSin(lax.stopGradient(x).mul(x)), f64(0.3))).toMatch(
      /^stopGradient, whose derivative is 0/,
    );
  });

  test("is looked for past the operands of vmapped branches", () => {
    const f = (x: NDArray): NDArray => lax.cond(x.greater(0), np.cos, (v: NDArray) => wrongSin(v), x);
    expect(culpritOf(vmap(f), f64(0.3, -0.4))).toContain('the rule of customJvp "wrongSin" of f64[2]');
  });

  test("in a whileLoop is found in forward mode", () => {
    const f = (x: NDArray): NDArray =>
      lax.whileLoop<[NDArray, NDArray]>(
        ([i]) => i.less(3),
        ([i, c]) => [i.add(1), wrongSin(c)],
        [np.array(0), x],
      )[1];
    const finding = findGradientFault(f, [f64(0.3)], { modes: ["fwd"] });
    expect(finding?.culprit).toContain(", in turn 0 of whileLoop: [");
  });

  test("that gives another value than the function is wrong as well", () => {
    const other = customVjp(function other(x: NDArray): NDArray {
      return x.mul(2);
    });
    other.defvjp(
      (x) => [x.mul(2).add(1), null],
      (_: null, ct: NDArray) => [ct.mul(2)],
    );
    const finding = findGradientFault(other, [f64(0.3)], { modes: ["rev"] });
    expect(finding).toMatchObject({ kind: "wrong", evidence: { law: "vjp(f, x)[0] = f(x)" } });
  });

  test("that is right along one direction is found along others", () => {
    // Wrong in a mixed term alone, which the first direction happens to see as well: all five must agree for a right one.
    checkGrads((x: NDArray) => np.sin(x).mul(x), [f64(0.1, 0.2)], { directions: 5 });
    const seen = findGradientFault((x: NDArray) => wrongSin(x), [f64(0.1)], { directions: 5 });
    expect(seen?.kind).toBe("wrong");
  });
});
