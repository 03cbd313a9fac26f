/** One module under construction: its functions, and what its names stand for. */

import { bytesPerElement } from "../../../ir/dtype.js";
import { InternalError } from "../../../ir/errors.js";
import type { Buffer, ConstantBuffer, LoopFunction, Program, Stmt } from "../../../ir/loop-ir.js";
import { alignment, blocksOf, type Plan } from "../../buffers.js";
import type { FunctionWriter } from "./function-writer.js";
import { type HelperName, helperFunction, hostFunctions, isHostFunction } from "./helpers.js";
import type { WasmFunction, WasmModule } from "./instructions.js";
import type { Products } from "./products.js";
import type { CallHelper } from "./scalar-operations.js";

/** A buffer's first element: at base (a local) + offset. */
export interface Place {
  readonly base: number;
  readonly offset: number;
}

/** Buffers whose contents a host function is given. */
export interface HostSite {
  readonly callback: number;
  readonly operands: readonly { readonly buffer: Buffer; readonly size: number }[];
}

/** The names under which a function finds addresses. */
export const scratchKey = "scratch";
export const constantsKey = "constants";
export const bufferKey = (buffer: Buffer): string => `buffer ${buffer.id}`;

const imports = Object.values(hostFunctions);

export class ModuleWriter {
  readonly #functions: WasmFunction[] = [];
  readonly #helpers = new Map<HelperName, number>();
  readonly #functionIndices = new Map<
    LoopFunction,
    { readonly index: number; readonly usesConstants: boolean }
  >();
  readonly #constantOffsets = new Map<Buffer, number>();
  readonly constantBytes: number;
  readonly hostSites: HostSite[] = [];
  /** Variables that are never negative: the indices of loops, and what is made of them. */
  readonly nonNegative = new Set<number>();
  /** Variables that are assigned to after they were declared. */
  readonly assigned: ReadonlySet<number>;

  constructor(
    readonly program: Program,
    readonly plan: Plan,
    /** Writes the body of a LoopFunction: given from above, since it is made of statements. */
    private readonly writeFunction: (module: ModuleWriter, callee: LoopFunction) => WasmFunction,
    /** Of the program, where products and sums may be one instruction that rounds once. */
    readonly products: Products | null,
  ) {
    this.assigned = assignedVariables([program.body, ...program.functions.map(({ body }) => body)]);
    let bytes = 0;
    for (const table of program.constants) {
      this.#constantOffsets.set(table, bytes);
      const size = table.values.length * bytesPerElement[table.dtype];
      bytes += Math.ceil(size / alignment) * alignment;
    }
    this.constantBytes = bytes;
  }

  /** Where the tables go, from the start of their area. */
  get constants(): readonly (readonly [ConstantBuffer, number])[] {
    return this.program.constants.map((table) => [table, this.#constantOffsets.get(table) ?? 0]);
  }

  add(finished: WasmFunction): number {
    return imports.length + this.#functions.push(finished) - 1;
  }

  /** The same, or an equal function that is there already: then the engine compiles and optimises one. */
  share(finished: WasmFunction): number {
    const { length } = finished.code;
    const candidates = this.#shared.get(length) ?? [];
    for (const candidate of candidates) if (isEqual(candidate.finished, finished)) return candidate.index;
    const index = this.add(finished);
    this.#shared.set(length, [...candidates, { finished, index }]);
    return index;
  }

  /** By the length of their code. */
  readonly #shared = new Map<
    number,
    readonly { readonly finished: WasmFunction; readonly index: number }[]
  >();

  finish(): WasmModule {
    return { imports, functions: this.#functions };
  }

  callHelper =
    (f: FunctionWriter): CallHelper =>
    (name) =>
      f.push("call", this.#helperIndex(name));

  #helperIndex(name: HelperName): number {
    if (isHostFunction(name)) return imports.indexOf(hostFunctions[name]);
    let index = this.#helpers.get(name);
    if (index === undefined) {
      index = this.add(helperFunction(name, (other) => this.#helperIndex(other)));
      this.#helpers.set(name, index);
    }
    return index;
  }

  /** Calls a LoopFunction whose operands are on the stack; one that reads tables is told where they are. */
  callFunction(f: FunctionWriter, callee: LoopFunction): void {
    let known = this.#functionIndices.get(callee);
    if (known === undefined) {
      const usesConstants = readsTables(callee);
      known = { index: this.add(this.writeFunction(this, callee)), usesConstants };
      this.#functionIndices.set(callee, known);
    }
    if (known.usesConstants) f.get(f.lookup(constantsKey)[0]);
    f.push("call", known.index);
  }

  placeOf(f: FunctionWriter, buffer: Buffer): Place {
    if (buffer.role === "constant") {
      const offset = this.#constantOffsets.get(buffer);
      if (offset === undefined) throw new InternalError("a table is not listed by its program");
      return { base: f.lookup(constantsKey)[0], offset };
    }
    if (buffer.role !== "temp" || this.#isSwapped(buffer)) {
      return { base: f.lookup(bufferKey(buffer))[0], offset: 0 };
    }
    const offset = this.plan.offsets.get(buffer);
    if (offset === undefined) throw new InternalError("a temporary buffer has no place in the scratch area");
    // An inner function is told where its buffers are, and so may serve others that do the same elsewhere.
    const base = f.capture(bufferKey(buffer), (outer) => this.#pushPlace(outer, buffer));
    return base === null ? { base: f.lookup(scratchKey)[0], offset } : { base, offset: 0 };
  }

  #pushPlace(f: FunctionWriter, buffer: Buffer): void {
    const { base, offset } = this.placeOf(f, buffer);
    f.get(base);
    if (offset === 0) return;
    f.push("i32.const", offset);
    f.push("i32.add");
  }

  readonly #swapped = new Set<Buffer>();

  #isSwapped(buffer: Buffer): boolean {
    if (this.#swapped.size === 0)
      for (const ring of this.plan.swapped.values()) for (const each of ring) this.#swapped.add(each);
    return this.#swapped.has(buffer);
  }
}

/** Equal but for their names. */
const isEqual = (x: WasmFunction, y: WasmFunction): boolean =>
  isEqualList(x.type.parameters, y.type.parameters) &&
  isEqualList(x.type.results, y.type.results) &&
  isEqualList(x.locals, y.locals) &&
  x.code.every((each, i) => each.op === y.code[i].op && isEqualList(each.immediates, y.code[i].immediates));

const isEqualList = (x: readonly (number | string)[], y: readonly (number | string)[]): boolean =>
  x.length === y.length && x.every((each, i) => Object.is(each, y[i]));

function assignedVariables(bodies: readonly Stmt[]): ReadonlySet<number> {
  const assigned = new Set<number>();
  const visit = (statement: Stmt): void => {
    if (statement.kind === "assign") assigned.add(statement.variable.id);
    for (const block of blocksOf(statement)) for (const each of block.body) visit(each);
  };
  bodies.forEach(visit);
  return assigned;
}

/** Whether the function, or one that it calls, reads a table. */
export const readsTables = (callee: LoopFunction): boolean =>
  callee.constants.length > 0 || callee.calls.some(readsTables);
