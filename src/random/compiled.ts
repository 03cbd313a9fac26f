/**
 * Draws outside transformations, one program a draw. A sampler is a dozen operations, and each alone costs more than the few
 * numbers it draws; so a draw that comes again and again, of one shape and with one set of parameters, is compiled as a
 * whole. Its bits are those of its operations one by one, since jit changes none.
 */
import { ConcreteArray, type NDArray } from "../autodiff/array.js";
import { isEager } from "../autodiff/trace.js";
import { eagerOnly } from "../autodiff/transforms/disable-jit.js";
import { jit } from "../autodiff/transforms/jit-function.js";
import { noteUse } from "./key-reuse.js";
import type { Key } from "./key-type.js";

/** What a draw depends on beside its key. */
export type Static = number | boolean | string | undefined | readonly Static[];

interface Draws {
  count: number;
  /** Made when it is first needed. */
  program: ((key: Key) => NDArray) | null;
}

/** Compiling costs as much as this many small draws save. */
const drawsBefore = 32;
/** The sampler's draws that are remembered; those that did not come for the longest time are forgotten. */
const kept = 256;
const known = new Map<string, Draws>();

/**
 * `draw(key)`, a function of the key and of `statics` alone, compiled once it came often; at once where `before` is 0. While
 * anything is being transformed it is just called.
 */
export function compiled(
  operation: string,
  statics: readonly Static[],
  key: Key,
  draw: (key: Key) => NDArray,
  before = drawsBefore,
): NDArray {
  if (!isEager() || eagerOnly() || !(key instanceof ConcreteArray)) return draw(key);
  const name = `${operation} ${textOf(statics)}`;
  const draws = known.get(name) ?? { count: 0, program: null };
  known.delete(name);
  known.set(name, draws);
  const [oldest] = known.size > kept ? known.keys() : [];
  if (oldest !== undefined) known.delete(oldest);
  if (draws.count++ < before) return draw(key);
  noteUse(operation, key);
  draws.program ??= jit(draw);
  return draws.program(key);
}

/** Different values have different texts, -0 and 0 too. Every draw makes one, so it is put together in one pass. */
function textOf(value: Static): string {
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (typeof value === "string") return `"${value}"`;
  if (typeof value !== "object") return String(value);
  let text = "[";
  for (const part of value) text += `${textOf(part)},`;
  return `${text}]`;
}
