/** One device for the process, opened when it is first used, on which programs run one after the other. */
import { CotangentError, TargetError } from "../../../ir/errors.js";
import { type Device, openDevice } from "./device.js";
import { type Found, findMachine } from "./machine.js";
import { canRun, chooseMode, type GpuMode, gpuModes } from "./modes.js";
import { Residents } from "./residents.js";

export interface Opened {
  readonly device: Device;
  readonly residents: Residents;
}

/** What the user chose. */
let forced: GpuMode | null = null;
let opening: Promise<Opened> | null = null;
/** What is known of the mode: null before the device was opened. */
let settled: { readonly mode: GpuMode; readonly reason: string; readonly adapter: string } | null = null;
let tail: Promise<unknown> = Promise.resolve();

export const forcedMode = (): GpuMode | null => forced;

/** Another mode from the next program on; arrays on the device before it are read back by who wants them. */
export function forceMode(mode: GpuMode | null): void {
  if (mode === forced) return;
  forced = mode;
  opening = null;
  settled = null;
}

/** The mode that programs run in; before the first of them the one that was forced, or else the one that is most often there. */
export const likelyMode = (): GpuMode => settled?.mode ?? forced ?? "webasm";

/** For `targets()`. */
export function describeMode(): string {
  if (settled !== null) {
    const { mode, reason, adapter } = settled;
    return `kernels by gpu.js in mode "${mode}": ${reason}${adapter === "" ? "" : ` (${adapter})`}`;
  }
  if (forced !== null) return `kernels by gpu.js in mode "${forced}", as chosen`;
  return `kernels by gpu.js; the first program chooses the best mode of this machine (${gpuModes.join(", ")})`;
}

/** Does `work` when everything before it is done, in the mode of now. What fails rejects; what comes after it runs all the same. */
export function enqueue<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
  opening ??= open(forced);
  const mine = opening;
  const result = tail.then(async () => {
    try {
      return await work(await mine);
    } catch (error) {
      await forgetIfUnusable(mine, error);
      if (error instanceof CotangentError) throw error;
      throw new TargetError(
        `the target "gpu" failed: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  });
  tail = result.catch(() => undefined);
  return result;
}

/** A device that was lost, or could not be opened, is opened again by the next program. */
async function forgetIfUnusable(mine: Promise<Opened>, error: unknown): Promise<void> {
  const opened = await mine.catch(() => null);
  const isLost = error instanceof Error && /lost/.test(error.message);
  if (opened !== null && !isLost) return;
  opened?.residents.abandon();
  if (opening === mine) opening = null;
}

async function open(wanted: GpuMode | null): Promise<Opened> {
  const found = await findMachine(wanted);
  const { mode, reason } = modeFor(wanted, found);
  const device = await openDevice(mode);
  if (forced === wanted) settled = { mode, reason, adapter: found.adapter };
  return { device, residents: new Residents(device) };
}

function modeFor(
  wanted: GpuMode | null,
  { machine }: Found,
): { readonly mode: GpuMode; readonly reason: string } {
  if (wanted !== null) {
    if (canRun(wanted, machine)) return { mode: wanted, reason: "as chosen" };
    throw new TargetError(
      `the mode "${wanted}" of gpu.js cannot run here; these can: ` +
        `${gpuModes.filter((mode) => canRun(mode, machine)).join(", ") || "none"}`,
    );
  }
  const { mode, reason } = chooseMode(machine);
  if (mode === null) throw new TargetError(`the target "gpu" cannot run here: ${reason}`);
  return { mode, reason };
}
