/** What is reduced, by what, and in blocks of how many terms: what the loops of reduction-order.ts and reduction-in-threads.ts share. */
import type { BlockBuilder } from "../../ir/block-builder.js";
import { binary } from "../../ir/expr.js";
import type { BinaryOp, Expr } from "../../ir/loop-ir.js";

export const blockLength = 4096;
export const partialCount = 16;

/** An associative operation with its identity, on scalars of one dtype. */
export interface Monoid {
  readonly identity: Expr;
  readonly op: BinaryOp;
}

export const combine = (monoid: Monoid, x: Expr, y: Expr): Expr => binary(monoid.op, x, y);

/** What is reduced innermost. Terms that are not stored are computed once each, of a scalar index. */
export interface Terms {
  readonly isStored: boolean;
  readonly at: (b: BlockBuilder, r: Expr) => Expr;
}
