/** Replaces calls (jit, checkpoint, custom derivatives) by the equations of what they call, at every depth but loops. */
import type { Atom, Eqn, Jaxpr } from "./jaxpr.js";
import { Var } from "./jaxpr.js";

/** Results are cached with the jaxpr: sub-jaxprs of loops are inlined once. */
const inlined = new WeakMap<Jaxpr, Jaxpr>();

/** The same function without call equations. */
export function inlineCalls(jaxpr: Jaxpr): Jaxpr {
  const found = inlined.get(jaxpr);
  if (found !== undefined) return found;
  const result = jaxpr.eqns.some((eqn) => eqn.primitive.lower.kind === "call") ? expand(jaxpr) : jaxpr;
  inlined.set(jaxpr, result);
  return result;
}

function expand(jaxpr: Jaxpr): Jaxpr {
  const eqns: Eqn[] = [];
  const outer = new Map<Var, Atom>();
  const rename =
    (environment: ReadonlyMap<Var, Atom>) =>
    (atom: Atom): Atom =>
      atom.kind === "literal" ? atom : (environment.get(atom) ?? atom);
  const walk = (body: Jaxpr, environment: Map<Var, Atom>, fresh: boolean): void => {
    const read = rename(environment);
    for (const eqn of body.eqns) {
      const operands = eqn.operands.map(read);
      if (eqn.primitive.lower.kind === "call") {
        // Sound: what a call lowering names is a jaxpr; SubJaxpr is as much of that type as the ground floor can say.
        const callee = eqn.primitive.lower.jaxpr(eqn.params) as Jaxpr;
        const inner = new Map<Var, Atom>(callee.invars.map((v, i) => [v, operands[i]]));
        walk(callee, inner, true);
        eqn.outs.forEach((v, i) => {
          environment.set(v, rename(inner)(callee.outvars[i]));
        });
        continue;
      }
      // A body may be called twice: its variables are renamed each time.
      const outs = fresh ? eqn.outs.map((v) => new Var(v.aval)) : eqn.outs;
      if (fresh) {
        eqn.outs.forEach((v, i) => {
          environment.set(v, outs[i]);
        });
      }
      eqns.push({ ...eqn, operands, outs });
    }
  };
  walk(jaxpr, outer, false);
  return { ...jaxpr, eqns, outvars: jaxpr.outvars.map(rename(outer)) };
}
