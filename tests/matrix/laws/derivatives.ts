/** First and second derivatives. Float64 is held against differences and against itself; float32 against float64. */
import type { NDArray } from "../../../src/autodiff/array.js";
import { jvp } from "../../../src/autodiff/transforms/linearize.js";
import { isFloat } from "../../../src/ir/dtype.js";
import { DifferentiationError } from "../../../src/ir/errors.js";
import { absoluteProduct, elementsOf, innerProduct, maxNorm, moved } from "../../../src/testing/arrays.js";
import { difference } from "../../../src/testing/differences.js";
import { arrayOf } from "../draws.js";
import type { Nesting, Runs } from "../runs.js";
import { operandAt, placeOf, type Subject, withSmooth } from "../subject.js";
import { BrokenLaw, expectBits, expectNear, expectTypes, expectZeros } from "./comparison.js";

/** Rounding of a few operations, relative. */
const precision = (xs: readonly NDArray[]): number =>
  xs.some(({ dtype }) => dtype === "float32") ? 1e-5 : 1e-12;

// first order ----------------------------------------------------------------------------------------------------------

/**
 * The primal under jvp is the value; a tangent has its primal's type, is what differences give (float64) or what float64 gives
 * (float32), and the sum of the tangents in each operand alone.
 */
export function jvpIsDifference(runs: Runs, twin: Runs | null): void {
  const { subject, value, push, groups } = runs;
  const { outs, joint, alone } = push();
  const plain = value(subject.inputs);
  outs.forEach((out, i) => {
    expectBits(`${placeOf(subject, i)}, the primal`, out, plain[i]);
    expectTypes(`${placeOf(subject, i)}, the tangent`, [joint[i]], [out]);
    if (!isFloat(out.dtype)) expectZeros(`${placeOf(subject, i)}, the tangent`, [joint[i]]);
  });
  if (groups.length > 0) expectSums(subject, joint, alone);
  const given = tangentsOfExamples(runs);
  const measured = subject.floatOuts.filter((i) => !given.has(i));
  const differences = twin === null && measured.length > 0 ? differencesOf(runs, measured) : [];
  for (const i of subject.floatOuts) {
    const where = `${placeOf(subject, i)}, the tangent`;
    const actual = elementsOf(joint[i]);
    const plainTangent = given.get(i);
    if (plainTangent !== undefined) {
      expectNear(where, actual, plainTangent, Math.max(precision([joint[i]]), subject.case_.tangents ?? 0));
    } else if (twin === null) {
      expectNear(`${where}, by differences`, actual, differences[measured.indexOf(i)], 1e-6);
    } else {
      const expected = elementsOf(twin.push().joint[i]);
      expectNear(`${where}, by float64`, actual, expected, subject.case_.single ?? 2e-5);
    }
  }
}

/** Operands that have no derivative are refused, each for its reason. */
export function constantsAreRefused({ subject: { examples, starts, inputs } }: Runs): string[] {
  const reasons = new Set<string>();
  examples.forEach(({ constants = new Map<number, string>(), f, operands }, example) => {
    for (const [operand, reason] of constants) {
      const xs = inputs.slice(starts[example], starts[example] + operands.length);
      const alone = (x: NDArray): NDArray[] => [...f(xs.map((each, i) => (i === operand ? x : each)))];
      try {
        jvp(alone, [xs[operand]], [xs[operand]]);
      } catch (error) {
        if (!(error instanceof DifferentiationError && error.message.includes(reason))) throw error;
        reasons.add(error.message);
        continue;
      }
      throw new BrokenLaw(
        `example ${example}, operand ${operand}: it has a derivative, and should be refused: ${reason}`,
      );
    }
  });
  return [...reasons];
}

/** Where an example has two or more smooth operands, the tangents in each alone add up to the joint one. */
function expectSums(
  subject: Subject,
  joint: readonly NDArray[],
  alone: readonly (readonly NDArray[])[],
): void {
  const several = new Set<number>();
  const seen = new Set<number>();
  for (const input of subject.smooth) {
    const { example } = operandAt(subject, input);
    if (seen.has(example)) several.add(example);
    seen.add(example);
  }
  subject.floatOuts.forEach((i) => {
    if (!several.has(subject.outs[i].example)) return;
    const sum = elementsOf(joint[i]).map((_, e) => alone.reduce((s, part) => s + elementsOf(part[i])[e], 0));
    const where = `${placeOf(subject, i)}, the sum of the tangents in each operand alone`;
    const size = maxNorm(alone.flatMap((part) => elementsOf(part[i])));
    const scale = Math.max(1, size / Math.max(maxNorm(elementsOf(joint[i])), 1e-3));
    expectNear(where, sum, elementsOf(joint[i]), precision([joint[i]]) * scale);
  });
}

/** Tangents that examples give in plain JavaScript, by output. */
function tangentsOfExamples({ subject, vs }: Runs): Map<number, readonly number[]> {
  const { examples, starts, smooth, inputs, outs } = subject;
  const given = new Map<number, readonly number[]>();
  examples.forEach(({ tangent, operands }, example) => {
    if (tangent === undefined) return;
    const places = operands.map((_, k) => starts[example] + k);
    const dxs = places.map((input) => {
      const k = smooth.indexOf(input);
      return k < 0 ? inputs[input] : vs[k];
    });
    const results = tangent(
      places.map((input) => inputs[input]),
      dxs,
    );
    results.forEach(({ values }, k) => {
      given.set(
        outs.findIndex((out) => out.example === example && out.k === k),
        values,
      );
    });
  });
  return given;
}

/** d/dt of these outputs along the directions. */
function differencesOf({ subject, value, floats, vs }: Runs, outputs: readonly number[]): number[][] {
  const at = (t: number): NDArray[] => {
    const outs = value(withSmooth(subject, moved(floats, vs, t)));
    return outputs.map((i) => outs[i]);
  };
  return differencesAlong(
    at,
    outputs.map((i) => placeOf(subject, i)),
  );
}

/** Each array's derivative at t = 0. An array whose differences are not sure to 2.5e-7 of it is a bad example. */
function differencesAlong(curve: (t: number) => readonly NDArray[], where: readonly string[]): number[][] {
  const sizes = curve(0).map((x) => x.size);
  const { estimate, errors } = difference((t) => curve(t).flatMap(elementsOf), { target: () => 0 });
  let next = 0;
  return sizes.map((size, k) => {
    const part = estimate.slice(next, next + size);
    const error = maxNorm(errors.slice(next, next + size));
    next += size;
    if (size > 0 && !(error <= 2.5e-7 * Math.max(maxNorm(part), 1e-3)))
      throw new BrokenLaw(`${where[k]}: differences are sure to ${error} only; choose another example`);
    return part;
  });
}

/**
 * <ct, J v> = <J^T ct, v> in each example, J v being the jvp or, where there is none, differences; a cotangent has its primal's
 * type, is the one in its operand alone, and in float32 what float64 gives.
 */
export function vjpIsAdjoint(runs: Runs, twin: Runs | null, hasJvp: boolean): void {
  const { subject, pull, floats, vs, weights, groups } = runs;
  const { joint, alone } = pull();
  joint.forEach((ct, k) => {
    expectTypes(`${nameOf(subject, k)}, the cotangent`, [ct], [floats[k]]);
  });
  groups.forEach((group, g) => {
    group.forEach((k, i) => {
      const where = `${nameOf(subject, k)}, the cotangent in it alone`;
      expectTypes(where, [alone[g][i]], [joint[k]]);
      expectNear(where, elementsOf(alone[g][i]), elementsOf(joint[k]), precision([joint[k]]));
    });
  });
  if (twin !== null) {
    const expected = twin.pull().joint;
    joint.forEach((ct, k) => {
      const where = `${nameOf(subject, k)}, the cotangent, by float64`;
      expectNear(where, elementsOf(ct), elementsOf(expected[k]), subject.case_.single ?? 2e-5);
    });
  }
  const tangents = hasJvp
    ? subject.floatOuts.map((i) => runs.push().joint[i])
    : differencesOf(twin ?? runs, subject.floatOuts).map((values, k) =>
        arrayOf("float64", weights[k].shape, values),
      );
  subject.examples.forEach((_, example) => {
    const outs = subject.floatOuts.flatMap((i, k) => (subject.outs[i].example === example ? [k] : []));
    const ins = subject.smooth.flatMap((input, k) =>
      operandAt(subject, input).example === example ? [k] : [],
    );
    const [cts, tans] = [outs.map((k) => weights[k]), outs.map((k) => tangents[k])];
    const [pulled, dirs] = [ins.map((k) => joint[k]), ins.map((k) => vs[k])];
    const [left, right] = [innerProduct(cts, tans), innerProduct(pulled, dirs)];
    const size = Math.max(absoluteProduct(cts, tans), absoluteProduct(pulled, dirs), 1e-3);
    const relative = hasJvp ? 10 * precision([...tans, ...pulled]) : 1e-5;
    if (!(Math.abs(left - right) <= relative * size))
      throw new BrokenLaw(`example ${example}: <ct, J v> is ${left} and <J^T ct, v> is ${right}`);
  });
}

/** `example 1, operand 0` of a smooth operand. */
function nameOf(subject: Subject, k: number): string {
  const { example, operand } = operandAt(subject, subject.smooth[k]);
  return `example ${example}, operand ${operand}`;
}

// second order ---------------------------------------------------------------------------------------------------------

/**
 * Forward over reverse is reverse over forward, and in float64 what differences of the gradient give; float32 is what float64 gives.
 * What has one mode alone is nested in that.
 */
export function secondIsDifference(runs: Runs, twin: Runs | null, hasJvp: boolean, hasVjp: boolean): void {
  const { subject } = runs;
  const both: readonly Nesting[] =
    twin === null ? ["forwardOverReverse", "reverseOverForward"] : ["forwardOverReverse"];
  const nestings: readonly Nesting[] = !hasVjp
    ? ["forwardOverForward"]
    : hasJvp
      ? both
      : ["reverseOverReverse"];
  const where = (k: number): string => (hasVjp ? nameOf(subject, k) : placeOf(subject, subject.floatOuts[k]));
  const results = nestings.map((nesting) => runs.second(nesting));
  const primals = hasVjp ? runs.floats : runs.weights;
  results.forEach((seconds, n) => {
    seconds.forEach((x, k) => {
      expectTypes(`${where(k)}, ${nestings[n]}`, [x], [primals[k]]);
    });
  });
  const [first, other = first] = results;
  const single = 5 * (subject.case_.single ?? 2e-5);
  const close = (k: number): number => (precision([first[k]]) < 1e-6 ? 1e-10 : single);
  first.forEach((x, k) => {
    expectNear(`${where(k)}, ${nestings.join(" against ")}`, elementsOf(other[k]), elementsOf(x), close(k));
  });
  if (twin !== null) {
    const expected = twin.second(nestings[0]);
    first.forEach((x, k) => {
      expectNear(`${where(k)}, ${nestings[0]}, by float64`, elementsOf(x), elementsOf(expected[k]), single);
    });
    return;
  }
  const at = (t: number): readonly NDArray[] => {
    const xs = moved(runs.floats, runs.vs, t);
    return hasVjp ? runs.pullAt(xs) : subject.floatOuts.map((i) => runs.pushAt(xs)[i]);
  };
  const slopes = differencesAlong(
    at,
    first.map((_, k) => `${where(k)}, second order`),
  );
  first.forEach((x, k) => {
    expectNear(`${where(k)}, ${nestings[0]}, by differences of the first`, elementsOf(x), slopes[k], 1e-6);
  });
}
