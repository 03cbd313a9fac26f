/** gpu.js as somebody uses it who writes kernels by hand: one GPU, kernels from text, arrays that stay on the device. */
import type { GpuMode } from "cotangent/gpu";
import * as gpujs from "gpu.js";

/** An array on the device, or on the host in modes of the host's own. */
export type Handle = unknown;

/** A matrix of these rows and columns; a vector has one row, and is read as a[i]. */
export type Launch = (...operands: readonly (Handle | number)[]) => Promise<Handle>;

export interface Kernels {
  /** `function (a, b) { ... }` for each element of the output: this.thread.x is the column, this.thread.y the row. */
  readonly kernel: (source: string, output: readonly number[]) => Launch;
  /** f32[rows, columns] for kernels to read as a[row][column]. */
  readonly matrix: (values: Float32Array, rows: number, columns: number) => Handle;
  readonly read: (handle: Handle) => Promise<Float32Array>;
  /** Gives memory of the device back. */
  readonly free: (...handles: readonly Handle[]) => void;
  readonly close: () => void;
}

/** gpu.js's types say that this is a type. */
const { input }: { readonly input: (values: Float32Array, size: readonly number[]) => Handle } =
  Object(gpujs);

export function kernelsIn(mode: GpuMode): Kernels {
  const isRemote = mode === "webgpu" || mode === "webgl2";
  // gpu.js's types know neither the newer modes nor `loopMaxIterations`.
  const gpu = new gpujs.GPU({ mode: mode as "gpu" });
  const kernel: Kernels["kernel"] = (source, output) => {
    const made: (...operands: readonly unknown[]) => unknown = gpu.createKernel(source as never, {
      output: [...output],
      precision: "single",
      pipeline: isRemote,
      immutable: isRemote,
      ...{ loopMaxIterations: 2 ** 31 - 1 },
    });
    return async (...operands) => made(...operands);
  };
  return {
    kernel,
    matrix: (values, rows, columns) => input(values, [columns, rows]),
    read: async (handle) => flat(isHandle(handle) ? await handle.toArray() : handle),
    free: (...handles) => {
      for (const handle of handles) if (isHandle(handle)) handle.delete();
    },
    close: () => {
      void gpu.destroy();
    },
  };
}

interface DeviceHandle {
  readonly toArray: () => unknown;
  readonly delete: () => void;
}

const isHandle = (value: unknown): value is DeviceHandle =>
  typeof value === "object" && value !== null && "toArray" in value && "delete" in value;

/** Rows one after the other. */
function flat(value: unknown): Float32Array {
  if (value instanceof Float32Array) return value;
  if (!Array.isArray(value)) throw new Error("a kernel gave no array");
  const rows = value.map(flat);
  const whole = new Float32Array(rows.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const row of rows) {
    whole.set(row, offset);
    offset += row.length;
  }
  return whole;
}
