/** Dead code in scan: ys nobody reads, and carries that only feed themselves. */
import { fixpoint, removeDeadCode } from "../../jaxpr-passes.js";
import { type ScanParams, splitOperands, splitOuts } from "./params.js";

/** A carry is live if its final value is read, or what a live output of the body is made of. */
export function removeDeadCodeOfScan(
  used: readonly boolean[],
  params: ScanParams,
): { params: ScanParams; usedOperands: boolean[]; usedOuts: boolean[] } | null {
  const { jaxpr } = params;
  const [carryUsed, ysUsed] = splitOuts(used, params);
  const prune = (carry: readonly boolean[]) => removeDeadCode(jaxpr, [...carry, ...ysUsed]);
  const live = fixpoint(carryUsed, (carry) => splitOperands(prune(carry).usedInvars, params)[1]);
  const pruned = prune(live);
  const [constsRead, , xsRead] = splitOperands(pruned.usedInvars, params);
  const usedOperands = [...constsRead, ...live, ...xsRead];
  const usedOuts = [...live, ...ysUsed];
  if (!usedOperands.includes(false) && !usedOuts.includes(false)) return null;
  const count = (mask: readonly boolean[]): number => mask.filter((bit) => bit).length;
  const body = { ...pruned.jaxpr, invars: jaxpr.invars.filter((_, i) => usedOperands[i]) };
  return {
    params: { ...params, jaxpr: body, numConsts: count(constsRead), numCarry: count(live) },
    usedOperands,
    usedOuts,
  };
}
