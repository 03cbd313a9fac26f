/** The text of one kernel while it is written: lines, names, and what the kernel must be given. */
import { InternalError } from "../../../ir/errors.js";
import type { Buffer, Expr, LoopFunction, Var } from "../../../ir/loop-ir.js";
import { type Given, type HelperName, helperOf } from "./helpers.js";
import { type Dialect, nativeOperations } from "./modes.js";
import {
  type FlagValue,
  type FloatValue,
  flagValue,
  floatValue,
  isAtomic,
  type KernelValue,
  shifted,
  smallValue,
  wordsValue,
} from "./values.js";
import type { BitwiseOp, WordWriter } from "./words.js";

/** A function that the kernel calls: its text, and the numbers that are handed on to it. */
export interface KernelFunction {
  readonly name: string;
  /** How many numbers it is called with. */
  readonly arity: number;
  readonly text: string;
  readonly wants: readonly Given[];
}

/** Arrays that lie one after the other in one, with the place of each. */
export type Packing = ReadonlyMap<Buffer, number>;

export class KernelWriter implements WordWriter {
  readonly lines: string[] = [];
  /** The arrays that the kernel reads, by their names in it. */
  readonly inputs = new Map<Buffer, string>();
  /** Variables whose value the host knows at the call. */
  readonly hostVariables = new Map<number, string>();
  readonly givens = new Set<Given>();
  /** The array of which the thread keeps its own element to itself: that is the only one it reads. */
  register: { readonly buffer: Buffer; readonly value: KernelValue } | null = null;
  /** Where the loads of the loop at hand are in this turn. */
  readonly positions = new Map<Expr, string>();
  /** What locals of integers are the names of, as long as that stays what it is. */
  readonly definitions = new Map<number, Expr>();
  readonly #variables = new Map<number, readonly KernelValue[]>();
  readonly #mutable = new Set<string>();
  /** Names by what they are the name of, as far as that stays what it is; the innermost block last. */
  readonly #known: Map<string, string>[] = [new Map()];
  #indent = 1;
  #names = 0;

  constructor(
    readonly dialect: Dialect,
    readonly packing: Packing = new Map(),
    /** Functions and helpers are the kernel's, whoever calls them. */
    readonly functions: Map<LoopFunction, KernelFunction> = new Map(),
    readonly helpers: Set<HelperName> = new Set(),
    readonly natives: Set<string> = new Set(),
  ) {}

  /** A writer for a function of the same kernel. */
  forFunction(): KernelWriter {
    return new KernelWriter(this.dialect, this.packing, this.functions, this.helpers, this.natives);
  }

  /** The kernel's form of a function, written when it is first asked for. */
  function(
    fn: LoopFunction,
    write: () => {
      readonly lines: readonly string[];
      readonly parameters: readonly string[];
      readonly wants: readonly Given[];
    },
  ): KernelFunction {
    let known = this.functions.get(fn);
    if (known === undefined) {
      const { lines, parameters, wants } = write();
      const name = `f${this.functions.size}_${fn.name}`;
      const text = [`function ${name}(${[...parameters, ...wants].join(", ")}) {`, ...lines, "}"].join("\n");
      known = { name, arity: parameters.length + wants.length, text, wants };
      this.functions.set(fn, known);
    }
    return known;
  }

  line(text: string): void {
    this.lines.push("  ".repeat(this.#indent) + text);
  }

  /** `head {`, what `body` writes, and `}`. */
  braces(head: string, body: () => void): void {
    this.line(`${head} {`);
    this.#indent++;
    this.#known.push(new Map());
    body();
    this.#known.pop();
    this.#indent--;
    this.line("}");
  }

  freshName(): string {
    return `v${this.#names++}`;
  }

  /** A new local that is assigned to later: what reads it under another name must copy it. */
  mutable(text: string): string {
    const name = this.freshName();
    this.line(`let ${name} = ${text};`);
    this.#mutable.add(name);
    return name;
  }

  /** A local that nobody assigns to: one that has the value already, or a new one. */
  name(text: string): string {
    if (isAtomic(text) && !this.#mutable.has(text)) return text;
    for (const names of this.#known) {
      const known = names.get(text);
      if (known !== undefined) return known;
    }
    const name = this.freshName();
    this.line(`let ${name} = ${text};`);
    if (this.#isConstant(text)) this.#known.at(-1)?.set(text, name);
    return name;
  }

  /** Whether a text has the same value wherever it stands: elements may change, and locals that are assigned to. */
  #isConstant(text: string): boolean {
    if (text.includes("[")) return false;
    return Array.from(text.matchAll(/[A-Za-z_]\w*/g)).every(([word]) => !this.#mutable.has(word));
  }

  help(helper: HelperName, ...operands: string[]): string {
    return `${helper}(${[...operands, ...this.#need(helper)].join(", ")})`;
  }

  bitwise(op: BitwiseOp, x: string, y: string | number): string {
    if (!this.dialect.hasNative) return `(${x} ${op} ${y})`;
    const { name } = nativeOperations[op];
    this.natives.add(name);
    return `${name}(${x}, ${y})`;
  }

  given(given: Given): string {
    this.givens.add(given);
    return given;
  }

  /** The name of the array that several lie in. */
  readonly packed = "packed";

  /** The text of an element of an array. */
  element(buffer: Buffer, position: string): string {
    let name = this.inputs.get(buffer);
    if (name === undefined) {
      name = `a${this.inputs.size}`;
      this.inputs.set(buffer, name);
    }
    const offset = this.packing.get(buffer);
    return offset === undefined ? `${name}[${position}]` : `${this.packed}[${shifted(position, offset)}]`;
  }

  /** The name of a variable that the host knows. */
  hostVariable(id: number): string {
    const name = this.hostVariables.get(id) ?? `h${this.hostVariables.size}`;
    this.hostVariables.set(id, name);
    return name;
  }

  /** Records a helper with those that it calls, and gives back what it wants handed on. */
  #need(helper: HelperName): readonly Given[] {
    const { wants, calls } = helperOf(helper);
    this.helpers.add(helper);
    for (const each of calls) this.#need(each);
    for (const each of wants) this.givens.add(each);
    return wants;
  }

  /** The same value under a name, so that it can be read more than once. */
  named(value: KernelValue): KernelValue {
    switch (value.kind) {
      case "float":
        return this.namedFloat(value);
      case "flag":
        return this.namedFlag(value);
      case "small":
        return smallValue(this.name(value.text), value.least, value.most);
      case "words":
        return wordsValue(this.name(value.low), this.name(value.high));
      default:
        return value satisfies never;
    }
  }

  namedFloat(value: FloatValue): FloatValue {
    if (value.constant !== null) return value;
    const name = this.name(value.text);
    if (name === value.text) return value;
    return floatValue(name, { summands: new Set([name, ...value.summands]), divisor: value.divisor });
  }

  /** Conditions are kept as numbers: gpu.js's modes do not agree on locals that are none. */
  namedFlag(value: FlagValue): FlagValue {
    return flagValue(`(${this.name(`${value.text} ? 1 : 0`)} > 0)`);
  }

  variable(v: Var): readonly KernelValue[] {
    const known = this.#variables.get(v.id);
    if (known === undefined)
      throw new InternalError("a kernel reads a LoopIR variable before it has a value");
    return known;
  }

  hasVariable(id: number): boolean {
    return this.#variables.has(id);
  }

  setVariable(id: number, values: readonly KernelValue[]): void {
    this.#variables.set(id, values);
  }
}
