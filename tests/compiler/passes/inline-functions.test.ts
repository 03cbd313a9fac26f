/** Calls of short functions inside innermost loops become the functions' own statements. */
import { describe, expect, test } from "vitest";
import { inlineFunctions } from "../../../src/compiler/inline-functions.js";
import { expandFunctions } from "../../../src/compiler/intrinsics/expand.js";
import { BlockBuilder } from "../../../src/ir/block-builder.js";
import { add, call, f32, freshId, gt, i32, load, lt, mul, sub, variable } from "../../../src/ir/expr.js";
import type { Expr, LoopFunction, Program } from "../../../src/ir/loop-ir.js";
import { randomLoop } from "../random-loop.js";
import {
  behaviourOf,
  expectSameBehaviour,
  functionOf,
  input,
  output,
  programOf,
  statementsOf,
} from "./programs.js";

const x = input("float32", 8);
const out = output("float32", 8);

const program = (write: (b: BlockBuilder) => void, functions: readonly LoopFunction[]): Program => ({
  ...programOf([x], [out], write),
  functions,
});
const elementwise = (value: (x: Expr) => Expr, ...functions: readonly LoopFunction[]): Program =>
  program((b) => b.loop(8, (inner, i) => inner.store(out, i, value(load(x, i)))), functions);

/** v (v + 1) */
const short = (() => {
  const v = variable("float32");
  return functionOf("short", v, mul(v, add(v, f32(1))));
})();

/** v to the power length + 1, a product after the other. */
function chain(name: string, length: number): LoopFunction {
  const v = variable("float32");
  const b = new BlockBuilder();
  let last: Expr = v;
  for (let i = 0; i < length; i++) last = b.local(mul(last, v));
  return { ...functionOf(name, v, last), body: b.finish() };
}

describe("a call in an innermost loop", () => {
  test("becomes the statements of the function, its operand computed once", () => {
    const before = elementwise((v) => add(call(short, sub(v, f32(2))), v), short);
    expect(statementsOf(before)).toMatchInlineSnapshot(`
      parallel v0 < 8 {
        %0: f32 = input0[v0]
        output0[v0] = (f0_short((%0 - 2f32)) + %0)
      }
    `);
    expect(statementsOf(inlineFunctions(before))).toMatchInlineSnapshot(`
      parallel v0 < 8 {
        let v1: f32 = (input0[v0] - 2f32)
        let v2: f32 = (v1 * (v1 + 1f32))
        output0[v0] = (v2 + input0[v0])
      }
    `);
    expect(inlineFunctions(before).functions).toEqual([]);
  });

  test("becomes those of the functions that it calls, too", () => {
    const v = variable("float32");
    const outer = functionOf("outer", v, call(short, mul(v, f32(3))), [short]);
    const before = elementwise((each) => call(outer, each), short, outer);
    expect(statementsOf(inlineFunctions(before))).toMatchInlineSnapshot(`
      parallel v0 < 8 {
        let v1: f32 = input0[v0]
        let v2: f32 = (v1 * 3f32)
        let v3: f32 = (v2 * (v2 + 1f32))
        let v4: f32 = v3
        output0[v0] = v4
      }
    `);
  });

  test("becomes those of the functions that its locals call", () => {
    const v = variable("float32");
    const b = new BlockBuilder();
    const square = b.local(call(short, mul(v, f32(3))));
    const outer = { ...functionOf("outer", v, mul(square, v), [short]), body: b.finish() };
    const after = inlineFunctions(elementwise((each) => call(outer, each), short, outer));
    expect(statementsOf(after)).toMatchInlineSnapshot(`
      parallel v0 < 8 {
        let v1: f32 = input0[v0]
        let v2: f32 = (v1 * 3f32)
        let v3: f32 = (v2 * (v2 + 1f32))
        let v4: f32 = v3
        let v5: f32 = (v4 * v1)
        output0[v0] = v5
      }
    `);
    expect(after.functions).toEqual([]);
  });

  test("has names of its own each time: no two calls share a variable", () => {
    const doubled = chain("doubled", 2);
    const before = elementwise((v) => add(call(doubled, v), call(doubled, add(v, f32(1)))), doubled);
    expect(statementsOf(inlineFunctions(before))).toMatchInlineSnapshot(`
      parallel v0 < 8 {
        let v1: f32 = input0[v0]
        let v2: f32 = (v1 * v1)
        let v3: f32 = (v2 * v1)
        let v4: f32 = v3
        let v5: f32 = (input0[v0] + 1f32)
        let v6: f32 = (v5 * v5)
        let v7: f32 = (v6 * v5)
        let v8: f32 = v7
        output0[v0] = (v4 + v8)
      }
    `);
  });

  test("goes in branches of the loop, and before the test of one", () => {
    const before = program(
      (b) =>
        b.loop(8, (inner, i) => {
          const v = inner.local(load(x, i));
          inner.if(gt(call(short, v), f32(0)), (yes) => yes.store(out, i, call(short, v)));
        }),
      [short],
    );
    expect(statementsOf(inlineFunctions(before))).toMatchInlineSnapshot(`
      parallel v0 < 8 {
        let v1: f32 = input0[v0]
        let v2: f32 = (v1 * (v1 + 1f32))
        if (v2 > 0f32) {
          let v3: f32 = (v1 * (v1 + 1f32))
          output0[v0] = v3
        }
      }
    `);
  });

  test("takes the function's branches along, but not what they call: they are there for rare arguments", () => {
    const v = variable("float32");
    const branching = new BlockBuilder();
    const result = branching.local(add(v, f32(1)));
    branching.if(gt(v, f32(9)), (rare) => rare.assign(result, call(short, v)));
    const withBranch: LoopFunction = {
      ...functionOf("branching", v, mul(result, f32(2)), [short]),
      body: branching.finish(),
    };
    const after = inlineFunctions(elementwise((each) => call(withBranch, each), short, withBranch));
    expect(statementsOf(after)).toMatchInlineSnapshot(`
      parallel v0 < 8 {
        let v1: f32 = input0[v0]
        let v2: f32 = (v1 + 1f32)
        if (v1 > 9f32) {
          v2 = f0_short(v1)
        }
        let v3: f32 = (v2 * 2f32)
        output0[v0] = v3
      }
    `);
    expect(after.functions).toEqual([short]);
  });
});

describe("calls stay", () => {
  const stays = (given: Program): void => expect(inlineFunctions(given)).toBe(given);

  test("outside innermost loops: there the function's constants are set up once anyway", () => {
    stays(program((b) => b.store(out, i32(0), call(short, load(x, i32(0)))), [short]));
    stays(
      program(
        (b) =>
          b.loop(8, (outer, i) => {
            const v = outer.local(call(short, load(x, i)));
            outer.serial(3, (inner) => inner.store(out, i, v));
          }),
        [short],
      ),
    );
  });

  test("beside a while loop, or a loop in a branch: these are the innermost", () => {
    const inLoop = (beside: (b: BlockBuilder, i: Expr, v: Expr) => void): Program =>
      program(
        (b) =>
          b.loop(8, (outer, i) => {
            const v = outer.local(call(short, load(x, i)));
            beside(outer, i, v);
          }),
        [short],
      );
    stays(
      inLoop((b, i, v) =>
        b.while(
          () => lt(load(out, i), v),
          (inner) => inner.store(out, i, add(load(out, i), f32(1))),
        ),
      ),
    );
    stays(
      inLoop((b, i, v) => b.if(gt(v, f32(0)), (yes) => yes.serial(3, (inner) => inner.store(out, i, v)))),
    );
  });

  test("of functions with more than 220 operations, those of their callees included", () => {
    const [longest, tooLong] = [chain("longest", 220), chain("tooLong", 221)];
    stays(elementwise((v) => call(tooLong, v), tooLong));
    expect(inlineFunctions(elementwise((v) => call(longest, v), longest)).functions).toEqual([]);
    const v = variable("float32");
    const caller = functionOf("caller", v, add(call(longest, v), f32(1)), [longest]);
    const after = inlineFunctions(elementwise((each) => call(caller, each), longest, caller));
    expect(after.functions).toEqual([longest, caller]);
  });

  test("of functions whose branches have that many, either of them", () => {
    for (const side of ["yes", "no"] as const) {
      const v = variable("float32");
      const b = new BlockBuilder();
      const result = b.local(v);
      const long = (branch: BlockBuilder): void => {
        for (let k = 0; k < 221; k++) branch.assign(result, mul(result, v));
      };
      const none = (): void => {};
      b.if(gt(v, f32(0)), side === "yes" ? long : none, side === "no" ? long : none);
      const branching = { ...functionOf("branching", v, result), body: b.finish() };
      stays(elementwise((each) => call(branching, each), branching));
    }
  });

  test("of functions with loops or tables", () => {
    const v = variable("float32");
    const turning = new BlockBuilder();
    const total = turning.local(v);
    turning.serial(3, (inner) => inner.assign(total, mul(total, v)));
    const withLoop = { ...functionOf("turning", v, total), body: turning.finish() };
    stays(elementwise((each) => call(withLoop, each), withLoop));
    const table = {
      id: freshId(),
      dtype: "float32",
      size: 2,
      role: "constant",
      values: Float32Array.of(1, 2),
    } as const;
    const withTable = { ...functionOf("lookup", v, add(v, load(table, i32(1)))), constants: [table] };
    stays(elementwise((each) => call(withTable, each), withTable));
  });

  test("in the test of a while loop", () => {
    const given = program(
      (b) => {
        const v = b.local(load(x, i32(0)));
        b.while(
          () => lt(call(short, v), f32(100)),
          (inner) => inner.assign(v, add(call(short, v), f32(1))),
        );
        b.store(out, i32(0), v);
      },
      [short],
    );
    const after = inlineFunctions(given);
    expect(statementsOf(after)).toMatchInlineSnapshot(`
      let v0: f32 = input0[0]
      while {
        break unless (f0_short(v0) < 100f32)
        let v1: f32 = (v0 * (v0 + 1f32))
        v0 = (v1 + 1f32)
      }
      output0[0] = v0
    `);
    expect(after.functions).toEqual([short]);
  });

  test("once 20,000 operations have been added, so that a long program compiles in linear time", () => {
    const hundred = chain("hundred", 100);
    const given = program(
      (b) => {
        for (let n = 0; n < 250; n++) {
          b.loop(8, (inner, i) => inner.store(out, i, call(hundred, load(x, i))));
        }
      },
      [hundred],
    );
    const after = inlineFunctions(given);
    const loops = after.body.body.flatMap((each) => (each.kind === "loop" ? [each.body.body.length] : []));
    expect(loops.filter((length) => length > 1)).toHaveLength(200);
    expect(after.functions).toEqual([hundred]);
  });
});

test("no output changes by a bit in random loops, a third of which have short calls", () => {
  let inlined = 0;
  const loops = 90;
  for (let seed = 0; seed < loops; seed++) {
    const { program: given, inputs } = randomLoop(seed, 5);
    const before = expandFunctions(given);
    const after = inlineFunctions(before);
    if (after === before) continue;
    inlined++;
    expectSameBehaviour(`seed ${seed}`, behaviourOf(after, inputs), behaviourOf(before, inputs));
  }
  expect(inlined).toBeGreaterThan(loops / 3);
});
