/** Reductions, statistics, running sums, sorting. */
import type { Draft } from "../draft.js";
import { exactly, operand } from "../operands.js";
import type { Expression } from "../program.js";
import { type Interval, type Kind, options, ref, sizeOf, usual, type Value } from "../values.js";
import { anAxis, axesOf, numeric, type Row, spelled } from "./row.js";

const of = (name: string, grow: Row["grow"]): Row => ({ name, grow });
const only = (name: string, grow: Row["grow"]): Row => ({ name, grow, narrow: true });
const bool: Interval = [0, 1];

/** null, one axis or several, or nothing; then sometimes options. */
function reducedArguments(
  d: Draft,
  x: Value,
  extra: Readonly<Record<string, Expression>> = {},
): Expression[] {
  const { choices } = d;
  const rank = x.shape.length;
  const axis =
    rank === 0 || choices.chance(0.25)
      ? null
      : choices.chance(0.6)
        ? anAxis(d, x)
        : choices.shuffled(choices.someOf(axesOf(x.shape))).map((k) => spelled(d, k, rank));
  const keepdims = choices.chance(0.3) ? { keepdims: true } : {};
  const entries = { ...keepdims, ...extra };
  if (Object.keys(entries).length > 0) return [axis, options(entries)];
  return axis === null && choices.chance(0.5) ? [] : [axis];
}

const reduces =
  (
    name: string,
    interval: Interval,
    range: (x: Value) => Interval,
    kinds: readonly Kind[],
    nonEmpty = false,
  ) =>
  (d: Draft): void => {
    const fits = (shape: readonly number[]): boolean => !nonEmpty || sizeOf(shape) > 0;
    const x = numeric(d, interval, kinds, { fits });
    d.step(name, [ref(x), ...reducedArguments(d, x)], range(x));
  };

const summed = ({ interval: [low, high], shape }: Value): Interval => {
  const n = sizeOf(shape);
  return [Math.min(0, n * low), Math.max(0, n * high)];
};
const same = ({ interval }: Value): Interval => interval;
const spread: Interval = [0, 8];

const numericReductions: readonly Row[] = ["numpy", "method"].flatMap((namespace) => [
  of(`${namespace}.sum`, reduces(`${namespace}.sum`, usual, summed, ["int", "uint", "bool"])),
  of(
    `${namespace}.prod`,
    reduces(`${namespace}.prod`, [-1.1, 1.1], () => [-31, 31], ["int", "bool"]),
  ),
  of(`${namespace}.mean`, reduces(`${namespace}.mean`, usual, same, ["int", "bool"], true)),
  of(`${namespace}.max`, reduces(`${namespace}.max`, usual, same, ["int", "uint"], true)),
  of(`${namespace}.min`, reduces(`${namespace}.min`, usual, same, ["int", "uint"], true)),
]);

/** Their derivatives are infinite where all elements are one: a noise of the shape is added. */
function spreadOut(d: Draft): Value {
  const x = operand(d, {
    fits: (shape) => sizeOf(shape) > 1 && shape.every((n) => n !== 1),
    interval: [-2, 2],
  });
  const noise = d.newInput("float", x.shape, [-1, 1]);
  return d.step("numpy.add", [ref(x), ref(noise)], [-3, 3]);
}

const spreads: readonly Row[] = ["numpy.std", "numpy.var_", "method.std", "method.var_"].map((name) =>
  of(name, (d) => {
    const x = spreadOut(d);
    const axis = d.choices.chance(0.4) ? null : anAxis(d, x);
    const ddof = d.choices.chance(0.4) ? { ddof: 1 } : {};
    const keepdims = d.choices.chance(0.3) ? { keepdims: true } : {};
    d.step(name, [ref(x), axis, options({ ...ddof, ...keepdims })], spread);
  }),
);

const withAxis = (shape: readonly number[]): boolean => shape.length > 0 && sizeOf(shape) > 0;

const statistics: readonly Row[] = [
  of("numpy.median", (d) => {
    // JAX's median of a scalar with keepdims has shape [1], NumPy's [].
    const x = numeric(d, usual, ["int"], { fits: withAxis });
    d.step("numpy.median", [ref(x), ...reducedArguments(d, x)], x.interval);
  }),
  of(
    "numpy.ptp",
    reduces("numpy.ptp", usual, () => spread, ["int"], true),
  ),
  of(
    "numpy.logsumexp",
    reduces("numpy.logsumexp", usual, () => [-4, 8], ["int"], true),
  ),
  of(
    "nn.logsumexp",
    reduces("nn.logsumexp", usual, () => [-4, 8], [], true),
  ),
  of("numpy.quantile", (d) => {
    const x = operand(d, { fits: withAxis });
    const method = d.choices.oneOf(["linear", "lower", "higher", "midpoint", "nearest"]);
    const q = d.choices.chance(0.6)
      ? d.choices.uniform(0.05, 0.95)
      : ref(d.newInput("float", [2], [0.05, 0.95]));
    d.step("numpy.quantile", [ref(x), q, ...reducedArguments(d, x, { method })], x.interval);
  }),
  of("numpy.average", (d) => {
    const x = operand(d, { fits: withAxis });
    const axis = d.choices.integer(0, x.shape.length - 1);
    const whole = d.choices.chance(0.5);
    const weights = exactly(d, whole ? x.shape : [x.shape[axis]], { interval: [0.2, 2] });
    const keepdims = d.choices.chance(0.3) ? { keepdims: true } : {};
    const at = whole && d.choices.chance(0.3) ? null : axis;
    d.step("numpy.average", [ref(x), at, options({ weights: ref(weights), ...keepdims })], [-4, 4]);
  }),
  ...["nn.softmax", "nn.logSoftmax"].map((name) =>
    of(name, (d) => {
      const x = operand(d, { fits: withAxis });
      const axes = d.choices.chance(0.3) ? [] : [anAxis(d, x)];
      d.step(name, [ref(x), ...axes], name === "nn.softmax" ? bool : [-12, 0]);
    }),
  ),
];

const boolReductions: readonly Row[] = ["numpy.all", "numpy.any", "method.all", "method.any"].map((name) =>
  of(name, (d) => {
    const x = operand(d, { kinds: ["bool", "bool", "int"], interval: null });
    d.step(name, [ref(x), ...reducedArguments(d, x)], bool);
  }),
);

const argReductions: readonly Row[] = ["numpy.argmax", "numpy.argmin", "method.argmax", "method.argmin"].map(
  (name) =>
    of(name, (d) => {
      const x = numeric(d, usual, ["int"], { fits: withAxis });
      const axis = d.choices.chance(0.2) ? [] : [anAxis(d, x)];
      const keepdims = axis.length > 0 && d.choices.chance(0.3) ? [options({ keepdims: true })] : [];
      d.step(name, [ref(x), ...axis, ...keepdims], [0, sizeOf(x.shape)]);
    }),
);

// lax ----------------------------------------------------------------------------------------------------------------

const laxReductions: readonly Row[] = ["reduceSum", "reduceProd", "reduceMax", "reduceMin"].map((name) =>
  of(`lax.${name}`, (d) => {
    const x = operand(d, {
      interval: name === "reduceProd" ? [-1.1, 1.1] : usual,
      fits: (s) => sizeOf(s) > 0,
    });
    const axes = d.choices.someOf(axesOf(x.shape), 0.7);
    d.step(`lax.${name}`, [ref(x), axes], name === "reduceSum" ? summed(x) : [-31, 31]);
  }),
);

const laxBools: readonly Row[] = ["lax.reduceAnd", "lax.reduceOr"].map((name) =>
  of(name, (d) => {
    const x = operand(d, { kinds: ["bool"] });
    d.step(name, [ref(x), d.choices.someOf(axesOf(x.shape), 0.7)], bool);
  }),
);

const laxArgs: readonly Row[] = ["lax.argmax", "lax.argmin"].map((name) =>
  of(name, (d) => {
    const x = operand(d, { kinds: ["float", "int"], fits: withAxis });
    const dtype = d.choices.oneOf([[], ["int32"], ["uint32"]]);
    d.step(name, [ref(x), d.choices.integer(0, x.shape.length - 1), ...dtype], [0, 5]);
  }),
);

const running: readonly Row[] = ["numpy.cumsum", "numpy.cumprod", "method.cumsum", "method.cumprod"].map(
  (name) =>
    of(name, (d) => {
      const product = name.endsWith("prod");
      const kinds: readonly Kind[] = product ? ["bool"] : ["int", "bool"];
      const x = numeric(d, product ? [-1.1, 1.1] : usual, kinds, { fits: (s) => s.length > 0 });
      d.step(
        name,
        [ref(x), ...(d.choices.chance(0.2) ? [] : [anAxis(d, x)])],
        product ? [-31, 31] : summed(x),
      );
    }),
);

const laxRunning: readonly Row[] = ["cumsum", "cumprod", "cummax", "cummin", "cumlogsumexp"].map((name) =>
  of(`lax.${name}`, (d) => {
    const x = operand(d, { interval: name === "cumprod" ? [-1.1, 1.1] : usual, fits: (s) => s.length > 0 });
    const reverse = d.choices.chance(0.4) ? [options({ reverse: true })] : [];
    d.step(`lax.${name}`, [ref(x), anAxis(d, x), ...reverse], name === "cumsum" ? summed(x) : [-31, 31]);
  }),
);

// sorting ------------------------------------------------------------------------------------------------------------

const sorting: readonly Row[] = [
  ...["numpy.sort", "numpy.argsort"].map((name) =>
    of(name, (d) => {
      const x = numeric(d, usual, ["int", "uint"], { fits: (s) => s.length > 0 });
      const axis = d.choices.chance(0.2) ? null : anAxis(d, x);
      const descending = d.choices.chance(0.4) ? [options({ descending: true })] : [];
      d.step(name, [ref(x), axis, ...descending], name === "numpy.sort" ? x.interval : [0, sizeOf(x.shape)]);
    }),
  ),
  ...["method.sort", "method.argsort"].map((name) =>
    of(name, (d) => {
      const x = operand(d, { kinds: ["float", "int"], fits: (s) => s.length > 0, interval: null });
      d.step(name, [ref(x), anAxis(d, x)], name === "method.sort" ? x.interval : [0, sizeOf(x.shape)]);
    }),
  ),
  of("numpy.searchsorted", (d) => {
    const x = operand(d, { fits: (s) => s.length === 1, otherwise: () => [4] });
    const sorted = d.step("numpy.sort", [ref(x)], x.interval);
    const side = d.choices.chance(0.5) ? [options({ side: d.choices.oneOf(["left", "right"]) })] : [];
    d.step("numpy.searchsorted", [ref(sorted), ref(operand(d)), ...side], [0, 4]);
  }),
  of("lax.sort", (d) => {
    const x = operand(d, { fits: (s) => s.length > 0 });
    d.step("lax.sort", [ref(x), anAxis(d, x)], x.interval);
  }),
  of("lax.sortKeyVal", (d) => {
    const keys = operand(d, { kinds: ["float", "int"], fits: (s) => s.length > 0 });
    const values = exactly(d, keys.shape);
    const axis = d.choices.integer(0, keys.shape.length - 1);
    d.stepMany("lax.sortKeyVal", [ref(keys), ref(values), axis], [keys.interval, values.interval]);
  }),
  of("lax.sortMany", (d) => {
    const first = operand(d, { kinds: ["int"], interval: [0, 2], fits: (s) => s.length > 0 });
    const operands = [first, exactly(d, first.shape), exactly(d, first.shape)];
    const given = options({ dimension: d.choices.integer(0, first.shape.length - 1), numKeys: 2 });
    d.stepMany("lax.sortMany", [operands.map(ref), given], operands.map(same));
  }),
  of("lax.topK", (d) => {
    const signed = operand(d, { fits: withAxis });
    // -0 and 0 tie here, and do not in JAX on a CPU (docs/decisions.md).
    const isZero = d.step("numpy.equal", [ref(signed), 0], [0, 1]);
    const x = d.step("numpy.where", [ref(isZero), 0, ref(signed)], signed.interval);
    const last = x.shape[x.shape.length - 1];
    d.stepMany("lax.topK", [ref(x), d.choices.integer(1, last)], [x.interval, [0, last]]);
  }),
];

export const reductionRows: readonly Row[] = [
  ...numericReductions,
  ...spreads,
  ...statistics,
  ...boolReductions,
  ...argReductions,
  ...laxReductions,
  ...laxBools,
  ...laxArgs,
  ...running,
  ...laxRunning,
  ...sorting,
  only("numpy.countNonzero", (d) => {
    const x = operand(d, { kinds: ["bool", "int"], interval: null });
    d.step("numpy.countNonzero", [ref(x), ...reducedArguments(d, x)], [0, 64]);
  }),
];
