/** Dropout, embedding and layer normalisation as layers: types, keys, shapes, and what misuse says. */
import { debugKeyReuse, grad, jit, type NDArray, nn, numpy as np, random, vmap } from "cotangent";
import { afterEach, describe, expect, expectTypeOf, test } from "vitest";

const key = random.key(0);
const ones = np.ones([64]);

describe("dropout", () => {
  const layer = nn.dropout(0.5);

  test("keeps float64, and drops the same units in it", () => {
    const wide = layer.apply(null, ones.astype("float64"), { key });
    expect([wide.dtype, wide.js()]).toEqual(["float64", layer.apply(null, ones, { key }).js()]);
  });

  test("rate 0, rate 1 and use need no key, and integers pass unless they are dropped", () => {
    const counts = np.array([1, 2]).astype("int32");
    expect(nn.dropout(0).apply(null, counts).js()).toEqual([1, 2]);
    expect(nn.dropout(1).apply(null, counts).js()).toEqual([0, 0]);
    expect(layer.apply(null, counts, { deterministic: true }).js()).toEqual([1, 2]);
  });

  test("rate 1 has the gradient 0, even where the input is infinite", () => {
    const f = (x: NDArray): NDArray => nn.dropout(1).apply(null, x).sum();
    expect(grad(f)(np.array([1, Number.POSITIVE_INFINITY])).js()).toEqual([0, 0]);
  });

  test("vmap over keys drops for each as the key alone would", () => {
    const keys = random.split(key, 3);
    const each = vmap((k: random.Key) => layer.apply(null, ones, { key: k }))(keys);
    expect(each.js()).toEqual([...keys].map((k) => layer.apply(null, ones, { key: k }).js()));
  });

  test("says what it needs", () => {
    expect(() => nn.dropout(1.5)).toThrow(/nn\.dropout: the rate is 1\.5; give the probability of dropping/);
    expect(() => nn.dropout(Number.NaN)).toThrow(/nn\.dropout: the rate is NaN/);
    expect(() => layer.apply(null, ones)).toThrow(/no key to draw with; give apply\(params, x, \{ key \}\)/);
    expect(() => layer.apply(null, ones.astype("int32"), { key })).toThrow(/the input is i32\[64\]/);
    expect(() => nn.dropout(0.5, { broadcastDims: [1] }).apply(null, ones, { key })).toThrow(
      /nn\.dropout: axis 1 is out of range/,
    );
  });
});

describe("keys of layers made of parts", () => {
  afterEach(() => debugKeyReuse(false));

  test("each part of sequential draws with foldIn(key, i)", () => {
    const net = nn.sequential(nn.dropout(0.5), (x) => x, nn.dropout(0.5));
    const params = net.init(key, [64]);
    expectTypeOf(params).toEqualTypeOf<[null, null, null]>();
    const layer = nn.dropout(0.5);
    const first = layer.apply(null, ones, { key: random.foldIn(key, 0) });
    const byHand = layer.apply(null, first, { key: random.foldIn(key, 2) });
    const found = net.apply(params, ones, { key });
    expect(found.js()).toEqual(byHand.js());
    // A key used twice would drop the same units twice, and leave half of them.
    expect(np.countNonzero(found).item()).toBeLessThan(Number(np.countNonzero(first).item()));
    expect(net.apply(params, ones, { deterministic: true }).js()).toEqual(ones.js());
  });

  test("no key reaches two samplers in nested parts", () => {
    const block = (): nn.Layer<[nn.DenseParams, null, null]> =>
      nn.sequential(nn.dense(8), nn.relu, nn.dropout(0.5));
    const net = nn.sequential(nn.dropout(0.1), block(), block(), nn.mlp([8, 8, 8, 1], { dropout: 0.2 }));
    debugKeyReuse(true);
    const params = net.init(random.key(1), [4]);
    expect(net.apply(params, np.ones([4]), { key: random.key(2) }).shape).toEqual([1]);
  });

  test("mlp drops hidden units after the activation, layer i with foldIn(key, i), and no outputs", () => {
    const net = nn.mlp([2, 16, 16, 3], { dropout: 0.5, activation: nn.tanh });
    const params = net.init(key);
    const layer = nn.dropout(0.5);
    const x = np.array([0.5, -1]);
    const [h1, h2, last] = [nn.dense(16), nn.dense(16), nn.dense(3)];
    const first = layer.apply(null, nn.tanh(h1.apply(params[0], x)), { key: random.foldIn(key, 0) });
    const second = layer.apply(null, nn.tanh(h2.apply(params[1], first)), { key: random.foldIn(key, 1) });
    expect(net.apply(params, x, { key }).js()).toEqual(last.apply(params[2], second).js());
    const plain = nn.mlp([2, 16, 16, 3], { activation: nn.tanh });
    expect(net.apply(params, x, { deterministic: true }).js()).toEqual(plain.apply(params, x).js());
    expect(() => net.apply(params, x)).toThrow(/nn\.dropout: there is no key to draw with/);
    expect(() => nn.mlp([2, 1], { dropout: -1 })).toThrow(/nn\.dropout: the rate is -1/);
  });

  test("a training step with a key is one jitted program", () => {
    const net = nn.sequential(nn.dense(8), nn.relu, nn.dropout(0.5), nn.dense(1));
    const params = net.init(key, [3]);
    const loss = (p: typeof params, x: NDArray, k: random.Key): NDArray =>
      net.apply(p, x, { key: k }).square().mean();
    const x = np.ones([5, 3]);
    const eager = grad(loss)(params, x, random.key(3));
    const jitted = jit(grad(loss))(params, x, random.key(3));
    expect(jitted[3].w.js()).toEqual(eager[3].w.js());
    expectTypeOf(jitted).toEqualTypeOf<typeof params>();
  });
});

describe("embedding", () => {
  const layer = nn.embedding(5, 3);
  const params = layer.init(key, []);

  test("reads plain numbers as positions, and gives any shape of positions a new last axis", () => {
    expectTypeOf(params).toEqualTypeOf<nn.EmbeddingParams>();
    expect(layer.apply(params, 2).js()).toEqual(params.embedding.slice(2).js());
    expect(layer.apply(params, [[0, 4]]).shape).toEqual([1, 2, 3]);
    const mapped = vmap((i: NDArray) => layer.apply(params, i))(np.arange(5));
    expect(mapped.js()).toEqual(params.embedding.js());
  });

  test("stands first in a sequence, where the other layers see its vectors", () => {
    const net = nn.sequential(layer, nn.layerNorm(), (x) => x.mean(0), nn.dense(2));
    const p = net.init(key, [7]);
    expect([p[1].scale.shape, p[3].w.shape]).toEqual([[3], [3, 2]]);
    expect(net.apply(p, np.arange(5)).shape).toEqual([2]);
    const nested = nn.sequential(net, nn.dense(1)).init(key, [7]);
    expect(nested[1].w.shape).toEqual([2, 1]);
  });

  test("says what it takes", () => {
    expect(() => nn.embedding(0, 3)).toThrow(/nn\.embedding: count is 0; give a positive integer/);
    expect(() => nn.embedding(3, 1.5)).toThrow(/nn\.embedding: features is 1\.5/);
    expect(() => layer.apply(params, np.array([0.5]))).toThrow(
      /nn\.embedding: indices must be integers, got f32\[1\]/,
    );
    expect(() => layer.apply(params, 5)).toThrow(/nn\.embedding: index 5 is out of range/);
    expect(() => layer.attend(params, [1, 2])).toThrow(
      /nn\.embedding: the query is f32\[2\], and vectors have 3 features/,
    );
  });
});

describe("layerNorm", () => {
  test("starts with scale 1 and bias 0, and what is left out is null", () => {
    const both = nn.layerNorm().init(key, [2, 3]);
    expectTypeOf(both).toEqualTypeOf<nn.LayerNormParams>();
    expect([both.scale.js(), both.bias.js()]).toEqual([
      [1, 1, 1],
      [0, 0, 0],
    ]);
    const neither = nn.layerNorm({ scale: false, bias: false, dtype: "float64" }).init(key, [3]);
    expectTypeOf(neither).toEqualTypeOf<nn.LayerNormParams<false, false>>();
    expect(neither).toEqual({ scale: null, bias: null });
  });

  test("gives each example mean 0 and variance 1, whatever its scale and offset", () => {
    const layer = nn.layerNorm();
    const x = random
      .normal(key, [4, 256])
      .mul(np.array([[0.1], [1], [10], [100]]))
      .add(5);
    const y = layer.apply(layer.init(key, [256]), x);
    for (const value of np.mean(y, 1)) expect(Number(value.item())).toBeCloseTo(0, 5);
    for (const value of np.var_(y, 1)) expect(Number(value.item())).toBeCloseTo(1, 3);
  });

  test("integers become floats, and wider parameters widen the result", () => {
    const layer = nn.layerNorm({ dtype: "float64" });
    const y = layer.apply(layer.init(key, [2]), np.array([1, 3]).astype("int32"));
    expect(y.dtype).toBe("float64");
    expect(np.allclose(y, [-1, 1], { atol: 1e-5 }).item()).toBe(true);
  });

  test("says what it takes", () => {
    const layer = nn.layerNorm();
    const params = layer.init(key, [3]);
    expect(() => nn.layerNorm({ epsilon: 0 })).toThrow(/nn\.layerNorm: epsilon is 0; give a positive number/);
    expect(() => layer.init(key, [])).toThrow(/nn\.layerNorm: inputs need an axis of features/);
    expect(() => layer.apply(params, [1, 2])).toThrow(
      /nn\.layerNorm: the input is f32\[2\], and a parameter f32\[3\]/,
    );
    expect(() => layer.apply(params, 1)).toThrow(/nn\.layerNorm: inputs need an axis of features/);
  });
});
