/** The text format, for readers: what `lower().text("wasm")` shows. The engine is given the binary form of the same module. */
import { entryName, importModule, memoryName } from "./encode.js";
import type { Callee, FunctionType, Instruction, WasmModule } from "./instructions.js";
import { opcodes } from "./opcodes.js";

export function moduleText({ imports, functions }: WasmModule): string {
  const callees: readonly Callee[] = [...imports, ...functions];
  const names = new Map(callees.map((callee, i) => [callee, `$${i}_${callee.name}`]));
  const lines = [
    "(module",
    `  (import "${importModule}" "${memoryName}" (memory 0))`,
    ...imports.map(
      (each) =>
        `  (import "${importModule}" "${each.name}" (func ${names.get(each)}${signature(each.type)}))`,
    ),
  ];
  functions.forEach((each, i) => {
    const { type, locals, code } = each;
    const exported = i === functions.length - 1 ? ` (export "${entryName}")` : "";
    lines.push(`  (func ${names.get(each)}${exported}${signature(type)}`);
    if (locals.length > 0) lines.push(`    (local ${locals.join(" ")})`);
    let depth = 2;
    for (const line of code) {
      if (line.op === "end" || line.op === "else") depth--;
      lines.push(`${"  ".repeat(depth)}${instructionText(line, names)}`);
      if (opcodes[line.op].immediates === "block" || line.op === "else") depth++;
    }
    lines.push("  )");
  });
  return `${lines.join("\n")}\n)\n`;
}

const signature = ({ parameters, results }: FunctionType): string =>
  (parameters.length > 0 ? ` (param ${parameters.join(" ")})` : "") +
  (results.length > 0 ? ` (result ${results.join(" ")})` : "");

function instructionText(
  { op, immediates, callee }: Instruction,
  names: ReadonlyMap<Callee, string>,
): string {
  if (callee !== null) return `${op} ${names.get(callee)}`;
  const kind = opcodes[op].immediates;
  switch (kind) {
    case "none":
    case "block":
      return op;
    case "index":
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
