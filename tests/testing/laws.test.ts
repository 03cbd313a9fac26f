/** Each law holds for what obeys it, is broken by what does not, and names the equation that breaks it. */
import { customJvp, customVjp, lax, type NDArray, numpy as np, optim, random } from "cotangent";
import { langevin, mala, randomWalk } from "cotangent/sampling";
import {
  arrays,
  chainIsAssociative,
  chainRule,
  combineIsAssociative,
  derivativesAreLinear,
  emptyIsIdentity,
  energies,
  hessianIsSymmetric,
  IllConditioned,
  jvpIsDifference,
  LawViolation,
  laws,
  leavesInvariant,
  subjectOf,
  updateIsJittable,
  updateKeepsTypes,
} from "cotangent/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const x = np.array([0.3, -0.7, 1.1]);

describe("the laws of a function", () => {
  interface Params {
    readonly w: NDArray;
    readonly b: NDArray;
  }
  const model = ({ w, b }: Params, v: NDArray, i: NDArray): NDArray => np.tanh(w.matmul(v).add(b)).take(i);
  const params = {
    w: np.array([
      [0.1, 0.2, -0.5],
      [1, -0.3, 0.4],
    ]),
    b: np.array([0.1, -0.2]),
  };

  test.each(Object.entries(laws))(
    "%s holds for a function of trees, with integers for constants",
    (_, law) => {
      law(subjectOf(model, [params, x, np.array([1, 0, 1], { dtype: "int32" })], 3));
    },
  );

  test.each(Object.entries(laws))("%s holds for random energies", (_, law) => {
    fc.assert(
      fc.property(energies(), fc.nat(99), ({ energy, dimension }, seed) => {
        law(subjectOf(energy, [np.linspace(-1, 1.3, dimension)], seed));
      }),
      { seed: 1, numRuns: 5 },
    );
  });

  test("hessianIsSymmetric names the rule whose slope is no gradient", () => {
    const field = customJvp(function field(v: NDArray): NDArray {
      return v.sum();
    });
    field.defjvp(([v], [dv]) => [
      v.sum(),
      dv.mul(np.concatenate([v.slice([1]), v.slice([0, 1]).square()])).sum(),
    ]);
    const broken = () => hessianIsSymmetric(subjectOf((v: NDArray) => np.exp(field(np.sin(v))), [x], 1));
    expect(broken).toThrow(LawViolation);
    expect(broken).toThrow(/culprit: the rule of customJvp "field" of f64\[3\]$/);
  });

  test("derivativesAreLinear names a pullback that is not", () => {
    const clipped = customVjp(function clipped(v: NDArray): NDArray {
      return np.sin(v);
    });
    clipped.defvjp(
      (v) => [np.sin(v), np.cos(v)],
      (cos: NDArray, ct: NDArray) => [np.clip(ct.mul(cos), -0.1, 0.1)],
    );
    const subject = subjectOf((v: NDArray) => clipped(v), [x], 1);
    // Forward mode does not exist, and the law needs both: the refusal says so.
    expect(() => derivativesAreLinear(subject)).toThrow(/customVjp/);
  });

  test("jvpIsDifference names the turn of a loop in which a rule is wrong", () => {
    const wrong = customJvp(function wrong(v: NDArray): NDArray {
      return v.mul(v);
    });
    wrong.defjvp(([v], [dv]) => [v.mul(v), dv.mul(v)]);
    const loop = (v: NDArray): NDArray => lax.foriLoop(0, 3, (_, c: NDArray) => wrong(c).add(v), v);
    expect(() => jvpIsDifference(subjectOf(loop, [x], 1))).toThrow(
      /culprit: the rule of customJvp "wrong" of f64\[3\], in turn 0 of scan/,
    );
  });

  test("jvpIsDifference sets chaos aside, and sees a derivative that is a billion times too large", () => {
    const map = (v: NDArray): NDArray =>
      lax.foriLoop(0, 100, (_, c: NDArray) => c.mul(4).mul(c.mul(-1).add(1)), v);
    expect(() => jvpIsDifference(subjectOf(map, [np.array([0.3, 0.7])], 1))).toThrow(IllConditioned);
    const steep = customJvp((v: NDArray): NDArray => np.sin(v));
    steep.defjvp(([v], [dv]) => [np.sin(v), np.cos(v).mul(dv).mul(1e9)]);
    expect(() => jvpIsDifference(subjectOf((v: NDArray) => steep(v), [x], 1))).toThrow(LawViolation);
  });

  test("chainRule holds for two functions", () => {
    const g = ([y]: readonly NDArray[]): readonly NDArray[] => [np.cumsum(y).mul(y)];
    chainRule(
      g,
      subjectOf((v: NDArray) => np.sin(v).mul(v), [x], 2),
    );
  });
});

describe("a sampler", () => {
  const bowl = (v: NDArray): NDArray => v.square().sum().div(2);
  const draw = (key: random.Key): NDArray => random.normal(key, [2]);

  test("leaves its density invariant if it is adjusted", () => {
    leavesInvariant(mala(bowl, 0.5), draw, random.key(0));
    leavesInvariant(randomWalk(bowl, 1), draw, random.key(1));
    leavesInvariant(mala(bowl, 0.5), draw, random.key(0), {
      statistics: (v) => np.exp(v.neg().square()),
      steps: 2,
      chains: 1000,
    });
  });

  test("that is not adjusted is seen to widen the density, and one for another energy too", () => {
    expect(() => leavesInvariant(langevin(bowl, 1), draw, random.key(0))).toThrow(
      /the kernel leaves the density invariant: statistic 2 has the mean (0\.9|1\.0)\d* before and 1\.\d+ after 5 steps/,
    );
    expect(() =>
      leavesInvariant(
        mala((v: NDArray) => bowl(v).mul(1.5), 0.5),
        draw,
        random.key(0),
      ),
    ).toThrow(LawViolation);
  });
});

describe("an optimiser", () => {
  const params = { w: np.array([1, -2]), b: np.array(0.5) };
  const gradients = { w: np.array([0.1, 3]), b: np.array(-4) };

  const obeys = <F extends optim.StateKind>(optimizer: optim.Optimizer<F>) => {
    updateKeepsTypes(optimizer, params, gradients);
    updateIsJittable(optimizer, params, gradients);
  };

  test.each<[string, () => void]>([
    ["sgd", () => obeys(optim.sgd(0.1))],
    ["adam", () => obeys(optim.adam(0.1))],
    ["adamw", () => obeys(optim.adamw(0.1))],
    ["rmsprop", () => obeys(optim.rmsprop(0.1))],
  ])("%s keeps types, and jit changes nothing", (_, check) => check());

  test("chains are associative", () => {
    chainIsAssociative(
      [optim.clipByGlobalNorm(1), optim.scaleByAdam(), optim.scale(-0.1)],
      params,
      gradients,
    );
  });

  test("whose state changes its type, or that remembers what it was not given, is noticed", () => {
    const growing: optim.Optimizer<optim.EmptyKind> = {
      init: () => null,
      update: (grads) => [grads, Object([np.ones([1])])],
    };
    expect(() => updateKeepsTypes(growing, params, gradients)).toThrow(
      /a state keeps its types: they are .* f32\[1\]/,
    );
    let calls = 0;
    const impure: optim.Optimizer<optim.EmptyKind> = {
      init: () => null,
      update: (grads) => optim.scale(++calls).update(grads, null),
    };
    expect(() => updateIsJittable(impure, params, gradients)).toThrow(/jit changes no update: at /);
  });
});

describe("a monoid", () => {
  const vectors = arrays({ shape: [3], special: true });

  test("of maxima is one with -Infinity, NaN and all", () => {
    fc.assert(
      fc.property(vectors, vectors, vectors, (a, b, c) => {
        combineIsAssociative(np.maximum, [a, b, c]);
        emptyIsIdentity<NDArray>(np.maximum, np.full([3], -Infinity, { dtype: "float64" }), a);
      }),
      { seed: 3, numRuns: 50 },
    );
  });

  test("is none if the order matters", () => {
    const three = [np.array(1), np.array(2), np.array(3)] as const;
    expect(() => combineIsAssociative((a: NDArray, b: NDArray) => a.sub(b), three)).toThrow(
      "combine is associative, (a b) c = a (b c): 1 of 1 elements are off; f32[] is -4 and should be 2: off by 6",
    );
    expect(() => emptyIsIdentity((a: NDArray, b: NDArray) => a.mul(b), np.array(0), np.array(2))).toThrow(
      LawViolation,
    );
  });
});
