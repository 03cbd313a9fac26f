/** Functions of one or two floats, element by element, with the intervals that they are defined and tame in. */
import { asExpression, exactly, intervalOf, numberIn, operand, partner, shapeOf } from "../operands.js";
import { type Interval, type Kind, options, ref, usual, type Value } from "../values.js";
import { numeric, type Row } from "./row.js";

type Range = Interval | ((x: Interval) => Interval);
type Unary = readonly [name: string, domain: Interval, range: Range];

const same: Range = (x) => x;
const rounded: Range = ([low, high]) => [Math.floor(low), Math.ceil(high)];

/** Integers and bools become floats. */
const promoting: readonly Unary[] = [
  ["numpy.reciprocal", [0.3, 3], [1 / 3, 1 / 0.3]],
  ["numpy.reciprocal", [-3, -0.3], [-1 / 0.3, -1 / 3]],
  ["numpy.sqrt", [0.1, 9], [0.3, 3]],
  ["numpy.cbrt", [0.2, 8], [0.5, 2]],
  ["numpy.exp", [-3, 2], [0.04, 7.4]],
  ["numpy.exp2", [-3, 2.5], [0.12, 5.7]],
  ["numpy.expm1", [-3, 2], [-0.96, 6.4]],
  ["numpy.log", [0.2, 8], [-1.7, 2.1]],
  ["numpy.log2", [0.2, 8], [-2.4, 3.01]],
  ["numpy.log10", [0.2, 8], [-0.7, 1]],
  ["numpy.log1p", [-0.7, 6], [-1.3, 2]],
  ["numpy.sin", [-9, 9], [-1, 1]],
  ["numpy.cos", [-9, 9], [-1, 1]],
  ["numpy.tan", [-1.2, 1.2], [-2.6, 2.6]],
  ["numpy.arcsin", [-0.9, 0.9], [-1.2, 1.2]],
  ["numpy.arccos", [-0.9, 0.9], [0.4, 2.7]],
  ["numpy.arctan", [-9, 9], [-1.5, 1.5]],
  ["numpy.sinh", [-2, 2], [-3.7, 3.7]],
  ["numpy.cosh", [-2, 2], [1, 3.8]],
  ["numpy.tanh", usual, [-1, 1]],
  ["numpy.arcsinh", usual, [-2.1, 2.1]],
  ["numpy.arccosh", [1.2, 5], [0.6, 2.3]],
  ["numpy.arctanh", [-0.9, 0.9], [-1.5, 1.5]],
  ["numpy.sinc", usual, [-0.3, 1]],
  ["numpy.rint", usual, rounded],
  ["nn.softplus", usual, [0, 4.1]],
  ["nn.tanh", usual, [-1, 1]],
  ["nn.elu", usual, [-1, 4]],
];

/** Integers stay integers. */
const keeping: readonly Unary[] = [
  ["numpy.negative", usual, ([low, high]) => [-high, -low]],
  ["numpy.positive", usual, same],
  ["numpy.square", usual, [0, 16]],
  ["numpy.abs", usual, [0, 4]],
  ["numpy.sign", usual, [-1, 1]],
  ["numpy.floor", usual, rounded],
  ["numpy.ceil", usual, rounded],
  ["numpy.trunc", usual, rounded],
  ["numpy.round", usual, rounded],
  ["numpy.nanToNum", usual, same],
  ["nn.relu", usual, [0, 4]],
  ["lax.stopGradient", usual, same],
];

const methods: readonly Unary[] = [
  ["method.neg", usual, [-4, 4]],
  ["method.abs", usual, [0, 4]],
  ["method.sign", usual, [-1, 1]],
  ["method.square", usual, [0, 16]],
  ["method.sqrt", [0.1, 9], [0.3, 3]],
  ["method.exp", [-3, 2], [0.04, 7.4]],
  ["method.log", [0.2, 8], [-1.7, 2.1]],
  ["method.round", usual, rounded],
];

/** Floats alone: jax.nn's sigmoid, and so silu, refuses integers. */
const laxes: readonly Unary[] = [
  ["nn.silu", usual, [-0.3, 4]],
  ["nn.swish", usual, [-0.3, 4]],
  ["nn.sigmoid", usual, [0, 1]],
  ["lax.neg", usual, [-4, 4]],
  ["lax.abs", usual, [0, 4]],
  ["lax.sign", usual, [-1, 1]],
  ["lax.square", usual, [0, 16]],
  ["lax.sqrt", [0.1, 9], [0.3, 3]],
  ["lax.rsqrt", [0.1, 9], [0.3, 3.2]],
  ["lax.cbrt", [-8, -0.2], [-2, -0.5]],
  ["lax.exp", [-3, 2], [0.04, 7.4]],
  ["lax.exp2", [-3, 2.5], [0.12, 5.7]],
  ["lax.expm1", [-3, 2], [-0.96, 6.4]],
  ["lax.log", [0.2, 8], [-1.7, 2.1]],
  ["lax.log1p", [-0.7, 6], [-1.3, 2]],
  ["lax.logistic", usual, [0, 1]],
  ["lax.sin", [-9, 9], [-1, 1]],
  ["lax.cos", [-9, 9], [-1, 1]],
  ["lax.tan", [-1.2, 1.2], [-2.6, 2.6]],
  ["lax.asin", [-0.9, 0.9], [-1.2, 1.2]],
  ["lax.acos", [-0.9, 0.9], [0.4, 2.7]],
  ["lax.atan", [-9, 9], [-1.5, 1.5]],
  ["lax.sinh", [-2, 2], [-3.7, 3.7]],
  ["lax.cosh", [-2, 2], [1, 3.8]],
  ["lax.tanh", usual, [-1, 1]],
  ["lax.asinh", usual, [-2.1, 2.1]],
  ["lax.acosh", [1.2, 5], [0.6, 2.3]],
  ["lax.atanh", [-0.9, 0.9], [-1.5, 1.5]],
  ["lax.erf", [-2, 2], [-1, 1]],
  ["lax.erfc", [-2, 2], [0, 2]],
  ["lax.erfInv", [-0.9, 0.9], [-1.2, 1.2]],
  ["lax.lgamma", [1.3, 6], [-0.13, 4.8]],
  ["lax.digamma", [1.9, 6], [0.3, 1.71]],
  ["lax.floor", usual, rounded],
  ["lax.ceil", usual, rounded],
  ["lax.round", usual, rounded],
];

const unaryRow =
  (kinds: readonly Kind[]) =>
  ([name, domain, range]: Unary): Row => ({
    name,
    grow: (d) => {
      const x = numeric(d, domain, kinds);
      d.step(name, [ref(x)], typeof range === "function" ? range(x.interval) : range);
    },
  });

// of two -------------------------------------------------------------------------------------------------------------

type Pair = (x: Interval, y: Interval) => Interval;
type Binary = readonly [name: string, x: Interval, y: Interval, range: Interval | Pair];

const plus: Pair = ([a, b], [c, d]) => [a + c, b + d];
const minus: Pair = ([a, b], [c, d]) => [a - d, b - c];
const times: Pair = ([a, b], [c, d]) => {
  const corners = [a * c, a * d, b * c, b * d];
  return [Math.min(...corners), Math.max(...corners)];
};
const away: Interval = [0.4, 3];

const binaries: readonly Binary[] = [
  ["numpy.add", [-8, 8], [-8, 8], plus],
  ["numpy.subtract", [-8, 8], [-8, 8], minus],
  ["numpy.multiply", usual, usual, times],
  ["numpy.divide", usual, away, [-10, 10]],
  ["numpy.divide", usual, [-3, -0.4], [-10, 10]],
  ["numpy.power", [0.3, 2.5], [-2, 2], [0.09, 11.2]],
  ["numpy.maximum", usual, usual, [-4, 4]],
  ["numpy.minimum", usual, usual, [-4, 4]],
  ["numpy.hypot", [0.1, 4], usual, [0.1, 5.7]],
  ["numpy.arctan2", usual, away, [-1.5, 1.5]],
  ["numpy.logaddexp", usual, usual, [-4, 4.7]],
  ["numpy.logaddexp2", usual, usual, [-4, 5]],
  ["numpy.floorDivide", usual, away, [-10, 10]],
  ["numpy.remainder", usual, away, [0, 3]],
  ["numpy.mod", usual, [-3, -0.4], [-3, 0]],
  ["numpy.fmod", usual, away, [-3, 3]],
  ["method.add", usual, usual, plus],
  ["method.sub", usual, usual, minus],
  ["method.mul", usual, usual, times],
  ["method.div", usual, away, [-10, 10]],
  ["method.floorDivide", usual, away, [-10, 10]],
  ["method.mod", usual, away, [0, 3]],
  ["method.pow", [0.3, 2.5], [-2, 2], [0.09, 11.2]],
];

const laxBinaries: readonly Binary[] = [
  ["lax.add", [-8, 8], [-8, 8], plus],
  ["lax.sub", [-8, 8], [-8, 8], minus],
  ["lax.mul", usual, usual, times],
  ["lax.div", usual, away, [-10, 10]],
  ["lax.pow", [0.3, 2.5], [-2, 2], [0.09, 11.2]],
  ["lax.max", usual, usual, [-4, 4]],
  ["lax.min", usual, usual, [-4, 4]],
  ["lax.atan2", usual, away, [-1.5, 1.5]],
  ["lax.rem", usual, away, [-3, 3]],
];

const binaryRow = ([name, domainX, domainY, range]: Binary): Row => ({
  name,
  grow: (d) => {
    const x = numeric(d, domainX, ["int", "bool"]);
    if (x.dtype === "bool" && /subtract|sub$|floorDivide|mod|remainder/.test(name)) return;
    const y = partner(d, x.shape, { interval: domainY });
    const out = typeof range === "function" ? range(x.interval, intervalOf(y)) : range;
    const swapped = domainX === domainY && typeof y !== "number" && d.choices.chance(0.3);
    d.step(
      name,
      swapped ? [asExpression(y), ref(x)] : [ref(x), asExpression(y)],
      swapped ? hulled(out) : out,
    );
  },
});

/** lax promotes nothing: shapes are equal, or one operand is a number. */
const laxBinaryRow = ([name, domainX, domainY, range]: Binary): Row => ({
  name,
  grow: (d) => {
    const x = operand(d, { interval: domainX });
    const fits = (other: readonly number[]): boolean => String(other) === String(x.shape);
    const y = d.choices.chance(0.2)
      ? partner(d, [], { interval: domainY, fits: (other) => other.length === 0 })
      : operand(d, { interval: domainY, fits, otherwise: () => x.shape });
    if (String(shapeOf(y)) !== String(x.shape) && typeof y !== "number") return;
    const out = typeof range === "function" ? range(x.interval, intervalOf(y)) : range;
    d.step(name, [ref(x), asExpression(y)], out);
  },
});

/** Of a - b as of b - a. */
const hulled = ([low, high]: Interval): Interval => {
  const most = Math.max(Math.abs(low), Math.abs(high));
  return [-most, most];
};

const of = (name: string, grow: Row["grow"]): Row => ({ name, grow });

const withOptions: readonly Row[] = [
  of("numpy.power", (d) => {
    const n = d.choices.integer(-2, 3);
    const x = numeric(d, n < 0 ? [0.5, 2] : [-2, 2], n < 0 ? [] : ["int", "uint"]);
    d.step("numpy.power", [ref(x), n], [-8, 8]);
  }),
  of("method.pow", (d) => {
    d.step("method.pow", [ref(operand(d, { interval: [-2, 2] })), d.choices.integer(0, 3)], [-8, 8]);
  }),
  of("lax.integerPow", (d) => {
    const n = d.choices.integer(-2, 4);
    const x = operand(d, { interval: n < 0 ? [-2, -0.5] : [-1.6, 1.6] });
    d.step("lax.integerPow", [ref(x), n], [-7, 7]);
  }),
  of("numpy.divmod", (d) => {
    const x = numeric(d, usual, ["int"]);
    const y = partner(d, x.shape, { interval: away });
    d.stepMany(
      "numpy.divmod",
      [ref(x), asExpression(y)],
      [
        [-10, 10],
        [0, 3],
      ],
    );
  }),
  of("numpy.round", (d) => {
    d.step("numpy.round", [ref(operand(d)), d.choices.integer(-1, 2)], [-5, 5]);
  }),
  of("lax.round", (d) => {
    const method = d.choices.oneOf(["awayFromZero", "toNearestEven"]);
    d.step("lax.round", [ref(operand(d)), method], [-5, 5]);
  }),
  of("numpy.nanToNum", (d) => {
    d.step("numpy.nanToNum", [ref(operand(d)), options({ nan: 1, posinf: 2, neginf: -2 })], [-4, 4]);
  }),
  of("numpy.clip", (d) => {
    const x = numeric(d, usual, ["int"]);
    const [low, high] = [-1.3, 1.7].map((bound) => bound + d.choices.uniform(-0.3, 0.3));
    const bounds = d.choices.oneOf([[low, high], [low, null], [null, high], [low]]);
    d.step("numpy.clip", [ref(x), ...bounds], [-4, 4]);
  }),
  of("method.clip", (d) => {
    const x = operand(d);
    const low = partner(d, x.shape, { interval: [-2, 0] });
    d.step("method.clip", [ref(x), asExpression(low), 1.5], [-2, 1.5]);
  }),
  of("lax.clamp", (d) => {
    const x = operand(d);
    // JAX cannot differentiate with respect to a scalar bound of an array.
    const low = d.choices.chance(0.5) ? -1.21 : ref(exactly(d, x.shape, { interval: [-2, 0] }));
    d.step("lax.clamp", [low, ref(x), 1.43], [-2, 1.43]);
  }),
  // polygamma has a derivative in its second operand alone; in JAX zeta has none.
  ...[[0, 2] as const, [3, 4] as const].map(([least, most]) =>
    of("lax.polygamma", (d) => {
      const x = operand(d, { interval: [1.6, 5] });
      const order = d.step("numpy.fullLike", [ref(x), d.choices.integer(least, most)]);
      d.step("lax.polygamma", [ref(order), ref(x)], [-12, 12]);
    }),
  ),
  of("lax.zeta", (d) => {
    const x = operand(d, { interval: [1.1, 5] });
    const first = d.step("numpy.fullLike", [ref(x), numberIn(d, [1.5, 4])]);
    d.step("lax.zeta", [ref(first), ref(d.step("lax.stopGradient", [ref(x)], x.interval))], [0, 11]);
  }),
  // It has no derivative, in JAX neither.
  of("lax.nextafter", (d) => {
    const [x, y] = [operand(d), scalar(d, usual)].map((value) =>
      d.step("lax.stopGradient", [ref(value)], value.interval),
    );
    d.step("lax.nextafter", [ref(x), ref(d.step("numpy.broadcastTo", [ref(y), [...x.shape]]))], usual);
  }),
  of("nn.gelu", (d) => {
    d.step("nn.gelu", [ref(numeric(d, usual)), options({ approximate: d.choices.chance(0.5) })], [-0.2, 4]);
  }),
  of("nn.elu", (d) => {
    d.step("nn.elu", [ref(operand(d)), 0.7], [-1, 4]);
  }),
  of("nn.leakyRelu", (d) => {
    d.step(
      "nn.leakyRelu",
      d.choices.chance(0.5) ? [ref(numeric(d, usual))] : [ref(operand(d)), 0.2],
      [-1, 4],
    );
  }),
];

const scalar = (d: Parameters<Row["grow"]>[0], interval: Interval): Value =>
  operand(d, { interval, fits: (shape) => shape.length === 0, otherwise: () => [] });

export const elementwiseRows: readonly Row[] = [
  ...promoting.map(unaryRow(["int", "uint", "bool"])),
  ...keeping.map(unaryRow(["int"])),
  ...[...methods, ...laxes].map(unaryRow([])),
];

export const binaryRows: readonly Row[] = [
  ...binaries.map(binaryRow),
  ...laxBinaries.map(laxBinaryRow),
  ...withOptions,
];
