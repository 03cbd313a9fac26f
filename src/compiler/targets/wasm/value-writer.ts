/** What writes values onto the stack: the part of the writer of expressions that addresses, loads and stores ask for. */
import type { Expr } from "../../../ir/loop-ir.js";
import type { FunctionWriter } from "./function-writer.js";
import type { ModuleWriter } from "./module-writer.js";

export interface ValueWriter {
  readonly module: ModuleWriter;
  readonly f: FunctionWriter;
  scalar(expr: Expr): void;
  /** A part of a value of `lanes` lanes; a scalar in all of them. */
  part(expr: Expr, part: number, lanes: number): void;
  /** One lane, as a scalar. */
  lane(expr: Expr, lane: number): void;
}
