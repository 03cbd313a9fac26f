/**
 * The binary format: module -> bytes (WebAssembly Core Specification 2.0, chapter 5). The encoder is our own because it is
 * this page and the table of opcodes, where the assemblers there are come to megabytes.
 */
import type {
  Callee,
  FunctionType,
  Instruction,
  ValueType,
  WasmFunction,
  WasmModule,
} from "./instructions.js";
import { opcodes } from "./opcodes.js";

const typeCodes: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b };
const functionTypeCode = 0x60;
const emptyBlockType = 0x40;
const header = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const section = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;
const functionKind = 0;
const memoryKind = 2;
/** Limits of the imported memory: at least 0 pages, no maximum asked for. */
const anyMemory = [0x00, 0x00];

/** The import names of the memory and of the host's functions. */
export const importModule = "cotangent";
export const memoryName = "memory";
export const entryName = "run";

export function encodeModule(module: WasmModule): Uint8Array<ArrayBuffer> {
  const { imports, functions } = module;
  const types: FunctionType[] = [];
  const indices = new Map<string, number>();
  const typeIndex = (type: FunctionType): number => {
    const key = `${type.parameters.join()}:${type.results.join()}`;
    const index = indices.get(key) ?? types.push(type) - 1;
    indices.set(key, index);
    return index;
  };
  const importedTypes = imports.map(({ type }) => typeIndex(type));
  const functionTypes = functions.map(({ type }) => typeIndex(type));
  const out = new Bytes();
  out.push(...header);
  out.section(section.type, (b) =>
    b.vector(types, (type) => {
      b.push(functionTypeCode);
      b.vector(type.parameters, (each) => b.push(typeCodes[each]));
      b.vector(type.results, (each) => b.push(typeCodes[each]));
    }),
  );
  out.section(section.import, (b) => {
    b.unsigned(imports.length + 1);
    b.name(importModule);
    b.name(memoryName);
    b.push(memoryKind, ...anyMemory);
    imports.forEach(({ name }, i) => {
      b.name(importModule);
      b.name(name);
      b.push(functionKind);
      b.unsigned(importedTypes[i]);
    });
  });
  out.section(section.function, (b) => b.vector(functionTypes, (index) => b.unsigned(index)));
  out.section(section.export, (b) => {
    b.unsigned(1);
    b.name(entryName);
    b.push(functionKind);
    b.unsigned(imports.length + functions.length - 1);
  });
  const numbers = numbersOf(module);
  out.section(section.code, (b) =>
    b.vector(functions, (each) => b.sized((body) => link(body, bodyOf(each), numbers))),
  );
  return out.take();
}

/** The lengths of the functions' bodies. */
export function codeSizes(module: WasmModule): readonly number[] {
  const numbers = numbersOf(module);
  return module.functions.map((each) => {
    const b = new Bytes();
    link(b, bodyOf(each), numbers);
    return b.take().length;
  });
}

/** Imports are counted first. */
function numbersOf({ imports, functions }: WasmModule): ReadonlyMap<Callee, number> {
  const callees: readonly Callee[] = [...imports, ...functions];
  return new Map(callees.map((callee, i) => [callee, i]));
}

/** The body with the numbers that functions have in its module. */
function link(b: Bytes, { pieces, calls }: Body, numbers: ReadonlyMap<Callee, number>): void {
  pieces.forEach((piece, i) => {
    b.append(piece);
    if (i < calls.length) b.unsigned(numbers.get(calls[i]) ?? -1);
  });
}

/** A body cut where the number of a function that it calls goes: the first piece, the first number, the second piece, ... */
interface Body {
  readonly pieces: readonly Uint8Array[];
  readonly calls: readonly Callee[];
}

const bodies = new WeakMap<WasmFunction, Body>();

/** Functions that modules have in common are encoded once. */
function bodyOf(of: WasmFunction): Body {
  let body = bodies.get(of);
  if (body === undefined) {
    body = encodeBody(of);
    bodies.set(of, body);
  }
  return body;
}

function encodeBody({ locals, code }: WasmFunction): Body {
  const b = new Bytes();
  const pieces: Uint8Array[] = [];
  const calls: Callee[] = [];
  const runs: { readonly type: ValueType; count: number }[] = [];
  for (const type of locals) {
    const last = runs.at(-1);
    if (last?.type === type) last.count++;
    else runs.push({ type, count: 1 });
  }
  b.vector(runs, ({ type, count }) => {
    b.unsigned(count);
    b.push(typeCodes[type]);
  });
  for (const each of code) {
    encodeInstruction(b, each);
    if (each.callee === null) continue;
    calls.push(each.callee);
    pieces.push(b.take());
  }
  b.byte(opcodes.end.code);
  pieces.push(b.take());
  return { pieces, calls };
}

/** All of an instruction but the number of a function that it calls. */
function encodeInstruction(b: Bytes, { op, immediates, callee }: Instruction): void {
  const opcode = opcodes[op];
  if (opcode.prefix !== 0) {
    b.byte(opcode.prefix);
    b.unsigned(opcode.code);
  } else {
    b.byte(opcode.code);
  }
  switch (opcode.immediates) {
    case "none":
      break;
    case "block":
      b.byte(emptyBlockType);
      break;
    case "index":
      if (callee === null) b.unsigned(immediates[0]);
      break;
    case "memory":
      b.unsigned(immediates[0]);
      b.unsigned(immediates[1]);
      break;
    case "memoryLane":
      b.unsigned(immediates[0]);
      b.unsigned(immediates[1]);
      b.byte(immediates[2]);
      break;
    case "lane":
      b.byte(immediates[0]);
      break;
    case "i32":
      b.signed(immediates[0]);
      break;
    case "f32":
      b.float32(immediates[0]);
      break;
    case "f64":
      b.float64(immediates[0]);
      break;
    case "bytes":
      b.append(immediates);
      break;
    default:
      opcode.immediates satisfies never;
  }
}

const scratch = new DataView(new ArrayBuffer(8));

/** Bytes under construction. */
class Bytes {
  #bytes = new Uint8Array(1024);
  #length = 0;

  /** What was written since the last time. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    return taken;
  }

  push(...bytes: readonly number[]): void {
    this.append(bytes);
  }

  append(bytes: ArrayLike<number>): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** The same for one: most of all that is written. */
  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** LEB128. */
  unsigned(value: number): void {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** Signed LEB128 of an int32. */
  signed(value: number): void {
    let rest = value | 0;
    while (rest < -64 || rest > 63) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    this.byte(rest & 0x7f);
  }

  float32(value: number): void {
    scratch.setFloat32(0, value, true);
    for (let i = 0; i < 4; i++) this.byte(scratch.getUint8(i));
  }

  float64(value: number): void {
    scratch.setFloat64(0, value, true);
    for (let i = 0; i < 8; i++) this.byte(scratch.getUint8(i));
  }

  name(text: string): void {
    this.vector([...text], (character) => this.push(character.charCodeAt(0)));
  }

  vector<T>(items: readonly T[], write: (item: T) => void): void {
    this.unsigned(items.length);
    for (const item of items) write(item);
  }

  /** What `write` writes, behind its length. */
  sized(write: (b: Bytes) => void): void {
    const inner = new Bytes();
    write(inner);
    this.unsigned(inner.#length);
    this.append(inner.#bytes.subarray(0, inner.#length));
  }

  section(id: number, write: (b: Bytes) => void): void {
    this.push(id);
    this.sized(write);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + count));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
