/** The energy's network, its derivatives and Langevin steps of many chains, as kernels that a person would write for gpu.js. */
import { energySizes, layers } from "../workloads/data.js";
import type { Handle, Kernels, Launch } from "./kernels.js";

/** Weights of E(x) = w3 silu(w2 silu(w1 x + b1) + b2) + b3, on the device. */
export interface Weights {
  /** f32[2, hidden] */
  readonly w1: Handle;
  readonly b1: Handle;
  /** f32[hidden, hidden] */
  readonly w2: Handle;
  readonly b2: Handle;
  /** f32[hidden, 1] */
  readonly w3: Handle;
  readonly b3: Handle;
}

export function weightsOf({ matrix }: Kernels, hidden: number): Weights {
  const [first, second, third] = layers(energySizes(hidden));
  const w = [first, second, third].map(({ w, inputs, outputs }) => matrix(w, inputs, outputs));
  const b = [first, second, third].map(({ b, outputs }) => matrix(b, 1, outputs));
  return { w1: w[0], b1: b[0], w2: w[1], b2: b[1], w3: w[2], b3: b[2] };
}

const silu = (z: string): string => `${z} / (1 + Math.exp(-${z}))`;
/** With s = 1 / (1 + exp(-z)): silu'(z) = s (1 + z (1 - s)) */
const siluSlope = "s * (1 + z * (1 - s))";
const first =
  "const z = b1[0][this.thread.x] + x[this.thread.y][0] * w1[0][this.thread.x] + x[this.thread.y][1] * w1[1][this.thread.x];";

/** Kernels for `rows` points at a time. */
export interface NetworkKernels {
  /** (x, w1, b1) -> silu(x w1 + b1): f32[rows, hidden] */
  readonly hidden1: Launch;
  /** (hidden1, w2, b2) -> what the second layer's activation is given: f32[rows, hidden] */
  readonly before2: Launch;
  /** (before2, w3, cotangents f32[rows, 1]) -> cotangents of before2 */
  readonly back2: Launch;
  /** (cotangents of before2, w2, x, w1, b1) -> cotangents of what the first activation is given */
  readonly back1: Launch;
}

export function networkKernels({ kernel }: Kernels, hidden: number, rows: number): NetworkKernels {
  const over = (body: string): string => `for (let k = 0; k < ${hidden}; k++) { ${body} }`;
  return {
    hidden1: kernel(`function (x, w1, b1) { ${first} return ${silu("z")}; }`, [hidden, rows]),
    before2: kernel(
      `function (h, w2, b2) {
        let z = b2[0][this.thread.x];
        ${over("z += h[this.thread.y][k] * w2[k][this.thread.x];")}
        return z;
      }`,
      [hidden, rows],
    ),
    back2: kernel(
      `function (z2, w3, g) {
        const z = z2[this.thread.y][this.thread.x];
        const s = 1 / (1 + Math.exp(-z));
        return g[this.thread.y][0] * w3[this.thread.x][0] * ${siluSlope};
      }`,
      [hidden, rows],
    ),
    back1: kernel(
      `function (d2, w2, x, w1, b1) {
        ${first}
        const s = 1 / (1 + Math.exp(-z));
        let sum = 0;
        ${over("sum += d2[this.thread.y][k] * w2[this.thread.x][k];")}
        return sum * ${siluSlope};
      }`,
      [hidden, rows],
    ),
  };
}

/** Uniform numbers without a sine, whose error on a driver would be all that is left of it: D. Hoskins, "Hash without Sine". */
const uniform = (seed: string): string => {
  const [a, b, c, d, e] = ["a", "b", "c", "d", "e"].map((name) => seed + name);
  const fract = (x: string): string => `(${x}) - Math.floor(${x})`;
  return `let ${a} = ${fract("(this.thread.x + 1) * 0.1031")};
    let ${b} = ${fract("(this.thread.y + 1) * 0.103")};
    let ${c} = ${fract(`${seed} * 0.0973`)};
    const ${d} = ${a} * (${b} + 33.33) + ${b} * (${c} + 33.33) + ${c} * (${a} + 33.33);
    const ${e} = (${a} + ${b} + 2 * ${d}) * (${c} + ${d});
    const ${seed}u = Math.max(${fract(e)}, 0.0000001);`;
};

/** x - h dE/dx + sqrt(2 h) n for every chain, with normals by Box and Muller. */
export function langevinByHand(
  kernels: Kernels,
  hidden: number,
  chains: number,
): (weights: Weights, start: Handle, steps: readonly number[], seed: number) => Promise<Handle> {
  const { kernel, matrix, free } = kernels;
  const network = networkKernels(kernels, hidden, chains);
  const move = kernel(
    `function (x, d1, w1, h, p, q) {
      let g = 0;
      for (let k = 0; k < ${hidden}; k++) { g += w1[this.thread.x][k] * d1[this.thread.y][k]; }
      ${uniform("p")}
      ${uniform("q")}
      const n = Math.sqrt(-2 * Math.log(pu)) * Math.cos(6.283185307179586 * qu);
      return x[this.thread.y][this.thread.x] - h * g + Math.sqrt(2 * h) * n;
    }`,
    [2, chains],
  );
  const ones = matrix(new Float32Array(chains).fill(1), chains, 1);
  return async ({ w1, b1, w2, b2, w3 }, start, steps, seed) => {
    let x = start;
    for (const [i, h] of steps.entries()) {
      const h1 = await network.hidden1(x, w1, b1);
      const z2 = await network.before2(h1, w2, b2);
      const d2 = await network.back2(z2, w3, ones);
      const d1 = await network.back1(d2, w2, x, w1, b1);
      const next = await move(x, d1, w1, h, seed + i, seed + i + 0.5);
      free(h1, z2, d2, d1);
      if (x !== start) free(x);
      x = next;
    }
    return x;
  };
}
