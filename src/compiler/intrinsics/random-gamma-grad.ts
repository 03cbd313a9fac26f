/**
 * How a sample x of the gamma distribution with shape a moves with a, its place F(x; a) in the distribution kept:
 *
 *     dx/da = -(∂F/∂a) / (∂F/∂x) = e^x x^(1-a) ∫₀ˣ t^(a-1) e^-t (ψ(a) - log t) dt
 *
 * (Figurnov, Mohamed and Mnih, "Implicit reparameterization gradients", NeurIPS 2018). XLA differentiates the power series
 * and the continued fraction of F term by term; the fraction's terms cancel, the more the larger x is. So only the series
 * is used here, where all its parts have one sign, and elsewhere the integral itself: over (0, x) where log x < ψ(a), over
 * (x, ∞) with the sign changed where not, since the whole of it vanishes. With t = x e^(±u) the integrand is positive,
 *
 *     dx/da = x ∫₀^∞ e^-φ(u) (|ψ(a) - log x| + u) du,     φ(u) = x (e^w - 1 - w) + (x - a) w,  w = ±u,
 *
 * and φ so convex that one Gauss rule up to where e^-φ vanishes is exact to rounding.
 */
import type { BlockBuilder } from "../../ir/block-builder.js";
import {
  abs,
  add,
  and,
  div,
  eq,
  freshId,
  ge,
  gt,
  i32,
  le,
  load,
  lt,
  max,
  min,
  mul,
  ne,
  neg,
  or,
  select,
  sqrt,
  sub,
} from "../../ir/expr.js";
import type { ConstantBuffer, Expr } from "../../ir/loop-ir.js";
import type { ByFloat, Callee, Coefficients, FloatDType } from "./floating-point.js";
import { floatDType, like, pick, polynomial } from "./floating-point.js";
import { logMinusDigamma } from "./polygamma.js";

/** The first halves of the nodes and weights of Gauss-Legendre rules on (0, 1) with 20 and 32 nodes. */
const rules: ByFloat<{ readonly nodes: Coefficients; readonly weights: Coefficients }> = {
  float32: {
    nodes: [
      0.0034357004074525377, 0.018014036361043106, 0.04388278587433705, 0.0804415140888906,
      0.1268340467699246, 0.1819731596367425, 0.24456649902458646, 0.3131469556422902, 0.38610707442917747,
      0.46173673943325133,
    ],
    weights: [
      0.008807003569576059, 0.02030071490019347, 0.031336024167054534, 0.04163837078835238,
      0.05096505990862022, 0.059097265980759206, 0.06584431922458832, 0.07104805465919102,
      0.07458649323630187, 0.07637669356536292,
    ],
  },
  float64: {
    nodes: [
      0.0013680690752592183, 0.007194244227365833, 0.017618872206246784, 0.03254696203113015,
      0.05183942211697394, 0.07531619313371501, 0.1027581020160288, 0.13390894062985517, 0.1684778665348924,
      0.20614212137961885, 0.2465500455338853, 0.2893243619346823, 0.33406569885893617, 0.38035631887393145,
      0.42776401920860174, 0.4758461671561308,
    ],
    weights: [
      0.003509305004735048, 0.008137197365452835, 0.01269603265463103, 0.017136931456510716,
      0.02141794901111334, 0.025499029631188087, 0.029342046739267772, 0.032911111388180925,
      0.03617289705442425, 0.039096947893535156, 0.041655962113473374, 0.043826046502201906,
      0.045586939347881945, 0.04692219954040228, 0.04781936003963743, 0.0482700442573639,
    ],
  },
};

/** Nodes, then weights. */
function ruleTable(dtype: FloatDType): ConstantBuffer {
  const { nodes, weights } = rules[dtype];
  const all = [...nodes, ...nodes.map((t) => 1 - t).reverse(), ...weights, ...[...weights].reverse()];
  const values = dtype === "float32" ? Float32Array.from(all) : Float64Array.from(all);
  return { id: freshId(), dtype, size: all.length, role: "constant", values };
}

/** The Gauss rule of each dtype: what randomGammaGrad reads. */
export const gaussRules: Readonly<Record<FloatDType, ConstantBuffer>> = {
  float32: ruleTable("float32"),
  float64: ruleTable("float64"),
};

/** φ where e^-φ is nothing beside what came before. */
const cutoff: ByFloat<number> = { float32: 20, float64: 38 };

export function randomGammaGrad(b: BlockBuilder, a: Expr, x: Expr, call: Callee): Expr {
  const zero = like(x, 0);
  const value = b.local(like(x, Number.NaN));
  const inDomain = and(gt(a, zero), and(ge(x, zero), lt(x, like(x, Number.POSITIVE_INFINITY))));
  b.if(and(inDomain, gt(x, zero)), (inner) => {
    const logX = inner.local(call("log", x));
    const next = inner.local(add(a, like(a, 1)));
    const aboveLog = inner.local(neg(digammaMinusLog(inner, next, x, logX, call)));
    // All terms of the series have one sign there; there are few of them for small x.
    inner.if(
      and(lt(aboveLog, zero), lt(x, like(x, 32))),
      (small) => small.assign(value, bySeries(small, a, x, aboveLog)),
      (large) => large.assign(value, byQuadrature(large, a, x, logX, call)),
    );
  });
  b.if(and(gt(a, zero), eq(x, zero)), (atZero) => atZero.assign(value, zero));
  return value;
}

/**
 * F = x^a e^-x / Γ(a + 1) S with S = sum of x^n / ((a + 1) ... (a + n)): dx/da = -(S (log x - ψ(a + 1)) + ∂S/∂a) x / a.
 */
function bySeries(b: BlockBuilder, a: Expr, x: Expr, aboveLog: Expr): Expr {
  const epsilon = pick(x, { float32: 2 ** -25, float64: 2 ** -54 });
  const r = b.local(a);
  const term = b.local(like(x, 1));
  const sum = b.local(like(x, 1));
  const slope = b.local(like(x, 0));
  const slopes = b.local(like(x, 0));
  const goesOn = b.local(like(x, 1));
  b.while(
    () => ne(goesOn, like(x, 0)),
    (turn) => {
      turn.assign(r, add(r, like(x, 1)));
      const ratio = turn.local(div(x, r));
      turn.assign(slope, mul(ratio, sub(slope, div(term, r))));
      turn.assign(slopes, add(slopes, slope));
      turn.assign(term, mul(term, ratio));
      turn.assign(sum, add(sum, term));
      const counts = or(gt(abs(slope), mul(abs(slopes), epsilon)), gt(term, mul(sum, epsilon)));
      turn.assign(goesOn, select(counts, like(x, 1), like(x, 0)));
    },
  );
  return mul(neg(add(mul(sum, aboveLog), slopes)), div(x, a));
}

function byQuadrature(b: BlockBuilder, a: Expr, x: Expr, logX: Expr, call: Callee): Expr {
  const zero = like(x, 0);
  const distance = b.local(digammaMinusLog(b, a, x, logX, call));
  const lower = b.local(ge(distance, zero));
  const difference = b.local(sub(x, a));
  const slope = b.local(max(select(lower, neg(difference), difference), zero));
  const end = b.local(upperEnd(b, a, x, slope, lower, call));
  const table = gaussRules[floatDType(x)];
  const count = Number(table.size) / 2;
  const sum = b.local(zero);
  b.serial(count, (turn, i) => {
    const u = turn.local(mul(end, load(table, i)));
    const w = turn.local(select(lower, neg(u), u));
    const phi = add(mul(x, expBeyondLinear(turn, w, call)), mul(difference, w));
    const density = call("exp", turn.local(neg(phi)));
    const integrand = mul(density, add(abs(distance), u));
    turn.assign(sum, add(sum, mul(load(table, add(i, i32(count))), integrand)));
  });
  return mul(mul(x, end), sum);
}

/** ψ(a) - log x; for large a without the cancellation of two logarithms. */
function digammaMinusLog(b: BlockBuilder, a: Expr, x: Expr, logX: Expr, call: Callee): Expr {
  const value = b.local(like(x, 0));
  b.if(
    lt(a, like(a, 8)),
    (small) => small.assign(value, sub(call("digamma", a), logX)),
    (large) => {
      const relative = large.local(div(sub(x, a), a));
      const isNear = lt(abs(relative), like(x, 0.5));
      const ratio = large.local(select(isNear, relative, like(x, 0)));
      const logRatio = select(isNear, call("log1p", ratio), call("log", large.local(div(x, a))));
      large.assign(value, neg(add(logMinusDigamma(large, a), logRatio)));
    },
  );
  return value;
}

/**
 * A u with φ(u) >= cutoff, not much beyond: from φ >= slope u + x u² / 2 above, where e^w has the last word, and
 * φ >= slope u + x u² / (2 + 2u/3) below.
 */
function upperEnd(b: BlockBuilder, a: Expr, x: Expr, slope: Expr, lower: Expr, call: Callee): Expr {
  const limit = pick(x, cutoff);
  const third = mul(slope, like(x, 1 / 3));
  const quadratic = b.local(add(select(lower, third, like(x, 0)), mul(x, like(x, 0.5))));
  const linear = b.local(select(lower, sub(slope, mul(limit, like(x, 1 / 3))), slope));
  const root = b.local(hypotenuse(b, linear, sqrt(mul(quadratic, mul(limit, like(x, 4))))));
  const falls = gt(linear, like(x, 0));
  const bound = b.local(
    select(
      falls,
      div(add(limit, limit), add(linear, root)),
      div(sub(root, linear), add(quadratic, quadratic)),
    ),
  );
  const byExponential = (u: Expr): Expr =>
    b.local(min(u, call("log1p", b.local(div(add(limit, mul(a, u)), x)))));
  return select(lower, bound, byExponential(byExponential(bound)));
}

/** sqrt(p² + q²) without overflow. */
function hypotenuse(b: BlockBuilder, p: Expr, q: Expr): Expr {
  const y = b.local(q);
  const magnitude = b.local(abs(p));
  const larger = b.local(max(magnitude, y));
  const ratio = b.local(div(min(magnitude, y), larger));
  return mul(larger, sqrt(add(like(p, 1), mul(ratio, ratio))));
}

/** 1/2!, 1/3!, ...: (e^w - 1 - w) / w², |w| <= 1/2. */
const expBeyondLinearTail: ByFloat<Coefficients> = {
  float32: [1 / 2, 1 / 6, 1 / 24, 1 / 120, 1 / 720, 1 / 5040, 1 / 40320],
  float64: [
    1 / 2,
    1 / 6,
    1 / 24,
    1 / 120,
    1 / 720,
    1 / 5040,
    1 / 40320,
    1 / 362880,
    1 / 3628800,
    1 / 39916800,
    1 / 479001600,
    1 / 6227020800,
    1 / 87178291200,
  ],
};

/** e^w - 1 - w */
function expBeyondLinear(b: BlockBuilder, w: Expr, call: Callee): Expr {
  const near = mul(mul(w, w), polynomial(w, expBeyondLinearTail));
  return b.local(select(le(abs(w), like(w, 0.5)), near, sub(call("expm1", w), w)));
}
