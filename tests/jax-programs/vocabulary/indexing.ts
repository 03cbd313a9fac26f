/** Reading and writing parts: static, dynamic, gathered and scattered. */
import type { Draft } from "../draft.js";
import { asExpression, exactly, operand, partner } from "../operands.js";
import type { Expression } from "../program.js";
import { hull, type Interval, options, ref, sizeOf, type Value } from "../values.js";
import { axesOf, type Row, spelled } from "./row.js";

const of = (name: string, grow: Row["grow"]): Row => ({ name, grow });

const whole = (d: Draft, minRank = 1): Value =>
  operand(d, {
    kinds: ["float", "float", "float", "int"],
    interval: null,
    fits: (shape) => shape.length >= minRank && sizeOf(shape) > 0,
  });

/** Indices into an axis; a few out of range, where that has a meaning. */
const indices = (d: Draft, n: number, shape: readonly number[], outside = false): Value => {
  const interval: Interval = outside ? [-n - 1, n] : d.choices.chance(0.5) ? [0, n - 1] : [-n, n - 1];
  return exactly(d, shape, { kinds: ["int"], interval });
};

/** One entry for each of some leading axes. */
function index(d: Draft, { shape }: Value, distinct: boolean): Expression[] {
  const { choices } = d;
  const items: Expression[] = [];
  const arrays = distinct ? 0 : choices.integer(0, 2);
  let left = arrays;
  const gathered = choices.oneOf([[2], [3], [2, 2], []]);
  for (const n of shape.slice(0, choices.integer(1, shape.length))) {
    if (left > 0 && choices.chance(0.6)) {
      items.push(ref(indices(d, n, gathered)));
      left--;
      continue;
    }
    const start = choices.integer(0, n - 1);
    const stop = choices.integer(start + 1, n);
    items.push(
      choices.oneOf<Expression>([
        choices.integer(-n, n - 1),
        [],
        [start, stop],
        [start - n, stop],
        [start, stop, 2],
        [n - 1, -n - 1, -1],
      ]),
    );
  }
  if (choices.chance(0.15)) items.push("...");
  if (choices.chance(0.15) && arrays === 0) items.splice(choices.integer(0, items.length), 0, null);
  return items;
}

const parts: readonly Row[] = [
  of("index.slice", (d) => {
    const x = whole(d);
    d.step("index.slice", [ref(x), index(d, x, false)], x.interval);
  }),
  of("index.at.get", (d) => {
    const x = whole(d);
    d.step("index.at.get", [ref(x), index(d, x, false)], x.interval);
  }),
  ...["set", "add", "multiply", "min", "max"].map((name) =>
    of(`index.at.${name}`, (d) => {
      const x = operand(d, { fits: (s) => s.length > 0 && sizeOf(s) > 0 });
      // Several values set at one place: JAX leaves open which one stays.
      const at = index(d, x, name !== "add").filter((item) => item !== null);
      const part = d.step("index.at.get", [ref(x), at]);
      const value = partner(d, part.shape, { fits: (s) => s.length <= part.shape.length });
      if (typeof value !== "number" && !fitsInto(value.shape, part.shape)) return;
      d.step(`index.at.${name}`, [ref(x), at, asExpression(value)], [-64, 64]);
    }),
  ),
];

const fitsInto = (value: readonly number[], part: readonly number[]): boolean =>
  value.length <= part.length && value.every((n, k) => n === 1 || n === part[k + part.length - value.length]);

const taking: readonly Row[] = [
  ...["numpy.take", "method.take"].map((name) =>
    of(name, (d) => {
      const x = whole(d);
      const axis = d.choices.chance(0.2) ? null : d.choices.integer(0, x.shape.length - 1);
      const n = axis === null ? sizeOf(x.shape) : x.shape[axis];
      const at = d.choices.chance(0.3) ? d.choices.integer(0, n - 1) : null;
      // "fill", the default, gives NaN out of range.
      const mode = name === "numpy.take" ? d.choices.oneOf(["fill", "clip", "wrap"]) : "fill";
      const given = mode === "fill" ? [] : [options({ mode })];
      const positions = at ?? ref(indices(d, n, d.choices.oneOf([[2], [], [2, 2]]), mode !== "fill"));
      const along = axis === null ? null : spelled(d, axis, x.shape.length);
      d.step(name, [ref(x), positions, along, ...given], x.interval);
    }),
  ),
  of("numpy.takeAlongAxis", (d) => {
    const x = whole(d);
    const axis = d.choices.integer(0, x.shape.length - 1);
    const shape = x.shape.map((n, k) => (k === axis ? d.choices.integer(1, 3) : n));
    const at = indices(d, x.shape[axis], shape);
    d.step("numpy.takeAlongAxis", [ref(x), ref(at), spelled(d, axis, x.shape.length)], x.interval);
  }),
  of("numpy.interp", (d) => {
    const points = d.step("numpy.arange", [0, 4, 1, options({ dtype: d.floatType })], [0, 3]);
    const values = exactly(d, [4]);
    const given = d.choices.chance(0.3) ? [options({ left: -1, right: 2 })] : [];
    const x = operand(d, { interval: [-1, 4] });
    d.step("numpy.interp", [ref(x), ref(points), ref(values), ...given], [-4, 4]);
  }),
];

// lax ----------------------------------------------------------------------------------------------------------------

const start = (d: Draft): Expression => startsOf(d, [0])[0];

/** All numbers or all arrays: with 64-bit types JAX refuses a number beside an int32. */
function startsOf(d: Draft, shape: readonly number[]): Expression[] {
  if (d.choices.chance(0.4)) return shape.map(() => d.choices.integer(0, 2));
  return shape.map(() => ref(exactly(d, [], { kinds: ["int"], interval: [-3, 4] })));
}

const windows: readonly Row[] = [
  of("lax.slice", (d) => {
    const x = whole(d);
    const from = x.shape.map((n) => d.choices.integer(0, n - 1));
    const to = x.shape.map((n, k) => d.choices.integer(from[k], n));
    const strides = d.choices.chance(0.4) ? [x.shape.map(() => d.choices.integer(1, 2))] : [];
    d.step("lax.slice", [ref(x), from, to, ...strides], x.interval);
  }),
  of("lax.sliceInDim", (d) => {
    const x = whole(d);
    const axis = d.choices.integer(0, x.shape.length - 1);
    const n = x.shape[axis];
    const from = d.choices.integer(0, n - 1);
    d.step("lax.sliceInDim", [ref(x), from, d.choices.integer(from, n), 1, axis], x.interval);
  }),
  of("lax.indexInDim", (d) => {
    const x = whole(d);
    const axis = d.choices.integer(0, x.shape.length - 1);
    const args = [d.choices.integer(0, x.shape[axis] - 1), axis, d.choices.chance(0.5)];
    d.step("lax.indexInDim", [ref(x), ...args], x.interval);
  }),
  of("lax.dynamicSlice", (d) => {
    const x = whole(d);
    const sizes = x.shape.map((n) => d.choices.integer(1, n));
    const starts = d.choices.chance(0.3)
      ? ref(exactly(d, [x.shape.length], { kinds: ["int"], interval: [-2, 3] }))
      : startsOf(d, x.shape);
    d.step("lax.dynamicSlice", [ref(x), starts, sizes], x.interval);
  }),
  of("lax.dynamicSliceInDim", (d) => {
    const x = whole(d);
    const axis = d.choices.integer(0, x.shape.length - 1);
    const size = d.choices.integer(1, x.shape[axis]);
    d.step("lax.dynamicSliceInDim", [ref(x), start(d), size, axis], x.interval);
  }),
  of("lax.dynamicIndexInDim", (d) => {
    const x = whole(d);
    const args = [d.choices.integer(0, x.shape.length - 1), d.choices.chance(0.5)];
    d.step("lax.dynamicIndexInDim", [ref(x), start(d), ...args], x.interval);
  }),
  of("lax.dynamicUpdateSlice", (d) => {
    const x = operand(d, { fits: (s) => s.length > 0 && sizeOf(s) > 0 });
    const update = exactly(
      d,
      x.shape.map((n) => d.choices.integer(1, n)),
    );
    const starts = startsOf(d, x.shape);
    d.step("lax.dynamicUpdateSlice", [ref(x), ref(update), starts], hull(x.interval, update.interval));
  }),
  of("lax.dynamicUpdateSliceInDim", (d) => {
    const x = operand(d, { fits: (s) => s.length > 0 && sizeOf(s) > 0 });
    const axis = d.choices.integer(0, x.shape.length - 1);
    const update = exactly(
      d,
      x.shape.map((n, k) => (k === axis ? d.choices.integer(1, n) : n)),
    );
    d.step(
      "lax.dynamicUpdateSliceInDim",
      [ref(x), ref(update), start(d), axis],
      hull(x.interval, update.interval),
    );
  }),
  of("lax.dynamicUpdateIndexInDim", (d) => {
    const x = operand(d, { fits: (s) => s.length > 0 && sizeOf(s) > 0 });
    const axis = d.choices.integer(0, x.shape.length - 1);
    const update = exactly(
      d,
      x.shape.filter((_, k) => k !== axis),
    );
    d.step(
      "lax.dynamicUpdateIndexInDim",
      [ref(x), ref(update), start(d), axis],
      hull(x.interval, update.interval),
    );
  }),
];

/** Rows x[i] of the first axis, or elements x[i, j]. */
function geometry(d: Draft, shape: readonly number[]): { depth: number; count: number } {
  return { depth: d.choices.integer(1, Math.min(2, shape.length)), count: d.choices.integer(1, 3) };
}

const gathering: readonly Row[] = [
  of("lax.gather", (d) => {
    const x = whole(d);
    const { depth, count } = geometry(d, x.shape);
    const mode = d.choices.oneOf(["promiseInBounds", "clip", "fill"]);
    const least = Math.min(...x.shape.slice(0, depth));
    const interval: Interval = mode === "clip" ? [-1, 4] : [0, least - 1];
    const at = exactly(d, [count, depth], { kinds: ["int"], interval });
    const numbers = options({
      offsetDims: axesOf(x.shape.slice(depth)).map((k) => k + 1),
      collapsedSliceDims: axesOf(x.shape).slice(0, depth),
      startIndexMap: axesOf(x.shape).slice(0, depth),
    });
    const sizes = x.shape.map((n, k) => (k < depth ? 1 : n));
    d.step("lax.gather", [ref(x), ref(at), numbers, sizes, options({ mode })], x.interval);
  }),
  ...["scatter", "scatterAdd", "scatterMul", "scatterMin", "scatterMax"].map((name) =>
    of(`lax.${name}`, (d) => {
      const x = operand(d, { fits: (s) => s.length > 0 && sizeOf(s) > 0 });
      const { depth } = geometry(d, x.shape);
      // With more than one place two updates may meet, which is defined for sums alone.
      const count = name === "scatterAdd" ? d.choices.integer(1, 3) : 1;
      // JAX's derivative of scatterMin and scatterMax leaves out where windows are moved or dropped.
      const least = Math.min(...x.shape.slice(0, depth));
      const interval: Interval = /M(in|ax)$/.test(name) ? [0, least - 1] : [-1, 3];
      const at = exactly(d, [count, depth], { kinds: ["int"], interval });
      const updates = exactly(d, [count, ...x.shape.slice(depth)]);
      const numbers = options({
        updateWindowDims: axesOf(x.shape.slice(depth)).map((k) => k + 1),
        insertedWindowDims: axesOf(x.shape).slice(0, depth),
        scatterDimsToOperandDims: axesOf(x.shape).slice(0, depth),
      });
      const mode = d.choices.oneOf([{}, { mode: "clip" }, { mode: "fill" }]);
      // scatterMul has a derivative only where updates do not meet.
      const given = options({ ...mode, ...(count === 1 ? { uniqueIndices: true } : {}) });
      d.step(`lax.${name}`, [ref(x), ref(at), ref(updates), numbers, given], [-20, 20]);
    }),
  ),
  of("nn.oneHot", (d) => {
    const x = operand(d, { kinds: ["int"], interval: [-1, 4] });
    const given = options({ dtype: d.floatType, axis: d.choices.oneOf([-1, 0]) });
    d.step("nn.oneHot", [ref(x), d.choices.integer(1, 4), given], [0, 1]);
  }),
];

export const indexingRows: readonly Row[] = [...parts, ...taking, ...windows, ...gathering];
