/** What a subject's programs give on a target: each compiled and run once, when a law first asks for it. */
import type { NDArray } from "../../src/autodiff/array.js";
import { addAny, mul } from "../../src/autodiff/primitives/arithmetic.js";
import { convertElementType } from "../../src/autodiff/primitives/conversion.js";
import { reduceSum } from "../../src/autodiff/primitives/sum-and-broadcast.js";
import { grad } from "../../src/autodiff/transforms/grad.js";
import { jvp, vjp } from "../../src/autodiff/transforms/linearize.js";
import { range } from "../../src/ir/shape.js";
import { elementsOf, noise } from "../../src/testing/arrays.js";
import type { ArraysFunction } from "../../src/testing/law.js";
import type { TargetName } from "./case.js";
import { arrayOf } from "./draws.js";
import { compiled, eagerly, operandAt, type Subject, smoothPart, withSmooth } from "./subject.js";

/** A derivative in all smooth operands at once; and in the first, second ... of every example alone. */
export interface Parts {
  readonly joint: readonly NDArray[];
  readonly alone: readonly (readonly NDArray[])[];
}

export interface Runs {
  readonly subject: Subject;
  readonly target: TargetName;
  readonly floats: readonly NDArray[];
  /** A direction for each smooth operand, a weight for each float output: those of float32 are those of float64. */
  readonly vs: readonly NDArray[];
  readonly weights: readonly NDArray[];
  /** Positions in `smooth` that are differentiated in together, for each of `Parts.alone`. */
  readonly groups: readonly (readonly number[])[];
  readonly eager: () => readonly NDArray[];
  readonly value: (inputs: readonly NDArray[]) => readonly NDArray[];
  /** The outputs beside the tangents of all outputs. */
  readonly push: () => Parts & { readonly outs: readonly NDArray[] };
  readonly pushAt: (floats: readonly NDArray[]) => readonly NDArray[];
  readonly pull: () => Parts;
  /** The joint pullback of the weights elsewhere: the gradient of the weighted sum of the outputs. */
  readonly pullAt: (floats: readonly NDArray[]) => readonly NDArray[];
  /** The second derivative along vs of the weighted sum, by each way to nest two modes. */
  readonly second: (nesting: Nesting) => readonly NDArray[];
}

export type Nesting =
  | "forwardOverReverse"
  | "reverseOverForward"
  | "reverseOverReverse"
  | "forwardOverForward";

/** Numbers that look random, in float32 and float64 alike. */
const directionsOf = (
  xs: readonly { readonly shape: readonly number[]; readonly dtype: NDArray["dtype"] }[],
  seed: number,
): NDArray[] =>
  xs.map(({ shape, dtype }, i) =>
    arrayOf(dtype, shape, elementsOf(noise(shape, seed + 7919 * i)).map(Math.fround)),
  );

export function runsOf(subject: Subject, target: TargetName): Runs {
  const { inputs, smooth, floatOuts, jaxpr, f } = subject;
  const floats = smooth.map((i) => inputs[i]);
  const vs = directionsOf(floats, 11);
  const weights = directionsOf(
    floatOuts.map((i) => jaxpr.outvars[i].aval),
    23,
  );
  // What a rule does for one operand alone depends on no dtype: float64 has it, against which float32 is held.
  const isHeld = subject.dtype === "float32" && !subject.case_.isSampled;
  const groups = isHeld ? [] : groupsOf(subject);
  const n = inputs.length;
  const value = once(() => compiled((...xs) => f(xs), target));
  const pushProgram = once(() =>
    compiled((...args) => {
      const [all, tangents] = [args.slice(0, n), args.slice(n)];
      const whole = (...xs: NDArray[]): NDArray[] => [...f(putting(all, smooth, xs))];
      const at = smooth.map((i) => all[i]);
      const [outs, joint] = jvp(whole, at, tangents);
      const alone = groups.map((group) => jvp(whole, at, masked(tangents, group))[1]);
      return [...outs, ...joint, ...alone.flat()];
    }, target),
  );
  const pushParts = (at: readonly NDArray[]): Parts & { outs: readonly NDArray[] } => {
    const results = split(pushProgram()(...withSmooth(subject, at), ...vs), jaxpr.outvars.length);
    return { outs: results[0], joint: results[1], alone: results.slice(2) };
  };
  const pullProgram = once(() =>
    compiled((...args) => {
      const [all, cts] = [args.slice(0, n), args.slice(n)];
      const at = smooth.map((i) => all[i]);
      const part = smoothPart(subject, all);
      const joint = vjp((...xs: NDArray[]) => [...part(xs)], at)[1](cts);
      const alone = groups.map((group) =>
        vjp(
          (...xs: NDArray[]) => [...part(putting(at, group, xs))],
          group.map((k) => at[k]),
        )[1](cts),
      );
      return [...joint, ...alone.flat()];
    }, target),
  );
  const pullParts = (at: readonly NDArray[]): Parts => {
    const results = [...pullProgram()(...withSmooth(subject, at), ...weights)];
    const joint = results.splice(0, smooth.length);
    return { joint, alone: groups.map((group) => results.splice(0, group.length)) };
  };
  return {
    subject,
    target,
    floats,
    vs,
    weights,
    groups,
    eager: once(() => eagerly(subject)),
    value: (xs) => value()(...xs),
    push: once(() => pushParts(floats)),
    pushAt: (at) => pushParts(at).joint,
    pull: once(() => pullParts(floats)),
    pullAt: (at) => pullParts(at).joint,
    second: onceEach((nesting: Nesting) =>
      compiled((...args) => {
        const [all, us, cts] = split3(args, n, smooth.length);
        const at = smooth.map((i) => all[i]);
        return nested(nesting, smoothPart(subject, all), at, us, cts);
      }, target)(...inputs, ...vs, ...weights),
    ),
  };
}

/** H v of the weighted sum for three nestings; for two pushforwards the second derivative of every output along v. */
function nested(
  nesting: Nesting,
  part: ArraysFunction,
  at: readonly NDArray[],
  vs: readonly NDArray[],
  weights: readonly NDArray[],
): readonly NDArray[] {
  const sum = (...xs: NDArray[]): NDArray => weightedSum(part(xs), weights);
  const gradient = (...xs: NDArray[]): NDArray[] => grad(sum, { argnums: xs.map((_, i) => i) })(...xs);
  const slope = (...xs: NDArray[]): NDArray => jvp(sum, xs, [...vs])[1];
  switch (nesting) {
    case "forwardOverReverse":
      return jvp(gradient, [...at], [...vs])[1];
    case "reverseOverForward":
      return grad(slope, { argnums: at.map((_, i) => i) })(...at);
    case "reverseOverReverse":
      return vjp(gradient, [...at])[1]([...vs]);
    case "forwardOverForward": {
      const push = (...xs: NDArray[]): NDArray[] => jvp((...ys: NDArray[]) => [...part(ys)], xs, [...vs])[1];
      return jvp(push, [...at], [...vs])[1];
    }
  }
}

/** The sum of weights times outputs: in float64 where both dtypes are among them. */
function weightedSum(outs: readonly NDArray[], weights: readonly NDArray[]): NDArray {
  const dtype = outs.some((out) => out.dtype === "float64") ? "float64" : "float32";
  return outs
    .map((out, i) => convertElementType(reduceSum(mul(out, weights[i]), range(out.ndim)), dtype))
    .reduce((x, y) => addAny(x, y));
}

/** The k-th smooth operand of every example that has two or more, for k = 0, 1, ... */
function groupsOf(subject: Subject): number[][] {
  const ofExample = new Map<number, number[]>();
  subject.smooth.forEach((input, k) => {
    const { example } = operandAt(subject, input);
    ofExample.set(example, [...(ofExample.get(example) ?? []), k]);
  });
  const several = [...ofExample.values()].filter((ks) => ks.length >= 2);
  const most = several.reduce((m, ks) => Math.max(m, ks.length), 0);
  return Array.from({ length: most }, (_, k) => several.flatMap((ks) => (k < ks.length ? [ks[k]] : [])));
}

/** `all` with `xs` in these places. */
function putting(all: readonly NDArray[], places: readonly number[], xs: readonly NDArray[]): NDArray[] {
  const next = [...all];
  places.forEach((i, k) => {
    next[i] = xs[k];
  });
  return next;
}

/** Tangents outside the group are null: symbolic zeros. */
const masked = (tangents: readonly NDArray[], group: readonly number[]): NDArray[] =>
  // Sound: jvp takes null for any zero, which its type for lists of arrays does not say.
  tangents.map((t, i) => (group.includes(i) ? t : null)) as NDArray[];

function once<T>(compute: () => T): () => T {
  let result: { readonly value: T } | null = null;
  return () => {
    result ??= { value: compute() };
    return result.value;
  };
}

function onceEach<K, T>(compute: (key: K) => T): (key: K) => T {
  const results = new Map<K, () => T>();
  return (key) => {
    const result = results.get(key) ?? once(() => compute(key));
    results.set(key, result);
    return result();
  };
}

/** Pieces of this length. */
const split = (xs: readonly NDArray[], length: number): NDArray[][] =>
  Array.from({ length: xs.length / Math.max(length, 1) }, (_, i) => xs.slice(i * length, (i + 1) * length));

const split3 = (
  xs: readonly NDArray[],
  first: number,
  second: number,
): readonly [NDArray[], NDArray[], NDArray[]] => [
  xs.slice(0, first),
  xs.slice(first, first + second),
  xs.slice(first + second),
];
