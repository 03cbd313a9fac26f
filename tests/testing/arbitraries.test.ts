/** Arbitraries give what they say, shrink to the simplest that fails, and print as code that makes the same again. */
import * as cotangent from "cotangent";
import { type NDArray, nn, numpy as np, random, tree } from "cotangent";
import {
  arrays,
  broadcastableShapes,
  checkGrads,
  closeToTree,
  codeOf,
  energies,
  keys,
  NotDifferentiableError,
  pytrees,
  shapes,
  specialValues,
} from "cotangent/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const settings = { seed: 11, numRuns: 200 };

/** What the code of a snippet gives. */
const evaluated = (code: string): unknown =>
  new Function("np", "random", `return ${code}`)(np, cotangent.random);

test("shapes keep to their bounds, and shrink to the smallest", () => {
  const bounded = shapes({ minRank: 1, maxRank: 4, minSize: 0, maxSize: 2 });
  const seen = fc.sample(bounded, settings);
  expect(seen.every((s) => s.length >= 1 && s.length <= 4 && s.every((n) => n >= 0 && n <= 2))).toBe(true);
  expect(new Set(seen.map((s) => s.length)).size).toBe(4);
  const { counterexample } = fc.check(
    fc.property(shapes(), (s) => s.length < 2),
    settings,
  );
  expect(counterexample).toEqual([[1, 1]]);
});

test("broadcastable shapes broadcast, in every way there is", () => {
  const pairs = fc.sample(broadcastableShapes(), settings);
  const ways = new Set<string>();
  for (const [a, b] of pairs) {
    const whole = np.add(np.zeros([...a]), np.zeros([...b])).shape;
    ways.add(
      `${a.length < whole.length} ${b.length < whole.length} ${a.join() === b.join()} ${b.some((n, i) => n === 1 && whole[whole.length - b.length + i] > 1)}`,
    );
  }
  expect(ways.size).toBeGreaterThanOrEqual(7);
});

describe("arrays", () => {
  test.each(["float32", "float64", "int32", "uint32", "bool"] as const)(
    "of %s hold every special value, and print as code that makes them again, bit for bit",
    (dtype) => {
      const seen = new Set<number>();
      for (const x of fc.sample(arrays({ dtype, special: true }), { ...settings, numRuns: 300 })) {
        const again = evaluated(fc.stringify(x));
        expect(again).toBeInstanceOf(cotangent.NDArray);
        const y = again as NDArray; // just seen
        expect([y.dtype, y.shape, codeOf(y)]).toEqual([x.dtype, x.shape, codeOf(x)]);
        for (const value of x.dataSync()) seen.add(Number(value));
      }
      expect(specialValues[dtype].filter((value) => !seen.has(value))).toEqual([]);
    },
  );

  test("keep to their range, without NaN and -0", () => {
    for (const x of fc.sample(arrays({ dtype: "float32", min: 0.2, max: 0.21 }), settings)) {
      for (const value of x.dataSync())
        expect(value >= Math.fround(0.2) && value <= Math.fround(0.21)).toBe(true);
    }
    for (const x of fc.sample(arrays(), settings)) {
      for (const value of x.dataSync()) expect(value >= -4 && value <= 4 && !Object.is(value, -0)).toBe(true);
    }
  });

  test("shrink to one short number", () => {
    const { counterexample } = fc.check(
      fc.property(arrays(), (x) => Number(np.max(x).item()) < 1.3),
      settings,
    );
    expect(fc.stringify(counterexample)).toBe('[np.array(1.3125, { dtype: "float64" })]');
  });

  test("avoid kinks, or seek them", () => {
    const relu = (mode: "avoid" | "seek") =>
      fc.check(
        fc.property(arrays({ shape: [2], kinks: { at: [0], mode } }), (x) => checkGrads(nn.relu, [x])),
        { seed: 1, numRuns: 30 },
      );
    expect(relu("avoid").failed).toBe(false);
    const found = relu("seek");
    expect(found.failed).toBe(true);
    expect(found.errorInstance).toBeInstanceOf(NotDifferentiableError);
  });
});

const kindsIn = (value: unknown): string[] => {
  if (value === null) return ["null"];
  if (value instanceof cotangent.NDArray) return ["leaf"];
  return [Array.isArray(value) ? "tuple" : "object", ...Object.values(Object(value)).flatMap(kindsIn)];
};

test("pytrees flatten and come back, and hold tuples, objects and null", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(pytrees(arrays({ shape: [2] })), (value) => {
      const [leaves, structure] = tree.flatten<unknown>(value);
      const again = tree.unflatten(structure, leaves);
      closeToTree(again, value, { atol: 0 });
      expect(tree.leaves(again).every((leaf, i) => leaf === leaves[i])).toBe(true);
      for (const kind of kindsIn(value)) seen.add(kind);
    }),
    settings,
  );
  expect([...seen].sort()).toEqual(["leaf", "null", "object", "tuple"]);
});

test("keys print as code, and shrink to random.key(0)", () => {
  const { counterexample } = fc.check(
    fc.property(keys(), (key) => Number(random.uniform(key).item()) > 2),
    settings,
  );
  expect(fc.stringify(counterexample)).toBe("[random.key(0)]");
  for (const key of fc.sample(keys(), 5)) closeToTree(evaluated(fc.stringify(key)), key);
});

test("energies are smooth, rise far out, and are what they print", () => {
  fc.assert(
    fc.property(energies(), fc.integer({ min: -9, max: 9 }), (random_, start) => {
      const { energy, dimension } = random_;
      const x = np.linspace(start / 3, 1, dimension, { dtype: "float64" });
      checkGrads(energy, [x], { order: 2 });
      const printed = evaluated(String(random_)) as typeof energy; // a function of x: it is what the text says
      expect(printed(x).item()).toBeCloseTo(Number(energy(x).item()), 10);
      const far = np.full([dimension], 50, { dtype: "float64" });
      expect(energy(far).item()).toBeGreaterThan((dimension * 50 ** 2) / 4 - 200);
    }),
    { seed: 2, numRuns: 20 },
  );
  const { counterexample } = fc.check(
    fc.property(energies(), () => false),
    settings,
  );
  expect(String(counterexample?.[0])).toBe("(x) => np.square(x).sum().div(2)");
});
