/** Values in error messages: what somebody passed, in as few words as tell which mistake it was. */
import { type DType, shortName } from "./dtype.js";

/**
 * A value as a message names it: `the number 3`, `the string "int8"`, `an array f32[3]`, `[1, 2]`, `a Date`. It never throws,
 * whatever the value.
 *
 * @example describe(undefined) // "undefined"
 */
export function describe(value: unknown): string {
  switch (typeof value) {
    case "undefined":
      return "undefined";
    case "boolean":
      return String(value);
    case "number":
      return `the number ${Object.is(value, -0) ? "-0" : value}`;
    case "bigint":
      return `the bigint ${value}n`;
    case "string":
      return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 37)}...` : value)}`;
    case "symbol":
      return String(value);
    case "function":
      return describeFunction(value);
    case "object":
      return value === null ? "null" : describeObject(value);
  }
}

/** Numbers and lists of them as they were written; all else as `describe` has it. */
export const show = (value: unknown): string => (typeof value === "number" ? String(value) : describe(value));

/** A class's prototype, unlike a function's, cannot be replaced. */
export const isClass = (value: object): boolean =>
  Object.getOwnPropertyDescriptor(value, "prototype")?.writable === false;

function describeFunction(value: { readonly name: unknown }): string {
  if (isClass(value)) return `the class ${String(value.name)}`;
  const name = typeof value.name === "string" ? value.name : "";
  return name === ""
    ? "a function (was a call meant?)"
    : `the function ${name} (was a call meant, ${name}(...)?)`;
}

function describeObject(value: object): string {
  const type = arrayType(value);
  if (type !== null) return `an array ${type}`;
  if (Array.isArray(value)) return describeList(value);
  if (value instanceof Promise) return "a Promise (await it first)";
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return `an object ${describeKeys(value)}`;
  const named = Object.getOwnPropertyDescriptor(Object(prototype), "constructor")?.value?.name;
  return typeof named === "string" && named !== "" ? `a ${named}` : "an object of a nameless class";
}

/** Arrays live on the floor above: here they are what has an aval. As in a jaxpr: f32[3]. */
function arrayType(value: object): string | null {
  const found: unknown = "aval" in value ? value.aval : null;
  if (typeof found !== "object" || found === null || !("shape" in found && "dtype" in found)) return null;
  if (!Array.isArray(found.shape) || typeof found.dtype !== "string") return null;
  return `${shortName[found.dtype as DType]}[${found.shape.join(",")}]`; // an aval's dtype
}

function describeList(list: readonly unknown[]): string {
  const isShort =
    list.length <= 6 && list.every((entry) => typeof entry === "number" || typeof entry === "boolean");
  return isShort ? `[${list.map(String).join(", ")}]` : `a list of ${list.length} entries`;
}

function describeKeys(value: object): string {
  const keys = Object.keys(value);
  if (keys.length === 0) return "without keys";
  return `with the ${keys.length === 1 ? "key" : "keys"} ${keys.slice(0, 4).join(", ")}${keys.length > 4 ? ", ..." : ""}`;
}
