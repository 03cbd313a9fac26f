/**
 * npm run bench: the workloads, all contenders. `npm run bench -- bench/memory.ts` runs another script of this folder, and
 * `npm run bench -- --help` lists the options.
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [, , first, ...rest] = process.argv;
if (first?.endsWith(".ts")) {
  process.argv.splice(1, process.argv.length, resolve(first), ...rest);
  await import(pathToFileURL(resolve(first)).href);
} else {
  const { compare } = await import("./compare.js");
  await compare();
}
