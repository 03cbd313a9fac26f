/**
 * Simplification: the passes over jaxprs that every program goes through before it becomes loops, in their order. Each takes time
 * linear in the number of equations, and none changes a bit of the results (NaN equals NaN).
 */
import type { Jaxpr } from "../../autodiff/jaxpr.js";
import { simplifyAlgebra } from "./algebra.js";
import { blockRows } from "./block-rows.js";
import { shareSubexpressions } from "./common-subexpressions.js";
import { simplifyContractions } from "./contractions.js";
import { removeDeadEquations } from "./dead-code.js";
import { foldConstants } from "./fold-constants.js";
import { inlineAllCalls } from "./inline-calls.js";
import { hoistLoopInvariants } from "./loop-invariants.js";
import { settleLoopOperands } from "./loop-operands.js";
import { type Pass, subJaxprsOf } from "./pass.js";
import { dropUnitAxes } from "./unit-axes.js";

/** In order. Those at the end stand there for what earlier ones leave behind. */
export const simplifications: readonly Pass[] = [
  inlineAllCalls,
  removeDeadEquations,
  settleLoopOperands,
  foldConstants,
  simplifyContractions,
  simplifyAlgebra,
  dropUnitAxes,
  shareSubexpressions,
  removeDeadEquations,
  hoistLoopInvariants,
  shareSubexpressions,
  removeDeadEquations,
  blockRows,
];

/** What came out of here, inner jaxprs included. */
const simplified = new WeakSet<Jaxpr>();

/** The jaxpr after all passes; of one that came out of here, itself. */
export function simplify(jaxpr: Jaxpr): Jaxpr {
  if (simplified.has(jaxpr)) return jaxpr;
  const result = simplifications.reduce((before, pass) => pass.run(before), jaxpr);
  settle(result);
  return result;
}

function settle(jaxpr: Jaxpr): void {
  if (simplified.has(jaxpr)) return;
  simplified.add(jaxpr);
  for (const eqn of jaxpr.eqns) subJaxprsOf(eqn).forEach(settle);
}
