/**
 * What every machine must agree on: small programs of all kinds, one list for Node and for pages, which golden rows join as data.
 * Nothing here needs Node.
 */
import {
  blockUntilReady,
  grad,
  type InputArguments,
  jit,
  lax,
  type NDArray,
  type nn,
  numpy as np,
  type Output,
  optim,
  random,
  tree,
  vmap,
} from "cotangent";
import { initialState, type Negatives, trainStep } from "cotangent/ebm";
import { langevinSampling, linear } from "cotangent/sampling";
import { networkEnergy, parameters, pointsOfData } from "../../../bench/workloads/energy.js";
import type { NamedRow, Tolerance } from "../../jax/golden-rows.js";
import { partsOf } from "../../jax/held-to-jax.js";
import { longSums } from "./long-sums.js";

/** Compiles a function for the machine that is looked at. */
export type Compile = <A extends unknown[], R>(
  f: (...args: A) => R,
) => (...args: InputArguments<A>) => Output<R>;

export interface Case {
  readonly name: string;
  /** The results of functions that `compile` has compiled. */
  readonly run: (compile: Compile) => readonly NDArray[];
  /** What rounding may do to each result: ulps of each element, or an absolute number for each; 0 is exact. */
  readonly within?: readonly Tolerance[];
  /** Why elements are sums of larger terms, so that the largest of them says what rounding may do. */
  readonly cancels?: string;
}

/** The results of a case on a target, when they are there; the text of the error, where one is thrown. */
export async function resultsOn(target: string, { run }: Case): Promise<readonly NDArray[] | string> {
  try {
    return await blockUntilReady(run((f) => jit(f, { target })));
  } catch (error) {
    return String(error);
  }
}

/** The parts of a golden row: value, vjp, jvp and vmap, each as one program. */
export const rowCases = ({ name, place, row }: NamedRow): readonly Case[] =>
  row.traced === false
    ? []
    : partsOf(name, row).flatMap(([what, expected, compute]) =>
        expected === undefined || what === "under jit"
          ? []
          : [
              {
                name: `${name} row ${place}, ${what}`,
                run: (compile) => compile(() => [...compute()])(),
                within: expected.within ?? [],
              },
            ],
      );

// the programs that bench/ measures, small --------------------------------------------------------------------------

const hidden = 4;
const chains = 8;
const steps = 2;
const energy = networkEnergy(hidden);

/** As W1 draws its samples. */
const annealed: Negatives<null, null> = {
  init: () => null,
  draw: (key, e) => {
    const [startsKey, noiseKey] = random.split(key);
    const starts = random.uniform(startsKey, [chains, 2], { minval: -4, maxval: 4 });
    return [
      langevinSampling(noiseKey, e, starts, { steps, stepSize: linear(0.05, 0.005, steps) }),
      null,
      null,
    ];
  },
};

const parts = {
  init: () => parameters(hidden),
  energy,
  negatives: annealed,
  optimizer: optim.adam(1e-3),
  batchSize: chains,
  alpha: 0.1,
};

const sines = (x: NDArray): NDArray =>
  np
    .sin(x)
    .mul(np.exp(x.mul(x).neg()))
    .add(np.tanh(x))
    .sum();

const points = (): NDArray => random.normal(random.key(1), [600]);

export const workloads: readonly Case[] = [
  {
    name: "W1: two steps of training",
    run: (compile) => {
      const step = compile(trainStep(parts));
      const data = pointsOfData(4 * chains);
      const [state] = step(initialState(random.key(0), parts), data);
      return tree.leaves(step(state, data));
    },
  },
  {
    name: "W2: chains of Langevin",
    cancels: "a chain may be near 0 when its steps are not",
    run: (compile) => [
      compile((p: nn.DenseParams[], x: NDArray, key: random.Key) =>
        langevinSampling(key, (y) => energy(p, y), x, { steps, stepSize: 0.01 }),
      )(parameters(hidden), pointsOfData(chains), random.key(1)),
    ],
  },
  {
    name: "W4: a product of matrices",
    run: (compile) => [
      compile((a: NDArray, b: NDArray) => a.matmul(b))(
        random.normal(random.key(2), [33, 40]),
        random.normal(random.key(3), [40, 9]),
      ),
    ],
  },
  { name: "W6: a sum of elementary functions", run: (compile) => [compile(sines)(points())] },
  { name: "W6: its gradient", run: (compile) => [compile(grad(sines))(points())] },
];

// programs of one kind each -----------------------------------------------------------------------------------------

const normals = (): NDArray => random.normal(random.key(3), [600]);
const special = (): NDArray =>
  np.array([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 1, -2.5]);

const elementary: Readonly<Record<string, (x: NDArray) => NDArray>> = {
  sin: np.sin,
  cos: np.cos,
  exp: np.exp,
  log: (x) => np.log(np.abs(x)),
  tanh: np.tanh,
  log1p: (x) => np.log1p(np.square(x)),
  expm1: np.expm1,
  sqrt: (x) => np.sqrt(np.abs(x)),
  arctan: np.arctan,
  erf: lax.erf,
  logistic: lax.logistic,
  power: (x) => np.power(np.abs(x), 1.7),
};

const doubleWell = (y: NDArray): NDArray => np.square(np.square(y).sum().sub(1));

export const programs: readonly Case[] = [
  ...Object.entries(elementary).map(
    ([name, f]): Case => ({ name: `${name} of 600 normals`, run: (compile) => [compile(f)(normals())] }),
  ),
  {
    name: "NaN and the infinities",
    run: (compile) =>
      compile((v: NDArray) => [
        np.isnan(v),
        np.maximum(v, 0),
        np.where(v.greater(0), v, -1),
        np.exp(v),
        np.log(v),
        v.notEqual(v),
        v.div(0),
      ])(special()),
  },
  {
    name: "random bits and integers",
    run: (compile) =>
      compile((key: random.Key) => {
        const bits = random.bits(key, [500]);
        const integers = bits.astype("int32");
        return [
          bits,
          random.randint(key, [100], 0, 1000),
          integers.mul(integers).add(7),
          integers.floorDivide(13),
          lax.bitwiseXor(lax.shiftRightLogical(bits, 5), bits),
        ];
      })(random.key(1)),
  },
  {
    name: "shifts by computed counts, and products and bits of large integers",
    run: (compile) =>
      compile((key: random.Key) => {
        const bits = random.bits(key, [40]);
        const signed = lax.bitcastConvertType(bits, "int32");
        const counts = np.arange(0, 40, 1, { dtype: "uint32" });
        const signedCounts = counts.astype("int32").sub(3);
        return [
          lax.shiftLeft(bits, counts),
          lax.shiftRightLogical(bits, counts),
          lax.shiftRightArithmetic(signed, signedCounts),
          lax.shiftLeft(signed, signedCounts),
          bits.mul(lax.rev(bits, [0])),
          signed.mul(signed.sub(7)),
          lax.shiftRightArithmetic(signed, 25),
          lax.shiftRightLogical(bits, 17),
          ...[1, 2 ** -100, 2 ** 100].map((factor) =>
            lax.bitcastConvertType(signedCounts.astype("float32").mul(factor), "int32"),
          ),
        ];
      })(random.key(5)),
  },
  {
    name: "random normals",
    run: (compile) => [compile((key: random.Key) => random.normal(key, [300]))(random.key(4))],
  },
  {
    name: "sums, along both axes",
    run: (compile) =>
      compile((x: NDArray) => [x.sum(), x.sum(0), x.sum(1), np.max(x, 1)])(
        np.square(normals()).reshape([20, 30]),
      ),
  },
  ...longSums,
  {
    name: "six steps of fifty chains in a double well",
    cancels: "a chain may be near 0 when its steps are not",
    run: (compile) => [
      compile((starts: NDArray, key: random.Key) =>
        langevinSampling(key, doubleWell, starts, { steps: 6, stepSize: 0.01 }),
      )(random.normal(random.key(1), [50, 2]), random.key(2)),
    ],
  },
  {
    name: "a scan and its gradient",
    run: (compile) =>
      compile((x: NDArray) => {
        const smoothed = (v: NDArray): NDArray =>
          lax.scan(
            (carry: NDArray, row: NDArray) => {
              const next = carry.mul(0.9).add(np.tanh(row));
              return [next, next.sum()] as const;
            },
            np.zeros([60]),
            v,
          )[1];
        return [smoothed(x), grad((v: NDArray) => np.square(smoothed(v)).sum())(x)];
      })(normals().slice([0, 300]).reshape([5, 60])),
  },
  {
    name: "a loop that ends when its test says so",
    run: (compile) =>
      compile((x: NDArray) =>
        lax.whileLoop(
          ([, n]: readonly [NDArray, NDArray]) => n.less(6),
          ([y, n]: readonly [NDArray, NDArray]) => [y.mul(0.5).add(1), n.add(1)] as const,
          [x, np.array(0, { dtype: "int32" })] as const,
        ),
      )(normals().slice([0, 64])),
  },
  {
    name: "gradients of a network for each example",
    run: (compile) =>
      tree.leaves(
        compile((p: nn.DenseParams[], x: NDArray) =>
          vmap((y: NDArray) => grad((q: nn.DenseParams[]) => energy(q, y))(p))(x),
        )(parameters(hidden), pointsOfData(chains)),
      ),
  },
  {
    name: "a hundred steps that stay on the device",
    run: (compile) => {
      const step = compile((w: NDArray) =>
        w.sub(grad((v: NDArray) => np.square(v.sub(3)).sum())(w).mul(0.1)),
      );
      let w: NDArray = np.zeros([4]);
      for (let i = 0; i < 100; i++) w = step(w);
      return [w];
    },
  },
];
