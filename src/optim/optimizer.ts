/**
 * An optimiser is two pure functions on trees of arrays. `init` makes the state for some parameters; `update` turns
 * gradients into updates, to be added with `applyUpdates`, and gives the next state. States are trees, so that a training
 * step can be jitted, scanned and saved.
 *
 * The design and the values are Optax's (its GradientTransformation): optimisers are chains of transformations.
 */
import type { NDArray } from "../autodiff/array.js";
import { literal } from "../autodiff/array.js";
import { flattenArrays } from "../autodiff/convert.js";
import { add } from "../autodiff/primitives/arithmetic.js";
import { convertElementType } from "../autodiff/primitives/conversion.js";
import { min } from "../autodiff/primitives/selection.js";
import { leafPaths, sameStructure, showStructure, type TreeStructure, unflatten } from "../autodiff/tree.js";
import { describe, show } from "../ir/describe.js";
import { promote } from "../ir/dtype.js";
import { ArgumentError, ShapeError, TreeError } from "../ir/errors.js";
import { sameShape, showShape } from "../ir/shape.js";

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
   * (gradients, state, parameters) -> [updates, next state]. Gradients and updates are trees like the parameters, in their
   * dtypes. The parameters may be left out where nothing reads them: only weight decay does.
   *
   * @throws TreeError when the trees differ in structure, ShapeError when leaves differ in shape; ArgumentError when
   *   parameters that are needed are left out
   */
  readonly update: <P>(grads: P, state: StateOf<F, P>, params?: P) => [updates: P, state: StateOf<F, P>];
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
 * The tree of f(leaf, ...leaves of the others), all of one structure and with leaves of one shape: nothing broadcasts. The
 * parameters' own type is that of the result, since their leaves are arrays; the compiler cannot see that of a type it does
 * not know yet.
 *
 * @throws TreeError when the structures differ; ShapeError when the shapes of leaves do
 */
export function mapParams<P>(
  f: (leaf: NDArray, ...others: NDArray[]) => NDArray,
  tree: P,
  ...rest: readonly P[]
): P {
  const [first, structure] = flattenArrays(tree);
  const others = rest.map((other) => alikeLeaves(first, structure, other));
  const mapped = first.map((leaf, i) => f(leaf, ...others.map((each) => each[i])));
  return unflatten(structure, mapped) as P;
}

function alikeLeaves(first: readonly NDArray[], structure: TreeStructure, other: unknown): NDArray[] {
  const [found, otherStructure] = flattenArrays(other);
  if (!sameStructure(structure, otherStructure)) {
    throw new TreeError(
      "optim: gradients, parameters and state must be trees of one structure, got " +
        `${showStructure(structure)} and ${showStructure(otherStructure)}; give the gradients of the parameters that the ` +
        "state was made for with init(params)",
    );
  }
  const i = found.findIndex((leaf, k) => !sameShape(leaf.shape, first[k].shape));
  if (i >= 0) {
    const path = leafPaths(structure)[i];
    throw new ShapeError(
      `optim: the leaf${path === "" ? "" : ` ${path}`} of gradients, parameters and state must have one shape, got ` +
        `${showShape(first[i].shape)} and ${showShape(found[i].shape)}; give the gradients of the parameters that the ` +
        "state was made for with init(params)",
    );
  }
  return found;
}

/** Throws ArgumentError unless the value has the two functions of an optimiser. */
export function checkOptimizer(operation: string, value: unknown): void {
  const { init, update }: { init?: unknown; update?: unknown } = Object(value);
  if (typeof init === "function" && typeof update === "function") return;
  throw new ArgumentError(`${operation}: expected an optimiser { init, update }, got ${describe(value)}`);
}

/** Throws ArgumentError unless the value has the fields of a state. */
export function checkState(operation: string, state: unknown, ...fields: readonly string[]): void {
  if (typeof state === "object" && state !== null && fields.every((field) => Object.hasOwn(state, field))) {
    return;
  }
  throw new ArgumentError(
    `${operation}: the state is { ${fields.join(", ")} } as init(params) makes it, got ${describe(state)}`,
  );
}

/** Throws ArgumentError unless all are finite numbers: a NaN would go through all steps in silence. */
export function checkFinite(operation: string, numbers: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (!Number.isFinite(value)) {
      throw new ArgumentError(`${operation}: ${name} must be a finite number, got ${show(value)}`);
    }
  }
}

/** No steps yet. i32[] */
export const noSteps = (): NDArray => literal(0, "int32", false);

/** One step more, which stops at the greatest int32 instead of wrapping. */
export const increment = (count: NDArray): NDArray => add(min(count, 2 ** 31 - 2), 1);

/**
 * params + updates, leaf by leaf, in the dtype of the parameter.
 * Source: optax.apply_updates.
 *
 * @throws TreeError when the structures differ; ShapeError when the shapes of leaves do
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
