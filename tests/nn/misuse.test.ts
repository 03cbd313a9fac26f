/** What layers say to parameters, options and shapes that are none. */
import { type NDArray, nn, numpy as np, random } from "cotangent";
import { describe, expect, test } from "vitest";

const key = random.key(0);
/** What JavaScript lets through where types do not. */
const wrong = <T>(value: unknown): T => value as T;

describe("misuse", () => {
  test.each<[string, () => unknown]>([
    [
      "nn.dense: the parameters are { w, b } as init(key, inputShape) makes them, w an array of 2 axes, got undefined",
      () => nn.dense(2).apply(wrong(undefined), [1]),
    ],
    [
      "nn.dense: the parameters are { w, b } as init(key, inputShape) makes them, b an array of 1 axis, got an array f32[]",
      () => nn.dense(2).apply({ w: np.ones([1, 2]), b: np.array(1) }, [1]),
    ],
    [
      "nn.embedding: the parameters are { embedding } as init(key, inputShape) makes them, embedding an array of 2 axes, " +
        "got null",
      () => nn.embedding(2, 2).apply(wrong(null), 1),
    ],
    [
      "nn.layerNorm: the parameters are { scale, bias } as init(key, inputShape) makes them, scale an array of 1 axis, " +
        "got an array f32[2]",
      () => nn.layerNorm().apply(wrong(np.ones([2])), [1, 2]),
    ],
    [
      "nn.mlp: the parameters are a list of { w, b }, got undefined; use init(key)",
      () => nn.mlp([2, 1]).apply(wrong(undefined), [1, 2]),
    ],
    [
      "nn.sequential: part 1 is undefined; give layers { init, apply } or functions of arrays",
      () => nn.sequential(nn.dense(2), wrong<nn.Part>(undefined)),
    ],
    ['nn.dense: there is no option "useBias"', () => nn.dense(2, wrong({ useBias: false }))],
    [
      "nn.dropout: the option deterministic must be a boolean, got the number 1",
      () => nn.dropout(0.5).apply(null, [1], { key, deterministic: wrong(1) }),
    ],
    ["nn.varianceScaling: the mode must be", () => nn.varianceScaling(1, wrong("fan_in"), "normal")],
    ["nn.layerNorm: dtype must be", () => nn.layerNorm({ dtype: wrong("int32") })],
  ])("%s", (message, misuse) => {
    expect(misuse).toThrow(message);
  });

  test("an input shape that is none is named with the layer", () => {
    const layers: nn.Layer<unknown>[] = [nn.dense(2), nn.layerNorm(), nn.sequential(nn.relu), nn.mlp([2, 1])];
    for (const layer of layers)
      expect(() => layer.init(key, wrong("2"))).toThrow(/^nn\.\w+: a shape is an array/);
  });

  test("a mistake in a layer's input is named with the layer", () => {
    const params = nn.dense(2).init(key, [1]);
    expect(() => nn.dense(2).apply(params, wrong<NDArray>({ x: 1 }))).toThrow(/^nn\.dense: /);
  });
});
