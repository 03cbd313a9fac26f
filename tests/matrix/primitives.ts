/**
 * Every primitive there is: what the modules of src/autodiff export that looks like one, whether it is in the registry or not. A
 * primitive that is not exported would escape: `hiddenPrimitives` finds those in the text.
 */
import { readdirSync, readFileSync } from "node:fs";
import type { Primitive } from "../../src/autodiff/primitive.js";

const folder = new URL("../../src/autodiff/", import.meta.url);

const modules = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .sort();

/** By name. Two of one name are an error. */
export async function exportedPrimitives(): Promise<ReadonlyMap<string, Primitive>> {
  const found = new Map<string, Primitive>();
  for (const path of modules()) {
    const exports: Readonly<Record<string, unknown>> = await import(new URL(path, folder).href);
    for (const value of Object.values(exports).flatMap((each) => (Array.isArray(each) ? each : [each]))) {
      if (!isPrimitive(value)) continue;
      const other = found.get(value.name);
      if (other !== undefined && other !== value) throw new Error(`two primitives are called ${value.name}`);
      found.set(value.name, value);
    }
  }
  return found;
}

const isPrimitive = (value: unknown): value is Primitive =>
  typeof value === "object" &&
  value !== null &&
  "abstractEval" in value &&
  "lower" in value &&
  "name" in value;

/** Constants of a module's top level that are declared a Primitive and not exported: `file: name`. */
export const hiddenPrimitives = (): string[] =>
  modules().flatMap((path) =>
    [
      ...readFileSync(new URL(path, folder), "utf8").matchAll(
        /^const (\w+)\s*(?:: Primitive\b|= (?:elementwise|callPrimitive)\()/gm,
      ),
    ].map(([, name]) => `${path}: ${name}`),
  );
