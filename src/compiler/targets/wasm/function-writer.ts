/**
 * One function under construction. Locals have numbers of their own until it is finished; then parameters come first, as the
 * format wants. A name that is bound outside becomes a parameter when it is first asked for, and one that is assigned to
 * a result: so any statement can be written as a function.
 */
import { InternalError } from "../../../ir/errors.js";
import type { Callee, Code, FunctionType, Instruction, ValueType, WasmFunction } from "./instructions.js";
import { callOf, instruction } from "./instructions.js";
import type { Mnemonic } from "./opcodes.js";

/** What a local stands for: a LoopIR variable's number, or a name for an address. */
export type Key = number | string;

interface Binding {
  readonly locals: readonly number[];
  readonly types: readonly ValueType[];
}

const readsLocal: ReadonlySet<Mnemonic> = new Set(["local.get", "local.set", "local.tee"]);

/** Addresses that stand in a list in memory, as they are too many to be parameters. */
export interface AddressList {
  /** What the list's own address is bound to. */
  readonly key: Key;
  /** The place of each. */
  readonly places: ReadonlyMap<Key, number>;
}

export class FunctionWriter {
  readonly #code: Instruction[] = [];
  /** What comes before the rest of the code: addresses are read from the list. */
  readonly #prologue: Instruction[] = [];
  readonly #callees = new Set<Callee>();
  readonly #types: ValueType[] = [];
  readonly #parameters: number[] = [];
  readonly #bindings = new Map<Key, Binding>();
  readonly #captured: Key[] = [];
  /** How the function around finds what is captured and has no name there. */
  readonly #found = new Map<Key, (outer: FunctionWriter) => void>();
  readonly #assigned = new Set<Key>();
  /** Locals that are free to be used again, by type. */
  readonly #free: Record<ValueType, number[]> = { i32: [], f32: [], f64: [], v128: [] };

  constructor(
    readonly name: string,
    readonly outer: FunctionWriter | null = null,
    readonly list: AddressList | null = outer?.list ?? null,
  ) {}

  push(op: Mnemonic, ...immediates: number[]): void {
    this.#code.push(instruction(op, immediates));
  }

  call(callee: Callee): void {
    this.#callees.add(callee);
    this.#code.push(callOf(callee));
  }

  local(type: ValueType): number {
    const free = this.#free[type].pop();
    return free ?? this.#types.push(type) - 1;
  }

  /** Says that a local's value is no longer needed. */
  release(local: number): void {
    this.#free[this.#types[local]].push(local);
  }

  get(local: number): void {
    this.push("local.get", local);
  }

  set(local: number): void {
    this.push("local.set", local);
  }

  /** A parameter bound to `key`, in order. */
  parameter(key: Key, types: readonly ValueType[]): void {
    const locals = types.map((type) => this.#types.push(type) - 1);
    this.#parameters.push(...locals);
    this.#bindings.set(key, { locals, types });
  }

  /** New locals bound to `key`. */
  bind(key: Key, types: readonly ValueType[]): readonly number[] {
    const locals = types.map((type) => this.local(type));
    this.#bindings.set(key, { locals, types });
    return locals;
  }

  /** The locals bound to `key`; where it is bound outside, parameters are added for it. */
  lookup(key: Key): readonly number[] {
    return this.#binding(key).locals;
  }

  /** The same for an assignment, which the function around it must see. */
  lookupAssigned(key: Key): readonly number[] {
    const { locals } = this.#binding(key);
    if (this.#captured.includes(key)) this.#assigned.add(key);
    return locals;
  }

  /** A parameter for a value that `push` leaves on the stack of the function around; null in an entry, which has none around it. */
  capture(key: Key, push: (outer: FunctionWriter) => void): number | null {
    const known = this.#bindings.get(key);
    if (known !== undefined) return known.locals[0];
    if (this.outer === null) return null;
    this.parameter(key, ["i32"]);
    this.#captured.push(key);
    this.#found.set(key, push);
    return this.lookup(key)[0];
  }

  #binding(key: Key): Binding {
    const known = this.#bindings.get(key);
    if (known !== undefined) return known;
    const place = this.list?.places.get(key);
    if (this.list !== null && place !== undefined) return this.#fromList(key, this.list.key, place);
    if (this.outer === null) throw new InternalError(`the LoopIR name ${key} is used outside its block`);
    const { types } = this.outer.#binding(key);
    this.parameter(key, types);
    this.#captured.push(key);
    return this.#binding(key);
  }

  #fromList(key: Key, list: Key, place: number): Binding {
    const [address] = this.#binding(list).locals;
    const local = this.#types.push("i32") - 1; // none that is free: the code before may use it
    this.#prologue.push(
      instruction("local.get", [address]),
      instruction("i32.load", [2, 4 * place]),
      instruction("local.set", [local]),
    );
    const binding: Binding = { locals: [local], types: ["i32"] };
    this.#bindings.set(key, binding);
    return binding;
  }

  /** Ends a function written inside `outer`, which is then to call it. */
  finishInner(share: (finished: WasmFunction) => WasmFunction): void {
    const { outer } = this;
    if (outer === null) throw new InternalError("an entry has no function around it");
    const assigned = [...this.#assigned];
    const results = assigned.flatMap((key) => this.#binding(key).types);
    for (const key of assigned) for (const local of this.lookup(key)) this.get(local);
    const finished = this.finish(results);
    for (const key of this.#captured) {
      const push = this.#found.get(key);
      if (push !== undefined) push(outer);
      else for (const local of outer.lookup(key)) outer.get(local);
    }
    outer.call(share(finished));
    const targets = assigned.flatMap((key) => outer.lookupAssigned(key));
    for (const local of targets.reverse()) outer.set(local);
  }

  finish(results: readonly ValueType[]): WasmFunction {
    const order = [...this.#parameters];
    const isParameter = new Set(order);
    this.#types.forEach((_, local) => {
      if (!isParameter.has(local)) order.push(local);
    });
    const positions = new Map(order.map((local, position) => [local, position]));
    const code: Code = [...this.#prologue, ...this.#code].map((each) =>
      readsLocal.has(each.op) ? instruction(each.op, [positions.get(each.immediates[0]) ?? -1]) : each,
    );
    const typeOf = (local: number): ValueType => this.#types[local];
    const type: FunctionType = { parameters: this.#parameters.map(typeOf), results };
    const locals = order.slice(this.#parameters.length).map(typeOf);
    return { name: this.name, type, locals, code, callees: [...this.#callees] };
  }

  get length(): number {
    return this.#code.length;
  }
}
