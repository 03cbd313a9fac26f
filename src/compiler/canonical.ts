/**
 * Canonical text of jaxprs and params: equal for equal programs, whatever the objects. It is the key under which compiled
 * code is kept, so it is structural to the bit (-0, NaN). Arrays that a jaxpr has as operands are no part of it; the few that
 * are literals are.
 */
import { ConcreteArray } from "../autodiff/array.js";
import type { Atom, Jaxpr } from "../autodiff/jaxpr.js";
import type { Aval } from "../ir/aval.js";
import { InternalError } from "../ir/errors.js";

const texts = new WeakMap<Jaxpr, string>();

/** The program that a jaxpr is. */
export function canonicalJaxpr(jaxpr: Jaxpr): string {
  let text = texts.get(jaxpr);
  if (text === undefined) {
    text = write(jaxpr);
    texts.set(jaxpr, text);
  }
  return text;
}

function write(jaxpr: Jaxpr): string {
  const names = new Map<object, number>();
  const name = (v: object): number => {
    let n = names.get(v);
    if (n === undefined) {
      n = names.size;
      names.set(v, n);
    }
    return n;
  };
  const atom = (a: Atom): string =>
    a.kind === "literal"
      ? `${Array.from(a.array.values, canonicalNumber).join(",")}:${typeKey(a.aval)}`
      : `${name(a)}`;
  const binders = (vars: readonly (Atom & { aval: Aval })[]): string =>
    vars.map((v) => `${name(v)}:${typeKey(v.aval)}`).join(" ");
  const lines = [`${binders(jaxpr.constvars)};${binders(jaxpr.invars)}`];
  for (const eqn of jaxpr.eqns) {
    const operands = eqn.operands.map(atom).join(" ");
    lines.push(`${binders(eqn.outs)}=${eqn.primitive.name}[${canonicalParams(eqn.params)}] ${operands}`);
  }
  lines.push(jaxpr.outvars.map(atom).join(" "));
  return lines.join("\n");
}

/** A type as a key: dtype and shape. */
export const typeKey = (a: Aval): string => `${typeCode[a.dtype]}${a.shape.join(",")}`;

const typeCode = { float32: "f", float64: "d", int32: "i", uint32: "u", bool: "b" } as const;

/** Params as a key. Functions (custom rules) take no part in execution and are left out. */
export function canonicalParams(params: object): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(params)) {
    if (typeof value === "function") continue;
    parts.push(`${key}=${canonicalValue(value)}`);
  }
  return parts.join(";");
}

function canonicalValue(value: unknown): string {
  switch (typeof value) {
    case "number":
      return canonicalNumber(value);
    case "string":
      return JSON.stringify(value);
    case "boolean":
    case "undefined":
      return String(value);
    case "object":
      break;
    default:
      throw new InternalError(`params hold a ${typeof value}, which has no canonical text`);
  }
  if (value === null) return "null";
  if (Array.isArray(value)) return `[${value.map(canonicalValue).join(",")}]`;
  if (isJaxpr(value)) return `{${canonicalJaxpr(value)}}`;
  if (value instanceof ConcreteArray) throw new InternalError("params hold an array; it must be an operand");
  return `{${canonicalParams(value)}}`;
}

const isJaxpr = (value: object): value is Jaxpr => "eqns" in value && "invars" in value;

const canonicalNumber = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));
