/** Equations that move elements without a change: pairs become one, and those that move nothing become a reshape or go. */
import type { Atom, Eqn } from "../../autodiff/jaxpr.js";
import { addPrimitive } from "../../autodiff/primitives/arithmetic.js";
import { concatenatePrimitive } from "../../autodiff/primitives/concatenation.js";
import {
  reduceAndPrimitive,
  reduceMaxPrimitive,
  reduceMinPrimitive,
  reduceOrPrimitive,
  reduceProdPrimitive,
} from "../../autodiff/primitives/reduction.js";
import {
  broadcastInDimPrimitive,
  reduceSumPrimitive,
  reshapePrimitive,
  transposePrimitive,
} from "../../autodiff/primitives/sum-and-broadcast.js";
import { revPrimitive, type SliceParams, slicePrimitive } from "../../autodiff/primitives/windowing.js";
import { isFloat } from "../../ir/dtype.js";
import { type Shape, sameShape, sizeOf } from "../../ir/shape.js";
import { isOf, literalAtom, type Rewriting, type Rule, ruleFor } from "./rewriting.js";

/** The rules by primitive. */
export const rulesOfShapes: readonly (readonly [object, Rule])[] = [
  ruleFor(reshapePrimitive, simplifyReshape),
  ruleFor(transposePrimitive, simplifyTranspose),
  ruleFor(broadcastInDimPrimitive, simplifyBroadcast),
  ruleFor(slicePrimitive, simplifySlice),
  ruleFor(revPrimitive, simplifyReversal),
  ruleFor(concatenatePrimitive, ({ operands }) => (operands.length === 1 ? [operands[0]] : null)),
  ...[reduceMaxPrimitive, reduceMinPrimitive, reduceProdPrimitive, reduceAndPrimitive, reduceOrPrimitive].map(
    (primitive) => ruleFor(primitive, reduceNothing),
  ),
  ruleFor(reduceSumPrimitive, sumOfOne),
];

const shapeOf = (atom: Atom): Shape => atom.aval.shape;

/** The same elements in the same order under the shape wanted. */
const reshaped = (atom: Atom, shape: Shape, { emit }: Rewriting): Atom =>
  sameShape(shapeOf(atom), shape) ? atom : emit(reshapePrimitive, [atom], { shape });

export function simplifyReshape(
  { operands: [x], params: { shape } }: Eqn<{ readonly shape: Shape }>,
  rewriting: Rewriting,
): readonly Atom[] | null {
  if (sameShape(shapeOf(x), shape)) return [x];
  const inner = rewriting.definition(x);
  return isOf(inner, reshapePrimitive) ? [reshaped(inner.operands[0], shape, rewriting)] : null;
}

/** Axes of size 1 lie anywhere: if the others keep their order, nothing moves. */
function simplifyTranspose(
  eqn: Eqn<{ readonly permutation: readonly number[] }>,
  rewriting: Rewriting,
): readonly Atom[] | null {
  const [x] = eqn.operands;
  const { permutation } = eqn.params;
  const moved = permutation.filter((axis) => shapeOf(x)[axis] !== 1);
  if (moved.every((axis, i) => i === 0 || moved[i - 1] < axis)) {
    return [reshaped(x, shapeOf(eqn.outs[0]), rewriting)];
  }
  const inner = rewriting.definition(x);
  if (!isOf(inner, transposePrimitive)) return null;
  const composed = permutation.map((axis) => inner.params.permutation[axis]);
  return [rewriting.emit(transposePrimitive, inner.operands, { permutation: composed })];
}

function simplifyBroadcast(
  eqn: Eqn<{ readonly shape: Shape; readonly broadcastDimensions: readonly number[] }>,
  rewriting: Rewriting,
): readonly Atom[] | null {
  const [x] = eqn.operands;
  const { shape, broadcastDimensions } = eqn.params;
  if (x.kind === "literal") return null; // a splat, in the form that other passes know
  if (sizeOf(shapeOf(x)) === sizeOf(shape)) return [reshaped(x, shape, rewriting)];
  const inner = rewriting.definition(x);
  if (!isOf(inner, broadcastInDimPrimitive)) return null;
  const composed = inner.params.broadcastDimensions.map((axis) => broadcastDimensions[axis]);
  return [rewriting.emit(broadcastInDimPrimitive, inner.operands, { shape, broadcastDimensions: composed })];
}

function simplifySlice(eqn: Eqn<SliceParams>, { definition, emit }: Rewriting): readonly Atom[] | null {
  const [x] = eqn.operands;
  if (sameShape(shapeOf(x), shapeOf(eqn.outs[0]))) return [x];
  const inner = definition(x);
  if (!isOf(inner, slicePrimitive) || inner.params.strides !== null) return null;
  const starts = inner.params.startIndices;
  const { startIndices, limitIndices, strides } = eqn.params;
  return [
    emit(slicePrimitive, inner.operands, {
      startIndices: startIndices.map((start, axis) => start + starts[axis]),
      limitIndices: limitIndices.map((limit, axis) => limit + starts[axis]),
      strides,
    }),
  ];
}

function simplifyReversal(
  eqn: Eqn<{ readonly dimensions: readonly number[] }>,
  { definition, emit }: Rewriting,
): readonly Atom[] | null {
  const [x] = eqn.operands;
  const { dimensions } = eqn.params;
  const moving = dimensions.filter((axis) => shapeOf(x)[axis] > 1);
  if (moving.length === 0) return [x];
  const inner = definition(x);
  if (!isOf(inner, revPrimitive)) return null;
  const before = inner.params.dimensions;
  const left = [...before.filter((k) => !moving.includes(k)), ...moving.filter((k) => !before.includes(k))];
  return left.length === 0
    ? [inner.operands[0]]
    : [emit(revPrimitive, inner.operands, { dimensions: left.sort((i, j) => i - j) })];
}

/** Over axes of size 1, what has a true identity is the element itself. */
function reduceNothing(
  eqn: Eqn<{ readonly axes: readonly number[] }>,
  rewriting: Rewriting,
): readonly Atom[] | null {
  const [x] = eqn.operands;
  return eqn.params.axes.every((axis) => shapeOf(x)[axis] === 1)
    ? [reshaped(x, shapeOf(eqn.outs[0]), rewriting)]
    : null;
}

/** A sum over axes of size 1 is 0 + x, which for floats is not x: 0 + (-0) is 0. */
function sumOfOne(
  eqn: Eqn<{ readonly axes: readonly number[] }>,
  rewriting: Rewriting,
): readonly Atom[] | null {
  const [x] = eqn.operands;
  if (!eqn.params.axes.every((axis) => shapeOf(x)[axis] === 1)) return null;
  const { dtype } = x.aval;
  const sum = isFloat(dtype) ? rewriting.emit(addPrimitive, [x, literalAtom(0, dtype)], {}) : x;
  return [reshaped(sum, shapeOf(eqn.outs[0]), rewriting)];
}
