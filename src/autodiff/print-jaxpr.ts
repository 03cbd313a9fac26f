/**
 * Jaxprs as text, in JAX's notation and layout:
 *
 *     { lambda a:f32[3]; b:f32[3]. let
 *         c:f32[3] = sin b
 *         d:f32[3] = mul c a
 *       in (d,) }
 *
 * Names are unique throughout, inner jaxprs included. Params stand in alphabetical order, in snake case.
 */
import { showAval } from "../ir/aval.js";
import type { DType } from "../ir/dtype.js";
import type { Atom, Eqn, Jaxpr, Literal, Var } from "./jaxpr.js";
import { type Doc, group, join, layOut, lineBreak, nest } from "./layout.js";

/** The text of a jaxpr; variables are named a, b, ... in order of appearance. */
export const showJaxpr = (jaxpr: Jaxpr): string => layOut(jaxprDoc(jaxpr, new Names()));

class Names {
  readonly #names = new Map<Var, string>();
  #count = 0;

  of(v: Var): string {
    let name = this.#names.get(v);
    if (name === undefined) {
      name = letters(this.#count++);
      this.#names.set(v, name);
    }
    return name;
  }

  /** A callee's variables are called as the caller's are, where nothing else has named them. */
  alias(vars: readonly Atom[], like: readonly Atom[]): void {
    const taken = new Set<Var>();
    vars.forEach((v, i) => {
      const other = like[i];
      if (v.kind !== "var" || other?.kind !== "var" || taken.has(other) || this.#names.has(v)) return;
      taken.add(other);
      this.#names.set(v, this.of(other));
    });
  }
}

/** a, ..., z, ba, bb, ...: counting in base 26. */
function letters(n: number): string {
  const last = String.fromCharCode(97 + (n % 26));
  return n < 26 ? last : letters(Math.floor(n / 26)) + last;
}

function jaxprDoc(jaxpr: Jaxpr, names: Names): Doc {
  const used = usedVars(jaxpr);
  const head = ["{ lambda ", binders(jaxpr.constvars, names), "; ", binders(jaxpr.invars, names), ". let"];
  const eqns = jaxpr.eqns.map((eqn) => eqnDoc(eqn, names, used));
  const outs = join(
    [",", group(lineBreak())],
    jaxpr.outvars.map((atom) => showAtom(atom, names)),
  );
  const tail = ["in (", nest(group(outs)), jaxpr.outvars.length === 1 ? ",)" : ")"];
  return group(nest(...head, nest(lineBreak(), join(lineBreak("; "), eqns)), lineBreak(), ...tail), " }");
}

function binders(vars: readonly Var[], names: Names, used?: ReadonlySet<Var>): Doc {
  const binder = (v: Var): Doc => {
    const name = used === undefined || used.has(v) ? names.of(v) : "_";
    return `${name}:${showAval(v.aval)}`;
  };
  return nest(group(join(group(lineBreak()), vars.map(binder))));
}

function eqnDoc(eqn: Eqn, names: Names, used: ReadonlySet<Var>): Doc {
  const { primitive, params, outs, operands } = eqn;
  const left = outs.length === 0 ? [] : [binders(outs, names, used), " = "];
  if (primitive.lower.kind === "call") nameCallee(eqn, names, used);
  const shown = primitive.showParams === undefined ? params : primitive.showParams(params);
  const pairs = Object.entries(shown)
    .filter(([, value]) => value !== undefined && typeof value !== "function")
    .map(([key, value]) => [snakeCase(key), value] as const)
    .sort(([x], [y]) => (x === "name" ? -1 : y === "name" ? 1 : x < y ? -1 : 1))
    .map(([key, value]): Doc => [`${key}=`, paramDoc(value, names)]);
  const brackets =
    pairs.length === 0 ? [] : [group(nest("[", lineBreak(""), join(lineBreak(), pairs)), lineBreak(""), "]")];
  const right = nest(
    group(
      join(
        group(lineBreak()),
        operands.map((atom) => showAtom(atom, names)),
      ),
    ),
  );
  return [...left, primitive.name, ...brackets, operands.length === 0 ? "" : " ", right];
}

const snakeCase = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The inputs and outputs of a jitted function go by the names they have outside. */
function nameCallee({ primitive, params, operands, outs }: Eqn, names: Names, used: ReadonlySet<Var>): void {
  if (primitive.name !== "jit") return;
  const callee = Object.values(params).find(isJaxpr);
  if (callee === undefined) return;
  names.alias(callee.invars, operands);
  const kept = outs.map((v, i) => (used.has(v) ? i : -1)).filter((i) => i >= 0);
  names.alias(
    kept.map((i) => callee.outvars[i]),
    kept.map((i) => outs[i]),
  );
}

function paramDoc(value: unknown, names: Names): Doc {
  if (isJaxpr(value)) return jaxprDoc(value, names);
  if (Array.isArray(value) && value.length > 0 && value.every(isJaxpr)) {
    const docs = value.map((each) => jaxprDoc(each, names));
    return group(nest("(", lineBreak(""), join(lineBreak(), docs)), lineBreak(""), ")");
  }
  return showValue(value);
}

function showValue(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `(${value.map(showValue).join(", ")}${value.length === 1 ? "," : ""})`;
  if (typeof value === "object") {
    const parts = Object.entries(value).filter(([, v]) => typeof v !== "function");
    return `(${parts.map(([k, v]) => `${snakeCase(k)}=${showValue(v)}`).join(", ")})`;
  }
  return String(value);
}

const showAtom = (atom: Atom, names: Names): string =>
  atom.kind === "var" ? names.of(atom) : `${showLiteral(atom)}:${showAval(atom.aval)}`;

/** A number; of an array the first elements, flat. */
function showLiteral({ array, isNumber, value, aval: { dtype } }: Literal): string {
  if (isNumber) return showNumber(value, dtype);
  const first = Array.from(array.values.slice(0, 4), (each) => showNumber(each, dtype));
  return `[${first.join(", ")}${array.size > first.length ? ", ..." : ""}]`;
}

/** A number as Python writes it. */
function showNumber(value: number, dtype: DType): string {
  if (dtype === "bool") return value !== 0 ? "True" : "False";
  if (!dtype.startsWith("float")) return String(value);
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-4 || size >= 1e16)) {
    return value.toExponential().replace(/e([+-])(\d)$/, "e$10$2"); // at least two digits
  }
  const text = Object.is(value, -0) ? "-0" : String(value);
  return Number.isInteger(value) ? `${text}.0` : text;
}

function usedVars(jaxpr: Jaxpr): Set<Var> {
  const used = new Set<Var>();
  const use = (atom: Atom): void => {
    if (atom.kind === "var") used.add(atom);
  };
  for (const eqn of jaxpr.eqns) eqn.operands.forEach(use);
  jaxpr.outvars.forEach(use);
  return used;
}

const isJaxpr = (value: unknown): value is Jaxpr =>
  typeof value === "object" && value !== null && "eqns" in value && "invars" in value;
