/** A run that is ready to be trained: its state, and what can be asked of it. */
import { blockUntilReady, jit, NDArray, tree, vmap } from "cotangent";
import {
  decodeCheckpoint,
  encodeCheckpoint,
  energyBound,
  explainCheckpointFault,
  explainDivergence,
  initialState,
  scalingMaps,
  trainStep,
} from "cotangent/ebm";
import * as np from "cotangent/numpy";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import { keysOf } from "../../train/keys.js";
import { type Parts, withParts } from "../../train/model.js";
import type { State } from "../../train/session.js";
import { mostLost } from "../messages.js";
import type { Settings } from "../model/settings.js";
import { middles } from "../model/view.js";
import type { PageInput } from "./input.js";
import { recipeOf } from "./recipe.js";
import { libraryTarget } from "./targets.js";

export interface Reading {
  readonly dataEnergy: number;
  readonly sampleEnergy: number;
}

export interface Machine {
  /** Steps taken. */
  readonly step: () => number;
  readonly parameters: number;
  /** Takes one step. On the left: it diverged, and the state is that before it. */
  readonly advance: () => Promise<E.Either<string, Reading>>;
  /** E at the middles of cells x cells pixels of the box that is seen. */
  readonly surface: (cells: number) => Promise<Float32Array<ArrayBuffer>>;
  /** Where the chains are, in the units of the data: f32[2 n] */
  readonly samples: () => Promise<Float32Array<ArrayBuffer>>;
  /** The state as the tensors of a checkpoint, with these words in its metadata. */
  readonly checkpoint: (metadata?: Readonly<Record<string, string>>) => Promise<Uint8Array<ArrayBuffer>>;
  /** The network's parameters alone, likewise. */
  readonly params: () => Promise<Uint8Array<ArrayBuffer>>;
  /** The run on wasm, from the last state that was read back. */
  readonly onHost: () => Machine;
}

/** A run from its first step, or from the state in the checkpoint of one with the same points, network and seed. */
export const machineOf = (
  settings: Settings,
  input: PageInput,
  from: Uint8Array | null,
): E.Either<string, Machine> =>
  withParts(recipeOf(settings), 2, (parts) => {
    const first = initialState(keysOf(settings.seed).training, parts);
    const target = libraryTarget(settings.target);
    if (from === null) return E.right(running(parts, input, first, target));
    return pipe(
      decodeCheckpoint(from, first),
      E.bimap(explainCheckpointFault, ({ state }) => running(parts, input, state as typeof first, target)), // sound: a tree like `first`
    );
  });

function running<C>(parts: Parts<C>, input: PageInput, initial: State<C>, target: "wasm" | "gpu"): Machine {
  const { forward, backward } = scalingMaps(input.scaling);
  const take = trainStep(parts, { target });
  const energies = jit((params: State<C>["params"], points: NDArray) =>
    vmap((y: NDArray) => parts.energy(params, y))(points),
  );
  const grids = new Map<number, NDArray>();
  const gridOf = (cells: number): NDArray => {
    const known = grids.get(cells);
    if (known !== undefined) return known;
    const grid = forward(np.array(middles(input.box, cells)).reshape([cells * cells, 2]));
    grids.set(cells, grid);
    return grid;
  };
  let state = initial;
  let step = Number(initial.step.item());
  /** The last state whose values are on the host. */
  let kept = initial;
  /** The state, once its values are on the host: from there the rest is computed on wasm. */
  const onHost = async (): Promise<State<C>> => {
    const now = state;
    kept = await blockUntilReady(now);
    return now;
  };
  return {
    step: () => step,
    parameters: tree.leaves(initial.params).reduce((sum, { size }) => sum + size, 0),
    advance: async () => {
      const [next, metrics] = take(state, input.train);
      const [[dataEnergy], [sampleEnergy]] = await Promise.all([
        metrics.dataEnergy.data(),
        metrics.sampleEnergy.data(),
      ]);
      if (!(Math.abs(dataEnergy) < energyBound && Math.abs(sampleEnergy) < energyBound)) {
        const iteration = step + 1;
        return E.left(
          explainDivergence({ kind: "diverged", iteration, dataEnergy, sampleEnergy, lastGood: null }),
        );
      }
      state = next;
      step++;
      if (step % mostLost === 0) await onHost();
      return E.right({ dataEnergy, sampleEnergy });
    },
    surface: async (cells) => Float32Array.from(energies((await onHost()).params, gridOf(cells)).dataSync()),
    samples: async () => Float32Array.from(backward(positionsOf((await onHost()).chains)).dataSync()),
    checkpoint: async (metadata = {}) => Uint8Array.from(encodeCheckpoint(await onHost(), metadata)),
    params: async () => Uint8Array.from(encodeCheckpoint((await onHost()).params, {})),
    onHost: () => running(parts, input, kept, "wasm"),
  };
}

/** The page's chains are persistent: they carry the buffer of their positions. */
function positionsOf(chains: unknown): NDArray {
  const { positions } = Object(chains);
  if (positions instanceof NDArray) return positions;
  throw new Error("these chains carry no positions");
}
