/** Functions of trees as functions of flat lists of arrays: what every transformation works on. */
import { ArgumentError } from "../../ir/errors.js";
import type { NDArray } from "../array.js";
import { flattenArrays } from "../convert.js";
import { type TreeStructure, unflatten } from "../tree.js";

/** A function of flat arrays, and the structure of what it returned last. */
export interface FlatFunction {
  readonly call: (operands: readonly NDArray[]) => NDArray[];
  /** Known once `call` has run. */
  readonly outStructure: () => TreeStructure;
}

/** `f` of arguments with this structure (a tuple), on flat leaves. */
export function flatFunction(
  name: string,
  f: (...args: never[]) => unknown,
  structure: TreeStructure,
): FlatFunction {
  let outStructure: TreeStructure | undefined;
  // Sound as far as anything can be: the arguments have the structure the caller's own had, with arrays for leaves.
  const apply = f as (...args: unknown[]) => unknown;
  return {
    call: (operands) => {
      const result = apply(...(unflatten(structure, operands) as unknown[])); // a tuple: `structure` is an argument list's
      if (result instanceof Promise) {
        throw new ArgumentError(
          `${name}: the function returned a Promise; traced functions must not be async`,
        );
      }
      const [leaves, out] = flattenArrays(result);
      outStructure = out;
      return leaves;
    },
    outStructure: () => {
      if (outStructure === undefined) throw new ArgumentError(`${name}: the function has not run yet`);
      return outStructure;
    },
  };
}

/** The positions that argnums names, counted from the front. */
export function canonicalArgnums(name: string, argnums: number | readonly number[], count: number): number[] {
  const list = typeof argnums === "number" ? [argnums] : argnums;
  const canonical = list.map((n) => {
    if (!Number.isInteger(n) || n < -count || n >= count) {
      throw new ArgumentError(
        `${name}: argnums ${n} is out of range: the function was called with ${count} argument${count === 1 ? "" : "s"}`,
      );
    }
    return n < 0 ? n + count : n;
  });
  if (new Set(canonical).size !== canonical.length) {
    throw new ArgumentError(`${name}: argnums [${list.join(", ")}] names an argument twice`);
  }
  return canonical;
}

/** Throws when what should be a function is not one. */
export function checkFunction(name: string, f: unknown): void {
  if (typeof f !== "function") throw new ArgumentError(`${name}: expected a function, got ${typeof f}`);
}
