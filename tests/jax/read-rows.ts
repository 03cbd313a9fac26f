/** Reads the golden files. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { NamedRow, Namespace, Row } from "./golden-rows.js";

/** The rows of each function of a namespace. */
export function readRows(namespace: Namespace): Readonly<Record<string, readonly Row[]>> {
  const file = readFileSync(new URL(`./goldens/${namespace}.json.gz`, import.meta.url));
  return JSON.parse(gunzipSync(file).toString("utf8"));
}

/** Every `stride`-th row of a namespace, beginning with the one at `first`. */
export const everyRow = (namespace: Namespace, stride: number, first = 0): readonly NamedRow[] =>
  Object.entries(readRows(namespace))
    .flatMap(([name, rows]) => rows.map((row, place) => ({ name, place, row })))
    .filter((_, i) => i % stride === first % stride);
