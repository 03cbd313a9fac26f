/** Layers that normalise, look up or draw have the values and gradients of Flax in tests/goldens/layer-goldens.json. */
import { readFileSync } from "node:fs";
import { grad, type NDArray, nn, numpy as np, random } from "cotangent";
import { describe, expect, test } from "vitest";

interface LayerNormRow {
  readonly shape: number[];
  readonly dtype: "float32" | "float64";
  readonly offset: number;
  readonly epsilon: number;
  readonly scale: boolean;
  readonly bias: boolean;
  readonly y: number[];
  readonly dx: number[];
  readonly dscale: number[] | null;
  readonly dbias: number[] | null;
}
interface EmbeddingRow {
  readonly count: number;
  readonly features: number;
  readonly positions: number | number[] | number[][];
  readonly initial: number[];
  readonly initial64: number[];
  readonly y: (number | null)[];
  readonly dtable: number[];
  readonly attend: number[];
}
interface DropoutRow {
  readonly rate: number;
  readonly seed: number;
  readonly shape: number[];
  readonly broadcastDims: number[];
  readonly deterministic: boolean;
  readonly y: number[];
  readonly dx: number[];
}
interface Goldens {
  readonly layerNorm: LayerNormRow[];
  readonly embedding: EmbeddingRow[];
  readonly dropout: DropoutRow[];
}
const goldens = JSON.parse(
  readFileSync(new URL("../goldens/layer-goldens.json", import.meta.url), "utf8"),
) as Goldens;

/** Within a few units of the dtype's precision, relative to 1 or to the value; null stands for NaN. */
function expectClose(found: NDArray, wanted: readonly (number | null)[], ulps: number): void {
  const unit = found.dtype === "float64" ? 2 ** -52 : 2 ** -23;
  const values = Array.from(found.dataSync());
  expect(values.length).toBe(wanted.length);
  values.forEach((x, i) => {
    const there = wanted[i] ?? Number.NaN;
    if (Object.is(x, there) || x === there) return;
    const scaled = Math.abs(x - there) / (Math.max(1, Math.abs(there)) * unit);
    expect(scaled, `entry ${i}: ${x}, Flax has ${there}`).toBeLessThanOrEqual(ulps);
  });
}

/** sin(0), sin(step), ... rounded to multiples of 2^-12. */
function wave(shape: readonly number[], dtype: "float32" | "float64", step = 0.7): NDArray {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = Float64Array.from({ length: size }, (_, i) => Math.round(Math.sin(step * i) * 4096) / 4096);
  return np.array(values).astype(dtype).reshape(shape);
}
describe.each(goldens.layerNorm.map((row, i) => [i, row] as const))("layerNorm, row %i", (_, row) => {
  const layer = nn.layerNorm({ epsilon: row.epsilon, scale: row.scale, bias: row.bias, dtype: row.dtype });
  const features = row.shape[row.shape.length - 1];
  const x = wave(row.shape, row.dtype).add(row.offset);
  const params = {
    scale: row.scale ? wave([features], row.dtype, 1.1).add(1) : null,
    bias: row.bias ? wave([features], row.dtype, 1.1) : null,
  };
  // The rows are of all kinds: what init returns for these options has this shape.
  const apply = (p: typeof params, v: NDArray): NDArray =>
    layer.apply(p as Parameters<typeof layer.apply>[0], v);
  const loss = (p: typeof params, v: NDArray): NDArray =>
    apply(p, v)
      .mul(wave(row.shape, row.dtype, 0.3))
      .sum();

  // The mean of numbers near the offset is known to within its rounding, which the differences from it inherit.
  const inherited = 1 + row.offset;
  test("has Flax's values", () => {
    expectClose(apply(params, x), row.y, 8 * inherited);
  });
  test("has Flax's gradients", () => {
    const [dparams, dx] = grad(loss, { argnums: [0, 1] })(params, x);
    // A feature alone is its own mean: 1 / sqrt(epsilon) = 1000 multiplies what cancels exactly.
    expectClose(dx, row.dx, 32 * inherited);
    if (dparams.scale !== null) expectClose(dparams.scale, row.dscale ?? [], 32 * inherited);
    if (dparams.bias !== null) expectClose(dparams.bias, row.dbias ?? [], 4);
    expect([dparams.scale === null, dparams.bias === null]).toEqual([
      row.dscale === null,
      row.dbias === null,
    ]);
  });
});

describe.each(goldens.embedding.map((row, i) => [i, row] as const))("embedding, row %i", (_, row) => {
  const layer = nn.embedding(row.count, row.features);
  const table = wave([row.count, row.features], "float32");
  const positions = np.array(row.positions).astype("int32");

  test("starts with Flax's vectors, in both float types", () => {
    expectClose(layer.init(random.key(7), []).embedding, row.initial, 4);
    const wide = nn.embedding(row.count, row.features, { dtype: "float64" });
    expectClose(wide.init(random.key(7), []).embedding, row.initial64, 64);
  });
  test("looks up what Flax looks up", () => {
    expectClose(layer.apply({ embedding: table }, positions), row.y, 0);
  });
  test("has Flax's gradient of the vectors", () => {
    const loss = (embedding: NDArray): NDArray => {
      const y = layer.apply({ embedding }, positions);
      return y.mul(wave(y.shape, "float32", 0.3)).sum();
    };
    expectClose(grad(loss)(table), row.dtable, 4);
  });
  test("attends as Flax does", () => {
    const query = wave([2, row.features], "float32", 1.3);
    expectClose(layer.attend({ embedding: table }, query), row.attend, 4);
  });
});

describe.each(goldens.dropout.map((row, i) => [i, row] as const))("dropout, row %i", (_, row) => {
  const layer = nn.dropout(row.rate, { broadcastDims: row.broadcastDims });
  const x = wave(row.shape, "float32").add(2);
  const run = (v: NDArray): NDArray =>
    layer.apply(null, v, { key: random.key(row.seed), deterministic: row.deterministic });
  test("drops and scales what Flax does", () => {
    expectClose(run(x), row.y, 1);
  });
  test("has Flax's gradient", () => {
    expectClose(grad((v: NDArray) => run(v).sum())(x), row.dx, 1);
  });
});
