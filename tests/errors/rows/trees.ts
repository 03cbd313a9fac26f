/** Trees that do not match, and functions of trees. */
import { type NDArray, numpy as np, tree, vmap } from "cotangent";
import { type Row, unchecked } from "./row.js";

const x = np.array([1, 2, 3]);
const identity = (v: NDArray): NDArray => v;

class Once {
  readonly x = 1;
}

export const treeRows: readonly Row[] = [
  [
    "registerNode takes a class",
    () => tree.registerNode(unchecked({}), unchecked({})),
    "TreeError",
    "registerNode: the first argument is a class, got an object without keys",
  ],
  [
    "registerNode takes both functions",
    () => tree.registerNode(Once, unchecked({ flatten: () => [[], null] })),
    "TreeError",
    "registerNode: Once needs { flatten: (value) => [children, metadata], unflatten: (metadata, " +
      "children) => value }",
  ],
  [
    "registerNode takes a class once",
    () => {
      class Twice {}
      const definition = { flatten: (): [[], null] => [[], null], unflatten: () => new Twice() };
      tree.registerNode(Twice, definition);
      tree.registerNode(Twice, definition);
    },
    "TreeError",
    "registerNode: Twice is registered already; register a class once, where it is defined",
  ],
  [
    "map takes a function first",
    () => tree.map(unchecked({ w: x }), unchecked(identity)),
    "ArgumentError",
    "tree.map: expected a function, got an object with the key w",
  ],
  [
    "map shows both structures",
    () => tree.map((a) => a, { w: x }, unchecked({ b: x })),
    "TreeError",
    "tree.map: the trees differ: the first is {w: *}, another is {b: *}; give trees of one " + "structure",
  ],
  [
    "map refuses a further tree that is undefined",
    () => tree.map((a) => a, x, unchecked(undefined)),
    "TreeError",
    "tree.map: a further tree is undefined: leave the key out, or use null for an empty subtree",
  ],
  [
    "unflatten takes the structure first",
    () => tree.unflatten(unchecked([x]), unchecked({})),
    "ArgumentError",
    "tree.unflatten: the leaves must be a list of arrays, got an object without keys",
  ],
  [
    "unflatten takes a structure",
    () => tree.unflatten(unchecked(x), [x]),
    "ArgumentError",
    "tree.unflatten: takes a structure, from tree.structure or tree.flatten, then leaves; got " +
      "an array f32[3]",
  ],
  [
    "unflatten takes as many leaves as the structure has",
    () => tree.unflatten(tree.structure({ a: x, b: x }), [x]),
    "TreeError",
    "tree.unflatten: 1 leaves for a structure of 2; give one for each",
  ],
  [
    "unravel takes a vector of the tree's size",
    () => tree.ravel({ w: x })[1](np.zeros(2)),
    "ShapeError",
    "unravel: the tree has 3 elements in all, got an array of shape [2]; give [3]",
  ],
  [
    "reduce takes a function first",
    () => tree.reduce(unchecked(x), unchecked(identity), 0),
    "ArgumentError",
    "tree.reduce: expected a function, got an array f32[3]; pass f itself, not f(x)",
  ],
  [
    "a prefix that does not fit shows the tree",
    () => vmap((p: { w: NDArray[] }) => p.w[0], [{ w: [0, 0] }])({ w: [x] }),
    "TreeError",
    "vmap: inAxes is no prefix of the tree at [0].w: the tree there is [*]; give one entry for " +
      "the whole, or one for each part",
  ],
];
