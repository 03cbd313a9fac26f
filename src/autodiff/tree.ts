/**
 * Pytrees: nested tuples and plain objects with arrays at the leaves; null is an empty subtree. Keys go in sorted order.
 * A caller's own class takes part after `registerNode`.
 *
 * Laws: unflatten(structure(t), leaves(t)) equals t; map(id, t) equals t; map(f ∘ g) = map(f) ∘ map(g).
 */
import { describe } from "../ir/describe.js";
import { TreeError } from "../ir/errors.js";
import { NDArray } from "./array.js";

/** The shape of a tree without its leaves. `key` is equal for equal structures, registered nodes' metadata aside. */
export type TreeStructure = {
  readonly key: string;
  readonly leafCount: number;
} & (
  | { readonly kind: "leaf" }
  | { readonly kind: "none" }
  | { readonly kind: "tuple"; readonly children: readonly TreeStructure[] }
  | { readonly kind: "object"; readonly keys: readonly string[]; readonly children: readonly TreeStructure[] }
  | {
      readonly kind: "custom";
      readonly node: RegisteredNode;
      readonly metadata: unknown;
      readonly children: readonly TreeStructure[];
    }
);

/** How a class of the caller's takes part in trees. */
export interface NodeDefinition<T, M> {
  /** The children, and what else is needed to rebuild the value: `metadata` is static. */
  readonly flatten: (value: T) => readonly [children: readonly unknown[], metadata: M];
  readonly unflatten: (metadata: M, children: readonly unknown[]) => T;
  /** When two metadata are the same; identity by default. */
  readonly equal?: (x: M, y: M) => boolean;
}

interface RegisteredNode {
  readonly id: number;
  readonly name: string;
  readonly definition: NodeDefinition<unknown, unknown>;
}

const registry = new Map<object, RegisteredNode>();

/**
 * Makes a class a tree node, for the whole program.
 *
 * @example registerNode(Point, { flatten: (p) => [[p.x, p.y], null], unflatten: (_, [x, y]) => new Point(x, y) })
 */
export function registerNode<T extends object, M>(
  nodeClass: abstract new (...args: never[]) => T,
  definition: NodeDefinition<T, M>,
): void {
  if (typeof nodeClass !== "function") {
    throw new TreeError(`registerNode: the first argument is a class, got ${describe(nodeClass)}`);
  }
  const { flatten: take, unflatten: build } = Object(definition);
  if (typeof take !== "function" || typeof build !== "function") {
    throw new TreeError(
      `registerNode: ${nodeClass.name} needs { flatten: (value) => [children, metadata], ` +
        "unflatten: (metadata, children) => value }",
    );
  }
  if (registry.has(nodeClass)) {
    throw new TreeError(
      `registerNode: ${nodeClass.name} is registered already; register a class once, where it is defined`,
    );
  }
  // Sound: the definition is only ever given values of this class, and the metadata it made itself.
  const erased = definition as unknown as NodeDefinition<unknown, unknown>;
  registry.set(nodeClass, { id: registry.size, name: nodeClass.name, definition: erased });
}

/** Whether a value is a leaf: an array, a number, a boolean or a typed array. */
export const isLeaf = (value: unknown): boolean =>
  value instanceof NDArray ||
  typeof value === "number" ||
  typeof value === "boolean" ||
  (ArrayBuffer.isView(value) && !(value instanceof DataView));

/** What counts as a leaf in trees of another kind (axes, where null is a leaf). */
export type LeafTest = (value: unknown) => boolean;

/**
 * The leaves in order, and the structure. Throws TreeError, with the key path, on what no tree may hold. `root` names the tree
 * in errors: `grad: args` makes `grad: args[0].w`.
 */
export function flatten(
  tree: unknown,
  leafTest: LeafTest = isLeaf,
  root?: string,
): [leaves: unknown[], structure: TreeStructure] {
  const leaves: unknown[] = [];
  const structure = flattenInto(tree, { leaves, leafTest, root }, "", 0);
  return [leaves, structure];
}

interface Flattening {
  readonly leaves: unknown[];
  readonly leafTest: LeafTest;
  readonly root: string | undefined;
}

/** No tree of arguments is deeper; one that holds itself goes beyond any depth. */
const deepest = 1000;

const leafStructure: TreeStructure = { kind: "leaf", key: "*", leafCount: 1 };
const noneStructure: TreeStructure = { kind: "none", key: "-", leafCount: 0 };

function flattenInto(tree: unknown, flattening: Flattening, path: string, depth: number): TreeStructure {
  if (flattening.leafTest(tree)) {
    flattening.leaves.push(tree);
    return leafStructure;
  }
  if (tree === null) return noneStructure;
  if (depth > deepest) throw tooDeep(path, flattening.root);
  if (Array.isArray(tree)) {
    const children: TreeStructure[] = [];
    // By index, so that a hole of a sparse list is met as undefined.
    for (let i = 0; i < tree.length; i++) {
      children.push(flattenInto(tree[i], flattening, `${path}[${i}]`, depth + 1));
    }
    return { kind: "tuple", children, key: `(${joinKeys(children)})`, leafCount: countLeaves(children) };
  }
  if (typeof tree !== "object") throw unfit(tree, path, flattening.root);
  const node = registry.get(tree.constructor);
  if (node !== undefined) {
    const [parts, metadata] = node.definition.flatten(tree);
    const children = parts.map((child, i) => flattenInto(child, flattening, `${path}<${i}>`, depth + 1));
    const key = `<${node.id}:${joinKeys(children)}>`;
    return { kind: "custom", node, metadata, children, key, leafCount: countLeaves(children) };
  }
  const prototype: unknown = Object.getPrototypeOf(tree);
  if (prototype !== Object.prototype && prototype !== null) throw unfit(tree, path, flattening.root);
  const keys = Object.keys(tree).sort();
  const record = tree as Readonly<Record<string, unknown>>; // a plain object is a record of unknowns
  const children = keys.map((k) => flattenInto(record[k], flattening, `${path}.${k}`, depth + 1));
  const key = `{${keys.map((k, i) => `${quoted(k)}:${children[i].key}`).join(",")}}`;
  return { kind: "object", keys, children, key, leafCount: countLeaves(children) };
}

/** Quotes are for those that need them: this runs for every key of every argument of every call. */
const quoted = (key: string): string => (/^\w+$/.test(key) ? key : JSON.stringify(key));
const joinKeys = (children: readonly TreeStructure[]): string => children.map((child) => child.key).join(",");
const countLeaves = (children: readonly TreeStructure[]): number =>
  children.reduce((count, child) => count + child.leafCount, 0);

/** `grad: args[0].w`, `the tree at .w`. */
const placeOf = (path: string, root: string | undefined): string =>
  root !== undefined ? `${root}${path}` : path === "" ? "the tree" : `the tree at ${path}`;

const tooDeep = (path: string, root: string | undefined): TreeError =>
  new TreeError(
    `${placeOf(`${path.slice(0, 40)}...`, root)} is nested deeper than ${deepest}: does an object or list hold itself?`,
  );

function unfit(value: unknown, path: string, root: string | undefined): TreeError {
  const where = placeOf(path, root);
  if (value === undefined) {
    return new TreeError(`${where} is undefined: leave the key out, or use null for an empty subtree`);
  }
  if (value instanceof Promise) {
    return new TreeError(
      `${where} is a Promise: traced functions must not be async; await before you call them`,
    );
  }
  return new TreeError(
    `${where} is ${describe(value)}, which is neither an array, a number, a tuple nor a plain object: ` +
      "pass it as a static argument, close over it, or use tree.registerNode for a class",
  );
}

/** The tree of this structure with these leaves. */
export function unflatten(structure: TreeStructure, leaves: readonly unknown[]): unknown {
  if (leaves.length !== structure.leafCount) {
    throw new TreeError(
      `tree.unflatten: ${leaves.length} leaves for a structure of ${structure.leafCount}; give one for each`,
    );
  }
  let next = 0;
  const build = (s: TreeStructure): unknown => {
    switch (s.kind) {
      case "leaf":
        return leaves[next++];
      case "none":
        return null;
      case "tuple":
        return s.children.map(build);
      case "object":
        return Object.fromEntries(s.keys.map((key, i) => [key, build(s.children[i])]));
      case "custom":
        return s.node.definition.unflatten(s.metadata, s.children.map(build));
    }
  };
  return build(structure);
}

/** Equal structures, registered nodes' metadata by their declared equality. */
export function sameStructure(x: TreeStructure, y: TreeStructure): boolean {
  if (x === y) return true;
  if (x.key !== y.key) return false;
  if (x.kind === "custom" && y.kind === "custom") {
    const equal = x.node.definition.equal ?? Object.is;
    if (!equal(x.metadata, y.metadata)) return false;
  }
  if ("children" in x && "children" in y)
    return x.children.every((child, i) => sameStructure(child, y.children[i]));
  return true;
}

/** A structure as people read it: `{b: *, w: [*, *]}`. */
export const showStructure = (s: TreeStructure): string => (s.kind === "leaf" ? "an array" : showPart(s));

function showPart(s: TreeStructure): string {
  switch (s.kind) {
    case "leaf":
      return "*";
    case "none":
      return "null";
    case "tuple":
      return `[${s.children.map(showPart).join(", ")}]`;
    case "object":
      return `{${s.keys.map((key, i) => `${key}: ${showPart(s.children[i])}`).join(", ")}}`;
    case "custom":
      return `${s.node.name}(${s.children.map(showPart).join(", ")})`;
  }
}

/** The key path of every leaf, in order: `.layers[0].w`; the empty string for a tree that is a leaf. */
export function leafPaths(structure: TreeStructure): string[] {
  const paths: string[] = [];
  const walk = (s: TreeStructure, path: string): void => {
    switch (s.kind) {
      case "leaf":
        paths.push(path);
        return;
      case "none":
        return;
      case "tuple":
        s.children.forEach((child, i) => {
          walk(child, `${path}[${i}]`);
        });
        return;
      case "object":
        s.children.forEach((child, i) => {
          walk(child, `${path}.${s.keys[i]}`);
        });
        return;
      case "custom":
        s.children.forEach((child, i) => {
          walk(child, `${path}<${i}>`);
        });
        return;
    }
  };
  walk(structure, "");
  return paths;
}

/**
 * One value for every leaf of `structure`, from a tree that is a prefix of it: a leaf of the prefix stands for all the
 * leaves below. `what` names the prefix in errors.
 */
export function broadcastPrefix(
  what: string,
  prefix: unknown,
  structure: TreeStructure,
  leafTest: LeafTest,
): unknown[] {
  const out: unknown[] = [];
  const walk = (part: unknown, s: TreeStructure, path: string): void => {
    if (leafTest(part)) {
      for (let i = 0; i < s.leafCount; i++) out.push(part);
      return;
    }
    const children = s.kind === "leaf" || s.kind === "none" ? [] : s.children;
    if (s.kind === "object" && typeof part === "object" && part !== null && !Array.isArray(part)) {
      const record = part as Readonly<Record<string, unknown>>; // looked at just above
      if (Object.keys(record).sort().join() === s.keys.join()) {
        children.forEach((child, i) => {
          walk(record[s.keys[i]], child, `${path}.${s.keys[i]}`);
        });
        return;
      }
    } else if (
      Array.isArray(part) &&
      (s.kind === "tuple" || s.kind === "custom") &&
      part.length === children.length
    ) {
      children.forEach((child, i) => {
        walk(part[i], child, `${path}[${i}]`);
      });
      return;
    } else if (part === null && s.kind === "none") return;
    throw new TreeError(
      `${what} is no prefix of the tree${path === "" ? "" : ` at ${path}`}: the tree there is ${showStructure(s)}; ` +
        "give one entry for the whole, or one for each part",
    );
  };
  walk(prefix, structure, "");
  return out;
}
