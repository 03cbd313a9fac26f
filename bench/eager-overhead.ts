/**
 * What does one operation cost when it has nearly nothing to compute? Scalars eagerly, the gradient of sin(x) x eagerly, and
 * workload W5: jit(grad(x => sin(x) x)) read back each time and chained 1,000 times.
 *
 *     npm run bench -- bench/eager-overhead.ts [--json]
 *
 * Beside it jax-js (after `npm ci --prefix bench/peers`) and JAX (where python3, or the interpreter named by PYTHON, has it).
 */
import { grad, jit, type NDArray, numpy as np } from "cotangent";
import { type Contender, checkAgreement, type Timing, timeRounds } from "./measure.js";
import { type JaxJs, type JaxJsArray, loadJaxJs } from "./peers/jax-js.js";
import { hasJax, runPython } from "./peers/python.js";
import { figures, startReport } from "./report.js";

const chainLength = 1000;

interface Case {
  readonly answer: () => number;
  readonly run: () => unknown;
  readonly operations?: number;
}

/** Microseconds allowed, by workload. */
const bounds = {
  add: 3,
  "multiply by a number": 3,
  sin: 3,
  "grad(sin(x) x)": 40,
  "W5 eager, read back": null,
  "W5 jit, read back": null,
  "W5 jit, chained": null,
} as const;
type Workload = keyof typeof bounds;
type Cases = Readonly<Record<Workload, Case>>;
const workloads = Object.keys(bounds) as readonly Workload[]; // the keys of the record above

function cotangentCases(): Cases {
  const [x, y] = [np.array(1.5), np.array(0.5)];
  const f = (v: NDArray): NDArray => np.sin(v).mul(v);
  const slope = grad(f);
  const jitted = jit(grad(f));
  const chain = (): NDArray => {
    let v = x;
    for (let i = 0; i < chainLength; i++) v = jitted(v);
    return v;
  };
  return {
    add: { answer: () => Number(x.add(y).item()), run: () => x.add(y) },
    "multiply by a number": { answer: () => Number(x.mul(2.5).item()), run: () => x.mul(2.5) },
    sin: { answer: () => Number(np.sin(x).item()), run: () => np.sin(x) },
    "grad(sin(x) x)": { answer: () => Number(slope(x).item()), run: () => slope(x) },
    "W5 eager, read back": { answer: () => Number(slope(x).item()), run: () => slope(x).item() },
    "W5 jit, read back": { answer: () => Number(jitted(x).item()), run: () => jitted(x).item() },
    "W5 jit, chained": { answer: () => Number(chain().item()), run: chain, operations: chainLength },
  };
}

/** What nobody reads is disposed of: jax-js leaves that to its caller. */
function jaxJsCases({ numpy, grad: gradOf, jit: jitOf }: JaxJs): Cases {
  const [x, y] = [numpy.array(1.5), numpy.array(0.5)];
  const f = (v: JaxJsArray): JaxJsArray => numpy.sin(v.ref).mul(v);
  const slope = gradOf(f);
  const jitted = jitOf(gradOf(f));
  const chain = (): JaxJsArray => {
    let v = x.ref;
    for (let i = 0; i < chainLength; i++) v = jitted(v);
    return v;
  };
  const discarding = (make: () => JaxJsArray): Case => ({
    answer: () => make().item(),
    run: () => make().dispose(),
  });
  const reading = (make: () => JaxJsArray): Case => ({
    answer: () => make().item(),
    run: () => make().item(),
  });
  return {
    add: discarding(() => x.ref.add(y.ref)),
    "multiply by a number": discarding(() => x.ref.mul(2.5)),
    sin: discarding(() => numpy.sin(x.ref)),
    "grad(sin(x) x)": discarding(() => slope(x.ref)),
    "W5 eager, read back": reading(() => slope(x.ref)),
    "W5 jit, read back": reading(() => jitted(x.ref)),
    "W5 jit, chained": { ...reading(chain), operations: chainLength },
  };
}

type PythonLine = Pick<Timing, "median" | "least"> & { readonly workload: string; readonly answer: number };

/** What overhead.py prints. */
const pythonLines = (): readonly PythonLine[] => runPython("overhead.py") as readonly PythonLine[];

const report = startReport(
  "What does one operation on a scalar cost? Microseconds, median (least) of 60 rounds.",
);
const own = cotangentCases();
const jaxJs = await loadJaxJs();
const theirs = jaxJs === null ? null : jaxJsCases(jaxJs);
const python = hasJax() ? pythonLines() : null;
if (theirs === null) report.note("jax-js is not installed: npm ci --prefix bench/peers");
if (python === null) report.note("no JAX here: name an interpreter that has it in PYTHON");

const show = ({ median, least }: Pick<Timing, "median" | "least">): string =>
  `${figures(median)} (${figures(least)})`;
const beside = (timing: Pick<Timing, "median" | "least"> | undefined, base: Timing): string[] =>
  timing === undefined ? ["-", "-"] : [show(timing), `${figures(timing.median / base.median)}x`];

const rows: string[][] = [["workload", "cotangent", "jax-js", "ratio", "JAX", "ratio"]];
const results: { workload: Workload; timing: Timing }[] = [];
for (const workload of workloads) {
  const line = python?.find((each) => each.workload === workload);
  const contenders: Contender[] = [{ ...own[workload], name: "cotangent" }];
  if (theirs !== null) contenders.push({ ...theirs[workload], name: "jax-js" });
  checkAgreement(
    workload,
    [
      ["cotangent", own[workload].answer()],
      ...(theirs === null ? [] : [["jax-js", theirs[workload].answer()] as const]),
      ...(line === undefined ? [] : [["JAX", line.answer] as const]),
    ],
    // A thousand applications of the derivative settle at a fixed point or magnify the last bit.
    workload === "W5 jit, chained" ? 1e-4 : 1e-6,
  );
  // V8 settles on the gradient's path after some ten thousand calls.
  const [timing, jaxJsTiming] = timeRounds(contenders, { warmMs: 2500 });
  results.push({ workload, timing });
  rows.push([workload, show(timing), ...beside(jaxJsTiming, timing), ...beside(line, timing)]);
  for (const [target, each] of [
    ["cotangent", timing],
    ["jax-js wasm", jaxJsTiming],
    ["JAX cpu", line],
  ] as const) {
    if (each === undefined) continue;
    report.measured({ workload, target, ms: each.median / 1000, leastMs: each.least / 1000 });
  }
}
report.table(rows);
for (const { workload, timing } of results) {
  const limit = bounds[workload];
  if (limit !== null) report.bound(workload, timing.median, limit, " µs");
}
report.finish();
