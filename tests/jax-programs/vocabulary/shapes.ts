/** Functions that move, repeat and join elements. */
import type { Draft } from "../draft.js";
import { exactly, operand } from "../operands.js";
import type { Expression } from "../program.js";
import { hull, type Kind, options, ref, sizeOf, type Value } from "../values.js";
import { anAxis, axesOf, type Row, spelled } from "./row.js";

const of = (name: string, grow: Row["grow"]): Row => ({ name, grow });
const kinds: readonly Kind[] = ["float", "float", "float", "int", "bool"];

const any = (d: Draft, minRank = 0): Value =>
  operand(d, { kinds, interval: null, fits: (shape) => shape.length >= minRank });

/** Ways to write n as a product of sizes. */
function factors(d: Draft, n: number): number[] {
  if (n === 0) return [0, 2];
  const shape: number[] = [];
  let rest = n;
  for (const p of [2, 3, 5]) {
    while (rest % p === 0) {
      if (d.choices.chance(0.5) || shape.length === 0) shape.push(p);
      else shape[shape.length - 1] *= p;
      rest /= p;
    }
  }
  if (rest > 1) shape.push(rest);
  if (d.choices.chance(0.2)) shape.push(1);
  return d.choices.shuffled(shape);
}

const reshapes = ["numpy.reshape", "method.reshape", "lax.reshape"].map((name) =>
  of(name, (d) => {
    const x = any(d);
    const shape = factors(d, sizeOf(x.shape));
    const open = name !== "lax.reshape" && sizeOf(x.shape) > 0 && shape.length > 0 && d.choices.chance(0.3);
    if (open) shape[d.choices.integer(0, shape.length - 1)] = -1;
    d.step(name, [ref(x), shape], x.interval);
  }),
);

const unary = ["numpy.ravel", "method.ravel", "method.flatten", "method.T"].map((name) =>
  of(name, (d) => {
    const x = any(d);
    d.step(name, [ref(x)], x.interval);
  }),
);

const permutations = ["numpy.transpose", "method.transpose", "lax.transpose"].map((name) =>
  of(name, (d) => {
    const x = any(d, 2);
    const rank = x.shape.length;
    const order = d.choices.shuffled(axesOf(x.shape));
    const axes = name === "lax.transpose" ? order : order.map((k) => spelled(d, k, rank));
    const given = name !== "lax.transpose" && d.choices.chance(0.2) ? [] : [axes];
    d.step(name, [ref(x), ...given], x.interval);
  }),
);

const moves = ["numpy", "method"].flatMap((namespace) => [
  of(`${namespace}.moveaxis`, (d) => {
    const x = any(d, 2);
    const rank = x.shape.length;
    const [from, to] = [d.choices.shuffled(axesOf(x.shape)), d.choices.shuffled(axesOf(x.shape))];
    const count = d.choices.integer(1, 2);
    const pick = (axes: readonly number[]): number[] => axes.slice(0, count).map((k) => spelled(d, k, rank));
    const args = count === 1 ? [pick(from)[0], pick(to)[0]] : [pick(from), pick(to)];
    d.step(`${namespace}.moveaxis`, [ref(x), ...args], x.interval);
  }),
  of(`${namespace}.swapaxes`, (d) => {
    const x = any(d, 2);
    d.step(`${namespace}.swapaxes`, [ref(x), anAxis(d, x), anAxis(d, x)], x.interval);
  }),
  of(`${namespace}.flip`, (d) => {
    const x = any(d, 1);
    d.step(`${namespace}.flip`, [ref(x), ...(d.choices.chance(0.3) ? [] : [anAxis(d, x)])], x.interval);
  }),
  of(`${namespace}.expandDims`, (d) => {
    const x = any(d);
    const rank = x.shape.length + 1;
    d.step(`${namespace}.expandDims`, [ref(x), spelled(d, d.choices.integer(0, rank - 1), rank)], x.interval);
  }),
  of(`${namespace}.squeeze`, (d) => {
    const x = operand(d, {
      kinds,
      interval: null,
      fits: (shape) => shape.includes(1),
      otherwise: () => [1, 3],
    });
    const axis = spelled(d, x.shape.indexOf(1), x.shape.length);
    d.step(`${namespace}.squeeze`, [ref(x), ...(d.choices.chance(0.4) ? [] : [axis])], x.interval);
  }),
  of(`${namespace}.broadcastTo`, (d) => {
    const x = any(d);
    const front = d.choices.chance(0.5) ? [d.choices.integer(1, 3)] : [];
    const shape = [...front, ...x.shape.map((n) => (n === 1 ? d.choices.integer(1, 3) : n))];
    if (sizeOf(shape) <= d.root.style.sizeLimit)
      d.step(`${namespace}.broadcastTo`, [ref(x), shape], x.interval);
  }),
  of(`${namespace}.repeat`, (d) => {
    const x = operand(d, { kinds, interval: null, fits: (s) => s.length > 0 && sizeOf(s) <= 18 });
    const axis = d.choices.integer(0, x.shape.length - 1);
    const each = Array.from({ length: x.shape[axis] }, () => d.choices.integer(0, 2));
    const repeats = each.some((n) => n > 0) && d.choices.chance(0.4) ? each : d.choices.integer(1, 2);
    d.step(`${namespace}.repeat`, [ref(x), repeats, spelled(d, axis, x.shape.length)], x.interval);
  }),
  of(`${namespace}.diagonal`, (d) => {
    const x = any(d, 2);
    const [first, second] = d.choices.shuffled(axesOf(x.shape)).map((k) => spelled(d, k, x.shape.length));
    const args = d.choices.chance(0.4) ? [] : [d.choices.integer(-1, 1), first, second];
    d.step(`${namespace}.diagonal`, [ref(x), ...args], x.interval);
  }),
]);

const joined = (d: Draft, x: Value): Value[] =>
  Array.from({ length: d.choices.integer(1, 2) }, () => exactly(d, x.shape));

const joins: readonly Row[] = [
  of("numpy.concatenate", (d) => {
    const x = operand(d, { fits: (shape) => shape.length > 0 && sizeOf(shape) <= 18, interval: null });
    const parts = d.choices.shuffled([x, ...joined(d, x)]);
    const axis = d.choices.chance(0.1) ? null : anAxis(d, x);
    d.step("numpy.concatenate", [parts.map(ref), axis], hull(...parts.map(({ interval }) => interval)));
  }),
  of("lax.concatenate", (d) => {
    const x = operand(d, { fits: (shape) => shape.length > 0 && sizeOf(shape) <= 18, interval: null });
    const parts = [x, ...joined(d, x)];
    const axis = d.choices.integer(0, x.shape.length - 1);
    d.step("lax.concatenate", [parts.map(ref), axis], hull(...parts.map(({ interval }) => interval)));
  }),
  of("numpy.stack", (d) => {
    const x = operand(d, { fits: (shape) => sizeOf(shape) <= 18, interval: null });
    const parts = [x, ...joined(d, x)];
    const rank = x.shape.length + 1;
    const axis = d.choices.chance(0.3) ? [] : [spelled(d, d.choices.integer(0, rank - 1), rank)];
    d.step("numpy.stack", [parts.map(ref), ...axis], hull(...parts.map(({ interval }) => interval)));
  }),
  ...["numpy.hstack", "numpy.vstack"].map((name) =>
    of(name, (d) => {
      const x = operand(d, { fits: (shape) => sizeOf(shape) <= 18, interval: null });
      const parts = [x, ...joined(d, x)];
      d.step(name, [parts.map(ref)], hull(...parts.map(({ interval }) => interval)));
    }),
  ),
  of("numpy.array", (d) => {
    const x = operand(d, { fits: (shape) => sizeOf(shape) <= 12 });
    const y = exactly(d, x.shape);
    d.step("numpy.array", [[ref(x), ref(y)]], hull(x.interval, y.interval));
  }),
  of("numpy.meshgrid", (d) => {
    const vectors = [0, 1].map(() =>
      operand(d, { fits: (s) => s.length === 1, otherwise: () => [3], interval: null }),
    );
    const indexing = d.choices.chance(0.5) ? [options({ indexing: d.choices.oneOf(["xy", "ij"]) })] : [];
    d.stepMany(
      "numpy.meshgrid",
      [vectors.map(ref), ...indexing],
      vectors.map(({ interval }) => interval),
    );
  }),
  of("numpy.split", (d) => {
    const x = operand(d, { kinds, interval: null, fits: (s) => s.some((n) => n > 1), otherwise: () => [4] });
    const axis = x.shape.findIndex((n) => n > 1);
    const n = x.shape[axis];
    const sections = n % 2 === 0 && d.choices.chance(0.5) ? 2 : [d.choices.integer(0, n)];
    d.stepMany("numpy.split", [ref(x), sections, axis], [x.interval, x.interval]);
  }),
];

const others: readonly Row[] = [
  of("numpy.matrixTranspose", (d) => {
    const x = any(d, 2);
    d.step("numpy.matrixTranspose", [ref(x)], x.interval);
  }),
  of("numpy.rot90", (d) => {
    const x = any(d, 2);
    const axes = d.choices.chance(0.4) ? [d.choices.shuffled(axesOf(x.shape)).slice(0, 2)] : [];
    d.step("numpy.rot90", [ref(x), d.choices.integer(-2, 3), ...axes], x.interval);
  }),
  of("numpy.roll", (d) => {
    const x = any(d, 1);
    const shift = d.choices.integer(-3, 3);
    const args = d.choices.oneOf([[shift], [shift, anAxis(d, x)], [[shift], [0]]]);
    d.step("numpy.roll", [ref(x), ...args], x.interval);
  }),
  of("numpy.tile", (d) => {
    const x = operand(d, { kinds, interval: null, fits: (s) => sizeOf(s) <= 12 });
    d.step("numpy.tile", [ref(x), d.choices.oneOf([2, [2], [1, 2], [2, 1, 1], [3]])], x.interval);
  }),
  of("numpy.pad", (d) => {
    const x = operand(d, {
      interval: null,
      fits: (s) => s.length > 0 && sizeOf(s) <= 12 && s.every((n) => n > 1),
    });
    const mode = d.choices.oneOf(["constant", "edge", "reflect", "symmetric", "wrap"]);
    const width = d.choices.chance(0.4)
      ? 1
      : x.shape.map(() => [d.choices.integer(0, 1), d.choices.integer(0, 1)]);
    const given = d.choices.chance(0.4)
      ? [options({ constantValues: 0.5 })]
      : mode === "constant"
        ? []
        : [options({ mode })];
    d.step("numpy.pad", [ref(x), width, ...given], hull(x.interval, [0, 0.5]));
  }),
  ...["numpy.tril", "numpy.triu"].map((name) =>
    of(name, (d) => {
      const x = any(d, 2);
      const k = d.choices.chance(0.5) ? [] : [d.choices.integer(-2, 2)];
      d.step(name, [ref(x), ...k], hull(x.interval, [0, 0]));
    }),
  ),
  of("numpy.diag", (d) => {
    const x = operand(d, {
      fits: (s) => s.length === 1 || s.length === 2,
      interval: null,
      otherwise: () => [3],
    });
    d.step(
      "numpy.diag",
      [ref(x), ...(d.choices.chance(0.5) ? [] : [d.choices.integer(-1, 1)])],
      hull(x.interval, [0, 0]),
    );
  }),
  of("lax.broadcast", (d) => {
    const x = operand(d, { interval: null, fits: (s) => sizeOf(s) <= 12 });
    d.step("lax.broadcast", [ref(x), d.choices.oneOf([[2], [1, 2], []])], x.interval);
  }),
  of("lax.broadcastInDim", (d) => {
    const x = operand(d, { interval: null, fits: (s) => sizeOf(s) <= 12 });
    const at = d.choices.integer(0, x.shape.length);
    const shape = [...x.shape.slice(0, at), 2, ...x.shape.slice(at)];
    const dims = axesOf(x.shape).map((k) => (k < at ? k : k + 1));
    d.step("lax.broadcastInDim", [ref(x), shape, dims], x.interval);
  }),
  of("lax.expandDims", (d) => {
    const x = any(d);
    d.step("lax.expandDims", [ref(x), [d.choices.integer(0, x.shape.length)]], x.interval);
  }),
  of("lax.squeeze", (d) => {
    const x = operand(d, { interval: null, fits: (shape) => shape.includes(1), otherwise: () => [1, 3] });
    d.step("lax.squeeze", [ref(x), [x.shape.indexOf(1)]], x.interval);
  }),
  of("lax.rev", (d) => {
    const x = any(d, 1);
    d.step("lax.rev", [ref(x), d.choices.someOf(axesOf(x.shape))], x.interval);
  }),
  of("lax.pad", (d) => {
    const x = operand(d, {
      interval: null,
      fits: (s) => s.length > 0 && sizeOf(s) <= 12 && s.every((n) => n > 1),
    });
    const config = x.shape.map(() => [
      d.choices.integer(-1, 1),
      d.choices.integer(0, 1),
      d.choices.integer(0, 1),
    ]);
    d.step("lax.pad", [ref(x), d.choices.chance(0.5) ? 0.25 : padding(d), config], hull(x.interval, [-4, 4]));
  }),
];

/** A constant to differentiation: JAX cannot transpose a pad in its padding alone. */
function padding(d: Draft): Expression {
  const value = operand(d, { fits: (s) => s.length === 0, otherwise: () => [] });
  return ref(d.step("lax.stopGradient", [ref(value)], value.interval));
}

export const shapeRows: readonly Row[] = [
  ...reshapes,
  ...unary,
  ...permutations,
  ...moves,
  ...joins,
  ...others,
];
