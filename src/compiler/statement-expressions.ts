/** The expressions of a statement. */
import { absurd } from "../ir/errors.js";
import type { Expr, Stmt } from "../ir/loop-ir.js";

/** The expressions that are a statement's own, not its blocks'. */
export function expressionsOf(statement: Stmt): readonly Expr[] {
  switch (statement.kind) {
    case "store":
      return [statement.index, statement.value];
    case "local":
      return [statement.init];
    case "assign":
      return [statement.value];
    case "if":
    case "while":
      return [statement.test];
    case "loop":
      return [statement.extent];
    case "host":
      return statement.operands.map(({ offset }) => offset);
    case "block":
    case "swap":
      return [];
    default:
      return absurd(statement);
  }
}
