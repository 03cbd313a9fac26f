/** Activations, softmax and initialisers, with first and second derivatives, against jax.nn in tests/goldens/nn-goldens.json. */
import { readFileSync } from "node:fs";
import * as nn from "cotangent/nn";
import * as random from "cotangent/random";
import { describe, expect, test } from "vitest";
import type { ArrayLike, NDArray } from "../../src/autodiff/array.js";
import { fromTypedArray } from "../../src/autodiff/convert.js";
import { mul } from "../../src/autodiff/primitives/arithmetic.js";
import { reduceSum } from "../../src/autodiff/primitives/sum-and-broadcast.js";
import { grad } from "../../src/autodiff/transforms/grad.js";
import { vmap } from "../../src/autodiff/transforms/vmap.js";
import { range } from "../../src/ir/shape.js";

interface Goldens {
  readonly x: number[];
  readonly activations: Record<
    string,
    { readonly y: number[]; readonly dy: number[]; readonly ddy: number[] }
  >;
  readonly rows: number[];
  readonly softmax: Record<string, { readonly y: number[]; readonly dy: number[] }>;
  readonly initializers: Record<string, Record<string, number[]>>;
}
const goldens = JSON.parse(
  readFileSync(new URL("../goldens/nn-goldens.json", import.meta.url), "utf8"),
) as Goldens;

function expectClose(found: NDArray, wanted: readonly number[], ulps: number): void {
  const values = Array.from(found.dataSync());
  expect(values.length).toBe(wanted.length);
  values.forEach((x, i) => {
    if (x === wanted[i]) return;
    const scaled = Math.abs(x - wanted[i]) / (Math.max(1, Math.abs(wanted[i])) * 2 ** -23);
    expect(scaled, `entry ${i}: ${x}, JAX has ${wanted[i]}`).toBeLessThanOrEqual(ulps);
  });
}

const activations: Record<string, (x: ArrayLike) => NDArray> = {
  relu: nn.relu,
  silu: nn.silu,
  gelu: nn.gelu,
  "gelu exact": (x) => nn.gelu(x, { approximate: false }),
  sigmoid: nn.sigmoid,
  softplus: nn.softplus,
  tanh: nn.tanh,
  elu: nn.elu,
  "elu 0.5": (x) => nn.elu(x, 0.5),
  leakyRelu: nn.leakyRelu,
  "leakyRelu 0.2": (x) => nn.leakyRelu(x, 0.2),
};
const points = fromTypedArray(Float32Array.from(goldens.x));

describe.each(Object.entries(goldens.activations))("%s", (name, wanted) => {
  const f = (x: NDArray): NDArray => activations[name](x);
  // 1 + tanh(...) loses digits on the negative side: an ulp of tanh is multiplied by x^3 and more.
  const cancellation = name === "gelu" ? 4 : 1;
  const df = (x: NDArray): NDArray => grad(f)(x);
  test("has jax.nn's values", () => {
    expectClose(f(points), wanted.y, 2);
  });
  test("has its derivatives, at 0 and far out too", () => {
    expectClose(vmap(df)(points), wanted.dy, 4 * cancellation);
  });
  test("has its second derivatives", () => {
    expectClose(vmap((x: NDArray) => grad(df)(x))(points), wanted.ddy, 4 * cancellation);
  });
});

test("swish is silu", () => {
  expect(nn.swish).toBe(nn.silu);
});

test("relu keeps integers and NaN", () => {
  const x = nn.relu(new Int32Array([-2, 3]));
  expect([x.dtype, x.js()]).toEqual(["int32", [0, 3]]);
  expect(nn.relu([Number.NaN]).js()).toEqual([Number.NaN]);
});

const rows = fromTypedArray(Float32Array.from(goldens.rows)).reshape([2, 3]);
const weights = fromTypedArray(Float32Array.of(1, 2, 3, 4, 5, 6)).reshape([2, 3]);
const functions = { softmax: nn.softmax, logSoftmax: nn.logSoftmax };

describe.each(Object.entries(goldens.softmax))("%s", (name, wanted) => {
  const [which, axisText] = name.split(" ");
  const axis = axisText === "null" ? null : Number(axisText);
  const f = (x: NDArray): NDArray =>
    which === "logsumexp" ? nn.logsumexp(x, axis) : functions[which as keyof typeof functions](x, axis);
  const loss = (x: NDArray): NDArray => {
    const y = f(x);
    const weighted = which === "logsumexp" ? y : mul(y, weights);
    return reduceSum(weighted, range(y.ndim));
  };
  test("is jax.nn's, without overflow", () => {
    expectClose(f(rows), wanted.y, 2);
  });
  test("has its gradient", () => {
    expectClose(grad(loss)(rows), wanted.dy, 8);
  });
});

describe("oneHot", () => {
  test("marks the class, in any dtype, along any axis", () => {
    const classes = new Int32Array([0, 2, 5]);
    const coded = [
      [1, 0, 0],
      [0, 0, 1],
      [0, 0, 0],
    ];
    expect(nn.oneHot(classes, 3).js()).toEqual(coded);
    const transposed = nn.oneHot(classes, 3, { axis: 0, dtype: "int32" });
    expect([transposed.dtype, transposed.js()]).toEqual([
      "int32",
      [
        [1, 0, 0],
        [0, 0, 0],
        [0, 1, 0],
      ],
    ]);
    expect(nn.oneHot(1, 3).js()).toEqual([0, 1, 0]);
  });
  test("refuses float arrays", () => {
    expect(() => nn.oneHot(new Float32Array([1]), 3)).toThrow(
      /nn\.oneHot: classes are integers, got f32\[1\]/,
    );
  });
});

const initializers: Record<string, nn.Initializer> = {
  glorotUniform: nn.glorotUniform,
  glorotNormal: nn.glorotNormal,
  heNormal: nn.heNormal,
  lecunNormal: nn.lecunNormal,
};
describe.each(Object.entries(goldens.initializers))("%s", (name, byShape) => {
  test.each(Object.entries(byShape))("has jax.nn's weights for the shape %s", (shape, wanted) => {
    const weights = initializers[name](random.key(7), shape.split(",").map(Number));
    expectClose(weights, wanted, 4);
  });
  test("refuses a shape without inputs", () => {
    expect(() => initializers[name](random.key(0), [3])).toThrow(/at least two axes, got \[3\]/);
  });
});
