/** What `npm run fuzz` found, each by hand as the smallest program that shows it. */
import {
  customJvp,
  disableJit,
  grad,
  jit,
  jvp,
  lax,
  linearize,
  type NDArray,
  numpy as np,
  random,
  vmap,
} from "cotangent";
import { checkGrads, laws } from "cotangent/testing";
import { expect, test } from "vitest";
import { vectorize } from "../../src/compiler/vectorize.js";
import { BlockBuilder } from "../../src/ir/block-builder.js";
import * as ir from "../../src/ir/expr.js";
import type { Buffer, Expr, LoopFunction, Program } from "../../src/ir/loop-ir.js";
import { jsIsInterpreter, meaningOf, passesKeepMeaning, wasmIsInterpreter } from "../fuzz/loop-checks.js";

const buffer = (role: "input" | "output"): Buffer => ({ id: ir.freshId(), dtype: "float32", size: 8, role });

/** A program of one loop over eight elements. */
function loop(
  turn: (b: BlockBuilder, x: Expr, i: Expr, out: Buffer) => void,
  functions: LoopFunction[] = [],
) {
  const [input, output] = [buffer("input"), buffer("output")];
  const b = new BlockBuilder();
  b.loop(8, (body, i) => turn(body, ir.load(input, i), i, output), "parallel");
  const program: Program = {
    parameters: [],
    inputs: [input],
    outputs: [output],
    constants: [],
    functions,
    body: b.finish(),
  };
  return { program, inputs: [Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7)], parameters: [] };
}

const checks = [passesKeepMeaning, wasmIsInterpreter, jsIsInterpreter];

// The accumulator became a vector where it was declared, and the assignment looked for the number it had been.
test.each(["float32", "float64"] as const)(
  "a jitted sum over an empty axis is 0 in every row, in %s",
  (dtype) => {
    for (const target of ["wasm", "js"]) {
      const sum = jit((x: NDArray) => x.sum(1), { target });
      expect(sum(np.zeros([5, 0], { dtype })).js()).toEqual([0, 0, 0, 0, 0]);
    }
  },
);

test("a number that is assigned in a loop of vectors has its last value", () => {
  const subject = loop((b, x, i, out) => {
    const factor = b.local(ir.f32(1));
    b.assign(factor, ir.f32(2));
    b.store(out, i, ir.mul(x, factor));
  });
  for (const check of checks) check(subject);
});

// What the result alone read was taken for unused.
test("the result of a function in vectors reads numbers that its statements spread", () => {
  const x = ir.variable("float32");
  const body = new BlockBuilder();
  const three = body.local(ir.f32(3));
  const product = body.local(ir.mul(x, three));
  const result = ir.add(product, ir.mul(three, three));
  const parts = { parameters: [x], body: body.finish(), result, constants: [], calls: [] };
  const callee: LoopFunction = { id: ir.freshId(), name: "tripled", ...parts };
  const subject = loop((b, element, i, out) => b.store(out, i, ir.call(callee, element)), [callee]);
  // Alone, since the pass before it would put so short a function where it is called.
  const wide = { ...subject, program: vectorize(subject.program, 4) };
  expect(meaningOf(wide).outputs).toEqual(meaningOf(subject).outputs);
});

/** A body `turns` times. */
const repeated = (turns: NDArray, body: (x: NDArray) => NDArray, start: NDArray): NDArray =>
  lax.whileLoop(
    ([i]: readonly [NDArray, NDArray]) => i.less(turns.astype("int32")),
    ([i, x]: readonly [NDArray, NDArray]) => [i.add(1), body(x)] as const,
    [np.array(0, { dtype: "int32" }), start] as const,
  )[1];

// The tangent of the number of turns is handed to an inner loop that does not read it: the known part of the outer loop
// read it all the same.
test("a while loop is linearized whose body decides how often another one turns", () => {
  const v = np.array([0.6, 0.7, -0.8]);
  const body = (c: NDArray): NDArray => {
    const turns = lax.cond(
      c.greater(0),
      (a: NDArray) => a.mul(2).add(1),
      (a: NDArray) => a,
      c,
    );
    return np.sin(c).add(lax.map((y: NDArray) => repeated(turns, np.sin, y), v).sum());
  };
  const f = (x: NDArray): NDArray => repeated(np.array(3), body, x);
  const xs = np.array([0.5, 0.6]);
  const slopes = vmap((x: NDArray) => linearize(f, [x])[1](x));
  expect(slopes(xs).js()).toEqual(vmap((x: NDArray) => jvp(f, [x], [x])[1])(xs).js());
});

// At steps of both signs, one element stood where another is at the point: differences of large steps agreed on a slope
// of the wrong element.
test("the derivative of a sort of many elements is not taken for wrong", () => {
  const x = np.sin(np.arange(0, 127, 1, { dtype: "float64" }).mul(12.9898)).mul(43758.5453);
  const values = x.sub(np.floor(x)).mul(2).sub(1);
  for (let seed = 0; seed < 60; seed++) {
    laws.jvpIsDifference({ f: ([v]) => [np.sort(v)], inputs: [values], seed });
  }
  checkGrads((v: NDArray) => np.sort(v), [values], { modes: ["fwd"] });
});

// The interpreter bound a scalar to a parameter of four lanes, and the store of the result wrote one element.
test("a scalar that a function of vectors returns is in every lane", () => {
  const [x, y] = [ir.variable("float32"), ir.variable("float32")];
  const parts = { parameters: [x, y], constants: [], calls: [] };
  const body = new BlockBuilder().finish();
  const first: LoopFunction = { id: ir.freshId(), name: "first", ...parts, body, result: x };
  const subject = loop((b, v, i, out) => b.store(out, i, ir.call(first, ir.f32(3), v)), [first]);
  const wide = { ...subject, program: vectorize(subject.program, 4) };
  expect(meaningOf(wide).outputs).toEqual(meaningOf(subject).outputs);
});

// Lanes that do not take a branch were kept from its tangents by a stop_gradient, which has no transpose.
test("the rule of a customJvp may branch on a batch that is differentiated in reverse", () => {
  const twice = customJvp((x: NDArray) => x.mul(2));
  twice.defjvp(([x], [dx]) => [
    twice(x),
    lax.cond(
      x.greater(0),
      (t: NDArray) => t.mul(2),
      (t: NDArray) => t.add(t),
      dx,
    ),
  ]);
  expect(grad((x: NDArray) => vmap(twice)(x).sum())(np.array([1, -1])).js()).toEqual([2, 2]);
});

// A part of the program was written as a function of its own, and took the address of every array as a parameter.
test("wasm takes programs of thousands of arrays", () => {
  const xs = Array.from({ length: 3000 }, (_, i) => np.array(i));
  const stacked = jit(
    (parts: NDArray[]) => {
      const whole = np.stack(parts);
      return [whole, ...parts.slice(0, 1500).map((x) => x.mul(2))];
    },
    { target: "wasm" },
  );
  const [whole, ...doubled] = stacked(xs);
  expect(whole.js()).toEqual(xs.map((_, i) => i));
  expect(doubled.map((x) => x.item())).toEqual(doubled.map((_, i) => 2 * i));
  const [, sums] = disableJit(() =>
    lax.scan((c: NDArray, y: NDArray) => [c.add(y), c] as const, np.array(0), np.arange(2000)),
  );
  expect(sums.take(1999).item()).toBe((1998 * 1999) / 2);
});

test("a random permutation of no rows is no rows, as in JAX", () => {
  for (const axis of [0, 1]) {
    const shuffled = random.permutation(random.key(1), np.zeros([0, 2, 4]), { axis });
    expect(shuffled.shape).toEqual([0, 2, 4]);
  }
});

// An update in place came after all who read the array, and so after itself.
test("what updates an array may read it, too", () => {
  const a = np.array([
    [2, 0],
    [1, 3],
  ]);
  const solved = jit((x: NDArray) => lax.linalg.triangularSolve(x, x, { leftSide: true, lower: true }));
  expect(solved(a).js()).toEqual([
    [1, 0],
    [0, 1],
  ]);
  const moved = jit((x: NDArray) => lax.dynamicUpdateSlice(x.mul(1), x.mul(1).slice([0, 1]), [1, 0]));
  expect(moved(a).js()).toEqual([
    [2, 0],
    [2, 0],
  ]);
});
