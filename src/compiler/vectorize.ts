/**
 * Program -> Program: innermost loops whose turns are independent (`parallel`, `vector`) do several turns at once. A target
 * states its lanes; each loop becomes one over groups of turns and, where turns are left over, the loop as it was for those.
 * No bit changes: every lane does what its turn did.
 */
import { absurd } from "../ir/errors.js";
import { add, div, i32, mul, sub, variable } from "../ir/expr.js";
import type { Block, Expr, Loop, LoopFunction, Program, Stmt } from "../ir/loop-ir.js";
import { type Analysis, analyzeLoop, hasFreeLoop } from "./vector-analysis.js";
import { widenFunction } from "./vector-functions.js";
import { Widener } from "./widen.js";

export function vectorize(program: Program, lanes: number): Program {
  if (lanes === 1) return program;
  const context = new Vectorizer(lanes);
  const body = context.block(program.body);
  const functions = [...new Set([...program.functions, ...context.functions])];
  return { ...program, body, functions };
}

/** Vectors that an inner loop may assign to: with operands beside them they fit the registers of every machine. */
const mostAccumulators = 8;

class Vectorizer {
  readonly functions = new Set<LoopFunction>();

  constructor(readonly lanes: number) {}

  block(block: Block): Block {
    return { ...block, body: block.body.flatMap((statement) => this.#statement(statement)) };
  }

  #statement(statement: Stmt): readonly Stmt[] {
    switch (statement.kind) {
      case "block":
        return [this.block(statement)];
      case "loop":
        return this.#loop(statement);
      case "if":
        return [{ ...statement, yes: this.block(statement.yes), no: this.block(statement.no) }];
      case "while":
        return [{ ...statement, before: this.block(statement.before), body: this.block(statement.body) }];
      case "store":
      case "local":
      case "assign":
      case "swap":
      case "host":
        return [statement];
      default:
        return absurd(statement);
    }
  }

  #loop(loop: Loop): readonly Stmt[] {
    const { kind } = loop.loopKind;
    const isFree = (kind === "parallel" || kind === "vector") && !hasFreeLoop(loop.body);
    const analysis = isFree ? analyzeLoop(loop, this.lanes) : null;
    if (analysis === null) return [{ ...loop, body: this.block(loop.body) }];
    // Two vectors of each accumulator share what an inner loop loads, while all of them fit the registers.
    const fitsTwo = analysis.hasLoop && !analysis.hasDoubles && analysis.accumulators <= mostAccumulators / 2;
    const widths = fitsTwo ? [2 * this.lanes, this.lanes] : [this.lanes];
    const { extent } = loop;
    return extent.kind === "const"
      ? this.#groups(loop, Number(extent.value), widths, analysis)
      : this.#groupsAtRunTime(loop, analysis);
  }

  /** Groups of the first width, then of the next, then single turns. */
  #groups(loop: Loop, extent: number, widths: readonly number[], analysis: Analysis): readonly Stmt[] {
    const out: Stmt[] = [];
    let done = 0;
    for (const width of widths) {
      const count = Math.floor((extent - done) / width);
      if (count > 0) out.push(turns(loop, i32(count), width, i32(done), this.#widen(loop, width, analysis)));
      done += count * width;
    }
    if (done === 0) return [loop];
    if (done < extent) out.push(turns(loop, i32(extent - done), 1, i32(done), loop.body));
    return out;
  }

  #groupsAtRunTime(loop: Loop, analysis: Analysis): readonly Stmt[] {
    const { lanes } = this;
    const extent = variable("int32");
    const count = variable("int32");
    const done = mul(count, i32(lanes));
    return [
      {
        ...emptyBlock,
        body: [
          { kind: "local", variable: extent, init: loop.extent },
          { kind: "local", variable: count, init: div(extent, i32(lanes)) },
          turns(loop, count, lanes, i32(0), this.#widen(loop, lanes, analysis)),
          turns(loop, sub(extent, done), 1, done, loop.body),
        ],
      },
    ];
  }

  /** With all it calls, which come first. */
  #include(fn: LoopFunction): void {
    if (this.functions.has(fn)) return;
    fn.calls.forEach((callee) => {
      this.#include(callee);
    });
    this.functions.add(fn);
  }

  #widen(loop: Loop, width: number, { coefficients }: Analysis): Block {
    const widener = new Widener(width, coefficients, loop.body, (fn) => {
      const wide = widenFunction(fn, width);
      this.#include(wide);
      return wide;
    });
    return widener.block(loop.body, null);
  }
}

const emptyBlock: Block = { kind: "block", comment: "", temps: [], body: [] };

/** `count` turns of `body`, in which the loop's index is first + width * turn. */
function turns(loop: Loop, count: Expr, width: number, first: Expr, body: Block): Loop {
  const turn = variable("int32");
  const start: Stmt = {
    kind: "local",
    variable: loop.index,
    init: add(first, mul(turn, i32(width))),
  };
  return { ...loop, index: turn, extent: count, body: { ...body, body: [start, ...body.body] } };
}
