/** Where the nests of programs run: all that run elsewhere are listed here, with the reason. */
import { blockUntilReady, jit, type NDArray, numpy as np } from "cotangent";
import { setGpuMode } from "cotangent/gpu";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { namespaces } from "../../jax/golden-rows.js";
import { everyRow } from "../../jax/read-rows.js";
import { type Case, programs, rowCases, workloads } from "./cross-target-cases.js";

beforeAll(() => setGpuMode("cpu"));
afterAll(() => setGpuMode(null));

/** The kernels of a case, and the nests that have none, with the reason. */
function nestsOf(each: Case): { readonly kernels: number; readonly elsewhere: readonly string[] } {
  const texts: string[] = [];
  each.run((f) => {
    const [onGpu, onJs] = [jit(f, { target: "gpu" }), jit(f, { target: "js" })];
    return (...args) => {
      texts.push(onGpu.lower(...args).text("gpu"));
      return onJs(...args);
    };
  });
  const text = texts.join("\n");
  return { kernels: [...text.matchAll(/ = kernel\(/g)].length, elsewhere: elsewhereIn(text) };
}

/** Nests without a kernel, and why. */
const elsewhereIn = (text: string): readonly string[] =>
  [...text.matchAll(/^ *\/\/ elsewhere: (.*)$/gm)].map(([, nest]) => nest);

describe("nests that run elsewhere", () => {
  test.each([...workloads, ...programs])("$name has none", (each) => {
    const { kernels, elsewhere } = nestsOf(each);
    expect(elsewhere).toEqual([]);
    expect(kernels).toBeGreaterThan(0);
  });

  test("among those of the golden rows that have no float64 are these", () => {
    const lines: string[] = [];
    let [kernels, ofDoubles] = [0, 0];
    for (const each of namespaces.flatMap((space) => everyRow(space, 193).flatMap(rowCases))) {
      const nests = nestsOf(each);
      kernels += nests.kernels;
      for (const nest of nests.elsewhere) {
        if (nest.endsWith("float64, which graphics cards do not have here")) ofDoubles++;
        else lines.push(`${each.name}: ${nest}`);
      }
    }
    const row = "numpy.linalg.triangularSolve row 8";
    const solve = "triangular_solve: it writes one array in several places, in an order that matters";
    expect(lines).toEqual([
      `${row}, value: ${solve}`,
      ...Array.from({ length: 3 }, () => `${row}, vjp: ${solve}`),
      ...Array.from({ length: 3 }, () => `${row}, jvp: ${solve}`),
      `${row}, vmap: ${solve}`,
      "lax.sortMany row 19, vjp: scatter-add: where it writes depends on data (a scatter)",
    ]);
    expect(kernels).toBeGreaterThan(200);
    expect(ofDoubles).toBeLessThan(kernels / 3);
  });
});

describe("nests that have no kernel", () => {
  test("are named with the reason, and the answer is js's", async () => {
    const f = (x: NDArray, i: NDArray) =>
      [x.astype("float64").sum(), x.at(i).set(1), np.linalg.cholesky(x)] as const;
    const x = np.array([
      [4, 1],
      [1, 3],
    ]);
    const i = np.array([1, 0], { dtype: "int32" });
    const text = jit(f, { target: "gpu" }).lower(x, i).text();
    const double = "which graphics cards do not have here";
    expect(elsewhereIn(text)).toEqual([
      `convert_element_type broadcast_in_dim transpose add mul: it writes float64, ${double}`,
      `reduce_sum: it writes float64, ${double}`,
      "cholesky: it writes one array in several places, in an order that matters",
      "cholesky: it writes one array in several places, in an order that matters",
      "cholesky: how far it writes is known at run time only",
      "cholesky: how far it writes is known at run time only",
    ]);
    const got = await blockUntilReady(jit(f, { target: "gpu" })(x, i));
    const wanted = jit(f, { target: "js" })(x, i);
    got.forEach((each, k) => {
      expect(each.dataSync()).toEqual(wanted[k].dataSync());
    });
  });
});
