/** The elementary functions by name: a LoopFunction for each name and float dtype, written when it is first asked for. */
import { BlockBuilder } from "../../ir/block-builder.js";
import type { DType } from "../../ir/dtype.js";
import { InternalError } from "../../ir/errors.js";
import { call, freshId, variable } from "../../ir/expr.js";
import type { ConstantBuffer, Expr, IntrinsicName, LoopFunction } from "../../ir/loop-ir.js";
import { erfInv } from "./erf-inv.js";
import { erf, erfc } from "./error-function.js";
import { exp, exp2, expm1 } from "./exp.js";
import type { ByFloat, Callee, FloatDType } from "./floating-point.js";
import { twoOverPi } from "./half-pi-reduction.js";
import { cosh, logistic, sinh, tanh } from "./hyperbolic.js";
import { acosh, asinh, atanh } from "./inverse-hyperbolic.js";
import { acos, asin, atan, atan2 } from "./inverse-trigonometric.js";
import { log, log1p } from "./log.js";
import { lgamma } from "./log-gamma.js";
import { digamma, factorials, polygamma, zeta } from "./polygamma.js";
import { cbrt, pow } from "./power.js";
import { gaussRules, randomGammaGrad } from "./random-gamma-grad.js";
import { cos, sin, tan } from "./trigonometric.js";

interface Definition {
  readonly arity: number;
  readonly write: (b: BlockBuilder, operands: readonly Expr[], call: Callee) => Expr;
  readonly constants: ByFloat<readonly ConstantBuffer[]>;
}

const unary = (
  write: (b: BlockBuilder, x: Expr, call: Callee) => Expr,
  constants: readonly ConstantBuffer[] = [],
): Definition => ({
  arity: 1,
  write: (b, [x], callee) => write(b, x, callee),
  constants: { float32: constants, float64: constants },
});

const binary = (
  write: (b: BlockBuilder, x: Expr, y: Expr, call: Callee) => Expr,
  tables?: ByFloat<ConstantBuffer>,
): Definition => ({
  arity: 2,
  write: (b, [x, y], callee) => write(b, x, y, callee),
  constants: {
    float32: tables === undefined ? [] : [tables.float32],
    float64: tables === undefined ? [] : [tables.float64],
  },
});

const definitions: { readonly [Name in IntrinsicName]: Definition } = {
  exp: unary(exp),
  exp2: unary(exp2),
  expm1: unary(expm1),
  log: unary(log),
  log1p: unary(log1p),
  sin: unary(sin),
  cos: unary(cos),
  tan: unary(tan, [twoOverPi]),
  asin: unary(asin),
  acos: unary(acos),
  atan: unary(atan),
  atan2: binary(atan2),
  sinh: unary(sinh),
  cosh: unary(cosh),
  tanh: unary(tanh),
  asinh: unary(asinh),
  acosh: unary(acosh),
  atanh: unary(atanh),
  logistic: unary(logistic),
  erf: unary(erf),
  erfc: unary(erfc),
  erfInv: unary(erfInv),
  pow: binary(pow),
  cbrt: unary(cbrt),
  lgamma: unary(lgamma),
  digamma: unary(digamma),
  zeta: binary(zeta),
  polygamma: binary(polygamma, factorials),
  randomGammaGrad: binary(randomGammaGrad, gaussRules),
};

const written = new Map<string, LoopFunction>();

/** The elementary function `name` on float32 or float64; the same object each time. */
export function intrinsicFunction(name: IntrinsicName, dtype: DType): LoopFunction {
  if (dtype !== "float32" && dtype !== "float64") {
    throw new InternalError(`${name} of ${dtype}: elementary functions take floats`);
  }
  const key = `${name}_${dtype}`;
  const known = written.get(key);
  if (known !== undefined) return known;
  const made = writeFunction(key, dtype, definitions[name]);
  written.set(key, made);
  return made;
}

function writeFunction(
  name: string,
  dtype: FloatDType,
  { arity, write, constants }: Definition,
): LoopFunction {
  const parameters = Array.from({ length: arity }, () => variable(dtype));
  const b = new BlockBuilder(name);
  const calls = new Set<LoopFunction>();
  const result = write(b, parameters, (callee, ...operands) => {
    const fn = typeof callee === "string" ? intrinsicFunction(callee, dtype) : callee;
    calls.add(fn);
    return call(fn, ...operands);
  });
  return {
    id: freshId(),
    name,
    parameters,
    body: b.finish(),
    result,
    constants: constants[dtype],
    calls: [...calls],
  };
}
