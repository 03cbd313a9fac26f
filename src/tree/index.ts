/** `tree`: pytrees, the nested tuples and objects that arguments and results are made of. */
import "../compiler/register.js";

export { type NodeDefinition, registerNode, type TreeStructure } from "../autodiff/tree.js";
export {
  all,
  flatten,
  leaves,
  map,
  mapWithPath,
  reduce,
  type Structure,
  structure,
  unflatten,
} from "./map.js";
export { ravel } from "./ravel.js";
