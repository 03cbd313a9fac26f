/**
 * Program -> Program by a rule for one expression, whose operands have been rewritten already. Statements, expressions and
 * functions in which nothing changed stay the same objects; shared expressions stay shared.
 */
import { absurd, InternalError } from "../ir/errors.js";
import { isAtom, operandsOf, postorder } from "../ir/expression-graph.js";
import type { Block, ConstantBuffer, Expr, LoopFunction, Program, Stmt } from "../ir/loop-ir.js";

/** The expression itself where there is nothing to do. Variables and constants are not asked about. */
export type RewriteRule = (expr: Expr) => Expr;

/** Functions as they are after a rule: they outlive programs, and are rewritten once. */
export type RewrittenFunctions = WeakMap<LoopFunction, LoopFunction>;

/** The program with the rule applied to all its expressions, those of its functions included. */
export function rewriteProgram(program: Program, rule: RewriteRule, known: RewrittenFunctions): Program {
  const rewriter = new Rewriter(rule, known);
  const body = rewriter.block(program.body);
  const functions = new Set<LoopFunction>();
  for (const fn of program.functions) rewriter.function(fn);
  const include = (fn: LoopFunction): void => {
    if (functions.has(fn)) return;
    fn.calls.forEach(include);
    functions.add(fn);
  };
  for (const fn of rewriter.called) include(fn);
  const constants = new Set<ConstantBuffer>(program.constants);
  for (const fn of functions) for (const table of fn.constants) constants.add(table);
  const isSame = body === program.body && program.functions.every((fn) => functions.has(fn));
  return isSame ? program : { ...program, body, functions: [...functions], constants: [...constants] };
}

class Rewriter {
  /** Every function that is called, as it is after the rule. */
  readonly called = new Set<LoopFunction>();
  readonly #expressions = new Map<Expr, Expr>();

  constructor(
    readonly rule: RewriteRule,
    readonly functions: RewrittenFunctions,
  ) {}

  function(fn: LoopFunction): LoopFunction {
    let rewritten = this.functions.get(fn);
    if (rewritten === undefined) {
      const outside = new Set(this.called);
      this.called.clear();
      const body = this.block(fn.body);
      const result = this.#expr(fn.result);
      const calls = [...this.called];
      for (const each of outside) this.called.add(each);
      rewritten = body === fn.body && result === fn.result ? fn : { ...fn, body, result, calls };
      this.functions.set(fn, rewritten);
    }
    this.called.add(rewritten);
    return rewritten;
  }

  readonly #expr = (root: Expr): Expr => {
    if (isAtom(root)) return root;
    for (const expr of postorder([root])) {
      if (isAtom(expr)) continue;
      if (!this.#expressions.has(expr)) this.#expressions.set(expr, this.#node(expr));
      const rewritten = this.#expressions.get(expr);
      if (rewritten?.kind === "call") this.called.add(rewritten.callee);
    }
    return this.#expressions.get(root) ?? root;
  };

  /** One node, whose operands have been rewritten. */
  #node(expr: Expr): Expr {
    const before = operandsOf(expr);
    const operands = before.map((x) => this.#expressions.get(x) ?? x);
    const moved = operands.every((x, i) => x === before[i]) ? expr : withOperands(expr, operands);
    const result = this.rule(moved);
    if (result.kind !== "call") return result;
    const callee = this.function(result.callee);
    return callee === result.callee ? result : { ...result, callee };
  }

  block(block: Block): Block {
    const body = block.body.map((statement) => this.#statement(statement));
    return body.every((statement, i) => statement === block.body[i]) ? block : { ...block, body };
  }

  #statement(statement: Stmt): Stmt {
    switch (statement.kind) {
      case "block":
        return this.block(statement);
      case "loop":
        return update(statement, { extent: this.#expr(statement.extent), body: this.block(statement.body) });
      case "store":
        return update(statement, { index: this.#expr(statement.index), value: this.#expr(statement.value) });
      case "local":
        return update(statement, { init: this.#expr(statement.init) });
      case "assign":
        return update(statement, { value: this.#expr(statement.value) });
      case "if":
        return update(statement, {
          test: this.#expr(statement.test),
          yes: this.block(statement.yes),
          no: this.block(statement.no),
        });
      case "while":
        return update(statement, {
          before: this.block(statement.before),
          test: this.#expr(statement.test),
          body: this.block(statement.body),
        });
      case "swap":
      case "host":
        return statement;
      default:
        return absurd(statement);
    }
  }
}

/** The record with these fields; the same record where they are the same. */
function update<T extends object, Fields extends Partial<T>>(record: T, fields: Fields): T {
  const isSame = Object.entries(fields).every(([name, value]) => Reflect.get(record, name) === value);
  return isSame ? record : { ...record, ...fields };
}

/** The node with other operands, given in the order of operandsOf. */
export function withOperands(expr: Expr, operands: readonly Expr[]): Expr {
  const [x, y, z] = operands;
  switch (expr.kind) {
    case "load":
      return { ...expr, index: x };
    case "unary":
    case "cast":
    case "bitcast":
    case "splat":
    case "any":
    case "reduceLanes":
      return { ...expr, x };
    case "binary":
    case "compare":
      return { ...expr, x, y };
    case "select":
      return { ...expr, test: x, yes: y, no: z };
    case "fma":
      return { ...expr, x, y, z };
    case "intrinsic":
    case "call":
      return { ...expr, operands };
    case "const":
    case "var":
    case "laneIndex":
      throw new InternalError(`LoopIR ${expr.kind} has no operands to replace`);
    default:
      return absurd(expr);
  }
}
