/** Loops and branches, their bodies random too; bodies close over values around them. */
import { type Draft, NoFit } from "../draft.js";
import { exactly, operand } from "../operands.js";
import type { Expression } from "../program.js";
import { type Interval, options, ref, sameShape, sizeOf, type Value } from "../values.js";
import { test } from "./choices.js";
import { anyResults, body, carried, conforming, sliced } from "./functions.js";
import type { Row } from "./row.js";

const of = (name: string, grow: Row["grow"]): Row => ({ name, grow });
const anywhere: Interval = [-Infinity, Infinity];
const count: Interval = [0, 3];

const start = (d: Draft): Value => operand(d, { interval: carried, fits: (s) => sizeOf(s) <= 12 });

/** An array with a first axis to walk. */
const walked = (d: Draft): Value =>
  operand(d, {
    kinds: ["float", "float", "int"],
    fits: (s) => s.length > 0 && s[0] > 0 && s[0] <= 4,
    otherwise: () => [d.choices.integer(1, 4), ...d.choices.oneOf([[], [2], [1, 2]])],
  });

/** (i + 1) mod 5 */
function nextCount(inner: Draft, i: Value): Value {
  const sum = inner.step("numpy.add", [ref(i), inner.choices.integer(1, 2)], [0, 9]);
  return inner.step("numpy.remainder", [ref(sum), 5], [0, 4]);
}

const scans: readonly Row[] = [1, 2, 3].map((kind) =>
  of("lax.scan", (d) => {
    const { choices } = d;
    const init = start(d);
    const counter = choices.chance(0.3) ? [exactly(d, [], { kinds: ["int"], interval: [0, 4] })] : [];
    const xs = kind === 1 ? [] : kind === 2 ? [walked(d)] : twoWalked(d);
    const parameters = [init, ...counter, ...xs.map((x) => sliced(x, 0))];
    const f = body(d, parameters, (inner, [carry, ...rest]) => {
      const next = counter.length === 0 ? [] : [nextCount(inner, rest[0])];
      const ys = choices.chance(0.75) ? anyResults(inner, [carry]) : null;
      const carryOut = conforming(inner, carry);
      return [next.length === 0 ? ref(carryOut) : [ref(carryOut), ...next.map(ref)], ys];
    });
    const given = {
      ...(kind === 1 ? { length: choices.integer(0, 4) } : {}),
      ...(choices.chance(0.3) ? { reverse: true } : {}),
      ...(choices.chance(0.2) ? { unroll: 2 } : {}),
    };
    const carry = counter.length === 0 ? ref(init) : [ref(init), ...counter.map(ref)];
    const operands = kind === 1 ? null : kind === 2 ? ref(xs[0]) : xs.map(ref);
    const last = Object.keys(given).length === 0 ? [] : [options(given)];
    const intervals = counter.length === 0 ? [carried] : [carried, [0, 4] as const];
    d.stepMany("lax.scan", [f, carry, operands, ...last], intervals);
  }),
);

function twoWalked(d: Draft): Value[] {
  const first = walked(d);
  return [first, operand(d, { fits: (s) => s[0] === first.shape[0], otherwise: () => [first.shape[0]] })];
}

// while --------------------------------------------------------------------------------------------------------------

/** Where reverse mode is asked for, nothing that it could follow enters the loop. */
function loopStart(d: Draft): { init: Value; sealed: boolean } {
  const init = start(d);
  if (!d.demands.reverse) return { init, sealed: false };
  return { init: d.step("lax.stopGradient", [ref(init)], init.interval), sealed: true };
}

const whiles: readonly Row[] = [
  of("lax.whileLoop", (d) => {
    const { init, sealed } = loopStart(d);
    const i = exactly(d, [], { kinds: ["int"], interval: count });
    const limit =
      sealed || d.choices.chance(0.5)
        ? d.choices.integer(0, 4)
        : ref(exactly(d, [], { kinds: ["int"], interval: count }));
    const types = [i, init].map((value) => ({ ...value }));
    const condition = draftOf(d, types, (inner, [k, x]) => {
      const turns = inner.step("numpy.less", [ref(k), limit], [0, 1]);
      if (d.choices.chance(0.6) || sizeOf(x.shape) === 0) return ref(turns);
      const sum = inner.step("numpy.sum", [ref(x)], anywhere);
      const small = inner.step("numpy.less", [ref(sum), 1.234], [0, 1]);
      return ref(inner.step("numpy.logicalAnd", [ref(turns), ref(small)], [0, 1]));
    });
    const step = body(
      d,
      types,
      (inner, [k, x]) => {
        const next = inner.step("numpy.add", [ref(k), 1]);
        return [ref(next), ref(conforming(inner, x))];
      },
      { sealed },
    );
    d.stepMany("lax.whileLoop", [condition, step, [ref(i), ref(init)]], [[0, 9], carried]);
  }),
  of("lax.foriLoop", (d) => {
    const { init, sealed } = loopStart(d);
    const [low, high] = [0, 1].map(() => exactly(d, [], { kinds: ["int"], interval: count }));
    const step = loopBody(d, init, sealed);
    d.step("lax.foriLoop", [ref(low), ref(high), step, ref(init)], carried);
  }),
  of("lax.foriLoop", (d) => {
    const init = start(d);
    const step = loopBody(d, init, false);
    d.step("lax.foriLoop", [d.choices.integer(-1, 1), d.choices.integer(1, 4), step, ref(init)], carried);
  }),
];

const loopBody = (d: Draft, init: Value, sealed: boolean): Expression =>
  body(
    d,
    [{ shape: [], dtype: "int32", interval: [-1, 4] }, init],
    (inner, [, x]) => ref(conforming(inner, x)),
    { sealed },
  );

/** A function without random calls. */
function draftOf(
  d: Draft,
  parameters: readonly Omit<Value, "id">[],
  finish: (inner: Draft, parameters: readonly Value[]) => Expression,
): Expression {
  const inner = d.inner();
  const own = parameters.map((parameter) => inner.newParameter(parameter));
  return { function: inner.finish(finish(inner, own)) };
}

// branches -----------------------------------------------------------------------------------------------------------

const branch = (d: Draft, operands: readonly Value[]): Expression =>
  body(d, operands, (inner, [x]) => ref(conforming(inner, x)));

const branches: readonly Row[] = [
  of("lax.cond", (d) => {
    const operands = [start(d), ...(d.choices.chance(0.4) ? [operand(d, { kinds: ["float", "int"] })] : [])];
    const predicate = d.choices.chance(0.8)
      ? test(d, [])
      : exactly(d, [], { kinds: ["int"], interval: [0, 1] });
    const args = [ref(predicate), branch(d, operands), branch(d, operands), ...operands.map(ref)];
    d.step("lax.cond", args, carried);
  }),
  of("lax.switch", (d) => {
    const operands = [start(d)];
    const index = exactly(d, [], { kinds: ["int"], interval: [-1, 3] });
    const functions = Array.from({ length: d.choices.integer(1, 3) }, () => branch(d, operands));
    d.step("lax.switch", [ref(index), functions, ...operands.map(ref)], carried);
  }),
];

// maps ---------------------------------------------------------------------------------------------------------------

const maps: readonly Row[] = [
  of("lax.map", (d) => {
    const xs = walked(d);
    const f = body(d, [sliced(xs, 0)], anyResultsOfFloat);
    d.stepMany("lax.map", [f, ref(xs)]);
  }),
  of("lax.associativeScan", (d) => {
    const xs = operand(d, { interval: [-1.1, 1.1], fits: (s) => s.length > 0 && s[0] > 0 });
    const name = d.choices.oneOf(["numpy.add", "numpy.multiply", "numpy.maximum", "numpy.logaddexp"]);
    const given = { reverse: d.choices.chance(0.3), axis: d.choices.integer(0, xs.shape.length - 1) };
    const type = { ...xs, interval: [-40, 40] as const };
    const f = draftOf(d, [type, type], (inner, [a, b]) => ref(inner.step(name, [ref(a), ref(b)])));
    d.step("lax.associativeScan", [f, ref(xs), options(given)], [-40, 40]);
  }),
  // x -> a x + b, one after the other
  of("lax.associativeScan", (d) => {
    const a = operand(d, { interval: [-1.1, 1.1], fits: (s) => s.length > 0 && s[0] > 0 });
    const b = exactly(d, a.shape, { interval: [-1.1, 1.1] });
    const f = draftOf(d, [a, b, a, b], (inner, [a1, b1, a2, b2]) => {
      const product = inner.step("numpy.multiply", [ref(a1), ref(a2)]);
      const moved = inner.step("numpy.multiply", [ref(a2), ref(b1)]);
      return [ref(product), ref(inner.step("numpy.add", [ref(moved), ref(b2)]))];
    });
    d.stepMany(
      "lax.associativeScan",
      [f, [ref(a), ref(b)]],
      [
        [-2, 2],
        [-8, 8],
      ],
    );
  }),
];

function anyResultsOfFloat(inner: Draft, parameters: readonly Value[]): Expression {
  if (inner.unused().length === 0 && !sameShape(parameters[0].shape, []))
    throw new NoFit("nothing to return");
  return anyResults(inner, parameters);
}

export const controlFlowRows: readonly Row[] = [...scans, ...whiles, ...branches, ...maps];
