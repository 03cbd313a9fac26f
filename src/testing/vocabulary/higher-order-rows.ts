/**
 * Rows of control flow and of transformations inside programs. Each takes a function, which is a program itself: of its
 * parameters, and of values of the outer program that it closes over.
 */
import type { NDArray } from "../../autodiff/array.js";
import { associativeScan } from "../../autodiff/control-flow/associative-scan/associative-scan.js";
import { cond, switch as switch_ } from "../../autodiff/control-flow/cond/cond.js";
import { map, scan } from "../../autodiff/control-flow/scan/scan.js";
import { foriLoop } from "../../autodiff/control-flow/while/loops.js";
import { add, mul } from "../../autodiff/primitives/arithmetic.js";
import { gt } from "../../autodiff/primitives/comparison.js";
import { convertElementType } from "../../autodiff/primitives/conversion.js";
import { floor } from "../../autodiff/primitives/rounding-and-sign.js";
import { reduceSum } from "../../autodiff/primitives/sum-and-broadcast.js";
import { sin } from "../../autodiff/primitives/trigonometric.js";
import { checkpoint, checkpointName, checkpointPolicies } from "../../autodiff/transforms/checkpoint.js";
import { customJvp } from "../../autodiff/transforms/custom-jvp.js";
import { grad } from "../../autodiff/transforms/grad.js";
import { jit } from "../../autodiff/transforms/jit-function.js";
import { jvp } from "../../autodiff/transforms/linearize.js";
import { vmap } from "../../autodiff/transforms/vmap.js";
import { range } from "../../ir/shape.js";
import { type Interval, runProgram } from "../program.js";
import { callOf, callText, functionText, kept, unbounded } from "./bodies.js";
import type { Plan } from "./draft.js";
import { type Body, type Draft, usual } from "./draft.js";
import { placeText, type Row } from "./row.js";

const resultShape = ({ program }: Body) => program.nodes[program.outputs[0]].shape;
const resultInterval = ({ program }: Body) => program.nodes[program.outputs[0]].interval;

// loops --------------------------------------------------------------------------------------------------------------

/** carry = body(carry, x) for the slices x of a value; gives the last carry, or all of them stacked. */
const scanRow: Row = {
  name: "scan",
  plan: (draft) => {
    const xs = draft.into(draft.any(1), usual);
    const [length, ...slice] = draft.shape(xs);
    const init = draft.into(
      draft.value(
        (s) => product(s) * length <= draft.style.sizeLimit,
        () => [],
      ),
      usual,
    );
    const shape = draft.shape(init);
    const body = draft.body(
      [
        [shape, usual],
        [slice, draft.interval(xs)],
      ],
      true,
    );
    const reverse = draft.flag();
    const stacked = draft.flag();
    return {
      operands: [init, xs, ...body.captured],
      shape: stacked ? [length, ...shape] : shape,
      interval: usual,
      apply: ([c0, x, ...captured]) => {
        const f = callOf(body, captured);
        const turn = (c: NDArray, each: NDArray): readonly [NDArray, NDArray] => [f(c, each), mul(c, 0.5)];
        const [last, ys] = scan(turn, c0, x, { reverse });
        return stacked ? ys : last;
      },
      text: ([c0, x, ...captured], [f]) =>
        `lax.scan((c: NDArray, x: NDArray) => [${callText(f, ["c", "x"], captured)}, c.mul(0.5)] as const, ` +
        `${c0}, ${x}, { reverse: ${reverse} })[${stacked ? 1 : 0}]`,
      bodies: [body.program],
    };
  },
};

const product = (shape: readonly number[]): number => shape.reduce((n, size) => n * size, 1);

/** carry = body(carry, i) for i = 0, 1, 2. */
const foriRow: Row = {
  name: "foriLoop",
  plan: (draft) => {
    const init = draft.into(draft.any(), usual);
    const shape = draft.shape(init);
    const body = draft.body(
      [
        [shape, usual],
        [[], [0, 4]],
      ],
      true,
    );
    const count = 1 + draft.choose(3);
    return {
      operands: [init, ...body.captured],
      shape,
      interval: kept,
      apply: ([c0, ...captured]) => {
        const f = callOf(body, captured);
        return foriLoop(0, count, (i, c: NDArray) => f(c, convertElementType(i, "float64")), c0);
      },
      text: ([c0, ...captured], [f]) =>
        `lax.foriLoop(0, ${count}, (i, c: NDArray) => ` +
        `${callText(f, ["c", 'lax.convertElementType(i, "float64")'], captured)}, ${c0})`,
      bodies: [body.program],
    };
  },
};

/** Products of neighbours' sines, or sums of them: all prefixes along the first axis. */
const associativeScanRow: Row = {
  name: "associativeScan",
  plan: (draft) => {
    const xs = draft.into(draft.any(1), [-1.2, 1.2]);
    const multiplies = draft.flag();
    const reverse = draft.flag();
    return {
      operands: [xs],
      shape: draft.shape(xs),
      interval: unbounded,
      apply: ([x]) =>
        associativeScan((a: NDArray, b: NDArray) => (multiplies ? mul(a, b) : add(a, b)), x, { reverse }),
      text: ([x]) =>
        `lax.associativeScan((a: NDArray, b: NDArray) => a.${multiplies ? "mul" : "add"}(b), ${x}, { reverse: ${reverse} })`,
    };
  },
};

// branches -----------------------------------------------------------------------------------------------------------

/** The predicate and the operand are values; the branches are the body, and the sine of the operand. */
const condRow: Row = {
  name: "cond",
  plan: (draft) => {
    const test = draft.into(
      draft.value(
        (s) => s.length === 0,
        () => [],
      ),
      usual,
    );
    const x = draft.into(draft.any(), usual);
    const body = draft.body([[draft.shape(x), draft.interval(x)]], true);
    const threshold = draft.oneOf([0.05, -0.4, 0.7]);
    return {
      operands: [test, x, ...body.captured],
      shape: draft.shape(x),
      interval: kept,
      apply: ([t, a, ...captured]) => cond(gt(t, threshold), callOf(body, captured), sin, a),
      text: ([t, a, ...captured], [f]) =>
        `lax.cond(${t}.greater(${threshold}), ${functionText(f, captured)}, lax.sin, ${a})`,
      bodies: [body.program],
    };
  },
};

const switchRow: Row = {
  name: "switch",
  plan: (draft) => {
    const index = draft.into(
      draft.value(
        (s) => s.length === 0,
        () => [],
      ),
      usual,
    );
    const x = draft.into(draft.any(), usual);
    const body = draft.body([[draft.shape(x), draft.interval(x)]], true);
    return {
      operands: [index, x, ...body.captured],
      shape: draft.shape(x),
      interval: usual,
      apply: ([i, a, ...captured]) => {
        const f = callOf(body, captured);
        const branches = [f, (v: NDArray): NDArray => mul(v, 0.5), (v: NDArray): NDArray => sin(f(v))];
        return switch_(convertElementType(floor(add(i, 1)), "int32"), branches, a);
      },
      text: ([i, a, ...captured], [f]) =>
        `lax.switch(${placeText(i, 1)}, [${functionText(f, captured)}, (a: NDArray) => a.mul(0.5), ` +
        `(a: NDArray) => lax.sin(${callText(f, ["a"], captured)})], ${a})`,
      bodies: [body.program],
    };
  },
};

// calls: the function itself, or its derivative ------------------------------------------------------------------------

/** `transform` of a function that keeps its operand's type. */
const call = (
  name: string,
  interval: Interval,
  transform: (f: (x: NDArray) => NDArray, x: NDArray, variant: number) => NDArray,
  text: (f: string, x: string, variant: number) => string,
): Row => ({
  name,
  plan: (draft) => {
    const x = draft.into(draft.any(), usual);
    const body = draft.body([[draft.shape(x), draft.interval(x)]], true);
    const variant = draft.choose(2);
    return {
      operands: [x, ...body.captured],
      shape: draft.shape(x),
      interval,
      apply: ([a, ...captured]) => transform(callOf(body, captured), a, variant),
      text: ([a, ...captured], [f]) => text(functionText(f, captured), a, variant),
      bodies: [body.program],
    };
  },
});

const sumOf = (x: NDArray): NDArray => reduceSum(x, range(x.ndim));

const saveNamed = { policy: checkpointPolicies.saveOnlyTheseNames("kept") };

/** The derivative of f by f's own jvp. What f closes over must not be differentiated, so it is an argument too. */
const customJvpRow: Row = {
  name: "customJvp",
  plan: (draft) => {
    const x = draft.into(draft.any(), usual);
    const body = draft.body([[draft.shape(x), draft.interval(x)]], true);
    return {
      operands: [x, ...body.captured],
      shape: draft.shape(x),
      interval: kept,
      apply: (operands) => {
        const f = (...xs: NDArray[]): NDArray => runProgram(body.program, xs)[0];
        return customJvp(f).defjvp((primals, tangents) => jvp(f, primals, tangents))(...operands);
      },
      text: (names, [f]) =>
        `customJvp(${f}).defjvp((primals, tangents) => jvp(${f}, primals, tangents))(${names.join(", ")})`,
      bodies: [body.program],
    };
  },
};

/** One body for each slice along the first axis. */
const mapped = (
  name: string,
  transform: (f: (x: NDArray) => NDArray, xs: NDArray) => NDArray,
  text: (f: string, xs: string) => string,
): Row => ({
  name,
  plan: (draft) => mappedPlan(draft, transform, text),
});

function mappedPlan(
  draft: Draft,
  transform: (f: (x: NDArray) => NDArray, xs: NDArray) => NDArray,
  text: (f: string, xs: string) => string,
): Plan {
  const xs = draft.into(draft.any(1), usual);
  const [length, ...slice] = draft.shape(xs);
  const free = draft.body([[slice, draft.interval(xs)]], false);
  const fits = product(resultShape(free)) * length <= draft.style.sizeLimit;
  const body = fits ? free : draft.body([[slice, draft.interval(xs)]], true);
  return {
    operands: [xs, ...body.captured],
    shape: [length, ...resultShape(body)],
    interval: resultInterval(body),
    apply: ([a, ...captured]) => transform(callOf(body, captured), a),
    text: ([a, ...captured], [f]) => text(functionText(f, captured), a),
    bodies: [body.program],
  };
}

export const higherOrderRows: readonly Row[] = [
  scanRow,
  foriRow,
  associativeScanRow,
  condRow,
  switchRow,
  mapped(
    "map",
    (f, xs) => map(f, xs),
    (f, xs) => `lax.map(${f}, ${xs})`,
  ),
  mapped(
    "vmap",
    (f, xs) => vmap(f)(xs),
    (f, xs) => `vmap(${f})(${xs})`,
  ),
  call(
    "jit",
    kept,
    (f, x) => jit(f)(x),
    (f, x) => `jit(${f})(${x})`,
  ),
  call(
    "checkpoint",
    kept,
    (f, x, variant) =>
      variant === 0
        ? checkpoint(f)(x)
        : checkpoint((a: NDArray) => sin(checkpointName(f(a), "kept")), saveNamed)(x),
    (f, x, variant) =>
      variant === 0
        ? `checkpoint(${f})(${x})`
        : `checkpoint((b: NDArray) => lax.sin(checkpointName((${f})(b), "kept")), ` +
          `{ policy: checkpointPolicies.saveOnlyTheseNames("kept") })(${x})`,
  ),
  customJvpRow,
  call(
    "grad",
    unbounded,
    (f, x) => grad((a: NDArray) => sumOf(f(a)))(x),
    (f, x) => `grad((b: NDArray) => (${f})(b).sum())(${x})`,
  ),
  call(
    "jvp",
    unbounded,
    (f, x) => jvp(f, [x], [sin(x)])[1],
    (f, x) => `jvp(${f}, [${x}], [lax.sin(${x})])[1]`,
  ),
];
