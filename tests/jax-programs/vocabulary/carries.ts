/** Loops that carry values of several dtypes, and many branches: for programs in which much is nested. */
import type { Draft } from "../draft.js";
import { exactly, operand } from "../operands.js";
import { type Interval, options, ref, sizeOf, type Value } from "../values.js";
import { body, carried, conforming, wrapped } from "./functions.js";
import type { Row } from "./row.js";

const of = (name: string, grow: Row["grow"]): Row => ({ name, grow });
const turns: Interval = [0, 4];
const bool: Interval = [0, 1];
const allUnsigned: Interval = [0, 2 ** 32 - 1];

const start = (d: Draft): Value => operand(d, { interval: carried, fits: (s) => sizeOf(s) <= 12 });

/** Of a float, a count, a bool and bits: the float moves where the bool is set. */
interface Carry {
  readonly float: Value;
  readonly count: Value;
  readonly on: Value;
  readonly bits: Value;
}

const startOf = (d: Draft): Carry => ({
  float: start(d),
  count: exactly(d, [], { kinds: ["int"], interval: turns }),
  on: exactly(d, [], { kinds: ["bool"] }),
  bits: exactly(d, [], { kinds: ["uint"], interval: null }),
});

const listOf = ({ float, count, on, bits }: Carry): Value[] => [float, count, on, bits];

/** The next carry; the body's random calls stand before it. */
function next(inner: Draft, [float, count, on, bits]: readonly Value[]): Value[] {
  const moved = inner.step("numpy.where", [ref(on), ref(conforming(inner, float)), ref(float)], carried);
  const sum = inner.step("numpy.add", [ref(count), inner.choices.integer(1, 3)], [0, 9]);
  const again = inner.step("numpy.remainder", [ref(sum), 5], turns);
  const small = inner.step("numpy.less", [ref(again), 2], bool);
  const flipped = inner.step("numpy.logicalXor", [ref(on), ref(small)], bool);
  const mixed = inner.step("numpy.multiply", [ref(bits), 747796405], allUnsigned);
  return [moved, again, flipped, mixed];
}

const intervals: readonly Interval[] = [carried, turns, bool, allUnsigned];

export const carryRows: readonly Row[] = [
  of("lax.scan", (d) => {
    const { choices } = d;
    const init = listOf(startOf(d));
    const f = body(d, init, (inner, own) => {
      const all = next(inner, own);
      return [all.map(ref), choices.chance(0.5) ? ref(own[1]) : [ref(own[0]), ref(own[3])]];
    });
    const given = { length: choices.oneOf([0, 1, 2, 3, 5]), reverse: choices.chance(0.5) };
    d.stepMany("lax.scan", [f, init.map(ref), null, options(given)], intervals);
  }),
  of("lax.foriLoop", (d) => {
    const init = listOf(startOf(d));
    const turn = { shape: [], dtype: "int32", interval: [0, 4] } as const;
    const f = body(d, [turn, ...init], (inner, [, ...own]) => next(inner, own).map(ref));
    d.stepMany("lax.foriLoop", [0, d.choices.integer(0, 4), f, init.map(ref)], intervals);
  }),
  of("lax.whileLoop", (d) => {
    if (d.demands.reverse) return;
    const init = listOf(startOf(d));
    const condition = d.inner();
    const [, count, on] = init.map((value) => condition.newParameter(value));
    const [limit] = [condition.step("numpy.less", [ref(count), d.choices.integer(1, 4)], bool)];
    const both = condition.step("numpy.logicalAnd", [ref(limit), ref(on)], bool);
    const f = body(d, init, (inner, own) => next(inner, own).map(ref));
    d.stepMany("lax.whileLoop", [{ function: condition.finish(ref(both)) }, f, init.map(ref)], intervals);
  }),
  of("lax.switch", (d) => {
    const x = start(d);
    const index = exactly(d, [], { kinds: ["int"], interval: [-1, 6] });
    const branches = Array.from({ length: d.choices.integer(1, 5) }, () =>
      wrapped(
        d,
        body(d, [x], (inner, [own]) => ref(conforming(inner, own))),
      ),
    );
    d.step("lax.switch", [ref(index), branches, ref(x)], carried);
  }),
];
