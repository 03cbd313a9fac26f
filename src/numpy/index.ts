/**
 * `cotangent/numpy`: NumPy's functions on arrays, differentiable, in camelCase, with JAX's meaning. Numbers, nested and typed
 * arrays go in wherever an array does; axes and shapes are plain numbers.
 */
import "../compiler/register.js";
import "./methods.js";

export type {
  ArrayLike,
  DescendingOption,
  IndexUpdater,
  NDArray as Array,
  NestedArray,
  OutsideOptions,
} from "../autodiff/array.js";
export { NDArray } from "../autodiff/array.js";
export * from "./arithmetic.js";
export {
  bool_,
  bool_ as bool,
  e,
  float32,
  float64,
  inf,
  int32,
  nan,
  newaxis,
  pi,
  uint32,
} from "./constants.js";
export type {
  ArrayContents,
  DTypeOption,
  LinspaceOptions,
  LogspaceOptions,
  ShapeArgument,
} from "./creation.js";
export {
  arange,
  array,
  asarray,
  full,
  fullLike,
  linspace,
  logspace,
  ones,
  onesLike,
  zeros,
  zerosLike,
} from "./creation.js";
export { einsum } from "./einsum.js";
export * from "./exponential.js";
export type { InterpOptions } from "./interpolation.js";
export { interp } from "./interpolation.js";
export type { PadOptions, PadWidth } from "./joining.js";
export { concatenate, hstack, meshgrid, pad, repeat, split, stack, tile, vstack } from "./joining.js";
export * as linalg from "./linalg/index.js";
export type { ClosenessOptions } from "./logic.js";
export {
  allclose,
  arrayEqual,
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  bitwiseXor,
  equal,
  greater,
  greaterEqual,
  invert,
  isclose,
  leftShift,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  notEqual,
  rightShift,
  select,
  where,
} from "./logic.js";
export type { EyeOptions } from "./matrices.js";
export { diag, diagonal, eye, identity, trace, tri, tril, triu } from "./matrices.js";
export * from "./products.js";
export { astype } from "./promotion.js";
export * from "./reductions.js";
export * from "./rounding.js";
export {
  broadcastTo,
  expandDims,
  flip,
  matrixTranspose,
  moveaxis,
  ravel,
  reshape,
  roll,
  rot90,
  squeeze,
  swapaxes,
  transpose,
} from "./shape.js";
export type { SearchOptions, SortOptions } from "./sorting.js";
export { argsort, nonzero, searchsorted, sort, unique } from "./sorting.js";
export type { AverageOptions, QuantileMethod, QuantileOptions, SpreadOptions } from "./statistics.js";
export { average, logsumexp, mean, median, quantile, std, var_ } from "./statistics.js";
export type { TakeOptions } from "./take.js";
export { take, takeAlongAxis } from "./take.js";
export * from "./trigonometric.js";
export type { VectorizeOptions } from "./vectorize.js";
export { vectorize } from "./vectorize.js";
