/**
 * How does time grow with chains, width, steps, batch and the size of the program? Curves for both targets, the exponents of
 * the power laws at their upper ends, and docs/scaling.svg.
 *
 *     npm run bench -- bench/scaling.ts [--json] [--quick]
 *
 * --quick leaves the larger half of the sizes out, and draws to out/scaling.svg.
 */
import { fork } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { setDefaultTarget } from "cotangent";
import { fittedExponent, millisecondsOf, timeRounds } from "./measure.js";
import { figures, machine, startReport } from "./report.js";
import { drawCharts, type Line, type Panel } from "./scaling/chart.js";
import { type Curve, curves, straightProgram } from "./scaling/curves.js";

const targets = ["js", "wasm"];
/** A curve ends where a call takes longer. */
const longestMs = 1000;
/** Points at the upper end that the exponent is fitted to. */
const fitted = 4;

/** Milliseconds of first calls: the least of some programs that were never seen. */
const firstCall = (curve: Curve, target: string, size: number): number =>
  Math.min(
    ...Array.from({ length: size > 3000 ? 3 : 8 }, () => millisecondsOf(curve.make(target, size).call)),
  );

interface Point {
  readonly size: number;
  readonly ms: number;
  readonly answer: number;
}

/** The least of some rounds: the curve shows what the work costs, not what the machine had to do besides. */
async function pointOf(curve: Curve, target: string, size: number): Promise<Point> {
  const sample = curve.make(target, size);
  const firstMs = millisecondsOf(sample.call);
  const answer = await sample.answer();
  if (curve.compiles === true) return { size, ms: firstCall(curve, target, size), answer };
  const [{ least }] = timeRounds([{ name: target, run: sample.call }], {
    rounds: firstMs > 1000 ? 1 : firstMs > 300 ? 3 : 12,
    warmMs: firstMs > 300 ? 0 : 250,
  });
  return { size, ms: least / 1000, answer };
}

async function lineOf(curve: Curve, target: string, sizes: readonly number[]): Promise<readonly Point[]> {
  const points: Point[] = [];
  for (const size of sizes) {
    points.push(await pointOf(curve, target, size));
    if (points[points.length - 1].ms > longestMs) break;
  }
  return points;
}

const exponentOf = (points: readonly Point[]): number => {
  const upper = points.slice(-fitted);
  return fittedExponent(
    upper.map(({ size }) => size),
    upper.map(({ ms }) => ms),
  );
};

/** Throws where the targets differ in a bit. */
function compareAnswers(title: string, lines: readonly (readonly Point[])[]): void {
  const [first, ...others] = lines;
  for (const points of others) {
    points.forEach(({ size, answer }, i) => {
      if (i < first.length && !Object.is(answer, first[i].answer)) {
        throw new Error(`${title}, ${size}: ${answer} is not ${first[i].answer}`);
      }
    });
  }
}

/** The first call of a program of 1,000 equations, in a process that has compiled nothing before. */
const coldCall = (target: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [`--cold=${target}`]);
    child.once("message", (ms) => resolve(Number(ms)));
    child.once("exit", (code) => reject(new Error(`the process ended with code ${code}`)));
  });

async function draw(): Promise<void> {
  const quick = process.argv.includes("--quick");
  const report = startReport("How does time grow with the size of the work?");
  const panels: Panel[] = [];
  const bounds: (() => void)[] = [];
  for (const curve of curves) {
    const { title, axis, limit } = curve;
    const sizes = quick ? curve.sizes.slice(0, Math.ceil(curve.sizes.length / 2)) : curve.sizes;
    const lines: Line[] = [];
    const measured: (readonly Point[])[] = [];
    for (const target of targets) {
      const points = await lineOf(curve, target, sizes);
      const exponent = exponentOf(points);
      measured.push(points);
      lines.push({ name: target, points: points.map(({ size, ms }) => [size, ms]), exponent });
      for (const { size, ms } of points) {
        report.measured({ workload: `${title}, ${size} ${axis}`, target, ms });
      }
      bounds.push(() => report.bound(`${title}, ${target}: exponent in ${axis}`, exponent, limit, ""));
    }
    compareAnswers(title, measured);
    panels.push({ title, axis, lines });
    report.table([
      [`${title}; ms by ${axis}`, ...sizes.map(String), "exponent"],
      ...lines.map(({ name, points, exponent }) => [
        name,
        ...sizes.map((_, i) => (i < points.length ? figures(points[i][1]) : "")),
        exponent.toFixed(2),
      ]),
    ]);
  }
  for (const target of targets) {
    const ms = await coldCall(target);
    bounds.push(() => report.bound(`first call of 1,000 equations, ${target}`, ms, 500, " ms"));
  }
  if (quick) mkdirSync("out", { recursive: true });
  const { cpu, node } = machine();
  const file = quick ? "out/scaling.svg" : "docs/scaling.svg";
  writeFileSync(file, drawCharts(`How time grows with the size of the work. ${cpu}, Node ${node}`, panels));
  report.note(`wrote ${file}`);
  for (const check of bounds) check();
  report.finish();
}

const cold = process.argv.find((each) => each.startsWith("--cold="))?.slice("--cold=".length);
if (cold === undefined) await draw();
else {
  setDefaultTarget(cold);
  process.send?.(millisecondsOf(straightProgram(cold, 1000).call));
}
