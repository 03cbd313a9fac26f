/** Innermost loops whose turns are independent do several turns at once: groups of lanes, then what is left over. */
import { describe, expect, test } from "vitest";
import { inlineFunctions } from "../../../src/compiler/inline-functions.js";
import { expandFunctions } from "../../../src/compiler/intrinsics/expand.js";
import { vectorize } from "../../../src/compiler/vectorize.js";
import { BlockBuilder } from "../../../src/ir/block-builder.js";
import {
  add,
  call,
  f32,
  gt,
  i32,
  laneIndex,
  load,
  lt,
  mul,
  rem,
  shl,
  sub,
  variable,
} from "../../../src/ir/expr.js";
import { interpret } from "../../../src/ir/interpret.js";
import type { Expr, LoopKind, Program } from "../../../src/ir/loop-ir.js";
import { randomLoop } from "../random-loop.js";
import {
  behaviourOf,
  expectSameBehaviour,
  functionOf,
  input,
  output,
  programOf,
  statementsIn,
  statementsOf,
} from "./programs.js";

const x = input("float32", 64);
const y = input("int32", 64);
const out = output("float32", 64);
const program = (write: (b: BlockBuilder) => void): Program => programOf([x, y], [out], write);
const wide = (given: Program): string => statementsOf(vectorize(given, 4));

type Body = (b: BlockBuilder, i: Expr) => void;
const loop = (extent: number, body: Body, kind: LoopKind["kind"] = "parallel"): Program =>
  program((b) => b.loop(extent, body, kind));

describe("a loop whose turns are independent", () => {
  const body: Body = (b, i) => b.store(out, i, add(load(x, i), f32(1)));

  test("does four turns at once, and those left over one by one", () => {
    expect(statementsOf(loop(10, body))).toMatchInlineSnapshot(`
      parallel v0 < 10 {
        output0[v0] = (input0[v0] + 1f32)
      }
    `);
    expect(wide(loop(10, body))).toMatchInlineSnapshot(`
      parallel v0 < 2 {
        let v1: i32 = (v0 * 4)
        output0[v1] = (input0:x4[v1] + 1f32)
      }
      parallel v2 < 2 {
        let v1: i32 = (8 + v2)
        output0[v1] = (input0[v1] + 1f32)
      }
    `);
  });

  test("has no loop for turns left over where there are none, and none of groups below four turns", () => {
    expect(wide(loop(8, body))).toMatchInlineSnapshot(`
      parallel v0 < 2 {
        let v1: i32 = (v0 * 4)
        output0[v1] = (input0:x4[v1] + 1f32)
      }
    `);
    expect(wide(loop(3, body))).toBe(statementsOf(loop(3, body)));
  });

  test("finds its groups at run time where its extent is known only then", () => {
    const n = variable("int32");
    const given: Program = { ...program((b) => b.loop(n, body)), parameters: [n] };
    expect(statementsOf(vectorize(given, 4))).toMatchInlineSnapshot(`
      {
        let v1: i32 = v0
        let v2: i32 = (v1 / 4)
        parallel v3 < v2 {
          let v4: i32 = (v3 * 4)
          output0[v4] = (input0:x4[v4] + 1f32)
        }
        parallel v5 < (v1 - (v2 * 4)) {
          let v4: i32 = ((v2 * 4) + v5)
          output0[v4] = (input0[v4] + 1f32)
        }
      }
    `);
    const values = Float32Array.from({ length: 64 }, (_, i) => i);
    for (let count = 0; count < 14; count++) {
      const expected = behaviourOf(given, [values, new Int32Array(64)], [count]);
      const actual = behaviourOf(vectorize(given, 4), [values, new Int32Array(64)], [count]);
      expectSameBehaviour(`${count} turns`, actual, expected);
    }
  });

  test("reads and writes what does not lie side by side lane by lane, and spreads what all turns share", () => {
    const given = loop(8, (b, i) => {
      const shared = b.local(load(x, i32(7)));
      b.store(out, mul(i, i32(2)), mul(shared, load(x, sub(i32(20), i))));
    });
    expect(wide(given)).toMatchInlineSnapshot(`
      parallel v0 < 2 {
        let v1: i32 = (v0 * 4)
        let v2: f32x4 = splat:f32x4(input0[7])
        output0[((v1 * 2) + (laneIndex:i32x4 * 2))] = (v2 * input0:x4[((20 - v1) + (laneIndex:i32x4 * -1))])
      }
    `);
  });

  test("with accumulators does eight turns at once, while they fit the registers, then four, then one", () => {
    const given = loop(
      13,
      (b, i) => {
        const total = b.local(f32(0));
        b.serial(3, (inner, k) => inner.assign(total, add(total, load(x, add(i, mul(k, i32(16)))))));
        b.store(out, i, total);
      },
      "vector",
    );
    expect(wide(given)).toMatchInlineSnapshot(`
      vector v0 < 1 {
        let v1: i32 = (v0 * 8)
        let v2: f32x8 = splat:f32x8(0f32)
        serial v3 < 3 {
          v2 = (v2 + input0:x8[(v1 + (v3 * 16))])
        }
        output0[v1] = v2
      }
      vector v4 < 1 {
        let v1: i32 = (8 + (v4 * 4))
        let v5: f32x4 = splat:f32x4(0f32)
        serial v3 < 3 {
          v5 = (v5 + input0:x4[(v1 + (v3 * 16))])
        }
        output0[v1] = v5
      }
      vector v6 < 1 {
        let v1: i32 = (12 + v6)
        let v7: f32 = 0f32
        serial v3 < 3 {
          v7 = (v7 + input0[(v1 + (v3 * 16))])
        }
        output0[v1] = v7
      }
    `);
  });

  test("spreads what all turns share where it is declared, also where it is written as it is", () => {
    const given = loop(4, (b, i) => b.store(out, i, b.local(load(x, i32(7)))));
    expect(wide(given)).toMatchInlineSnapshot(`
      parallel v0 < 1 {
        let v1: i32 = (v0 * 4)
        let v2: f32x4 = splat:f32x4(input0[7])
        output0[v1] = v2
      }
    `);
  });

  test("knows a shift by a constant for a product", () => {
    const given = loop(4, (b, i) => b.store(out, shl(mul(i, i32(3)), i32(2)), load(x, i)));
    expect(wide(given)).toContain("(laneIndex:i32x4 * 12))] = input0:x4[v1]");
  });

  test.each([
    [4, 8],
    [5, 4],
  ])("with %i accumulators does %i turns at once", (count, lanes) => {
    const given = loop(16, (b, i) => {
      const totals = Array.from({ length: count }, () => b.local(f32(0)));
      b.serial(3, (inner, k) => {
        for (const total of totals) inner.assign(total, add(total, load(x, add(i, mul(k, i32(16))))));
      });
      b.store(out, i, totals.reduce<Expr>(add, f32(0)));
    });
    const widths = statementsIn(vectorize(given, 4).body).flatMap((each) =>
      each.kind === "store" ? [each.value.lanes] : [],
    );
    expect(widths).toEqual([lanes]);
  });

  test("finds what varies by way of a later assignment in a loop that comes round", () => {
    const given = loop(8, (b, i) => {
      const [v, last] = [b.local(f32(0)), b.local(f32(0))];
      b.serial(2, (inner) => {
        inner.assign(last, v);
        inner.assign(v, load(x, i));
      });
      b.store(out, i, last);
    });
    const values = Float32Array.from({ length: 64 }, (_, i) => i + 1);
    const [written] = behaviourOf(vectorize(given, 4), [values, new Int32Array(64)]).outputs;
    expect(written.slice(0, 8)).toEqual(values.slice(0, 8));
  });

  test("around another such loop stays: the inner one is widened", () => {
    const given = program((b) =>
      b.loops([4, 8], (inner, [i, j]) => {
        const at = add(mul(i, i32(8)), j);
        inner.store(out, at, load(x, at));
      }),
    );
    expect(wide(given)).toMatchInlineSnapshot(`
      parallel v0 < 4 {
        parallel v1 < 2 {
          let v2: i32 = (v1 * 4)
          %0: i32 = ((v0 * 8) + v2)
          output0[%0] = input0:x4[%0]
        }
      }
    `);
  });

  test("around a block with another such loop stays, too", () => {
    const given = loop(4, (b, i) =>
      b.block("inner", (block) =>
        block.loop(8, (inner, j) => {
          const at = add(mul(i, i32(8)), j);
          inner.store(out, at, load(x, at));
        }),
      ),
    );
    expect(wide(given)).toMatchInlineSnapshot(`
      parallel v0 < 4 {
        { // inner
          parallel v1 < 2 {
            let v2: i32 = (v1 * 4)
            %0: i32 = ((v0 * 8) + v2)
            output0[%0] = input0:x4[%0]
          }
        }
      }
    `);
  });
});

test("in a wide function numbers are spread where they are declared, and are scalars too where scalars read them", () => {
  const v = variable("float32");
  const b = new BlockBuilder();
  const three = b.local(f32(3));
  const four = b.local(add(three, f32(1)));
  const line = { ...functionOf("line", v, mul(mul(v, three), four)), body: b.finish() };
  const given: Program = {
    ...loop(8, (inner, i) => inner.store(out, i, call(line, load(x, i)))),
    functions: [line],
  };
  const after = vectorize(given, 4);
  const wideLine = after.functions.find(({ name }) => name === "line_x4");
  const locals = wideLine?.body.body.flatMap((each) => (each.kind === "local" ? [each.variable.lanes] : []));
  expect(locals).toEqual([1, 4, 4]);
  const inputs = [Float32Array.from({ length: 64 }, (_, i) => i / 7), new Int32Array(64)];
  expectSameBehaviour("line", behaviourOf(after, inputs), behaviourOf(given, inputs));
});

describe("turns that part ways", () => {
  test("go both ways under a mask, each where anybody goes", () => {
    const given = loop(4, (b, i) => {
      const v = b.local(load(x, i));
      b.if(
        gt(v, f32(0)),
        (yes) => yes.assign(v, mul(v, f32(2))),
        (no) => no.assign(v, load(x, add(i, i32(1)))),
      );
      b.store(out, i, v);
    });
    expect(wide(given)).toMatchInlineSnapshot(`
      parallel v0 < 1 {
        let v1: i32 = (v0 * 4)
        let v2: f32x4 = input0:x4[v1]
        let v3: boolx4 = (v2 > 0f32)
        if any(v3) {
          v2 = (v3 ? (v2 * 2f32) : v2)
        }
        let v4: boolx4 = not(v3)
        if any(v4) {
          v2 = (v4 ? input0:x4[(v4 ? ((v1 + 1) + laneIndex:i32x4) : 0)] : v2)
        }
        output0[v1] = v2
      }
    `);
  });

  test("do not ask for the way on which nothing is done", () => {
    const given = loop(4, (b, i) => {
      const v = b.local(load(x, i));
      b.if(gt(v, f32(0)), (yes) => yes.assign(v, mul(v, f32(2))));
      b.store(out, i, v);
    });
    const tests = statementsIn(vectorize(given, 4).body).flatMap((each) =>
      each.kind === "if" ? [each.test] : [],
    );
    expect(tests).toMatchObject([{ kind: "any", lanes: 1, x: { lanes: 4 } }]);
  });

  test("stay in a while loop until the last of them is done", () => {
    const given = loop(4, (b, i) => {
      const v = b.local(load(x, i));
      b.while(
        () => lt(v, f32(100)),
        (inner) => inner.assign(v, mul(v, f32(2))),
      );
      b.store(out, i, v);
    });
    expect(wide(given)).toMatchInlineSnapshot(`
      parallel v0 < 1 {
        let v1: i32 = (v0 * 4)
        let v2: f32x4 = input0:x4[v1]
        let v3: boolx4 = true
        while {
          v3 = (v3 & (v2 < 100f32))
          break unless any(v3)
          v2 = (v3 ? (v2 * 2f32) : v2)
        }
        output0[v1] = v2
      }
    `);
    const values = Float32Array.from({ length: 64 }, (_, i) => i + 1);
    expect(interpret(vectorize(given, 4), [values, new Int32Array(64)])[0].slice(0, 4)).toEqual(
      Float32Array.of(128, 128, 192, 128),
    );
  });

  test("do not where the condition is the same for all: no mask", () => {
    const given = loop(4, (b, i) => {
      const v = b.local(load(x, i));
      b.if(gt(load(x, i32(0)), f32(0)), (yes) => yes.store(out, i, v));
    });
    expect(wide(given)).toMatchInlineSnapshot(`
      parallel v0 < 1 {
        let v1: i32 = (v0 * 4)
        let v2: f32x4 = input0:x4[v1]
        if (input0[0] > 0f32) {
          output0[v1] = v2
        }
      }
    `);
  });
});

describe("a loop stays as it is", () => {
  const stays = (given: Program): void => expect(wide(given)).toBe(statementsOf(given));
  const plain: Body = (b, i) => b.store(out, i, load(x, i));

  test("that must keep its order", () => {
    for (const kind of ["serial", "reduce", "unroll"] as const) stays(loop(8, plain, kind));
    stays(loop(8, (b, i) => b.store(out, add(i, i32(1)), load(out, i)), "serial"));
  });

  test("on a target of one lane", () => {
    const given = loop(8, plain);
    expect(vectorize(given, 1)).toBe(given);
  });

  test("that assigns to a variable from outside", () => {
    stays(
      program((b) => {
        const last = b.local(f32(0));
        b.loop(8, (inner, i) => inner.assign(last, load(x, i)));
        b.store(out, i32(0), last);
      }),
    );
  });

  test("that writes where only some turns write", () => {
    stays(loop(8, (b, i) => b.if(gt(load(x, i), f32(0)), (yes) => yes.store(out, i, f32(1)))));
  });

  test("whose turns all write one element: the last must win", () => {
    const square = (v: Expr): Expr => mul(v, v);
    stays(loop(8, (b, i) => b.store(out, i32(3), square(square(square(load(x, i)))))));
  });

  test("with loops of different lengths in its turns", () => {
    stays(
      loop(8, (b, i) => {
        const total = b.local(f32(0));
        b.loop(load(y, i), (inner, k) => inner.assign(total, add(total, load(x, k))), "serial");
        b.store(out, i, total);
      }),
    );
  });

  test("with memory of its own, swaps, or calls of the host", () => {
    stays(
      loop(8, (b, i) => {
        const t = b.temp("float32", 1);
        b.store(t, i32(0), load(x, i));
        b.store(out, i, load(t, i32(0)));
      }),
    );
    stays(
      loop(8, (b, i) => {
        plain(b, i);
        b.push({ kind: "host", callback: 0, operands: [{ buffer: x, offset: i, size: 1 }] });
      }),
    );
    stays(
      program((b) => {
        const [s, t] = [b.temp("float32", 8), b.temp("float32", 8)];
        b.loop(8, (inner, i) => {
          inner.store(s, i, load(x, i));
          inner.push({ kind: "swap", x: s, y: t });
        });
      }),
    );
  });

  test("with memory of its own, in which turns at once would meet", () => {
    stays(
      loop(8, (b, i) => {
        const t = b.temp("float32", 16);
        const total = b.local(f32(0));
        b.serial(3, (inner, k) => inner.store(t, add(i, k), mul(load(x, i), f32(3))));
        b.serial(3, (inner, k) => inner.assign(total, add(total, load(t, add(i, k)))));
        b.store(out, i, total);
      }),
    );
  });

  test("that writes a vector", () => {
    stays(
      program((b) => {
        const four = b.local(load(x, laneIndex(4)));
        b.loop(8, (inner, i) => {
          inner.store(out, add(i, i32(32)), mul(add(load(x, i), f32(1)), f32(2)));
          inner.store(out, mul(i, i32(4)), four);
        });
      }),
    );
  });

  test("most of which vectors have no instructions for", () => {
    const remainders = output("int32", 64);
    const given = programOf([y], [remainders], (b) =>
      b.loop(8, (inner, i) => inner.store(remainders, i, rem(i32(1000), rem(load(y, i), i32(7))))),
    );
    stays(given);
  });
});

test("no output changes by a bit in random loops, for every number of turns left over and for 4, 8 and 16 lanes", () => {
  let masked = 0;
  let loops = 0;
  for (let seed = 0; seed < 45; seed++) {
    const lanes = [4, 4, 4, 8, 16][seed % 5];
    const { program: given, inputs } = randomLoop(seed, 4 + (seed % 17));
    const expanded = expandFunctions(given);
    const before = seed % 2 === 0 ? expanded : inlineFunctions(expanded);
    const after = vectorize(before, lanes);
    expectSameBehaviour(`seed ${seed}`, behaviourOf(after, inputs), behaviourOf(before, inputs));
    // The last loop is the random one; those before it fill the outputs.
    const statements = statementsIn({ ...after.body, body: after.body.body.slice(-2) });
    if (statements.some((each) => each.kind === "store" && each.value.lanes > 1)) loops++;
    if (statements.some((each) => each.kind === "if" && each.test.kind === "any")) masked++;
  }
  expect(loops).toBeGreaterThan(15);
  expect(masked).toBeGreaterThan(5);
});
