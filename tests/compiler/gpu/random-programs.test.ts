/** Whatever a program does, kernels and the nests that have none give the interpreter's bits, and call the host as it does. */
import { describe, expect, test } from "vitest";
import { expandIntrinsics } from "../../../src/compiler/intrinsics/expand.js";
import { interpret } from "../../../src/ir/interpret.js";
import { randomLoop } from "../random-loop.js";
import { randomProgram } from "../random-program.js";
import { allSteps, differences, hostCall, runOnGpu, takeHostCalls, withParameters } from "./running.js";

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

describe.each([
  { mode: "cpu", loops: range(0, 7), programs: range(0, 5) },
  { mode: "webasm", loops: range(16, 19), programs: range(12, 13) },
] as const)("in mode $mode", ({ mode, loops, programs }) => {
  test("random parallel loops of every dtype and operation give the interpreter's bits", async () => {
    const found: string[] = [];
    let kernels = 0;
    for (const seed of loops) {
      const { program, inputs } = randomLoop(seed, 12);
      const wanted = interpret(expandIntrinsics(program), inputs);
      const { outputs, plan } = await runOnGpu(program, inputs, mode);
      outputs.forEach((output, i) => {
        found.push(...differences(output, wanted[i]).map((line) => `loop ${seed}, output ${i} ${line}`));
      });
      for (const step of allSteps(plan.steps)) if (step.kind === "kernels") kernels += step.kernels.length;
    }
    expect(found).toEqual([]);
    expect(kernels).toBeGreaterThan(2 * loops.length);
  });

  test("random programs of every statement give the interpreter's bits, and its calls of the host", async () => {
    const found: string[] = [];
    let kernels = 0;
    for (const seed of programs) {
      const { program, inputs, parameters } = randomProgram(seed, 4);
      const whole = withParameters(program, parameters);
      const calls: ReturnType<typeof hostCall>[] = [];
      const wanted = interpret(whole, inputs, [], (callback, operands) =>
        calls.push(hostCall(callback, operands)),
      );
      const { outputs, plan } = await runOnGpu(whole, inputs, mode);
      outputs.forEach((output, i) => {
        found.push(...differences(output, wanted[i]).map((line) => `program ${seed}, output ${i} ${line}`));
      });
      expect(takeHostCalls()).toEqual(calls);
      for (const step of allSteps(plan.steps)) if (step.kind === "kernels") kernels += step.kernels.length;
    }
    expect(found).toEqual([]);
    expect(kernels).toBeGreaterThan(5 * programs.length);
  });
});
