// Fails when an import under src/ runs upward between floors, closes a cycle, or reaches a package its place may not use.
// Type-only imports count as imports: a file whose types cannot be read without the floor above is not on its own floor.

import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/**
 * The house, from the ground up. A file may import from its own floor and from those below. "a" stands for a.ts and
 * everything under a/; "a/*" for the files directly in a/. The first match counts, so "a/*" leaves the subfolders of a
 * to rows of their own. Rooms of one floor may import each other, as long as no cycle of files results.
 * @type {readonly (readonly string[])[]}
 */
export const FLOORS = [
  ["ir"],
  ["autodiff/*"], // tree, primitive, trace, array, jaxpr and what stands beside them
  ["autodiff/primitives"],
  ["autodiff/transforms"],
  ["autodiff/control-flow"],
  ["compiler", "numpy", "lax", "tree"],
  ["random", "optim", "gpu"],
  ["nn", "sampling"],
  ["ebm"],
  ["testing", "index"],
];

/**
 * Packages the library may import, and the rooms that may: the public entries rest on fp-ts alone.
 * @type {Readonly<Record<string, readonly string[] | "anywhere">>}
 */
export const PACKAGES = {
  "fp-ts": "anywhere",
  "fast-check": ["testing"],
  "gpu.js": ["compiler/targets/gpu"],
};

/**
 * File -> what it imports. Files are paths below src/ with "/", as in "ir/dtype.ts"; packages keep their specifier.
 * @typedef {ReadonlyMap<string, readonly string[]>} ImportGraph
 */

/** @type {(room: string, file: string) => boolean} */
const inRoom = (room, file) =>
  room.endsWith("/*")
    ? posix.dirname(file) === room.slice(0, -2)
    : file === `${room}.ts` || file.startsWith(`${room}/`);

/** @type {(file: string, floors: readonly (readonly string[])[]) => number} */
const floorOf = (file, floors) => floors.findIndex((rooms) => rooms.some((room) => inRoom(room, file)));

/** @type {(specifier: string) => string} */
const packageName = (specifier) =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

/**
 * One line for each import that runs upward, and for each file without a floor.
 * @param {ImportGraph} graph
 * @param {readonly (readonly string[])[]} floors
 * @returns {string[]}
 */
export const upwardImports = (graph, floors = FLOORS) =>
  [...graph].flatMap(([file, imports]) => {
    const floor = floorOf(file, floors);
    if (floor < 0) return [`${file} stands on no floor: give its folder a place in FLOORS`];
    return imports
      .filter((target) => graph.has(target) && floorOf(target, floors) > floor)
      .map(
        (target) => `${file} (floor ${floor}) imports ${target} (floor ${floorOf(target, floors)}) above it`,
      );
  });

/**
 * Cycles as closed paths [a, b, a]: at least one for each knot of files that reach each other, none if there is no knot.
 * @param {ImportGraph} graph
 * @returns {string[][]}
 */
export const importCycles = (graph) => {
  /** @type {Map<string, "open" | "done">} */
  const state = new Map();
  /** @type {string[]} */
  const path = [];
  /** @type {string[][]} */
  const cycles = [];
  /** @type {(file: string) => void} */
  const visit = (file) => {
    state.set(file, "open");
    path.push(file);
    for (const target of graph.get(file) ?? []) {
      if (!graph.has(target)) continue;
      if (state.get(target) === "open") cycles.push([...path.slice(path.indexOf(target)), target]);
      else if (!state.has(target)) visit(target);
    }
    path.pop();
    state.set(file, "done");
  };
  for (const file of graph.keys()) if (!state.has(file)) visit(file);
  return cycles;
};

/**
 * One line for each import that leads nowhere in src/ and is not a package allowed at that place.
 * @param {ImportGraph} graph
 * @param {Readonly<Record<string, readonly string[] | "anywhere">>} packages
 * @returns {string[]}
 */
export const strayImports = (graph, packages = PACKAGES) =>
  [...graph].flatMap(([file, imports]) =>
    imports
      .filter((target) => !graph.has(target))
      .filter((target) => {
        const rooms = packages[packageName(target)];
        return rooms !== "anywhere" && !rooms?.some((room) => inRoom(room, file));
      })
      .map(
        (target) => `${file} imports ${target}, which is neither a file of src/ nor a package allowed there`,
      ),
  );

/**
 * Every module specifier of a source text: import and export declarations, import(...) as expression and as type.
 * @param {string} file
 * @param {string} text
 * @returns {string[]}
 */
const specifiersOf = (file, text) => {
  /** @type {string[]} */
  const found = [];
  /** @type {(node: ts.Node) => void} */
  const visit = (node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      if (ts.isStringLiteral(node.moduleSpecifier)) found.push(node.moduleSpecifier.text);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      if (ts.isStringLiteral(node.argument.literal)) found.push(node.argument.literal.text);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteral(argument)) found.push(argument.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ES2022));
  return found;
};

/**
 * What package.json's imports make of a specifier, on every platform, as paths below src/.
 * @type {(specifier: string) => readonly string[]}
 */
const byPlatform = (specifier) => {
  const { imports } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return Object.values(imports[specifier] ?? {}).map((path) =>
    String(path)
      .replace(/^\.\/dist\//, "")
      .replace(/\.js$/, ".ts"),
  );
};

/**
 * @param {string} src the directory of the sources
 * @returns {ImportGraph}
 */
export const readImports = (src) => {
  const files = readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(src, `${entry.parentPath}/${entry.name}`).split(sep).join("/"))
    .sort();
  return new Map(
    files.map((file) => {
      const targets = specifiersOf(file, readFileSync(`${src}/${file}`, "utf8")).flatMap((specifier) => {
        if (specifier.startsWith("#")) return byPlatform(specifier);
        return specifier.startsWith(".")
          ? posix.join(posix.dirname(file), specifier).replace(/\.js$/, ".ts")
          : specifier;
      });
      return [file, [...new Set(targets)]];
    }),
  );
};

const main = () => {
  const graph = readImports(fileURLToPath(new URL("../src", import.meta.url)));
  const faults = [
    ...upwardImports(graph),
    ...importCycles(graph).map((cycle) => `cycle: ${cycle.join(" -> ")}`),
    ...strayImports(graph),
  ];
  for (const fault of faults) console.error(fault);
  const count = [...graph.values()].reduce((sum, imports) => sum + imports.length, 0);
  console.log(`${graph.size} files, ${count} imports, ${faults.length} faults`);
  if (faults.length > 0) process.exitCode = 1;
};

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) main();
