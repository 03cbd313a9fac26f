/** What a while equation holds. */
import type { Jaxpr } from "../../jaxpr.js";
import { splitList } from "../../jaxpr-passes.js";

export interface WhileParams {
  /** (condition's consts, carry) -> bool */
  readonly condJaxpr: Jaxpr;
  readonly condNumConsts: number;
  /** (body's consts, carry) -> carry */
  readonly bodyJaxpr: Jaxpr;
  readonly bodyNumConsts: number;
}

/** A list with one entry an operand as [the condition's consts, the body's consts, carry]. */
export const splitOperands = <T>(
  list: readonly T[],
  { condNumConsts, bodyNumConsts }: WhileParams,
): [T[], T[], T[]] => {
  const [condConsts, bodyConsts, carry] = splitList(list, [condNumConsts, bodyNumConsts]);
  return [condConsts, bodyConsts, carry];
};
