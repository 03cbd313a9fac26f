/**
 * The inverse of erf: M. Giles, "Approximating the erfinv function", GPU Computing Gems Jade Edition (2011), with
 * w = -log(1 - x²) formed and the steps in float32 fused as XLA does on a CPU, so that normal samples are JAX's.
 * Where |x| is within a few ulp of 1, rounding x² costs digits of w, in JAX as here.
 */
import type { BlockBuilder } from "../../ir/block-builder.js";
import { abs, add, eq, fma, lt, mul, neg, select, sqrt, sub } from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import type { Coefficients } from "./floating-point.js";
import { floatDType, like } from "./floating-point.js";
import { log1p } from "./log.js";

/** A range of w, with the variable of its polynomial; highest power first. */
interface Range {
  readonly end: number;
  readonly variable: (w: Expr, root: Expr) => Expr;
  readonly coefficients: Coefficients;
}

/** Giles, table of the single-precision version. */
const ranges32: readonly Range[] = [
  {
    end: 5,
    variable: (w) => sub(w, like(w, 2.5)),
    coefficients: [
      2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503,
      -0.00417768164, 0.246640727, 1.50140941,
    ],
  },
  {
    end: Number.POSITIVE_INFINITY,
    variable: (_, root) => sub(root, like(root, 3)),
    coefficients: [
      -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613,
      0.00943887047, 1.00167406, 2.83297682,
    ],
  },
];

/** Giles, table of the double-precision version. */
const ranges64: readonly Range[] = [
  {
    end: 6.25,
    variable: (w) => sub(w, like(w, 3.125)),
    coefficients: [
      -3.6444120640178196996e-21, -1.685059138182016589e-19, 1.2858480715256400167e-18,
      1.115787767802518096e-17, -1.333171662854620906e-16, 2.0972767875968561637e-17,
      6.6376381343583238325e-15, -4.0545662729752068639e-14, -8.1519341976054721522e-14,
      2.6335093153082322977e-12, -1.2975133253453532498e-11, -5.4154120542946279317e-11,
      1.051212273321532285e-9, -4.1126339803469836976e-9, -2.9070369957882005086e-8, 4.2347877827932403518e-7,
      -1.3654692000834678645e-6, -1.3882523362786468719e-5, 0.0001867342080340571352,
      -0.00074070253416626697512, -0.0060336708714301490533, 0.24015818242558961693, 1.6536545626831027356,
    ],
  },
  {
    end: 16,
    variable: (_, root) => sub(root, like(root, 3.25)),
    coefficients: [
      2.2137376921775787049e-9, 9.0756561938885390979e-8, -2.7517406297064545428e-7, 1.8239629214389227755e-8,
      1.5027403968909827627e-6, -4.013867526981545969e-6, 2.9234449089955446044e-6, 1.2475304481671778723e-5,
      -4.7318229009055733981e-5, 6.8284851459573175448e-5, 2.4031110387097893999e-5,
      -0.0003550375203628474796, 0.00095328937973738049703, -0.0016882755560235047313,
      0.0024914420961078508066, -0.0037512085075692412107, 0.005370914553590063617, 1.0052589676941592334,
      3.0838856104922207635,
    ],
  },
  {
    end: Number.POSITIVE_INFINITY,
    variable: (_, root) => sub(root, like(root, 5)),
    coefficients: [
      -2.7109920616438573243e-11, -2.5556418169965252055e-10, 1.5076572693500548083e-9,
      -3.7894654401267369937e-9, 7.6157012080783393804e-9, -1.4960026627149240478e-8,
      2.9147953450901080826e-8, -6.7711997758452339498e-8, 2.2900482228026654717e-7,
      -9.9298272942317002539e-7, 4.5260625972231537039e-6, -1.9681778105531670567e-5,
      7.5995277030017761139e-5, -0.00021503011930044477347, -0.00013871931833623122026, 1.0103004648645343977,
      4.8499064014085844221,
    ],
  },
];

/** x P(v(w)) by Horner's rule, with the coefficients of the range that w is in; ±infinity at ±1, NaN beyond. */
export function erfInv(b: BlockBuilder, x: Expr): Expr {
  const single = floatDType(x) === "float32";
  const ranges = single ? ranges32 : ranges64;
  const w = b.local(neg(log1p(b, b.local(neg(mul(x, x))))));
  const root = b.local(sqrt(w));
  const inRange = ranges.slice(0, -1).map(({ end }) => b.local(lt(w, like(x, end))));
  const choose = (values: readonly Expr[]): Expr =>
    inRange.reduceRight<Expr>((rest, test, i) => select(test, values[i], rest), values[values.length - 1]);
  const v = b.local(choose(ranges.map(({ variable }) => variable(w, root))));
  // Shorter polynomials start with zeros, which change nothing.
  const steps = Math.max(...ranges.map(({ coefficients }) => coefficients.length));
  const rows = Array.from({ length: steps }, (_, i) =>
    choose(ranges.map(({ coefficients }) => like(x, coefficients[i - steps + coefficients.length] ?? 0))),
  );
  const p = rows.reduce((sum, c) => b.local(single ? fma(sum, v, c) : add(mul(sum, v), c)));
  const atOne = mul(x, like(x, Number.POSITIVE_INFINITY));
  return select(eq(abs(x), like(x, 1)), atOne, mul(p, x));
}
