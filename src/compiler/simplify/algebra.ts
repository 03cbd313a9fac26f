/**
 * Algebra that keeps every bit: identities of the arithmetic as it is, with -0, infinities and NaN. So x + 0 stays for floats (it
 * makes 0 of -0) and x * 0 does too (NaN, infinities); x - 0, x + (-0), x * 1 and x / 1 are x. The rules for shapes stand in
 * algebra-of-shapes.ts.
 */
import { liveLanesPrimitive } from "../../autodiff/control-flow/cond/live-lanes.js";
import type { Atom, Eqn } from "../../autodiff/jaxpr.js";
import type { Primitive } from "../../autodiff/primitive.js";
import {
  addPrimitive,
  divPrimitive,
  mulPrimitive,
  negPrimitive,
  subPrimitive,
} from "../../autodiff/primitives/arithmetic.js";
import { andPrimitive, notPrimitive, orPrimitive } from "../../autodiff/primitives/comparison.js";
import { convertElementTypePrimitive } from "../../autodiff/primitives/conversion.js";
import { copyPrimitive } from "../../autodiff/primitives/creation.js";
import { addAnyPrimitive } from "../../autodiff/primitives/elementwise.js";
import { integerPowPrimitive, squarePrimitive } from "../../autodiff/primitives/power.js";
import { absPrimitive } from "../../autodiff/primitives/rounding-and-sign.js";
import { maxPrimitive, minPrimitive, selectNPrimitive } from "../../autodiff/primitives/selection.js";
import { namePrimitive } from "../../autodiff/transforms/checkpoint.js";
import { stopGradientPrimitive } from "../../autodiff/transforms/stop-gradient.js";
import { sameType } from "../../ir/aval.js";
import { type DType, isFloat } from "../../ir/dtype.js";
import { rulesOfShapes } from "./algebra-of-shapes.js";
import { everywhere, type Pass } from "./pass.js";
import { isOf, literalAtom, type Rewriting, rewriteForward, ruleFor, ruleOf } from "./rewriting.js";
import { isSplatOf, splatValue } from "./splats.js";

/** The operand, if it has the output's type: sizes of 1 may have been stretched. */
const whole = (eqn: Eqn, atom: Atom): readonly Atom[] | null =>
  sameType(atom.aval, eqn.outs[0].aval) ? [atom] : null;

const identity = (eqn: Eqn): readonly Atom[] | null => whole(eqn, eqn.operands[0]);

/** x op x = x */
const idempotent = (eqn: Eqn): readonly Atom[] | null =>
  isSameAtom(eqn.operands[0], eqn.operands[1]) ? identity(eqn) : null;

/** The operand of a unary equation that computes the atom. */
const operandOf = (
  primitive: Primitive,
  atom: Atom,
  { definition }: Pick<Rewriting, "definition">,
): Atom | null => {
  const eqn = definition(atom);
  return isOf(eqn, primitive) ? eqn.operands[0] : null;
};

const rule = ruleOf(
  new Map([
    ...rulesOfShapes,
    ruleFor(stopGradientPrimitive, identity),
    ruleFor(liveLanesPrimitive, identity),
    ruleFor(copyPrimitive, identity),
    ruleFor(namePrimitive, identity),
    ruleFor(addPrimitive, simplifySum),
    ruleFor(addAnyPrimitive, simplifySum),
    ruleFor(subPrimitive, simplifyDifference),
    ruleFor(mulPrimitive, simplifyProduct),
    ruleFor(divPrimitive, simplifyQuotient),
    ruleFor(negPrimitive, simplifyNegation),
    ruleFor(absPrimitive, ignoreSign),
    ruleFor(squarePrimitive, ignoreSign),
    ruleFor(notPrimitive, (eqn, rewriting) => {
      const x = operandOf(notPrimitive, eqn.operands[0], rewriting);
      return x === null ? null : [x];
    }),
    ruleFor(maxPrimitive, idempotent),
    ruleFor(minPrimitive, idempotent),
    ruleFor(andPrimitive, idempotent),
    ruleFor(orPrimitive, idempotent),
    ruleFor(integerPowPrimitive, (eqn, { emit }) => {
      const { y } = eqn.params;
      if (y === 1) return identity(eqn);
      return y === 2 ? [emit(squarePrimitive, eqn.operands, {})] : null;
    }),
    ruleFor(convertElementTypePrimitive, simplifyConversion),
    ruleFor(selectNPrimitive, simplifySelection),
  ]),
);

export const simplifyAlgebra: Pass = {
  name: "algebra",
  run: everywhere((jaxpr) => rewriteForward(jaxpr, rule)),
};

/** One variable, or two literals of the same type and bits. */
function isSameAtom(x: Atom, y: Atom): boolean {
  if (x.kind === "var" || y.kind === "var") return x === y;
  return x.isNumber && y.isNumber && sameType(x.aval, y.aval) && Object.is(x.value, y.value);
}

// arithmetic ---------------------------------------------------------------------------------------------------------

/** x + (-0) = x; integers: x + 0 = x. x + (-y) = x - y. */
function simplifySum(eqn: Eqn, rewriting: Rewriting): readonly Atom[] | null {
  const [x, y] = eqn.operands;
  const { dtype } = eqn.outs[0].aval;
  const zero = isFloat(dtype) ? -0 : 0;
  if (isSplatOf(y, zero, rewriting)) return whole(eqn, x);
  if (isSplatOf(x, zero, rewriting)) return whole(eqn, y);
  const minusY = withoutSign(y, rewriting);
  if (minusY !== null) return [rewriting.emit(subPrimitive, [x, minusY], {})];
  const minusX = withoutSign(x, rewriting);
  return minusX === null ? null : [rewriting.emit(subPrimitive, [y, minusX], {})];
}

/** x - 0 = x, for x = -0 too. x - (-y) = x + y. */
function simplifyDifference(eqn: Eqn, rewriting: Rewriting): readonly Atom[] | null {
  const [x, y] = eqn.operands;
  if (isSplatOf(y, 0, rewriting)) return whole(eqn, x);
  const minusY = withoutSign(y, rewriting);
  return minusY === null ? null : [rewriting.emit(addPrimitive, [x, minusY], {})];
}

/** z where the atom is -z, or x y where it is x (-y) and nothing else reads that product. */
function withoutSign(atom: Atom, rewriting: Rewriting): Atom | null {
  const operand = operandOf(negPrimitive, atom, rewriting);
  if (operand !== null) return operand;
  const product = rewriting.definition(atom);
  if (!isOf(product, mulPrimitive) || !rewriting.isReadOnce(atom)) return null;
  const [x, y] = product.operands;
  const minusX = operandOf(negPrimitive, x, rewriting);
  if (minusX !== null) return rewriting.emit(mulPrimitive, [minusX, y], {});
  const minusY = operandOf(negPrimitive, y, rewriting);
  return minusY === null ? null : rewriting.emit(mulPrimitive, [x, minusY], {});
}

/** 1 x = x; (-x)(-y) = x y; (-x) c = x (-c) for a number c. */
function simplifyProduct(eqn: Eqn, rewriting: Rewriting): readonly Atom[] | null {
  const [x, y] = eqn.operands;
  if (isSplatOf(y, 1, rewriting)) return whole(eqn, x);
  if (isSplatOf(x, 1, rewriting)) return whole(eqn, y);
  return moveSigns(eqn, mulPrimitive, rewriting);
}

/** x / 1 = x; (-x) / (-y) = x / y; x / c = x (1 / c) for a power of two c whose reciprocal is no subnormal. */
function simplifyQuotient(eqn: Eqn, rewriting: Rewriting): readonly Atom[] | null {
  const [x, y] = eqn.operands;
  if (isSplatOf(y, 1, rewriting)) return whole(eqn, x);
  const divisor = splatValue(y, rewriting);
  const { dtype } = eqn.outs[0].aval;
  if (divisor !== null && isFloat(dtype) && isPowerOfTwo(divisor.value)) {
    return [rewriting.emit(mulPrimitive, [x, reciprocal(divisor.value, dtype, y)], {})];
  }
  return moveSigns(eqn, divPrimitive, rewriting);
}

/** +-2^k with |k| <= 126: then 2^-k is exact and normal in both float dtypes. */
function isPowerOfTwo(value: number): boolean {
  const size = Math.abs(value);
  return (
    size >= 2 ** -126 &&
    size <= 2 ** 126 &&
    Number.isInteger(Math.log2(size)) &&
    2 ** Math.log2(size) === size
  );
}

const reciprocal = (value: number, dtype: DType, like: Atom): Atom =>
  literalAtom(1 / value, dtype, like.aval.weakType);

/** The signs of two factors, or of a factor and a number: rounding does not see them. */
function moveSigns(eqn: Eqn, primitive: Primitive, rewriting: Rewriting): readonly Atom[] | null {
  const [x, y] = eqn.operands;
  if (!isFloat(eqn.outs[0].aval.dtype)) return null;
  const minusX = operandOf(negPrimitive, x, rewriting) ?? negated(x);
  const minusY = operandOf(negPrimitive, y, rewriting) ?? negated(y);
  const isWorthIt = minusX !== null && minusY !== null && !(x.kind === "literal" && y.kind === "literal");
  return isWorthIt ? [rewriting.emit(primitive, [minusX, minusY], {})] : null;
}

/** A number with the other sign; null for what is computed. */
const negated = (atom: Atom): Atom | null =>
  atom.kind === "literal" && atom.isNumber
    ? literalAtom(-atom.value, atom.aval.dtype, atom.aval.weakType)
    : null;

/** -(-x) = x; -(x c) = x (-c) for a float c. */
function simplifyNegation(eqn: Eqn, rewriting: Rewriting): readonly Atom[] | null {
  const [operand] = eqn.operands;
  const inner = operandOf(negPrimitive, operand, rewriting);
  if (inner !== null) return [inner];
  const product = rewriting.definition(operand);
  if (!isOf(product, mulPrimitive) || !isFloat(operand.aval.dtype)) return null;
  if (!rewriting.isReadOnce(operand)) return null;
  const [x, y] = product.operands;
  const [minusX, minusY] = [negated(x), negated(y)];
  if (minusY !== null) return [rewriting.emit(mulPrimitive, [x, minusY], {})];
  return minusX === null ? null : [rewriting.emit(mulPrimitive, [minusX, y], {})];
}

/** f(-x) = f(x) for squares and absolute values, wrapping integers included; the absolute value of a uint32 is itself. */
function ignoreSign(eqn: Eqn, rewriting: Rewriting): readonly Atom[] | null {
  if (eqn.primitive === absPrimitive && eqn.outs[0].aval.dtype === "uint32") return identity(eqn);
  const x = operandOf(negPrimitive, eqn.operands[0], rewriting);
  return x === null ? null : [rewriting.emit(eqn.primitive, [x], eqn.params)];
}

// choices and conversions --------------------------------------------------------------------------------------------

/** All cases equal, or the case known. */
function simplifySelection(eqn: Eqn, rewriting: Rewriting): readonly Atom[] | null {
  const [which, ...cases] = eqn.operands;
  const [first, ...others] = cases;
  if (others.every((other) => isSameAtom(first, other))) return whole(eqn, first);
  const known = splatValue(which, rewriting);
  if (known === null) return null;
  return whole(eqn, cases[Math.min(Math.max(known.value, 0), cases.length - 1)]);
}

/** To its own dtype; there and back through one that holds every value; through another float or from bool. */
function simplifyConversion(
  eqn: Eqn<{ readonly newDtype: DType; readonly weakType: boolean }>,
  rewriting: Rewriting,
): readonly Atom[] | null {
  const [operand] = eqn.operands;
  const to = eqn.params.newDtype;
  if (operand.aval.dtype === to) return [operand];
  const inner = rewriting.definition(operand);
  if (!isOf(inner, convertElementTypePrimitive)) return null;
  const [source] = inner.operands;
  const from = source.aval.dtype;
  if (!holdsAll(from, operand.aval.dtype)) return null;
  if (from === to) return [source];
  const isDirect = from === "bool" || from === "float32";
  return isDirect ? [rewriting.emit(convertElementTypePrimitive, [source], eqn.params)] : null;
}

/** Whether every value of one dtype is one of the other. */
const holdsAll = (from: DType, by: DType): boolean =>
  from === "bool" || (by === "float64" && from !== "float64");
