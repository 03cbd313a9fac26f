/** Weight decay that the moments do not see, for all parameters or some. */
import type { NDArray } from "../autodiff/array.js";
import { flattenArrays } from "../autodiff/convert.js";
import { add, mul } from "../autodiff/primitives/arithmetic.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { broadcastPrefix, unflatten } from "../autodiff/tree.js";
import { readOptions } from "../ir/arguments.js";
import { ArgumentError } from "../ir/errors.js";
import type { CountKind, EmptyKind, Optimizer } from "./optimizer.js";
import { checkFinite, checkState, increment, mapParams, noSteps } from "./optimizer.js";
import type { ScalarOrSchedule } from "./schedules.js";
import { checkScalar } from "./transformations.js";

/** Booleans in the structure of the parameters; one for a subtree stands for all its leaves. */
export type MaskTree = boolean | object;

/** A mask, or a function that makes one of the parameters. */
export type Mask = MaskTree | ((params: never) => MaskTree);

/** A weight decay that follows a schedule counts its steps; any other has no state. */
export type DecayKind<W extends ScalarOrSchedule> = W extends number | NDArray ? EmptyKind : CountKind;

/**
 * Updates plus weight times the parameters, where the mask is true.
 * Source: optax.add_decayed_weights.
 *
 * @throws ArgumentError, from `update`, when the parameters are left out; TreeError when the mask is no prefix of them
 * @example addDecayedWeights(0.01, { mask: (params: Params) => tree.map((p) => p.ndim > 1, params) })
 */
export function addDecayedWeights<W extends ScalarOrSchedule>(
  weight: W,
  options: { readonly mask?: Mask } = {},
): Optimizer<DecayKind<W>> {
  const { mask = true } = readOptions("optim.addDecayedWeights", options, { mask: "any" });
  if (typeof weight === "number") checkFinite("optim.addDecayedWeights", { weight });
  else if (typeof weight !== "function") {
    checkScalar("optim.addDecayedWeights", weight);
  }
  const constant: Optimizer<EmptyKind> = {
    init: () => null,
    update: (grads, _, params) => [decayed(grads, params, valueAt(weight, noSteps()), mask), null],
  };
  const scheduled: Optimizer<CountKind> = {
    init: () => ({ count: noSteps() }),
    update: (grads, state, params) => {
      checkState("optim.addDecayedWeights", state, "count");
      return [decayed(grads, params, valueAt(weight, state.count), mask), { count: increment(state.count) }];
    },
  };
  const optimizer = typeof weight === "function" ? scheduled : constant;
  // Sound: W is a function exactly where the value is, which is what DecayKind asks.
  return optimizer as unknown as Optimizer<DecayKind<W>>;
}

const valueAt = (weight: ScalarOrSchedule, count: NDArray): NDArray | number =>
  typeof weight === "function" ? weight(count) : weight;

function decayed<P>(grads: P, params: P | undefined, weight: NDArray | number, mask: Mask): P {
  if (params === undefined) {
    throw new ArgumentError(
      "optim.addDecayedWeights: decay needs the parameters; call update(grads, state, params)",
    );
  }
  if (typeof weight !== "number") checkScalar("optim.addDecayedWeights", weight);
  const decay = (g: NDArray, p: NDArray): NDArray =>
    add(g, mul(p, typeof weight === "number" ? weight : convertElementType(weight, p.dtype)));
  const everywhere = mapParams(decay, grads, params);
  if (mask === true) return everywhere;
  const [before, structure] = flattenArrays(grads);
  const [after] = flattenArrays(everywhere);
  // Sound: called with the parameters alone, whose type the one who wrote the function knows.
  const tree: MaskTree = typeof mask === "function" ? mask(params as never) : mask;
  const decays = broadcastPrefix(
    "optim.addDecayedWeights: the mask",
    tree,
    structure,
    (x) => typeof x === "boolean",
  );
  return unflatten(
    structure,
    before.map((g, i) => (decays[i] === true ? after[i] : g)),
  ) as P; // arrays in the structure of a P
}
