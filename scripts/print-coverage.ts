/**
 * Runs the matrix of primitives, dtypes, transformations and targets, and writes docs/coverage.md.
 *
 *     npm run docs:coverage
 */
import { writeFileSync } from "node:fs";
import { printPage } from "../tests/matrix/page.js";
import { rowsOn } from "../tests/matrix/rows.js";

writeFileSync(new URL("../docs/coverage.md", import.meta.url), printPage(rowsOn("wasm")));
