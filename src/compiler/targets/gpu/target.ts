/**
 * The gpu target: parallel loop nests as kernels of gpu.js, on a graphics card where there is one. Results come later: they are
 * read with `await x.data()`, and stay on the device for what is computed from them.
 */
import type { DeviceElements } from "../../../autodiff/pending-array.js";
import type { TypedArray } from "../../../ir/dtype.js";
import { TargetError } from "../../../ir/errors.js";
import type { Buffer, Program, Stmt } from "../../../ir/loop-ir.js";
import { blocksOf, planBuffers } from "../../buffers.js";
import type { CompileOptions, DeviceProgram, DeviceTarget } from "../registry.js";
import type { Cell } from "./cells.js";
import type { PlannedProgram } from "./gpu-runtime.js";
import { loadedRuntime, loadRuntime, runtimeNow } from "./loading.js";

const name = "gpu";

export const gpuTarget: DeviceTarget = {
  name,
  lanes: 1,
  isDevice: true,
  schedule: "elements",
  get description() {
    return loadedRuntime()?.describe() ?? "kernels by gpu.js; loaded when it is first used";
  },
  available: true,
  passes: [],
  compile,
  show: (program, options) => runtimeNow(`lower().text("${name}")`).plan(program, options).show(),
};

/** Bytes a statement costs, about, with the kernel that is made of it. */
const bytesPerStatement = 400;

function compile(program: Program, options: CompileOptions): DeviceProgram {
  let planned: PlannedProgram | null = null;
  return {
    keptBytes: bytesPerStatement * countStatements(program.body.body),
    get scratchBytes() {
      return planBuffers(program).scratchBytes;
    },
    get codeBytes() {
      planned ??= runtimeNow("lower().codeBytes").plan(program, options);
      return planned.codeBytes();
    },
    start(inputs) {
      const operands = inputs.map(operandOf);
      const cells = loadRuntime().then((runtime) => {
        planned ??= runtime.plan(program, options);
        return planned.run(operands);
      });
      return program.outputs.map((buffer, i) =>
        elementsOf(
          buffer,
          cells.then((all) => all[i]),
        ),
      );
    },
  };
}

const countStatements = (statements: readonly Stmt[]): number =>
  statements.reduce(
    (sum, each) => blocksOf(each).reduce((inner, block) => inner + countStatements(block.body), sum + 1),
    0,
  );

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
      return found.host ?? (await loadRuntime()).read(found);
    },
  };
  places.set(elements, place);
  return elements;
}

function operandOf(input: TypedArray | DeviceElements): TypedArray | Promise<Cell> {
  if (ArrayBuffer.isView(input)) return input;
  const place = places.get(input);
  if (place !== undefined) return place.cell;
  throw new TargetError(`an array of another device was given to the target "${name}"`);
}
