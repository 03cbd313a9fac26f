/** Names for the leaves of a tree: its keys and positions with slashes between, params/0/w. */
import type { TreeStructure } from "../../autodiff/tree.js";
import { absurd } from "../../ir/errors.js";

/**
 * The name of every leaf, in order; "" for a tree that is a leaf. Different leaves have different names: in a key, "~" is
 * written ~0 and "/" is written ~1.
 *
 * Source: JSON pointers, RFC 6901, without the slash in front.
 */
export function tensorNames(structure: TreeStructure): string[] {
  const names: string[] = [];
  const walk = (part: TreeStructure, path: readonly string[]): void => {
    switch (part.kind) {
      case "leaf":
        names.push(path.join("/"));
        return;
      case "none":
        return;
      case "tuple":
      case "custom":
        part.children.forEach((child, i) => {
          walk(child, [...path, String(i)]);
        });
        return;
      case "object":
        part.children.forEach((child, i) => {
          walk(child, [...path, escaped(part.keys[i])]);
        });
        return;
      default:
        absurd(part);
    }
  };
  walk(structure, []);
  return names;
}

const escaped = (key: string): string => key.replaceAll("~", "~0").replaceAll("/", "~1");
