/** Arrays that a device computes or holds: results of targets that run beside the host, such as "gpu". */
import type { Aval } from "../ir/aval.js";
import { describeAval } from "../ir/aval.js";
import type { DType, TypedArray } from "../ir/dtype.js";
import { PendingError } from "../ir/errors.js";
import { ConcreteArray, NDArray, type NestedNumbers } from "./array.js";

/** Elements on a device: the same ones may be those of several arrays, under different shapes. */
export interface DeviceElements {
  /** The target that they live on. */
  readonly target: string;
  readonly dtype: DType;
  readonly size: number;
  /** On the host, once they have been read; null until then. */
  readonly values: TypedArray | null;
  /** Reads them when they are there. Rejects with the error of the program that computes them. */
  read(): Promise<TypedArray>;
}

/**
 * An array whose values are asked for with `await`: after that they are on the host too, and can be read at once. Operations on it run
 * where it lives.
 */
export class PendingArray extends NDArray {
  readonly aval: Aval;
  readonly elements: DeviceElements;
  #settled: ConcreteArray | null = null;

  constructor(type: Aval, elements: DeviceElements) {
    super();
    this.aval = type;
    this.elements = elements;
  }

  /** The array on the host, if its values have been read; else null. */
  settled(): ConcreteArray | null {
    const { values } = this.elements;
    if (this.#settled === null && values !== null) this.#settled = new ConcreteArray(this.aval, values);
    return this.#settled;
  }

  override concrete(operation: string): ConcreteArray {
    const settled = this.settled();
    if (settled !== null) return settled;
    throw new PendingError(
      `${operation}: the values of ${describeAval(this.aval)} are on the target "${this.elements.target}" and come later; ` +
        "write await x.data(), or await blockUntilReady(x) and read it then",
    );
  }

  /** The array on the host, when its values are there. */
  async #read(): Promise<ConcreteArray> {
    await this.elements.read();
    return this.concrete("data()");
  }

  override async data(): Promise<TypedArray> {
    return (await this.#read()).dataSync();
  }

  override async jsAsync(): Promise<NestedNumbers> {
    return (await this.#read()).js();
  }

  override async blockUntilReady(): Promise<this> {
    await this.#read();
    return this;
  }

  /** dtype and shape, and the values once they have been read. */
  override toString(): string {
    const { dtype, shape } = this.aval;
    return this.settled()?.toString() ?? `${dtype}[${shape.join(",")}] pending on ${this.elements.target}`;
  }

  override [Symbol.toPrimitive](hint: string): string {
    return hint === "string" ? this.toString() : super[Symbol.toPrimitive](hint);
  }

  /** What Node's console prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}
