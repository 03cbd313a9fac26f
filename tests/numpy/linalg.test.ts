/**
 * numpy.linalg against JAX: values, both first derivatives, a second one, and vmap, in both float types. The rows are made by
 * goldens/make_linalg.py.
 */
import { readFileSync } from "node:fs";
import { jit, jvp, NDArray, numpy as np, vjp, vmap } from "cotangent";
import { describe, expect, test } from "vitest";
import type { NormOptions, TriangularSolveOptions } from "../../src/numpy/linalg/index.js";

interface Golden {
  readonly shape: readonly number[];
  readonly values: readonly (number | "nan" | "inf" | "-inf")[];
}
interface Row {
  readonly call: "cholesky" | "triangularSolve" | "lu" | "solve" | "inv" | "det" | "slogdet" | "norm";
  readonly options: Readonly<Record<string, unknown>>;
  readonly condition: number;
  readonly scale: number;
  readonly args: readonly Golden[];
  readonly tangents: readonly Golden[];
  readonly cotangents: readonly Golden[];
  readonly outs: readonly Golden[];
  readonly jvp: readonly Golden[];
  readonly vjp: readonly Golden[];
  readonly second: readonly Golden[] | null;
  readonly example: readonly Golden[];
  readonly vmap: readonly Golden[];
}
type DType = "float32" | "float64";

const rows: readonly Row[] = JSON.parse(
  readFileSync(new URL("./goldens/linalg.json", import.meta.url), "utf8"),
);

const special = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, "-inf": Number.NEGATIVE_INFINITY };
const toNumber = (value: Golden["values"][number]): number =>
  typeof value === "number" ? value : special[value];

const arrayOf = ({ shape, values }: Golden, dtype: DType): NDArray =>
  np.array(values.map(toNumber), { dtype }).reshape(shape);

/** The function of the row, as a list of outputs. */
function functionOf({ call, options }: Row): (...args: NDArray[]) => NDArray[] {
  const ord = typeof options["ord"] === "string" && options["ord"] in special;
  const named = ord ? { ...options, ord: toNumber(options["ord"] as "inf") } : options; // just looked at
  const asList = (out: NDArray | readonly NDArray[]): NDArray[] =>
    out instanceof NDArray ? [out] : [...out];
  switch (call) {
    case "norm":
      return (x) => [np.linalg.norm(x, named as NormOptions)]; // the script's options are ours by name
    case "triangularSolve":
      return (a, b) => [np.linalg.triangularSolve(a, b, options as TriangularSolveOptions)]; // likewise
    case "solve":
      return (a, b) => [np.linalg.solve(a, b)];
    case "cholesky":
      return (a) => [np.linalg.cholesky(a, options)];
    default:
      return (a) => asList(np.linalg[call](a));
  }
}

/**
 * The error of a backward stable algorithm is the derivative times a perturbation of a few n eps: so `order` + 1 condition numbers
 * for the derivative of that order, relative to the largest element, or to what cancels: in determinants the products, in second
 * derivatives terms as large as the first.
 */
function expectRounded(row: Row, actual: readonly NDArray[], golden: readonly Golden[], order: number): void {
  expect(actual.map((x) => x.shape)).toEqual(golden.map(({ shape }) => shape));
  golden.forEach(({ values }, i) => {
    const expected = values.map(toNumber);
    const epsilon = actual[i].dtype === "float64" ? 2 ** -52 : 2 ** -23;
    const n = Math.max(...row.args[0].shape.slice(-2), 1);
    const finite = expected.filter(Number.isFinite).map(Math.abs);
    const first = order === 2 ? row.vjp.flatMap((each) => each.values.map((x) => Math.abs(toNumber(x)))) : [];
    const size = Math.max(row.scale, ...finite, ...first, 0);
    const tolerance = 4 * n * epsilon * row.condition ** (order + 1) * size;
    const off = Array.from(actual[i].dataSync()).findIndex((x, k) =>
      Number.isFinite(expected[k]) ? !(Math.abs(x - expected[k]) <= tolerance) : !Object.is(x, expected[k]),
    );
    expect([...actual[i].dataSync()][off], `element ${off}, tolerance ${tolerance}`).toBe(expected[off]);
  });
}

const isFloat = (x: NDArray): boolean => x.dtype === "float32" || x.dtype === "float64";

describe.each(rows.map((row, i) => [`${row.call} ${JSON.stringify(row.options)}`, i, row] as const))(
  "%s (row %i) is JAX's",
  (_, __, row) => {
    const f = functionOf(row);
    const floats = (...args: NDArray[]): NDArray[] => f(...args).filter(isFloat);
    describe.each(["float64", "float32"] as const)("%s", (dtype) => {
      const load = (list: readonly Golden[]): NDArray[] => list.map((each) => arrayOf(each, dtype));
      const args = load(row.args);

      test("value, and the same under jit", () => {
        const outs = f(...args);
        expectRounded(row, outs, row.outs, 0);
        jit(f)(...args).forEach((out, i) => {
          expect(out.dataSync()).toEqual(outs[i].dataSync());
        });
      });
      test("jvp", () => expectRounded(row, jvp(floats, args, load(row.tangents))[1], row.jvp, 1));
      test("vjp", () => {
        const [, pullback] = vjp(floats, args);
        expectRounded(row, pullback(load(row.cotangents)), row.vjp, 1);
      });
      const { second } = row;
      if (second !== null) {
        test("jvp of vjp", () => {
          const pulled = (...xs: NDArray[]): NDArray[] => vjp(floats, xs)[1](load(row.cotangents));
          expectRounded(row, jvp(pulled, args, load(row.tangents))[1], second, 2);
        });
      }
      test("vmap over two examples", () => {
        const examples = load(row.example).map((x, i) => np.stack([args[i], x]));
        const outs = vmap(f)(...examples);
        expectRounded(
          row,
          outs.map((out) => out.slice(0)),
          row.outs,
          0,
        );
        expectRounded(
          row,
          outs.map((out) => out.slice(1)),
          row.vmap,
          0,
        );
      });
    });
  },
);
