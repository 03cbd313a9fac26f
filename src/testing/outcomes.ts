/**
 * What a check of derivatives can find, as records first; the sentences and the error classes are made from them. Three things
 * look alike to a single difference quotient and are not: a rule that is wrong, a point where there is no derivative, and a
 * function whose differences cannot be trusted.
 */

import type { NDArray } from "../autodiff/array.js";
import { showAval } from "../ir/aval.js";
import { CotangentError, DifferentiationError } from "../ir/errors.js";
import { elementsOf } from "./arrays.js";
import { IllConditioned } from "./comparison.js";

/** A derivative that differs from what differences of the function settle to. */
export class WrongDerivativeError extends DifferentiationError {}

/** The function has no derivative at this point: a kink, a jump, a vertical tangent, or values that are not finite. */
export class NotDifferentiableError extends CotangentError {}

/** What disagreed with what. */
export interface Evidence {
  /** The law, as a formula. */
  readonly law: string;
  /** What the rules give. */
  readonly actual: readonly number[];
  /** What differences give. */
  readonly expected: readonly number[];
  readonly off: number;
  readonly allowed: number;
}

/** The judgement on one derivative at one point, along one direction. */
export type Verdict =
  | { readonly kind: "right" }
  | { readonly kind: "wrong"; readonly evidence: Evidence }
  /** `why` ends a sentence that begins with the function. */
  | { readonly kind: "notDifferentiable"; readonly why: string }
  /** The differences are known to within `uncertainty` alone. */
  | { readonly kind: "illConditioned"; readonly evidence: Evidence; readonly uncertainty: number };

/** Where: which derivative, at which inputs, along which direction. */
export interface Place {
  /** "rev of fwd": the outermost first. */
  readonly path: string;
  readonly inputs: readonly NDArray[];
  readonly direction: readonly NDArray[];
}

/** A verdict that is not "right", with its place and the first equation whose own rule disagrees. */
export type Finding = Exclude<Verdict, { kind: "right" }> & {
  readonly place: Place;
  /** Null: every equation's own rule is right, or none is reached by the inputs. */
  readonly culprit: string | null;
};

/** The error that says it. */
export function errorOf(finding: Finding): Error {
  const { place } = finding;
  const where = `\n  at ${showArrays(place.inputs)}\n  along ${showArrays(place.direction)}`;
  switch (finding.kind) {
    case "wrong": {
      const { law, actual, expected, off, allowed } = finding.evidence;
      const { culprit } = finding;
      return new WrongDerivativeError(
        `checkGrads: ${place.path} gives ${showNumbers(actual)} and central differences ${showNumbers(expected)}: ` +
          `off by ${off}, allowed ${allowed}; a derivative rule is wrong\n  law: ${law}${where}\n  culprit: ` +
          (culprit ??
            "none of the equations alone; are there rules of integers, or is f no function of its arguments?"),
      );
    }
    case "notDifferentiable":
      return new NotDifferentiableError(
        `checkGrads: ${place.path}: the function is not differentiable here: ${finding.why}; choose another point${where}`,
      );
    case "illConditioned": {
      const { actual, expected, off } = finding.evidence;
      return new IllConditioned(
        `checkGrads: ${place.path} gives ${showNumbers(actual)} and central differences ${showNumbers(expected)}, but these ` +
          `are sure to ${finding.uncertainty} only, with ${off} between the two: nothing can be said; use float64, ` +
          `another eps or another point${where}`,
      );
    }
  }
}

/** `f64[2] [0.3, 0.7], i32[] 4` */
export const showArrays = (xs: readonly NDArray[]): string =>
  xs
    .map((x) => `${showAval(x.aval)} ${x.ndim === 0 ? elementsOf(x)[0] : showNumbers(elementsOf(x))}`)
    .join(", ");

/** At most eight of them. */
export const showNumbers = (values: readonly number[]): string =>
  `[${values.slice(0, 8).join(", ")}${values.length > 8 ? ", ..." : ""}]`;
