/**
 * Program -> Program: every elementary function becomes a call of the LoopIR function that computes it, and the program lists what
 * its calls need. Where the target has no fused multiply-add of float32, that becomes a call too.
 */
import { call } from "../../ir/expr.js";
import type { Expr, Program } from "../../ir/loop-ir.js";
import { expandFmaIn } from "../expand-fma.js";
import type { LoopPass } from "../passes.js";
import { type RewrittenFunctions, rewriteProgram } from "../rewrite.js";
import { intrinsicFunction } from "./table.js";

const expandIntrinsic = (expr: Expr): Expr =>
  expr.kind === "intrinsic" ? call(intrinsicFunction(expr.name, expr.dtype), ...expr.operands) : expr;

const known: RewrittenFunctions = new WeakMap();
const knownWithoutFma: RewrittenFunctions = new WeakMap();

/** Elementary functions alone. */
export const expandIntrinsics = (program: Program): Program =>
  rewriteProgram(program, expandIntrinsic, known);

/** Fused multiply-adds too. */
export const expandFunctions = (program: Program): Program =>
  rewriteProgram(program, (expr) => expandFmaIn(expandIntrinsic(expr)), knownWithoutFma);

export const intrinsicsExpanded: LoopPass = { name: "elementary functions expanded", run: expandIntrinsics };

export const functionsExpanded: LoopPass = {
  name: "elementary functions and fused multiply-adds expanded",
  run: expandFunctions,
};
