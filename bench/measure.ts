/**
 * Timing on a machine that others use too: many short rounds, contenders in turn, so that a disturbance hits all of them.
 * The median of the rounds is what is reported; the least of them is what the work costs when nothing disturbs it.
 */

/** Microseconds for one call. */
export interface Timing {
  readonly median: number;
  readonly least: number;
  /** The middle half of the rounds, as a fraction of the median. */
  readonly spread: number;
}

export interface Contender {
  readonly name: string;
  readonly run: () => unknown;
  /** Operations in one run, where it does several: what is reported is for one of them. */
  readonly operations?: number;
}

export interface Rounds {
  readonly rounds?: number;
  /** How long one round of one contender should take. */
  readonly roundMs?: number;
  /** Processor time each contender gets before anything is measured: V8 optimises what has run for a while. */
  readonly warmMs?: number;
}

/** One timing for each contender, in order. */
export function timeRounds(
  contenders: readonly Contender[],
  { rounds = 60, roundMs = 4, warmMs = 500 }: Rounds = {},
): Timing[] {
  const counts = contenders.map(({ run }) => Math.max(1, Math.round(roundMs / warmUp(run, warmMs))));
  const samples = contenders.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    contenders.forEach(({ run, operations = 1 }, i) => {
      samples[i].push((millisecondsOf(run, counts[i]) * 1000) / (counts[i] * operations));
    });
  }
  return samples.map(summarize);
}

const processorMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Runs for a while; milliseconds for one run at best. */
export function warmUp(run: () => unknown, warmMs: number): number {
  const end = processorMs() + warmMs;
  let least = Number.POSITIVE_INFINITY;
  let count = 1;
  do {
    const ms = millisecondsOf(run, count);
    least = Math.min(least, ms / count);
    if (ms < 1) count *= 2;
  } while (processorMs() < end);
  return Math.max(least, 1e-6);
}

/** The time that `count` runs take together. */
export function millisecondsOf(run: () => unknown, count = 1): number {
  const start = performance.now();
  for (let i = 0; i < count; i++) run();
  return performance.now() - start;
}

export function summarize(samples: readonly number[]): Timing {
  const sorted = [...samples].sort((x, y) => x - y);
  const at = (fraction: number): number => sorted[Math.floor(fraction * (sorted.length - 1))];
  return { median: at(0.5), least: sorted[0], spread: (at(0.75) - at(0.25)) / at(0.5) };
}

/** The exponent p of the power law time = c n^p that fits best: least squares on the logarithms. */
export function fittedExponent(sizes: readonly number[], times: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((x, y) => x + y, 0) / values.length;
  const xs = sizes.map(Math.log);
  const ys = times.map(Math.log);
  const [mx, my] = [mean(xs), mean(ys)];
  const covariance = mean(xs.map((x, i) => (x - mx) * (ys[i] - my)));
  return covariance / mean(xs.map((x) => (x - mx) ** 2));
}

/** Throws unless every contender's answer is the first one's to `tolerance`, relative. */
export function checkAgreement(
  what: string,
  answers: readonly (readonly [contender: string, answer: number])[],
  tolerance: number,
): void {
  const [[, expected]] = answers;
  for (const [contender, answer] of answers) {
    if (!(Math.abs(answer - expected) <= tolerance * Math.max(1, Math.abs(expected)))) {
      throw new Error(`${what}: ${contender} answers ${answer}, ${answers[0][0]} ${expected}`);
    }
  }
}

const mebibyte = 2 ** 20;

/** Resident memory of this process. */
export const residentMb = (): number => process.memoryUsage().rss / mebibyte;
