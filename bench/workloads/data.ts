/**
 * The numbers that every contender works on: a function of (stream, index) in exact arithmetic, so that programs in any
 * language make the same bits without sharing files. python/data.py is its other copy.
 */

/** u(i) = h(stream 0x9e3779b9 + i 0x6d2b79f5) / 2^32 in [0, 1), h the finalizer of MurmurHash3. */
function uniformAt(stream: number, i: number): number {
  let h = (Math.imul(stream, 0x9e3779b9) + Math.imul(i, 0x6d2b79f5)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

/** `count` numbers uniform in [0, 1). */
export const uniforms = (stream: number, count: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => uniformAt(stream, i));

/** `count` numbers of mean 0 and the standard deviation `scale`: sums of four uniform ones, whose arithmetic is exact. */
export function normals(stream: number, count: number, scale = 1): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const sum =
      uniformAt(stream, 4 * i) +
      uniformAt(stream, 4 * i + 1) +
      uniformAt(stream, 4 * i + 2) +
      uniformAt(stream, 4 * i + 3);
    values[i] = (sum - 2) * (Math.sqrt(3) * scale);
  }
  return values;
}

export interface LayerData {
  readonly inputs: number;
  readonly outputs: number;
  /** [inputs, outputs], of variance 1 / inputs */
  readonly w: Float32Array;
  /** [outputs], of standard deviation 0.1 */
  readonly b: Float32Array;
}

/** The weights of a network with these sizes. */
export const layers = (sizes: readonly number[]): readonly LayerData[] =>
  sizes.slice(1).map((outputs, i) => ({
    inputs: sizes[i],
    outputs,
    w: normals(10 + 2 * i, sizes[i] * outputs, 1 / Math.sqrt(sizes[i])),
    b: normals(11 + 2 * i, outputs, 0.1),
  }));

/** The sizes of the energies' networks. */
export const energySizes = (hidden: number): readonly number[] => [2, hidden, hidden, 1];

const half = Math.SQRT1_2;
/** Eight centres on a circle, in exact numbers. */
const centres = [
  [1, 0],
  [half, half],
  [0, 1],
  [-half, half],
  [-1, 0],
  [-half, -half],
  [0, -1],
  [half, -half],
];

/** Points [count, 2] of 8 gaussians, of standard deviation 0.1 on a circle of radius 2. */
export function points(count: number): Float32Array {
  const noise = normals(31, 2 * count, 0.1);
  return Float32Array.from({ length: 2 * count }, (_, i) => {
    const centre = centres[Math.floor(8 * uniformAt(30, i >> 1))];
    return 2 * centre[i & 1] + noise[i];
  });
}

/** Batches of points that a training run goes through in turn. */
export const batches = 8;

/** Where the chains of the sampling workload start. [chains, 2] */
export const starts = (chains: number): Float32Array => normals(40, 2 * chains, 2);

/** The step sizes of the annealed chains, from the first to the last. */
export const annealed = { first: 0.05, last: 0.005 };
/** The step size of the others. */
export const plainStep = 0.01;
/** Where the single chain starts. */
export const chainStart: readonly [number, number] = [0.5, -0.25];
/** Noiseless steps that the single chain takes to be compared. */
export const descentSteps = 1000;

export const regularization = 0.1;
export const learningRate = 1e-3;

/** Inputs in [0, 1) of the classifier. */
export const images = (count: number, size: number): Float32Array => uniforms(50, count * size);
/** Class i mod `classes` for image i. */
export const labels = (count: number, classes: number): Int32Array =>
  Int32Array.from({ length: count }, (_, i) => i % classes);
export const leftFactor = (size: number): Float32Array => normals(60, size * size);
export const rightFactor = (size: number): Float32Array => normals(61, size * size);
export const longVector = (size: number): Float32Array => normals(70, size);
/** Where the scalar function is differentiated. */
export const scalarPoint = 0.5;
