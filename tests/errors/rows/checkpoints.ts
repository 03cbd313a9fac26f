/** Checkpoints and safetensors. */
import { jit, type NDArray, numpy as np } from "cotangent";
import * as ebm from "cotangent/ebm";
import { type Row, unchecked } from "./row.js";

const x = np.array([1, 2, 3]);

export const checkpointRows: readonly Row[] = [
  [
    "encodeSafetensors takes an object of arrays",
    () => ebm.encodeSafetensors(unchecked(x)),
    "ArgumentError",
    "ebm.encodeSafetensors: the tensors are an object of arrays, such as { w: np.ones([2]) }, got an array f32[3]",
  ],
  [
    "encodeSafetensors takes no trees",
    () => ebm.encodeSafetensors(unchecked({ params: { w: x } })),
    "ArgumentError",
    'ebm.encodeSafetensors: "params" must be an array, got an object with the key w; use np.array',
  ],
  [
    "no tensor has the name of the metadata",
    () => ebm.encodeSafetensors({ __metadata__: x }),
    "ArgumentError",
    'ebm.encodeSafetensors: no tensor may have the name "__metadata__"; give another',
  ],
  [
    "metadata are an object",
    () => ebm.encodeSafetensors({ x }, unchecked("seed 1")),
    "ArgumentError",
    'ebm.encodeSafetensors: the metadata are an object of strings, got the string "seed 1"',
  ],
  [
    "metadata are strings",
    () => ebm.encodeCheckpoint({ x }, unchecked({ seed: 1 })),
    "ArgumentError",
    'ebm.encodeCheckpoint: the metadata are strings under names, got the number 1 for "seed"; write numbers and ' +
      "objects as text, such as JSON",
  ],
  [
    "a header has at most 100 MB",
    () => ebm.encodeSafetensors({ x }, { text: "x".repeat(1e8 + 1) }),
    "ArgumentError",
    "ebm.encodeSafetensors: the header takes 100000001 bytes or more, and the format allows 100000000; give fewer tensors, " +
      "or shorter metadata",
  ],
  [
    "the format of a checkpoint is its own",
    () => ebm.encodeCheckpoint({ x }, { format: "pt" }),
    "ArgumentError",
    'ebm.encodeCheckpoint: the metadata\'s "format" is written by the checkpoint itself; use another name',
  ],
  [
    "a checkpoint is of a tree",
    () => ebm.encodeCheckpoint({ params: undefined }),
    "TreeError",
    "ebm.encodeCheckpoint: the state.params is undefined: leave the key out, or use null for an empty subtree",
  ],
  [
    "a checkpoint is of numbers that are there",
    () => jit((y: NDArray) => [ebm.encodeCheckpoint({ y }).length, y] as const)(x),
    "ConcretizationError",
    "ebm.encodeCheckpoint: the value of f32[3] is not known while jit traces the function; compute with np.where, " +
      "lax.cond or lax.scan instead of its value, or return it and read it outside",
  ],
  [
    "decodeSafetensors takes bytes",
    () => ebm.decodeSafetensors(unchecked("model.safetensors")),
    "ArgumentError",
    'ebm.decodeSafetensors: the bytes are a Uint8Array, got the string "model.safetensors"',
  ],
  [
    "decodeCheckpoint takes the tree that it is like",
    () => ebm.decodeCheckpoint(new Uint8Array(8), undefined),
    "TreeError",
    "ebm.decodeCheckpoint: like is undefined: leave the key out, or use null for an empty subtree",
  ],
  [
    "explainCheckpointFault takes a fault",
    () => ebm.explainCheckpointFault(unchecked("missing")),
    "ArgumentError",
    'ebm.explainCheckpointFault: the kind must be one of "file", "foreign", "version", "missing", "extra", "type", ' +
      "got undefined",
  ],
];
