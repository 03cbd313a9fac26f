/** Arrays out of nothing: constants, and random numbers from keys that are inputs. */
import type { Draft } from "../draft.js";
import { asExpression, exactly, newShape, numberIn, operand, partner } from "../operands.js";
import type { Expression } from "../program.js";
import { type Interval, options, ref, sizeOf, type Value } from "../values.js";
import type { Row } from "./row.js";

const of = (name: string, grow: Row["grow"]): Row => ({ name, grow });
const only = (name: string, grow: Row["grow"]): Row => ({ name, grow, narrow: true });
const typed = (d: Draft): Expression => options({ dtype: d.floatType });
const word: Interval = [0, 2 ** 32 - 1];

const creation: readonly Row[] = [
  ...["numpy.zeros", "numpy.ones"].map((name) =>
    of(name, (d) => {
      const dtype = d.choices.oneOf([d.floatType, d.floatType, "int32", "bool"]);
      d.step(name, [newShape(d), options({ dtype })], [0, 1]);
    }),
  ),
  of("numpy.full", (d) => {
    d.step("numpy.full", [newShape(d), numberIn(d, [-2, 2]), typed(d)], [-2, 2]);
  }),
  of("numpy.full", (d) => {
    const x = operand(d, { fits: (s) => s.length < 2 });
    d.step("numpy.full", [[2, ...x.shape], ref(x)], x.interval);
  }),
  ...["numpy.zerosLike", "numpy.onesLike"].map((name) =>
    of(name, (d) => {
      d.step(name, [ref(operand(d, { kinds: ["float", "int"], interval: null }))], [0, 1]);
    }),
  ),
  of("numpy.fullLike", (d) => {
    d.step("numpy.fullLike", [ref(operand(d)), numberIn(d, [-2, 2])], [-2, 2]);
  }),
  of("lax.fullLike", (d) => {
    d.step("lax.fullLike", [ref(operand(d)), 1.5], [-2, 2]);
  }),
  of("lax.full", (d) => {
    d.step("lax.full", [newShape(d), 0.75, d.floatType], [-2, 2]);
  }),
  of("numpy.arange", (d) => {
    const args = d.choices.oneOf([
      [0, 4, 1],
      [1, 6, 2],
      [3, -1, -1],
    ]);
    d.step("numpy.arange", [...args, options({ dtype: d.choices.oneOf([d.floatType, "int32"]) })], [-1, 6]);
  }),
  only("numpy.arange", (d) => {
    d.step("numpy.arange", d.choices.oneOf([[4], [2.5], [0, 2, 0.5], [1, 4]]), [0, 4]);
  }),
  of("numpy.linspace", (d) => {
    const end = d.choices.chance(0.4) ? ref(operand(d, { fits: (s) => s.length < 2 })) : 2;
    const given = options({ endpoint: d.choices.chance(0.6), dtype: d.floatType });
    d.step("numpy.linspace", [-1, end, d.choices.integer(1, 4), given], [-4, 4]);
  }),
  of("numpy.logspace", (d) => {
    d.step(
      "numpy.logspace",
      [-1, 0.5, d.choices.integer(1, 4), options({ base: 3, dtype: d.floatType })],
      [0, 2],
    );
  }),
  ...["numpy.eye", "numpy.tri"].map((name) =>
    of(name, (d) => {
      const k = d.choices.integer(-1, 1);
      const tail = name === "numpy.eye" ? [options({ k, dtype: d.floatType })] : [k, typed(d)];
      d.step(name, [d.choices.integer(1, 3), d.choices.oneOf([null, 2, 4]), ...tail], [0, 1]);
    }),
  ),
  of("numpy.identity", (d) => {
    d.step("numpy.identity", [d.choices.integer(1, 4), typed(d)], [0, 1]);
  }),
  of("lax.iota", (d) => {
    d.step("lax.iota", [d.choices.oneOf([d.floatType, "int32", "uint32"]), d.choices.integer(1, 4)], [0, 3]);
  }),
  of("lax.broadcastedIota", (d) => {
    const shape = newShape(d, 1);
    const dtype = d.choices.oneOf([d.floatType, "int32"]);
    d.step("lax.broadcastedIota", [dtype, shape, d.choices.integer(0, shape.length - 1)], [0, 3]);
  }),
  of("numpy.asarray", (d) => {
    const x = operand(d, { kinds: ["int", "float"] });
    d.step("numpy.asarray", [ref(x), typed(d)], x.interval);
  }),
];

// random -------------------------------------------------------------------------------------------------------------

/** A key that no other call uses is split off. */
function key(d: Draft): Value {
  const own = d.newInput("uint", [2], word);
  const { choices } = d;
  if (choices.chance(0.3)) {
    const keys = d.step("random.split", [ref(own), 3], word);
    return d.step("index.slice", [ref(keys), [choices.integer(0, 2)]], word);
  }
  if (choices.chance(0.3)) return d.step("random.foldIn", [ref(own), choices.integer(0, 99)], word);
  return own;
}

const shapeArgument = (d: Draft): number[] => newShape(d, 0, 2);

const floats: readonly Row[] = (
  [
    ["uniform", [0, 1]],
    ["normal", [-6, 6]],
    ["exponential", [0, 20]],
    ["gumbel", [-5, 20]],
    ["laplace", [-20, 20]],
    ["logistic", [-20, 20]],
  ] as const
).map(([name, interval]) =>
  of(`random.${name}`, (d) => {
    d.step(`random.${name}`, [ref(key(d)), shapeArgument(d), typed(d)], interval);
  }),
);

const discrete: readonly Row[] = [
  of("random.uniform", (d) => {
    const minval = operand(d, { fits: (s) => s.length < 2, interval: [-2, 0] });
    const given = options({ minval: ref(minval), maxval: 2, dtype: d.floatType });
    d.step("random.uniform", [ref(key(d)), [2, ...minval.shape], given], [-2, 2]);
  }),
  of("random.cauchy", (d) => {
    const draw = d.step("random.cauchy", [ref(key(d)), shapeArgument(d), typed(d)]);
    d.step("numpy.arctan", [ref(draw)], [-1.6, 1.6]);
  }),
  only("random.bits", (d) => {
    d.step("random.bits", [ref(key(d)), shapeArgument(d)], word);
  }),
  of("random.split", (d) => {
    d.step("random.split", [ref(key(d)), ...d.choices.oneOf([[], [3], [[2, 2]]])], word);
  }),
  of("random.keyData", (d) => {
    d.step("random.keyData", [ref(key(d))], word);
  }),
  of("random.wrapKeyData", (d) => {
    d.step("random.wrapKeyData", [ref(key(d))], word);
  }),
  of("random.foldIn", (d) => {
    const data = exactly(d, [], { kinds: ["int"], interval: [0, 6] });
    d.step("random.foldIn", [ref(key(d)), ref(data)], word);
  }),
  of("random.key", (d) => {
    d.step("random.key", [d.choices.integer(0, 2 ** 31 - 1)], word);
  }),
  of("random.randint", (d) => {
    const low = d.choices.chance(0.3) ? ref(exactly(d, [], { kinds: ["int"], interval: [-3, 3] })) : -2;
    d.step("random.randint", [ref(key(d)), shapeArgument(d), low, 7], [-3, 7]);
  }),
  only("random.bernoulli", (d) => {
    const p = d.choices.chance(0.5)
      ? 0.3
      : ref(operand(d, { interval: [0, 1], fits: (s) => s.length === 1 }));
    d.step("random.bernoulli", [ref(key(d)), p], [0, 1]);
  }),
  // With 64-bit types JAX's coins come from float64 draws.
  only("random.rademacher", (d) => {
    const given = d.choices.chance(0.5) ? [] : [typed(d)];
    d.step("random.rademacher", [ref(key(d)), shapeArgument(d), ...given], [-1, 1]);
  }),
  of("random.truncatedNormal", (d) => {
    d.step("random.truncatedNormal", [ref(key(d)), -1.5, 2, shapeArgument(d), typed(d)], [-1.5, 2]);
  }),
  only("random.categorical", (d) => {
    const logits = operand(d, { fits: (s) => s.length > 0 && sizeOf(s) > 0 });
    d.step("random.categorical", [ref(key(d)), ref(logits)], [0, 4]);
  }),
  of("random.permutation", (d) => {
    const x = operand(d, { fits: (s) => s.length > 0, interval: null });
    d.step("random.permutation", [ref(key(d)), ref(x)], x.interval);
  }),
  only("random.permutation", (d) => {
    d.step("random.permutation", [ref(key(d)), d.choices.integer(1, 6)], [0, 6]);
  }),
  only("random.choice", (d) => {
    const x = operand(d, { fits: (s) => s.length > 0 && s[0] > 2, interval: null, otherwise: () => [4] });
    const given = d.choices.oneOf([[], [options({ replace: false })]]);
    d.step("random.choice", [ref(key(d)), ref(x), d.choices.oneOf([[], [2]]), ...given], x.interval);
  }),
];

/** Gamma samples have one derivative in their parameter: inside functions it is a constant. */
const once = (d: Draft, parameter: Value): Value =>
  d.depth === 0 ? parameter : d.step("lax.stopGradient", [ref(parameter)], parameter.interval);

/** Samplers with float parameters of given intervals, and a range. */
const parametrized: readonly Row[] = (
  [
    ["gamma", [[0.4, 4]], [0, 40]],
    ["loggamma", [[0.4, 4]], [-20, 4]],
    [
      "beta",
      [
        [0.5, 3],
        [0.5, 3],
      ],
      [0, 1],
    ],
    ["t", [[2, 6]], [-200, 200]],
  ] as const
).map(([name, parameters, interval]) =>
  of(`random.${name}`, (d) => {
    const [first, ...rest] = parameters;
    const fits = (shape: readonly number[]): boolean => shape.length === 1 && shape[0] > 0;
    const a = once(d, operand(d, { interval: first, fits, otherwise: () => [2] }));
    const others = rest.map((domain) => partner(d, [], { interval: domain, fits: (s) => s.length === 0 }));
    const args = [a, ...others.map((x) => (typeof x === "number" ? x : once(d, x)))].map(asExpression);
    d.step(`random.${name}`, [ref(key(d)), ...args, a.shape, typed(d)], interval);
  }),
);

const multivariate: readonly Row[] = [
  of("random.dirichlet", (d) => {
    const alpha = once(d, exactly(d, [3], { interval: [0.5, 3] }));
    d.step("random.dirichlet", [ref(key(d)), ref(alpha), [], typed(d)], [0, 1]);
  }),
  only("random.poisson", (d) => {
    d.step("random.poisson", [ref(key(d)), d.choices.oneOf([0.7, 4, 15]), [2]], [0, 60]);
  }),
  // Their signs are coins.
  only("random.ball", (d) => {
    d.step("random.ball", [ref(key(d)), 2, 2, [], typed(d)], [-1, 1]);
  }),
  only("random.generalizedNormal", (d) => {
    d.step("random.generalizedNormal", [ref(key(d)), d.choices.oneOf([1.5, 2, 3]), [3], typed(d)], [-20, 20]);
  }),
  of("random.multivariateNormal", (d) => {
    const mean = exactly(d, [2]);
    const root = exactly(d, [2, 2], { interval: [-0.4, 0.4] });
    const identity = d.step("numpy.eye", [2, null, typed(d)], [0, 1]);
    const product = d.step("numpy.matmul", [ref(root), ref(root)], [-0.4, 0.4]);
    const sum = d.step("numpy.add", [
      ref(product),
      ref(d.step("numpy.matrixTranspose", [ref(product)], [-0.4, 0.4])),
    ]);
    const covariance = d.step("numpy.add", [
      ref(sum),
      ref(d.step("numpy.multiply", [ref(identity), 2], [0, 2])),
    ]);
    d.step("random.multivariateNormal", [ref(key(d)), ref(mean), ref(covariance), [], typed(d)], [-16, 16]);
  }),
];

export const sourceRows: readonly Row[] = creation;
export const randomRows: readonly Row[] = [...floats, ...discrete, ...parametrized, ...multivariate];
