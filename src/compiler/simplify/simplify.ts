/**
 * Simplification: the passes over jaxprs that every program goes through before it becomes loops, in their order. Each takes time
 * linear in the number of equations, and none changes a bit of the results (NaN equals NaN).
 */
import type { Jaxpr } from "../../autodiff/jaxpr.js";
import type { Schedule } from "../../autodiff/primitive.js";
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

/** Blocks of rows are for caches: where every element has a thread there are none. */
export const simplificationsFor = (schedule: Schedule): readonly Pass[] =>
  schedule === "tiles" ? simplifications : simplifications.filter((pass) => pass !== blockRows);

/** What came out of here, inner jaxprs included. */
const simplified: Readonly<Record<Schedule, WeakSet<Jaxpr>>> = {
  tiles: new WeakSet(),
  elements: new WeakSet(),
};

/** The jaxpr after all passes; of one that came out of here, itself. */
export function simplify(jaxpr: Jaxpr, schedule: Schedule = "tiles"): Jaxpr {
  const known = simplified[schedule];
  if (known.has(jaxpr)) return jaxpr;
  const result = simplificationsFor(schedule).reduce((before, pass) => pass.run(before), jaxpr);
  settle(result, known);
  return result;
}

function settle(jaxpr: Jaxpr, known: WeakSet<Jaxpr>): void {
  if (known.has(jaxpr)) return;
  known.add(jaxpr);
  for (const eqn of jaxpr.eqns) for (const inner of subJaxprsOf(eqn)) settle(inner, known);
}
