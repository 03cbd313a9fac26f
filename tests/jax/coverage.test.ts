/** Nothing public is left without rows in the golden files, nor any primitive. */
import { lax, makeJaxpr, nn, numpy } from "cotangent";
import { describe, expect, test } from "vitest";
import { firstOrderPrimitives } from "../../src/autodiff/primitives/registry.js";
import { call, lookUp } from "./calls.js";
import { decodeArray } from "./encoding.js";
import { leavesOf, namespaces, type Row, withLeaves } from "./golden-rows.js";
import { readRows } from "./read-rows.js";

const rows: Readonly<Record<string, readonly Row[]>> = Object.assign({}, ...namespaces.map(readRows));
const enough = 20;

const controlFlow = "control flow, whose programs are compared with JAX in other tests";
const layer = "makes layers or initialisers, held to Flax and JAX in tests/nn";

/** The functions that have no rows here, and why. */
const functionsElsewhere: Readonly<Record<string, string>> = {
  "numpy.NDArray": "the class, not a function",
  "numpy.vectorize": "takes a function; its laws are in tests/numpy",
  "lax.scan": controlFlow,
  "lax.whileLoop": controlFlow,
  "lax.foriLoop": controlFlow,
  "lax.cond": controlFlow,
  "lax.switch": controlFlow,
  "lax.map": controlFlow,
  "lax.associativeScan": controlFlow,
  "lax.debugPrint": "prints and gives nothing",
  "nn.dense": layer,
  "nn.layerNorm": layer,
  "nn.embedding": layer,
  "nn.dropout": layer,
  "nn.mlp": layer,
  "nn.sequential": layer,
  "nn.glorotNormal": layer,
  "nn.glorotUniform": layer,
  "nn.heNormal": layer,
  "nn.lecunNormal": layer,
  "nn.varianceScaling": layer,
};

const primitivesElsewhere: Readonly<Record<string, string>> = {
  add_any: "made by transposition alone: every row whose array is used twice adds its cotangents",
  copy: "the identity, which no public function is",
  fma: "no function of JAX; held to exact arithmetic in tests/ir",
  random_gamma: "draws of gamma, held to JAX in tests/random",
  threefry2x32: "random bits, held to JAX in tests/random",
  threefry2x32_bits: "random bits, held to JAX in tests/random",
};

const functionsOf = (namespace: string, members: object): string[] =>
  Object.entries(members).flatMap(([key, member]) =>
    typeof member === "function"
      ? [`${namespace}.${key}`]
      : typeof member === "object" && member !== null && key === "linalg"
        ? functionsOf(`${namespace}.${key}`, member)
        : [],
  );

const publicFunctions = [
  ...functionsOf("numpy", numpy),
  ...functionsOf("lax", lax),
  ...functionsOf("nn", nn),
];

describe("the golden files cover", () => {
  test("every public function with at least 20 rows", () => {
    const lacking = publicFunctions.filter(
      (name) => !(name in functionsElsewhere) && (rows[name]?.length ?? 0) < enough,
    );
    expect(lacking, lacking.join(", ")).toEqual([]);
  });

  test("only functions that are public", () => {
    const unknown = Object.keys(rows).filter(
      (name) => !name.startsWith("index.") && lookUp(name) === undefined,
    );
    expect(unknown).toEqual([]);
    expect(Object.keys(functionsElsewhere).filter((name) => name in rows)).toEqual([]);
  });

  test("every first-order primitive with at least 20 rows", () => {
    const counts = new Map<string, number>();
    for (const name of primitivesIn()) counts.set(name, (counts.get(name) ?? 0) + 1);
    const lacking = firstOrderPrimitives
      .map(({ name }) => name)
      .filter((name) => !(name in primitivesElsewhere) && (counts.get(name) ?? 0) < enough);
    expect(lacking, lacking.join(", ")).toEqual([]);
  });
});

/** The names of the primitives in the jaxprs of each function's first rows, once a row. */
const primitivesIn = (): string[] =>
  Object.entries(rows).flatMap(([name, cases]) =>
    cases.slice(0, enough).flatMap((row) => (row.traced === false ? [] : primitivesOf(name, row))),
  );

function primitivesOf(name: string, row: Row): string[] {
  const leaves = leavesOf(row.args).map(decodeArray);
  const { jaxpr } = makeJaxpr((...xs: typeof leaves) => call(name, withLeaves(row.args, xs)))(...leaves);
  return [...new Set(jaxpr.eqns.map(({ primitive }) => primitive.name))];
}
