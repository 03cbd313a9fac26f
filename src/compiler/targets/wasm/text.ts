/** The text format, for readers: what `lower().text("wasm")` shows. The engine is given the binary form of the same module. */
import { entryName, importModule, memoryName } from "./encode.js";
import type { FunctionType, Instruction, WasmModule } from "./instructions.js";
import { opcodes } from "./opcodes.js";

export function moduleText({ imports, functions }: WasmModule): string {
  const names = [...imports, ...functions].map(({ name }, i) => `$${i}_${name}`);
  const lines = [
    "(module",
    `  (import "${importModule}" "${memoryName}" (memory 0))`,
    ...imports.map(
      ({ name, type }, i) => `  (import "${importModule}" "${name}" (func ${names[i]}${signature(type)}))`,
    ),
  ];
  functions.forEach(({ type, locals, code }, i) => {
    const index = imports.length + i;
    const exported = i === functions.length - 1 ? ` (export "${entryName}")` : "";
    lines.push(`  (func ${names[index]}${exported}${signature(type)}`);
    if (locals.length > 0) lines.push(`    (local ${locals.join(" ")})`);
    let depth = 2;
    for (const each of code) {
      if (each.op === "end" || each.op === "else") depth--;
      lines.push(`${"  ".repeat(depth)}${instructionText(each, names)}`);
      if (opcodes[each.op].immediates === "block" || each.op === "else") depth++;
    }
    lines.push("  )");
  });
  return `${lines.join("\n")}\n)\n`;
}

const signature = ({ parameters, results }: FunctionType): string =>
  (parameters.length > 0 ? ` (param ${parameters.join(" ")})` : "") +
  (results.length > 0 ? ` (result ${results.join(" ")})` : "");

function instructionText({ op, immediates }: Instruction, names: readonly string[]): string {
  const kind = opcodes[op].immediates;
  switch (kind) {
    case "none":
    case "block":
      return op;
    case "index":
      return `${op} ${op === "call" ? names[immediates[0]] : immediates[0]}`;
    case "lane":
    case "i32":
      return `${op} ${immediates[0]}`;
    case "f32":
    case "f64":
      return `${op} ${floatText(immediates[0])}`;
    case "memory":
      return `${op}${offsetText(immediates[1])}`;
    case "memoryLane":
      return `${op}${offsetText(immediates[1])} ${immediates[2]}`;
    case "bytes":
      return op === "v128.const" ? `${op} i32x4 ${words(immediates)}` : `${op} ${immediates.join(" ")}`;
    default:
      return kind satisfies never;
  }
}

const offsetText = (offset: number): string => (offset === 0 ? "" : ` offset=${offset}`);

const floatText = (value: number): string => {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  return Object.is(value, -0) ? "-0" : String(value);
};

/** Sixteen bytes as four words. */
const words = (bytes: readonly number[]): string =>
  [0, 4, 8, 12]
    .map((i) => {
      const word = bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
      return `0x${(word >>> 0).toString(16).padStart(8, "0")}`;
    })
    .join(" ");
