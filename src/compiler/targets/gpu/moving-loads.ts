/**
 * Loads of a serial loop whose position moves by a fixed number of elements a turn: a product of matrices is little else. Kernels add
 * that number, and do not compute the position anew: gpu.js's arithmetic of positions costs as much as the products.
 */
import { postorder } from "../../../ir/expression-graph.js";
import type { Load, Loop, Stmt } from "../../../ir/loop-ir.js";
import { coefficientOf } from "../../affine.js";
import { blocksOf } from "../../buffers.js";
import { expressionsOf } from "../../statement-expressions.js";
import { assignedIn, eachStatement } from "./unit.js";

export interface MovingLoad {
  readonly load: Load;
  /** Elements a turn. */
  readonly by: number;
}

export function movingLoads({ index, body }: Loop): readonly MovingLoad[] {
  const ownVariables = new Set(assignedIn(body.body));
  eachStatement(body.body, (each) => {
    if (each.kind === "local") ownVariables.add(each.variable.id);
    if (each.kind === "loop") ownVariables.add(each.index.id);
  });
  const turn = new Map([[index.id, 1]]);
  const found = new Map<Load, number>();
  for (const load of loadsOf(body.body)) {
    if (load.lanes !== 1 || load.dtype !== "float32") continue;
    const isKnownBefore = postorder([load.index]).every(
      (each) =>
        each.kind !== "load" && each.kind !== "call" && !(each.kind === "var" && ownVariables.has(each.id)),
    );
    const by = coefficientOf(load.index, turn);
    if (isKnownBefore && by !== null) found.set(load, by);
  }
  return [...found].map(([load, by]) => ({ load, by }));
}

/** Those of each turn; what loops inside read moves with their own turns. */
function loadsOf(statements: readonly Stmt[]): readonly Load[] {
  return statements.flatMap((statement) => {
    if (statement.kind === "loop" || statement.kind === "while") return [];
    const own = postorder(expressionsOf(statement)).filter((each) => each.kind === "load");
    return [...own, ...blocksOf(statement).flatMap(({ body }) => loadsOf(body))];
  });
}
