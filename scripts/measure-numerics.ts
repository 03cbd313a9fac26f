/**
 * Measures the elementary functions, as jit compiles them, and writes the table into docs/numerics.md.
 *
 *     npm run numerics                 a few minutes; rewrites the table
 *     npm run numerics -- --quick      fewer points; prints the table only
 *     npm run numerics -- --only exp   rows of one function; prints them only
 *
 * Fails where a row exceeds its bound, or js and wasm differ in a bit.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { rows } from "./numerics/functions.js";
import { type Effort, type Measured, measure } from "./numerics/measure.js";
import { tableOf, withTable } from "./numerics/table.js";

const { values: options } = parseArgs({
  options: { quick: { type: "boolean", default: false }, only: { type: "string" } },
});
const full: Effort = { float32: 8_000_000, float64: 120_000 };
const quick: Effort = { float32: 200_000, float64: 8_000 };
/** Rows whose reference takes a millisecond a point. */
const slow = new Set(["zeta", "polygamma", "randomGammaGrad", "erfInv"]);
const measured: Measured[] = [];
for (const row of rows.filter(
  ({ name }) => options.only === undefined || options.only.split(",").includes(name),
)) {
  for (const dtype of ["float32", "float64"] as const) {
    const effort = options.quick ? quick : full;
    const start = performance.now();
    const result = measure(
      row,
      dtype,
      slow.has(row.name) ? { float32: effort.float32 / 8, float64: 4096 } : effort,
    );
    measured.push(result);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(
      `${row.name} ${row.range} ${dtype}: ${result.worst.toFixed(3)} at ${result.at} (${seconds} s)`,
    );
  }
}

const isPartial = options.quick || options.only !== undefined;
const page = new URL("../docs/numerics.md", import.meta.url);
if (isPartial) console.log(tableOf(measured));
else writeFileSync(page, withTable(readFileSync(page, "utf8"), tableOf(measured)));

const exceeding = measured.filter(({ row, dtype, worst }) => !(worst <= row.claim[dtype]));
const differing = measured.filter(({ disagreement }) => disagreement !== null);
for (const { row, dtype, worst, at } of exceeding) {
  console.error(`${row.name} ${row.range} ${dtype}: ${worst} ulp at ${at}, claimed ${row.claim[dtype]}`);
}
for (const { row, dtype, disagreement } of differing) {
  console.error(`${row.name} ${dtype}: js and wasm differ at ${disagreement}`);
}
if (exceeding.length + differing.length > 0) process.exitCode = 1;
