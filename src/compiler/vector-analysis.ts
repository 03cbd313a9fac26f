/**
 * Whether a body can be widened, and what varies in it from turn to turn. A variable that does not vary stays a scalar; one that
 * is an affine function of the loop's index stays one too, as the value of the first lane.
 */
import { bytesPerElement } from "../ir/dtype.js";
import { absurd } from "../ir/errors.js";
import { operandsOf, postorder, smallTree } from "../ir/expression-graph.js";
import type { Block, Expr, Loop, LoopFunction, Stmt } from "../ir/loop-ir.js";
import { coefficientOf, varies } from "./affine.js";
import { blocksOf } from "./buffers.js";

/** How each variable moves with the loop's index: by 0, by a constant, or otherwise (null). */
export type Coefficients = ReadonlyMap<number, number | null>;

export interface Analysis {
  readonly coefficients: Coefficients;
  /** Whether there is a loop in the body. */
  readonly hasLoop: boolean;
  readonly hasDoubles: boolean;
  /** The variables that loops in the body assign to. */
  readonly accumulators: number;
}

/** Null where the loop cannot be widened, or should not be: where most of it would go lane by lane. */
export function analyzeLoop(loop: Loop, lanes: number): Analysis | null {
  const coefficients = settle(loop.body, new Map([[loop.index.id, 1]]));
  if (coefficients === null) return null;
  const cost = new Cost(coefficients, lanes);
  if (!cost.block(loop.body, 1, false)) return null;
  if (cost.vector > 0.8 * cost.scalar) return null;
  return {
    coefficients,
    hasLoop: cost.hasLoop,
    hasDoubles: cost.hasDoubles,
    accumulators: cost.accumulators.size,
  };
}

/** The same for the body of a function, all of whose parameters vary. */
export function analyzeFunction(fn: LoopFunction): Coefficients | null {
  const coefficients = settle(fn.body, new Map(fn.parameters.map((each) => [each.id, null])));
  if (coefficients === null) return null;
  return new Cost(coefficients, 4).block(fn.body, 1, false) ? coefficients : null;
}

/**
 * Propagates what varies until nothing changes (a variable only ever goes from not varying to affine to otherwise); null where a
 * variable of the surroundings is assigned to.
 */
function settle(body: Block, given: Coefficients): Coefficients | null {
  const assigned = new Set<number>();
  const declared = new Set<number>(given.keys());
  const collect = (statement: Stmt): void => {
    if (statement.kind === "assign") assigned.add(statement.variable.id);
    if (statement.kind === "local") declared.add(statement.variable.id);
    if (statement.kind === "loop") declared.add(statement.index.id);
    for (const block of blocksOf(statement)) block.body.forEach(collect);
  };
  body.body.forEach(collect);
  for (const id of assigned) if (!declared.has(id)) return null;
  const coefficients = new Map(given);
  let changed = false;
  const mark = (id: number, coefficient: number | null): void => {
    const known = coefficients.get(id);
    if (known === null || coefficient === 0 || known === coefficient) return;
    coefficients.set(id, known === undefined ? coefficient : null);
    changed = true;
  };
  const visit = (statement: Stmt, masked: boolean): void => {
    switch (statement.kind) {
      case "local": {
        const { variable, init } = statement;
        const isIndex = variable.dtype === "int32" && !assigned.has(variable.id);
        mark(
          variable.id,
          isIndex ? coefficientOf(init, coefficients) : varies(init, coefficients) ? null : 0,
        );
        return;
      }
      case "assign":
        mark(statement.variable.id, masked || varies(statement.value, coefficients) ? null : 0);
        return;
      case "if":
      case "while": {
        const inner = masked || varies(statement.test, coefficients);
        for (const block of blocksOf(statement)) for (const each of block.body) visit(each, inner);
        return;
      }
      case "block":
      case "loop":
        for (const block of blocksOf(statement)) for (const each of block.body) visit(each, masked);
        return;
      case "store":
      case "swap":
      case "host":
        return;
      default:
        absurd(statement);
    }
  };
  do {
    changed = false;
    for (const each of body.body) visit(each, false);
    // Without assignments a variable is settled where it is declared, before it is read.
  } while (changed && assigned.size > 0);
  return coefficients;
}

/** Turns assumed for an inner loop whose extent is not known. */
const unknownExtent = 16;
/** What one lane costs where there is no vector instruction: taking it out, the work, putting it in. */
const perLane = 1.5;
const callCost = 20;

/** Estimates one group of turns, as vectors and as scalars; refuses what has no wide form. */
class Cost {
  vector = 0;
  scalar = 0;
  hasLoop = false;
  hasDoubles = false;
  readonly accumulators = new Set<number>();

  constructor(
    readonly coefficients: Coefficients,
    readonly lanes: number,
  ) {}

  block(block: Block, turns: number, masked: boolean): boolean {
    if (block.temps.length > 0) return false;
    return block.body.every((statement) => this.#statement(statement, turns, masked));
  }

  #statement(statement: Stmt, turns: number, masked: boolean): boolean {
    switch (statement.kind) {
      case "block":
        return this.block(statement, turns, masked);
      case "loop": {
        this.hasLoop = true;
        if (varies(statement.extent, this.coefficients)) return false;
        const { extent } = statement;
        return this.block(
          statement.body,
          turns * (extent.kind === "const" ? Number(extent.value) : unknownExtent),
          masked,
        );
      }
      case "store": {
        const coefficient = coefficientOf(statement.index, this.coefficients);
        if (masked || coefficient === 0) return false;
        if (coefficient !== 1) this.#add(turns, perLane * this.lanes, this.lanes);
        else this.#add(turns, 1, this.lanes);
        return this.#exprs([statement.index], turns, true) && this.#exprs([statement.value], turns, false);
      }
      case "local":
        return this.#exprs([statement.init], turns, statement.variable.dtype === "int32");
      case "assign":
        if (this.hasLoop) this.accumulators.add(statement.variable.id);
        return this.#exprs([statement.value], turns, false);
      case "if": {
        const inner = masked || varies(statement.test, this.coefficients);
        return (
          this.#exprs([statement.test], turns, false) &&
          this.block(statement.yes, turns, inner) &&
          this.block(statement.no, turns, inner)
        );
      }
      case "while": {
        const inner = masked || varies(statement.test, this.coefficients);
        return (
          this.block(statement.before, turns, inner) &&
          this.#exprs([statement.test], turns, false) &&
          this.block(statement.body, turns, inner)
        );
      }
      case "swap":
      case "host":
        return false;
      default:
        return absurd(statement);
    }
  }

  #add(turns: number, vector: number, scalar: number): void {
    this.vector += turns * vector;
    this.scalar += turns * scalar;
  }

  /** `isIndex`: the expression stays a scalar where it is affine. */
  #exprs(roots: readonly Expr[], turns: number, isIndex: boolean): boolean {
    if (roots.some(({ lanes }) => lanes !== 1)) return false;
    const nodes = smallTree(roots) ?? postorder(roots);
    return nodes.every((expr) => this.#expr(expr, turns, isIndex));
  }

  #expr(expr: Expr, turns: number, isIndex: boolean): boolean {
    if (expr.lanes !== 1) return false;
    if (expr.dtype === "float64") this.hasDoubles = true;
    if (expr.kind === "const" || expr.kind === "var") return true;
    const coefficient = coefficientOf(expr, this.coefficients);
    if (coefficient === 0 || (isIndex && coefficient !== null && expr.kind !== "load")) {
      this.#add(turns, 1, this.lanes);
      return true;
    }
    const parts = Math.max(1, (bytesPerElement[expr.dtype] * this.lanes) / 16);
    switch (expr.kind) {
      case "load":
        if (coefficientOf(expr.index, this.coefficients) === 1) this.#add(turns, parts, this.lanes);
        else this.#add(turns, perLane * this.lanes, this.lanes);
        return true;
      case "call":
        this.#add(turns, callCost * parts, callCost * this.lanes);
        return true;
      case "intrinsic":
      case "splat":
      case "laneIndex":
      case "any":
      case "reduceLanes":
        return false;
      default:
        this.#add(turns, goesByLane(expr) ? perLane * this.lanes : parts, this.lanes);
        return true;
    }
  }
}

/** What vector machines have no instruction for. */
function goesByLane(expr: Expr): boolean {
  if (expr.kind === "unary") return expr.op === "clz";
  if (expr.kind === "fma") return true;
  if (expr.kind !== "binary") return false;
  switch (expr.op) {
    case "rem":
      return true;
    case "div":
      return expr.x.dtype === "int32" || expr.x.dtype === "uint32";
    case "shl":
    case "shr":
      return expr.y.kind !== "const";
    default:
      return false;
  }
}

/** Whether a loop inside is one that is itself widened. */
export const hasFreeLoop = (block: Block): boolean =>
  block.body.some(
    (statement) =>
      (statement.kind === "loop" &&
        (statement.loopKind.kind === "parallel" || statement.loopKind.kind === "vector")) ||
      blocksOf(statement).some((inner) => inner !== block && hasFreeLoop(inner)),
  );

/**
 * The uniform variables that are operands of what varies, and can be spread where they are declared since nothing is assigned to
 * them later; and those that anything else reads.
 */
export function usesOfUniforms(
  body: Block,
  coefficients: Coefficients,
): { readonly inVectors: ReadonlySet<number>; readonly inScalars: ReadonlySet<number> } {
  const inVectors = new Set<number>();
  const inScalars = new Set<number>();
  const assigned = new Set<number>();
  const visitExpr = (root: Expr, isIndex: boolean): void => {
    if (root.kind === "var") (isIndex ? inScalars : inVectors).add(root.id);
    for (const expr of smallTree([root]) ?? postorder([root])) {
      const wide = varies(expr, coefficients) && coefficientOf(expr, coefficients) === null;
      for (const operand of operandsOf(expr)) {
        if (operand.kind !== "var") continue;
        if (wide && !(expr.kind === "load")) inVectors.add(operand.id);
        else inScalars.add(operand.id);
      }
    }
  };
  const visit = (statement: Stmt): void => {
    switch (statement.kind) {
      case "store":
        visitExpr(statement.index, true);
        visitExpr(statement.value, false);
        return;
      case "local":
        visitExpr(statement.init, coefficients.get(statement.variable.id) !== null);
        return;
      case "assign":
        assigned.add(statement.variable.id);
        visitExpr(statement.value, coefficients.get(statement.variable.id) !== null);
        return;
      case "loop":
        visitExpr(statement.extent, true);
        break;
      case "if":
      case "while":
        visitExpr(statement.test, true);
        break;
      case "block":
      case "swap":
      case "host":
        break;
      default:
        absurd(statement);
    }
    for (const block of blocksOf(statement)) block.body.forEach(visit);
  };
  body.body.forEach(visit);
  for (const id of assigned) inVectors.delete(id);
  return { inVectors, inScalars };
}
