/** Every first-order primitive: what tests go through, so that none is left without its laws. */
import type { Primitive } from "../primitive.js";
import { addPrimitive, divPrimitive, mulPrimitive, negPrimitive, subPrimitive } from "./arithmetic.js";
import { choleskyPrimitives } from "./cholesky.js";
import { comparisonPrimitives } from "./comparison.js";
import { concatenationPrimitives } from "./concatenation.js";
import { contractionPrimitives } from "./contraction.js";
import { conversionPrimitives } from "./conversion.js";
import { creationPrimitives } from "./creation.js";
import { cumulativePrimitives } from "./cumulative.js";
import { dynamicSlicePrimitives } from "./dynamic-slice.js";
import { elementaryPrimitives } from "./elementary.js";
import { addAnyPrimitive } from "./elementwise.js";
import { errorFunctionPrimitives } from "./error-function.js";
import { fmaPrimitive } from "./fused-multiply-add.js";
import { gammaFunctionPrimitives } from "./gamma-function.js";
import { gatherPrimitives } from "./gather.js";
import { linearSolvePrimitives } from "./linear-solve.js";
import { luPrimitives } from "./lu.js";
import { powerPrimitives } from "./power.js";
import { randomBitsPrimitives } from "./random-bits.js";
import { randomGammaPrimitives } from "./random-gamma.js";
import { reductionPrimitives } from "./reduction.js";
import { roundingAndSignPrimitives } from "./rounding-and-sign.js";
import { scatterPrimitives } from "./scatter.js";
import { selectionPrimitives } from "./selection.js";
import { sortPrimitives } from "./sort.js";
import {
  broadcastInDimPrimitive,
  reduceSumPrimitive,
  reshapePrimitive,
  transposePrimitive,
} from "./sum-and-broadcast.js";
import { triangularSolvePrimitives } from "./triangular-solve.js";
import { trigonometricPrimitives } from "./trigonometric.js";
import { windowingPrimitives } from "./windowing.js";

export const firstOrderPrimitives: readonly Primitive[] = [
  reshapePrimitive,
  transposePrimitive,
  broadcastInDimPrimitive,
  reduceSumPrimitive,
  negPrimitive,
  addPrimitive,
  addAnyPrimitive,
  subPrimitive,
  mulPrimitive,
  divPrimitive,
  fmaPrimitive,
  ...elementaryPrimitives,
  ...errorFunctionPrimitives,
  ...gammaFunctionPrimitives,
  ...trigonometricPrimitives,
  ...powerPrimitives,
  ...roundingAndSignPrimitives,
  ...selectionPrimitives,
  ...comparisonPrimitives,
  ...conversionPrimitives,
  ...reductionPrimitives,
  ...cumulativePrimitives,
  ...sortPrimitives,
  ...randomBitsPrimitives,
  ...randomGammaPrimitives,
  ...windowingPrimitives,
  ...concatenationPrimitives,
  ...creationPrimitives,
  ...dynamicSlicePrimitives,
  ...gatherPrimitives,
  ...scatterPrimitives,
  ...contractionPrimitives,
  ...choleskyPrimitives,
  ...triangularSolvePrimitives,
  ...luPrimitives,
  ...linearSolvePrimitives,
];
