/**
 * Jaxprs as text, in JAX's notation:
 *
 *     { lambda a:f32[3]; b:f32[3]. let
 *         c:f32[3] = sin b
 *         d:f32[3] = mul c a
 *       in (d,) }
 */
import { showAval } from "../ir/aval.js";
import type { Atom, Eqn, Jaxpr, Var } from "./jaxpr.js";

/** The text of a jaxpr; variables are named a, b, ... in order of appearance. */
export function showJaxpr(jaxpr: Jaxpr): string {
  return lines(jaxpr, new Names()).join("\n");
}

class Names {
  readonly #names = new Map<Var, string>();
  of(v: Var): string {
    let name = this.#names.get(v);
    if (name === undefined) {
      name = letters(this.#names.size);
      this.#names.set(v, name);
    }
    return name;
  }
}

/** a, ..., z, ba, bb, ...: counting in base 26. */
function letters(n: number): string {
  const last = String.fromCharCode(97 + (n % 26));
  return n < 26 ? last : letters(Math.floor(n / 26)) + last;
}

function lines(jaxpr: Jaxpr, names: Names): string[] {
  const used = usedVars(jaxpr);
  const binder = (v: Var): string => `${names.of(v)}:${showAval(v.aval)}`;
  const binders = (vars: readonly Var[]): string => vars.map(binder).join(" ");
  const head = `{ lambda ${binders(jaxpr.constvars)}; ${binders(jaxpr.invars)}. let`;
  const body = jaxpr.eqns.flatMap((eqn) => eqnLines(eqn, names, used).map((line) => `    ${line}`));
  const outs = jaxpr.outvars.map((atom) => showAtom(atom, names));
  return [head, ...body, `  in (${outs.join(", ")}${outs.length === 1 ? "," : ""}) }`];
}

function eqnLines(eqn: Eqn, names: Names, used: ReadonlySet<Var>): string[] {
  const outs = eqn.outs.map((v) => `${used.has(v) ? names.of(v) : "_"}:${showAval(v.aval)}`).join(" ");
  const operands = eqn.operands.map((atom) => ` ${showAtom(atom, names)}`).join("");
  const shown = eqn.primitive.showParams === undefined ? eqn.params : eqn.primitive.showParams(eqn.params);
  const entries = Object.entries(shown).filter(
    ([, value]) => value !== undefined && typeof value !== "function",
  );
  const head = outs === "" ? eqn.primitive.name : `${outs} = ${eqn.primitive.name}`;
  if (entries.length === 0) return [head + operands];
  const texts = entries.map(([key, value]) => paramLines(key, value));
  if (texts.every((text) => text.length === 1))
    return [`${head}[${texts.map(([text]) => text).join(" ")}]${operands}`];
  return [`${head}[`, ...texts.flatMap((text) => text.map((line) => `  ${line}`)), `]${operands}`];
}

/** `key=value`, over several lines where the value is a jaxpr. Inner jaxprs name their variables anew. */
function paramLines(key: string, value: unknown): string[] {
  if (isJaxpr(value)) {
    const [first, ...rest] = lines(value, new Names());
    return [`${key}=${first}`, ...rest];
  }
  if (Array.isArray(value) && value.some(isJaxpr)) {
    return [
      `${key}=(`,
      ...value.flatMap((each) => lines(each as Jaxpr, new Names()).map((line) => `  ${line}`)),
      ")",
    ]; // some are, so all are
  }
  return [`${key}=${showValue(value)}`];
}

function showValue(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `(${value.map(showValue).join(", ")}${value.length === 1 ? "," : ""})`;
  if (typeof value === "object") {
    const parts = Object.entries(value).filter(([, v]) => typeof v !== "function");
    return `(${parts.map(([k, v]) => `${k}=${showValue(v)}`).join(", ")})`;
  }
  return String(value);
}

function showAtom(atom: Atom, names: Names): string {
  if (atom.kind === "var") return names.of(atom);
  const { dtype } = atom.aval;
  const value = atom.value;
  const text =
    dtype === "bool"
      ? value !== 0
        ? "True"
        : "False"
      : Number.isInteger(value) && dtype.startsWith("float")
        ? `${Object.is(value, -0) ? "-0" : value}.0`
        : Number.isFinite(value) || !dtype.startsWith("float")
          ? String(value)
          : Number.isNaN(value)
            ? "nan"
            : value > 0
              ? "inf"
              : "-inf";
  return `${text}:${showAval(atom.aval)}`;
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
