/**
 * Rows of the elementwise primitives. Operands are led into domains that keep away from singularities (log of 0); kinks and jumps
 * are left in, since random numbers do not meet them.
 */
import type { NDArray } from "../../autodiff/array.js";
import { add, addAny, div, mul, neg, sub } from "../../autodiff/primitives/arithmetic.js";
import { gt } from "../../autodiff/primitives/comparison.js";
import { convertElementType } from "../../autodiff/primitives/conversion.js";
import { copy } from "../../autodiff/primitives/creation.js";
import { exp, exp2, expm1, log, log1p, logistic } from "../../autodiff/primitives/elementary.js";
import { erf, erfc, erfInv } from "../../autodiff/primitives/error-function.js";
import { fma } from "../../autodiff/primitives/fused-multiply-add.js";
import {
  digamma,
  lgamma,
  polygamma,
  randomGammaGrad,
  zeta,
} from "../../autodiff/primitives/gamma-function.js";
import { cbrt, integerPow, pow, rsqrt, sqrt, square } from "../../autodiff/primitives/power.js";
import { abs, ceil, floor, rem, round, sign } from "../../autodiff/primitives/rounding-and-sign.js";
import { clamp, max, min, selectN } from "../../autodiff/primitives/selection.js";
import {
  acos,
  acosh,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  cos,
  cosh,
  sin,
  sinh,
  tan,
  tanh,
} from "../../autodiff/primitives/trigonometric.js";
import { spelled } from "../../ir/arguments.js";
import type { Shape } from "../../ir/shape.js";
import { sizeOf } from "../../ir/shape.js";
import type { Interval, Ref } from "../program.js";
import { type Draft, usual } from "./draft.js";
import { hull, negated, placeText, plus, type Row, times } from "./row.js";

// one operand --------------------------------------------------------------------------------------------------------

/** `interval` is the image of the domain. */
const unary = (
  name: string,
  f: (x: NDArray) => NDArray,
  domain: Interval,
  interval: Interval,
  text: (x: string) => string = (x) => `lax.${spelled(name)}(${x})`,
): Row => ({
  name,
  plan: (draft) => {
    const x = draft.into(draft.any(), domain);
    return {
      operands: [x],
      shape: draft.shape(x),
      interval,
      apply: ([a]) => f(a),
      text: ([a]) => text(a),
    };
  },
});

/** A function that rises (or falls) on its domain: the image is between the values at the ends. */
const monotone = (
  name: string,
  f: (x: NDArray) => NDArray,
  domain: Interval,
  image: (x: number) => number,
): Row => {
  const ends = domain.map(image);
  return unary(name, f, domain, [Math.min(...ends) - 1e-9, Math.max(...ends) + 1e-9]);
};

/** The convention for numbers: -0.9 ... 0.9, away from the ends of (-1, 1). */
const inner: Interval = [-0.9, 0.9];

const unaryRows: readonly Row[] = [
  unary("neg", neg, usual, usual),
  monotone("exp", exp, [-2, 2], Math.exp),
  monotone("exp2", exp2, [-3, 2], (x) => 2 ** x),
  monotone("expm1", expm1, [-2, 2], Math.expm1),
  monotone("log", log, [0.2, 4], Math.log),
  monotone("log1p", log1p, [-0.7, 4], Math.log1p),
  unary("logistic", logistic, usual, [0, 1]),
  unary("erf", erf, [-2, 2], [-1, 1]),
  unary("erfc", erfc, [-2, 2], [0, 2]),
  unary("erf_inv", erfInv, inner, [-1.2, 1.2]),
  unary("lgamma", lgamma, [0.3, 4], [-0.13, 1.8]),
  monotone("digamma", digamma, [0.5, 4], (x) => (x < 1 ? -1.97 : 1.26)),
  // Their first operands have no derivative: they are constants here.
  unary(
    "polygamma",
    (x) => polygamma(1, x),
    [0.5, 4],
    [0.28, 5],
    (x) => `lax.polygamma(1, ${x})`,
  ),
  unary(
    "zeta",
    (x) => zeta(3, x),
    [0.5, 4],
    [0.04, 8.5],
    (x) => `lax.zeta(3, ${x})`,
  ),
  unary(
    "random_gamma_grad",
    (x) => randomGammaGrad(1.7, x),
    [0.3, 4],
    [0.3, 1.8],
    (x) => `lax.randomGammaGrad(1.7, ${x})`,
  ),
  unary("sin", sin, usual, [-1, 1]),
  unary("cos", cos, usual, [-1, 1]),
  monotone("tan", tan, [-1.2, 1.2], Math.tan),
  monotone("asin", asin, inner, Math.asin),
  monotone("acos", acos, inner, Math.acos),
  monotone("atan", atan, usual, Math.atan),
  monotone("sinh", sinh, [-2, 2], Math.sinh),
  unary("cosh", cosh, [-2, 2], [1, 3.8]),
  unary("tanh", tanh, [-3, 3], [-1, 1]),
  monotone("asinh", asinh, usual, Math.asinh),
  monotone("acosh", acosh, [1.2, 4], Math.acosh),
  monotone("atanh", atanh, inner, Math.atanh),
  unary("square", square, [-2, 2], [0, 4]),
  monotone("sqrt", sqrt, [0.1, 4], Math.sqrt),
  monotone("rsqrt", rsqrt, [0.2, 4], (x) => 1 / Math.sqrt(x)),
  monotone("cbrt", cbrt, [0.2, 4], Math.cbrt),
  unary("abs", abs, usual, [0, 4]),
  unary("sign", sign, usual, [-1, 1]),
  unary("floor", floor, usual, [-4, 4]),
  unary("ceil", ceil, usual, [-4, 4]),
  unary("round", round, usual, [-4, 4]),
  unary("copy", copy, usual, usual, (x) => `np.array(${x})`),
  // To a weakly typed float64 and back: the dtype must stay, since float32 would round what differences look at.
  unary(
    "convert_element_type",
    (x) => convertElementType(x, "float64", !x.weakType),
    usual,
    usual,
    (x) => `lax.convertElementType(${x}, "float64")`,
  ),
];

// two operands -------------------------------------------------------------------------------------------------------

/** Whether shapes go together elementwise: equal ranks, sizes equal or 1; or a scalar. */
const together = (x: Shape, y: Shape, sizeLimit: number): boolean =>
  x.length === 0 ||
  y.length === 0 ||
  (x.length === y.length &&
    x.every((n, axis) => n === y[axis] || n === 1 || y[axis] === 1) &&
    sizeOf(stretched(x, y)) <= sizeLimit);

const stretched = (x: Shape, y: Shape): Shape =>
  x.length === 0 ? y : y.length === 0 ? x : x.map((n, axis) => (n === 1 ? y[axis] : n));

/** A value that goes together with a shape: an earlier one, or a new one with some axes of size 1, or a scalar. */
export function partner(draft: Draft, shape: Shape): Ref {
  return draft.value(
    (other) => together(shape, other, draft.style.sizeLimit),
    () => {
      const kind = draft.choose(3);
      if (kind === 2) return [];
      return shape.map((n) => (kind === 1 && draft.flag() ? 1 : n));
    },
  );
}

interface BinaryRules {
  readonly domains?: readonly [Interval, Interval];
  readonly interval: (x: Interval, y: Interval) => Interval;
}

const binary = (name: string, f: (x: NDArray, y: NDArray) => NDArray, rules: BinaryRules): Row => ({
  name,
  plan: (draft) => {
    const [xDomain, yDomain] = rules.domains ?? [usual, usual];
    const first = draft.any();
    const second = partner(draft, draft.shape(first));
    const swapped = draft.flag();
    const x = draft.into(swapped ? second : first, xDomain);
    const y = draft.into(swapped ? first : second, yDomain);
    return {
      operands: [x, y],
      shape: stretched(draft.shape(x), draft.shape(y)),
      interval: rules.interval(draft.interval(x), draft.interval(y)),
      apply: ([a, b]) => f(a, b),
      text: ([a, b]) => `lax.${spelled(name)}(${a}, ${b})`,
    };
  },
});

const binaryRows: readonly Row[] = [
  binary("add", add, { interval: plus }),
  binary("sub", sub, { interval: (x, y) => plus(x, negated(y)) }),
  binary("mul", mul, { interval: times }),
  binary("div", div, {
    domains: [usual, [0.4, 3]],
    interval: (x, [low, high]) => times(x, [1 / high, 1 / low]),
  }),
  binary("atan2", atan2, { domains: [usual, [0.2, 4]], interval: () => [-1.6, 1.6] }),
  binary("max", max, { interval: hull }),
  binary("min", min, { interval: hull }),
  binary("rem", rem, { domains: [usual, [0.7, 2]], interval: () => [-2, 2] }),
  binary("pow", pow, {
    domains: [
      [0.3, 3],
      [-2, 2],
    ],
    interval: () => [0, 12],
  }),
];

/** The sum of tangents, which no function of the user's calls: operands of one shape. */
const addAnyRow: Row = {
  name: "add_any",
  plan: (draft) => {
    const x = draft.into(draft.any(), usual);
    const shape = draft.shape(x);
    const y = draft.into(
      draft.value(
        (other) => other.join() === shape.join(),
        () => shape,
      ),
      usual,
    );
    return {
      operands: [x, y],
      shape,
      interval: plus(draft.interval(x), draft.interval(y)),
      apply: ([a, b]) => addAny(a, b),
      text: ([a, b]) => `lax.add(${a}, ${b})`,
    };
  },
};

// three operands, and parameters -------------------------------------------------------------------------------------

/**
 * The bounds are shifted: x may be the very value that a bound is, and at a bound the derivative is 0 by convention, which is
 * none that differences could give.
 */
const clampRow: Row = {
  name: "clamp",
  plan: (draft) => {
    const x = draft.into(draft.any(), usual);
    const shape = draft.shape(x);
    const bound = (interval: Interval): Ref =>
      draft.into(
        draft.value(
          (other) => other.length === 0 || other.join() === shape.join(),
          () => shape,
        ),
        interval,
      );
    const low = bound([-2, -0.3]);
    const high = bound([0.3, 2]);
    return {
      operands: [low, x, high],
      shape,
      interval: [-2.1, 2.1],
      apply: ([a, b, c]) => clamp(sub(a, 0.01), b, add(c, 0.01)),
      text: ([a, b, c]) => `lax.clamp(${a}.sub(0.01), ${b}, ${c}.add(0.01))`,
    };
  },
};

/** x y + z rounded once: to differences it is the sum of the product. */
const fmaRow: Row = {
  name: "fma",
  plan: (draft) => {
    const x = draft.into(draft.any(), usual);
    const y = partner(draft, draft.shape(x));
    const product = stretched(draft.shape(x), draft.shape(y));
    const z = partner(draft, product);
    return {
      operands: [x, y, z],
      shape: stretched(product, draft.shape(z)),
      interval: [-20, 20], // of three operands within -4 ... 4
      apply: ([a, b, c]) => fma(a, b, c),
      text: ([a, b, c]) => `${a}.mul(${b}).add(${c}) /* rounded once */`,
    };
  },
};

/** The selector is a comparison, or a number of 0, 1, 2 (and out of range, which is clamped). */
const selectRow: Row = {
  name: "select_n",
  plan: (draft) => {
    const which = draft.into(draft.any(), usual);
    const cases = [partner(draft, draft.shape(which))];
    const byNumber = draft.flag();
    let shape = stretched(draft.shape(which), draft.shape(cases[0]));
    for (let k = 1; k < (byNumber ? 3 : 2); k++) {
      cases.push(partner(draft, shape));
      shape = stretched(shape, draft.shape(cases[k]));
    }
    const inDomain = cases.map((x) => draft.into(x, usual));
    const threshold = draft.oneOf([0.1, -0.3, 0.6]);
    return {
      operands: [which, ...inDomain],
      shape,
      interval: usual,
      apply: ([w, ...xs]) =>
        selectN(byNumber ? convertElementType(floor(add(w, threshold)), "int32") : gt(w, threshold), ...xs),
      text: ([w, ...xs]) =>
        `lax.selectN(${byNumber ? placeText(w, threshold) : `lax.gt(${w}, ${threshold})`}, ${xs.join(", ")})`,
    };
  },
};

const integerPowRow: Row = {
  name: "integer_pow",
  plan: (draft) => {
    const y = draft.oneOf([2, 3, 1, 0, 4, -1, -2, -3]);
    const x = draft.into(draft.any(), y >= 0 ? [-1.5, 1.5] : [0.5, 2.5]);
    return {
      operands: [x],
      shape: draft.shape(x),
      interval: y >= 0 ? [-6, 6] : [0, 8],
      apply: ([a]) => integerPow(a, y),
      text: ([a]) => `lax.integerPow(${a}, ${y})`,
    };
  },
};

export const elementwiseRows: readonly Row[] = [
  ...unaryRows,
  ...binaryRows,
  addAnyRow,
  clampRow,
  fmaRow,
  selectRow,
  integerPowRow,
];
