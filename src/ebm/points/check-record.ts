/** Records of a union, told apart by their kind, looked at before a sentence is made of them. */
import { checkChoice } from "../../ir/arguments.js";
import { describe } from "../../ir/describe.js";
import { ArgumentError } from "../../ir/errors.js";

/** The fields of each kind: one that is missing does not compile. */
export type FieldsOf<R extends { readonly kind: string }> = {
  readonly [K in R["kind"]]: Readonly<
    Record<Exclude<keyof Extract<R, { readonly kind: K }>, "kind">, FieldKind>
  >;
};

export type FieldKind =
  | "boolean"
  | "number"
  | "string"
  | "string or null"
  | "string or number"
  | "list of strings"
  | "list of numbers"
  | "list of columns";

const isNumber = (value: unknown): boolean => typeof value === "number";
const isString = (value: unknown): boolean => typeof value === "string";
const isStringOrNull = (value: unknown): boolean => value === null || isString(value);

const looks: Readonly<Record<FieldKind, (value: unknown) => boolean>> = {
  boolean: (value) => typeof value === "boolean",
  number: isNumber,
  string: isString,
  "string or null": isStringOrNull,
  "string or number": (value) => isString(value) || isNumber(value),
  "list of strings": (value) => isListOf(value, isString),
  "list of numbers": (value) => isListOf(value, isNumber),
  "list of columns": (value) => isListOf(value, isColumn),
};

const isListOf = (value: unknown, isEntry: (entry: unknown) => boolean): boolean =>
  Array.isArray(value) && Array.from(value).every(isEntry);

const isColumn = (value: unknown): boolean => {
  const { column, name, value: constant } = Object(value);
  return isNumber(column) && isStringOrNull(name) && (constant === undefined || isNumber(constant));
};

/** @throws ArgumentError unless it is a record of one of the kinds, with the fields of that kind. */
export function checkRecord(
  operation: string,
  record: unknown,
  fields: Readonly<Record<string, Readonly<Record<string, FieldKind>>>>,
): void {
  const { kind } = Object(record);
  checkChoice(operation, "the kind", kind, Object.keys(fields));
  for (const [name, expected] of Object.entries(fields[String(kind)])) {
    const value: unknown = Object(record)[name];
    if (looks[expected](value)) continue;
    throw new ArgumentError(
      `${operation}: the ${name} of the kind "${kind}" must be a ${expected}, got ${describe(value)}`,
    );
  }
}
