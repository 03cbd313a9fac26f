/** One module under construction: its functions, and what its names stand for. */

import { bytesPerElement } from "../../../ir/dtype.js";
import { InternalError } from "../../../ir/errors.js";
import type { Buffer, ConstantBuffer, LoopFunction, Program, Stmt } from "../../../ir/loop-ir.js";
import { alignment, blocksOf, type Plan } from "../../buffers.js";
import type { FunctionWriter } from "./function-writer.js";
import { hostFunctions } from "./helpers.js";
import { type Instruction, isImport, type WasmFunction, type WasmModule } from "./instructions.js";
import type { Products } from "./products.js";
import { tablesOf, writeOnce } from "./written-functions.js";

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
  readonly #functions = new Map<LoopFunction, WasmFunction>();
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

  /** The function, or an equal one that is there already: then the engine compiles and optimises one. */
  share(finished: WasmFunction): WasmFunction {
    const { length } = finished.code;
    const candidates = this.#shared.get(length) ?? [];
    for (const candidate of candidates) if (isEqual(candidate, finished)) return candidate;
    this.#shared.set(length, [...candidates, finished]);
    return finished;
  }

  /** By the length of their code. */
  readonly #shared = new Map<number, readonly WasmFunction[]>();

  /** The module whose entry this is: with all that it calls, each function after those that it calls. */
  finish(entry: WasmFunction): WasmModule {
    const functions = new Set<WasmFunction>();
    const include = (each: WasmFunction): void => {
      if (functions.has(each)) return;
      for (const callee of each.callees) if (!isImport(callee)) include(callee);
      functions.add(each);
    };
    include(entry);
    return { imports, functions: [...functions] };
  }

  /** Calls a LoopFunction whose operands are on the stack; one that reads tables is told where they are. */
  callFunction(f: FunctionWriter, callee: LoopFunction): void {
    if (tablesOf(callee).length > 0) f.get(f.lookup(constantsKey)[0]);
    f.call(this.#functionOf(callee));
  }

  #functionOf(callee: LoopFunction): WasmFunction {
    let finished = this.#functions.get(callee);
    if (finished === undefined) {
      const write = (): WasmFunction => this.writeFunction(this, callee);
      // Which products are read once is a matter of the whole program: then the function is this module's own.
      finished =
        this.products !== null ? write() : writeOnce(callee, (table) => this.#offsetOf(table), write);
      this.#functions.set(callee, finished);
    }
    return finished;
  }

  #offsetOf(table: Buffer): number {
    const offset = this.#constantOffsets.get(table);
    if (offset === undefined) throw new InternalError("a table is not listed by its program");
    return offset;
  }

  placeOf(f: FunctionWriter, buffer: Buffer): Place {
    if (buffer.role === "constant") {
      return { base: f.lookup(constantsKey)[0], offset: this.#offsetOf(buffer) };
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
  x.code.every((each, i) => isEqualInstruction(each, y.code[i]));

const isEqualInstruction = (x: Instruction, y: Instruction): boolean =>
  x.op === y.op && x.callee === y.callee && isEqualList(x.immediates, y.immediates);

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
