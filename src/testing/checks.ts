/** What the laws and the arbitraries are given, looked at before it is used. */
import fc from "fast-check";
import { NDArray } from "../autodiff/array.js";
import { checkFunction } from "../autodiff/transforms/flat-function.js";
import { checkInteger, checkList } from "../ir/arguments.js";
import { describe } from "../ir/describe.js";
import { ArgumentError } from "../ir/errors.js";
import type { ArraysFunction, Subject } from "./law.js";

/** The subject, once it is known to be one; its function's results are looked at when it is called. */
export function checkedSubject(operation: string, subject: Subject): Subject {
  if (typeof subject !== "object" || subject === null || !("f" in subject)) {
    throw new ArgumentError(
      `${operation}: a law's subject is { f, inputs, seed }, which subjectOf(f, args) makes of a function, got ${describe(subject)}`,
    );
  }
  const { f, inputs, seed } = subject;
  checkArrays(operation, "the inputs", inputs);
  checkInteger(operation, "the subject's seed", seed);
  return { f: checkedFunction(operation, f), inputs, seed };
}

/** The function of a list of arrays, which throws where its result is no such list. */
export function checkedFunction(operation: string, f: ArraysFunction): ArraysFunction {
  checkFunction(operation, f);
  return (xs) => {
    const results = f(xs);
    checkArrays(operation, "what f returns", results);
    return results;
  };
}

export function checkArrays(operation: string, name: string, xs: unknown): asserts xs is readonly NDArray[] {
  checkList(operation, name, xs, "arrays");
  const other = xs.findIndex((x) => !(x instanceof NDArray));
  if (other < 0) return;
  throw new ArgumentError(
    `${operation}: ${name} must be a list of arrays, got ${describe(xs[other])} at [${other}]; ` +
      "for a function of trees, use subjectOf",
  );
}

export function checkArbitrary(operation: string, name: string, value: unknown): void {
  if (value instanceof fc.Arbitrary) return;
  throw new ArgumentError(
    `${operation}: ${name} must be an arbitrary of fast-check, such as arrays(), got ${describe(value)}`,
  );
}

export function checkThree(operation: string, value: readonly unknown[], what: string): void {
  checkList(operation, "the three operands", value, what);
  if (value.length === 3) return;
  throw new ArgumentError(
    `${operation}: associativity is a law of three ${what}, [a, b, c], got ${value.length}`,
  );
}
