/**
 * The functions of LoopIR as WebAssembly, written once and for all modules: the elementary functions are most of what a small
 * program consists of. A function depends on its module in one thing, where its tables lie.
 */
import type { ConstantBuffer, LoopFunction } from "../../../ir/loop-ir.js";
import type { WasmFunction } from "./instructions.js";

const written = new WeakMap<LoopFunction, Map<string, WasmFunction>>();

/** Places of tables that one function is kept for. Most programs have the same: nothing but these tables. */
const mostPlaces = 16;

/** The function as it was written for a module whose tables are at the same offsets, or else as `write` gives it. */
export function writeOnce(
  callee: LoopFunction,
  offsetOf: (table: ConstantBuffer) => number,
  write: () => WasmFunction,
): WasmFunction {
  let places = written.get(callee);
  if (places === undefined) {
    places = new Map();
    written.set(callee, places);
  }
  const key = tablesOf(callee).map(offsetOf).join();
  let finished = places.get(key);
  if (finished === undefined) {
    finished = write();
    if (places.size >= mostPlaces) places.clear();
    places.set(key, finished);
  }
  return finished;
}

const tables = new WeakMap<LoopFunction, readonly ConstantBuffer[]>();

/** The tables that the function reads, or one that it calls. */
export function tablesOf(fn: LoopFunction): readonly ConstantBuffer[] {
  let known = tables.get(fn);
  if (known === undefined) {
    known = [...new Set([...fn.constants, ...fn.calls.flatMap(tablesOf)])];
    tables.set(fn, known);
  }
  return known;
}
