/** Programs in Python with JAX, where there is one: the interpreter named by PYTHON, else python3. */
import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const python = process.env["PYTHON"] ?? "python3";

/** Whether JAX can be imported there. */
export const hasJax = (): boolean => spawnSync(python, ["-c", "import jax"]).status === 0;

/** The JSON lines that a program of bench/python prints. */
export function runPython(program: string): readonly unknown[] {
  const path = fileURLToPath(new URL(`../python/${program}`, import.meta.url));
  const output = execFileSync(python, [path], {
    encoding: "utf8",
    env: { ...process.env, JAX_PLATFORMS: "cpu" },
  });
  return output
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
}
