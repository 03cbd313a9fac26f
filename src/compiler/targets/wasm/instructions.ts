/** Code as data: what the emitter writes, the encoder turns into bytes and the printer into text. */
import type { Mnemonic } from "./opcodes.js";

export type ValueType = "i32" | "f32" | "f64" | "v128";

export interface Instruction {
  readonly op: Mnemonic;
  /** As the opcode's kind of immediates says; for `bytes` sixteen of them. */
  readonly immediates: readonly number[];
}

export type Code = readonly Instruction[];

const none: readonly number[] = [];

export const instruction = (op: Mnemonic, ...immediates: number[]): Instruction => ({
  op,
  immediates: immediates.length === 0 ? none : immediates,
});

export interface FunctionType {
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
}

export interface FunctionImport {
  readonly name: string;
  readonly type: FunctionType;
}

export interface WasmFunction {
  /** One of our own names: for readers of the text. */
  readonly name: string;
  readonly type: FunctionType;
  /** Beyond the parameters. */
  readonly locals: readonly ValueType[];
  readonly code: Code;
}

/** A module that imports one memory, and exports its last function as `run`. */
export interface WasmModule {
  readonly imports: readonly FunctionImport[];
  readonly functions: readonly WasmFunction[];
}
