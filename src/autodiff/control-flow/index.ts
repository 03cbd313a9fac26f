/** The public control flow: what `cotangent/lax` exports of it. */
export { type AssociativeScanOptions, associativeScan } from "./associative-scan/associative-scan.js";
export { cond, switch } from "./cond/cond.js";
export { map, type ScanOptions, scan } from "./scan/scan.js";
export { foriLoop, whileLoop } from "./while/loops.js";
