/**
 * A case at a dtype: all its examples side by side as one function of all their operands, so that one compiled program does for
 * a cell. What comes out of it is told apart again by the example it is of.
 */
import { ConcreteArray, type NDArray } from "../../src/autodiff/array.js";
import type { Jaxpr } from "../../src/autodiff/jaxpr.js";
import { evalJaxpr } from "../../src/autodiff/jaxpr.js";
import { stage } from "../../src/autodiff/staging.js";
import { jit } from "../../src/autodiff/transforms/jit-function.js";
import "../../src/compiler/register.js";
import { setDefaultTarget, setEagerTarget } from "../../src/compiler/targets/registry.js";
import { allocate, type DType, isFloat } from "../../src/ir/dtype.js";
import type { ArraysFunction } from "../../src/testing/law.js";
import type { Case, Example, TargetName } from "./case.js";

export interface Subject {
  readonly name: string;
  readonly dtype: DType;
  readonly case_: Case;
  readonly examples: readonly Example[];
  /** Where each example's operands begin in the list of all. */
  readonly starts: readonly number[];
  readonly inputs: readonly NDArray[];
  readonly f: ArraysFunction;
  /** The example and the place in it of each output of f. */
  readonly outs: readonly { readonly example: number; readonly k: number }[];
  readonly jaxpr: Jaxpr;
  /** Positions in `inputs` of the floats that derivatives are taken in. */
  readonly smooth: readonly number[];
  /** Positions of float outputs. */
  readonly floatOuts: readonly number[];
  /** An example's operands: those in the mask of a lane, the others its own. */
  readonly operandsOf: (example: number, lane: number, mask: readonly boolean[]) => NDArray[];
}

/** Stages all examples; throws what the primitive throws for operands that it does not take. */
export function subjectOf(case_: Case, dtype: DType): Subject {
  const examples = case_.examples(dtype);
  const starts: number[] = [];
  const inputs: NDArray[] = [];
  for (const { operands } of examples) {
    starts.push(inputs.length);
    inputs.push(...operands.map((each) => each(0)));
  }
  const outs: { example: number; k: number }[] = [];
  const f: ArraysFunction = (xs) =>
    examples.flatMap((example, i) => [
      ...example.f(xs.slice(starts[i], starts[i] + example.operands.length)),
    ]);
  const { jaxpr, consts } = stage(
    (xs) =>
      examples.flatMap((example, i) => {
        const results = example.f(xs.slice(starts[i], starts[i] + example.operands.length));
        outs.push(...results.map((_, k) => ({ example: i, k })));
        return [...results];
      }),
    inputs.map((x) => x.aval),
    "the matrix",
  );
  if (consts.length > 0) throw new Error(`${case_.primitive.name}: an example closes over an array`);
  return {
    name: case_.primitive.name,
    dtype,
    case_,
    examples,
    starts,
    inputs,
    f,
    outs,
    jaxpr,
    smooth: inputs.flatMap((x, i) => (isFloat(x.dtype) && !isConstant(examples, starts, i) ? [i] : [])),
    floatOuts: jaxpr.outvars.flatMap((v, i) => (isFloat(v.aval.dtype) ? [i] : [])),
    operandsOf: (example, lane, mask) =>
      examples[example].operands.map((each, i) => each(mask[i] ? lane : 0)),
  };
}

/** The example an input is of, and its place there. */
export function operandAt(
  { starts, examples }: Pick<Subject, "starts" | "examples">,
  input: number,
): { readonly example: number; readonly operand: number } {
  let example = examples.length - 1;
  while (starts[example] > input || examples[example].operands.length === 0) example--;
  return { example, operand: input - starts[example] };
}

function isConstant(examples: readonly Example[], starts: readonly number[], input: number): boolean {
  const { example, operand } = operandAt({ starts, examples }, input);
  return examples[example].constants?.has(operand) ?? false;
}

/** `example 2, output 0`, for messages. */
export const placeOf = ({ outs }: Subject, output: number): string =>
  `example ${outs[output].example}, output ${outs[output].k}`;

/** The inputs with these in the places of the smooth ones. */
export function withSmooth({ inputs, smooth }: Subject, floats: readonly NDArray[]): NDArray[] {
  const all = [...inputs];
  smooth.forEach((i, k) => {
    all[i] = floats[k];
  });
  return all;
}

/** f as a function of its smooth operands into its float outputs, the others as they are in `all`. */
export const smoothPart =
  ({ f, smooth, floatOuts }: Subject, all: readonly NDArray[]): ArraysFunction =>
  (floats) => {
    const xs = [...all];
    smooth.forEach((i, k) => {
      xs[i] = floats[k];
    });
    const outs = f(xs);
    return floatOuts.map((i) => outs[i]);
  };

/** Compiled for a target. */
export const compiled = (
  f: (...xs: NDArray[]) => readonly NDArray[],
  target: TargetName,
): ((...xs: NDArray[]) => readonly NDArray[]) => jit((...xs: NDArray[]) => [...f(...xs)], { target });

/** With everything outside jit on the target too. */
export function onTarget<T>(target: TargetName, run: () => T): T {
  setEagerTarget(target);
  setDefaultTarget(target);
  try {
    return run();
  } finally {
    setDefaultTarget(null);
    setEagerTarget("js");
  }
}

/** One equation after the other: no call is passed over because nothing is being transformed. */
export const eagerly = ({ jaxpr, inputs }: Subject): NDArray[] => evalJaxpr(jaxpr, [], inputs);

/** Arrays of one type stacked along a new axis. */
export function stacked(xs: readonly NDArray[], axis: number): NDArray {
  const [{ shape, aval }] = xs;
  const inner = shape.slice(axis).reduce((n, size) => n * size, 1);
  const outer = shape.slice(0, axis).reduce((n, size) => n * size, 1);
  const all = xs.map((x) => x.concrete("the matrix").values);
  const result = allocate(aval.dtype, xs.length * outer * inner);
  for (let row = 0; row < outer; row++) {
    all.forEach((x, k) => {
      result.set(x.subarray(row * inner, (row + 1) * inner), (row * xs.length + k) * inner);
    });
  }
  return new ConcreteArray(
    { ...aval, shape: [...shape.slice(0, axis), xs.length, ...shape.slice(axis)] },
    result,
  );
}

/** x[k] */
export function lane(x: NDArray, k: number): NDArray {
  const shape = x.shape.slice(1);
  const size = shape.reduce((n, each) => n * each, 1);
  return new ConcreteArray(
    { ...x.aval, shape },
    x.concrete("the matrix").values.slice(k * size, (k + 1) * size),
  );
}
