/** Which values share memory, when they are read last, and which can be written where they are wanted. */
import type { Jaxpr, Var } from "../autodiff/jaxpr.js";
import type { View } from "../ir/block-builder.js";

/** The variable whose memory a variable is: reshapes are followed back. */
export function aliasRoots(jaxpr: Jaxpr): (v: Var) => Var {
  const roots = new Map<Var, Var>();
  const rootOf = (v: Var): Var => roots.get(v) ?? v;
  for (const eqn of jaxpr.eqns) {
    if (eqn.primitive.lower.kind !== "alias") continue;
    eqn.outs.forEach((v, i) => {
      const operand = eqn.operands[i];
      if (operand.kind === "var") roots.set(v, rootOf(operand));
    });
  }
  return rootOf;
}

/** The position of the equation that reads a variable's memory last; outputs are read after the last equation. */
export function lastUses(jaxpr: Jaxpr, roots: (v: Var) => Var): (v: Var) => number {
  const uses = new Map<Var, number>();
  jaxpr.eqns.forEach((eqn, position) => {
    for (const atom of eqn.operands) if (atom.kind === "var") uses.set(roots(atom), position);
  });
  for (const atom of jaxpr.outvars) if (atom.kind === "var") uses.set(roots(atom), jaxpr.eqns.length);
  return (v) => uses.get(roots(v)) ?? -1;
}

/**
 * The view that a variable should be written to because the output it becomes (by reshapes, and by updates in place of
 * dead values) is wanted there. A view is given to one variable's memory only.
 */
export function placeOutputs(
  jaxpr: Jaxpr,
  wanted: readonly (View | null)[],
  roots: (v: Var) => Var,
  uses: (v: Var) => number,
): Map<Var, View> {
  const targets = new Map<Var, View>();
  const operands = new Set(jaxpr.invars);
  jaxpr.outvars.forEach((atom, i) => {
    const goal = wanted[i];
    if (goal === null || atom.kind === "literal") return;
    const root = roots(atom);
    if (!operands.has(root) && !targets.has(root)) targets.set(root, goal);
  });
  for (let position = jaxpr.eqns.length - 1; position >= 0; position--) {
    const eqn = jaxpr.eqns[position];
    const { lower } = eqn.primitive;
    if (lower.kind !== "nest" || lower.inPlace === undefined) continue;
    const goal = targets.get(eqn.outs[0]);
    const operand = eqn.operands[lower.inPlace];
    if (goal === undefined || operand.kind === "literal" || uses(operand) !== position) continue;
    const root = roots(operand);
    // What is read beside the update must not lie where it is written.
    const isReadTwice = eqn.operands.some(
      (atom, i) => i !== lower.inPlace && atom.kind === "var" && roots(atom) === root,
    );
    if (!isReadTwice && !operands.has(root) && !targets.has(root)) targets.set(root, goal);
  }
  return targets;
}
