/** Loop invariants in LoopIR: nests that a loop repeats to the bit are run once, before it. */
import { describe, expect, test } from "vitest";
import { hoist } from "../../../src/compiler/hoist.js";
import type { BlockBuilder } from "../../../src/ir/block-builder.js";
import { add, f32, i32, load, lt, mul } from "../../../src/ir/expr.js";
import type { Buffer, Expr, Program } from "../../../src/ir/loop-ir.js";
import { randomProgram } from "../random-program.js";
import { behaviourOf, expectSameBehaviour, input, output, programOf, statementsOf } from "./programs.js";

const x = input("float32", 4);
const y = input("float32", 4);
const out = output("float32", 4);
const program = (write: (b: BlockBuilder) => void): Program => programOf([x, y], [out], write);

const fill = (b: BlockBuilder, to: Buffer, value: (i: Expr) => Expr): void =>
  b.loop(4, (inner, i) => inner.store(to, i, value(i)));
const at = (buffer: Buffer, i: Expr): Expr => load(buffer, i);
const zero = i32(0);

/** A loop in which a temp is filled with `value`, and added to the output. */
const accumulating = (value: (i: Expr, turn: Expr) => Expr): Program =>
  program((b) => {
    fill(b, out, () => f32(0));
    b.serial(3, (inner, turn) => {
      const t = inner.temp("float32", 4);
      fill(inner, t, (i) => value(i, turn));
      fill(inner, out, (i) => add(at(out, i), at(t, i)));
    });
  });

const stays = (given: Program): void => {
  expect(hoist(given)).toBe(given);
};

describe("a nest whose operands the loop leaves as they are", () => {
  test("moves before the loop, with the temp that it fills", () => {
    const before = accumulating((i) => mul(at(x, i), f32(2)));
    expect(statementsOf(before)).toMatchInlineSnapshot(`
      parallel v0 < 4 {
        output0[v0] = 0f32
      }
      serial v1 < 3 {
        temp0: f32[4]
        parallel v2 < 4 {
          temp0[v2] = (input0[v2] * 2f32)
        }
        parallel v3 < 4 {
          output0[v3] = (output0[v3] + temp0[v3])
        }
      }
    `);
    const after = hoist(before);
    expect(statementsOf(after)).toMatchInlineSnapshot(`
      parallel v0 < 4 {
        output0[v0] = 0f32
      }
      {
        temp0: f32[4]
        { // hoisted
          parallel v1 < 4 {
            temp0[v1] = (input0[v1] * 2f32)
          }
        }
        serial v2 < 3 {
          parallel v3 < 4 {
            output0[v3] = (output0[v3] + temp0[v3])
          }
        }
      }
    `);
    expectSameBehaviour(
      "hoisted",
      behaviourOf(after, [Float32Array.of(1, 2, 3, 4), new Float32Array(4)]),
      behaviourOf(before, [Float32Array.of(1, 2, 3, 4), new Float32Array(4)]),
    );
  });

  test("takes along what is made of it, and leaves the rest", () => {
    const before = program((b) =>
      b.serial(3, (inner, turn) => {
        const [s, t, u] = [inner.temp("float32", 4), inner.temp("float32", 4), inner.temp("float32", 4)];
        fill(inner, s, (i) => add(at(x, i), f32(1)));
        fill(inner, t, (i) => mul(at(s, i), at(y, i)));
        fill(inner, u, (i) => mul(at(t, i), at(x, turn)));
        fill(inner, out, (i) => at(u, i));
      }),
    );
    expect(statementsOf(hoist(before))).toMatchInlineSnapshot(`
      {
        temp0: f32[4]
        temp1: f32[4]
        { // hoisted
          parallel v0 < 4 {
            temp0[v0] = (input0[v0] + 1f32)
          }
          parallel v1 < 4 {
            temp1[v1] = (temp0[v1] * input1[v1])
          }
        }
        serial v2 < 3 {
          temp2: f32[4]
          parallel v3 < 4 {
            temp2[v3] = (temp1[v3] * input0[v2])
          }
          parallel v4 < 4 {
            output0[v4] = temp2[v4]
          }
        }
      }
    `);
  });

  test("leaves two loops, one inside the other", () => {
    const before = program((b) =>
      b.serial(3, (outer) =>
        outer.serial(2, (inner) => {
          const t = inner.temp("float32", 4);
          fill(inner, t, (i) => mul(at(x, i), f32(2)));
          fill(inner, out, (i) => at(t, i));
        }),
      ),
    );
    expect(statementsOf(hoist(before))).toMatchInlineSnapshot(`
      {
        temp0: f32[4]
        { // hoisted
          parallel v0 < 4 {
            temp0[v0] = (input0[v0] * 2f32)
          }
        }
        serial v1 < 3 {
          {
            { // hoisted
            }
            serial v2 < 2 {
              parallel v3 < 4 {
                output0[v3] = temp0[v3]
              }
            }
          }
        }
      }
    `);
  });

  test("leaves a block that it stands in, and a while loop", () => {
    const before = program((b) => {
      const turn = b.local(zero);
      b.while(
        () => lt(turn, i32(3)),
        (inner) => {
          inner.block("dot_general", (block) => {
            const packed = block.temp("float32", 4);
            fill(block, packed, (i) => at(x, i));
            fill(block, out, (i) => at(packed, i));
          });
          inner.assign(turn, add(turn, i32(1)));
        },
      );
    });
    expect(statementsOf(hoist(before))).toMatchInlineSnapshot(`
      let v0: i32 = 0
      {
        temp0: f32[4]
        { // hoisted
          parallel v1 < 4 {
            temp0[v1] = input0[v1]
          }
        }
        while {
          break unless (v0 < 3)
          { // dot_general
            parallel v2 < 4 {
              output0[v2] = temp0[v2]
            }
          }
          v0 = (v0 + 1)
        }
      }
    `);
  });
});

test("turns that are independent are programs too if they have memory of their own, be it one buffer", () => {
  const after = hoist(
    program((b) =>
      b.loop(4, (inner, turn) => {
        const t = inner.temp("float32", 4);
        fill(inner, t, (i) => mul(at(x, i), f32(2)));
        inner.store(out, turn, at(t, turn));
      }),
    ),
  );
  expect(statementsOf(after)).toMatchInlineSnapshot(`
    {
      temp0: f32[4]
      { // hoisted
        parallel v0 < 4 {
          temp0[v0] = (input0[v0] * 2f32)
        }
      }
      parallel v1 < 4 {
        output0[v1] = temp0[v1]
      }
    }
  `);
});

describe("inside stays", () => {
  test("what reads the index of the loop", () => stays(accumulating((i, turn) => at(x, add(i, turn)))));

  test("what reads a buffer that the loop writes", () => stays(accumulating((i) => at(out, i))));

  test("what reads a local of the turn", () => {
    stays(
      program((b) =>
        b.serial(3, (inner, turn) => {
          const v = inner.local(at(x, turn));
          const t = inner.temp("float32", 4);
          fill(inner, t, () => v);
          fill(inner, out, (i) => at(t, i));
        }),
      ),
    );
  });

  test("what reads a variable from outside that the loop assigns to", () => {
    const given = program((b) => {
      const v = b.local(f32(1));
      b.serial(3, (inner) => {
        const t = inner.temp("float32", 4);
        fill(inner, t, () => v);
        fill(inner, out, (i) => at(t, i));
        inner.assign(v, add(v, f32(1)));
      });
    });
    stays(given);
    expect(behaviourOf(hoist(given), [new Float32Array(4), new Float32Array(4)]).outputs).toEqual([
      Float32Array.of(3, 3, 3, 3),
    ]);
  });

  test("what reads a temp of the turn that is filled from the turn", () => {
    stays(
      program((b) =>
        b.serial(3, (inner, turn) => {
          const [s, t] = [inner.temp("float32", 4), inner.temp("float32", 4)];
          fill(inner, s, () => at(x, turn));
          fill(inner, t, (i) => at(s, i));
          fill(inner, out, (i) => at(t, i));
        }),
      ),
    );
  });

  test("what fills a temp that another statement writes too", () => {
    stays(
      program((b) =>
        b.serial(3, (inner, turn) => {
          const t = inner.temp("float32", 4);
          fill(inner, t, (i) => at(x, i));
          inner.store(t, turn, f32(0));
          fill(inner, out, (i) => at(t, i));
        }),
      ),
    );
  });

  test("what fills a buffer that outlives the turn", () => {
    stays(program((b) => b.serial(3, (inner) => fill(inner, out, (i) => at(x, i)))));
  });

  test("what fills a temp that is swapped", () => {
    stays(
      program((b) => {
        const s = b.temp("float32", 4);
        fill(b, s, () => f32(0));
        b.serial(3, (inner) => {
          const t = inner.temp("float32", 4);
          fill(inner, t, (i) => at(x, i));
          inner.push({ kind: "swap", x: s, y: t });
          fill(inner, out, (i) => add(at(s, i), at(t, i)));
        });
      }),
    );
  });

  test("a nest that calls the host, or swaps", () => {
    stays(
      program((b) =>
        b.serial(3, (inner) => {
          const t = inner.temp("float32", 4);
          inner.serial(2, (body) => {
            body.store(t, zero, at(x, zero));
            body.push({ kind: "host", callback: 0, operands: [{ buffer: x, offset: zero, size: 4 }] });
          });
          inner.store(out, zero, at(t, zero));
        }),
      ),
    );
    stays(
      program((b) =>
        b.serial(3, (inner) => {
          const [s, t] = [inner.temp("float32", 4), inner.temp("float32", 4)];
          inner.serial(2, (body) => {
            body.store(s, zero, at(x, zero));
            body.store(t, zero, at(x, zero));
            body.push({ kind: "swap", x: s, y: t });
          });
          inner.store(out, zero, at(t, zero));
        }),
      ),
    );
  });

  test("a nest that assigns to a variable of the turn", () => {
    stays(
      program((b) =>
        b.serial(3, (inner) => {
          const total = inner.local(f32(0));
          const t = inner.temp("float32", 4);
          inner.serial(4, (body, i) => {
            body.assign(total, add(total, at(x, i)));
            body.store(t, i, total);
          });
          fill(inner, out, (i) => add(at(t, i), total));
        }),
      ),
    );
  });

  test("what a condition guards: no turn may come to it", () => {
    stays(
      program((b) =>
        b.serial(3, (inner, turn) =>
          inner.if(lt(at(x, turn), f32(0)), (yes) => {
            const t = yes.temp("float32", 4);
            fill(yes, t, (i) => at(y, i));
            fill(yes, out, (i) => at(t, i));
          }),
        ),
      ),
    );
  });

  test("all of a while loop that turns on what it computes", () => {
    stays(
      program((b) =>
        b.while(
          () => lt(at(out, zero), f32(3)),
          (inner) => fill(inner, out, (i) => add(at(out, i), f32(1))),
        ),
      ),
    );
  });

  test("single statements: they are sooner computed than loaded", () => {
    stays(
      program((b) =>
        b.serial(3, (inner) => {
          const t = inner.temp("float32", 1);
          inner.store(t, zero, add(at(x, zero), f32(1)));
          fill(inner, out, () => at(t, zero));
        }),
      ),
    );
  });
});

test("no output and no call of the host changes by a bit in random programs, a third of which have invariants", () => {
  let moved = 0;
  const programs = 90;
  for (let seed = 0; seed < programs; seed++) {
    const { program: given, inputs, parameters } = randomProgram(seed, 2);
    const after = hoist(given);
    if (after === given) continue;
    moved++;
    expectSameBehaviour(
      `seed ${seed}`,
      behaviourOf(after, inputs, parameters),
      behaviourOf(given, inputs, parameters),
    );
  }
  expect(moved).toBeGreaterThan(programs / 4);
});
