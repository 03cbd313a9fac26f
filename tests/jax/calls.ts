/**
 * The public API by name: "numpy.sum", "numpy.linalg.norm", "lax.dynamicSlice", "nn.gelu"; "method.sum" is the first argument's
 * method, "method.T" its property; "index.slice" is x.slice(...index) and "index.at.add" x.at(...index).add(value), of the
 * arguments (x, index, value). Names are looked up, not listed, so what is tested is the API as it is spelled.
 */
import * as cotangent from "cotangent";
import { NDArray } from "cotangent";

/** The result of the public function of this name. Throws where there is none. */
export function call(name: string, args: readonly unknown[]): unknown {
  const [namespace, ...path] = name.split(".");
  if (namespace === "method") return callMethod(name, path, args);
  if (namespace === "index") return callIndex(name, path, args);
  const f = lookUp(name);
  if (typeof f !== "function") throw new Error(`${name} is no function of the public API`);
  return f(...args);
}

/** The member of the public API of this name; undefined where there is none. */
export const lookUp = (name: string): unknown =>
  name.split(".").reduce<unknown>((at, key) => (isObject(at) ? Reflect.get(at, key) : undefined), cotangent);

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

function callMethod(name: string, [method]: readonly string[], [x, ...args]: readonly unknown[]): unknown {
  if (!(x instanceof NDArray)) throw new Error(`${name}: the first argument is the array`);
  if (method === "iterate") return [...x];
  const member: unknown = Reflect.get(x, method);
  return typeof member === "function" ? member.apply(x, args) : member;
}

function callIndex(name: string, [of, update]: readonly string[], args: readonly unknown[]): unknown {
  const [x, index, ...values] = args;
  if (!(x instanceof NDArray) || !Array.isArray(index))
    throw new Error(`${name}: takes an array and an index`);
  if (of === "slice") return x.slice(...index);
  const updater = x.at(...index);
  const f: unknown = Reflect.get(updater, update);
  if (typeof f !== "function") throw new Error(`${name}: there is no such update`);
  return f.apply(updater, values);
}
