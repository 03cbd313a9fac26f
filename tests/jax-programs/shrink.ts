/** The smallest program that still differs, of those with one result and the steps it needs. */
import { type NDArray, numpy as np, tree } from "cotangent";
import { decodeArray } from "../jax/encoding.js";
import { compareCase } from "./compare-case.js";
import { toFunction } from "./interpret.js";
import type { JaxProcess } from "./jax-process.js";
import { type Case, type FunctionProgram, type Step, showFunction } from "./program.js";
import { encoded, isFloat } from "./values.js";

/** As code, with the differences; null where no smaller one differs in the same way. */
export async function shrink(failing: Case, found: string, jax: JaxProcess): Promise<string | null> {
  const { steps, parameters } = failing.program;
  const known = valuesOf(failing);
  for (const [, candidate] of [
    ...steps.map((step) => [0, alone(failing, step, known)] as const),
    ...steps.map((step, i) => [i, upTo(failing, step, steps.slice(0, i + 1), parameters, known)] as const),
  ]) {
    const { differences } = await compareCase(() => candidate, jax);
    if (!differences.some((line) => kindOf(line) === kindOf(found))) continue;
    return `${showFunction(candidate.program)}\n${differences.map((line) => `  ${line}`).join("\n")}\n${inputsAsText(candidate)}`;
  }
  return null;
}

/** An error of ours, one of JAX, or other results. */
const kindOf = (difference: string): string =>
  difference.startsWith("ours throws") || difference.startsWith("JAX raises") ? difference.slice(0, 24) : "";

/** All values of the program outside its functions. */
function valuesOf({ program, inputs }: Case): ReadonlyMap<number, NDArray> {
  const ids = [...program.parameters, ...program.steps.flatMap((step) => step.ids)];
  const all: FunctionProgram = { ...program, result: ids.map((id) => ({ ref: id })) };
  const values = tree.leaves(toFunction(all)(...inputs.map(decodeArray)));
  return new Map(ids.map((id, i) => [id, values[i]]));
}

/** One step, of the values it takes. */
function alone(failing: Case, step: Step, known: ReadonlyMap<number, NDArray>): Case {
  const taken = [...refsIn(step)].filter((id) => known.has(id) && !step.ids.includes(id));
  return caseOf(failing, { parameters: taken, steps: [step], result: refs(step.ids) }, known);
}

/** The results of a step, with the steps before it that it needs. */
function upTo(
  failing: Case,
  last: Step,
  steps: readonly Step[],
  parameters: readonly number[],
  known: ReadonlyMap<number, NDArray>,
): Case {
  const needed = new Set(last.ids);
  const kept: Step[] = [];
  for (const step of [...steps].reverse()) {
    if (!step.ids.some((id) => needed.has(id))) continue;
    kept.unshift(step);
    for (const id of refsIn(step)) needed.add(id);
  }
  const used = parameters.filter((id) => needed.has(id));
  return caseOf(failing, { parameters: used, steps: kept, result: refs(last.ids) }, known);
}

const refs = (ids: readonly number[]) => ids.map((id) => ({ ref: id }));

const refsIn = (step: Step): Set<number> =>
  new Set(Array.from(JSON.stringify(step.args).matchAll(/\{"ref":(\d+)\}/g), ([, id]) => Number(id)));

function caseOf(failing: Case, program: FunctionProgram, known: ReadonlyMap<number, NDArray>): Case {
  const arrayOf = (id: number): NDArray => {
    const value = known.get(id);
    if (value === undefined) throw new Error(`v${id} is not known`);
    return value;
  };
  const inputs = program.parameters.map(arrayOf);
  const results = program.steps[program.steps.length - 1].ids.map(arrayOf);
  const argnums = inputs.flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []));
  const waves = (x: NDArray): NDArray =>
    np
      .cos(np.arange(1, x.size + 1).mul(1.7))
      .reshape(x.shape)
      .astype(x.dtype);
  return {
    ...failing,
    program,
    inputs: inputs.map(encoded),
    argnums,
    tangents: argnums.map((i) => encoded(waves(inputs[i]))),
    weights: results.map((y) => (isFloat(y.dtype) ? encoded(waves(y)) : null)),
    batch: inputs.map((x) => encoded(np.stack([x, x], 0))),
    inAxes: inputs.map(() => 0),
  };
}

const inputsAsText = ({ inputs, program }: Case): string =>
  inputs.map((x, i) => `  v${program.parameters[i]} = ${decodeArray(x).toString()}`).join("\n");
