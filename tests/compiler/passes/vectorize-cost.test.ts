/** Which loops are worth widening: those that as vectors cost at most four fifths of what they cost turn by turn. */
import { describe, expect, test } from "vitest";
import { vectorize } from "../../../src/compiler/vectorize.js";
import type { BlockBuilder } from "../../../src/ir/block-builder.js";
import {
  add,
  call,
  cast,
  div,
  f32,
  fma,
  i32,
  load,
  mul,
  neg,
  rem,
  shl,
  shr,
  u32,
  unary,
  variable,
  xor,
} from "../../../src/ir/expr.js";
import type { Expr, Program } from "../../../src/ir/loop-ir.js";
import { functionOf, input, output, programOf, statementsIn, statementsOf } from "./programs.js";

const x = input("int32", 4096);
const out = output("int32", 4096);

/** One local: its value from that of the last and the loop's index. */
type Step = (v: Expr, i: Expr) => Expr;

const loop = (body: (b: BlockBuilder, i: Expr) => void): Program =>
  programOf([x], [out], (b) => b.loop(64, body, "parallel"));

/** out[i] = steps(x[i]), each step in a local of its own. */
const chain = (steps: readonly Step[]): Program =>
  loop((b, i) => {
    let v: Expr = b.local(load(x, i));
    for (const step of steps) v = b.local(step(v, i));
    b.store(out, i, v);
  });

const isWidened = (given: Program, lanes: number): boolean =>
  statementsIn(vectorize(given, lanes).body).some((each) => each.kind === "store" && each.value.lanes > 1);

/** How many of each step there are, and what all of it costs: as vectors, and turn by turn. */
interface Mixture {
  readonly slow: number;
  readonly quick: number;
}
const mixtures: readonly Mixture[] = Array.from({ length: 72 }, (_, k) => ({
  slow: k % 6,
  quick: Math.floor(k / 6),
}));

/** The load and the store, of a vector at once, are there in any case. */
const pays = (lanes: number, { slow, quick }: Mixture): boolean =>
  1.5 * lanes * slow + (lanes / 4) * (quick + 1) + 1 <= 0.8 * lanes * (slow + quick + 2);

const repeated = (slow: Step, quick: Step, mixture: Mixture): Program =>
  chain([
    ...Array.from({ length: mixture.slow }, () => slow),
    ...Array.from({ length: mixture.quick }, () => quick),
  ]);

const remainder: Step = (v) => rem(v, i32(7));
const sum: Step = (v) => add(v, i32(3));

describe.each([4, 8])("of %d lanes", (lanes) => {
  test.each<[string, Step]>([
    ["remainder", remainder],
    ["quotient", (v) => div(v, i32(7))],
    ["count of leading zeros", (v) => unary("clz", v)],
    ["shift by a variable", (v) => shl(i32(1), v)],
    ["shift back by a variable", (v) => shr(i32(1), v)],
    ["load from anywhere", (v) => load(x, v)],
  ])("a %s is taken out of the lanes, done in each and put back: six of its own cost for four", (_, slow) => {
    for (const mixture of mixtures) {
      expect(isWidened(repeated(slow, sum, mixture), lanes), JSON.stringify(mixture)).toBe(
        pays(lanes, mixture),
      );
    }
  });

  test.each<[string, Step]>([
    ["sum", sum],
    ["product", (v) => mul(v, v)],
    ["negation", neg],
    ["xor", (v) => xor(v, i32(5))],
    ["shift by a constant", (v) => shl(v, i32(2))],
    ["shift back by a constant", (v) => shr(v, i32(2))],
  ])("a %s is one instruction for each four lanes", (_, quick) => {
    for (const mixture of mixtures) {
      expect(isWidened(repeated(remainder, quick, mixture), lanes), JSON.stringify(mixture)).toBe(
        pays(lanes, mixture),
      );
    }
  });
});

test("a quotient of unsigned numbers goes lane by lane, one of floats does not; nor does a fused product and sum", () => {
  const five = (dtype: "uint32" | "float32", step: (v: Expr) => Expr): Program =>
    chain([(v) => cast([1, 2, 3, 4, 5].reduce(step, cast(v, dtype)), "int32")]);
  expect(
    isWidened(
      five("uint32", (v) => div(v, u32(7))),
      4,
    ),
  ).toBe(false);
  expect(
    isWidened(
      five("float32", (v) => div(v, f32(7))),
      4,
    ),
  ).toBe(true);
  expect(
    isWidened(
      five("float32", (v) => fma(v, v, f32(7))),
      4,
    ),
  ).toBe(false);
});

test("what all turns share, and where an element is, is computed once: it counts for one lane, whatever it is", () => {
  const shared: Step = (v) => add(v, rem(load(x, i32(0)), i32(7)));
  expect(isWidened(chain([shared, shared, shared, shared]), 4)).toBe(true);
  const places = (count: number): Program =>
    loop((b, i) => {
      let at: Expr = i;
      for (let k = 0; k < count; k++) at = b.local(mul(at, i32(3)));
      b.store(
        out,
        i,
        [7, 5, 3].reduce((v, n) => rem(v, i32(n)), load(x, at)),
      );
    });
  // 6 for each remainder and the load, 1 for the store and for each place; against 4 of everything: 25 + n <= 16 + 3.2 n.
  expect([1, 2, 3, 4, 5, 6].filter((count) => isWidened(places(count), 4))).toEqual([5, 6]);
});

test("what is not written side by side is put there lane by lane", () => {
  const spread = output("int32", 256);
  const scattering = (stores: number, quick: number): Program =>
    programOf([x], [out, spread], (b) =>
      b.loop(64, (inner, i) => {
        const at = inner.local(mul(i, i32(2)));
        let v: Expr = inner.local(load(x, i));
        for (let k = 0; k < quick; k++) v = inner.local(sum(v, i));
        for (let k = 0; k < stores; k++) inner.store(spread, at, v);
        inner.store(out, i, v);
      }),
    );
  // The place, the load, the store and each sum are one instruction for four lanes: 6 s + q + 3 <= 3.2 (s + q + 3).
  for (let quick = 0; quick < 8; quick++) {
    for (let stores = 0; stores < 8; stores++) {
      const isWide = statementsIn(vectorize(scattering(stores, quick), 4).body).some(
        (each) => each.kind === "store" && each.buffer === out && each.value.lanes > 1,
      );
      expect(isWide, `${stores} ${quick}`).toBe(6 * stores + quick + 3 <= 3.2 * (stores + quick + 3));
    }
  }
});

test("what costs four fifths as vectors is widened: 80 for 100", () => {
  const given = programOf([x], [out], (b) =>
    b.loop(64, (inner, i) => {
      let v: Expr = inner.local(load(x, i));
      for (let k = 0; k < 11; k++) v = inner.local(rem(v, i32(7)));
      for (let k = 0; k < 12; k++) v = inner.local(add(v, i32(3)));
      inner.store(out, i, v);
    }),
  );
  expect(6 * 11 + 12 + 2).toBe(0.8 * 4 * (11 + 12 + 2));
  expect(isWidened(given, 4)).toBe(true);
});

test("a call counts for twenty instructions", () => {
  const v = variable("int32");
  const square = functionOf("square", v, mul(v, v));
  const calling = (slow: number): Program => ({
    ...chain([(each) => call(square, each), ...Array.from({ length: slow }, () => remainder)]),
    functions: [square],
  });
  // 6 s + 20 + 2 <= 3.2 (s + 20 + 2)
  const widened = Array.from({ length: 25 }, (_, slow) => slow).filter((slow) => isWidened(calling(slow), 4));
  expect(widened.at(-1)).toBe(Math.floor((2.2 * 22) / 2.8));
});

test("a loop inside counts for as many turns as it has, and for sixteen where that is known at run time only", () => {
  const turns = input("int32", 1);
  const nest = (extent: Expr, slow: number): Program =>
    programOf([x, turns], [out], (b) =>
      b.loop(64, (outer, i) => {
        let v: Expr = outer.local(load(x, i));
        for (let k = 0; k < slow; k++) v = outer.local(rem(v, i32(7)));
        const total = outer.local(v);
        outer.serial(extent, (inner) => {
          for (let k = 0; k < 2; k++) inner.assign(total, add(total, i32(3)));
        });
        outer.store(out, i, total);
      }),
    );
  // 6 s + 2 + 2 n <= 3.2 (s + 2 + 2 n)
  const most = (n: number): number => Math.floor((4.4 + 4.4 * n) / 2.8);
  const widened = (extent: Expr): number =>
    Array.from({ length: 40 }, (_, slow) => slow).filter((slow) => isWidened(nest(extent, slow), 4)).length -
    1;
  for (const n of [2, 5, 16, 17]) expect(widened(i32(n)), String(n)).toBe(most(n));
  expect(widened(load(turns, i32(0)))).toBe(most(16));
  expect(most(17)).toBeGreaterThan(most(16));
});

test("what is assigned to a variable is a vector, also where it is a multiple of the index", () => {
  const assigned = (count: number): Program =>
    loop((b, i) => {
      const v = b.local(i32(0));
      for (let k = 0; k < count; k++) b.assign(v, mul(i, i32(3)));
      b.store(
        out,
        i,
        [11, 9, 7, 5, 3].reduce((y, n) => rem(y, i32(n)), load(x, i)),
      );
    });
  // Eight lanes: 12 for each remainder, 2 for the load and for each assignment, 1 for the store: 63 + 2 n <= 44.8 + 6.4 n.
  expect([1, 2, 3, 4, 5, 6].filter((count) => isWidened(assigned(count), 8))).toEqual([5, 6]);
});

test("a loop of vectors stays as it is, however much there is beside them", () => {
  const once = vectorize(
    loop((b, i) => {
      let at: Expr = b.local(mul(i, i32(3)));
      for (let k = 0; k < 12; k++) at = b.local(add(at, i32(k)));
      b.store(out, i, add(load(x, i), i32(1)));
    }),
    4,
  );
  expect(isWidened(once, 4)).toBe(true);
  expect(statementsOf(vectorize(once, 4))).toBe(statementsOf(once));
});
