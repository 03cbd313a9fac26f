/** What a workload is, what one contender makes of it, and the sizes, units and tolerances of all of them. */

export interface Sizes {
  readonly [size: string]: number;
}

/** One workload as one contender runs it. */
export interface Run {
  /** Does the work once and reads its result. The first call includes tracing and compiling. */
  readonly call: () => unknown;
  /** Numbers that contenders must agree on, after the first call. */
  readonly answers: () => Answers | Promise<Answers>;
  /** The share of the workload that a call does, where all of it would take minutes: the time is divided by it. */
  readonly share?: number;
  /** Bytes of the machine code, or Wasm, of the program. */
  readonly codeBytes?: () => number | undefined;
}

export type Answers = Readonly<Record<string, number>>;

/** What one contender does: a function for each workload it can do. */
export type Contender = Readonly<Partial<Record<WorkloadId, (sizes: Sizes) => Run | Promise<Run>>>>;

export interface Workload {
  readonly id: WorkloadId;
  readonly title: string;
  readonly sizes: Sizes;
  /** The figure that is reported, from milliseconds for the work. */
  readonly unit: string;
  readonly figure: (ms: number, sizes: Sizes) => number;
  /** What our wasm target may take, as a multiple of the yardstick in C. */
  readonly overYardstick?: number;
  /** By answer: how far another's may lie from the first contender's, relative to the larger of it and 1. */
  readonly tolerances: Readonly<Record<string, number>>;
}

const asMs = (ms: number): number => ms;
const asMicroseconds = (ms: number): number => ms * 1000;

/**
 * Rounding is all that may differ in most answers; the yardstick in C has short polynomials for its elementary functions.
 * `firstLoss` and `meanSquare` depend on random draws, and contenders have generators of their own.
 */
const training = { energy: 1e-4, loss: 1e-4, gradient: 1e-3, firstLoss: 0.5, firstLossSameDraws: 1e-4 };

const list = [
  {
    id: "W1",
    title: "EBM training step, net 2-128-128-1, 256 chains, 60 steps",
    sizes: { hidden: 128, chains: 256, steps: 60 },
    unit: "ms",
    figure: asMs,
    overYardstick: 1.2,
    tolerances: training,
  },
  {
    id: "W1b",
    title: "the same, net 2-32-32-1, 100 chains",
    sizes: { hidden: 32, chains: 100, steps: 60 },
    unit: "ms",
    figure: asMs,
    overYardstick: 1.2,
    tolerances: training,
  },
  {
    id: "W2",
    title: "sampling, W1's net, 4096 chains, 100 steps",
    sizes: { hidden: 128, chains: 4096, steps: 100 },
    unit: "ms",
    figure: asMs,
    overYardstick: 1.16,
    tolerances: { energy: 1e-4, meanSquare: 0.1 },
  },
  {
    id: "W3",
    title: "value and gradient, classifier 784-512-512-10, batch 128",
    sizes: { batch: 128, inputs: 784, hidden: 512, classes: 10 },
    unit: "ms",
    figure: asMs,
    overYardstick: 1.1,
    tolerances: { loss: 1e-4, gradient: 1e-3 },
  },
  {
    id: "W4",
    title: "matrix product, 1024 cubed",
    sizes: { size: 1024 },
    unit: "GFLOP/s",
    figure: (ms: number, { size }: Sizes): number => (2 * size ** 3) / (ms * 1e6),
    overYardstick: 1.08,
    tolerances: { first: 1e-4, trace: 1e-4 },
  },
  {
    id: "W5 jit",
    title: "jit(grad(sin(x) x)) of a scalar, read each time",
    sizes: {},
    unit: "µs",
    figure: asMicroseconds,
    tolerances: { slope: 1e-6 },
  },
  {
    id: "W5 chained",
    title: "the same, chained 1,000 times, read once; one call",
    sizes: { calls: 1000 },
    unit: "µs",
    figure: (ms: number, { calls }: Sizes): number => (ms * 1000) / calls,
    tolerances: { end: 1e-3 },
  },
  {
    id: "W5 eager",
    title: "grad(sin(x) x) of a scalar without jit, read each time",
    sizes: {},
    unit: "µs",
    figure: asMicroseconds,
    tolerances: { slope: 1e-6 },
  },
  {
    id: "W6 value",
    title: "sum(sin(x) exp(-x x) + tanh(x)) of 1e6",
    sizes: { size: 1e6 },
    unit: "ms",
    figure: asMs,
    overYardstick: 2.26,
    tolerances: { value: 1e-3 },
  },
  {
    id: "W6 grad",
    title: "its gradient",
    sizes: { size: 1e6 },
    unit: "ms",
    figure: asMs,
    overYardstick: 2.22,
    tolerances: { first: 1e-4, square: 1e-3 },
  },
  {
    id: "W7",
    title: "vmap(hessian) of W1's net at 256 points",
    sizes: { hidden: 128, points: 256 },
    unit: "ms",
    figure: asMs,
    tolerances: { meanTrace: 1e-3, square: 1e-3 },
  },
  {
    id: "W8",
    title: "one chain of 10,000 Langevin steps, W1b's net; one step",
    sizes: { hidden: 32, steps: 10_000 },
    unit: "µs",
    figure: (ms: number, { steps }: Sizes): number => (ms * 1000) / steps,
    overYardstick: 1.5,
    tolerances: { x: 1e-3, y: 1e-3 },
  },
] as const;

export type WorkloadId = (typeof list)[number]["id"];
export const workloads: readonly Workload[] = list;

/** The workload of this name. */
export function findWorkload(id: string): Workload {
  const found = workloads.find((workload) => workload.id === id);
  if (found === undefined) {
    throw new Error(`there is no workload ${id}; there are ${workloads.map((w) => w.id).join(", ")}`);
  }
  return found;
}

/** Answers that differ by more than they may, in words. */
export function disagreements(
  { tolerances }: Workload,
  [expectedFrom, expected]: readonly [name: string, answers: Answers],
  given: Answers,
): readonly string[] {
  return Object.entries(given).flatMap(([key, answer]) => {
    const other = expected[key];
    const tolerance = tolerances[key];
    if (tolerance === undefined) return [`${key} is no answer of this workload`];
    if (other === undefined) return [];
    const holds = Math.abs(answer - other) <= tolerance * Math.max(1, Math.abs(other));
    return holds ? [] : [`${key} is ${answer}, that of ${expectedFrom} ${other}`];
  });
}
