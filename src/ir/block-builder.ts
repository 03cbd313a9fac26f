/** Writes LoopIR statements in order: what a primitive's lowering rule is handed. */
import type { DType } from "./dtype.js";
import { add, freshId, i32, load, mul, sum, variable } from "./expr.js";
import type { Block, Buffer, Expr, LoopKind, Stmt, Var } from "./loop-ir.js";
import type { Shape } from "./shape.js";
import { sizeOf, stridesOf } from "./shape.js";

/** An array in memory: row-major elements of `shape` from `offset` on in `buffer`. */
export interface View {
  readonly buffer: Buffer;
  readonly offset: Expr;
  readonly shape: Shape;
}

export const viewOf = (buffer: Buffer, shape: Shape, offset: Expr = i32(0)): View => ({
  buffer,
  offset,
  shape,
});

/** An array whose elements are computed: `at` gives one, from its multi-index or, where `isFlat`, from its row-major position. */
export interface Elements {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly isFlat: boolean;
  /** In memory: then several lanes can be read at once. */
  readonly isStored: boolean;
  readonly at: (b: BlockBuilder, index: readonly Expr[]) => Expr;
}

/** The elements of an array in memory. */
export const elementsOf = (view: View): Elements => ({
  dtype: view.buffer.dtype,
  shape: view.shape,
  isFlat: true,
  isStored: true,
  at: (_, index) =>
    index.length === view.shape.length ? read(view, index) : readFlat(view, index[0] ?? i32(0)),
});

/** The flat position of a multi-index in a view. */
export function flatIndex(view: View, index: readonly Expr[]): Expr {
  const strides = stridesOf(view.shape);
  return add(view.offset, sum(index.map((i, axis) => mul(i, i32(strides[axis])))));
}

/** Reads one element of a view. */
export const read = (view: View, index: readonly Expr[]): Expr => load(view.buffer, flatIndex(view, index));

/** Reads the element at a flat, row-major position of a view. */
export const readFlat = (view: View, position: Expr): Expr => load(view.buffer, add(view.offset, position));

export class BlockBuilder {
  readonly #temps: Buffer[] = [];
  readonly #body: Stmt[] = [];
  readonly #comment: string;

  constructor(comment = "") {
    this.#comment = comment;
  }

  /** The block written so far. */
  finish(): Block {
    return { kind: "block", comment: this.#comment, temps: this.#temps, body: this.#body };
  }

  push(statement: Stmt): void {
    this.#body.push(statement);
  }

  /** A temporary buffer that lives in this block and holds garbage at first. */
  temp(dtype: DType, size: number | Var): Buffer {
    const buffer: Buffer = { id: freshId(), dtype, size, role: "temp" };
    this.#temps.push(buffer);
    return buffer;
  }

  /** A temporary array. */
  tempView(dtype: DType, shape: Shape): View {
    return viewOf(this.temp(dtype, sizeOf(shape)), shape);
  }

  /** Names a value, so that it is computed once. The name can be assigned to. */
  local(init: Expr): Var {
    const v = variable(init.dtype, init.lanes);
    this.push({ kind: "local", variable: v, init });
    return v;
  }

  assign(v: Var, value: Expr): void {
    this.push({ kind: "assign", variable: v, value });
  }

  store(buffer: Buffer, index: Expr, value: Expr): void {
    this.push({ kind: "store", buffer, index, value });
  }

  /** Writes one element of a view. */
  write(view: View, index: readonly Expr[], value: Expr): void {
    this.store(view.buffer, flatIndex(view, index), value);
  }

  /** Writes the element at a flat, row-major position of a view. */
  writeFlat(view: View, position: Expr, value: Expr): void {
    this.store(view.buffer, add(view.offset, position), value);
  }

  /** for (index = 0; index < extent; index++) body. A loop of one turn is its body. */
  loop(
    extent: number | Expr,
    body: (b: BlockBuilder, index: Expr) => void,
    kind: LoopKind["kind"] = "parallel",
  ): void {
    if (extent === 0) return;
    if (extent === 1) {
      this.block("", (b) => body(b, i32(0)));
      return;
    }
    const index = variable("int32");
    const inner = new BlockBuilder();
    body(inner, index);
    this.push({
      kind: "loop",
      loopKind: kind === "reduce" ? { kind, op: "add" } : { kind },
      index,
      extent: typeof extent === "number" ? i32(extent) : extent,
      body: inner.finish(),
    });
  }

  /** A serial loop: each turn may read what earlier ones wrote. */
  serial(extent: number | Expr, body: (b: BlockBuilder, index: Expr) => void): void {
    this.loop(extent, body, "serial");
  }

  /** Nested parallel loops over every index of `shape`. */
  loops(shape: Shape, body: (b: BlockBuilder, index: Expr[]) => void): void {
    const nest = (b: BlockBuilder, index: Expr[]): void => {
      if (index.length === shape.length) body(b, index);
      else b.loop(shape[index.length], (inner, i) => nest(inner, [...index, i]));
    };
    nest(this, []);
  }

  if(test: Expr, yes: (b: BlockBuilder) => void, no: (b: BlockBuilder) => void = () => {}): void {
    const yesBlock = new BlockBuilder();
    const noBlock = new BlockBuilder();
    yes(yesBlock);
    no(noBlock);
    this.push({ kind: "if", test, yes: yesBlock.finish(), no: noBlock.finish() });
  }

  /** loop { test = before(); if (!test) break; body() }. */
  while(before: (b: BlockBuilder) => Expr, body: (b: BlockBuilder) => void): void {
    const beforeBlock = new BlockBuilder();
    const test = before(beforeBlock);
    const bodyBlock = new BlockBuilder();
    body(bodyBlock);
    this.push({ kind: "while", before: beforeBlock.finish(), test, body: bodyBlock.finish() });
  }

  /** A scope of its own for temporaries and locals. */
  block(comment: string, body: (b: BlockBuilder) => void): void {
    const inner = new BlockBuilder(comment);
    body(inner);
    this.push(inner.finish());
  }

  /** Copies all elements of one view into another of the same size. */
  copy(from: View, to: View): void {
    if (from.buffer === to.buffer && from.offset === to.offset) return;
    this.loop(sizeOf(to.shape), (b, i) => b.writeFlat(to, i, readFlat(from, i)));
  }
}
