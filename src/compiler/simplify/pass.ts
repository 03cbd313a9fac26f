/** What a pass over jaxprs is, and how it reaches the jaxprs inside equations. */
import type { Eqn, Jaxpr } from "../../autodiff/jaxpr.js";

/** Jaxpr -> Jaxpr, with the same results to the bit (NaN equals NaN) and the same effects in the same order. */
export interface Pass {
  readonly name: string;
  run(jaxpr: Jaxpr): Jaxpr;
}

/** A rewrite of one jaxpr, done to all of them: bodies of loops and branches first. A jaxpr that stands twice stays one. */
export const everywhere = (rewrite: (jaxpr: Jaxpr) => Jaxpr): ((jaxpr: Jaxpr) => Jaxpr) => {
  const walk = (jaxpr: Jaxpr, done: Map<Jaxpr, Jaxpr>): Jaxpr => {
    let result = done.get(jaxpr);
    if (result === undefined) {
      result = rewrite(mapSubJaxprs(jaxpr, (inner) => walk(inner, done)));
      done.set(jaxpr, result);
    }
    return result;
  };
  return (jaxpr) => walk(jaxpr, new Map());
};

/** The same, from outside to inside: for what brings loops to light. */
export const everywhereInwards = (rewrite: (jaxpr: Jaxpr) => Jaxpr): ((jaxpr: Jaxpr) => Jaxpr) => {
  const walk = (jaxpr: Jaxpr, done: Map<Jaxpr, Jaxpr>): Jaxpr => {
    let result = done.get(jaxpr);
    if (result === undefined) {
      result = mapSubJaxprs(rewrite(jaxpr), (inner) => walk(inner, done));
      done.set(jaxpr, result);
    }
    return result;
  };
  return (jaxpr) => walk(jaxpr, new Map());
};

/** The jaxpr with those in its equations' params replaced; itself where none changes. */
function mapSubJaxprs(jaxpr: Jaxpr, f: (inner: Jaxpr) => Jaxpr): Jaxpr {
  let changed = false;
  const eqns = jaxpr.eqns.map((eqn) => {
    if (!hasSubJaxprs(eqn)) return eqn;
    const params: Record<string, unknown> = { ...eqn.params };
    let isNew = false;
    for (const [key, value] of Object.entries(params)) {
      const mapped = mapValue(value, f);
      if (mapped === value) continue;
      params[key] = mapped;
      isNew = true;
    }
    if (!isNew) return eqn;
    changed = true;
    return { ...eqn, params };
  });
  return changed ? { ...jaxpr, eqns } : jaxpr;
}

function mapValue(value: unknown, f: (inner: Jaxpr) => Jaxpr): unknown {
  if (isJaxpr(value)) return f(value);
  if (!Array.isArray(value) || !value.every(isJaxpr)) return value;
  const mapped = value.map(f);
  return mapped.every((inner, i) => inner === value[i]) ? value : mapped;
}

/** The jaxprs in an equation's params. */
export function subJaxprsOf(eqn: Eqn): readonly Jaxpr[] {
  if (!hasSubJaxprs(eqn)) return [];
  return Object.values(eqn.params).flatMap((value: unknown) =>
    isJaxpr(value) ? [value] : Array.isArray(value) ? value.filter(isJaxpr) : [],
  );
}

/** Loops and conditions. Calls are gone once they are inlined. */
const hasSubJaxprs = ({ primitive }: Eqn): boolean =>
  primitive.partialEval !== undefined && primitive.lower.kind === "nest";

export const isJaxpr = (value: unknown): value is Jaxpr =>
  typeof value === "object" && value !== null && "eqns" in value && "invars" in value;
