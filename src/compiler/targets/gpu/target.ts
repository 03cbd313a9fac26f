/**
 * The gpu target: parallel loop nests as kernels of gpu.js, on a graphics card where there is one. Results come later: they are
 * read with `await x.data()`, and stay on the device for what is computed from them.
 */
import type { DeviceElements } from "../../../autodiff/pending-array.js";
import { checkChoice } from "../../../ir/arguments.js";
import type { TypedArray } from "../../../ir/dtype.js";
import { TargetError } from "../../../ir/errors.js";
import type { Buffer, Program } from "../../../ir/loop-ir.js";
import { planBuffers } from "../../buffers.js";
import { type DeviceProgram, type DeviceTarget, exactMath, onDefaultTarget } from "../registry.js";
import { type Cell, onHost } from "./cells.js";
import { type CompileElsewhere, elsewhereCache, execute } from "./execute.js";
import { type GpuMode, gpuModes, modeLimits } from "./modes.js";
import { innerSteps, type Plan, planOf, type Step } from "./plan.js";
import { describeMode, enqueue, forceMode, likelyMode, type Opened } from "./queue.js";
import { showPlan } from "./show.js";
import { eachStatement } from "./unit.js";

const name = "gpu";

export const gpuTarget: DeviceTarget = {
  name,
  lanes: 1,
  isDevice: true,
  schedule: "elements",
  get description() {
    return describeMode();
  },
  available: true,
  passes: [],
  compile,
  show: (program) => showPlan(planOf(program, modeLimits[likelyMode()]), likelyMode()),
};

/**
 * Chooses the mode of gpu.js that the target "gpu" runs in: "webgpu", "webgl2", "webasm" or "cpu". `null` gives the choice back to the
 * library, which takes a graphics card where there is one. `targets()` says which it is.
 *
 * @throws ArgumentError when there is no such mode; where it cannot run here, reading a result throws TargetError
 * @example setGpuMode("webgpu");
 */
export function setGpuMode(mode: GpuMode | null): void {
  if (mode !== null) checkChoice("setGpuMode", "the mode", mode, gpuModes);
  forceMode(mode);
}

/** Nests without a kernel run on the best target of the host's own. */
const compileElsewhere: CompileElsewhere = (program) =>
  onDefaultTarget((target) => target.compile(program, exactMath));

/** Bytes a statement costs, about, with the kernel that is made of it. */
const bytesPerStatement = 400;

function compile(program: Program): DeviceProgram {
  const plans = new Map<GpuMode, Plan>();
  const planFor = (mode: GpuMode): Plan => {
    let plan = plans.get(mode);
    if (plan === undefined) {
      plan = planOf(program, modeLimits[mode]);
      plans.set(mode, plan);
    }
    return plan;
  };
  const elsewhere = elsewhereCache(compileElsewhere);
  let statements = 0;
  eachStatement([program.body], () => statements++);
  return {
    keptBytes: bytesPerStatement * statements,
    get scratchBytes() {
      return planBuffers(program).scratchBytes;
    },
    get codeBytes() {
      return codeBytes(planFor(likelyMode()).steps);
    },
    start(inputs) {
      const outputs = enqueue(async (opened: Opened) => {
        const { device, residents } = opened;
        const cells = await Promise.all(inputs.map((input, i) => cellOf(input, program.inputs[i], opened)));
        const results = await execute(planFor(device.mode), cells, device, elsewhere);
        await residents.keep([...cells, ...results]);
        return results;
      });
      return program.outputs.map((buffer, i) =>
        elementsOf(
          buffer,
          outputs.then((cells) => cells[i]),
        ),
      );
    },
  };
}

/** Characters of all kernels. */
const codeBytes = (steps: readonly Step[]): number =>
  steps.reduce((sum, step) => {
    const own = step.kind === "kernels" ? step.kernels.map(({ source }) => source.length) : [];
    return own.reduce((x, y) => x + y, sum) + codeBytes(innerSteps(step));
  }, 0);

// elements on the device -----------------------------------------------------------------------------------------------

interface Place {
  readonly cell: Promise<Cell>;
  /** Set when the cell is there. */
  known: Cell | null;
}

/** Where the elements are that this target has handed out. */
const places = new WeakMap<DeviceElements, Place>();

function elementsOf({ dtype, size }: Buffer, cell: Promise<Cell>): DeviceElements {
  const place: Place = { cell, known: null };
  // Whoever reads is told of the failure; one that nobody reads is no crash.
  cell.then(
    (found) => {
      place.known = found;
    },
    () => undefined,
  );
  const elements: DeviceElements = {
    target: name,
    dtype,
    size: Number(size),
    get values() {
      return place.known?.host ?? null;
    },
    read: async () => {
      const found = await cell;
      return found.host ?? enqueue(async ({ device }) => onHost(found, device));
    },
  };
  places.set(elements, place);
  return elements;
}

async function cellOf(
  input: TypedArray | DeviceElements,
  { dtype }: Buffer,
  { residents }: Opened,
): Promise<Cell> {
  if (ArrayBuffer.isView(input)) return residents.of(dtype, input);
  const place = places.get(input);
  if (place === undefined)
    throw new TargetError(`an array of another device was given to the target "${name}"`);
  return place.cell;
}
