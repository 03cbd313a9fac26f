/** Installs numpy's functions as methods of arrays: imported for its effect by every public entry. */
import type { ArrayMethods } from "../autodiff/array.js";
import { NDArray } from "../autodiff/array.js";
import { reshape } from "../autodiff/primitives/sum-and-broadcast.js";
import { sliceAlong } from "../autodiff/primitives/windowing.js";
import { describeAval } from "../ir/aval.js";
import { ShapeError } from "../ir/errors.js";
import * as arithmetic from "./arithmetic.js";
import { exp, log } from "./exponential.js";
import { indexed, updater } from "./indexing.js";
import { repeat } from "./joining.js";
import * as logic from "./logic.js";
import { diagonal } from "./matrices.js";
import * as products from "./products.js";
import { astype } from "./promotion.js";
import * as reductions from "./reductions.js";
import { round } from "./rounding.js";
import * as shape from "./shape.js";
import * as sorting from "./sorting.js";
import * as statistics from "./statistics.js";
import { take } from "./take.js";

/** All that array.ts declares, by its type. */
const methods: ArrayMethods & ThisType<NDArray> = {
  add(other) {
    return arithmetic.add(this, other);
  },
  sub(other) {
    return arithmetic.subtract(this, other);
  },
  mul(other) {
    return arithmetic.multiply(this, other);
  },
  div(other) {
    return arithmetic.divide(this, other);
  },
  floorDivide(other) {
    return arithmetic.floorDivide(this, other);
  },
  mod(other) {
    return arithmetic.mod(this, other);
  },
  pow(other) {
    return arithmetic.power(this, other);
  },
  neg() {
    return arithmetic.negative(this);
  },
  abs() {
    return arithmetic.abs(this);
  },
  sign() {
    return arithmetic.sign(this);
  },
  square() {
    return arithmetic.square(this);
  },
  sqrt() {
    return arithmetic.sqrt(this);
  },
  exp() {
    return exp(this);
  },
  log() {
    return log(this);
  },
  round(decimals) {
    return round(this, decimals);
  },
  clip(low, high) {
    return arithmetic.clip(this, low, high);
  },
  equal(other) {
    return logic.equal(this, other);
  },
  notEqual(other) {
    return logic.notEqual(this, other);
  },
  less(other) {
    return logic.less(this, other);
  },
  lessEqual(other) {
    return logic.lessEqual(this, other);
  },
  greater(other) {
    return logic.greater(this, other);
  },
  greaterEqual(other) {
    return logic.greaterEqual(this, other);
  },
  sum(axis, options) {
    return reductions.sum(this, axis, options);
  },
  prod(axis, options) {
    return reductions.prod(this, axis, options);
  },
  mean(axis, options) {
    return statistics.mean(this, axis, options);
  },
  std(axis, options) {
    return statistics.std(this, axis, options);
  },
  var_(axis, options) {
    return statistics.var_(this, axis, options);
  },
  min(axis, options) {
    return reductions.min(this, axis, options);
  },
  max(axis, options) {
    return reductions.max(this, axis, options);
  },
  argmin(axis, options) {
    return reductions.argmin(this, axis, options);
  },
  argmax(axis, options) {
    return reductions.argmax(this, axis, options);
  },
  all(axis, options) {
    return reductions.all(this, axis, options);
  },
  any(axis, options) {
    return reductions.any(this, axis, options);
  },
  cumsum(axis) {
    return reductions.cumsum(this, axis);
  },
  cumprod(axis) {
    return reductions.cumprod(this, axis);
  },
  dot(other) {
    return products.dot(this, other);
  },
  matmul(other) {
    return products.matmul(this, other);
  },
  reshape(to) {
    return shape.reshape(this, to);
  },
  ravel() {
    return shape.ravel(this);
  },
  flatten() {
    return shape.ravel(this);
  },
  transpose(axes) {
    return shape.transpose(this, axes);
  },
  moveaxis(from, to) {
    return shape.moveaxis(this, from, to);
  },
  swapaxes(axis1, axis2) {
    return shape.swapaxes(this, axis1, axis2);
  },
  expandDims(axis) {
    return shape.expandDims(this, axis);
  },
  squeeze(axis) {
    return shape.squeeze(this, axis);
  },
  broadcastTo(to) {
    return shape.broadcastTo(this, to);
  },
  flip(axis) {
    return shape.flip(this, axis);
  },
  repeat(repeats, axis) {
    return repeat(this, repeats, axis);
  },
  sort(axis, options) {
    return sorting.sort(this, axis, options);
  },
  argsort(axis, options) {
    return sorting.argsort(this, axis, options);
  },
  take(indices, axis, options) {
    return take(this, indices, axis, options);
  },
  diagonal(k, axis1, axis2) {
    return diagonal(this, k, axis1, axis2);
  },
  astype(dtype) {
    return astype(this, dtype);
  },
  slice(...index) {
    return indexed(this, index);
  },
  at(...index) {
    return updater(this, index);
  },
  get T() {
    return shape.transpose(this);
  },
  [Symbol.iterator]() {
    if (this.ndim === 0) {
      throw new ShapeError(
        `iteration over ${describeAval(this.aval)}: a scalar has no first axis to walk; use x.item() for its value`,
      );
    }
    return slicesOf(this);
  },
};

/** x[0], x[1], ... */
function* slicesOf(x: NDArray): IterableIterator<NDArray> {
  for (let i = 0; i < x.shape[0]; i++) yield reshape(sliceAlong(x, 0, i, i + 1), x.shape.slice(1));
}

for (const key of Reflect.ownKeys(methods)) {
  const descriptor = Object.getOwnPropertyDescriptor(methods, key);
  if (descriptor) Object.defineProperty(NDArray.prototype, key, { ...descriptor, enumerable: false });
}
