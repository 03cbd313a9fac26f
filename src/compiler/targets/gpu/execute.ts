/** Runs a plan: what the host does between the kernels. */
import type { Scalar } from "../../../ir/arithmetic.js";
import {
  evaluateBinary,
  evaluateBitcast,
  evaluateCast,
  evaluateCompare,
  evaluateConst,
  evaluateUnary,
} from "../../../ir/arithmetic.js";
import { allocate, type TypedArray } from "../../../ir/dtype.js";
import { InternalError } from "../../../ir/errors.js";
import { operandsOf, postorder } from "../../../ir/expression-graph.js";
import { callHost } from "../../../ir/host-callbacks.js";
import type { Buffer, ConstantBuffer, Expr } from "../../../ir/loop-ir.js";
import type { CompiledProgram } from "../registry.js";
import { type Cell, deviceCell, hostCell, onDevice, onHost, releaseCell } from "./cells.js";
import type { Device, Handle } from "./device.js";
import { type ElsewhereProgram, type ElsewhereStep, elsewhereProgram } from "./elsewhere.js";
import { type Kernel, lengthOf, type ScalarParameter } from "./kernel.js";
import type { HostNumber, Plan, Step } from "./plan.js";

/** A nest without a kernel, compiled by another target when it is first met. */
export interface Elsewhere extends ElsewhereProgram {
  readonly compiled: CompiledProgram;
}

export type CompileElsewhere = (program: ElsewhereProgram["program"]) => CompiledProgram;

interface Machine {
  readonly device: Device;
  readonly cells: Map<Buffer, Cell>;
  /** Cells that are the caller's. */
  readonly kept: ReadonlySet<Cell>;
  readonly numbers: Map<number, number>;
  readonly elsewhere: (step: ElsewhereStep) => Elsewhere;
}

/** Nests that were compiled, by their steps. */
export const elsewhereCache = (compile: CompileElsewhere): ((step: ElsewhereStep) => Elsewhere) => {
  const known = new WeakMap<ElsewhereStep, Elsewhere>();
  return (step) => {
    let found = known.get(step);
    if (found === undefined) {
      const written = elsewhereProgram(step);
      found = { ...written, compiled: compile(written.program) };
      known.set(step, found);
    }
    return found;
  };
};

/** The cells of the program's outputs. */
export async function execute(
  { program, steps }: Plan,
  inputs: readonly Cell[],
  device: Device,
  elsewhere: (step: ElsewhereStep) => Elsewhere,
): Promise<readonly Cell[]> {
  const cells = new Map<Buffer, Cell>();
  program.inputs.forEach((buffer, i) => {
    cells.set(buffer, inputs[i]);
  });
  const machine: Machine = { device, cells, kept: new Set(inputs), numbers: new Map(), elsewhere };
  await runSteps(machine, steps);
  const outputs = program.outputs.map((buffer) => cellOf(machine, buffer));
  const wanted = new Set<Cell>([...inputs, ...outputs]);
  for (const cell of cells.values()) if (!wanted.has(cell)) releaseCell(cell, device);
  return outputs;
}

async function runSteps(machine: Machine, steps: readonly Step[]): Promise<void> {
  for (const step of steps) await runStep(machine, step);
}

async function runStep(machine: Machine, step: Step): Promise<void> {
  switch (step.kind) {
    case "kernels":
      await runKernels(machine, step.kernels);
      return;
    case "elsewhere":
      await runElsewhere(machine, machine.elsewhere(step));
      return;
    case "loop": {
      const extent = await numberOf(machine, step.extent);
      for (let i = 0; i < extent; i++) {
        machine.numbers.set(step.index.id, i);
        await runSteps(machine, step.body);
      }
      return;
    }
    case "while":
      for (;;) {
        await runSteps(machine, step.before);
        if ((await valueAt(machine, step.test)) === 0) return;
        await runSteps(machine, step.body);
      }
    case "if":
      await runSteps(machine, (await valueAt(machine, step.test)) !== 0 ? step.yes : step.no);
      return;
    case "swap": {
      const x = cellOf(machine, step.x);
      machine.cells.set(step.x, cellOf(machine, step.y));
      machine.cells.set(step.y, x);
      return;
    }
    case "host": {
      const operands: TypedArray[] = [];
      for (const { buffer, offset, size } of step.operands) {
        const begin = evaluate(machine, offset);
        operands.push((await onHost(cellOf(machine, buffer), machine.device)).slice(begin, begin + size));
      }
      callHost(step.callback, operands);
      return;
    }
    default:
      step satisfies never;
  }
}

/** What a buffer holds; zeros before anything was written, as it holds garbage then. */
function cellOf(machine: Machine, buffer: Buffer): Cell {
  let cell = machine.cells.get(buffer);
  if (cell === undefined) {
    cell = isConstant(buffer)
      ? hostCell(buffer.dtype, buffer.values)
      : hostCell(buffer.dtype, allocate(buffer.dtype, Number(buffer.size)));
    machine.cells.set(buffer, cell);
  }
  return cell;
}

const isConstant = (buffer: Buffer): buffer is ConstantBuffer =>
  buffer.role === "constant" && "values" in buffer;

function replaceCell(machine: Machine, buffer: Buffer, cell: Cell): void {
  const old = machine.cells.get(buffer);
  machine.cells.set(buffer, cell);
  if (old !== undefined && !machine.kept.has(old)) releaseCell(old, machine.device);
}

/** All of them read memory as it was; where several write one array, each adds to what the one before has written. */
async function runKernels(machine: Machine, kernels: readonly Kernel[]): Promise<void> {
  const { device } = machine;
  if (kernels.length === 1) {
    const [kernel] = kernels;
    const handle = await launch(machine, kernel, (buffer) => cellOf(machine, buffer));
    replaceCell(machine, kernel.output, deviceCell(kernel.output.dtype, Number(kernel.output.size), handle));
    return;
  }
  const written = new Map<Buffer, Cell>();
  for (const kernel of kernels) {
    const { output } = kernel;
    const handle = await launch(
      machine,
      kernel,
      // Only the array that a kernel writes can have been written by the ones before it: see `checkOrder`.
      (buffer) => (buffer === output ? written.get(buffer) : undefined) ?? cellOf(machine, buffer),
    );
    const before = written.get(output);
    if (before !== undefined) releaseCell(before, device);
    written.set(output, deviceCell(output.dtype, Number(output.size), handle));
  }
  for (const [buffer, cell] of written) replaceCell(machine, buffer, cell);
}

async function launch(machine: Machine, kernel: Kernel, find: (buffer: Buffer) => Cell): Promise<Handle> {
  const arrays: Handle[] = [];
  const packed: Handle[] = [];
  for (const { buffers } of kernel.inputs) {
    const handles: Handle[] = [];
    for (const buffer of buffers) {
      const handle = onDevice(find(buffer), machine.device);
      handles.push(handle instanceof Promise ? await handle : handle);
    }
    if (handles.length === 1) {
      arrays.push(handles[0]);
      continue;
    }
    const whole = await machine.device.pack(handles, buffers.map(lengthOf));
    arrays.push(whole);
    packed.push(whole);
  }
  const numbers = kernel.scalars.map((scalar) => scalarOf(machine, scalar));
  const result = await machine.device.launch(kernel, arrays, numbers);
  for (const whole of packed) machine.device.release(whole);
  return result;
}

function scalarOf(machine: Machine, scalar: ScalarParameter): number {
  if (scalar.kind === "variable") {
    const value = machine.numbers.get(scalar.id);
    if (value === undefined) throw new InternalError("a kernel wants the index of a loop that does not run");
    return value;
  }
  switch (scalar.given) {
    case "infinity":
      return Number.POSITIVE_INFINITY;
    case "nan":
      return Number.NaN;
    case "one":
      return 1;
    default:
      return scalar.given satisfies never;
  }
}

async function runElsewhere(
  machine: Machine,
  { program, compiled, inputs, outputs }: Elsewhere,
): Promise<void> {
  const arrays: TypedArray[] = [];
  for (const buffer of inputs) arrays.push(await onHost(cellOf(machine, buffer), machine.device));
  const results = outputs.map(({ dtype, size }) => allocate(dtype, Number(size)));
  const parameters = program.parameters.map(({ id }) => scalarOf(machine, { kind: "variable", id }));
  compiled.run(arrays, results, parameters);
  outputs.forEach((buffer, i) => {
    replaceCell(machine, buffer, hostCell(buffer.dtype, results[i]));
  });
}

// numbers of the host --------------------------------------------------------------------------------------------------

async function numberOf(machine: Machine, number: HostNumber): Promise<number> {
  return number.kind === "expression" ? evaluate(machine, number.expr) : valueAt(machine, number.buffer);
}

/** The only element of an array. */
async function valueAt(machine: Machine, buffer: Buffer): Promise<number> {
  return (await onHost(cellOf(machine, buffer), machine.device))[0];
}

/** An expression of numbers and loop indices. */
function evaluate(machine: Machine, root: Expr): number {
  const values = new Map<Expr, Scalar>();
  const of = (expr: Expr): Scalar => {
    const value = values.get(expr);
    if (value === undefined) throw new InternalError("the host evaluates what it does not know");
    return value;
  };
  for (const expr of postorder([root]))
    values.set(expr, evaluateNode(machine, expr, operandsOf(expr).map(of)));
  return Number(of(root));
}

function evaluateNode(machine: Machine, expr: Expr, operands: readonly Scalar[]): Scalar {
  const [x, y, z] = operands;
  switch (expr.kind) {
    case "const":
      return evaluateConst(expr.dtype, expr.value);
    case "var":
      return scalarOf(machine, { kind: "variable", id: expr.id });
    case "unary":
      return evaluateUnary(expr.op, expr.x.dtype, x);
    case "binary":
      return evaluateBinary(expr.op, expr.x.dtype, x, y);
    case "compare":
      return evaluateCompare(expr.op, x, y);
    case "select":
      return x === true ? y : z;
    case "cast":
      return evaluateCast(x, expr.x.dtype, expr.dtype);
    case "bitcast":
      return evaluateBitcast(x, expr.x.dtype, expr.dtype);
    default:
      throw new InternalError(`the host has no LoopIR ${expr.kind}`);
  }
}
