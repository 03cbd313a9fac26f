/** A scaling as JSON, which is how it lies in a checkpoint's configuration. */
import * as E from "fp-ts/lib/Either.js";
import { describe } from "../../ir/describe.js";
import * as np from "../../numpy/index.js";
import { checkRecord, type FieldsOf } from "./check-record.js";
import { checkScaling, type Scaling } from "./scaling.js";

/** Numbers keep every bit: JSON has the shortest decimals that read back as the same. */
export type ScalingJson =
  | { readonly kind: "standardize"; readonly mean: readonly number[]; readonly sd: readonly number[] }
  | {
      readonly kind: "whiten";
      readonly mean: readonly number[];
      readonly sd: readonly number[];
      readonly factor: readonly (readonly number[])[];
    };

/** What is wrong with a scaling that was read: where, what stands there, what should. */
export interface ScalingFault {
  readonly kind: "scaling";
  /** As in `sd[1]`; empty for the whole. */
  readonly path: string;
  readonly found: string;
  readonly expected: string;
}

/**
 * A scaling -> what JSON.stringify takes.
 *
 * @throws ArgumentError when it is no scaling
 */
export function encodeScaling(scaling: Scaling): ScalingJson {
  checkScaling("ebm.encodeScaling", scaling);
  const mean = Array.from(scaling.mean.dataSync());
  const sd = Array.from(scaling.sd.dataSync());
  if (scaling.kind === "standardize") return { kind: "standardize", mean, sd };
  const entries = Array.from(scaling.factor.dataSync());
  const factor = mean.map((_, row) => entries.slice(row * mean.length, (row + 1) * mean.length));
  return { kind: "whiten", mean, sd, factor };
}

/**
 * What JSON.parse gave -> a scaling, or what is wrong with it: a kind that there is not, lists of different lengths, an sd
 * that is not positive, a factor that is not lower triangular with a positive diagonal.
 *
 * @example decodeScaling(JSON.parse(JSON.stringify(encodeScaling(scaling))))
 */
export function decodeScaling(json: unknown): E.Either<ScalingFault, Scaling> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return fault("", json, "an object { kind, mean, sd }");
  }
  const { kind, mean, sd, factor }: Partial<Record<string, unknown>> = { ...json };
  if (kind !== "standardize" && kind !== "whiten") return fault("kind", kind, '"standardize" or "whiten"');
  if (!isList(mean) || mean.length === 0) return fault("mean", mean, "a list of numbers");
  const d = mean.length;
  const badMean = mean.findIndex((value) => !isFiniteNumber(value));
  if (badMean >= 0) return fault(`mean[${badMean}]`, mean[badMean], "a finite number");
  if (!isList(sd) || sd.length !== d) return fault("sd", sd, `a list of ${d} numbers`);
  const badSd = sd.findIndex((value) => !isPositive(value));
  if (badSd >= 0) return fault(`sd[${badSd}]`, sd[badSd], "a positive number");
  const vectors = { mean: vector(mean), sd: vector(sd) };
  if (kind === "standardize") return E.right({ kind, ...vectors });
  if (!isList(factor) || factor.length !== d) return fault("factor", factor, `a list of ${d} rows`);
  for (const [i, row] of factor.entries()) {
    if (!isList(row) || row.length !== d) return fault(`factor[${i}]`, row, `a list of ${d} numbers`);
    const bad = row.findIndex(
      (value, j) => !(j < i ? isFiniteNumber(value) : j === i ? isPositive(value) : value === 0),
    );
    const expected = bad < i ? "a finite number" : bad === i ? "a positive number" : "0, above the diagonal";
    if (bad >= 0) return fault(`factor[${i}][${bad}]`, row[bad], expected);
  }
  return E.right({ kind, ...vectors, factor: np.reshape(vector(factor.flat()), [d, d]) });
}

const fields: FieldsOf<ScalingFault> = { scaling: { path: "string", found: "string", expected: "string" } };

/**
 * The fault as one line: `sd[1] must be a positive number, got the number 0`.
 *
 * @throws ArgumentError when it is no fault of a scaling
 */
export function explainScalingFault(fault: ScalingFault): string {
  checkRecord("ebm.explainScalingFault", fault, fields);
  return `${fault.path === "" ? "the scaling" : fault.path} must be ${fault.expected}, got ${fault.found}`;
}

const fault = (path: string, found: unknown, expected: string): E.Either<ScalingFault, never> =>
  E.left({ kind: "scaling", path, found: describe(found), expected });

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isFiniteNumber = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value);
const isPositive = (value: unknown): value is number => isFiniteNumber(value) && value > 0;

/** Sound after the checks above: each entry was found to be a number. */
const vector = (values: readonly unknown[]) => np.array(Float64Array.from(values, Number));
