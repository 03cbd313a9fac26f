/**
 * Functions of trees of arrays. A leaf is an array when a function sees it: numbers and typed arrays have been converted.
 *
 * Laws: map(id, t) equals t; map(f, map(g, t)) equals map((x) => f(g(x)), t); unflatten(structure, leaves) undoes flatten.
 */
import type { NDArray } from "../autodiff/array.js";
import { flattenArrays, leafToArray } from "../autodiff/convert.js";
import { checkFunction } from "../autodiff/transforms/flat-function.js";
import * as core from "../autodiff/tree.js";
import type { Input, Output, Replaced } from "../autodiff/types.js";
import { checkList } from "../ir/arguments.js";
import { describe } from "../ir/describe.js";
import { ArgumentError, TreeError } from "../ir/errors.js";

declare const treeType: unique symbol;

/** The structure of a tree of type T: what `unflatten` needs to give a T back. The type is remembered, nothing else. */
export type Structure<T> = core.TreeStructure & { readonly [treeType]?: T };

/** The leaves in order (keys sorted) and the structure. */
export function flatten<T>(tree: T): [leaves: NDArray[], structure: Structure<T>] {
  return flattenArrays(tree);
}

/** The leaves in order: keys sorted, null holds none. */
export const leaves = (tree: unknown): NDArray[] => flattenArrays(tree)[0];

/** The tree without its leaves. */
export const structure = <T>(tree: T): Structure<T> => core.flatten(tree)[1];

/**
 * The tree of this structure with these leaves.
 *
 * @throws TreeError when their number is not the structure's
 */
export function unflatten<T>(structure: Structure<T>, leaves: readonly NDArray[]): Output<T>;
export function unflatten<T, S>(structure: Structure<T>, leaves: readonly S[]): Replaced<T, S>;
export function unflatten(structure: core.TreeStructure, leaves: readonly unknown[]): unknown {
  checkList("tree.unflatten", "the leaves", leaves, "arrays");
  if (typeof structure !== "object" || structure === null || !("leafCount" in structure)) {
    throw new ArgumentError(
      `tree.unflatten: takes a structure, from tree.structure or tree.flatten, then leaves; got ${describe(structure)}`,
    );
  }
  return core.unflatten(structure, leaves);
}

/**
 * The tree of f(leaf): a tree of arrays keeps its type. More trees of the same structure give f more arguments.
 * Source: jax.tree.map.
 *
 * @throws TreeError when the structures differ
 * @example map((p, g) => p.sub(g.mul(0.1)), params, grads)
 */
export function map<T>(
  f: (leaf: NDArray, ...others: NDArray[]) => NDArray,
  tree: T,
  ...rest: readonly Input<NoInfer<T>>[]
): Output<T>;
export function map<T, S>(
  f: (leaf: NDArray, ...others: NDArray[]) => S,
  tree: T,
  ...rest: readonly Input<NoInfer<T>>[]
): Replaced<T, S>;
export function map(
  f: (leaf: NDArray, ...others: NDArray[]) => unknown,
  tree: unknown,
  ...rest: readonly unknown[]
): unknown {
  checkFunction("tree.map", f);
  const [first, structure] = flattenArrays(tree, "tree.map: the tree");
  const others = rest.map((other) => alikeLeaves("tree.map", structure, other));
  return core.unflatten(
    structure,
    first.map((leaf, i) => f(leaf, ...others.map((each) => each[i]))),
  );
}

/**
 * As `map`, where f gets the key path of the leaf first: ".layers[0].w", "" for a tree that is a leaf.
 *
 * Source: jax.tree.map_with_path, whose paths are tuples of key objects; here they are strings.
 */
export function mapWithPath<T>(
  f: (path: string, leaf: NDArray, ...others: NDArray[]) => NDArray,
  tree: T,
  ...rest: readonly Input<NoInfer<T>>[]
): Output<T>;
export function mapWithPath<T, S>(
  f: (path: string, leaf: NDArray, ...others: NDArray[]) => S,
  tree: T,
  ...rest: readonly Input<NoInfer<T>>[]
): Replaced<T, S>;
export function mapWithPath(
  f: (path: string, leaf: NDArray, ...others: NDArray[]) => unknown,
  tree: unknown,
  ...rest: readonly unknown[]
): unknown {
  checkFunction("tree.mapWithPath", f);
  const [first, structure] = flattenArrays(tree, "tree.mapWithPath: the tree");
  const others = rest.map((other) => alikeLeaves("tree.mapWithPath", structure, other));
  const paths = core.leafPaths(structure);
  return core.unflatten(
    structure,
    first.map((leaf, i) => f(paths[i], leaf, ...others.map((each) => each[i]))),
  );
}

/**
 * f(... f(f(initial, leaf 0), leaf 1) ..., last leaf).
 * Source: jax.tree.reduce.
 *
 * @example reduce((count, leaf) => count + leaf.size, params, 0)
 */
export const reduce = <A>(f: (accumulated: A, leaf: NDArray) => A, tree: unknown, initial: A): A => {
  checkFunction("tree.reduce", f);
  return leaves(tree).reduce((accumulated, leaf) => f(accumulated, leaf), initial);
};

/**
 * Whether every leaf is true: booleans, numbers and arrays of one element. An empty tree is.
 * Source: jax.tree.all.
 *
 * @throws ConcretizationError when a leaf is traced; CoercionError when one has several elements
 * @example all(map((x) => x.dtype === "float32", params))
 */
export const all = (tree: unknown): boolean =>
  core.flatten(tree)[0].every((leaf) => Boolean(leafToArray(leaf).item()));

/** The leaves of another tree, which must have this structure. */
function alikeLeaves(operation: string, expected: core.TreeStructure, tree: unknown): NDArray[] {
  const [found, structure] = flattenArrays(tree, `${operation}: a further tree`);
  if (!core.sameStructure(structure, expected)) {
    throw new TreeError(
      `${operation}: the trees differ: the first is ${core.showStructure(expected)}, another is ` +
        `${core.showStructure(structure)}; give trees of one structure`,
    );
  }
  return found;
}
