/** Checkpoints: what goes in comes out, bit for bit, and whatever else is a file is told apart. */
import { type NDArray, numpy as np, optim, random } from "cotangent";
import {
  annealedLangevin,
  contrastiveDivergence,
  decodeCheckpoint,
  decodeCheckpointMetadata,
  decodeSafetensors,
  encodeCheckpoint,
  encodeSafetensors,
  explainCheckpointFault,
  initialState,
  mlpEnergy,
  train,
  trainStep,
} from "cotangent/ebm";
import fc from "fast-check";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import { describe, expect, test } from "vitest";
import { bitsOf } from "./files.js";
import { texts, trees } from "./generated.js";

const names = (bytes: Uint8Array): readonly string[] =>
  pipe(
    decodeSafetensors(bytes),
    E.match(
      () => [],
      ({ tensors }) => Object.keys(tensors).sort(),
    ),
  );

/** What a checkpoint holds, or the sentence that is said of it. */
const read = (bytes: Uint8Array, like: unknown): unknown =>
  pipe(
    decodeCheckpoint(bytes, like),
    E.match(explainCheckpointFault, (checkpoint): unknown => bitsOf(checkpoint)),
  );

const f = (...values: number[]): NDArray => np.array(values);

describe("a checkpoint", () => {
  const own = ({ format: _, version: __, ...rest }: Readonly<Record<string, string>>) => rest;

  test("read again is the same tree, bit for bit, whatever the values of the tree that it is like", () => {
    const law = fc.property(trees, texts.map(own), (tree, metadata) => {
      const expected = { state: bitsOf(tree), metadata };
      expect(read(encodeCheckpoint(tree, metadata), tree)).toEqual(expected);
    });
    fc.assert(law, { numRuns: 200 });
  });
  test("keeps weak types, which the file does not have, from the tree that it is like", () => {
    const state = { count: np.array(3).add(1), weak: np.multiply(2, 3) };
    expect(state.weak.weakType).toBe(true);
    expect(read(encodeCheckpoint(state), state)).toEqual({ state: bitsOf(state), metadata: {} });
  });
  test("names tensors by where they stand", () => {
    const tree = { params: [{ w: f(1), b: f(2) }], "a/b": { "~": f(3) }, none: null };
    expect(names(encodeCheckpoint(tree))).toEqual(["a~1b/~0", "params/0/b", "params/0/w"]);
    expect(names(encodeCheckpoint(f(1)))).toEqual([""]);
  });
  test("never gives two leaves one name", () => {
    const tree = { a: { b: f(1) }, "a/b": f(2), "a~1b": f(3), "": { "": f(4) }, "/": f(5) };
    expect(names(encodeCheckpoint(tree)).length).toBe(5);
  });
  test("does not depend on the order of keys", () => {
    expect(encodeCheckpoint({ a: f(1), b: f(2) })).toEqual(encodeCheckpoint({ b: f(2), a: f(1) }));
  });
  test("tells its metadata before there is a tree to compare with", () => {
    const bytes = encodeCheckpoint({ w: f(1) }, { config: "{}" });
    expect(decodeCheckpointMetadata(bytes)).toEqual(E.right({ config: "{}" }));
  });
});

describe("training", () => {
  const { init, energy } = mlpEnergy({ hidden: [8] });
  const training = {
    init,
    energy,
    batchSize: 16,
    optimizer: optim.adam(1e-3),
    negatives: contrastiveDivergence(annealedLangevin({ steps: 3 })),
  };
  const points = random.normal(random.key(1), [64, 2]);
  const step = trainStep(training);
  const go = (iterations: number) => train(step, points, { iterations });

  test("continued from a checkpoint is training that was never interrupted, bit for bit", () => {
    const first = initialState(random.key(0), training);
    const saved = encodeCheckpoint(go(3)(first));
    const resumed = pipe(
      decodeCheckpoint(saved, first),
      E.map(({ state }) => go(4)(state)),
    );
    expect(E.isRight(resumed) && encodeCheckpoint(resumed.right)).toEqual(encodeCheckpoint(go(7)(first)));
    expect(E.isRight(resumed) && bitsOf(resumed.right)).toEqual(bitsOf(go(7)(first)));
  });
});

describe("every fault has its sentence", () => {
  const tree = { w: f(1, 2), b: f(0) };
  const bytes = encodeCheckpoint(tree);
  const elsewhere = "it is of another model, optimiser or sampler";

  test.each<readonly [string, Uint8Array, unknown, string]>([
    [
      "a truncated file",
      bytes.subarray(0, bytes.length - 4),
      tree,
      "the file is cut short: its tensors take 12 bytes, and 8 are there",
    ],
    [
      "a foreign file",
      encodeSafetensors(tree, { format: "pt" }),
      tree,
      "this is a safetensors file, and no checkpoint of cotangent: its metadata's format does not say so",
    ],
    [
      "another version",
      encodeSafetensors(tree, { format: "cotangent.checkpoint", version: "2" }),
      tree,
      'this is a checkpoint of version "2", and version "1" is read; use the cotangent that wrote it',
    ],
    [
      "a tensor that is missing",
      bytes,
      { ...tree, c: [f(1)] },
      `the checkpoint lacks the tensor "c/0": ${elsewhere}`,
    ],
    [
      "many that are missing",
      bytes,
      { ...tree, c: [f(1), f(1), f(1), f(1), f(1)] },
      `the checkpoint lacks the tensors "c/0", "c/1", "c/2" and 2 more: ${elsewhere}`,
    ],
    ["a tensor too many", bytes, { w: f(1, 2) }, `the checkpoint has the tensor "b" too many: ${elsewhere}`],
    [
      "another shape",
      bytes,
      { ...tree, w: f(1, 2, 3) },
      'tensor "w": the checkpoint has f32[2], and f32[3] is needed',
    ],
    [
      "another dtype",
      bytes,
      { ...tree, b: np.zeros([1], { dtype: "int32" }) },
      'tensor "b": the checkpoint has f32[1], and i32[1] is needed',
    ],
  ])("%s", (_, file, like, sentence) => {
    expect(read(file, like)).toBe(sentence);
  });
  test("the same faults come of the metadata alone", () => {
    const fault = (file: Uint8Array): string =>
      pipe(
        decodeCheckpointMetadata(file),
        E.match(
          ({ kind }) => kind,
          () => "none",
        ),
      );
    expect(fault(bytes.subarray(0, 9))).toBe("file");
    expect(fault(encodeSafetensors(tree))).toBe("foreign");
    expect(fault(encodeSafetensors(tree, { format: "cotangent.checkpoint" }))).toBe("version");
  });
});
