/** Layers: shapes, parameters as typed trees, and what misuse says. */
import * as nn from "cotangent/nn";
import * as random from "cotangent/random";
import { describe, expect, expectTypeOf, test } from "vitest";
import type { NDArray } from "../../src/autodiff/array.js";
import { literal } from "../../src/autodiff/array.js";
import { fromNested } from "../../src/autodiff/convert.js";
import { mul, sub } from "../../src/autodiff/primitives/arithmetic.js";
import { reduceSum } from "../../src/autodiff/primitives/sum-and-broadcast.js";
import { valueAndGrad } from "../../src/autodiff/transforms/grad.js";
import { jit } from "../../src/autodiff/transforms/jit-function.js";
import { vmap } from "../../src/autodiff/transforms/vmap.js";
import * as optim from "../../src/optim/index.js";

const key = random.key(0);

describe("dense", () => {
  test("is x w + b, for one example and for batches of any rank", () => {
    const layer = nn.dense(2);
    const params = {
      w: fromNested([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      b: fromNested([10, 20]),
    };
    expect(layer.apply(params, [1, 0, 1]).js()).toEqual([16, 28]);
    const batch = fromNested([[[1, 0, 1]], [[0, 1, 0]]]);
    expect(layer.apply(params, batch).js()).toEqual([[[16, 28]], [[13, 24]]]);
    const mapped = vmap((x: NDArray) => layer.apply(params, x))(fromNested([[1, 0, 1]]));
    expect(mapped.js()).toEqual([[16, 28]]);
  });

  test("starts with lecunNormal weights and zero biases", () => {
    const { w, b } = nn.dense(4).init(key, [7, 3]);
    expect(w.js()).toEqual(nn.lecunNormal(key, [3, 4]).js());
    expect(b.js()).toEqual([0, 0, 0, 0]);
  });

  test("without a bias the parameters hold null", () => {
    const layer = nn.dense(4, { bias: false, dtype: "float64" });
    const params = layer.init(key, [3]);
    expectTypeOf(params).toEqualTypeOf<nn.LinearParams>();
    expect(params.b).toBeNull();
    expect([params.w.dtype, layer.apply(params, [1, 2, 3]).dtype]).toEqual(["float64", "float64"]);
  });

  test("an input of the wrong size is refused with both shapes", () => {
    const layer = nn.dense(4);
    const params = layer.init(key, [3]);
    expect(() => layer.apply(params, [1, 2])).toThrow(
      /nn\.dense: the input is f32\[2\], and the weights f32\[3,4\] take \[3\] features/,
    );
    expect(() => layer.apply(params, 1)).toThrow(/nn\.dense: the input is f32\[\]/);
    expect(() => layer.init(key, [])).toThrow(/inputs need an axis of features/);
    expect(() => nn.dense(0)).toThrow(/the number of outputs is 0/);
  });
});

describe("mlp", () => {
  test("is its dense layers with the activation between, not after", () => {
    const net = nn.mlp([2, 3, 1], { activation: nn.tanh });
    const params = net.init(key);
    expectTypeOf(params).toEqualTypeOf<nn.DenseParams[]>();
    expect(params.map(({ w, b }) => [w.shape, b.shape])).toEqual([
      [[2, 3], [3]],
      [[3, 1], [1]],
    ]);
    const x = fromNested([0.5, -1]);
    const [first, second] = [nn.dense(3), nn.dense(1)];
    const byHand = second.apply(params[1], nn.tanh(first.apply(params[0], x)));
    expect(net.apply(params, x).js()).toEqual(byHand.js());
    const squashed = nn.mlp([2, 3, 1], { activation: nn.tanh, finalActivation: nn.sigmoid });
    expect(squashed.apply(params, x).js()).toEqual(nn.sigmoid(byHand).js());
  });

  test("says which sizes and parameters it takes", () => {
    expect(() => nn.mlp([2])).toThrow(/nn\.mlp: sizes are \[inputs, \.\.\.hidden, outputs\]/);
    const net = nn.mlp([2, 3, 1]);
    expect(() => net.init(key, [4])).toThrow(/the inputs have shape \[4\], and the first size is 2/);
    expect(() => net.apply([], [1, 2])).toThrow(/the parameters of 0 layers for a network of 2/);
  });

  test("learns xor with adam, the whole step under jit", () => {
    const net = nn.mlp([2, 8, 1], { activation: nn.tanh });
    const optimizer = optim.adam(0.05);
    const inputs = fromNested([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    const targets = fromNested([[0], [1], [1], [0]]);
    const loss = (params: nn.DenseParams[]): NDArray => {
      const error = sub(net.apply(params, inputs), targets);
      return reduceSum(mul(error, error), [0, 1]);
    };
    let params = net.init(random.key(3));
    let state = optimizer.init(params);
    const step = jit((p: typeof params, s: typeof state) => {
      const [value, grads] = valueAndGrad(loss)(p);
      const [updates, next] = optimizer.update(grads, s, p);
      return [value, optim.applyUpdates(p, updates), next] as const;
    });
    let value: NDArray = literal(Number.POSITIVE_INFINITY);
    for (let i = 0; i < 200; i++) [value, params, state] = step(params, state);
    expect(Number(value.item())).toBeLessThan(1e-3);
  });
});

describe("sequential", () => {
  const net = nn.sequential(nn.dense(3), nn.relu, nn.mlp([3, 4, 2]));

  test("initialises each part for the shape that reaches it, with foldIn(key, i)", () => {
    const params = net.init(key, [5]);
    expectTypeOf(params).toEqualTypeOf<[nn.DenseParams, null, nn.DenseParams[]]>();
    expect(params[0].w.js()).toEqual(nn.dense(3).init(random.foldIn(key, 0), [5]).w.js());
    expect(params[1]).toBeNull();
    expect(params[2].map(({ w }) => w.shape)).toEqual([
      [3, 4],
      [4, 2],
    ]);
  });

  test("applies the parts in order", () => {
    const params = net.init(key, [2]);
    const x = fromNested([[1, -1]]);
    const byHand = nn.mlp([3, 4, 2]).apply(params[2], nn.relu(nn.dense(3).apply(params[0], x)));
    expect(net.apply(params, x).js()).toEqual(byHand.js());
  });

  test("says what it cannot apply", () => {
    expect(() => nn.sequential()).toThrow(/nothing to apply/);
  });
});
