/** Judges a derivative along a direction against differences of the function there. */
import { distance, maxNorm } from "./arrays.js";
import { type Curve, type Difference, difference, halvings, oneSidedDifference } from "./differences.js";
import type { Evidence, Verdict } from "./outcomes.js";

export interface Tolerances {
  readonly atol: number;
  readonly rtol: number;
  /** The largest step of the differences. */
  readonly eps: number;
}

/** A derivative to be judged. */
export interface Claim {
  readonly law: string;
  /** t -> f(x + t v) */
  readonly curve: Curve;
  /** What the rules say: f'(x) v, or <f'(x)^T ct, v> alone where there are weights. */
  readonly actual: readonly number[];
  /** ct: the elements of the derivative are compared by their inner product with it. Null: one by one. */
  readonly weights: readonly number[] | null;
}

/** Of the largest step: that of differences which are close to the point. */
const nearStep = 2 ** -6;

/**
 * Right where |actual - differences| <= atol + rtol max |differences|. If not: not differentiable where the value is not finite, the
 * slopes from above and from below differ by more than their errors, or quotients grow with every halving; ill-conditioned
 * where differences are not sure to a tenth of their size and a quarter of what is off, those of steps a third as large, which
 * no rhythm of the function shares with the first, being counted in; else wrong. Kinks between the point and the steps (a sort
 * of many elements) are passed over by small steps: where differences of those are sure, they count too.
 *
 * A kink at which the rule gives the mean of the two slopes (max(x, 0) at 0) is right: central differences say the same.
 */
export function judge({ law, curve, actual, weights }: Claim, { atol, rtol, eps }: Tolerances): Verdict {
  const g = remembered(curve);
  const central = difference(g, { step: eps });
  const expected = along(central, weights);
  const off = distance(actual, expected);
  const allowed = atol + rtol * maxNorm(expected);
  if (off <= allowed) return { kind: "right" };

  const suspects =
    weights === null ? farElements(actual, expected, allowed) : central.estimate.map((_, i) => i);
  const near = difference(g, { step: eps * nearStep });
  const isNearSure = uncertaintyOf(near, weights, suspects) <= allowed;
  if (isNearSure && distance(actual, along(near, weights)) <= allowed) return { kind: "right" };
  const why = reasonAgainst(g, suspects, eps, allowed);
  if (why !== null) return { kind: "notDifferentiable", why };
  const evidence: Evidence = { law, actual, expected, off, allowed };
  const others = [difference(g, { step: eps / 3 }), ...(isNearSure ? [near] : [])];
  const uncertainty = Math.max(
    uncertaintyOf(central, weights, suspects),
    ...others.map((other) =>
      disagreement(along(other, weights), expected, weights === null ? suspects : [0]),
    ),
  );
  const settled = Math.min(off / 4, allowed + maxNorm(expected) / 10);
  return !(uncertainty <= settled)
    ? { kind: "illConditioned", evidence, uncertainty }
    : { kind: "wrong", evidence };
}

/** Each point is computed once: differences from the left, the right and both sides share them. */
function remembered(curve: Curve): Curve {
  const known = new Map<number, readonly number[]>();
  return (t) => {
    const found = known.get(t) ?? curve(t);
    known.set(t, found);
    return found;
  };
}

/** The derivative as it is compared. */
const along = ({ estimate }: Difference, weights: readonly number[] | null): readonly number[] =>
  weights === null ? estimate : [weightedSum(estimate, weights)];

const disagreement = (xs: readonly number[], ys: readonly number[], elements: readonly number[]): number =>
  maxNorm(elements.map((i) => xs[i] - ys[i]));

const weightedSum = (values: readonly number[], weights: readonly number[]): number =>
  values.reduce((sum, value, i) => sum + value * weights[i], 0);

/** The elements that are off. */
const farElements = (actual: readonly number[], expected: readonly number[], allowed: number): number[] =>
  actual.flatMap((value, i) => (Math.abs(value - expected[i]) <= allowed ? [] : [i]));

function uncertaintyOf(
  { errors }: Difference,
  weights: readonly number[] | null,
  suspects: readonly number[],
): number {
  if (weights === null) return maxNorm(suspects.map((i) => errors[i]));
  return weightedSum(errors, weights.map(Math.abs));
}

// no derivative ------------------------------------------------------------------------------------------------------

/** Why there is no derivative at 0 in one of these elements; null where there seems to be one. */
function reasonAgainst(g: Curve, elements: readonly number[], eps: number, allowed: number): string | null {
  const above = oneSidedDifference(g, 1, { step: eps });
  const below = oneSidedDifference(g, -1, { step: eps });
  for (const i of elements) {
    const reason = notFinite(g, i, eps) ?? growing(g, i, eps) ?? kinked(above, below, i, allowed);
    if (reason !== null) return `output element ${i} ${reason}`;
  }
  return null;
}

/** The value itself, or that at the smallest steps, is infinite or NaN. */
function notFinite(g: Curve, i: number, eps: number): string | null {
  const step = eps / 2 ** halvings;
  const [here, above, below] = [g(0)[i], g(step)[i], g(-step)[i]];
  if (!Number.isFinite(here)) return `is ${here}`;
  if (!Number.isFinite(above) || !Number.isFinite(below)) {
    return `is ${here}, but ${Number.isFinite(above) ? below : above} a step of ${step} away: the domain ends here`;
  }
  return null;
}

/** From one side at least, quotients keep their sign and grow by more than a fifth with each of the last halvings. */
function growing(g: Curve, i: number, eps: number): string | null {
  for (const side of [1, -1]) {
    const quotients = [3, 2, 1, 0].map((k) => {
      const h = (side * eps) / 2 ** (halvings - k);
      return (g(h)[i] - g(0)[i]) / h;
    });
    const ratios = quotients.slice(1).map((quotient, k) => quotient / quotients[k]);
    if (ratios.every((ratio) => ratio > 1.2 && ratio < 2.2)) {
      return `has difference quotients that grow without end, ${quotients.join(", ")}: a jump or a vertical tangent`;
    }
  }
  return null;
}

/** The two slopes differ by more than they are uncertain. */
function kinked(above: Difference, below: Difference, i: number, allowed: number): string | null {
  const gap = Math.abs(above.estimate[i] - below.estimate[i]);
  if (!(gap > allowed + 4 * (above.errors[i] + below.errors[i]))) return null;
  return `has the slope ${below.estimate[i]} from below and ${above.estimate[i]} from above: a kink`;
}
