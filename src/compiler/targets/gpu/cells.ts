/** Arrays that are on the host, on the device, or on both, and how each dtype is floats on the device. */
import { allocate, type DType, type TypedArray } from "../../../ir/dtype.js";
import { InternalError } from "../../../ir/errors.js";
import type { Device, Handle } from "./device.js";

export interface Cell {
  readonly dtype: DType;
  readonly size: number;
  host: TypedArray | null;
  device: Handle | null;
}

export const hostCell = (dtype: DType, values: TypedArray): Cell => ({
  dtype,
  size: values.length,
  host: values,
  device: null,
});

export const deviceCell = (dtype: DType, size: number, device: Handle): Cell => ({
  dtype,
  size,
  host: null,
  device,
});

/** The array on the device. */
export function onDevice(cell: Cell, device: Device): Handle | Promise<Handle> {
  if (cell.device !== null) return cell.device;
  if (cell.host === null) throw new InternalError("an array is neither on the host nor on the device");
  const handle = device.upload(encode(cell.dtype, cell.host));
  const keep = (value: Handle): Handle => {
    cell.device = value;
    return value;
  };
  return handle instanceof Promise ? handle.then(keep) : keep(handle);
}

/** The array on the host. */
export function onHost(cell: Cell, device: Device): TypedArray | Promise<TypedArray> {
  if (cell.host !== null) return cell.host;
  if (cell.device === null) throw new InternalError("an array is neither on the host nor on the device");
  const floats = device.read(cell.device);
  const keep = (values: Float32Array): TypedArray => {
    const decoded = decode(cell.dtype, cell.size, values);
    cell.host = decoded;
    return decoded;
  };
  return floats instanceof Promise ? floats.then(keep) : keep(floats);
}

/** Gives back the device's memory. */
export function releaseCell(cell: Cell, device: Device): void {
  if (cell.device === null) return;
  device.release(cell.device);
  cell.device = null;
}

/** Floats as the device has them: of integers all lower words, then all upper ones; of an empty array one that nobody reads. */
export function encode(dtype: DType, values: TypedArray): Float32Array {
  if (values.length === 0) return new Float32Array(1);
  switch (dtype) {
    case "float32":
      return values instanceof Float32Array ? values : Float32Array.from(values);
    case "bool":
      return Float32Array.from(values);
    case "int32":
    case "uint32": {
      const floats = new Float32Array(2 * values.length);
      for (let i = 0; i < values.length; i++) {
        floats[i] = values[i] & 0xffff;
        floats[values.length + i] = values[i] >>> 16;
      }
      return floats;
    }
    case "float64":
      throw new InternalError("float64 does not go to the device");
    default:
      return dtype satisfies never;
  }
}

export function decode(dtype: DType, size: number, floats: Float32Array): TypedArray {
  if (dtype === "float32") return floats;
  const values = allocate(dtype, size);
  switch (dtype) {
    case "bool":
      for (let i = 0; i < size; i++) values[i] = floats[i] > 0 ? 1 : 0;
      return values;
    case "int32":
    case "uint32":
      for (let i = 0; i < size; i++) values[i] = floats[i] | (floats[size + i] << 16);
      return values;
    case "float64":
      throw new InternalError("float64 does not come from the device");
    default:
      return dtype satisfies never;
  }
}
