/**
 * How does the cost grow with the size of the program, and with the length of its loops? Per equation and per turn it
 * should not grow at all.
 *
 *     npm run bench -- bench/growth.ts [--json] [--quick] [--target=js]
 *
 * Every program is first checked against an answer worked out by hand. --quick leaves the largest sizes out.
 */
import { checkpoint, grad, jit, lax, type NDArray, numpy as np, setDefaultTarget } from "cotangent";
import {
  checkAgreement,
  fittedExponent,
  millisecondsOf,
  summarize,
  type Timing,
  timeRounds,
  warmUp,
} from "./measure.js";
import { figures, startReport } from "./report.js";

const quick = process.argv.includes("--quick");
const target = process.argv.find((each) => each.startsWith("--target="))?.slice("--target=".length) ?? "wasm";
setDefaultTarget(target);
const report = startReport(
  "How does the cost grow with the number of equations, and with the length of loops?",
);

// Straight programs ------------------------------------------------------------------------------------------------------

/** Equations of the programs: x -> 0.75 x -> 0.75 x + 0.25 -> ..., one after another. */
const shortProgram = 500;
const longProgram = 5000;

const chain =
  (equations: number) =>
  (x: NDArray): NDArray => {
    for (let i = 0; i < equations; i++) x = i % 2 === 0 ? x.mul(0.75) : x.add(0.25);
    return x;
  };

function chainOfNumbers(equations: number, x: number): number {
  for (let i = 0; i < equations; i++) x = i % 2 === 0 ? x * 0.75 : x + 0.25;
  return x;
}

/** Milliseconds of a first call. No size is used twice for as many equations, so nothing is cached. */
function firstCall(equations: number, size: number): number {
  const f = jit(chain(equations));
  const x = np.full([size], 2);
  const ms = millisecondsOf(() => f(x));
  const [answer] = f(x).dataSync();
  checkAgreement(
    `${equations} equations`,
    [
      ["by hand", chainOfNumbers(equations, 2)],
      ["jit", answer],
    ],
    1e-4,
  );
  return ms;
}

interface StraightFigures {
  /** All in nanoseconds for one equation. */
  readonly coldCall: number;
  readonly firstCall: Timing;
  readonly warming: number;
  readonly settled: Timing;
}

function straightProgram(equations: number): StraightFigures {
  const perEquation = (ms: number): number => (ms * 1e6) / equations;
  const coldCall = perEquation(firstCall(equations, 1));
  const repeats = quick ? 5 : 15;
  const firstCalls = Array.from({ length: repeats }, (_, i) => perEquation(firstCall(equations, 2 + i)));
  const f = jit(chain(equations));
  const x = np.array([2]);
  const warming = perEquation(millisecondsOf(() => f(x), 2000) / 2000);
  warmUp(() => f(x), 3000);
  const [settled] = timeRounds([{ name: "settled", run: () => f(x) }], { warmMs: 500 });
  const nanoseconds = (timing: Timing): Timing => ({
    ...timing,
    median: perEquation(timing.median / 1000),
    least: perEquation(timing.least / 1000),
  });
  return { coldCall, firstCall: summarize(firstCalls), warming, settled: nanoseconds(settled) };
}

const short = straightProgram(shortProgram);
const long = straightProgram(longProgram);
const row = (name: string, of: (result: StraightFigures) => number): string[] => [
  name,
  figures(of(short)),
  figures(of(long)),
  figures(of(long) / of(short)),
];
report.table([
  ["ns for one equation, by equations", String(shortProgram), String(longProgram), "ratio"],
  row("first call in the process", (x) => x.coldCall),
  row("first call, compiler warm (median)", (x) => x.firstCall.median),
  row("first 2,000 runs", (x) => x.warming),
  row("settled (median)", (x) => x.settled.median),
  row("settled (least)", (x) => x.settled.least),
]);
for (const [equations, result] of [
  [shortProgram, short],
  [longProgram, long],
] as const) {
  report.measured({
    workload: `straight program of ${equations}`,
    target,
    ms: (result.settled.median * equations) / 1e6,
    firstMs: (result.firstCall.median * equations) / 1e6,
    coldMs: (result.coldCall * equations) / 1e6,
  });
}
const least = (x: StraightFigures): number => x.firstCall.least;
report.bound("compiling an equation, 5,000 to 500", least(long) / least(short), 2, "");
report.bound("running an equation, 5,000 to 500", long.settled.least / short.settled.least, 2, "");
report.note("");

// Loops ------------------------------------------------------------------------------------------------------------------

/** A program for each length, with the sum of its output as it should be. */
interface Loop {
  readonly name: string;
  readonly program: (n: number) => () => NDArray;
  readonly sum: (n: number) => number;
}

/** Sums what `read` gives of x at 0, 1, ..., n - 1, in a loop. */
const sumOfReads =
  (n: number, read: (x: NDArray, i: NDArray) => NDArray) =>
  (x: NDArray): NDArray =>
    lax.scan((sum: NDArray, i: NDArray) => [sum.add(read(x, i)), null], 0, np.arange(n))[0];

/** The gradient of the sum of squares is 2 x. */
const gradientOfReads = (name: string, read: (x: NDArray, i: NDArray) => NDArray): Loop => ({
  name,
  program: (n) => {
    const slope = jit(grad(sumOfReads(n, (x, i) => read(x, i).square())));
    const x = np.ones([n]);
    return () => slope(x);
  },
  sum: (n) => 2 * n,
});

const nestedRead = jit((x: NDArray, i: NDArray) => x.slice(i));
const checkpointedRead = checkpoint((x: NDArray, i: NDArray) => x.slice(i));

const loops: readonly Loop[] = [
  {
    name: "n updates of an n-array, x.at(i).set",
    program: (n) => {
      const f = jit(
        (x: NDArray) => lax.scan((c: NDArray, i: NDArray) => [c.at(i).set(1), null], x, np.arange(n))[0],
      );
      const x = np.zeros([n]);
      return () => f(x);
    },
    sum: (n) => n,
  },
  {
    name: "n updates, dynamicUpdateSlice",
    program: (n) => {
      const f = jit(
        (x: NDArray) =>
          lax.scan(
            (c: NDArray, i: NDArray) => [lax.dynamicUpdateSlice(c, np.ones([1]), [i]), null],
            x,
            np.arange(n),
          )[0],
      );
      const x = np.zeros([n]);
      return () => f(x);
    },
    sum: (n) => n,
  },
  gradientOfReads("gradient of n reads, x.slice(i)", (x, i) => x.slice(i)),
  gradientOfReads("gradient of n reads, np.take", (x, i) => np.take(x, i)),
  gradientOfReads("gradient of n reads, dynamicSlice", (x, i) => lax.dynamicSlice(x, [i], [1]).sum()),
  gradientOfReads("gradient of n reads, in a jit of its own", nestedRead),
  gradientOfReads("gradient of n reads, in a checkpoint", checkpointedRead),
];

const sizes = quick ? [1e3, 1e4, 1e5] : [1e3, 1e4, 1e5, 1e6];
const loopRows = [["ns for one turn, by turns", ...sizes.map((n) => n.toExponential(0)), "exponent"]];
const exponents: { name: string; exponent: number }[] = [];
for (const { name, program, sum } of loops) {
  const times = sizes.map((n) => {
    const run = program(n);
    checkAgreement(
      `${name}, n = ${n}`,
      [
        ["by hand", sum(n)],
        ["scan", Number(run().sum().item())],
      ],
      1e-6,
    );
    const [timing] = timeRounds([{ name, run }], { rounds: n >= 1e6 ? 12 : 30, warmMs: 200 });
    report.measured({ workload: `${name}, n = ${n}`, target, ms: timing.median / 1000 });
    return timing;
  });
  const exponent = fittedExponent(
    sizes,
    times.map(({ least: us }) => us),
  );
  exponents.push({ name, exponent });
  loopRows.push([
    name,
    ...times.map(({ median }, i) => figures((median * 1000) / sizes[i])),
    exponent.toFixed(2),
  ]);
}
report.table(loopRows);
for (const { name, exponent } of exponents) report.bound(`exponent of ${name}`, exponent, 1.15, "");
report.note("");

// Depth ------------------------------------------------------------------------------------------------------------------

const eagerOperations = 20_000;
const turns = 100_000;

/** d/dx of x -> 0.9999 x + 0.0001, n / 2 times over. */
const eagerChain = grad((x: NDArray) => {
  for (let i = 0; i < eagerOperations / 2; i++) x = x.mul(0.9999).add(0.0001);
  return x;
});

const longLoop = (x: NDArray): NDArray =>
  lax.scan((c: NDArray, _: null) => [np.sin(c).mul(0.5).add(x), c], x, null, { length: turns })[0];

/** The fixed point c = sin(c) / 2 + x by iteration, and its derivative in x. */
function fixedPoint(x: number): { value: number; slope: number } {
  let c = x;
  for (let i = 0; i < 100; i++) c = Math.sin(c) / 2 + x;
  return { value: c, slope: 1 / (1 - Math.cos(c) / 2) };
}

const x = np.array(0.7);
const { value, slope } = fixedPoint(0.7);
const deep: readonly { name: string; expected: number; run: () => NDArray; parts: number }[] = [
  {
    name: `gradient of ${eagerOperations} eager operations`,
    expected: 0.9999 ** (eagerOperations / 2),
    run: () => eagerChain(x),
    parts: eagerOperations,
  },
  { name: `scan of ${turns} turns`, expected: value, run: jitted(longLoop), parts: turns },
  { name: `its gradient`, expected: slope, run: jitted(grad(longLoop)), parts: turns },
  { name: `its gradient, without jit`, expected: slope, run: () => grad(longLoop)(x), parts: turns },
];

function jitted(f: (x: NDArray) => NDArray): () => NDArray {
  const compiled = jit(f);
  return () => compiled(x);
}

const deepRows = [["depth", "first ms", "median ms", "ns for one"]];
for (const { name, expected, run, parts } of deep) {
  let answer = Number.NaN;
  const firstMs = millisecondsOf(() => {
    answer = Number(run().item());
  });
  checkAgreement(
    name,
    [
      ["by hand", expected],
      ["cotangent", answer],
    ],
    1e-3,
  );
  const [{ median }] = timeRounds([{ name, run }], { rounds: 10, warmMs: 500 });
  report.measured({ workload: name, target, ms: median / 1000, firstMs });
  deepRows.push([name, figures(firstMs), figures(median / 1000), figures((median * 1000) / parts)]);
}
report.table(deepRows);
report.finish();
