/**
 * Contractions in a form that computes less and moves nothing, each output the same sum of the same products in the same order:
 *
 * - a transpose of an operand, or of the result, becomes other dimension numbers;
 * - an operand that repeats itself along a free axis is contracted once, and the result repeated;
 * - over a contracted index of one value it is a product, 0 + x y, elementwise.
 */
import type { Atom, Eqn } from "../../autodiff/jaxpr.js";
import { addPrimitive, mulPrimitive } from "../../autodiff/primitives/arithmetic.js";
import { type DotParams, dotGeneralPrimitive } from "../../autodiff/primitives/contraction.js";
import {
  contractionGeometry,
  type DotDimensionNumbers,
  freeAxes,
} from "../../autodiff/primitives/contraction-geometry.js";
import {
  broadcastInDimPrimitive,
  reshapePrimitive,
  transposePrimitive,
} from "../../autodiff/primitives/sum-and-broadcast.js";
import { isFloat } from "../../ir/dtype.js";
import { range, type Shape, sameShape, sizeOf } from "../../ir/shape.js";
import { everywhere, type Pass } from "./pass.js";
import { isOf, literalAtom, type Rewriting, rewriteForward, ruleFor, ruleOf } from "./rewriting.js";
import { splat, splatValue } from "./splats.js";

const rule = ruleOf(
  new Map([
    ruleFor(
      dotGeneralPrimitive,
      (eqn, rewriting) =>
        absorbTranspose(eqn, rewriting) ?? contractOnce(eqn, rewriting) ?? asProduct(eqn, rewriting),
    ),
    ruleFor(transposePrimitive, swapOperands),
  ]),
);

export const simplifyContractions: Pass = {
  name: "contractions simplified",
  run: everywhere((jaxpr) => rewriteForward(jaxpr, rule)),
};

// transposes ---------------------------------------------------------------------------------------------------------

/** dot_general(transpose(x), y) reads x as it lies, if its free axes keep their order. */
function absorbTranspose({ operands, params }: Eqn<DotParams>, rewriting: Rewriting): readonly Atom[] | null {
  const dims = params.dimensionNumbers;
  const [lhs, rhs] = operands;
  const left = untransposed(lhs, dims.lhsContracting, dims.lhsBatch, rewriting);
  const right = untransposed(rhs, dims.rhsContracting, dims.rhsBatch, rewriting);
  if (left === null && right === null) return null;
  const dimensionNumbers: DotDimensionNumbers = {
    lhsContracting: left?.contracting ?? dims.lhsContracting,
    lhsBatch: left?.batch ?? dims.lhsBatch,
    rhsContracting: right?.contracting ?? dims.rhsContracting,
    rhsBatch: right?.batch ?? dims.rhsBatch,
  };
  const atoms = [left?.operand ?? lhs, right?.operand ?? rhs];
  return [rewriting.emit(dotGeneralPrimitive, atoms, { ...params, dimensionNumbers })];
}

function untransposed(
  operand: Atom,
  contracting: readonly number[],
  batch: readonly number[],
  { definition }: Rewriting,
): { operand: Atom; contracting: readonly number[]; batch: readonly number[] } | null {
  const eqn = definition(operand);
  if (!isOf(eqn, transposePrimitive)) return null;
  const { permutation } = eqn.params;
  const before = (axes: readonly number[]): number[] => axes.map((axis) => permutation[axis]);
  const free = before(freeAxes(permutation.length, contracting, batch));
  if (!isAscending(free)) return null;
  return { operand: eqn.operands[0], contracting: before(contracting), batch: before(batch) };
}

const isAscending = (axes: readonly number[]): boolean =>
  axes.every((axis, i) => i === 0 || axes[i - 1] < axis);

/** transpose(dot_general(x, y)) where that exchanges rows and columns: x y = y x, so it is dot_general(y, x). */
function swapOperands(
  { operands: [operand], params: { permutation } }: Eqn<{ readonly permutation: readonly number[] }>,
  { definition, isReadOnce, emit }: Rewriting,
): readonly Atom[] | null {
  const eqn = definition(operand);
  if (!isOf(eqn, dotGeneralPrimitive) || !isReadOnce(operand)) return null;
  const [lhs, rhs] = eqn.operands;
  const { lhsContracting, rhsContracting, lhsBatch, rhsBatch } = eqn.params.dimensionNumbers;
  const rows = freeAxes(lhs.aval.shape.length, lhsContracting, lhsBatch).length;
  const columns = freeAxes(rhs.aval.shape.length, rhsContracting, rhsBatch).length;
  const count = lhsBatch.length;
  const batchOrder = permutation.slice(0, count);
  const swapped = [...range(columns).map((k) => count + rows + k), ...range(rows).map((k) => count + k)];
  const batchStays = batchOrder.every((axis) => axis < count);
  if (!batchStays || !sameShape(permutation.slice(count), swapped)) return null;
  const dimensionNumbers: DotDimensionNumbers = {
    lhsContracting: rhsContracting,
    rhsContracting: lhsContracting,
    lhsBatch: batchOrder.map((axis) => rhsBatch[axis]),
    rhsBatch: batchOrder.map((axis) => lhsBatch[axis]),
  };
  return [emit(dotGeneralPrimitive, [rhs, lhs], { ...eqn.params, dimensionNumbers })];
}

// one product an output ----------------------------------------------------------------------------------------------

/**
 * Depth 1: out[batch, m, n] = 0 + x[batch, m] y[batch, n]. The 0 that sums start from is kept for floats, where it makes 0 of
 * -0. Operands must have their axes in the output's order, so that reshapes do.
 */
function asProduct({ operands, params, outs }: Eqn<DotParams>, rewriting: Rewriting): readonly Atom[] | null {
  const { emit } = rewriting;
  const [lhs, rhs] = operands;
  const { dtype, shape } = outs[0].aval;
  const { lhsContracting, rhsContracting, lhsBatch, rhsBatch } = params.dimensionNumbers;
  const depth = sizeOf(lhsContracting.map((axis) => lhs.aval.shape[axis]));
  if (depth !== 1 || dtype === "bool") return null;
  const lhsFree = freeAxes(lhs.aval.shape.length, lhsContracting, lhsBatch);
  const rhsFree = freeAxes(rhs.aval.shape.length, rhsContracting, rhsBatch);
  if (!isAscending([...lhsBatch, ...lhsFree]) || !isAscending([...rhsBatch, ...rhsFree])) return null;
  const sizes = (atom: Atom, axes: readonly number[]): number[] => axes.map((axis) => atom.aval.shape[axis]);
  const ones = (axes: readonly number[]): number[] => axes.map(() => 1);
  const reshaped = (atom: Atom, to: Shape): Atom => {
    if (sameShape(atom.aval.shape, to)) return atom;
    const value = splatValue(atom, rewriting);
    return value === null ? emit(reshapePrimitive, [atom], { shape: to }) : splat(value, to, rewriting);
  };
  const x = reshaped(lhs, [...sizes(lhs, [...lhsBatch, ...lhsFree]), ...ones(rhsFree)]);
  const y = reshaped(rhs, [...sizes(rhs, rhsBatch), ...ones(lhsFree), ...sizes(rhs, rhsFree)]);
  const product = emit(mulPrimitive, [x, y], {});
  const sum = isFloat(dtype) ? emit(addPrimitive, [product, literalAtom(0, dtype)], {}) : product;
  return [reshaped(sum, shape)];
}

// repetition ---------------------------------------------------------------------------------------------------------

/** dot_general(broadcast(x), y) is broadcast(dot_general(x, y)) along free axes of the operand. */
function contractOnce(eqn: Eqn<DotParams>, rewriting: Rewriting): readonly Atom[] | null {
  const [lhs, rhs] = eqn.operands;
  const { dimensionNumbers: dims } = eqn.params;
  const left = withoutRepetition(lhs, dims.lhsContracting, dims.lhsBatch, rewriting);
  const right = withoutRepetition(rhs, dims.rhsContracting, dims.rhsBatch, rewriting);
  if (left === null && right === null) return null;
  const [x, y] = [left ?? shapeOf(lhs), right ?? shapeOf(rhs)];
  const before = contractionGeometry(shapeOf(lhs), shapeOf(rhs), dims);
  const after = contractionGeometry(x, y, dims);
  // A single output has an order of its own.
  if (isSingle(after) && !isSingle(before) && after.depth > 1) return null;
  const out = rewriting.emit(
    dotGeneralPrimitive,
    [narrowed(lhs, x, rewriting), narrowed(rhs, y, rewriting)],
    eqn.params,
  );
  const { shape } = eqn.outs[0].aval;
  return [
    rewriting.emit(broadcastInDimPrimitive, [out], { shape, broadcastDimensions: range(shape.length) }),
  ];
}

const shapeOf = (atom: Atom): Shape => atom.aval.shape;

const isSingle = ({ rows, columns }: { readonly rows: number; readonly columns: number }): boolean =>
  rows === 1 && columns === 1;

/** The operand's shape with 1 for free axes along which it repeats itself; null where there are none. */
function withoutRepetition(
  operand: Atom,
  contracting: readonly number[],
  batch: readonly number[],
  { definition }: Rewriting,
): Shape | null {
  const eqn = definition(operand);
  if (!isOf(eqn, broadcastInDimPrimitive)) return null;
  const { shape, broadcastDimensions } = eqn.params;
  const [source] = eqn.operands;
  const repeats = (axis: number): boolean => {
    const k = broadcastDimensions.indexOf(axis);
    return shape[axis] > 1 && (k < 0 || source.aval.shape[k] === 1);
  };
  const free = freeAxes(shape.length, contracting, batch).filter(repeats);
  return free.length === 0 ? null : shape.map((n, axis) => (free.includes(axis) ? 1 : n));
}

/** The broadcast operand with the shape that withoutRepetition gave. */
function narrowed(operand: Atom, shape: Shape, { definition, emit }: Rewriting): Atom {
  if (sameShape(operand.aval.shape, shape)) return operand;
  const eqn = definition(operand);
  if (!isOf(eqn, broadcastInDimPrimitive)) return operand;
  const [source] = eqn.operands;
  const isReshape = source.kind === "var" && sizeOf(source.aval.shape) === sizeOf(shape);
  if (isReshape) return emit(reshapePrimitive, [source], { shape });
  return emit(broadcastInDimPrimitive, [source], {
    shape,
    broadcastDimensions: eqn.params.broadcastDimensions,
  });
}
