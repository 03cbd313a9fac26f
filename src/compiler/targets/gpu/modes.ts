/**
 * gpu.js runs kernels in several modes. What they can do, and which of them a machine should use, is stated here; the choice is a
 * function of what the machine has.
 */

/** The modes that this target uses, best first. */
export const gpuModes: readonly GpuMode[] = ["webgpu", "webgl2", "webasm", "cpu"];
export type GpuMode = "webgpu" | "webgl2" | "webasm" | "cpu";

/** How the text of a kernel differs from mode to mode. */
export interface Dialect {
  /** Numbers are doubles: every operation of float32 is rounded by `Math.fround`. */
  readonly isDouble: boolean;
  /**
   * Drivers may take (a + b) - a for b, (a + 1) - 2 for a - 1, and (a / b) b for a: sums that share a summand or both have a constant,
   * and a quotient and its divisor, are kept apart (see `FloatValue`).
   */
  readonly isReassociating: boolean;
  /** Functions must stand before those that call them, and gpu.js does not see to it (see `orderedCalls`). */
  readonly isOrdered: boolean;
  /** Operations on bits are functions in the machine's own language: gpu.js would write each as a loop over the bits. */
  readonly hasNative: boolean;
  /** Elementary functions of float32 are the driver's (see driver-functions.ts). */
  readonly usesDriverFunctions: boolean;
}

const nativeOperation = (name: string, op: string) => ({
  name,
  source: `float ${name}(float x, float y) { return float(int(x) ${op} int(y)); }`,
});

/** GLSL. */
export const nativeOperations = {
  "&": nativeOperation("bits_and", "&"),
  "|": nativeOperation("bits_or", "|"),
  "^": nativeOperation("bits_xor", "^"),
  "<<": nativeOperation("bits_up", "<<"),
  ">>": nativeOperation("bits_down", ">>"),
} as const;

export interface ModeLimits {
  readonly dialect: Dialect;
  /** Arrays that one kernel can read. */
  readonly mostInputs: number;
  /** Elements of one array: positions are floats. */
  readonly mostElements: number;
  /** A whole run of chains is one kernel (see chains.ts). WebGL's compilers do not come to an end with it. */
  readonly takesChains: boolean;
  /** What results may differ by from those of the js target, for people. */
  readonly accuracy: string;
}

const exactDialect: Dialect = {
  isDouble: false,
  isReassociating: false,
  isOrdered: false,
  hasNative: false,
  usesDriverFunctions: false,
};
const driverDialect: Dialect = { ...exactDialect, isReassociating: true };
const exact = "the same bits as js; fused multiply-adds within 1 ulp";
const approximate =
  "integers exact; floats within a few ulp of js an operation, subnormal numbers may be 0, the sign of 0 may be lost";

/** WebGPU gives a kernel 8 storage buffers, one of them its output; textures of WebGL2 are 16 at least. */
export const modeLimits: Readonly<Record<GpuMode, ModeLimits>> = {
  webgpu: {
    dialect: driverDialect,
    mostInputs: 7,
    mostElements: 2 ** 24,
    takesChains: true,
    accuracy: approximate,
  },
  webgl2: {
    dialect: { ...driverDialect, isOrdered: true, hasNative: true },
    mostInputs: 7,
    mostElements: 2 ** 22,
    takesChains: false,
    accuracy: approximate,
  },
  webasm: { dialect: exactDialect, mostInputs: 7, mostElements: 2 ** 24, takesChains: true, accuracy: exact },
  cpu: {
    dialect: { ...exactDialect, isDouble: true },
    mostInputs: 7,
    mostElements: 2 ** 24,
    takesChains: true,
    accuracy: exact,
  },
};

/** `fastMath` allows the functions of drivers; the other modes have none that are quicker than the library's. */
export function limitsOf(mode: GpuMode, { fastMath }: { readonly fastMath: boolean }): ModeLimits {
  const limits = modeLimits[mode];
  const hasDriver = mode === "webgpu" || mode === "webgl2";
  return fastMath && hasDriver
    ? {
        ...limits,
        dialect: { ...limits.dialect, usesDriverFunctions: true },
        accuracy: `${limits.accuracy}; elementary functions as the driver has them`,
      }
    : limits;
}

/** What there is of an interface to a graphics card: a card, a program that imitates one, or nothing. */
export type Adapter = "hardware" | "software" | "none";

/** What decides about the mode. */
export interface Machine {
  readonly webgpu: Adapter;
  readonly webgl2: Adapter;
  /** Pages may forbid compiled WebAssembly, and JavaScript from text. */
  readonly webasm: boolean;
  readonly cpu: boolean;
}

export interface ModeChoice {
  readonly mode: GpuMode | null;
  /** Why, for people. */
  readonly reason: string;
}

/**
 * The best mode of a machine: a graphics card by WebGPU, then by WebGL2; then gpu.js's own WebAssembly and JavaScript, which are faster
 * than a graphics card that is imitated in software.
 */
export function chooseMode(machine: Machine): ModeChoice {
  if (machine.webgpu === "hardware") return { mode: "webgpu", reason: "a graphics card, by WebGPU" };
  if (machine.webgl2 === "hardware") return { mode: "webgl2", reason: "a graphics card, by WebGL2" };
  const isImitated = machine.webgpu === "software" || machine.webgl2 === "software";
  const why = isImitated
    ? "the graphics card is imitated in software, which is slower"
    : "there is no graphics card that a program can use";
  if (machine.webasm) return { mode: "webasm", reason: why };
  if (machine.cpu) return { mode: "cpu", reason: why };
  return { mode: null, reason: `${why}, and compiled code is forbidden here` };
}

/** Whether a mode can run on the machine at all, whoever chose it. */
export function canRun(mode: GpuMode, machine: Machine): boolean {
  switch (mode) {
    case "webgpu":
    case "webgl2":
      return machine[mode] !== "none";
    case "webasm":
    case "cpu":
      return machine[mode];
    default:
      return mode satisfies never;
  }
}
