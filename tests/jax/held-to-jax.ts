/** Rows of the golden files against the public API: value, eagerly and under jit, pullback, pushforward and vmap. */
import { jit, jvp, NDArray, vjp, vmap } from "cotangent";
import { call } from "./calls.js";
import { decodeArray, decodeElements, type EncodedArray } from "./encoding.js";
import {
  cotangentOf,
  type Expected,
  lanesOf,
  leavesOf,
  type Row,
  showArgs,
  type Tolerance,
  tangentOf,
  withLeaves,
} from "./golden-rows.js";

type Arrays = readonly NDArray[];

/** What differs from JAX in the rows of a function, a line each. */
export const differences = (name: string, rows: readonly Row[]): string[] =>
  rows.flatMap((row, k) =>
    rowDifferences(name, row).map((line) => `row ${k}, ${showArgs(row.args)}: ${line}`),
  );

/** What differs in values alone, computed eagerly. */
export const valueDifferences = (name: string, rows: readonly Row[]): string[] =>
  rows.flatMap((row, k) =>
    rowDifferences(name, {
      args: row.args,
      value: row.value,
      ...(row.weak && { weak: row.weak }),
      ...(row.signs === false && { signs: false }),
      traced: false,
    }).map((line) => `row ${k}, ${showArgs(row.args)}: ${line}`),
  );

type Part = readonly [what: string, expected: Expected | undefined, compute: () => Arrays];

/** What is compared of a row: the name, JAX's answer if there is one, ours. */
export function partsOf(name: string, row: Row): readonly Part[] {
  const encoded = leavesOf(row.args);
  const leaves = encoded.map(decodeArray);
  const f = (...xs: NDArray[]): NDArray[] => resultsOf(call(name, withLeaves(row.args, xs)));
  return [
    ["value", row.value, () => weakly(f(...leaves), row)],
    ["under jit", row.traced === false ? undefined : row.value, () => weakly(jit(f)(...leaves), row)],
    ["vjp", row.vjp, () => cotangents(f, leaves)],
    ["jvp", row.jvp, () => tangents(f, leaves)],
    ["vmap", row.vmap, () => mapped(f, row, encoded)],
  ];
}

function rowDifferences(name: string, row: Row): string[] {
  return partsOf(name, row).flatMap(([what, expected, compute]) => {
    if (expected === undefined) return [];
    const withSigns = row.signs !== false && what !== "vjp" && what !== "jvp";
    try {
      return compare(compute(), expected, withSigns).map((line) => `${what}: ${line}`);
    } catch (error) {
      return [`${what}: ${error instanceof Error ? `${error.name} ${error.message}` : String(error)}`];
    }
  });
}

function resultsOf(result: unknown): NDArray[] {
  const parts: readonly unknown[] = Array.isArray(result) ? result : [result];
  return parts.map((part) => {
    if (!(part instanceof NDArray)) throw new Error(`a result is ${String(part)}, no array`);
    return part;
  });
}

function weakly(results: Arrays, { weak }: Row): Arrays {
  results.forEach((x, k) => {
    const expected = weak?.[k] ?? false;
    if (x.weakType !== expected)
      throw new Error(`result ${k} is ${x.weakType ? "weak" : "strong"}, JAX's is not`);
  });
  return results;
}

const isFloat = (x: NDArray): boolean => x.dtype === "float32" || x.dtype === "float64";

/** As a function of the float arrays, to the float results. */
function ofFloats(f: (...xs: NDArray[]) => Arrays, leaves: Arrays): (...floats: NDArray[]) => NDArray[] {
  return (...floats) => {
    const rest = floats[Symbol.iterator]();
    const whole = leaves.map((x) => (isFloat(x) ? (rest.next().value ?? x) : x));
    return f(...whole).filter(isFloat);
  };
}

function cotangents(f: (...xs: NDArray[]) => Arrays, leaves: Arrays): Arrays {
  const [y, pullback] = vjp(ofFloats(f, leaves), leaves.filter(isFloat));
  return pullback(y.map(cotangentOf));
}

function tangents(f: (...xs: NDArray[]) => Arrays, leaves: Arrays): Arrays {
  const floats = leaves.filter(isFloat);
  return jvp(ofFloats(f, leaves), floats, floats.map(tangentOf))[1];
}

function mapped(
  f: (...xs: NDArray[]) => NDArray[],
  { vmap: plan }: Row,
  encoded: readonly EncodedArray[],
): Arrays {
  if (plan === undefined) return [];
  const { axes, lanes, rotates = true } = plan;
  return vmap(f, [...axes])(...encoded.map((x, k) => lanesOf(x, axes[k], lanes, rotates)));
}

// comparison -----------------------------------------------------------------------------------------------------------

function compare(results: Arrays, { out, within }: Expected, withSigns: boolean): string[] {
  if (results.length !== out.length) return [`${results.length} results, not ${out.length}`];
  return out.flatMap((expected, k) => {
    const x = results[k];
    const [type, wanted] = [`${x.dtype}[${x.shape}]`, `${expected.dtype}[${expected.shape}]`];
    if (type !== wanted) return [`result ${k} is ${type}, not ${wanted}`];
    return elementsThatDiffer(x, expected, within?.[k] ?? 0, withSigns).map((line) => `result ${k}${line}`);
  });
}

function elementsThatDiffer(
  x: NDArray,
  expected: EncodedArray,
  tolerance: Tolerance,
  withSigns: boolean,
): string[] {
  const got = x.dataSync();
  const spacing = x.dtype === "float32" ? 2 ** -23 : 2 ** -52;
  const least = x.dtype === "float32" ? 2 ** -149 : Number.MIN_VALUE;
  const bad: string[] = [];
  decodeElements(expected).forEach((e, i) => {
    const g = got[i];
    if (Object.is(g, e) || (Number.isNaN(g) && Number.isNaN(e))) return;
    if (g === e && !withSigns) return; // 0 and -0
    const ulp = Math.max(2 ** Math.floor(Math.log2(Math.abs(e))) * spacing, least);
    const allowed = typeof tolerance === "number" ? (e === 0 ? 0 : tolerance * ulp) : tolerance[i];
    if (Math.abs(g - e) <= allowed && allowed > 0) return;
    bad.push(`[${i}] is ${show(g)}, not ${show(e)} (within ${allowed})`);
  });
  return bad.length > 3 ? [...bad.slice(0, 3), ` and ${bad.length - 3} more elements`] : bad;
}

const show = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));
