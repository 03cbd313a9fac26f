/** Compiles the C of this folder to Wasm with SIMD, where clang and its linker are. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The scripts here run at the repository's root. */
const sources = "bench/limits";
const clang = process.env["CLANG"] ?? "clang";
const flags =
  "--target=wasm32 -msimd128 -mnontrapping-fptoint -mbulk-memory -O3 -ffast-math -nostdlib -fvisibility=hidden " +
  "-Wall -Wno-unused-function -Wl,--no-entry -Wl,--export-dynamic -Wl,--initial-memory=67108864";

/** Why there is no yardstick here, or null where there is one. */
export function missingClang(): string | null {
  for (const program of [clang, "wasm-ld"]) {
    if (spawnSync(program, ["--version"]).status !== 0)
      return `${program} is missing: apt-get install clang lld`;
  }
  return null;
}

/** The bytes of one program of this folder, its sizes given as macros. */
export function compileC(source: string, macros: Readonly<Record<string, number>> = {}): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "limits-"));
  const output = join(folder, "program.wasm");
  const path = join(sources, source);
  const defines = Object.entries(macros).map(([name, value]) => `-D${name}=${value}`);
  try {
    execFileSync(clang, [...flags.split(" "), ...defines, path, "-o", output], { stdio: "inherit" });
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
