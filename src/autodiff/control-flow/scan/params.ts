/** What a scan equation holds, and how its rules make further scans. */
import { InternalError } from "../../../ir/errors.js";
import type { NDArray } from "../../array.js";
import type { Jaxpr } from "../../jaxpr.js";
import { splitList } from "../../jaxpr-passes.js";
import type { Primitive } from "../../primitive.js";
import { bind } from "../../trace.js";

export interface ScanParams {
  /** (consts, carry, x) -> (carry, y), closed. */
  readonly jaxpr: Jaxpr;
  readonly length: number;
  /** From the last slice to the first. */
  readonly reverse: boolean;
  readonly numConsts: number;
  readonly numCarry: number;
  /** Turns that one turn of the compiled loop does. */
  readonly unroll: number;
}

// The rules make scans, and the primitive is made of its rules: it registers itself here, below them both.
let primitive: Primitive<ScanParams> | null = null;
export const registerScan = (scan: Primitive<ScanParams>): void => {
  primitive = scan;
};

/** Binds a scan. */
export function bindScan(operands: readonly NDArray[], params: ScanParams): NDArray[] {
  if (primitive === null) throw new InternalError("the scan primitive is not loaded");
  return bind(primitive, operands, params);
}

/** A list with one entry an operand (or invar) as [consts, carry, xs]. */
export const splitOperands = <T>(
  list: readonly T[],
  { numConsts, numCarry }: ScanParams,
): [T[], T[], T[]] => {
  const [consts, carry, xs] = splitList(list, [numConsts, numCarry]);
  return [consts, carry, xs];
};

/** A list with one entry an output as [carry, ys]. */
export const splitOuts = <T>(list: readonly T[], { numCarry }: ScanParams): [T[], T[]] => {
  const [carry, ys] = splitList(list, [numCarry]);
  return [carry, ys];
};
