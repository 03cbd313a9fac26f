/**
 * Program -> Program: every `intrinsic` expression becomes a call of the function that computes it, and the program
 * lists what its calls need. Statements and expressions without intrinsics stay the same objects.
 */
import { absurd, InternalError } from "../../ir/errors.js";
import { call } from "../../ir/expr.js";
import { operandsOf, postorder } from "../../ir/expression-graph.js";
import type { Block, ConstantBuffer, Expr, LoopFunction, Program, Stmt } from "../../ir/loop-ir.js";
import { intrinsicFunction } from "./table.js";

export function expandIntrinsics(program: Program): Program {
  const expansion = new Expansion();
  for (const fn of program.functions) expansion.include(fn);
  const body = expansion.block(program.body);
  const constants = new Set<ConstantBuffer>(program.constants);
  for (const fn of expansion.functions) for (const table of fn.constants) constants.add(table);
  return { ...program, body, functions: [...expansion.functions], constants: [...constants] };
}

class Expansion {
  /** In an order in which callees come before their callers. */
  readonly functions = new Set<LoopFunction>();
  /** What became of each expression: shared ones stay shared. */
  readonly #results = new Map<Expr, Expr>();

  include(fn: LoopFunction): void {
    if (this.functions.has(fn)) return;
    for (const callee of fn.calls) this.include(callee);
    this.functions.add(fn);
  }

  readonly #expr = (root: Expr): Expr => {
    for (const expr of postorder([root])) {
      if (!this.#results.has(expr)) this.#results.set(expr, this.#node(expr));
    }
    return this.#results.get(root) ?? root;
  };

  /** One node, whose operands have been expanded. */
  #node(expr: Expr): Expr {
    const before = operandsOf(expr);
    const operands = before.map((x) => this.#results.get(x) ?? x);
    if (expr.kind === "intrinsic") {
      const callee = intrinsicFunction(expr.name, expr.dtype);
      this.include(callee);
      return call(callee, ...operands);
    }
    if (expr.kind === "call") this.include(expr.callee);
    return operands.every((x, i) => x === before[i]) ? expr : withOperands(expr, operands);
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
function withOperands(expr: Expr, operands: readonly Expr[]): Expr {
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
