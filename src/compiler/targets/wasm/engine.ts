/** The part of the engine's WebAssembly interface that is used, typed here because the library rests on no platform's types. */

export interface EngineMemory {
  readonly buffer: ArrayBuffer;
  /** By pages of 64 kB; throws RangeError where there is no more. */
  grow(pages: number): number;
}

export type EntryFunction = (...addresses: number[]) => void;

interface Instance {
  readonly exports: Readonly<Record<string, unknown>>;
}

interface Engine {
  readonly Memory: new (limits: { readonly initial: number; readonly maximum?: number }) => EngineMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => Instance;
  readonly validate: (bytes: Uint8Array) => boolean;
}

/** Undefined where there is no WebAssembly. */
// Sound: the members named are those of the WebAssembly JavaScript Interface, which an engine has or has not as a whole.
export const engine: Engine | undefined = (globalThis as { readonly WebAssembly?: Engine }).WebAssembly;

/** Whether the engine compiles a module: a page's policy may forbid what `validate` finds in order. */
export function runs(bytes: Uint8Array): boolean {
  if (engine === undefined) return false;
  try {
    new engine.Module(bytes);
    return true;
  } catch {
    return false;
  }
}
