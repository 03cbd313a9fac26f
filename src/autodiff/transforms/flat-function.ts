/** Functions of trees as functions of flat lists of arrays: what every transformation works on. */
import { checkIntegers, type OptionKinds, readOptions } from "../../ir/arguments.js";
import { describe, isClass } from "../../ir/describe.js";
import { ArgumentError, InternalError } from "../../ir/errors.js";
import { NDArray } from "../array.js";
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
          `${name}: the function returned a Promise; traced functions must not be async: await before, trace after`,
        );
      }
      if (result === undefined) {
        throw new ArgumentError(`${name}: the function returned undefined; does it lack a return?`);
      }
      const [leaves, out] = flattenArrays(result, `${name}: the result`);
      outStructure = out;
      return leaves;
    },
    outStructure: () => {
      if (outStructure === undefined) throw new InternalError(`${name}: the function has not run yet`);
      return outStructure;
    },
  };
}

/** The positions that argnums names, counted from the front. */
export function canonicalArgnums(name: string, argnums: number | readonly number[], count: number): number[] {
  const list = typeof argnums === "number" ? [argnums] : argnums;
  checkIntegers(name, "argnums", list);
  const what = name.includes(": ") ? name : `${name}: argnums`; // the option's own name, where it has another
  const canonical = list.map((n) => {
    if (n < -count || n >= count) {
      throw new ArgumentError(
        `${what} ${n} is out of range: the function was called with ${count} argument${count === 1 ? "" : "s"}; ` +
          (count === 0 ? "call it with some" : `use an integer from ${-count} to ${count - 1}`),
      );
    }
    return n < 0 ? n + count : n;
  });
  if (new Set(canonical).size !== canonical.length) {
    throw new ArgumentError(`${what} [${list.join(", ")}] names an argument twice; name each once`);
  }
  return canonical;
}

/** Throws when what should be a function is not one. */
export function checkFunction(name: string, f: unknown): void {
  if (typeof f !== "function" || isClass(f)) {
    throw new ArgumentError(`${name}: expected a function, got ${describe(f)}${asResult(f)}`);
  }
}

/** grad(f(x)) for grad(f)(x). */
const asResult = (f: unknown): string => (f instanceof NDArray ? "; pass f itself, not f(x)" : "");

/** What a transformation that is called with options alone was given: nothing, or an object of them. */
export function curriedOptions<O extends object>(
  name: string,
  first: unknown,
  kinds: OptionKinds<O>,
): Partial<O> {
  if (first === undefined) return {};
  if (typeof first !== "object" || first === null || first instanceof NDArray || Array.isArray(first)) {
    checkFunction(name, first);
  }
  return readOptions<Partial<O>>(name, first as Partial<O>, kinds); // an object: looked at just above, and there
}

/** The arguments of a transformation that takes them as a tuple. */
export function checkArguments(
  name: string,
  what: string,
  args: unknown,
): asserts args is readonly unknown[] {
  if (Array.isArray(args)) return;
  throw new ArgumentError(
    `${name}: the ${what} are a tuple, one entry an argument: [x] for one, got ${describe(args)}`,
  );
}
