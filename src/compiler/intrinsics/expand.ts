/**
 * Program -> Program: every `intrinsic` expression becomes a call of the function that computes it, and the program
 * lists what its calls need.
 */
import { call } from "../../ir/expr.js";
import type { Program } from "../../ir/loop-ir.js";
import { type RewrittenFunctions, rewriteProgram } from "../rewrite.js";
import { intrinsicFunction } from "./table.js";

const known: RewrittenFunctions = new WeakMap();

export const expandIntrinsics = (program: Program): Program =>
  rewriteProgram(
    program,
    (expr) =>
      expr.kind === "intrinsic" ? call(intrinsicFunction(expr.name, expr.dtype), ...expr.operands) : expr,
    known,
  );
