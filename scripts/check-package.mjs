// Packs the library, installs the tarball in an empty project and uses it there as a stranger would: imports every
// entry in Node, runs a program that needs one trace across two entries, bundles small programs and weighs them, and
// type-checks a consumer with the library's declarations checked too. fast-check is installed only after the entries that must do without it have been imported.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle, programs, sizeOf } from "./bundle-sizes.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** ["cotangent", "cotangent/numpy", ...] */
const entries = Object.keys(manifest.exports)
  .filter((entry) => !entry.endsWith(".json"))
  .map((entry) => manifest.name + entry.slice(1));
const needsFastCheck = `${manifest.name}/testing`;

/** Both entries must see one stack of traces, or the sine would take the tracer for a constant. */
const oneTrace = `
import { grad } from "cotangent";
import * as np from "cotangent/numpy";

const slope = grad((x) => np.sin(x))(0).item();
if (slope !== 1) throw new Error(\`d sin at 0 is \${slope}: cotangent and cotangent/numpy do not share one trace\`);
`;

const importEntries = `
${entries.map((entry, i) => `import * as entry${i} from "${entry}";`).join("\n")}
export const entries: readonly object[] = [${entries.map((_, i) => `entry${i}`).join(", ")}];
`;

const useEntries = `
import { grad, type NDArray } from "cotangent";
import * as np from "cotangent/numpy";

export const slope: NDArray = grad((x: NDArray) => np.sin(x))(0);
`;

const compilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
  target: "es2022",
  lib: ["es2022"],
  types: [],
};

const resolutions = [
  { module: "node16", moduleResolution: "node16" },
  { module: "es2022", moduleResolution: "bundler" },
];

/** @type {(command: string, args: readonly string[], cwd: string) => string} */
const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

/** @type {(project: string, packages: readonly string[]) => string} */
const install = (project, packages) =>
  run(
    "npm",
    ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error", ...packages],
    project,
  );

/** @type {(project: string, name: string, text: string) => void} */
const runModule = (project, name, text) => {
  writeFileSync(join(project, name), text);
  run(process.execPath, [name], project);
};

/** @type {(project: string, text: string) => void} */
const typecheck = (project, text) => {
  writeFileSync(join(project, "consumer.ts"), text);
  for (const resolution of resolutions) {
    const name = `tsconfig.${resolution.moduleResolution}.json`;
    const config = { compilerOptions: { ...compilerOptions, ...resolution }, files: ["consumer.ts"] };
    writeFileSync(join(project, name), JSON.stringify(config));
    try {
      run(process.execPath, ["node_modules/typescript/bin/tsc", "-p", name], project);
    } catch (error) {
      // tsc reports on its standard output.
      if (error instanceof Error && "stdout" in error) console.error(error.stdout);
      throw new Error(`types do not check with moduleResolution ${resolution.moduleResolution}`);
    }
    console.log(`types check with moduleResolution ${resolution.moduleResolution}`);
  }
};

/** What a page may load for a jitted program on wasm, gzipped. */
const smallProgram = "jit, grad and three functions of numpy";
const smallProgramBytes = 120_000;

/**
 * A page's build drops what the page does not use, and what it keeps runs.
 * @type {(project: string) => Promise<void>}
 */
const weighBundles = async (project) => {
  for (const [name, program] of Object.entries(programs)) {
    const files = await bundle(program, project);
    const { bytes, gzipBytes } = sizeOf(name, files);
    console.log(
      `${name}: ${Math.round(bytes / 1000)} kB minified, ${Math.round(gzipBytes / 1000)} kB gzipped are loaded at once`,
    );
    mkdirSync(join(project, "bundles"), { recursive: true });
    for (const file of files) writeFileSync(join(project, "bundles", file.name), file.contents);
    run(process.execPath, [join("bundles", "bundle.js")], project);
    if (name === smallProgram && gzipBytes > smallProgramBytes)
      throw new Error(`${name}: ${gzipBytes} bytes gzipped, more than ${smallProgramBytes}`);
  }
};

/** @type {(project: string) => Promise<void>} */
const check = async (project) => {
  const packed = run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", project], root);
  const [{ filename, size, files }] = JSON.parse(packed);
  console.log(`${filename}: ${files.length} files, ${Math.round(size / 1000)} kB`);

  const home = join(project, "consumer");
  mkdirSync(home);
  writeFileSync(
    join(home, "package.json"),
    JSON.stringify({ name: "consumer", private: true, type: "module" }),
  );
  install(home, [join(project, filename)]);
  if (existsSync(join(home, "node_modules", "fast-check")))
    throw new Error("fast-check was installed unasked: it must stay an optional peer");
  for (const entry of entries.filter((name) => name !== needsFastCheck))
    runModule(home, "entry.js", `await import("${entry}");`);

  install(
    home,
    ["fast-check", "typescript"].map((name) => `${name}@${manifest.devDependencies[name]}`),
  );
  runModule(home, "entry.js", `await import("${needsFastCheck}");`);
  console.log(`${entries.length} entries import`);

  if (Object.keys(await import(join(root, manifest.exports["."].default))).length === 0) {
    console.log("the main entry is empty still: nothing to trace");
    return typecheck(home, importEntries);
  }
  runModule(home, "one-trace.js", oneTrace);
  console.log("cotangent and cotangent/numpy share one trace");
  await weighBundles(home);
  typecheck(home, importEntries + useEntries);
};

if (!existsSync(join(root, "dist", "index.js")))
  throw new Error("nothing to pack: run `npm run build` first");
const project = mkdtempSync(join(tmpdir(), "cotangent-package-"));
try {
  await check(project);
} finally {
  rmSync(project, { recursive: true, force: true });
}
