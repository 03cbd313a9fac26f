/** Results of the cases on a machine, held to those of the target js here. */
import type { NDArray } from "cotangent";
import { type Case, resultsOn } from "./cross-target-cases.js";
import { type Allowance, allowances, type Machine } from "./cross-target-machines.js";

type Results = readonly NDArray[] | string;

export interface Agreement {
  /** How many results were compared, with how many elements. */
  readonly compared: number;
  readonly elements: number;
  /** Elements that are not the same bits, and the largest distance among them in ulps; -0 beside 0 and tiny numbers not counted. */
  readonly different: number;
  readonly worst: number;
  /** What is further away than it may be, a line each. */
  readonly faults: readonly string[];
}

const nothing: Agreement = { compared: 0, elements: 0, different: 0, worst: 0, faults: [] };

/** The cases on a machine, as `answer` gives them; a machine of this process is asked itself. */
export async function heldToJs(
  machine: Machine,
  cases: readonly Case[],
  answer: (each: Case) => Promise<Results> | Results = (each) =>
    resultsOn(machine === "wasm" ? "wasm" : "gpu", each),
): Promise<Agreement> {
  let whole = nothing;
  for (const each of cases) {
    whole = together(whole, agreement(allowances[machine], each, await onJs(each), await answer(each)));
  }
  return whole;
}

/** One line for people. */
export const summary = ({ compared, elements, different, worst }: Agreement): string =>
  `${compared} results with ${elements} elements compared, ${different} not the same bits, ` +
  `the furthest ${worst.toFixed(1)} ulp`;

const known = new WeakMap<Case, Promise<Results>>();

function onJs(each: Case): Promise<Results> {
  let results = known.get(each);
  if (results === undefined) {
    results = resultsOn("js", each);
    known.set(each, results);
  }
  return results;
}

const together = (a: Agreement, b: Agreement): Agreement => ({
  compared: a.compared + b.compared,
  elements: a.elements + b.elements,
  different: a.different + b.different,
  worst: Math.max(a.worst, b.worst),
  faults: [...a.faults, ...b.faults],
});

function agreement(allowance: Allowance, each: Case, wanted: Results, got: Results): Agreement {
  if (typeof wanted === "string" || typeof got === "string") {
    return { ...nothing, faults: [`${each.name}: ${String(got)}; on js ${String(wanted)}`] };
  }
  if (wanted.length !== got.length) {
    return { ...nothing, faults: [`${each.name}: ${got.length} results; on js ${wanted.length}`] };
  }
  return wanted.map((x, i) => resultAgrees(allowance, each, i, x, got[i])).reduce(together, nothing);
}

const typeOf = ({ dtype, shape }: NDArray): string => `${dtype}[${shape}]`;

function resultAgrees(allowance: Allowance, each: Case, i: number, wanted: NDArray, got: NDArray): Agreement {
  const [x, y] = [wanted.dataSync(), got.dataSync()];
  const counted = { ...nothing, compared: 1, elements: x.length };
  const title = `${each.name}, result ${i}`;
  if (typeOf(wanted) !== typeOf(got)) {
    return { ...counted, faults: [`${title}: ${typeOf(got)}; on js ${typeOf(wanted)}`] };
  }
  const isFloat = wanted.dtype === "float32";
  const allowed = allowanceOf(allowance, each, i, isFloat ? largest(x) : 0);
  let [different, worst, bad] = [0, 0, 0];
  let first = "";
  for (let k = 0; k < x.length; k++) {
    if (Object.is(x[k], y[k])) continue;
    different++;
    const distance = Math.abs(x[k] - y[k]);
    const isTiny = allowance.kind === "rounding" && distance <= allowance.tiny;
    if (isFloat && !isTiny && Number.isFinite(distance)) worst = Math.max(worst, distance / ulpOf(x[k]));
    if (isFloat && distance <= allowed(x[k], k)) continue;
    if (bad++ === 0) first = `[${k}] is ${y[k]}, on js ${x[k]}`;
  }
  const faults = bad === 0 ? [] : [`${title}: ${bad} of ${x.length} elements, ${first}`];
  return { ...counted, different, worst, faults };
}

/** How far an element of a result may be from its value on js; no distance, not even none, is allowed where bits are asked for. */
function allowanceOf(
  allowance: Allowance,
  { within, cancels }: Case,
  i: number,
  most: number,
): (value: number, k: number) => number {
  if (allowance.kind === "bits") return () => Number.NEGATIVE_INFINITY;
  const { ulps, tiny } = allowance;
  const ofRow = within?.[i] ?? 0;
  return (value, k) => {
    const scale = ulpOf(cancels === undefined ? value : most);
    return Math.max(tiny, ulps * scale, typeof ofRow === "number" ? ofRow * scale : ofRow[k]);
  };
}

const largest = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0);

/** Of float32. */
const ulpOf = (x: number): number =>
  Number.isFinite(x) ? Math.max(2 ** (Math.floor(Math.log2(Math.abs(x))) - 23), 2 ** -149) : 0;
