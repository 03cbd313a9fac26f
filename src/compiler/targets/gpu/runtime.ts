/** What the target "gpu" runs on: plans of programs for each mode, and the device that runs them. */
import type { TypedArray } from "../../../ir/dtype.js";
import type { Program } from "../../../ir/loop-ir.js";
import { type CompileOptions, onDefaultTarget } from "../registry.js";
import { type Cell, onHost } from "./cells.js";
import { type CompileElsewhere, elsewhereCache, execute } from "./execute.js";
import type { GpuRuntime, PlannedProgram } from "./gpu-runtime.js";
import { type GpuMode, limitsOf } from "./modes.js";
import { innerSteps, type Plan, planOf, type Step } from "./plan.js";
import { describeMode, enqueue, likelyMode } from "./queue.js";
import { showPlan } from "./show.js";

export const gpuRuntime: GpuRuntime = {
  describe: describeMode,
  plan,
  read: (cell) => enqueue(async ({ device }) => onHost(cell, device)),
};

/** Nests without a kernel run on the best target of the host's own. */
const compileElsewhere =
  (options: CompileOptions): CompileElsewhere =>
  (program) =>
    onDefaultTarget((target) => target.compile(program, options));

function plan(program: Program, options: CompileOptions): PlannedProgram {
  const plans = new Map<GpuMode, Plan>();
  const planFor = (mode: GpuMode): Plan => {
    let found = plans.get(mode);
    if (found === undefined) {
      found = planOf(program, limitsOf(mode, options));
      plans.set(mode, found);
    }
    return found;
  };
  const elsewhere = elsewhereCache(compileElsewhere(options));
  return {
    show: () => showPlan(planFor(likelyMode()), likelyMode()),
    codeBytes: () => codeBytes(planFor(likelyMode()).steps),
    run: (inputs) =>
      enqueue(async ({ device, residents }) => {
        const cells = await Promise.all(
          inputs.map((input: TypedArray | Promise<Cell>, i) =>
            input instanceof Promise ? input : residents.of(program.inputs[i].dtype, input),
          ),
        );
        const results = await execute(planFor(device.mode), cells, device, elsewhere);
        await residents.keep([...cells, ...results]);
        return results;
      }),
  };
}

const codeBytes = (steps: readonly Step[]): number =>
  steps.reduce((sum, step) => {
    const own = step.kind === "kernels" ? step.kernels.map(({ source }) => source.length) : [];
    return own.reduce((x, y) => x + y, sum) + codeBytes(innerSteps(step));
  }, 0);
