/** Arrays on the device, bounded in bytes: those not used for longest go first, and are read back before where the host has no copy. */
import type { TypedArray } from "../../../ir/dtype.js";
import { type Cell, hostCell, onHost, releaseCell } from "./cells.js";
import type { Device } from "./device.js";

/** Bytes of arrays that stay on the device while nobody computes with them. */
const bytesKept = 256e6;

export class Residents {
  /** In the order of their last use. */
  readonly #cells = new Map<Cell, number>();
  /** Arrays of the host that were copied to the device. */
  readonly #byArray = new WeakMap<TypedArray, Cell>();
  #bytes = 0;

  constructor(readonly device: Device) {}

  /** The cell of an array of the host: arrays are immutable, so what was copied once is the same still. */
  of(dtype: Cell["dtype"], values: TypedArray): Cell {
    let cell = this.#byArray.get(values);
    if (cell === undefined) {
      cell = hostCell(dtype, values);
      this.#byArray.set(values, cell);
    }
    return cell;
  }

  /** Notes that these were used, and lets go of others until what is left fits. */
  async keep(cells: readonly Cell[]): Promise<void> {
    for (const cell of cells) {
      this.#bytes -= this.#cells.get(cell) ?? 0;
      this.#cells.delete(cell);
      if (cell.device === null) continue;
      const bytes = 8 * cell.size;
      this.#cells.set(cell, bytes);
      this.#bytes += bytes;
    }
    for (const [cell, bytes] of this.#cells) {
      if (this.#bytes <= bytesKept) return;
      if (cells.includes(cell)) continue;
      await onHost(cell, this.device);
      releaseCell(cell, this.device);
      this.#cells.delete(cell);
      this.#bytes -= bytes;
    }
  }

  /** The device is gone: what the host has no copy of is lost. */
  abandon(): void {
    for (const cell of this.#cells.keys()) if (cell.host !== null) cell.device = null;
    this.#cells.clear();
    this.#bytes = 0;
  }
}
