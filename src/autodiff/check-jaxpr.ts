/** The type checker of jaxprs: run in tests after every transformation, and by whoever builds one by hand. */
import { sameType, showAval } from "../ir/aval.js";
import { describe } from "../ir/describe.js";
import { ArgumentError, JaxprTypeError } from "../ir/errors.js";
import type { Atom, Jaxpr, Var } from "./jaxpr.js";
import { avalsOf } from "./jaxpr.js";

/**
 *
 * @throws JaxprTypeError unless every variable is bound once and before it is read, and every equation's outputs have the
 * types that its primitive gives them; jaxprs in params are checked too. Returns the jaxpr.
 */
export function checkJaxpr(jaxpr: Jaxpr): Jaxpr {
  if (typeof jaxpr !== "object" || jaxpr === null || !("eqns" in jaxpr && "constvars" in jaxpr)) {
    throw new ArgumentError(
      `checkJaxpr: takes a jaxpr, such as makeJaxpr(f)(x).jaxpr, got ${describe(jaxpr)}`,
    );
  }
  const bound = new Set<Var>();
  const bindVar = (v: Var, where: string): void => {
    if (bound.has(v)) throw new JaxprTypeError(`${where}: a variable (${showAval(v.aval)}) is bound twice`);
    bound.add(v);
  };
  const use = (atom: Atom, where: string): void => {
    if (atom.kind === "var" && !bound.has(atom)) {
      throw new JaxprTypeError(`${where}: a variable (${showAval(atom.aval)}) is read before it is bound`);
    }
  };
  for (const v of jaxpr.constvars) bindVar(v, "constvars");
  for (const v of jaxpr.invars) bindVar(v, "invars");
  jaxpr.eqns.forEach((eqn, i) => {
    const where = `equation ${i} (${eqn.primitive.name})`;
    for (const atom of eqn.operands) use(atom, where);
    for (const value of Object.values(eqn.params)) checkParams(value, where);
    const types = eqn.primitive.abstractEval(avalsOf(eqn.operands), eqn.params);
    const fits = types.length === eqn.outs.length && types.every((t, k) => sameType(t, eqn.outs[k].aval));
    if (!fits) {
      throw new JaxprTypeError(
        `${where}: outputs are ${eqn.outs.map((v) => showAval(v.aval)).join(", ")}, ` +
          `the primitive gives ${types.map(showAval).join(", ")}`,
      );
    }
    for (const v of eqn.outs) bindVar(v, where);
  });
  for (const atom of jaxpr.outvars) use(atom, "outputs");
  return jaxpr;
}

function checkParams(value: unknown, where: string): void {
  if (Array.isArray(value)) {
    for (const each of value) checkParams(each, where);
    return;
  }
  if (typeof value !== "object" || value === null || !("eqns" in value) || !("constvars" in value)) return;
  const inner = value as Jaxpr; // nothing else in params has equations
  if (inner.constvars.length > 0) throw new JaxprTypeError(`${where}: a jaxpr in params must be closed`);
  checkJaxpr(inner);
}
