/** What this machine has, for `chooseMode`: asked once, when the target is first used. */
import { runs } from "../wasm/engine.js";
import type { Adapter, GpuMode, Machine } from "./modes.js";

/** What is looked at of a browser's or of Node's globals. */
interface Platform {
  readonly navigator?: { readonly gpu?: Gpu };
  readonly OffscreenCanvas?: new (
    width: number,
    height: number,
  ) => { getContext(kind: "webgl2"): WebGl2 | null };
}

interface Gpu {
  requestAdapter(): Promise<GpuAdapter | null>;
}

interface GpuAdapter {
  readonly isFallbackAdapter?: boolean;
  readonly info?: {
    readonly vendor?: string;
    readonly architecture?: string;
    readonly description?: string;
    readonly isFallbackAdapter?: boolean;
  };
}

interface WebGl2 {
  getExtension(name: string): { readonly UNMASKED_RENDERER_WEBGL: number } | null;
  getParameter(name: number): unknown;
}

// Sound: every member is optional, and is looked at before it is used.
const platform = globalThis as unknown as Platform;

/** Programs that imitate a graphics card. */
const imitations = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render|warp/i;

/** The description of what was found goes to `targets()`. */
export interface Found {
  readonly machine: Machine;
  readonly adapter: string;
}

/** Where a mode is forced, nothing is asked of the others: opening a graphics card takes its time. */
export async function findMachine(forced: GpuMode | null): Promise<Found> {
  const wants = (mode: GpuMode): boolean => forced === null || forced === mode;
  const webgpu = wants("webgpu") ? await findWebGpu() : none;
  const webgl2 = wants("webgl2") ? findWebGl2() : none;
  return {
    machine: { webgpu: webgpu[0], webgl2: webgl2[0], webasm: runs(emptyModule), cpu: allowsText() },
    adapter: webgpu[1] === "" ? webgl2[1] : webgpu[1],
  };
}

const none: readonly [Adapter, string] = ["none", ""];

async function findWebGpu(): Promise<readonly [Adapter, string]> {
  const gpu = platform.navigator?.gpu ?? (await gpuOfNode());
  if (gpu === undefined) return ["none", ""];
  const adapter = await gpu.requestAdapter().catch(() => null);
  if (adapter === null) return ["none", ""];
  const { vendor = "", architecture = "", description = "", isFallbackAdapter } = adapter.info ?? {};
  const name = [vendor, architecture, description].filter((part) => part !== "").join(" ");
  const isImitated =
    isFallbackAdapter === true || adapter.isFallbackAdapter === true || imitations.test(name);
  return [isImitated ? "software" : "hardware", name];
}

/** The package "webgpu" gives Node what browsers have. Its name is a variable, so that no bundler looks for it. */
const packageOfNode = "webgpu";

interface WebGpuPackage {
  readonly create: (options: readonly string[]) => Gpu;
  readonly globals: object;
}

async function gpuOfNode(): Promise<Gpu | undefined> {
  if (!("process" in globalThis)) return undefined;
  try {
    // Sound: the package's documented exports; where they are missing, the call below throws.
    const { create, globals } = (await import(/* @vite-ignore */ packageOfNode)) as WebGpuPackage;
    const gpu = create([]);
    Object.assign(globalThis, globals);
    // gpu.js asks navigator.gpu.
    const navigator: object = platform.navigator ?? {};
    Object.defineProperty(navigator, "gpu", { value: gpu, configurable: true });
    if (platform.navigator === undefined) {
      Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
    }
    return gpu;
  } catch {
    // Not installed, or no driver on this machine.
    return undefined;
  }
}

function findWebGl2(): readonly [Adapter, string] {
  const { OffscreenCanvas } = platform;
  if (OffscreenCanvas === undefined) return ["none", ""];
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
  if (gl === null) return ["none", ""];
  const extension = gl.getExtension("WEBGL_debug_renderer_info");
  const name = extension === null ? "" : String(gl.getParameter(extension.UNMASKED_RENDERER_WEBGL));
  return [imitations.test(name) ? "software" : "hardware", name];
}

const emptyModule = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** Pages may forbid to make functions of text. */
function allowsText(): boolean {
  try {
    return new Function("return true")() === true;
  } catch {
    return false;
  }
}
