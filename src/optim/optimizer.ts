/**
 * An optimiser is two pure functions on trees of arrays. `init` makes the state for some parameters; `update` turns
 * gradients into updates, to be added with `applyUpdates`, and gives the next state. States are trees, so that a training
 * step can be jitted, scanned and saved.
 *
 * The design and the values are Optax's (its GradientTransformation): optimisers are chains of transformations.
 */
import type { NDArray } from "../autodiff/array.js";
import { literal } from "../autodiff/array.js";
import { add } from "../autodiff/primitives/arithmetic.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { min } from "../autodiff/primitives/selection.js";
import { promote } from "../ir/dtype.js";
import { map } from "../tree/map.js";

/**
 * What an optimiser's state is, given the type of the parameters: a function of types. To write one, extend it and give
 * `state` in terms of `this["params"]`:
 *
 * @example interface TraceKind extends StateKind { readonly state: { readonly trace: this["params"] } }
 */
export interface StateKind {
  readonly params: unknown;
  readonly state: unknown;
}

/** The state that an optimiser of kind F has for parameters of type P. */
export type StateOf<F extends StateKind, P> = (F & { readonly params: P })["state"];

export interface Optimizer<F extends StateKind> {
  /** The state before the first step. */
  readonly init: <P>(params: P) => StateOf<F, P>;
  /**
   * (gradients, state, parameters) -> [updates, next state]. Gradients and updates are trees like the parameters.
   *
   * @throws TreeError when the trees differ in structure
   */
  readonly update: <P>(grads: P, state: StateOf<F, P>, params: P) => [updates: P, state: StateOf<F, P>];
}

/** No state: an empty tree. */
export interface EmptyKind extends StateKind {
  readonly state: null;
}

/** An optimiser that only knows how often it was called. */
export interface CountState {
  /** i32[]: steps taken. */
  readonly count: NDArray;
}
export interface CountKind extends StateKind {
  readonly state: CountState;
}

/**
 * `tree.map` on trees of parameters. The parameters' own type is that of the result, since their leaves are arrays; the
 * compiler cannot see that of a type it does not know yet.
 */
export const mapParams = <P>(
  f: (leaf: NDArray, ...others: NDArray[]) => NDArray,
  tree: P,
  ...rest: readonly P[]
): P => map<unknown>(f, tree, ...rest) as P;

/** No steps yet. i32[] */
export const noSteps = (): NDArray => literal(0, "int32", false);

/** One step more, which stops at the greatest int32 instead of wrapping. */
export const increment = (count: NDArray): NDArray => add(min(count, 2 ** 31 - 2), 1);

/**
 * params + updates, leaf by leaf, in the dtype of the parameter.
 * Source: optax.apply_updates.
 *
 * @throws TreeError when the structures differ
 * @example const [updates, next] = optimizer.update(grads, state, params); applyUpdates(params, updates)
 */
export const applyUpdates = <P>(params: P, updates: P): P =>
  mapParams(
    (p, u) => {
      const { dtype } = promote(p, u);
      const sum = add(convertElementType(p, dtype, p.weakType), convertElementType(u, dtype, u.weakType));
      return convertElementType(sum, p.dtype, p.weakType);
    },
    params,
    updates,
  );
