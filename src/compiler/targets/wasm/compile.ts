/** A program as a WebAssembly instance over the shared memory. */
import type { DType, TypedArray } from "../../../ir/dtype.js";
import { bytesPerElement } from "../../../ir/dtype.js";
import { InternalError, TargetError } from "../../../ir/errors.js";
import { fma64 } from "../../../ir/fma.js";
import type { HostCallback } from "../../../ir/interpret.js";
import type { Program } from "../../../ir/loop-ir.js";
import { planBuffers } from "../../buffers.js";
import type { CompiledProgram } from "../registry.js";
import { callOf } from "./call.js";
import { encodeModule, entryName, importModule, memoryName } from "./encode.js";
import type { EntryFunction } from "./engine.js";
import { engine } from "./engine.js";
import { checkLimits } from "./limits.js";
import { sharedMemory, views } from "./memory.js";
import type { HostSite, ModuleWriter } from "./module-writer.js";
import { hasAddressList, writeModule } from "./statements.js";
import { moduleText } from "./text.js";

/** Measured: what an engine holds for a module and its instance however small they are. */
const instanceBytes = 24_000;

/**
 * Compiles a program whose vectors have lanes in fours; `host` receives copies of the buffers that its Host statements name;
 * `isRelaxed` allows the instructions of relaxed.ts.
 * Of the program and its module nothing is kept but what the engine made of it.
 *
 * @throws TargetError when the program is too large for the engine
 */
export function compileWasm(program: Program, host: HostCallback, isRelaxed = false): CompiledProgram {
  const plan = planBuffers(program);
  const { scratchBytes } = plan;
  const { writer, module } = writeModule(program, plan, isRelaxed);
  const bytes = encodeModule(module);
  checkLimits(module, bytes.length);
  return {
    scratchBytes,
    codeBytes: bytes.length,
    keptBytes: instanceBytes + 10 * bytes.length,
    run: callOf({
      run: instantiate(bytes, writer.hostSites, host),
      scratchBytes,
      tables: tablesOf(writer),
      hasAddressList: hasAddressList(program),
    }),
  };
}

/** The module's text format. */
export const showWasm = (program: Program, isRelaxed = false): string =>
  moduleText(writeModule(program, planBuffers(program), isRelaxed).module);

function tablesOf(writer: ModuleWriter): Uint8Array | null {
  if (writer.constantBytes === 0) return null;
  const all = new Uint8Array(writer.constantBytes);
  for (const [{ values }, offset] of writer.constants) {
    all.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
  }
  return all;
}

interface ImportedFunctions {
  readonly remainder64: (x: number, y: number) => number;
  readonly fma64: (x: number, y: number, z: number) => number;
  readonly hostOperand: (address: number) => void;
  readonly hostCall: (site: number) => void;
}

/** What all programs without host functions of their own are given. */
const pure: ImportedFunctions = {
  remainder64: (x, y) => x % y,
  fma64,
  hostOperand: () => noHost(),
  hostCall: () => noHost(),
};

function noHost(): never {
  throw new InternalError("a program calls the host, and names no host function");
}

/** The entry is a function of its own scope: it must not hold the module's bytes or the writer. */
function instantiate(bytes: Uint8Array, sites: readonly HostSite[], host: HostCallback): EntryFunction {
  if (engine === undefined)
    throw new InternalError("the wasm target was chosen where there is no WebAssembly");
  const functions = sites.length === 0 ? pure : { ...pure, ...hostFunctionsOf([...sites], host) };
  try {
    const instance = new engine.Instance(new engine.Module(bytes), {
      [importModule]: { [memoryName]: sharedMemory(), ...functions },
    });
    // Sound: the module exports its entry under this name, and nothing else.
    return instance.exports[entryName] as EntryFunction;
  } catch (error) {
    // A module within the limits is refused for want of memory alone, or is a fault of ours.
    if (!(error instanceof RangeError)) throw error;
    throw new TargetError(
      `wasm: the engine has no memory left for a program of ${bytes.length} bytes (${error.message}); ` +
        'jit fewer different programs, or use jit(f, { target: "js" })',
    );
  }
}

function hostFunctionsOf(
  sites: readonly HostSite[],
  host: HostCallback,
): Pick<ImportedFunctions, "hostOperand" | "hostCall"> {
  const operands: number[] = [];
  return {
    hostOperand: (address) => void operands.push(address),
    hostCall: (site) => {
      const taken = operands.splice(0);
      host(sites[site].callback, contentsAt(sites[site], taken));
    },
  };
}

/** Copies of what a host function is given. */
const contentsAt = (site: HostSite, addresses: readonly number[]): TypedArray[] =>
  site.operands.map(({ buffer, size }, i) => copyOf(buffer.dtype, addresses[i] >>> 0, size));

function copyOf(dtype: DType, address: number, size: number): TypedArray {
  const start = address / bytesPerElement[dtype];
  return views()[dtype].slice(start, start + size);
}
