/**
 * The wide form of a body: every value that varies from turn to turn becomes a vector with a lane for each of `lanes` turns.
 * Where turns part ways (an `if` or `while` whose test varies) all of them go both ways under a mask, which says whose
 * assignments count; a way that nobody takes is skipped.
 */
import { absurd, InternalError } from "../ir/errors.js";
import { and, i32, not, select, variable } from "../ir/expr.js";
import { operandsOf, postorder, smallTree } from "../ir/expression-graph.js";
import type { Block, Expr, LoopFunction, Stmt, Var } from "../ir/loop-ir.js";
import { coefficientOf, varies } from "./affine.js";
import { withOperands } from "./rewrite.js";
import type { Coefficients } from "./vector-analysis.js";
import { usesOfUniforms } from "./vector-analysis.js";

/** The wide form of a function, lane by lane the same. */
export type WidenFunction = (fn: LoopFunction) => LoopFunction;

export class Widener {
  /** The vectors that variables became. */
  readonly #wide = new Map<number, Var>();
  readonly #splats = new Map<number, Var>();
  readonly #uses: ReturnType<typeof usesOfUniforms>;

  constructor(
    readonly lanes: number,
    readonly coefficients: Coefficients,
    body: Block,
    readonly widenFunction: WidenFunction,
  ) {
    this.#uses = usesOfUniforms(body, coefficients);
  }

  /** The vector that a varying variable becomes. */
  wide(v: Var): Var {
    let wide = this.#wide.get(v.id);
    if (wide === undefined) {
      wide = variable(v.dtype, this.lanes);
      this.#wide.set(v.id, wide);
    }
    return wide;
  }

  block(block: Block, mask: Expr | null): Block {
    return { ...block, body: block.body.flatMap((statement) => this.#statement(statement, mask)) };
  }

  #isWide(v: Var): boolean {
    return this.coefficients.get(v.id) === null;
  }

  #statement(statement: Stmt, mask: Expr | null): readonly Stmt[] {
    switch (statement.kind) {
      case "block":
        return [this.block(statement, mask)];
      case "loop":
        return [{ ...statement, body: this.block(statement.body, mask) }];
      case "store": {
        const { index, value } = statement;
        const at = coefficientOf(index, this.coefficients) === 1 ? index : this.#vector(index, mask);
        return [{ ...statement, index: at, value: this.#vector(value, mask) }];
      }
      case "local":
        return this.#local(statement, mask);
      case "assign": {
        const { variable: v, value } = statement;
        if (!this.#isWide(v)) return [statement];
        const wide = this.wide(v);
        const next = this.#vector(value, mask);
        return [{ kind: "assign", variable: wide, value: mask === null ? next : select(mask, next, wide) }];
      }
      case "if":
        return this.#if(statement, mask);
      case "while":
        return this.#while(statement, mask);
      case "swap":
      case "host":
        throw new InternalError(`a loop with a ${statement.kind} was to be widened`);
      default:
        return absurd(statement);
    }
  }

  #local(statement: Extract<Stmt, { kind: "local" }>, mask: Expr | null): readonly Stmt[] {
    const { variable: v, init } = statement;
    if (this.#isWide(v)) {
      return [{ kind: "local", variable: this.wide(v), init: this.#vector(init, mask) }];
    }
    const isUniform = (this.coefficients.get(v.id) ?? 0) === 0;
    if (!isUniform || v.dtype === "int32" || !this.#uses.inVectors.has(v.id)) return [statement];
    // Spread over the lanes once, and not at every use.
    const splat = variable(v.dtype, this.lanes);
    this.#splats.set(v.id, splat);
    const needsScalar = this.#uses.inScalars.has(v.id);
    const spread: Stmt = { kind: "local", variable: splat, init: this.#splat(needsScalar ? v : init) };
    return needsScalar ? [statement, spread] : [spread];
  }

  #splat(x: Expr): Expr {
    return { kind: "splat", dtype: x.dtype, lanes: this.lanes, x };
  }

  #named(body: Stmt[], init: Expr): Var {
    const v = variable(init.dtype, init.lanes);
    body.push({ kind: "local", variable: v, init });
    return v;
  }

  #if(statement: Extract<Stmt, { kind: "if" }>, mask: Expr | null): readonly Stmt[] {
    const { test, yes, no } = statement;
    if (!varies(test, this.coefficients)) {
      return [{ ...statement, yes: this.block(yes, mask), no: this.block(no, mask) }];
    }
    const out: Stmt[] = [];
    const taken = this.#named(out, this.#vector(test, mask));
    for (const [block, condition] of [
      [yes, taken],
      [no, not(taken)],
    ] as const) {
      if (block.body.length === 0) continue;
      const active = mask === null && condition === taken ? taken : this.#named(out, masked(mask, condition));
      out.push({ kind: "if", test: anyOf(active), yes: this.block(block, active), no: emptyBlock });
    }
    return out;
  }

  #while(statement: Extract<Stmt, { kind: "while" }>, mask: Expr | null): readonly Stmt[] {
    const { before, test, body } = statement;
    if (!varies(test, this.coefficients)) {
      return [{ ...statement, before: this.block(before, mask), body: this.block(body, mask) }];
    }
    const out: Stmt[] = [];
    const everyone: Expr = { kind: "const", dtype: "bool", lanes: this.lanes, value: true };
    const active = this.#named(out, mask ?? everyone);
    const start = this.block(before, active);
    const stay: Stmt = { kind: "assign", variable: active, value: and(active, this.#vector(test, active)) };
    out.push({
      kind: "while",
      before: { ...start, body: [...start.body, stay] },
      test: anyOf(active),
      body: this.block(body, active),
    });
    return out;
  }

  /** The value in all lanes. */
  #vector(root: Expr, mask: Expr | null): Expr {
    if (!varies(root, this.coefficients)) {
      return root.kind === "var" ? (this.#splats.get(root.id) ?? this.#splat(root)) : this.#splat(root);
    }
    if (smallTree([root]) !== null) {
      const widened = (x: Expr): Expr => this.#node(x, widened, mask);
      return widened(root);
    }
    const results = new Map<Expr, Expr>();
    const known = (x: Expr): Expr => results.get(x) ?? x;
    for (const expr of postorder([root])) results.set(expr, this.#node(expr, known, mask));
    return known(root);
  }

  /** The value in all lanes of an expression that varies; a uniform one stays a scalar, whose consumer spreads it. */
  vector(root: Expr): Expr {
    return this.#vector(root, null);
  }

  /** `widened` gives the operands' wide forms. */
  #node(expr: Expr, widened: (operand: Expr) => Expr, mask: Expr | null): Expr {
    const { lanes, coefficients } = this;
    if (!varies(expr, coefficients)) return expr.kind === "var" ? (this.#splats.get(expr.id) ?? expr) : expr;
    const coefficient = expr.dtype === "int32" ? coefficientOf(expr, coefficients) : null;
    if (coefficient !== null) return this.#affine(expr, coefficient);
    if (expr.kind === "var") return this.wide(expr);
    const operands = operandsOf(expr).map(widened);
    if (expr.kind === "load") {
      const isConsecutive = coefficientOf(expr.index, coefficients) === 1;
      if (isConsecutive && mask === null) return { ...expr, lanes };
      const [index] = operands;
      // Lanes that are not here may have an index out of range.
      return { ...expr, lanes, index: mask === null ? index : select(mask, index, i32(0)) };
    }
    if (expr.kind === "call") return { ...expr, callee: this.widenFunction(expr.callee), operands, lanes };
    return { ...withOperands(expr, operands), lanes };
  }

  /** Lane k of an index that is `expr` in lane 0. */
  #affine(expr: Expr, coefficient: number): Expr {
    const laneIndex: Expr = { kind: "laneIndex", dtype: "int32", lanes: this.lanes };
    const step: Expr =
      coefficient === 1
        ? laneIndex
        : { kind: "binary", op: "mul", dtype: "int32", lanes: this.lanes, x: laneIndex, y: i32(coefficient) };
    return { kind: "binary", op: "add", dtype: "int32", lanes: this.lanes, x: expr, y: step };
  }
}

const emptyBlock: Block = { kind: "block", comment: "", temps: [], body: [] };

const masked = (mask: Expr | null, condition: Expr): Expr =>
  mask === null ? condition : and(mask, condition);

const anyOf = (x: Expr): Expr => ({ kind: "any", dtype: "bool", lanes: 1, x });
