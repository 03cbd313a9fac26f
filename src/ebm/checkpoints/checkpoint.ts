/**
 * Checkpoints: a tree of arrays, such as a TrainState, and metadata, as the bytes of a safetensors file.
 *
 * Law: decodeCheckpoint(encodeCheckpoint(state, metadata), state) = { state, metadata }, bit for bit: not-a-numbers with their
 * payloads, -0 and weak types included. Whoever continues from it continues as if nothing had been between.
 */
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import { ConcreteArray, type NDArray } from "../../autodiff/array.js";
import { flattenArrays } from "../../autodiff/convert.js";
import { type TreeStructure, unflatten } from "../../autodiff/tree.js";
import type { Output } from "../../autodiff/types.js";
import { type Aval, sameType, showAval } from "../../ir/aval.js";
import { ArgumentError } from "../../ir/errors.js";
import type { CheckpointFault } from "./checkpoint-fault.js";
import {
  checkBytes,
  checkMetadata,
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
} from "./safetensors.js";
import { readHeader } from "./safetensors-header.js";
import { tensorNames } from "./tensor-names.js";

/** What a checkpoint holds. */
export interface Checkpoint<S> {
  readonly state: S;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What tells a checkpoint from other safetensors files, and one version of it from another. */
const format = "cotangent.checkpoint";
const version = "1";

/**
 * The bytes of a safetensors file that holds the tree's leaves, named by where they stand (params/0/w), and the metadata, with
 * `format` and `version` beside them. The same tree and metadata give the same bytes.
 *
 * @throws TreeError on what is no tree of arrays; ArgumentError on metadata that are no strings, or take the two names above;
 * ConcretizationError on traced arrays
 * @example encodeCheckpoint(state, { config: JSON.stringify(options) })
 */
export function encodeCheckpoint(
  state: unknown,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  checkMetadata("ebm.encodeCheckpoint", metadata);
  for (const name of ["format", "version"]) {
    if (Object.hasOwn(metadata, name)) {
      throw new ArgumentError(
        `ebm.encodeCheckpoint: the metadata's "${name}" is written by the checkpoint itself; use another name`,
      );
    }
  }
  const [leaves, structure] = flattenArrays(state, "ebm.encodeCheckpoint: the state");
  const names = tensorNames(structure);
  const tensors = Object.fromEntries(
    leaves.map((leaf, i) => [names[i], leaf.concrete("ebm.encodeCheckpoint")]),
  );
  return encodeSafetensors(tensors, { ...metadata, format, version });
}

/**
 * The tree and the metadata in a checkpoint's bytes, or what is wrong with them. `like` is a tree of the same structure, with
 * arrays of the same shapes and dtypes: the state that a new run would begin with. Its values are not read.
 *
 * @throws ArgumentError on what is no Uint8Array; TreeError on what is no tree of arrays
 * @example pipe(decodeCheckpoint(bytes, initialState(key, parts)), E.mapLeft(explainCheckpointFault))
 */
export function decodeCheckpoint<T>(
  bytes: Uint8Array,
  like: T,
): E.Either<CheckpointFault, Checkpoint<Output<T>>> {
  checkBytes("ebm.decodeCheckpoint", bytes);
  const [leaves, structure] = flattenArrays(like, "ebm.decodeCheckpoint: like");
  return pipe(
    decodeSafetensors(bytes),
    E.mapLeft((fault): CheckpointFault => ({ kind: "file", fault })),
    E.chain(({ tensors, metadata }) =>
      pipe(
        ownMetadata(metadata),
        E.bindTo("metadata"),
        E.apS("state", stateOf<T>(tensors, leaves, structure)),
      ),
    ),
  );
}

/**
 * The metadata alone: what must be known before there is a tree to compare the arrays with, such as the configuration. The
 * header is looked at as a whole, and no array is made.
 *
 * @throws ArgumentError on what is no Uint8Array
 * @example pipe(decodeCheckpointMetadata(bytes), E.map(({ config }) => config))
 */
export function decodeCheckpointMetadata(
  bytes: Uint8Array,
): E.Either<CheckpointFault, Checkpoint<unknown>["metadata"]> {
  checkBytes("ebm.decodeCheckpointMetadata", bytes);
  return pipe(
    readHeader(bytes),
    E.mapLeft((fault): CheckpointFault => ({ kind: "file", fault })),
    E.chain(({ metadata }) => ownMetadata(metadata)),
  );
}

/** The metadata that the caller gave, once the two of the checkpoint's own are as they must be. */
function ownMetadata(
  metadata: Safetensors["metadata"],
): E.Either<CheckpointFault, Readonly<Record<string, string>>> {
  const { format: foundFormat, version: found, ...own } = metadata;
  if (foundFormat !== format) return E.left({ kind: "foreign" });
  return found === version
    ? E.right(own)
    : E.left({ kind: "version", found: found ?? "", expected: version });
}

function stateOf<T>(
  tensors: Safetensors["tensors"],
  leaves: readonly NDArray[],
  structure: TreeStructure,
): E.Either<CheckpointFault, Output<T>> {
  const names = tensorNames(structure);
  const missing = names.filter((name) => !Object.hasOwn(tensors, name));
  if (missing.length > 0) return E.left({ kind: "missing", names: missing });
  const expected = new Set(names);
  const extra = Object.keys(tensors).filter((name) => !expected.has(name));
  if (extra.length > 0) return E.left({ kind: "extra", names: extra });
  return pipe(
    names,
    E.traverseArrayWithIndex((i, name) => typedAs(name, tensors[name], leaves[i].aval)),
    // Sound: the structure is that of a T, and all its leaves are arrays.
    E.map((found) => unflatten(structure, found) as Output<T>),
  );
}

/** The file has no weak types: they are those of the tree that is given. */
function typedAs(name: string, tensor: NDArray, type: Aval): E.Either<CheckpointFault, NDArray> {
  if (!sameType(tensor.aval, type)) {
    return E.left({ kind: "type", name, found: showAval(tensor.aval), expected: showAval(type) });
  }
  const { values } = tensor.concrete("ebm.decodeCheckpoint");
  return E.right(type.weakType ? new ConcreteArray(type, values) : tensor);
}
