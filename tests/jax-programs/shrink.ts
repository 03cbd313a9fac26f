/** Smaller programs than a failing one: single steps, prefixes, results given as inputs, constants in functions' places. */
import { type NDArray, numpy as np, tree } from "cotangent";
import { decodeArray } from "../jax/encoding.js";
import { toFunction } from "./interpret.js";
import { type Case, type Expression, type FunctionProgram, isList, type Step } from "./program.js";
import { encoded, isFloat, options } from "./values.js";

/** What a search for a smaller case remembers: the smallest so far, and what is said of it. */
export interface Smallest {
  readonly asked: Case;
  readonly difference: string;
}

/**
 * The smallest case found that fails in the same way; `difference` says in words what is wrong with a case, null for nothing. At
 * most `tries` are looked at.
 */
export async function smallest(
  failing: Case,
  found: string,
  difference: (candidate: Case) => Promise<string | null>,
  tries: number,
): Promise<Smallest> {
  const search = searchFrom(failing, found, tries);
  let step = search.next();
  while (step.done !== true) step = search.next(await difference(step.value));
  return step.value;
}

/** The same for what is judged at once. */
export function smallestAtOnce(
  failing: Case,
  found: string,
  difference: (candidate: Case) => string | null,
  tries: number,
): Smallest {
  const search = searchFrom(failing, found, tries);
  let step = search.next();
  while (step.done !== true) step = search.next(difference(step.value));
  return step.value;
}

/** Yields candidates and is told what is wrong with each. */
function* searchFrom(failing: Case, found: string, tries: number): Generator<Case, Smallest, string | null> {
  let best: Smallest = { asked: failing, difference: found };
  for (let left = tries, improved = true; improved; ) {
    improved = false;
    for (const candidate of smaller(best.asked)) {
      if (left-- <= 0) return best;
      const difference = yield candidate;
      if (difference === null || likenessOf(difference) !== likenessOf(found)) continue;
      best = { asked: candidate, difference };
      improved = true;
      break;
    }
  }
  return best;
}

/** An error and its class, or other results: its beginning, numbers aside. */
const likenessOf = (difference: string): string => difference.split(/[\d[(]/)[0].slice(0, 40);

/** Cases of fewer steps, the smallest first. */
function* smaller(failing: Case): Generator<Case> {
  const known = valuesOf(failing);
  const size = sizeOfProgram(failing.program);
  for (const candidate of candidatesOf(failing, known)) {
    if (sizeOfProgram(candidate.program) < size) yield candidate;
  }
}

function* candidatesOf(failing: Case, known: Known): Generator<Case> {
  const { steps, parameters } = failing.program;
  for (const step of steps) yield* whole(failing, alone(step, known), known);
  for (const [i, step] of steps.entries()) {
    yield* whole(failing, upTo(step, steps.slice(0, i + 1), parameters), known);
  }
  for (const step of steps) yield* whole(failing, cut(failing.program, step), known);
  for (const program of withConstants(failing.program, known)) yield* whole(failing, program, known);
}

// what is known -------------------------------------------------------------------------------------------------------

interface Known {
  /** The program's values outside its functions, as far as it can be computed. */
  readonly values: ReadonlyMap<number, NDArray>;
  /** The types of single results inside functions. */
  readonly inner: ReadonlyMap<number, NDArray>;
}

function valuesOf({ program, inputs }: Case): Known {
  const arrays = inputs.map(decodeArray);
  const values = new Map(program.parameters.map((id, i) => [id, arrays[i]]));
  const inner = new Map<number, NDArray>();
  const isOuter = new Set(program.steps);
  try {
    toFunction(program, new Map(), (step, result) => {
      tree.leaves(result).forEach((leaf, i) => {
        (isOuter.has(step) ? values : inner).set(step.ids[i], leaf);
      });
    })(...arrays);
  } catch {
    // What throws is the failure itself: the values before it are known.
  }
  return { values, inner };
}

// smaller programs ------------------------------------------------------------------------------------------------------

/** One step, of the values it takes. */
function alone(step: Step, { values }: Known): FunctionProgram {
  const taken = [...refsIn(step.args)].filter((id) => values.has(id) && !step.ids.includes(id));
  return { parameters: taken, steps: [step], result: refs(step.ids) };
}

/** The results of a step, with the steps before it that it needs. */
const upTo = (last: Step, steps: readonly Step[], parameters: readonly number[]): FunctionProgram =>
  needed({ parameters, steps, result: refs(last.ids) });

/** Without the step: its results are inputs. */
const cut = (program: FunctionProgram, step: Step): FunctionProgram =>
  needed({
    ...program,
    parameters: [...program.parameters, ...step.ids],
    steps: program.steps.filter((each) => each !== step),
  });

/** One step inside of a function becomes a constant of its type. */
function* withConstants(program: FunctionProgram, { inner }: Known): Generator<FunctionProgram> {
  for (const [i, step] of program.steps.entries()) {
    for (const args of changed(step.args, inner)) {
      yield needed({
        ...program,
        steps: program.steps.map((each, k) => (k === i ? { ...step, args } : each)),
      });
    }
  }
}

type Types = ReadonlyMap<number, NDArray>;

function* changed(list: readonly Expression[], types: Types): Generator<readonly Expression[]> {
  for (const [i, each] of list.entries()) {
    for (const other of changedOne(each, types)) yield list.map((old, k) => (k === i ? other : old));
  }
}

function* changedOne(expression: Expression, types: Types): Generator<Expression> {
  if (expression === null || typeof expression !== "object") return;
  if (isList(expression)) yield* changed(expression, types);
  else if ("call" in expression) {
    for (const args of changed(expression.args, types)) yield { ...expression, args };
  } else if ("function" in expression) {
    const { function: f } = expression;
    for (const [i, step] of f.steps.entries()) {
      const constant = constantOf(step, types);
      const others = constant === null ? changed(step.args, types) : [];
      const replacements = [...(constant === null ? [] : [constant]), ...others];
      for (const args of replacements) {
        const other = "call" in args ? args : { ...step, args };
        yield {
          function: dropUnused({ ...f, steps: f.steps.map((each, k) => (k === i ? other : each)) }),
        };
      }
    }
  }
}

/** The step's result at once; null where it is a constant, or where its type is not known. */
function constantOf({ ids, call }: Step, types: Types): Step | null {
  const type = types.get(ids[0]);
  if (ids.length !== 1 || type === undefined || call === "numpy.full") return null;
  const value = type.dtype === "bool" ? true : isFloat(type.dtype) ? 0.5 : 1;
  return { ids, call: "numpy.full", args: [[...type.shape], value, options({ dtype: type.dtype })] };
}

/** Only the steps that the result needs, and the parameters. */
function needed(program: FunctionProgram): FunctionProgram {
  const kept = dropUnused(program);
  const used = refsIn([kept.result, ...kept.steps.flatMap(({ args }) => args)]);
  return { ...kept, parameters: kept.parameters.filter((id) => used.has(id)) };
}

function dropUnused(program: FunctionProgram): FunctionProgram {
  const wanted = refsIn([program.result]);
  const kept: Step[] = [];
  for (const step of [...program.steps].reverse()) {
    if (!step.ids.some((id) => wanted.has(id))) continue;
    kept.unshift(step);
    for (const id of refsIn(step.args)) wanted.add(id);
  }
  return { ...program, steps: kept };
}

const refs = (ids: readonly number[]) => ids.map((id) => ({ ref: id }));

const refsIn = (expressions: readonly Expression[]): Set<number> =>
  new Set(Array.from(JSON.stringify(expressions).matchAll(/\{"ref":(\d+)\}/g), ([, id]) => Number(id)));

/** Its calls, those inside functions too; a constant is half of one. */
const sizeOfProgram = ({ steps }: FunctionProgram): number =>
  steps.reduce(
    (sum, { call, args }) =>
      sum + (call === "numpy.full" ? 0.5 : 1) + args.reduce<number>(sizeOfExpression, 0),
    0,
  );

function sizeOfExpression(sum: number, expression: Expression): number {
  if (expression === null || typeof expression !== "object") return sum;
  if (isList(expression)) return expression.reduce<number>(sizeOfExpression, sum);
  if ("function" in expression) return sum + sizeOfProgram(expression.function);
  if ("call" in expression) return expression.args.reduce<number>(sizeOfExpression, sum + 1);
  return sum;
}

// whole cases ----------------------------------------------------------------------------------------------------------

/** None where an input is not known. */
function* whole(failing: Case, program: FunctionProgram, { values }: Known): Generator<Case> {
  const inputs = program.parameters.flatMap((id) => values.get(id) ?? []);
  if (inputs.length !== program.parameters.length) return;
  const results = resultsOf(program, inputs);
  const argnums = inputs.flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []));
  yield {
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

/** None where it throws, which is the failure then. */
function resultsOf(program: FunctionProgram, inputs: readonly NDArray[]): readonly NDArray[] {
  try {
    return tree.leaves(toFunction(program)(...inputs));
  } catch {
    return [];
  }
}

const waves = (x: NDArray): NDArray =>
  np
    .cos(np.arange(1, x.size + 1).mul(1.7))
    .reshape(x.shape)
    .astype(x.dtype);
