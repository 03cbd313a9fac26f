/** Elementary functions and fused multiply-adds become calls of LoopIR functions. */
import { describe, expect, test } from "vitest";
import { expandFunctions, expandIntrinsics } from "../../../src/compiler/intrinsics/expand.js";
import { add, call, f32, f64, fma, i32, intrinsic, load, lt, mul, variable } from "../../../src/ir/expr.js";
import { interpret } from "../../../src/ir/interpret.js";
import type { Expr, Program } from "../../../src/ir/loop-ir.js";
import { randomLoop } from "../random-loop.js";
import { generator, randomArray } from "../random-program.js";
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
const elementwise = (value: (x: Expr) => Expr): Program =>
  programOf([x], [out], (b) => b.loop(8, (inner, i) => inner.store(out, i, value(load(x, i)))));

const namesOf = ({ functions }: Program): readonly string[] => functions.map(({ name }) => name);

describe("an elementary function", () => {
  test("becomes a call, and the program has the function", () => {
    const before = elementwise((v) => intrinsic("exp", intrinsic("log", v)));
    expect(statementsOf(before)).toMatchInlineSnapshot(`
      parallel v0 < 8 {
        output0[v0] = exp(log(input0[v0]))
      }
    `);
    expect(statementsOf(expandIntrinsics(before))).toMatchInlineSnapshot(`
      parallel v0 < 8 {
        output0[v0] = f1_exp_float32(f0_log_float32(input0[v0]))
      }
    `);
    expect(namesOf(expandIntrinsics(before))).toEqual(["log_float32", "exp_float32"]);
  });

  test("is the one of its operand's dtype", () => {
    const wide = [input("float64", 2), output("float64", 2)];
    const before = programOf([wide[0]], [wide[1]], (b) =>
      b.store(wide[1], i32(0), intrinsic("exp", load(wide[0], i32(0)))),
    );
    expect(namesOf(expandIntrinsics(before))).toEqual(["exp_float64"]);
  });

  test("comes after the functions that it calls, each of them once", () => {
    const { functions } = expandFunctions(elementwise((v) => intrinsic("erfInv", intrinsic("exp", v))));
    const seen = new Set<unknown>();
    for (const fn of functions) {
      for (const callee of fn.calls) expect(seen, `${fn.name} calls ${callee.name}`).toContain(callee);
      expect(seen).not.toContain(fn);
      seen.add(fn);
    }
    expect(functions.length).toBeGreaterThan(3);
  });

  test("brings its tables, once", () => {
    const { constants } = expandIntrinsics(
      elementwise((v) => add(intrinsic("tan", v), intrinsic("tan", add(v, f32(1))))),
    );
    expect(constants).toHaveLength(1);
  });

  test("that two expressions share stays one call in the text", () => {
    const before = elementwise((v) => {
      const shared = intrinsic("exp", v);
      return mul(shared, shared);
    });
    expect(statementsOf(expandIntrinsics(before))).toMatchInlineSnapshot(`
      parallel v0 < 8 {
        %0: f32 = f0_exp_float32(input0[v0])
        output0[v0] = (%0 * %0)
      }
    `);
  });

  test("is found in tests, assignments and bodies of branches and loops", () => {
    const before = programOf([x], [out], (b) => {
      const v = b.local(intrinsic("sin", load(x, i32(0))));
      b.serial(3, (inner) =>
        inner.if(
          lt(intrinsic("log", v), f32(0)),
          (yes) => yes.assign(v, intrinsic("cos", v)),
          (no) => no.store(out, i32(0), intrinsic("tanh", v)),
        ),
      );
    });
    expect(namesOf(expandIntrinsics(before))).toEqual(
      expect.arrayContaining(["sin_float32", "cos_float32", "tanh_float32", "log_float32"]),
    );
  });
});

describe("a fused multiply-add", () => {
  test("of float32 becomes a call in doubles where the target has none", () => {
    const before = elementwise((v) => fma(v, f32(3), f32(1)));
    expect(statementsOf(expandFunctions(before))).toMatchInlineSnapshot(`
      parallel v0 < 8 {
        output0[v0] = f0_fma_float32(input0[v0], 3f32, 1f32)
      }
    `);
    expect(namesOf(expandFunctions(before))).toEqual(["fma_float32_to_odd", "fma_float32"]);
  });

  test("is left to a target that has it, and so is that of float64", () => {
    const single = elementwise((v) => fma(v, f32(3), f32(1)));
    expect(expandIntrinsics(single)).toBe(single);
    const [from, to] = [input("float64", 1), output("float64", 1)];
    const double = programOf([from], [to], (b) =>
      b.store(to, i32(0), fma(load(from, i32(0)), f64(3), f64(1))),
    );
    expect(expandFunctions(double)).toBe(double);
  });

  test("keeps every bit, where doubles round twice too", () => {
    const size = 2000;
    const operands = [input("float32", size), input("float32", size), input("float32", size)];
    const result = output("float32", size);
    const given = programOf(operands, [result], (b) =>
      b.loop(size, (inner, i) => {
        const [a, c, d] = operands.map((each) => load(each, i));
        inner.store(result, i, fma(a, c, d));
      }),
    );
    const random = generator(1);
    const [a, c, d] = operands.map(() => randomArray("float32", size, random));
    // d + 2^-24 - 2^-70: just below halfway between two floats, where the nearest double lies.
    for (let i = 0; i < 400; i++) {
      a[i] = (i % 2 === 0 ? 1 : -1) * (1 + 2 ** -23);
      c[i] = 2 ** -24 * (1 - 2 ** -23);
      d[i] = 1 + i * 2 ** -23;
    }
    expectSameBehaviour(
      "fused",
      behaviourOf(expandFunctions(given), [a, c, d]),
      behaviourOf(given, [a, c, d]),
    );
    const twice = Float32Array.from(a, (value, i) => Math.fround(value * c[i] + d[i]));
    const once = interpret(given, [a, c, d])[0];
    expect(twice.filter((value, i) => !Object.is(value, once[i])).length).toBeGreaterThan(100);
  });
});

test("what a function computes with them is expanded once, however often it is called", () => {
  const v = variable("float32");
  const line = functionOf("line", v, fma(v, f32(3), f32(1)));
  const twice = elementwise((each) => add(call(line, each), call(line, mul(each, f32(2)))));
  const given: Program = { ...twice, functions: [line] };
  const after = expandFunctions(given);
  expect(namesOf(after)).toEqual(["fma_float32_to_odd", "fma_float32", "line"]);
  const values = Float32Array.from({ length: 8 }, (_, i) => i / 7);
  expectSameBehaviour("expanded", behaviourOf(after, [values]), behaviourOf(given, [values]));
});

test("functions that share an expression both name what it calls", () => {
  const v = variable("float32");
  const shared = fma(v, f32(3), f32(1));
  const [f, g] = [functionOf("f", v, add(shared, f32(1))), functionOf("g", v, mul(shared, f32(2)))];
  const both = elementwise((each) => add(call(f, each), call(g, each)));
  const { functions } = expandFunctions({ ...both, functions: [f, g] });
  const callees = (name: string) => functions.find((fn) => fn.name === name)?.calls.map((fn) => fn.name);
  expect([callees("f"), callees("g")]).toEqual([["fma_float32"], ["fma_float32"]]);
});

test("a program without either is left as it is", () => {
  const given = elementwise((v) => add(v, f32(1)));
  expect(expandIntrinsics(given)).toBe(given);
  expect(expandFunctions(given)).toBe(given);
});

test("fused multiply-adds keep every bit in random loops, and in the elementary functions these call", () => {
  let expanded = 0;
  for (let seed = 0; seed < 40; seed++) {
    const { program, inputs } = randomLoop(seed, 6);
    const [kept, all] = [expandIntrinsics(program), expandFunctions(program)];
    if (all.functions.some(({ name }) => name === "fma_float32")) expanded++;
    expectSameBehaviour(`seed ${seed}`, behaviourOf(all, inputs), behaviourOf(kept, inputs));
  }
  expect(expanded).toBeGreaterThan(10);
});
