/**
 * jax-js, where it is installed (`npm ci --prefix bench/peers`). It counts references: every array is consumed once, and
 * `.ref` makes one more of it.
 */

export interface JaxJsArray {
  readonly ref: JaxJsArray;
  add(other: JaxJsArray): JaxJsArray;
  mul(other: JaxJsArray | number): JaxJsArray;
  item(): number;
  dispose(): void;
}

type JaxJsFunction = (x: JaxJsArray) => JaxJsArray;

/** As much of it as the scripts here use. */
export interface JaxJs {
  readonly numpy: { array(value: number): JaxJsArray; sin(x: JaxJsArray): JaxJsArray };
  grad(f: JaxJsFunction): JaxJsFunction;
  jit(f: JaxJsFunction): JaxJsFunction;
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
