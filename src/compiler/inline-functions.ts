/**
 * Program -> Program: calls of short functions inside innermost loops become the functions' own statements. A function that
 * is called sets its constants up at every call; in a loop's body they are set up once, before the loop.
 */
import { absurd, InternalError } from "../ir/errors.js";
import { variable } from "../ir/expr.js";
import { isAtom, operandsOf, postorder, smallTree } from "../ir/expression-graph.js";
import type { Block, Call, Expr, LoopFunction, Program, Stmt, Var } from "../ir/loop-ir.js";
import { blocksOf } from "./buffers.js";
import { withOperands } from "./rewrite.js";
import { expressionsOf } from "./statement-expressions.js";

/** Nodes of a function that is still short: what is called in a branch of it not counted. Beyond, one call is no loss. */
const mostNodes = 220;
/** Nodes that inlining may add to one program, so that a long one compiles in time linear in its length. */
const mostAdded = 20_000;

/** Every bit stays: the statements are the same, in the same order. */
export function inlineFunctions(program: Program): Program {
  const inliner = new Inliner();
  const body = inliner.block(program.body, false);
  return body === program.body ? program : { ...program, body, functions: calledFrom(body) };
}

class Inliner {
  #added = 0;

  /** `isInnermost`: the block is the body of a loop without loops, or in one. */
  block(block: Block, isInnermost: boolean): Block {
    let changed = false;
    const body: Stmt[] = [];
    for (const statement of block.body) {
      const before = body.length;
      this.#statement(statement, isInnermost, body);
      if (body.length !== before + 1 || body[before] !== statement) changed = true;
    }
    return changed ? { ...block, body } : block;
  }

  #statement(statement: Stmt, isInnermost: boolean, out: Stmt[]): void {
    switch (statement.kind) {
      case "block":
        out.push(this.block(statement, isInnermost));
        return;
      case "loop": {
        const body = this.block(statement.body, !hasLoop(statement.body));
        out.push(body === statement.body ? statement : { ...statement, body });
        return;
      }
      case "if": {
        const test = isInnermost ? this.#expr(statement.test, out) : statement.test;
        const yes = this.block(statement.yes, isInnermost);
        const no = this.block(statement.no, isInnermost);
        const isSame = test === statement.test && yes === statement.yes && no === statement.no;
        out.push(isSame ? statement : { ...statement, test, yes, no });
        return;
      }
      case "while": {
        // Its turns are a loop's, but its test is left where it is.
        const isInner = !hasLoop(statement.before) && !hasLoop(statement.body);
        const before = this.block(statement.before, isInner);
        const body = this.block(statement.body, isInner);
        const isSame = before === statement.before && body === statement.body;
        out.push(isSame ? statement : { ...statement, before, body });
        return;
      }
      case "store": {
        if (!isInnermost) break;
        const value = this.#expr(statement.value, out);
        out.push(value === statement.value ? statement : { ...statement, value });
        return;
      }
      case "local": {
        if (!isInnermost) break;
        const init = this.#expr(statement.init, out);
        out.push(init === statement.init ? statement : { ...statement, init });
        return;
      }
      case "assign": {
        if (!isInnermost) break;
        const value = this.#expr(statement.value, out);
        out.push(value === statement.value ? statement : { ...statement, value });
        return;
      }
      case "swap":
      case "host":
        break;
      default:
        absurd(statement);
    }
    out.push(statement);
  }

  /** The expression without calls of short functions, whose statements go to `out`. */
  #expr(root: Expr, out: Stmt[]): Expr {
    const tree = smallTree([root]);
    if (tree?.every(({ kind }) => kind !== "call")) return root;
    const order = postorder([root]);
    if (!order.some((expr) => expr.kind === "call" && this.#isInlined(expr))) return root;
    const results = new Map<Expr, Expr>();
    for (const expr of order) {
      const moved = replaceOperands(expr, results);
      results.set(expr, moved.kind === "call" && this.#isInlined(moved) ? this.#call(moved, out) : moved);
    }
    return results.get(root) ?? root;
  }

  #isInlined({ callee, lanes }: Call): boolean {
    return lanes === 1 && isShort(callee) && this.#added < mostAdded;
  }

  #call({ callee, operands }: Call, out: Stmt[]): Expr {
    this.#added += nodesOf(callee);
    const values = new Map<number, Expr>();
    const named = (init: Expr): Var => {
      const v = variable(init.dtype, init.lanes);
      out.push({ kind: "local", variable: v, init });
      return v;
    };
    callee.parameters.forEach((parameter, i) => {
      const operand = operands[i];
      const isAtom = operand.kind === "var" || operand.kind === "const";
      values.set(parameter.id, isAtom ? operand : named(operand));
    });
    const known = new Map<Expr, Expr>();
    const renamed = (expr: Expr): Expr => rename(expr, values, known);
    const assigned = (v: Var): Var => {
      const local = values.get(v.id);
      if (local?.kind !== "var") throw new InternalError("a function assigns to what it did not declare");
      return local;
    };
    /** What a branch calls stays a call: it is taken where arguments are rare. */
    const write = (statement: Stmt, to: Stmt[]): void => {
      switch (statement.kind) {
        case "local": {
          const own = variable(statement.variable.dtype, statement.variable.lanes);
          to.push({ kind: "local", variable: own, init: renamed(statement.init) });
          values.set(statement.variable.id, own);
          return;
        }
        case "assign":
          to.push({ ...statement, variable: assigned(statement.variable), value: renamed(statement.value) });
          return;
        case "if":
          to.push({
            ...statement,
            test: renamed(statement.test),
            yes: branch(statement.yes),
            no: branch(statement.no),
          });
          return;
        default:
          throw new InternalError(`a short function has a ${statement.kind}`);
      }
    };
    const branch = (block: Block): Block => {
      const body: Stmt[] = [];
      for (const statement of block.body) write(statement, body);
      return { ...block, body };
    };
    for (const statement of callee.body.body) {
      if (statement.kind === "local") {
        const init = this.#expr(renamed(statement.init), out);
        values.set(statement.variable.id, named(init));
      } else {
        write(statement, out);
      }
    }
    return named(this.#expr(renamed(callee.result), out));
  }
}

/** The expression with the values of a function's variables put in; `known` keeps shared nodes shared. */
function rename(root: Expr, values: ReadonlyMap<number, Expr>, known: Map<Expr, Expr>): Expr {
  for (const expr of postorder([root])) {
    if (known.has(expr)) continue;
    known.set(expr, expr.kind === "var" ? (values.get(expr.id) ?? expr) : replaceOperands(expr, known));
  }
  return known.get(root) ?? root;
}

function replaceOperands(expr: Expr, results: ReadonlyMap<Expr, Expr>): Expr {
  const before = operandsOf(expr);
  const operands = before.map((x) => results.get(x) ?? x);
  return operands.every((x, i) => x === before[i]) ? expr : withOperands(expr, operands);
}

const counts = new WeakMap<LoopFunction, number>();

/** The operations of a function; infinitely many of one with loops. */
function nodesOf(fn: LoopFunction): number {
  let count = counts.get(fn);
  if (count === undefined) {
    count = nodesIn(fn.body) + nodesBelow([fn.result]);
    counts.set(fn, count);
  }
  return count;
}

function nodesIn(block: Block): number {
  let count = 0;
  for (const statement of block.body) {
    switch (statement.kind) {
      case "local":
        count += nodesBelow([statement.init]);
        break;
      case "assign":
        count += nodesBelow([statement.value]);
        break;
      case "if":
        count += nodesBelow([statement.test]) + branchNodes(statement.yes) + branchNodes(statement.no);
        break;
      default:
        return Number.POSITIVE_INFINITY;
    }
  }
  return count;
}

/** A branch is little more than the test of whether to go there, if all it does is call. */
const branchNodes = (block: Block): number =>
  block.body.length === 1 && block.body[0].kind === "assign" && block.body[0].value.kind === "call"
    ? 1
    : nodesIn(block);

function nodesBelow(roots: readonly Expr[]): number {
  let count = 0;
  for (const expr of postorder(roots)) {
    if (expr.kind === "call") count += nodesOf(expr.callee);
    else if (!isAtom(expr)) count++;
  }
  return count;
}

const isShort = (fn: LoopFunction): boolean => fn.constants.length === 0 && nodesOf(fn) <= mostNodes;

const hasLoop = (block: Block): boolean =>
  block.body.some((each) => each.kind === "loop" || each.kind === "while" || blocksOf(each).some(hasLoop));

/** The functions that the block calls, each after those that it calls. */
function calledFrom(block: Block): readonly LoopFunction[] {
  const found = new Set<LoopFunction>();
  const include = (fn: LoopFunction): void => {
    if (found.has(fn)) return;
    fn.calls.forEach(include);
    found.add(fn);
  };
  const visitExprs = (...roots: readonly Expr[]): void => {
    for (const expr of postorder(roots)) if (expr.kind === "call") include(expr.callee);
  };
  const visit = (statement: Stmt): void => {
    visitExprs(...expressionsOf(statement));
    for (const inner of blocksOf(statement)) inner.body.forEach(visit);
  };
  block.body.forEach(visit);
  return [...found];
}
