/** Products of vectors that are read once, for relaxed.ts: a product is not computed where it stands but where it is added. */
import { isFloat } from "../../../ir/dtype.js";
import { variable } from "../../../ir/expr.js";
import { postorder } from "../../../ir/expression-graph.js";
import type { Binary, Block, Expr, Program, Stmt, Var } from "../../../ir/loop-ir.js";
import { blocksOf } from "../../buffers.js";
import { expressionsOf } from "../../statement-expressions.js";

type Local = Extract<Stmt, { kind: "local" }>;

/** The variables of a program that are a product of vectors and are read once: they need not be computed where they stand. */
export class Products {
  readonly #readOnce: ReadonlySet<number>;
  readonly #products = new Map<number, Binary>();

  constructor(program: Program) {
    this.#readOnce = variablesReadOnce(
      [program.body, ...program.functions.map(({ body }) => body)],
      program.functions.map(({ result }) => result),
    );
  }

  /**
   * Instead of a variable that is a product: the variables of its factors, to be computed where it stands. From then on
   * `productOf` knows it. Null where the variable is no such thing.
   */
  factors({ variable: name, init }: Local): readonly Local[] | null {
    if (init.kind !== "binary" || init.op !== "mul" || init.lanes === 1 || !isFloat(init.dtype)) return null;
    if (!this.#readOnce.has(name.id)) return null;
    const locals: Local[] = [];
    const named = (factor: Expr): Expr => {
      if (factor.kind === "const") return factor;
      const local: Local = { kind: "local", variable: variable(factor.dtype, factor.lanes), init: factor };
      locals.push(local);
      return local.variable;
    };
    this.#products.set(name.id, { ...init, x: named(init.x), y: named(init.y) });
    return locals;
  }

  /** The product that a variable stands for. */
  productOf = ({ id }: Var): Binary | undefined => this.#products.get(id);
}

/** Variables that occur once in all expressions of the bodies and in `results`, and are never assigned to. */
function variablesReadOnce(bodies: readonly Block[], results: readonly Expr[]): ReadonlySet<number> {
  const once = new Set<number>();
  const often = new Set<number>();
  const read = (expressions: readonly Expr[]): void => {
    // Each expression by itself: what is shared between two is read twice.
    for (const expression of expressions) {
      for (const expr of postorder([expression])) {
        if (expr.kind === "var") (once.has(expr.id) ? often : once).add(expr.id);
      }
    }
  };
  const visit = (statement: Stmt): void => {
    if (statement.kind === "assign") often.add(statement.variable.id);
    read(expressionsOf(statement));
    for (const block of blocksOf(statement)) block.body.forEach(visit);
  };
  for (const body of bodies) body.body.forEach(visit);
  read(results);
  for (const id of often) once.delete(id);
  return once;
}
