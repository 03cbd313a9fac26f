/** What a scan keeps for reverse mode: no more than JAX keeps (goldens/residuals.json, made by make_residuals.py). */
import { readFileSync } from "node:fs";
import { grad, lax, makeJaxpr, type NDArray, numpy as np, type PrintableJaxpr } from "cotangent";
import { describe, expect, test } from "vitest";

const jax: Readonly<Record<string, number[][]>> = JSON.parse(
  readFileSync(new URL("./goldens/residuals.json", import.meta.url), "utf8"),
);

const one = np.array(1);
const xs8 = np.arange(8).astype("float32");

const product = (xs: NDArray): NDArray => lax.scan((c: NDArray, x: NDArray) => [c.mul(x), null], one, xs)[0];
const sines = (start: NDArray): NDArray =>
  lax.scan((c: NDArray) => [np.sin(c), null], start, null, { length: 8 })[0];
const network = (w: NDArray, start: NDArray, xs: NDArray): NDArray =>
  lax.scan((h: NDArray, x: NDArray) => [np.tanh(w.matmul(h).add(x)), null], start, xs)[0].sum();
const invariant = (w: NDArray, xs: NDArray): NDArray =>
  lax.scan((c: NDArray, x: NDArray) => [c.add(np.sin(w).mul(x).mul(x)), null], one, xs)[0];
const gradientSteps = (x0: NDArray, k: NDArray): NDArray =>
  lax.scan((x: NDArray) => [x.sub(k.mul(x).mul(x).mul(x)), null], x0, null, { length: 8 })[0].sum();
const linear = (xs: NDArray): NDArray =>
  lax.scan((c: NDArray, x: NDArray) => [c.add(x), c.mul(2)], one, xs)[1].sum();

/** Name, program, and the shapes that are stacked, a slice a turn. */
const rows: readonly { name: string; jaxpr: PrintableJaxpr; stacked: number[][] }[] = [
  { name: "product", jaxpr: makeJaxpr(grad(product))(xs8), stacked: [[8]] },
  { name: "sines", jaxpr: makeJaxpr(grad(sines))(one), stacked: [[8]] },
  {
    name: "recurrent network",
    jaxpr: makeJaxpr(grad(network))(np.ones([4, 4]), np.ones([4]), np.ones([8, 4])),
    stacked: [
      [8, 4],
      [8, 4],
      [8, 4],
    ],
  },
  { name: "loop-invariant factor", jaxpr: makeJaxpr(grad(invariant))(one, xs8), stacked: [] },
  {
    name: "gradient steps",
    jaxpr: makeJaxpr(grad(gradientSteps))(np.ones([4]), np.array(0.1)),
    stacked: [
      [8, 4],
      [8, 4],
      [8, 4],
    ],
  },
  { name: "linear", jaxpr: makeJaxpr(grad(linear))(xs8), stacked: [] },
];

function numCarry(params: object): number {
  if (!("numCarry" in params) || typeof params.numCarry !== "number")
    throw new Error("not the params of a scan");
  return params.numCarry;
}

/** The shapes of what the forward scan stacks and the backward scan reads. */
function stackedResiduals({ jaxpr }: PrintableJaxpr): number[][] {
  const [forward, backward, ...more] = jaxpr.eqns.filter((eqn) => eqn.primitive.name === "scan");
  expect(more).toEqual([]);
  return forward.outs
    .slice(numCarry(forward.params))
    .filter((v) => backward.operands.includes(v))
    .map((v) => [...v.aval.shape]);
}

describe("what scan stacks for reverse mode", () => {
  test.each(rows)("$name: is $stacked", ({ jaxpr, stacked }) => {
    expect(stackedResiduals(jaxpr)).toEqual(stacked);
  });

  test.each(rows)("$name: is no more than in JAX", ({ name, jaxpr }) => {
    const sorted = (shapes: readonly number[][]): string[] => shapes.map(String).sort();
    const ours = sorted(stackedResiduals(jaxpr));
    expect(sorted(jax[name])).toEqual(expect.arrayContaining(ours));
    expect(ours.length).toBeLessThanOrEqual(jax[name].length);
  });
});
