/**
 * More control flow, for searches: carries of several dtypes, loops without elements, up to five branches, loops that close over
 * the value a transformation around them looks at. They are no part of the vocabulary, whose rows are drawn by number.
 */
import { literal, type NDArray } from "../../autodiff/array.js";
import { cond, switch as switch_ } from "../../autodiff/control-flow/cond/cond.js";
import { scan } from "../../autodiff/control-flow/scan/scan.js";
import { foriLoop } from "../../autodiff/control-flow/while/loops.js";
import { add, mul } from "../../autodiff/primitives/arithmetic.js";
import { gt, lt, xor } from "../../autodiff/primitives/comparison.js";
import { convertElementType } from "../../autodiff/primitives/conversion.js";
import { floor, rem } from "../../autodiff/primitives/rounding-and-sign.js";
import { select } from "../../autodiff/primitives/selection.js";
import { reduceSum } from "../../autodiff/primitives/sum-and-broadcast.js";
import { sin } from "../../autodiff/primitives/trigonometric.js";
import { checkpoint } from "../../autodiff/transforms/checkpoint.js";
import { grad } from "../../autodiff/transforms/grad.js";
import { jit } from "../../autodiff/transforms/jit-function.js";
import { jvp } from "../../autodiff/transforms/linearize.js";
import { vmap } from "../../autodiff/transforms/vmap.js";
import { range, sizeOf } from "../../ir/shape.js";
import type { Ref } from "../program.js";
import { callOf, callText, functionText, unbounded } from "./bodies.js";
import { type Draft, usual } from "./draft.js";
import { placeText, type Row } from "./row.js";

const scalar = (draft: Draft): Ref =>
  draft.into(
    draft.value(
      (s) => s.length === 0,
      () => [],
    ),
    usual,
  );

const float = (x: NDArray): NDArray => convertElementType(x, "float64");

// carries ------------------------------------------------------------------------------------------------------------

type Carry = [NDArray, NDArray, NDArray, NDArray];

/** The float moves where the bool says so, by the body with the count of turns; integers wrap, the bool flips now and then. */
const manyCarriesRow: Row = {
  name: "scan of many dtypes",
  plan: (draft) => {
    const xs = draft.into(draft.any(1), usual);
    const [length, ...slice] = draft.shape(xs);
    const init = draft.into(
      draft.value(
        (s) => sizeOf(s) * length <= draft.style.sizeLimit,
        () => [],
      ),
      usual,
    );
    const shape = draft.shape(init);
    const parameters = [[shape, usual] as const, [slice, draft.interval(xs)] as const, [[], [0, 4]] as const];
    const body = draft.body(parameters, true);
    const [step, reverse, stacked] = [1 + draft.choose(3), draft.flag(), draft.flag()];
    return {
      operands: [init, xs, ...body.captured],
      shape: stacked ? [length, ...shape] : shape,
      interval: [-6, 6],
      apply: ([c0, each, ...captured]) => {
        const f = callOf(body, captured);
        const turn = ([c, n, on, bits]: Carry, x: NDArray): readonly [Carry, NDArray] => {
          const next = select(on, f(c, x, float(n)), mul(c, 0.5));
          const count = rem(add(n, step), 5);
          return [[next, count, xor(on, lt(count, 2)), add(mul(bits, 747796405), 7)], mul(c, float(n))];
        };
        const start: Carry = [
          c0,
          literal(1, "int32", false),
          literal(1, "bool", false),
          literal(9, "uint32", false),
        ];
        const [[last, count, , bits], ys] = scan<Carry, NDArray, NDArray>(turn, start, each, { reverse });
        return stacked
          ? ys
          : add(last, mul(float(add(count, convertElementType(rem(bits, 3), "int32"))), 0.25));
      },
      text: ([c0, x, ...captured], [f]) =>
        `(() => { const [[last, count, , bits], ys] = lax.scan(([c, n, on, bits]: [NDArray, NDArray, NDArray, NDArray], ` +
        `x: NDArray) => { const count = lax.rem(n.add(${step}), 5); ` +
        `return [[np.where(on, ${callText(f, ["c", "x", 'n.astype("float64")'], captured)}, c.mul(0.5)), count, ` +
        `np.logicalXor(on, count.less(2)), bits.mul(747796405).add(7)], c.mul(n.astype("float64"))] as const; }, ` +
        `[${c0}, np.array(1, { dtype: "int32" }), np.array(true), np.array(9, { dtype: "uint32" })], ${x}, ` +
        `{ reverse: ${reverse} }); return ${
          stacked ? "ys" : 'last.add(count.add(lax.rem(bits, 3).astype("int32")).astype("float64").mul(0.25))'
        }; })()`,
      bodies: [body.program],
    };
  },
};

/** So many turns without elements, none too; the body is called once or twice a turn. */
const lengthRow: Row = {
  name: "scan of a length",
  plan: (draft) => {
    const init = draft.into(draft.any(), usual);
    const body = draft.body([[draft.shape(init), usual]], true);
    const length = draft.oneOf([1, 0, 2, 5]);
    const [reverse, unroll] = [draft.flag(), 1 + draft.choose(2)];
    return {
      operands: [init, ...body.captured],
      shape: draft.shape(init),
      interval: usual,
      apply: ([c0, ...captured]) => {
        const f = callOf(body, captured);
        const turn = (c: NDArray): readonly [NDArray, null] => [f(c), null];
        return scan<NDArray, null, null>(turn, c0, null, { length, reverse, unroll })[0];
      },
      text: ([c0, ...captured], [f]) =>
        `lax.scan((c: NDArray) => [${callText(f, ["c"], captured)}, null] as const, ${c0}, null, ` +
        `{ length: ${length}, reverse: ${reverse}, unroll: ${unroll} })[0]`,
      bodies: [body.program],
    };
  },
};

// branches -----------------------------------------------------------------------------------------------------------

/** One to five branches: the bodies take turns with products of the operand. */
const branchesRow: Row = {
  name: "switch of many branches",
  plan: (draft) => {
    const index = scalar(draft);
    const x = draft.into(draft.any(), usual);
    const parameters = [[draft.shape(x), draft.interval(x)] as const];
    const count = 1 + draft.choose(5);
    const bodies = range(Math.ceil(count / 2)).map((k, _, { length }) =>
      draft.body(parameters, true, [k, length]),
    );
    const starts = bodies.map(
      (_, k) => 2 + bodies.slice(0, k).reduce((sum, b) => sum + b.captured.length, 0),
    );
    const capturedBy = <T>(k: number, operands: readonly T[]): readonly T[] =>
      operands.slice(starts[k], starts[k] + bodies[k].captured.length);
    return {
      operands: [index, x, ...bodies.flatMap(({ captured }) => captured)],
      shape: draft.shape(x),
      interval: usual,
      apply: (operands) => {
        const branches = range(count).map((k) =>
          k % 2 === 0
            ? callOf(bodies[k / 2], capturedBy(k / 2, operands))
            : (a: NDArray): NDArray => mul(a, k / 5),
        );
        return switch_(convertElementType(floor(add(operands[0], 1)), "int32"), branches, operands[1]);
      },
      text: (names, fs) =>
        `lax.switch(${placeText(names[0], 1)}, [${range(count)
          .map((k) =>
            k % 2 === 0
              ? functionText(fs[k / 2], capturedBy(k / 2, names))
              : `(a: NDArray) => a.mul(${k / 5})`,
          )
          .join(", ")}], ${names[1]})`,
      bodies: bodies.map(({ program }) => program),
    };
  },
};

// closures over tracers --------------------------------------------------------------------------------------------------

type Wrap = (f: (a: NDArray) => NDArray, x: NDArray) => NDArray;

const sumOf = (x: NDArray): NDArray => reduceSum(x, range(x.ndim));

/** What is done to a function whose loop closes over its argument; in code, F is the function and X where it is applied. */
const wraps: readonly (readonly [Wrap, string])[] = [
  [(f, x) => jit(f)(x), "jit(F)(X)"],
  [(f, x) => jvp(f, [x], [sin(x)])[1], "jvp(F, [X], [lax.sin(X)])[1]"],
  [(f, x) => grad((a: NDArray) => sumOf(f(a)))(x), "grad((b: NDArray) => (F)(b).sum())(X)"],
  [(f, x) => vmap(f)(x), "vmap(F)(X)"],
  [(f, x) => checkpoint(f)(x), "checkpoint(F)(X)"],
  [(f, x) => grad((a: NDArray) => sumOf(jit(f)(a)))(x), "grad((b: NDArray) => jit(F)(b).sum())(X)"],
];

/** A loop (or a branch) in a transformed function, whose body multiplies by that function's argument. */
const closureRow: Row = {
  name: "closure in a loop",
  plan: (draft) => {
    const x = draft.into(draft.any(1), usual);
    const [wrap, code] = draft.oneOf(wraps);
    const shape = code.startsWith("vmap") ? draft.shape(x).slice(1) : draft.shape(x);
    const body = draft.body([[shape, usual]], true);
    const loop = draft.choose(3);
    return {
      operands: [x, ...body.captured],
      shape: draft.shape(x),
      interval: unbounded,
      apply: ([x0, ...captured]) => {
        const f = callOf(body, captured);
        return wrap((a) => {
          const turn = (c: NDArray): NDArray => mul(f(c), sin(a));
          if (loop === 0) return foriLoop(0, 2, (_, c: NDArray) => turn(c), a);
          if (loop === 1) return scan<NDArray, null, null>((c) => [turn(c), null], a, null, { length: 2 })[0];
          return cond(gt(sumOf(a), 0.1), turn, (c: NDArray) => mul(c, a), a);
        }, x0);
      },
      text: ([x0, ...captured], [f]) => {
        const turn = `${callText(f, ["c"], captured)}.mul(lax.sin(a))`;
        const loops = [
          `lax.foriLoop(0, 2, (_, c: NDArray) => ${turn}, a)`,
          `lax.scan((c: NDArray) => [${turn}, null] as const, a, null, { length: 2 })[0]`,
          `lax.cond(a.sum().greater(0.1), (c: NDArray) => ${turn}, (c: NDArray) => c.mul(a), a)`,
        ];
        return code.replaceAll("F", () => `(a: NDArray) => ${loops[loop]}`).replaceAll("X", () => x0);
      },
      bodies: [body.program],
    };
  },
};

export const controlFlowRows: readonly Row[] = [manyCarriesRow, lengthRow, branchesRow, closureRow];
