/**
 * Many chains at once: a serial loop around several nests over the same chains, where each chain reads of what is written only what
 * is its own. Then a whole run is one thread: what a chain keeps stands in variables, and the loop goes inside. (Langevin sampling of
 * an energy with few coordinates; recurrences side by side.)
 */
import { add, bitcast, i32, load, mul, variable } from "../../../ir/expr.js";
import { operandsOf, postorder } from "../../../ir/expression-graph.js";
import type { Buffer, Expr, Loop, Stmt, Swap, Var } from "../../../ir/loop-ir.js";
import { memoryAccess } from "../../memory-access.js";
import { withOperands } from "../../rewrite.js";
import { nestOf } from "./distribute.js";
import { affineOf } from "./indices.js";
import { flatten } from "./partition.js";
import { Refusal, refuse } from "./refusal.js";
import { isParallel } from "./unit.js";

/** Elements of one array that a chain keeps, and of all together. */
const mostOfOne = 8;
const mostOfAll = 48;

/**
 * parallel c { chain c's variables; serial t { its turns }; what is read later }. Null where chains are not independent, or keep too
 * much. `isRead` says which arrays are read after the loop.
 */
export function chainsInside(loop: Loop, isRead: (buffer: Buffer) => boolean): Loop | null {
  if (isParallel(loop) || loop.extent.kind !== "const") return null;
  try {
    return new Chains(loop).inside(isRead);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

class Chains {
  readonly chain = variable("int32");
  readonly body: readonly Stmt[];
  readonly count: number;
  /** Of each array that the loop writes: a chain's elements. */
  readonly kept = new Map<Buffer, readonly Var[]>();
  /** Declared in the loop: of no use after it. */
  readonly own: ReadonlySet<Buffer>;

  constructor(readonly loop: Loop) {
    this.body = flatten([loop.body]).map(({ statement }) => statement);
    const { writes, temps, assignedVariables, declaredVariables } = memoryAccess(loop);
    this.own = temps;
    if ([...assignedVariables].some((id) => !declaredVariables.has(id)))
      refuse("it assigns to variables outside");
    const nests = this.body.filter((each): each is Loop => each.kind === "loop" && isParallel(each));
    this.count = nests.map(elementsOf).reduce(greatestCommonDivisor, 0);
    if (this.count < 2) refuse("its nests have no chains in common");
    for (const buffer of writes) {
      const size = Number(buffer.size) / this.count;
      if (!Number.isInteger(size) || size > mostOfOne) refuse("a chain keeps too much");
      this.kept.set(
        buffer,
        Array.from({ length: size }, () => variable(buffer.dtype)),
      );
    }
    const all = [...this.kept.values()].reduce((sum, each) => sum + each.length, 0);
    if (all > mostOfAll) refuse("a chain keeps too much");
  }

  inside(isRead: (buffer: Buffer) => boolean): Loop {
    const turns = this.body.flatMap((statement) => this.#statement(statement));
    const begin = [...this.kept].flatMap(([buffer, variables]) =>
      variables.map((v, i): Stmt => {
        const init = this.own.has(buffer)
          ? zeroOf(v)
          : load(buffer, this.#position(variables.length, i32(i)));
        return { kind: "local", variable: v, init };
      }),
    );
    const end = [...this.kept]
      .filter(([buffer]) => !this.own.has(buffer) && isRead(buffer))
      .map(([buffer, variables]) => this.#stored(buffer, variables));
    const serial: Loop = { ...this.loop, body: { kind: "block", comment: "", temps: [], body: turns } };
    return {
      kind: "loop",
      loopKind: { kind: "parallel" },
      index: this.chain,
      extent: i32(this.count),
      body: { kind: "block", comment: "chains", temps: [], body: [...begin, serial, ...end] },
    };
  }

  #position(size: number, element: Expr): Expr {
    return add(mul(this.chain, i32(size)), element);
  }

  /** parallel j { buffer[c size + j] = the j-th variable }: one kernel, of which each thread gives back one element. */
  #stored(buffer: Buffer, variables: readonly Var[]): Stmt {
    const index = variable("int32");
    const value = variables.slice(0, -1).reduceRight<Expr>(
      (rest, v, i) => ({
        kind: "select",
        dtype: v.dtype,
        lanes: 1,
        test: { kind: "compare", op: "eq", dtype: "bool", lanes: 1, x: index, y: i32(i) },
        yes: v,
        no: rest,
      }),
      variables[variables.length - 1],
    );
    return {
      kind: "loop",
      loopKind: { kind: "parallel" },
      index,
      extent: i32(variables.length),
      body: {
        kind: "block",
        comment: "",
        temps: [],
        body: [{ kind: "store", buffer, index: this.#position(variables.length, index), value }],
      },
    };
  }

  #statement(statement: Stmt): readonly Stmt[] {
    switch (statement.kind) {
      case "loop":
        return isParallel(statement)
          ? this.#nest(statement)
          : refuse("it has a serial loop between its nests");
      case "swap":
        return this.#swap(statement);
      case "local":
        return [statement];
      default:
        return refuse("it does more than nests of chains do");
    }
  }

  #swap({ x, y }: Swap): readonly Stmt[] {
    const [xs, ys] = [this.#keptOf(x), this.#keptOf(y)];
    return xs.flatMap((v, i): readonly Stmt[] => {
      const old = variable(v.dtype);
      return [
        { kind: "local", variable: old, init: v },
        { kind: "assign", variable: v, value: ys[i] },
        { kind: "assign", variable: ys[i], value: old },
      ];
    });
  }

  #keptOf(buffer: Buffer): readonly Var[] {
    return this.kept.get(buffer) ?? refuse("it exchanges arrays that it does not write");
  }

  /** The turns of a nest that are the chain's, one after the other. */
  #nest(nest: Loop): readonly Stmt[] {
    const { loops, names, body, temps } = nestOf(nest);
    if (temps.size > 0) refuse("a nest of its keeps arrays of its own");
    const [outer, ...inner] = loops.map((loop) => ({ id: loop.index.id, extent: extentOf(loop) }));
    const rows = outer.extent / this.count;
    if (!Number.isInteger(rows)) refuse("a nest of its goes over something else than chains");
    const statements = [...names, ...body.map(({ statement }) => statement)];
    const turns = [{ id: outer.id, extent: rows }, ...inner].reduce<readonly (readonly number[])[]>(
      (all, { extent }) => all.flatMap((turn) => Array.from({ length: extent }, (_, i) => [...turn, i])),
      [[]],
    );
    if (turns.length > mostOfOne) refuse("a chain keeps too much");
    // All of a turn's reads come before its stores, and turns of a parallel loop do not see each other's.
    return turns.flatMap(([row, ...rest]) => {
      const known = new Map<number, Expr>([[outer.id, this.#position(rows, i32(row))]]);
      for (const [i, { id }] of inner.entries()) known.set(id, i32(rest[i]));
      return statements.map((each) => this.#copied(each, known));
    });
  }

  /** A statement of a nest with the chain's own indices and variables. */
  #copied(statement: Stmt, known: Map<number, Expr>): Stmt {
    switch (statement.kind) {
      case "local": {
        const init = this.#expr(statement.init, known);
        const own = variable(statement.variable.dtype, statement.variable.lanes);
        known.set(statement.variable.id, isNumber(init) ? init : own);
        return { kind: "local", variable: own, init };
      }
      case "assign": {
        const target = known.get(statement.variable.id);
        if (target?.kind !== "var") return refuse("it assigns to variables outside");
        return { kind: "assign", variable: target, value: this.#expr(statement.value, known) };
      }
      case "store": {
        if (statement.value.lanes !== 1) refuse("it writes several elements at once");
        const target = this.#element(statement.buffer, this.#expr(statement.index, known));
        return { kind: "assign", variable: target, value: this.#expr(statement.value, known) };
      }
      case "block":
        return { ...statement, body: statement.body.map((each) => this.#copied(each, known)) };
      case "if":
        return {
          ...statement,
          test: this.#expr(statement.test, known),
          yes: { ...statement.yes, body: statement.yes.body.map((each) => this.#copied(each, known)) },
          no: { ...statement.no, body: statement.no.body.map((each) => this.#copied(each, known)) },
        };
      default:
        return refuse("a nest of its has loops of its own");
    }
  }

  #element(buffer: Buffer, index: Expr): Var {
    const variables = this.#keptOf(buffer);
    const { constant, coefficients, others } = affineOf(index);
    const isOwn =
      others.length === 0 &&
      [...coefficients].every(([id, c]) => c === 0 || (id === this.chain.id && c === variables.length));
    if (!isOwn || (coefficients.get(this.chain.id) ?? 0) !== variables.length) {
      return refuse("a chain reads what is another's");
    }
    return variables[constant] ?? refuse("a chain reads what is another's");
  }

  #expr(root: Expr, known: ReadonlyMap<number, Expr>): Expr {
    const results = new Map<Expr, Expr>();
    for (const expr of postorder([root])) {
      const before = operandsOf(expr);
      const after = before.map((x) => results.get(x) ?? x);
      const moved = after.every((x, i) => x === before[i]) ? expr : withOperands(expr, after);
      results.set(expr, this.#node(moved, known));
    }
    return results.get(root) ?? root;
  }

  #node(expr: Expr, known: ReadonlyMap<number, Expr>): Expr {
    if (expr.kind === "var") return known.get(expr.id) ?? expr;
    if (expr.kind === "load" && this.kept.has(expr.buffer)) {
      if (expr.lanes !== 1) refuse("it reads several elements at once");
      return this.#element(expr.buffer, expr.index);
    }
    return divided(expr);
  }
}

const isNumber = (init: Expr): boolean =>
  init.dtype === "int32" &&
  postorder([init]).every((x) => x.kind === "const" || x.kind === "var" || x.kind === "binary");

const extentOf = ({ extent }: Loop): number =>
  extent.kind === "const" ? Number(extent.value) : refuse("how often it turns is known at run time only");

/** Of the outermost loop: chains, or chains times what each keeps. */
const elementsOf = (nest: Loop): number => extentOf(nest);

const greatestCommonDivisor = (x: number, y: number): number =>
  y === 0 ? x : greatestCommonDivisor(y, x % y);

const zeroOf = ({ dtype }: Var): Expr =>
  dtype === "float32" || dtype === "float64"
    ? { kind: "const", dtype, lanes: 1, value: 0 }
    : dtype === "bool"
      ? { kind: "const", dtype, lanes: 1, value: false }
      : bitcast(i32(0), dtype);

/** (n x + r) / n is x + r / n: how positions along one axis are made of positions along all. */
function divided(expr: Expr): Expr {
  if (expr.kind !== "binary" || expr.dtype !== "int32" || expr.y.kind !== "const") return expr;
  const count = Number(expr.y.value);
  const { constant, coefficients, others } = affineOf(expr.x);
  const terms = [...coefficients].filter(([, c]) => c !== 0);
  if (others.length > 0 || constant < 0) return expr;
  const divisor = expr.op === "shr" ? 2 ** count : expr.op === "div" || expr.op === "rem" ? count : count + 1;
  if (divisor <= 0 || !terms.every(([, c]) => c > 0 && c % divisor === 0)) return expr;
  switch (expr.op) {
    case "shr":
    case "div":
      return terms.reduce<Expr>(
        (sum, [id, c]) => add(sum, mul({ kind: "var", id, dtype: "int32", lanes: 1 }, i32(c / divisor))),
        i32(Math.floor(constant / divisor)),
      );
    case "rem":
      return i32(constant % divisor);
    case "and":
      return (divisor & (divisor - 1)) === 0 ? i32(constant % divisor) : expr;
    default:
      return expr;
  }
}
