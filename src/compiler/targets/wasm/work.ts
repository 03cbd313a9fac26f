/** An estimate of the operations that run when a statement runs once. */
import { absurd } from "../../../ir/errors.js";
import type { Stmt } from "../../../ir/loop-ir.js";

/** Turns assumed for a loop whose extent is known at run time only. */
const unknownExtent = 1000;

const known = new WeakMap<Stmt, number>();

export function workOf(statement: Stmt): number {
  let work = known.get(statement);
  if (work === undefined) {
    work = estimate(statement);
    known.set(statement, work);
  }
  return work;
}

const sumOf = (body: readonly Stmt[]): number => body.reduce((total, each) => total + workOf(each), 0);

function estimate(statement: Stmt): number {
  switch (statement.kind) {
    case "block":
      return sumOf(statement.body);
    case "loop": {
      const turns = statement.extent.kind === "const" ? Number(statement.extent.value) : unknownExtent;
      return turns * (1 + workOf(statement.body));
    }
    case "if":
      return 1 + Math.max(workOf(statement.yes), workOf(statement.no));
    case "while":
      return unknownExtent * (1 + workOf(statement.before) + workOf(statement.body));
    case "store":
    case "local":
    case "assign":
    case "swap":
      return 2;
    case "host":
      return 10;
    default:
      return absurd(statement);
  }
}
