/** gpu.js as this target uses it: one device for the process, arrays that stay on it, kernels made from text and kept. */
import { InternalError, TargetError } from "../../../ir/errors.js";
import { type Kernel, lengthOf } from "./kernel.js";
import { type GpuMode, modeLimits, nativeOperations } from "./modes.js";

/** An array on the device. In modes of the host's own it is the array itself. */
export type Handle = Float32Array | DeviceHandle;

/** What gpu.js gives for an array on a graphics card. */
export interface DeviceHandle {
  toArray(): unknown;
  delete(): void;
}

export interface Device {
  readonly mode: GpuMode;
  /** One call of a kernel: its arrays, then its numbers. The result is a new array on the device. */
  launch(kernel: Kernel, arrays: readonly Handle[], numbers: readonly number[]): Handle | Promise<Handle>;
  /** Arrays one after the other in one. */
  pack(arrays: readonly Handle[], lengths: readonly number[]): Promise<Handle>;
  upload(values: Float32Array): Handle | Promise<Handle>;
  read(handle: Handle): Float32Array | Promise<Float32Array>;
  release(handle: Handle): void;
}

/** What is used of gpu.js, whose own types say less than it does. */
interface GpuJs {
  new (settings: {
    readonly mode: GpuMode;
  }): {
    addNativeFunction(name: string, source: string, settings: NativeSettings): unknown;
    createKernel(source: string, settings: KernelSettings): GpuKernel;
  };
}

interface NativeSettings {
  readonly argumentTypes: Readonly<Record<"x" | "y", "Float">>;
  readonly returnType: "Float";
}

interface KernelSettings {
  readonly output: readonly [number];
  readonly functions: readonly { readonly source: string; readonly settings: FunctionSettings }[];
  readonly argumentTypes: Readonly<Record<string, ArrayType | "Float">>;
  readonly loopMaxIterations: number;
  readonly precision: "single";
  readonly pipeline: boolean;
  readonly immutable: boolean;
}

/** WebGL2's kernels want to know where an array comes from. */
type ArrayType = "Array" | "ArrayTexture(1)";

interface FunctionSettings {
  readonly argumentTypes: Readonly<Record<string, "Number">>;
  readonly returnType: "Number";
}

interface GpuKernel {
  (...operands: readonly (Handle | number)[]): unknown;
  destroy(): void;
  readonly kernel?: { readonly constructor: { readonly mode?: string }; readonly fallbackReason?: string };
}

/** Kernels kept at a time: gpu.js keeps each until it is destroyed. */
const kernelsKept = 1000;

/** A device of this mode; gpu.js is loaded here, and nowhere before. */
export async function openDevice(mode: GpuMode): Promise<Device> {
  const GPU = await loadGpuJs();
  const gpu = new GPU({ mode });
  if (modeLimits[mode].dialect.hasNative) {
    for (const { name, source } of Object.values(nativeOperations)) {
      gpu.addNativeFunction(name, source, { argumentTypes: { x: "Float", y: "Float" }, returnType: "Float" });
    }
  }
  const isRemote = mode === "webgpu" || mode === "webgl2";
  /** In the order of their last use. */
  const built = new Map<string, GpuKernel>();

  const kernelFor = (kernel: Kernel, arrays: ArrayType): GpuKernel => {
    const key = `${arrays}\n${keyOf(kernel)}`;
    const found = built.get(key) ?? gpu.createKernel(kernel.source, settingsOf(kernel, arrays, isRemote));
    built.delete(key);
    built.set(key, found);
    for (const [oldest, each] of built) {
      if (built.size <= kernelsKept) break;
      built.delete(oldest);
      each.destroy();
    }
    return found;
  };

  const launch: Device["launch"] = (kernel, arrays, numbers) => {
    const isTexture = mode === "webgl2" && !arrays.some((each) => each instanceof Float32Array);
    const made = kernelFor(kernel, isTexture ? "ArrayTexture(1)" : "Array");
    const result = made(...arrays, ...numbers);
    if (result instanceof Promise) return result.then((value) => handleOf(value, made, mode));
    return handleOf(result, made, mode);
  };

  /**
   * WebGPU rejects what is read of a device that was lost. A WebGL2 context gives zeros, and says that it was lost some time later: a
   * one that is on it must be read as one after the values.
   */
  let one: Handle | null = null;
  const whileAlive = async (values: Float32Array | Promise<Float32Array>): Promise<Float32Array> => {
    const read = await values;
    one ??= await launch(copyKernel(1), [Float32Array.of(1)], []);
    if (one instanceof Float32Array || (await readHandle(one))[0] === 1) return read;
    throw new TargetError('the target "gpu": the WebGL2 context was lost, with the arrays on it');
  };

  const pack: Device["pack"] = async (arrays, lengths) => {
    if (arrays.every((each) => each instanceof Float32Array)) return concatenated(arrays);
    const most = modeLimits[mode].mostInputs;
    const now = arrays.slice(0, most);
    const size = lengths.slice(0, most).reduce((sum, n) => sum + n, 0);
    const packed = await launch(packKernel(lengths.slice(0, most)), now, []);
    const rest = arrays.slice(most);
    return rest.length === 0 ? packed : pack([packed, ...rest], [size, ...lengths.slice(most)]);
  };

  return {
    mode,
    launch,
    pack,
    upload: (values) => (isRemote ? launch(copyKernel(values.length), [values], []) : values),
    read: (handle) => {
      if (handle instanceof Float32Array) return handle;
      const values = readHandle(handle);
      return mode === "webgl2" ? whileAlive(values) : values;
    },
    release: (handle) => {
      if (!(handle instanceof Float32Array)) handle.delete();
    },
  };
}

const keys = new WeakMap<Kernel, string>();

/** Kernels of the same text are the same where their arrays have the same lengths, too: gpu.js makes one for those of its first call. */
function keyOf(kernel: Kernel): string {
  let key = keys.get(kernel);
  if (key === undefined) {
    const lengths = kernel.inputs.map(({ buffers }) => buffers.reduce((sum, b) => sum + lengthOf(b), 0));
    key = [kernel.length, lengths.join(), kernel.source, ...kernel.functions].join("\n");
    keys.set(kernel, key);
  }
  return key;
}

async function loadGpuJs(): Promise<GpuJs> {
  const loaded: unknown = await import("gpu.js").catch((error: unknown) => {
    throw new TargetError(
      `the target "gpu" needs the package gpu.js, which could not be loaded (${String(error)}); npm install gpu.js`,
    );
  });
  const found = memberOf(loaded, "GPU") ?? memberOf(memberOf(loaded, "default"), "GPU");
  if (typeof found !== "function")
    throw new TargetError("the package gpu.js has no GPU; install version 2.24");
  // Sound as far as can be known: this is gpu.js's documented constructor.
  return found as unknown as GpuJs;
}

const memberOf = (value: unknown, name: string): unknown =>
  (typeof value === "object" || typeof value === "function") && value !== null
    ? Reflect.get(value, name)
    : undefined;

const settingsOf = (kernel: Kernel, arrays: ArrayType, isRemote: boolean): KernelSettings => ({
  output: [kernel.length],
  functions: kernel.functions.map((source) => ({
    source,
    settings: {
      argumentTypes: Object.fromEntries(parametersIn(source).map((name) => [name, "Number"] as const)),
      returnType: "Number",
    },
  })),
  argumentTypes: Object.fromEntries(
    parametersIn(kernel.source).map(
      (name, i) => [name, i < kernel.inputs.length ? arrays : "Float"] as const,
    ),
  ),
  // A loop whose bound is computed would stop after 1,000 turns.
  loopMaxIterations: 2 ** 31 - 1,
  precision: "single",
  pipeline: isRemote,
  immutable: isRemote,
});

/** The names in the parentheses of a function's text. */
const parametersIn = (source: string): readonly string[] =>
  source
    .slice(source.indexOf("(") + 1, source.indexOf(")"))
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

/** What a kernel gave, once it is known that it ran where it should. */
function handleOf(value: unknown, kernel: GpuKernel, mode: GpuMode): Handle {
  const ran = kernel.kernel?.constructor.mode;
  // The kernels of WebGL call theirs "gpu".
  if (ran !== undefined && ran !== (mode === "webgl2" ? "gpu" : mode)) {
    throw new TargetError(
      `gpu.js ran a kernel in mode "${ran}" instead of "${mode}": ${kernel.kernel?.fallbackReason ?? "no reason given"}`,
    );
  }
  if (value instanceof Float32Array || isHandle(value)) return value;
  throw new InternalError(`a kernel in mode "${mode}" gave no array`);
}

const isHandle = (value: unknown): value is DeviceHandle =>
  typeof memberOf(value, "toArray") === "function" && typeof memberOf(value, "delete") === "function";

function readHandle(handle: DeviceHandle): Float32Array | Promise<Float32Array> {
  const floats = (value: unknown): Float32Array => {
    if (value instanceof Float32Array) return value;
    throw new InternalError("an array was read from a graphics card and is none");
  };
  const value = handle.toArray();
  return value instanceof Promise ? value.then(floats) : floats(value);
}

function concatenated(arrays: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const array of arrays) {
    whole.set(array, offset);
    offset += array.length;
  }
  return whole;
}

/** The kernel that puts an array on the device. */
const copyKernel = (length: number): Kernel => packKernel([length]);

/** The kernel that puts arrays one after the other. */
function packKernel(lengths: readonly number[]): Kernel {
  const ends: number[] = [];
  for (const length of lengths) ends.push((ends[ends.length - 1] ?? 0) + length);
  const size = ends[ends.length - 1] ?? 0;
  const lines = lengths.map((length, i) => {
    const begin = ends[i] - length;
    return `if (p >= ${begin} && p < ${ends[i]}) { r = a${i}[p - ${begin}]; }`;
  });
  const output: Kernel["output"] = { id: -1, dtype: "float32", size, role: "output" };
  return {
    source: [
      `function (${lengths.map((_, i) => `a${i}`).join(", ")}) {`,
      "let p = this.thread.x;",
      "let r = 0;",
      ...lines,
      "return r;",
      "}",
    ].join("\n"),
    functions: [],
    inputs: lengths.map((_, i) => ({ name: `a${i}`, buffers: [output] })),
    scalars: [],
    output,
    length: size,
  };
}
