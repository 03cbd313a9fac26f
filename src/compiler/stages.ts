/** What `jit(f).lower(...args)` shows: every stage from the jaxpr to the target's text. */
import type { Jaxpr } from "../autodiff/jaxpr.js";
import { showJaxpr } from "../autodiff/print-jaxpr.js";
import type { Stage, Stages, Traced } from "../autodiff/transforms/jit-function.js";
import { showProgram } from "../ir/print-loops.js";
import { loopsOf } from "./executable.js";
import { lower } from "./lower.js";
import { commonPasses } from "./passes.js";
import { simplificationsFor } from "./simplify/simplify.js";
import {
  type CompileOptions,
  type DeviceTarget,
  defaultTarget,
  findTarget,
  type ProgramCosts,
  scheduleOf,
  type Target,
} from "./targets/registry.js";

/** The stages of one traced function. */
export function stagesOf(
  traced: Traced,
  { target, ...options }: CompileOptions & { readonly target: string | null },
): Stages {
  const { jaxpr } = traced;
  const targetFor = (name: string | undefined): Target | DeviceTarget =>
    name !== undefined ? findTarget(name) : target !== null ? findTarget(target) : defaultTarget();
  const loopsFor = (chosen: Target | DeviceTarget) => loopsOf(jaxpr, scheduleOf(chosen)).program;
  const costs = (): ProgramCosts => {
    const chosen = targetFor(undefined);
    return chosen.compile(loopsFor(chosen), options);
  };
  return {
    jaxpr: showJaxpr(jaxpr),
    loops: showProgram(loopsFor(targetFor(undefined))),
    text: (name, { stages = false } = {}) => {
      const chosen = targetFor(name);
      const text = chosen.show(loopsFor(chosen), options);
      return stages ? showStages([...stagesFor(jaxpr, chosen), { name: `${chosen.name} code`, text }]) : text;
    },
    get stages() {
      return stagesFor(jaxpr, targetFor(undefined));
    },
    get scratchBytes() {
      return costs().scratchBytes;
    },
    get codeBytes() {
      return costs().codeBytes;
    },
  };
}

/** The passes run again, one by one. */
function stagesFor(jaxpr: Jaxpr, target: Target | DeviceTarget): readonly Stage[] {
  const stages: Stage[] = [{ name: "traced", text: showJaxpr(jaxpr) }];
  const schedule = scheduleOf(target);
  simplificationsFor(schedule).reduce((before, { name, run }) => {
    const after = run(before);
    stages.push({ name, text: showJaxpr(after) });
    return after;
  }, jaxpr);
  const { program } = lower(jaxpr, schedule);
  stages.push({ name: "lowered", text: showProgram(program) });
  [...commonPasses, ...target.passes].reduce((before, { name, run }) => {
    const after = run(before);
    stages.push({ name, text: showProgram(after) });
    return after;
  }, program);
  return stages;
}

const showStages = (stages: readonly Stage[]): string =>
  stages
    .map(({ name, text }, i) => {
      const isSame = i > 0 && text === stages[i - 1].text;
      return `${"=".repeat(4)} ${name}\n${isSame ? "(no change)" : text}`;
    })
    .join("\n\n");
