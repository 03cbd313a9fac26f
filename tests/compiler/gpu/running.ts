/** LoopIR programs on gpu.js, without jit around them. */
import "../../../src/compiler/register.js";
import { type Cell, hostCell, onHost } from "../../../src/compiler/targets/gpu/cells.js";
import { type Device, openDevice } from "../../../src/compiler/targets/gpu/device.js";
import { elsewhereCache, execute } from "../../../src/compiler/targets/gpu/execute.js";
import { type GpuMode, modeLimits } from "../../../src/compiler/targets/gpu/modes.js";
import { innerSteps, type Plan, planOf, type Step } from "../../../src/compiler/targets/gpu/plan.js";
import { rewriteStatement } from "../../../src/compiler/targets/gpu/rewriting.js";
import { exactMath, hostTarget } from "../../../src/compiler/targets/registry.js";
import type { TypedArray } from "../../../src/ir/dtype.js";
import { i32 } from "../../../src/ir/expr.js";
import { registerHostCallback } from "../../../src/ir/host-callbacks.js";
import type { Program } from "../../../src/ir/loop-ir.js";

const devices = new Map<GpuMode, Promise<Device>>();

export interface GpuRun {
  readonly outputs: readonly TypedArray[];
  readonly plan: Plan;
}

/** Runs a program that has no parameters. Nests without a kernel run on js. */
export async function runOnGpu(
  program: Program,
  inputs: readonly TypedArray[],
  mode: GpuMode,
): Promise<GpuRun> {
  let opening = devices.get(mode);
  if (opening === undefined) {
    opening = openDevice(mode);
    devices.set(mode, opening);
  }
  const device = await opening;
  const plan = planOf(program, modeLimits[mode]);
  const elsewhere = elsewhereCache((each) => hostTarget("js").compile(each, exactMath));
  const cells = inputs.map((values, i): Cell => hostCell(program.inputs[i].dtype, values));
  const results = await execute(plan, cells, device, elsewhere);
  return { outputs: await Promise.all(results.map(async (cell) => onHost(cell, device))), plan };
}

/** The program with numbers in place of its parameters. */
export function withParameters(program: Program, values: readonly number[]): Program {
  const numbers = new Map(program.parameters.map(({ id }, i) => [id, i32(values[i])]));
  const body = rewriteStatement(program.body, {
    expr: (x) => (x.kind === "var" ? (numbers.get(x.id) ?? x) : x),
  });
  if (body.kind !== "block") throw new Error("a block is a block");
  return { ...program, parameters: [], body };
}

type HostCall = readonly [callback: number, operands: readonly string[]];

const calls: HostCall[] = [];

export const hostCall = (callback: number, operands: readonly TypedArray[]): HostCall => [
  callback,
  operands.map((each) => `${each.constructor.name} ${each.join(" ")}`),
];

/** Callbacks 0 to 2, which random programs call, write here what they are given. */
for (let i = 0; i < 3; i++) {
  registerHostCallback(`random program ${i}`, () => (operands) => void calls.push(hostCall(i, operands)));
}

/** The calls since the last time this was asked. */
export const takeHostCalls = (): readonly HostCall[] => calls.splice(0);

/** All steps of a plan, those in loops and branches too. */
export const allSteps = (steps: readonly Step[]): readonly Step[] =>
  steps.flatMap((step) => [step, ...allSteps(innerSteps(step))]);

/** A line for each element that differs; NaN equals NaN. */
export const differences = (got: TypedArray, wanted: TypedArray): readonly string[] =>
  Array.from(got).flatMap((x, i) => (Object.is(x, wanted[i]) ? [] : [`[${i}] is ${x}, not ${wanted[i]}`]));
