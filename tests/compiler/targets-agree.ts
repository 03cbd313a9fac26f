/** js and wasm give the same bits: for golden rows, for random programs, for a whole training. NaN equals NaN. */
import { jit, type NDArray, setDefaultTarget, tree } from "cotangent";
import { initialState, train, trainStep } from "cotangent/ebm";
import { pipe } from "fp-ts/lib/function.js";
import { builtInInput } from "../../examples/train/input.js";
import { keysOf } from "../../examples/train/keys.js";
import { withParts } from "../../examples/train/model.js";
import { recipes } from "../../examples/train/recipes.js";
import { setEagerTarget } from "../../src/compiler/targets/registry.js";
import type { Namespace } from "../jax/golden-rows.js";
import { partsOf } from "../jax/held-to-jax.js";
import { everyRow } from "../jax/read-rows.js";
import { generate } from "../jax-programs/generate.js";
import { quantitiesOf } from "../jax-programs/quantities.js";

export interface Agreement {
  /** How many results were compared. */
  readonly compared: number;
  readonly elements: number;
  /** A line each. */
  readonly differences: readonly string[];
}

const none: Agreement = { compared: 0, elements: 0, differences: [] };

export const together = (parts: readonly Agreement[]): Agreement => ({
  compared: parts.reduce((sum, part) => sum + part.compared, 0),
  elements: parts.reduce((sum, part) => sum + part.elements, 0),
  differences: parts.flatMap(({ differences }) => differences),
});

type Arrays = readonly NDArray[];

/** Every part of the rows of a namespace, each operation alone and the part as one program; every `stride`-th row. */
export const goldenRowsAgree = (namespace: Namespace, stride = 1): Agreement =>
  together(
    everyRow(namespace, stride).flatMap(({ name, place, row }) =>
      partsOf(name, row).flatMap(([what, expected, compute]) => {
        if (expected === undefined || what === "under jit") return [];
        const title = `${name} row ${place}, ${what}`;
        const eager = agreement(`${title}, eagerly`, onEager("js", compute), onEager("wasm", compute));
        if (row.traced === false) return [eager];
        const whole = jit(() => [...compute()]);
        return [eager, agreement(title, on("js", whole), on("wasm", whole))];
      }),
    ),
  );

/** Value, grad, jvp, vmap and vmap of grad of a random program, jitted. */
export const randomProgramAgrees = (seed: number, index: number): Agreement =>
  together(
    quantitiesOf(generate(seed, index)).map(({ name, jitted, inputs }) => {
      const call = () => jitted(...inputs);
      return agreement(`program ${index} of seed ${seed}, ${name}`, on("js", call), on("wasm", call));
    }),
  );

/** The parameters of the energy that `npm start` trains, after so many of its steps. */
export function trainingAgrees(iterations: number): Agreement {
  const call = () => tree.leaves(trained(iterations));
  return agreement(`parameters after ${iterations} steps`, on("js", call), on("wasm", call));
}

/** What examples/train.ts does before it draws. */
function trained(iterations: number) {
  const keys = keysOf(0);
  const { train: points } = builtInInput("8gaussians", keys.data, keys.heldOut);
  return withParts(recipes.default, 2, (parts) =>
    pipe(initialState(keys.training, parts), train(trainStep(parts), points, { iterations })),
  ).params;
}

/** With jit's default target set; small operations outside jit run on js. The text of the error, where one is thrown. */
function on<T>(target: "js" | "wasm", run: () => T): T | string {
  setDefaultTarget(target);
  try {
    return run();
  } catch (error) {
    return String(error);
  } finally {
    setDefaultTarget(null);
  }
}

/** The same with operations outside jit on the target too. */
function onEager<T>(target: "js" | "wasm", run: () => T): T | string {
  setEagerTarget(target);
  try {
    return on(target, run);
  } finally {
    setEagerTarget("js");
  }
}

function agreement(title: string, js: Arrays | string, wasm: Arrays | string): Agreement {
  if (typeof js === "string" || typeof wasm === "string") {
    return { ...none, differences: [`${title}: js ${js}, wasm ${wasm}`] };
  }
  if (js.length !== wasm.length) {
    return { ...none, differences: [`${title}: ${js.length} results on js, ${wasm.length} on wasm`] };
  }
  return together(js.map((x, i) => arraysAgree(`${title}, result ${i}`, x, wasm[i])));
}

function arraysAgree(title: string, x: NDArray, y: NDArray): Agreement {
  const [ofX, ofY] = [x.dataSync(), y.dataSync()];
  const counted = { compared: 1, elements: ofX.length };
  const type = (a: NDArray): string => `${a.dtype}[${a.shape}]`;
  if (type(x) !== type(y))
    return { ...counted, differences: [`${title}: ${type(x)} on js, ${type(y)} on wasm`] };
  let count = 0;
  let first = "";
  for (let i = 0; i < ofX.length; i++) {
    if (Object.is(ofX[i], ofY[i])) continue;
    if (count++ === 0) first = `[${i}] is ${ofX[i]} on js, ${ofY[i]} on wasm`;
  }
  return { ...counted, differences: count === 0 ? [] : [`${title}: ${count} elements differ, ${first}`] };
}
