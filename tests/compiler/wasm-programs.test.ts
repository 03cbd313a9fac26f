/** Jitted functions on the wasm target give the bits of the js target, for arrays of every size. */
import { jit, lax, type NDArray, nn, numpy as np, random, targets } from "cotangent";
import { describe, expect, test } from "vitest";

const onBoth = (f: (...xs: NDArray[]) => NDArray, ...xs: NDArray[]) =>
  ["js", "wasm"].map((target) => jit(f, { target })(...xs).dataSync());

const special = [
  0,
  -0,
  1,
  -1,
  0.5,
  1e-30,
  1e30,
  3e38,
  1e-42,
  Math.PI,
  12345.678,
  2 ** 24,
  Infinity,
  -Infinity,
  NaN,
];
const points = [...special, ...Array.from({ length: 24 }, (_, i) => (i - 12) * 0.37 + 0.01)];

const unary: Readonly<Record<string, (x: NDArray) => NDArray>> = {
  exp: np.exp,
  exp2: np.exp2,
  expm1: np.expm1,
  log: np.log,
  log1p: np.log1p,
  sin: np.sin,
  cos: np.cos,
  tan: np.tan,
  arcsin: np.arcsin,
  arctan: np.arctan,
  sinh: np.sinh,
  tanh: np.tanh,
  arcsinh: np.arcsinh,
  arctanh: np.arctanh,
  cbrt: np.cbrt,
  logistic: nn.sigmoid,
  erf: lax.erf,
  erfInv: lax.erfInv,
  lgamma: lax.lgamma,
  digamma: lax.digamma,
  trigamma: (x) => lax.polygamma(np.ones([], { dtype: x.dtype === "float64" ? "float64" : "float32" }), x),
  rem: (x) => np.fmod(x, 0.7),
  power: (x) => np.power(x, 1.3),
  floor: np.floor,
  round: np.round,
  truncated: (x) => x.astype("int32"),
  bits: (x) => lax.bitcastConvertType(x, x.dtype === "float64" ? "uint32" : "int32"),
};

describe.each(["float32", "float64"] as const)("in %s", (dtype) => {
  test.each(Object.keys(unary))("%s of vectors and what is left over", (name) => {
    const [js, wasm] = onBoth(unary[name], np.array(points, { dtype }));
    expect(wasm).toEqual(js);
  });

  test.each([
    [1, 7, 5],
    [9, 11, 1],
    [17, 33, 2],
    [16, 5, 32],
    [33, 129, 47],
    [3, 4100, 6],
  ])("products of [%i,%i] and [.,%i]", (m, k, n) => {
    const x = random.normal(random.key(1), [m, k], { dtype });
    const y = random.normal(random.key(2), [k, n], { dtype });
    const [js, wasm] = onBoth((a, b) => a.matmul(b), x, y);
    expect(wasm).toEqual(js);
    const [jsT, wasmT] = onBoth((a, b) => a.matmul(b.transpose()), x, y.transpose());
    expect(wasmT).toEqual(jsT);
  });

  test.each([0, 1, 15, 16, 17, 100, 5000])("reductions of %i elements", (n) => {
    const x = random.normal(random.key(3), [3, n], { dtype });
    for (const f of [np.sum, np.prod]) {
      for (const axis of [0, 1, null]) {
        const [js, wasm] = onBoth((a) => f(a, axis), x);
        expect(wasm).toEqual(js);
      }
    }
  });
});

test("random draws", () => {
  const [js, wasm] = onBoth(() => random.normal(random.key(5), [101]));
  expect(wasm).toEqual(js);
  const [gammas, wide] = onBoth(() => random.gamma(random.key(5), 0.7, [37]));
  expect(wide).toEqual(gammas);
});

test("targets() has it", () => {
  expect(targets().find(({ name }) => name === "wasm")).toMatchObject({ lanes: 4, available: true });
});
