/** Loops and branches, against loops and branches of JavaScript. */
import type { NDArray } from "../../../src/autodiff/array.js";
import { condPrimitive } from "../../../src/autodiff/control-flow/cond/primitive.js";
import { scanPrimitive } from "../../../src/autodiff/control-flow/scan/primitive.js";
import { scan } from "../../../src/autodiff/control-flow/scan/scan.js";
import { whileLoop } from "../../../src/autodiff/control-flow/while/loops.js";
import { whilePrimitive } from "../../../src/autodiff/control-flow/while/primitive.js";
import { stageClosed } from "../../../src/autodiff/jaxpr-passes.js";
import { add, mul } from "../../../src/autodiff/primitives/arithmetic.js";
import { lt, not, xor } from "../../../src/autodiff/primitives/comparison.js";

import { bind } from "../../../src/autodiff/trace.js";
import type { DType } from "../../../src/ir/dtype.js";
import type { Shape } from "../../../src/ir/shape.js";
import type { Case, Example } from "../case.js";
import { type Domain, draw, turning } from "../draws.js";
import { plainOf, plus, product } from "../plain.js";
import { mapped } from "./elementwise.js";

/** Few bits, so that five turns are exact in float32 too. */
const coarse: Domain = { from: -1.5, to: 1.5, step: 1 / 4 };

// a turn that every dtype has: w c + x, and for truth values (not c) xor (w xor x) -----------------------------------------

const turn = (c: NDArray, w: NDArray, x: NDArray): NDArray =>
  c.dtype === "bool" ? xor(not(c), xor(w, x)) : add(mul(w, c), x);

const plainTurn =
  (dtype: DType) =>
  (c: number, w: number, x: number): number =>
    dtype === "bool" ? (1 - c) ^ w ^ x : plus(dtype)(product(dtype)(w, c), x);

// scan -----------------------------------------------------------------------------------------------------------------

/** carry = turn(carry, w, x), y = carry before it; w is the same in every turn. */
const scanExample = (dtype: DType, length: number, shape: Shape, reverse: boolean, k: number): Example => ({
  f: ([w, init, xs]) => {
    const [last, ys] = scan((c: NDArray, x: NDArray) => [turn(c, w, x), c], init, xs, { reverse });
    return [last, ys];
  },
  operands: [
    draw(dtype, shape, 30 * k, coarse),
    draw(dtype, shape, 30 * k + 1, coarse),
    draw(dtype, [length, ...shape], 30 * k + 2, coarse),
  ],
  value: ([w, init, xs]) => {
    const ws = plainOf(w).values;
    let carry = [...plainOf(init).values];
    const ys: number[][] = [];
    const order = Array.from({ length }, (_, i) => (reverse ? length - 1 - i : i));
    for (const i of order) {
      ys[i] = carry;
      const slice = plainOf(xs).values.slice(i * carry.length, (i + 1) * carry.length);
      carry = carry.map((c, e) => plainTurn(dtype)(c, ws[e], slice[e]));
    }
    return [
      { dtype, shape, values: carry },
      { dtype, shape: [length, ...shape], values: ys.flat() },
    ];
  },
});

const scanCase: Case = {
  primitive: scanPrimitive,
  examples: (dtype) => [
    scanExample(dtype, 4, [], false, 0),
    scanExample(dtype, 3, [2, 1], true, 1),
    scanExample(dtype, 0, [2], false, 2),
  ],
};

// while ----------------------------------------------------------------------------------------------------------------

/** As many turns as an operand says: another number in each lane. */
const whileExample = (dtype: DType, shape: Shape, k: number): Example => ({
  f: ([count, w, init]) => {
    const [, last] = whileLoop<[NDArray, NDArray]>(
      ([left]) => lt(0, left),
      ([left, c]) => [add(left, -1), turn(c, w, w)],
      [count, init],
    );
    return [last];
  },
  operands: [
    turning("int32", [], [2 + (k % 2), 0, 4]),
    draw(dtype, shape, 31 * k, coarse),
    draw(dtype, shape, 31 * k + 1, coarse),
  ],
  value: ([count, w, init]) => {
    const turns = plainOf(count).values[0];
    const repeated = (weight: number, start: number): number => {
      let c = start;
      for (let i = 0; i < turns; i++) c = plainTurn(dtype)(c, weight, weight);
      return c;
    };
    return [mapped(dtype, repeated, [w, init])];
  },
});

const whileCase: Case = {
  primitive: whilePrimitive,
  examples: (dtype) => [
    whileExample(dtype, [], 0),
    whileExample(dtype, [3, 1], 1),
    whileExample(dtype, [0], 2),
  ],
};

// cond -----------------------------------------------------------------------------------------------------------------

/** Three branches, by an index that may be out of range, which lax.switch would clamp before. */
const switchExample = (dtype: DType, shape: Shape, indices: readonly number[], k: number): Example => ({
  f: ([index, x, y]) => {
    const branches = [
      ([a, b]: readonly NDArray[]) => [turn(a, b, a)],
      ([a]: readonly NDArray[]) => [a],
      ([a, b]: readonly NDArray[]) => [turn(b, a, b)],
    ].map((branch) => stageClosed(branch, [x.aval, y.aval]));
    return bind(condPrimitive, [index, x, y], { branches });
  },
  operands: [
    turning("int32", [], indices),
    draw(dtype, shape, 9 * k, coarse),
    draw(dtype, shape, 9 * k + 1, coarse),
  ],
  value: ([index, x, y]) => {
    const f = plainTurn(dtype);
    const branches = [
      (a: number, b: number) => f(a, b, a),
      (a: number) => a,
      (a: number, b: number) => f(b, a, b),
    ];
    return [mapped(dtype, branches[Math.min(Math.max(plainOf(index).values[0], 0), 2)], [x, y])];
  },
});

const condCase: Case = {
  primitive: condPrimitive,
  examples: (dtype) => [
    switchExample(dtype, [17], [2, 0, 1], 0),
    switchExample(dtype, [3, 1], [-1, 3, 1], 1),
    switchExample(dtype, [0], [0, 1, 2], 2),
  ],
};

export const controlFlowCases: readonly Case[] = [scanCase, whileCase, condCase];
