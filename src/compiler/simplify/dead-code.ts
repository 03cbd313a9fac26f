/**
 * Dead code: equations nobody reads, at every depth. In a loop that includes operands that its body does not read, and carries that
 * only feed themselves. What has effects stays, and so does what it reads.
 */
import type { Eqn, Jaxpr } from "../../autodiff/jaxpr.js";
import { removeDeadCode } from "../../autodiff/jaxpr-passes.js";
import { everywhere, type Pass } from "./pass.js";

export const removeDeadEquations: Pass = {
  name: "dead code removed",
  run: everywhere((jaxpr) => removeDeadCode(dropUnreadOperands(jaxpr)).jaxpr),
};

/** Equations of loops and conditions without the operands that their jaxprs, from which dead code is gone, do not read. */
function dropUnreadOperands(jaxpr: Jaxpr): Jaxpr {
  let changed = false;
  const eqns = jaxpr.eqns.map((eqn): Eqn => {
    const rule = eqn.primitive.removeDeadCode;
    if (rule === undefined) return eqn;
    const pruned = rule(
      eqn.outs.map(() => true),
      eqn.params,
    );
    if (pruned === null || !pruned.usedOperands.includes(false)) return eqn;
    changed = true;
    return {
      ...eqn,
      params: pruned.params,
      operands: eqn.operands.filter((_, i) => pruned.usedOperands[i]),
    };
  });
  return changed ? { ...jaxpr, eqns } : jaxpr;
}
