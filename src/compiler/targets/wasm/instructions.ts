/** Code as data: what the emitter writes, the encoder turns into bytes and the printer into text. */
import type { Mnemonic } from "./opcodes.js";

export type ValueType = "i32" | "f32" | "f64" | "v128";

export interface Instruction {
  readonly op: Mnemonic;
  /** As the opcode's kind of immediates says; for `bytes` sixteen of them. */
  readonly immediates: readonly number[];
  /** Of a call. What number the function has is the module's to say, so that modules can have functions in common. */
  readonly callee: Callee | null;
}

export type Code = readonly Instruction[];

export type Callee = WasmFunction | FunctionImport;

const none: readonly number[] = [];

export const instruction = (op: Mnemonic, immediates: readonly number[]): Instruction => ({
  op,
  immediates: immediates.length === 0 ? none : immediates,
  callee: null,
});

export const callOf = (callee: Callee): Instruction => ({ op: "call", immediates: none, callee });

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
  /** The functions it calls, in the order of its first calls. */
  readonly callees: readonly Callee[];
}

export const isImport = (callee: Callee): callee is FunctionImport => !("code" in callee);

/** A module that imports one memory, and exports its last function as `run`. */
export interface WasmModule {
  readonly imports: readonly FunctionImport[];
  readonly functions: readonly WasmFunction[];
}
