/**
 * NDArray: the one type users see. Concrete arrays and tracers both implement it, so a function is written once and
 * runs eagerly, under `grad`, under `vmap` and under `jit`.
 *
 * Arrays are immutable values owned by the garbage collector. The methods are declared here and installed by
 * numpy/methods.ts, since they are numpy's functions.
 */
import type { Aval } from "../ir/aval.js";
import { aval, describeAval } from "../ir/aval.js";
import type { DType, TypedArray } from "../ir/dtype.js";
import { allocate } from "../ir/dtype.js";
import { ArgumentError, CoercionError, InternalError } from "../ir/errors.js";
import type { Shape } from "../ir/shape.js";
import { sizeOf } from "../ir/shape.js";

export interface NestedArray extends ReadonlyArray<number | boolean | NestedArray> {}

/** What may stand wherever an array goes in. */
export type ArrayLike =
  | NDArray
  | number
  | boolean
  | NestedArray
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint32Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array;

/** What `x.js()` gives: nested JavaScript arrays of numbers (booleans for bool), or one of them for a scalar. */
export type NestedNumbers = number | boolean | NestedNumbers[];

export interface ReduceOptions {
  /** Keep the reduced axes with size 1. */
  readonly keepdims?: boolean;
}

/** One axis, several, or null for all. */
export type AxisArgument = number | readonly number[] | null;

export interface DescendingOption {
  /** From large to small. */
  readonly descending?: boolean;
}

/** What is read at positions out of range. */
export interface OutsideOptions {
  readonly mode?: "fill" | "clip" | "wrap";
  readonly fillValue?: number;
}

/** One position of `x.slice(...)`: an index, a range, a whole axis `[]`, a new axis `null`, the rest `"..."`, or an index array. */
export type IndexArgument = number | readonly number[] | null | "..." | NDArray;

/** `x.at(...)`: updates as new arrays. */
export interface IndexUpdater {
  get(): NDArray;
  set(value: ArrayLike): NDArray;
  add(value: ArrayLike): NDArray;
  multiply(value: ArrayLike): NDArray;
  min(value: ArrayLike): NDArray;
  max(value: ArrayLike): NDArray;
}

/** The functions of `cotangent/numpy` as methods, under their names there but for sub, mul, div, pow and neg. */
export interface ArrayMethods {
  add(other: ArrayLike): NDArray;
  sub(other: ArrayLike): NDArray;
  mul(other: ArrayLike): NDArray;
  div(other: ArrayLike): NDArray;
  floorDivide(other: ArrayLike): NDArray;
  mod(other: ArrayLike): NDArray;
  pow(other: ArrayLike): NDArray;
  neg(): NDArray;
  abs(): NDArray;
  sign(): NDArray;
  square(): NDArray;
  sqrt(): NDArray;
  exp(): NDArray;
  log(): NDArray;
  round(decimals?: number): NDArray;
  clip(low?: ArrayLike | null, high?: ArrayLike | null): NDArray;
  equal(other: ArrayLike): NDArray;
  notEqual(other: ArrayLike): NDArray;
  less(other: ArrayLike): NDArray;
  lessEqual(other: ArrayLike): NDArray;
  greater(other: ArrayLike): NDArray;
  greaterEqual(other: ArrayLike): NDArray;
  sum(axis?: AxisArgument, options?: ReduceOptions): NDArray;
  prod(axis?: AxisArgument, options?: ReduceOptions): NDArray;
  mean(axis?: AxisArgument, options?: ReduceOptions): NDArray;
  std(axis?: AxisArgument, options?: ReduceOptions & { readonly ddof?: number }): NDArray;
  var_(axis?: AxisArgument, options?: ReduceOptions & { readonly ddof?: number }): NDArray;
  min(axis?: AxisArgument, options?: ReduceOptions): NDArray;
  max(axis?: AxisArgument, options?: ReduceOptions): NDArray;
  argmin(axis?: number | null, options?: ReduceOptions): NDArray;
  argmax(axis?: number | null, options?: ReduceOptions): NDArray;
  all(axis?: AxisArgument, options?: ReduceOptions): NDArray;
  any(axis?: AxisArgument, options?: ReduceOptions): NDArray;
  cumsum(axis?: number | null): NDArray;
  cumprod(axis?: number | null): NDArray;
  dot(other: ArrayLike): NDArray;
  matmul(other: ArrayLike): NDArray;
  reshape(shape: number | readonly number[]): NDArray;
  ravel(): NDArray;
  flatten(): NDArray;
  transpose(axes?: readonly number[] | null): NDArray;
  moveaxis(from: number | readonly number[], to: number | readonly number[]): NDArray;
  swapaxes(axis1: number, axis2: number): NDArray;
  expandDims(axis: number | readonly number[]): NDArray;
  squeeze(axis?: AxisArgument): NDArray;
  broadcastTo(shape: number | readonly number[]): NDArray;
  flip(axis?: AxisArgument): NDArray;
  repeat(repeats: number | readonly number[], axis?: number | null): NDArray;
  sort(axis?: number | null, options?: DescendingOption): NDArray;
  argsort(axis?: number | null, options?: DescendingOption): NDArray;
  take(indices: ArrayLike, axis?: number | null, options?: OutsideOptions): NDArray;
  diagonal(k?: number, axis1?: number, axis2?: number): NDArray;
  astype(dtype: DType): NDArray;
  slice(...index: IndexArgument[]): NDArray;
  at(...index: IndexArgument[]): IndexUpdater;
  /** The axes in reverse order. */
  readonly T: NDArray;
  /** The slices along the first axis; throws at rank 0. */
  [Symbol.iterator](): IterableIterator<NDArray>;
}

export interface NDArray extends ArrayMethods {}

/** An n-dimensional array: concrete, or a tracer that stands for one. */
export abstract class NDArray {
  abstract readonly aval: Aval;

  /** The values behind this array; throws ConcretizationError when it is traced. `operation` is what wants them. */
  abstract concrete(operation: string): ConcreteArray;

  get shape(): Shape {
    return this.aval.shape;
  }
  get dtype(): DType {
    return this.aval.dtype;
  }
  get weakType(): boolean {
    return this.aval.weakType;
  }
  get ndim(): number {
    return this.aval.shape.length;
  }
  get size(): number {
    return sizeOf(this.aval.shape);
  }

  /** The values as nested JavaScript arrays. */
  js(): NestedNumbers {
    return this.concrete("js()").nested();
  }

  /** The only value of an array of one element. Under `grad` alone: the primal's value. */
  item(): number | boolean {
    const { values, dtype } = this.concrete("item()");
    if (values.length !== 1) {
      throw new CoercionError(
        `item(): the array has shape [${this.shape}], not one element; use js() or dataSync()`,
      );
    }
    return dtype === "bool" ? values[0] !== 0 : values[0];
  }

  /** A fresh copy of the elements, flat and row-major (bool: bytes of 0 and 1). */
  dataSync(): TypedArray {
    return this.concrete("dataSync()").values.slice();
  }

  /** As `dataSync`, for arrays that may still be on a device. */
  async data(): Promise<TypedArray> {
    return this.concrete("data()").values.slice();
  }

  /** As `js`, for arrays that may still be on a device. */
  async jsAsync(): Promise<NestedNumbers> {
    return this.concrete("jsAsync()").nested();
  }

  /** This array, once its values are there. Source: jax.Array.block_until_ready. */
  async blockUntilReady(): Promise<this> {
    this.concrete("blockUntilReady()");
    return this;
  }

  /** Coercion would silently leave the computation: `x + 1`, `x > 0`, `obj[x]` throw and name the function to use. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string" && this instanceof ConcreteArray) return this.toString();
    throw new CoercionError(
      `an NDArray (${describeAval(this.aval)}) cannot be turned into a ${hint === "string" ? "string" : "number"}: ` +
        "write x.add(1) for x + 1, x.greater(0) for x > 0, np.where(test, a, b) or lax.cond for if; " +
        "x.item() gives the number of a concrete scalar",
    );
  }
}

/** An array whose values are here. */
export class ConcreteArray extends NDArray {
  readonly aval: Aval;
  /** Never written after construction; never handed out without copying. */
  readonly values: TypedArray;
  /** Made from a number written in the program: it stands inside jaxprs as a literal. */
  readonly isLiteral: boolean;

  constructor(type: Aval, values: TypedArray, isLiteral = false) {
    super();
    if (values.length !== sizeOf(type.shape)) {
      throw new InternalError(`${values.length} values for ${describeAval(type)}`);
    }
    this.aval = type;
    this.values = values;
    this.isLiteral = isLiteral;
  }

  override concrete(): ConcreteArray {
    return this;
  }

  /** dtype, shape and values, for people. */
  override toString(): string {
    return showValues(this.values, this.aval);
  }

  /** The values as nested JavaScript arrays. */
  nested(): NestedNumbers {
    const { shape, dtype } = this.aval;
    const build = (axis: number, offset: number, size: number): NestedNumbers => {
      if (axis === shape.length) return dtype === "bool" ? this.values[offset] !== 0 : this.values[offset];
      const inner = shape[axis] === 0 ? 0 : size / shape[axis];
      return Array.from({ length: shape[axis] }, (_, i) => build(axis + 1, offset + i * inner, inner));
    };
    return build(0, 0, this.values.length);
  }

  /** What Node's console prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** A number of the program's text as a weakly typed scalar: small ones are shared. */
export function literal(value: number, dtype: DType = "float32", weakType = true): ConcreteArray {
  const shared = weakType && Number.isInteger(value) && value >= 0 && value < 16 && !Object.is(value, -0);
  if (!shared) return makeLiteral(value, dtype, weakType);
  const key = `${dtype}${value}`;
  let found = sharedLiterals.get(key);
  if (found === undefined) {
    found = makeLiteral(value, dtype, weakType);
    sharedLiterals.set(key, found);
  }
  return found;
}

/** At most 16 values of 5 dtypes. */
const sharedLiterals = new Map<string, ConcreteArray>();

function makeLiteral(value: number, dtype: DType, weakType: boolean): ConcreteArray {
  if (dtype === "int32" || dtype === "uint32") checkFits(value, dtype);
  const values = allocate(dtype, 1);
  values[0] = dtype === "bool" ? Number(value !== 0) : value;
  return new ConcreteArray(aval([], dtype, weakType), values, true);
}

/**
 * Negative numbers beside uint32 wrap, as in JAX; what no integer of 32 bits stands for is refused.
 *
 * @throws ArgumentError on NaN and on numbers out of range
 */
function checkFits(value: number, dtype: "int32" | "uint32"): void {
  if (value >= -(2 ** 31) && value < (dtype === "int32" ? 2 ** 31 : 2 ** 32)) return;
  throw new ArgumentError(
    `the number ${value} does not fit into ${dtype}; use float64, or a number from ` +
      (dtype === "int32" ? "-2^31 to 2^31 - 1" : "0 to 2^32 - 1"),
  );
}

/** The shortest decimal that reads back as the same number of this dtype. */
export function showNumber(value: number, dtype: DType): string {
  if (Object.is(value, -0)) return "-0";
  if (dtype !== "float32" || !Number.isFinite(value)) return String(value);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

/** `float32[2,3] [[1, 2, 3], ...]`, at most 8 entries a row and 1,000 in all. */
function showValues(values: TypedArray, type: Aval): string {
  const entry = (value: number): string =>
    type.dtype === "bool" ? String(value !== 0) : showNumber(value, type.dtype);
  let left = 1000;
  const show = (axis: number, offset: number, size: number): string => {
    if (axis === type.shape.length) {
      left--;
      return entry(values[offset]);
    }
    const n = type.shape[axis];
    const inner = n === 0 ? 0 : size / n;
    const parts: string[] = [];
    for (let i = 0; i < n; i++) {
      if (left <= 0 || (n > 8 && i === 4)) {
        parts.push("...");
        if (left <= 0 || n <= 8) break;
        i = n - 4;
      }
      parts.push(show(axis + 1, offset + i * inner, inner));
    }
    return `[${parts.join(", ")}]`;
  };
  const name = `${type.dtype}[${type.shape.join(",")}]`;
  return `${name} ${show(0, 0, values.length)}`;
}
