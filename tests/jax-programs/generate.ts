/** Case number `index` of a seed: always the same. */
import { type NDArray, numpy as np } from "cotangent";
import { type Demands, Draft, type Root, type StyleName, styles } from "./draft.js";
import type { Case } from "./program.js";
import { Choices } from "./random-choices.js";
import { encoded, isFloat, ref, sampleOf, type Value } from "./values.js";
import type { Row } from "./vocabulary/row.js";
import { familiesAt } from "./vocabulary/vocabulary.js";

const batchSize = 2;

/** `attempt` counts the draws that could not be judged. */
export function generate(seed: number, index: number, attempt = 0, styleName: StyleName = "plain"): Case {
  const style = styles[styleName];
  const choices = new Choices(seed, index, attempt);
  const root: Root = { choices, wide: index % 2 === 0, style, inputs: [], nextId: 0, grow };
  const demands: Demands = {
    forward: choices.chance(0.85),
    reverse: choices.chance(0.85),
    sealed: false,
  };
  const draft = new Draft(root, demands);
  grow(draft, style === styles.large ? choices.integer(2, 4) : choices.integer(4, 10));
  const outputs = outputsOf(draft);
  const { inputs } = root;
  const program = {
    parameters: inputs.map(({ id }) => id),
    steps: draft.steps,
    result: outputs.map(ref),
  };
  const argnums = inputs.flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []));
  const shared = inputs.map((_, i) => i > 0 && choices.chance(0.25));
  const inAxes = inputs.map(({ shape }, i) => (shared[i] ? null : choices.integer(0, shape.length)));
  return {
    seed,
    index,
    wide: root.wide,
    program,
    inputs: inputs.map((input) => encoded(draft.sampleOf(input))),
    argnums,
    tangents: argnums.map((i) => encoded(sampleOf({ ...inputs[i], interval: [-1, 1] }, choices))),
    weights: outputs.map((output) => weightsOf(output, choices)),
    batch: inputs.map((input, i) => encoded(batched(draft.sampleOf(input), input, inAxes[i], choices))),
    inAxes,
    forward: demands.forward,
    reverse: demands.reverse,
  };
}

/** Appends `count` calls of random rows that fit. */
function grow(draft: Draft, count: number): void {
  const families = familiesAt(draft.depth, draft.root.style.nesting).map(({ weight, rows }) => ({
    weight,
    rows: draft.root.wide ? rows.filter(({ narrow }) => narrow !== true) : rows,
  }));
  for (let done = 0, tries = 0; done < count && tries < 60; tries++) {
    if (draft.attempt(pick(draft.choices, families).grow)) done++;
  }
}

function pick(choices: Choices, families: readonly { weight: number; rows: readonly Row[] }[]): Row {
  let left = choices.uniform(
    0,
    families.reduce((sum, { weight }) => sum + weight, 0),
  );
  for (const { weight, rows } of families) {
    if (left < weight) return choices.oneOf(rows);
    left -= weight;
  }
  return choices.oneOf(families[0].rows);
}

/** What no step uses, at most six of them; the last value if all are used. */
function outputsOf(draft: Draft): Value[] {
  const unused = draft.unused();
  return unused.length === 0 ? draft.visible.slice(-1) : unused.slice(-6);
}

const weightsOf = (output: Value, choices: Choices) =>
  isFloat(output.dtype) ? encoded(sampleOf({ ...output, interval: [-1, 1] }, choices)) : null;

/** The sample and another one along a new axis. */
function batched(sample: NDArray, input: Value, axis: number | null, choices: Choices): NDArray {
  if (axis === null) return sample;
  const others = Array.from({ length: batchSize - 1 }, () => sampleOf(input, choices));
  return np.stack([sample, ...others], axis);
}
