/** What docs/compiler.md shows of a program at every stage: texts that the compiler itself prints, some of them in part. */
import { grad, jit, lax, type NDArray, nn, numpy as np } from "cotangent";

/** The energy of each chain is a sum over a layer; its slope moves the chain down, and noise moves it about. */
const energy = (w: NDArray, x: NDArray): NDArray => nn.silu(np.dot(x, w)).sum();
const slope = grad(energy, { argnums: 1 });
const sample = (w: NDArray, x: NDArray, noise: NDArray): NDArray =>
  lax.scan((y: NDArray, n: NDArray) => [y.sub(slope(w, y).mul(0.1)).add(n), null], x, noise)[0];

/** Enough rows and columns for blocks of rows to pay. */
const layers = (x: NDArray, w1: NDArray, w2: NDArray): NDArray => np.dot(np.tanh(np.dot(x, w1)), w2);

const elementwise = "logistic sub mul mul add_any";

/** The blocks of the page by their names. */
export function walk(): ReadonlyMap<string, string> {
  const lowered = jit(sample, { target: "wasm" }).lower(
    np.ones([8, 16]),
    np.ones([4, 8]),
    np.ones([10, 4, 8]),
  );
  const { stages } = lowered;
  const after = (name: string, which = 0): string => {
    const found = stages.filter((stage) => stage.name === name).at(which);
    if (found === undefined) throw new Error(`there is no stage "${name}"`);
    return found.text;
  };
  const large = jit(layers).lower(np.ones([4096, 2]), np.ones([2, 128]), np.ones([128, 2])).stages;
  const simplified = after("rows in blocks");
  const loops = after("lowered");
  const hoisted = after("loop invariants hoisted", -1);
  const expanded = after("elementary functions and fused multiply-adds expanded");
  const wide = after("loops in 4 lanes");
  return new Map([
    [
      "stages",
      stages.map(({ name, text }, i) => named(name, i > 0 && text === stages[i - 1].text)).join("\n"),
    ],
    ["traced", after("traced")],
    ["simplified", simplified],
    ["rows in blocks", large.filter(({ name }) => name === "rows in blocks")[0].text],
    ["lowered", outline(loops)],
    ["tile", blockOf(loops, "dot_general")],
    ["fused", blockOf(loops, elementwise)],
    ["hoisted", outline(hoisted)],
    ["expanded", `${functionsOf(expanded)}\n...\n${blockOf(expanded, elementwise)}`],
    ["wide elements", blockOf(wide, elementwise)],
    ["wide tile", blockOf(wide, "dot_general")],
    ["functions", wasmFunctions(lowered.text("wasm"))],
  ]);
}

const named = (name: string, isSame: boolean): string => (isSame ? `${name} (no change here)` : name);

/** The lines of the first block with this comment, with its braces, moved to the left. */
function blockOf(program: string, comment: string): string {
  const lines = program.split("\n");
  const start = lines.findIndex((line) => line.trim() === `{ // ${comment}`);
  if (start < 0) throw new Error(`there is no block "${comment}"`);
  const indent = lines[start].search(/\S/);
  const length = lines.slice(start).indexOf(`${" ".repeat(indent)}}`);
  return lines
    .slice(start, start + length + 1)
    .map((line) => line.slice(indent))
    .join("\n");
}

/** The program with what equations compute left out: each block that has a comment is one line, but those of loops. */
function outline(program: string): string {
  const out: string[] = [];
  let until: string | null = null;
  for (const line of program.trimEnd().split("\n")) {
    if (until !== null) {
      if (line === until) until = null;
      continue;
    }
    const [, indent, comment] = /^( *)\{ \/\/ (.*)$/.exec(line) ?? [];
    const isLeftOut = comment !== undefined && comment !== "scan" && comment !== "hoisted";
    out.push(isLeftOut ? `${indent}{ ... } // ${comment}` : line);
    if (isLeftOut) until = `${indent}}`;
  }
  return out.join("\n");
}

/** The heads of the program's functions. */
const functionsOf = (program: string): string =>
  program
    .split("\n")
    .filter((line) => line.trim().startsWith("function "))
    .map((line) => `${line.trim()} ... }`)
    .join("\n");

/** The functions of a module with the number of their instructions. */
function wasmFunctions(text: string): string {
  const out: { readonly head: string; count: number }[] = [];
  for (const line of text.split("\n")) {
    const [, head] = /^ {2}\(func (\$\S+)/.exec(line) ?? [];
    if (head !== undefined) out.push({ head, count: 0 });
    else if (out.length > 0 && /^ {4,}[a-z]/.test(line)) out[out.length - 1].count++;
  }
  return out.map(({ head, count }) => `(func ${head} ... ) ;; ${count} instructions`).join("\n");
}

/** The page with the blocks between its markers replaced. */
export function withWalk(page: string, blocks: ReadonlyMap<string, string>): string {
  const used = new Set<string>();
  const result = page.replaceAll(
    /(<!-- walk: (.*?) -->\n)[\s\S]*?(<!-- walk end -->)/g,
    (_, begin: string, name: string, end: string) => {
      const text = blocks.get(name);
      if (text === undefined)
        throw new Error(`docs/compiler.md asks for a block "${name}" that there is not`);
      used.add(name);
      return `${begin}\n\`\`\`text\n${text.trimEnd()}\n\`\`\`\n\n${end}`;
    },
  );
  const missing = [...blocks.keys()].filter((name) => !used.has(name));
  if (missing.length > 0) throw new Error(`docs/compiler.md has lost its blocks ${missing.join(", ")}`);
  return result;
}
