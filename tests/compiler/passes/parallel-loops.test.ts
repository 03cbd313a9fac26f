/** What lowering marks as parallel is: turns may run in any order, which vectors, threads and kernels count on. */
import { expect, test } from "vitest";
import "../../../src/testing/index.js";
import { lax, makeJaxpr, type NDArray, numpy as np, vmap } from "cotangent";
import { closeConstvars, type Jaxpr } from "../../../src/autodiff/jaxpr.js";
import { expandIntrinsics } from "../../../src/compiler/intrinsics/expand.js";
import { lower } from "../../../src/compiler/lower.js";
import { simplify } from "../../../src/compiler/simplify/simplify.js";
import { i32, sub, variable } from "../../../src/ir/expr.js";
import type { Block, Loop, Program, Stmt } from "../../../src/ir/loop-ir.js";
import { directions } from "../../../src/testing/arrays.js";
import { gradient, weighted } from "../../../src/testing/derivatives.js";
import { vocabulary } from "../../../src/testing/vocabulary/vocabulary.js";
import { expectCoverage, judge } from "../../laws/judge.js";
import { traced } from "../simplify/text.js";
import { behaviourOf, expectSameBehaviour, statementsIn } from "./programs.js";

const isFree = ({ loopKind: { kind } }: Loop): boolean => kind === "parallel" || kind === "vector";

/** The program with its parallel loops from the last turn to the first. */
const backwards = (program: Program): Program => ({ ...program, body: backwardsIn(program.body) });

const backwardsIn = (block: Block): Block => ({ ...block, body: block.body.map(turned) });

function turned(statement: Stmt): Stmt {
  switch (statement.kind) {
    case "block":
      return backwardsIn(statement);
    case "loop": {
      const body = backwardsIn(statement.body);
      if (!isFree(statement)) return { ...statement, body };
      const turn = variable("int32");
      const init = sub(sub(statement.extent, i32(1)), turn);
      const index: Stmt = { kind: "local", variable: statement.index, init };
      return { ...statement, index: turn, body: { ...body, body: [index, ...body.body] } };
    }
    case "if":
      return { ...statement, yes: backwardsIn(statement.yes), no: backwardsIn(statement.no) };
    case "while":
      return { ...statement, before: backwardsIn(statement.before), body: backwardsIn(statement.body) };
    case "store":
    case "local":
    case "assign":
    case "swap":
    case "host":
      return statement;
    default:
      return statement satisfies never;
  }
}

/** What a turn does to its surroundings beside stores: assignments to their variables, swaps of their temps, calls of the host. */
function sharedEffects(program: Program): readonly string[] {
  return statementsIn(program.body).flatMap((statement) => {
    if (statement.kind !== "loop" || !isFree(statement)) return [];
    const inside = statementsIn(statement.body);
    const blocks = [statement.body, ...inside.flatMap((each) => blocksIn(each))];
    const own = new Set<unknown>(blocks.flatMap(({ temps }) => temps));
    for (const each of inside) if (each.kind === "local") own.add(each.variable.id);
    return inside.flatMap((each) => {
      const isShared =
        (each.kind === "assign" && !own.has(each.variable.id)) ||
        (each.kind === "swap" && !(own.has(each.x) && own.has(each.y))) ||
        each.kind === "host";
      return isShared ? [each.kind] : [];
    });
  });
}

function blocksIn(statement: Stmt): readonly Block[] {
  if (statement.kind === "block") return [statement];
  if (statement.kind === "loop") return [statement.body];
  if (statement.kind === "if") return [statement.yes, statement.no];
  return statement.kind === "while" ? [statement.before, statement.body] : [];
}

/** How many loops are marked. */
function expectAnyOrder(closed: Jaxpr, operands: readonly NDArray[]): number {
  const program = expandIntrinsics(lower(simplify(closed)).program);
  expect(sharedEffects(program)).toEqual([]);
  const inputs = operands.map((x) => x.dataSync());
  expectSameBehaviour("backwards", behaviourOf(backwards(program), inputs), behaviourOf(program, inputs));
  return statementsIn(program.body).filter((each) => each.kind === "loop" && isFree(each)).length;
}

test("the order of parallel turns changes no bit, in random programs of the whole vocabulary", {
  timeout: 100_000,
}, () => {
  let marked = 0;
  const judgement = judge(
    ({ f, inputs }) => {
      const { jaxpr, consts } = makeJaxpr((...xs: NDArray[]) => [...f(xs)])(...inputs);
      marked += expectAnyOrder(closeConstvars(jaxpr), [...consts, ...inputs]);
    },
    { numRuns: 80, seed: 20260601 },
  );
  expectCoverage(
    "parallel loops",
    judgement,
    vocabulary.map(({ name }) => name),
    3,
  );
  expect(marked).toBeGreaterThan(500);
});

test("nor in their gradients", { timeout: 100_000 }, () => {
  judge(
    ({ f, inputs, seed }) => {
      const slopes = gradient(weighted(f, directions(f(inputs), seed)));
      const { jaxpr, consts } = makeJaxpr((...xs: NDArray[]) => [...slopes(xs)])(...inputs);
      expectAnyOrder(closeConstvars(jaxpr), [...consts, ...inputs]);
    },
    { numRuns: 8, seed: 20260602 },
  );
});

test("nor in sums over four blocks of 4,096, which a tree joins", () => {
  const x = np.sin(np.arange(26_000)).reshape([13_000, 2]);
  expectAnyOrder(
    traced((y) => y.sum(0), x),
    [x],
  );
  const row = x.slice([], 0);
  expectAnyOrder(
    traced((y) => y.sum(), row),
    [row],
  );
});

test("chains of a vmapped loop, and turns of a scan without carry, are marked", () => {
  const kinds = (f: (...xs: NDArray[]) => unknown, ...args: NDArray[]): readonly string[] =>
    statementsIn(lower(traced(f, ...args)).program.body).flatMap((each) =>
      each.kind === "loop" ? [each.loopKind.kind] : [],
    );
  const chain = (x: NDArray) => lax.scan((y: NDArray) => [np.sin(y), null], x, null, { length: 3 })[0];
  const chains = vmap(chain);
  // The carry's start; then in each step all chains side by side; then the results.
  expect(kinds((x) => chains(x), np.ones([6]))).toEqual(["parallel", "serial", "parallel", "parallel"]);
  const each = (xs: NDArray) => lax.map((x: NDArray) => np.sin(x).sum(), xs);
  expect(kinds(each, np.ones([6, 600]))[0]).toBe("parallel");
});
