/** LoopIR statements with other expressions, buffers and stores: what the planner's transformations are made of. */
import { operandsOf, postorder } from "../../../ir/expression-graph.js";
import type { Block, Buffer, Expr, Stmt, Store } from "../../../ir/loop-ir.js";
import { withOperands } from "../../rewrite.js";

export interface Rules {
  /** The expression itself where there is nothing to do; its operands have been rewritten. */
  readonly expr?: (expr: Expr) => Expr;
  /** What stands in a store's place; its index and value have been rewritten. */
  readonly store?: (store: Store) => Store;
  /** The buffer that a swap or a call of the host names. */
  readonly buffer?: (buffer: Buffer) => Buffer;
  /** Temporary buffers of blocks are declared elsewhere. */
  readonly dropsTemps?: boolean;
}

export function rewriteExpr(root: Expr, rule: (expr: Expr) => Expr): Expr {
  const results = new Map<Expr, Expr>();
  for (const expr of postorder([root])) {
    const before = operandsOf(expr);
    const after = before.map((x) => results.get(x) ?? x);
    const moved = after.every((x, i) => x === before[i]) ? expr : withOperands(expr, after);
    results.set(expr, rule(moved));
  }
  return results.get(root) ?? root;
}

const same = <T>(x: T): T => x;

export function rewriteStatement(statement: Stmt, rules: Rules): Stmt {
  const { expr: rule = same, store = same, buffer = same } = rules;
  const expr = (root: Expr): Expr => rewriteExpr(root, rule);
  const block = (each: Block): Block => ({
    ...each,
    temps: rules.dropsTemps === true ? [] : each.temps,
    body: each.body.map((inner) => rewriteStatement(inner, rules)),
  });
  switch (statement.kind) {
    case "block":
      return block(statement);
    case "loop":
      return { ...statement, extent: expr(statement.extent), body: block(statement.body) };
    case "store":
      return store({ ...statement, index: expr(statement.index), value: expr(statement.value) });
    case "local":
      return { ...statement, init: expr(statement.init) };
    case "assign":
      return { ...statement, value: expr(statement.value) };
    case "if":
      return { ...statement, test: expr(statement.test), yes: block(statement.yes), no: block(statement.no) };
    case "while":
      return {
        ...statement,
        before: block(statement.before),
        test: expr(statement.test),
        body: block(statement.body),
      };
    case "swap":
      return { ...statement, x: buffer(statement.x), y: buffer(statement.y) };
    case "host":
      return {
        ...statement,
        operands: statement.operands.map((each) => ({
          ...each,
          buffer: buffer(each.buffer),
          offset: expr(each.offset),
        })),
      };
    default:
      return statement satisfies never;
  }
}

/** The statements with other buffers of the same dtype and size. */
export function replaceBuffers(statements: readonly Stmt[], replaced: ReadonlyMap<Buffer, Buffer>): Stmt[] {
  const buffer = (each: Buffer): Buffer => replaced.get(each) ?? each;
  return statements.map((statement) =>
    rewriteStatement(statement, {
      expr: (x) => (x.kind === "load" && replaced.has(x.buffer) ? { ...x, buffer: buffer(x.buffer) } : x),
      store: (x) => ({ ...x, buffer: buffer(x.buffer) }),
      buffer,
    }),
  );
}
