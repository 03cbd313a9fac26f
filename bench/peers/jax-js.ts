/**
 * jax-js, where it is installed (`npm ci --prefix bench/peers`). It counts references: every array is consumed once, and
 * `.ref` makes one more of it.
 */

export interface JaxJsArray {
  readonly ref: JaxJsArray;
  readonly shape: number[];
  add(other: JaxJsArray | number): JaxJsArray;
  sub(other: JaxJsArray | number): JaxJsArray;
  mul(other: JaxJsArray | number): JaxJsArray;
  div(other: JaxJsArray | number): JaxJsArray;
  reshape(shape: readonly number[]): JaxJsArray;
  transpose(): JaxJsArray;
  slice(...index: number[]): JaxJsArray;
  sum(axis?: number): JaxJsArray;
  mean(): JaxJsArray;
  item(): number;
  data(): Promise<Float32Array>;
  dispose(): void;
}

type Operand = JaxJsArray | number;
type Unary = (x: JaxJsArray) => JaxJsArray;
/** jax-js's own trees: arrays in tuples and plain objects. */
export type JaxJsTree = JaxJsArray | readonly JaxJsTree[] | { readonly [key: string]: JaxJsTree };

/** As much of it as the scripts here use. */
export interface JaxJs {
  readonly numpy: {
    array(value: number | Float32Array | Int32Array, options?: { readonly dtype?: unknown }): JaxJsArray;
    readonly int32: unknown;
    zerosLike: Unary;
    sin: Unary;
    exp: Unary;
    tanh: Unary;
    sqrt: Unary;
    square: Unary;
    subtract(x: Operand, y: Operand): JaxJsArray;
    power(x: Operand, y: Operand): JaxJsArray;
    matmul(x: JaxJsArray, y: JaxJsArray): JaxJsArray;
  };
  readonly nn: {
    silu: Unary;
    relu: Unary;
    logSoftmax: Unary;
    oneHot(x: JaxJsArray, classes: number): JaxJsArray;
  };
  readonly random: {
    key(seed: number): JaxJsArray;
    split(key: JaxJsArray, count: number): JaxJsArray;
    normal(key: JaxJsArray, shape: readonly number[]): JaxJsArray;
    uniform(key: JaxJsArray, shape: readonly number[], range: { minval: number; maxval: number }): JaxJsArray;
  };
  readonly tree: {
    map<T extends JaxJsTree>(f: (...leaves: JaxJsArray[]) => JaxJsArray, ...trees: readonly T[]): T;
    ref<T extends JaxJsTree>(tree: T): T;
    leaves(tree: JaxJsTree): JaxJsArray[];
    dispose(tree: JaxJsTree): void;
  };
  grad<A extends [JaxJsTree, ...unknown[]]>(f: (...args: A) => JaxJsArray): (...args: A) => A[0];
  valueAndGrad<A extends [JaxJsTree, ...unknown[]]>(
    f: (...args: A) => JaxJsArray,
  ): (...args: A) => [JaxJsArray, A[0]];
  hessian(f: Unary): Unary;
  vmap<A extends unknown[]>(
    f: (...args: A) => JaxJsArray,
    axes: readonly (number | null)[],
  ): (...args: A) => JaxJsArray;
  jit<A extends unknown[], R>(f: (...args: A) => R): (...args: A) => R;
  blockUntilReady(tree: JaxJsTree): Promise<unknown>;
  init(backend: string): Promise<unknown>;
  defaultDevice(backend: string): unknown;
}

/** jax-js on its WebAssembly backend, the one there is in Node; null where it is not installed. */
export async function loadJaxJs(): Promise<JaxJs | null> {
  // A variable keeps the type checker from asking for a package that the project itself does without.
  const specifier: string = "@jax-js/jax";
  try {
    const module = asJaxJs(await import(specifier));
    await module.init("wasm");
    module.defaultDevice("wasm");
    return module;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") return null;
    throw error;
  }
}

/** True of the version that the lockfile beside this file names. */
const asJaxJs = (module: unknown): JaxJs => module as JaxJs;
