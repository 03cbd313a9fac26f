/** Products of vectors and matrices, linear algebra. */
import type { Draft } from "../draft.js";
import { exactly, operand } from "../operands.js";
import { type Interval, options, ref, sizeOf, type Value } from "../values.js";
import { anAxis, numeric, type Row } from "./row.js";

const of = (name: string, grow: Row["grow"]): Row => ({ name, grow });
/** Of up to six products of two numbers of [-2, 2]. */
const sums: Interval = [-24, 24];
const factor: Interval = [-2, 2];

const withRank = (d: Draft, least: number, most: number): Value =>
  operand(d, {
    interval: factor,
    fits: (s) => s.length >= least && s.length <= most && sizeOf(s) <= 18,
    otherwise: () => Array.from({ length: d.choices.integer(least, most) }, () => d.choices.integer(1, 3)),
  });

const last = ({ shape }: Value): number => shape[shape.length - 1];
const like = (d: Draft, shape: readonly number[]): Value => exactly(d, shape, { interval: factor });

const matrixProducts: readonly Row[] = ["numpy.dot", "numpy.matmul", "method.dot", "method.matmul"].map(
  (name) =>
    of(name, (d) => {
      const x = withRank(d, 1, name.endsWith("matmul") ? 3 : 2);
      const inner = last(x);
      const batch =
        name.endsWith("matmul") && x.shape.length === 3 && d.choices.chance(0.5) ? [x.shape[0]] : [];
      const y = like(d, d.choices.chance(0.3) ? [inner] : [...batch, inner, d.choices.integer(1, 3)]);
      d.step(name, [ref(x), ref(y)], sums);
    }),
);

const pairs: readonly Row[] = [
  of("numpy.inner", (d) => {
    const x = withRank(d, 1, 2);
    d.step("numpy.inner", [ref(x), ref(like(d, d.choices.oneOf([[last(x)], [2, last(x)]])))], sums);
  }),
  of("numpy.outer", (d) => {
    d.step("numpy.outer", [ref(withRank(d, 0, 1)), ref(withRank(d, 1, 1))], [-4, 4]);
  }),
  of("numpy.vdot", (d) => {
    const x = withRank(d, 1, 2);
    d.step("numpy.vdot", [ref(x), ref(like(d, x.shape))], [-72, 72]);
  }),
  of("numpy.vecdot", (d) => {
    const x = withRank(d, 1, 2);
    d.step("numpy.vecdot", [ref(x), ref(like(d, x.shape))], sums);
  }),
  of("numpy.matvec", (d) => {
    const x = withRank(d, 2, 3);
    d.step("numpy.matvec", [ref(x), ref(like(d, [last(x)]))], sums);
  }),
  of("numpy.vecmat", (d) => {
    const x = withRank(d, 1, 2);
    d.step("numpy.vecmat", [ref(x), ref(like(d, [last(x), 2]))], sums);
  }),
  of("numpy.kron", (d) => {
    const x = operand(d, { interval: factor, fits: (s) => s.length > 0 && s.length < 3 && sizeOf(s) <= 6 });
    d.step("numpy.kron", [ref(x), ref(like(d, d.choices.oneOf([[2], [2, 2], [1, 2]])))], [-4, 4]);
  }),
  of("numpy.cross", (d) => {
    const shape = d.choices.oneOf([[3], [2, 3], [3, 2]]);
    const axis = shape[0] === 3 ? 0 : -1;
    const [x, y] = [like(d, shape), like(d, shape)];
    d.step("numpy.cross", [ref(x), ref(y), ...(axis === 0 ? [0] : [])], [-8, 8]);
  }),
  of("numpy.tensordot", (d) => {
    const x = withRank(d, 2, 3);
    const n = x.shape.length;
    const y = like(d, [last(x), d.choices.integer(1, 3)]);
    const axes = d.choices.oneOf([1, [n - 1, 0], [[-1], [0]], 0]);
    d.step("numpy.tensordot", [ref(x), ref(y), axes], sums);
  }),
  of("numpy.tensordot", (d) => {
    const x = withRank(d, 2, 2);
    d.step("numpy.tensordot", [ref(x), ref(like(d, x.shape)), ...d.choices.oneOf([[], [2]])], [-72, 72]);
  }),
  of("lax.dot", (d) => {
    const x = withRank(d, 1, 2);
    d.step("lax.dot", [ref(x), ref(like(d, d.choices.oneOf([[last(x)], [last(x), 2]])))], sums);
  }),
  of("lax.dotGeneral", (d) => {
    const x = withRank(d, 2, 3);
    const rank = x.shape.length;
    const y = like(d, rank === 3 ? [x.shape[0], d.choices.integer(1, 2), x.shape[2]] : [2, x.shape[1]]);
    const numbers = [[[rank - 1], [rank - 1]], rank === 3 ? [[0], [0]] : [[], []]];
    d.step("lax.dotGeneral", [ref(x), ref(y), numbers], sums);
  }),
  of("numpy.trace", (d) => {
    const x = operand(d, { fits: (s) => s.length >= 2 });
    const k = d.choices.chance(0.5) ? [] : [d.choices.integer(-1, 1)];
    d.step("numpy.trace", [ref(x), ...k], [-16, 16]);
  }),
  of("numpy.vdot", (d) => {
    const x = numeric(d, factor, ["int"], { fits: (s) => s.length === 1, otherwise: () => [3] });
    d.step(
      "numpy.vdot",
      [ref(x), ref(exactly(d, x.shape, { kinds: ["int"], interval: [-3, 3] }))],
      [-72, 72],
    );
  }),
];

/** Subscripts of operands with sizes of the letters: i 2, j 3, k 2. */
const subscripts: readonly (readonly [text: string, ...shapes: number[][]])[] = [
  ["ij,jk->ik", [2, 3], [3, 2]],
  ["ij,jk", [2, 3], [3, 2]],
  ["ij->ji", [2, 3]],
  ["ij->", [2, 3]],
  ["ii->i", [3, 3]],
  ["ii", [3, 3]],
  ["i,j->ij", [2], [3]],
  ["i,i", [3], [3]],
  ["ij,ij->i", [2, 3], [2, 3]],
  ["bij,bjk->bik", [2, 2, 3], [2, 3, 2]],
  ["...j,jk->...k", [2, 2, 3], [3, 2]],
  ["...ij->...ji", [2, 2, 3]],
  ["ij,j,k->ik", [2, 3], [3], [2]],
  ["ijk,ik->kj", [2, 3, 2], [2, 2]],
  ["ij,kj,k->i", [2, 3], [2, 3], [2]],
  ["i...,i...->...", [2, 3], [2, 3]],
];

const einsums: readonly Row[] = subscripts.map(([text, ...shapes]) =>
  of("numpy.einsum", (d) => {
    d.step("numpy.einsum", [text, ...shapes.map((shape) => ref(like(d, shape)))], [-48, 48]);
  }),
);

// linear algebra -----------------------------------------------------------------------------------------------------

/** 3 I + X with |X| <= 0.6: its condition number is small. */
function dominant(d: Draft): Value {
  const n = d.choices.integer(1, 3);
  const batch = d.choices.chance(0.3) ? [2] : [];
  const x = exactly(d, [...batch, n, n], { interval: [-0.6, 0.6] });
  const diagonal = d.step("numpy.eye", [n, null, options({ dtype: d.floatType })], [0, 1]);
  const scaled = d.step("numpy.multiply", [ref(diagonal), 3], [0, 3]);
  return d.step("numpy.add", [ref(x), ref(scaled)], [-0.6, 3.6]);
}

function symmetric(d: Draft): Value {
  const x = dominant(d);
  const transposed = d.step("numpy.matrixTranspose", [ref(x)], x.interval);
  return d.step("numpy.add", [ref(x), ref(transposed)], [-1.2, 7.2]);
}

const linear: readonly Row[] = [
  of("numpy.linalg.norm", (d) => {
    const x = operand(d, { interval: [0.2, 3], fits: (s) => s.length > 0 && sizeOf(s) > 0 });
    const keepdims = d.choices.chance(0.3) ? { keepdims: true } : {};
    const ord = d.choices.oneOf([null, 1, 2, 3, Number.MAX_SAFE_INTEGER] as const);
    const vector = { ord: ord === Number.MAX_SAFE_INTEGER ? null : ord, axis: anAxis(d, x), ...keepdims };
    const matrix = { ord: d.choices.oneOf(["fro", 1]), axis: [0, 1], ...keepdims };
    const given = x.shape.length > 1 && d.choices.chance(0.4) ? matrix : vector;
    d.step("numpy.linalg.norm", [ref(x), ...(d.choices.chance(0.2) ? [] : [options(given)])], [0, 20]);
  }),
  of("numpy.linalg.cholesky", (d) => {
    const upper = d.choices.chance(0.4) ? [options({ upper: true })] : [];
    d.step("numpy.linalg.cholesky", [ref(symmetric(d)), ...upper], [-3, 3]);
  }),
  of("lax.linalg.cholesky", (d) => {
    d.step("lax.linalg.cholesky", [ref(symmetric(d))], [-3, 3]);
  }),
  of("numpy.linalg.triangularSolve", (d) => {
    const a = dominant(d);
    const n = last(a);
    const batch = a.shape.slice(0, -2);
    const left = d.choices.chance(0.6);
    const b = like(d, [...batch, ...(left ? [n, 2] : [2, n])]);
    const given = { leftSide: left, lower: d.choices.chance(0.5), transposeA: d.choices.chance(0.5) };
    const unit = d.choices.chance(0.3) ? { unitDiagonal: true } : {};
    d.step("numpy.linalg.triangularSolve", [ref(a), ref(b), options({ ...given, ...unit })], [-8, 8]);
  }),
  of("numpy.linalg.solve", (d) => {
    const a = dominant(d);
    const n = last(a);
    const b = like(d, d.choices.chance(0.4) ? [n] : [...a.shape.slice(0, -1), 2]);
    d.step("numpy.linalg.solve", [ref(a), ref(b)], [-8, 8]);
  }),
  of("numpy.linalg.inv", (d) => {
    d.step("numpy.linalg.inv", [ref(dominant(d))], [-2, 2]);
  }),
  of("numpy.linalg.det", (d) => {
    d.step("numpy.linalg.det", [ref(dominant(d))], [-60, 60]);
  }),
  of("numpy.linalg.slogdet", (d) => {
    d.stepMany(
      "numpy.linalg.slogdet",
      [ref(dominant(d))],
      [
        [-1, 1],
        [-4, 4.2],
      ],
    );
  }),
  ...["numpy.linalg.lu", "lax.linalg.lu"].map((name) =>
    of(name, (d) => {
      d.stepMany(
        name,
        [ref(dominant(d))],
        [
          [-4, 4],
          [0, 3],
          [0, 3],
        ],
      );
    }),
  ),
];

export const productRows: readonly Row[] = [...matrixProducts, ...pairs, ...einsums, ...linear];
