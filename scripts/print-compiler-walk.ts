/**
 * Writes what the compiler prints of its example program into docs/compiler.md.
 *
 *     npm run docs:compiler
 */
import { readFileSync, writeFileSync } from "node:fs";
import { walk, withWalk } from "./compiler-walk.js";

const page = new URL("../docs/compiler.md", import.meta.url);
writeFileSync(page, withWalk(readFileSync(page, "utf8"), walk()));
