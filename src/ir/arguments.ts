/**
 * Arguments that are neither arrays nor trees: options, integers, lists, dtypes. TypeScript refuses wrong ones, but JavaScript
 * does not, and a wrong one that is read anyway becomes a wrong number: so they are looked at here, once, with one wording.
 */
import { describe, show } from "./describe.js";
import type { DType } from "./dtype.js";
import { dtypes, mostElements } from "./dtype.js";
import { ArgumentError, DTypeError, ShapeError } from "./errors.js";

/** What an option may be: one of these words where it is a list; "any" is looked at by the function itself. */
export type OptionKind = "boolean" | "number" | "integer" | "dtype" | "function" | "any" | readonly string[];

/** A kind for each option there is: one that is missing does not compile. */
export type OptionKinds<O> = { readonly [K in keyof O]-?: OptionKind };

/**
 * The options, once they are known to be an object of options that exist and have the kinds they must have. An option that is
 * undefined was not given.
 *
 * @throws ArgumentError on what is no object, on an unknown option and on a value of another kind; DTypeError on what is no dtype.
 * @example const { keepdims = false } = readOptions("sum", options, { keepdims: "boolean" });
 */
export function readOptions<O extends object>(operation: string, options: O, kinds: OptionKinds<O>): O {
  if (!isOptions(options)) {
    throw new ArgumentError(
      `${operation}: the options are an object such as { ${Object.keys(kinds)[0]}: ... }, got ${describe(options)}`,
    );
  }
  for (const key in options) {
    const kind: OptionKind | undefined = Object.hasOwn(kinds, key) ? kinds[key] : undefined;
    if (kind === undefined) throw unknownOption(operation, key, Object.keys(kinds));
    const value: unknown = options[key];
    if (value !== undefined) checkKind(operation, key, value, kind);
  }
  return options;
}

const isOptions = (value: unknown): value is object =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  !ArrayBuffer.isView(value) &&
  !("aval" in value); // an array, which stands in the wrong place

function unknownOption(operation: string, key: string, known: readonly string[]): ArgumentError {
  const plain = (name: string): string => name.toLowerCase().replace(/_/g, "");
  const meant = known.find(
    (name) => plain(name).startsWith(plain(key)) || plain(key).startsWith(plain(name)),
  );
  const remedy =
    meant !== undefined
      ? `write "${meant}"`
      : `the ${known.length === 1 ? "only option is" : "options are"} ${known.join(", ")}`;
  return new ArgumentError(`${operation}: there is no option "${key}"; ${remedy}`);
}

function checkKind(operation: string, key: string, value: unknown, kind: OptionKind): void {
  switch (kind) {
    case "any":
      return;
    case "dtype":
      checkDType(operation, value);
      return;
    case "integer":
      checkInteger(operation, key, value);
      return;
    case "boolean":
    case "number":
    case "function":
      if (typeof value === kind) return;
      throw new ArgumentError(`${operation}: the option ${key} must be a ${kind}, got ${describe(value)}`);
    default:
      checkChoice(operation, key, value, kind);
  }
}

/** @throws ArgumentError unless the value is one of the words. */
export function checkChoice(operation: string, name: string, value: unknown, words: readonly string[]): void {
  if (typeof value === "string" && words.includes(value)) return;
  throw new ArgumentError(
    `${operation}: ${name} must be one of ${words.map((word) => `"${word}"`).join(", ")}, got ${describe(value)}`,
  );
}

/** @throws ArgumentError unless the value is an integer from `least` to `most`. */
export function checkInteger(
  operation: string,
  name: string,
  value: unknown,
  least = Number.NEGATIVE_INFINITY,
  most = Number.POSITIVE_INFINITY,
): asserts value is number {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return;
  const from = least === Number.NEGATIVE_INFINITY ? "" : ` from ${least}`;
  const to = most === Number.POSITIVE_INFINITY ? (from === "" ? "" : " on") : ` to ${most}`;
  throw new ArgumentError(`${operation}: ${name} must be an integer${from}${to}, got ${show(value)}`);
}

/** @throws ArgumentError unless the value is a number; NaN and the infinities are. */
export function checkNumber(operation: string, name: string, value: unknown): asserts value is number {
  if (typeof value === "number") return;
  throw new ArgumentError(`${operation}: ${name} must be a number, got ${describe(value)}`);
}

/** @throws ArgumentError unless the value is a string. */
export function checkString(operation: string, name: string, value: unknown): asserts value is string {
  if (typeof value === "string") return;
  throw new ArgumentError(`${operation}: ${name} must be a string, got ${describe(value)}`);
}

/** @throws ArgumentError unless the value is a JavaScript array, of what `what` says. */
export function checkList(
  operation: string,
  name: string,
  value: unknown,
  what = "",
): asserts value is readonly unknown[] {
  if (Array.isArray(value)) return;
  throw new ArgumentError(
    `${operation}: ${name} must be a list${what === "" ? "" : ` of ${what}`}, got ${describe(value)}`,
  );
}

/** @throws ArgumentError unless the value is a list of integers. */
export function checkIntegers(
  operation: string,
  name: string,
  value: unknown,
): asserts value is readonly number[] {
  checkList(operation, name, value, "integers");
  for (let i = 0; i < value.length; i++) checkInteger(operation, `${name}[${i}]`, value[i]);
}

/** @throws DTypeError unless the value names one of the five dtypes. */
export function checkDType(operation: string, value: unknown): asserts value is DType {
  if (typeof value === "string" && (dtypes as readonly string[]).includes(value)) return;
  throw new DTypeError(
    `${operation}: ${describe(value)} is no dtype; use ${dtypes.map((name) => `"${name}"`).join(", ")}`,
  );
}

/** @throws ShapeError when an array would have more elements than there are positions. */
export function checkSize(operation: string, shape: readonly number[]): void {
  let size = 1;
  for (const n of shape) size *= n;
  if (size <= mostElements) return;
  throw new ShapeError(
    `${operation}: an array of shape [${shape.join(",")}] would have ${size} elements; at most 2^31 - 1 fit`,
  );
}

/** Where a primitive is not called as its function is. */
const functionNames: Readonly<Record<string, string>> = {
  and: "bitwiseAnd",
  custom_lin: "customVjp",
  not: "bitwiseNot",
  or: "bitwiseOr",
  while: "whileLoop",
  xor: "bitwiseXor",
};

/** A primitive's name as its function is spelled: dynamic_slice is lax.dynamicSlice. */
export const spelled = (primitive: string): string =>
  functionNames[primitive] ?? primitive.replace(/[_-]([a-z])/g, (_, letter: string) => letter.toUpperCase());
