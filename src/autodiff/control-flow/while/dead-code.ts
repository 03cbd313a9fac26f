/** Dead code in while: constants nobody reads, and carries that neither the condition nor a carry that is read depends on. */
import type { Jaxpr } from "../../jaxpr.js";
import { fixpoint, removeDeadCode, splitList } from "../../jaxpr-passes.js";
import type { WhileParams } from "./params.js";

/** A carry is live if its last value is read, if the condition reads it, or if the body makes a live one of it. */
export function removeDeadCodeOfWhile(
  used: readonly boolean[],
  { condJaxpr, condNumConsts, bodyJaxpr, bodyNumConsts }: WhileParams,
): { params: WhileParams; usedOperands: boolean[]; usedOuts: boolean[] } | null {
  const cond = removeDeadCode(condJaxpr);
  const [condConsts, tested] = splitList(cond.usedInvars, [condNumConsts]);
  const usesOf = (carry: readonly boolean[]): boolean[][] =>
    splitList(removeDeadCode(bodyJaxpr, carry).usedInvars, [bodyNumConsts]);
  const live = fixpoint(
    used.map((bit, i) => bit || tested[i]),
    (carry) => usesOf(carry)[1],
  );
  const [bodyConsts] = usesOf(live);
  const usedOperands = [...condConsts, ...bodyConsts, ...live];
  if (!usedOperands.includes(false)) return null;
  const count = (mask: readonly boolean[]): number => mask.filter((bit) => bit).length;
  const keep = (jaxpr: Jaxpr, mask: readonly boolean[]): Jaxpr => ({
    ...jaxpr,
    invars: jaxpr.invars.filter((_, i) => mask[i]),
  });
  return {
    params: {
      condJaxpr: keep(cond.jaxpr, [...condConsts, ...live]),
      condNumConsts: count(condConsts),
      bodyJaxpr: keep(removeDeadCode(bodyJaxpr, live).jaxpr, [...bodyConsts, ...live]),
      bodyNumConsts: count(bodyConsts),
    },
    usedOperands,
    usedOuts: live,
  };
}
