/**
 * A primitive is one object that holds all that is known of an operation: its types, its derivative, its transpose, its
 * batching rule and its lowering to loops. A rule that does not exist is an explicit value with the reason, so that the
 * type checker knows the table to be complete and the user reads why.
 */
import type { Aval } from "../ir/aval.js";
import type { BlockBuilder, Elements, View } from "../ir/block-builder.js";
import type { Expr } from "../ir/loop-ir.js";
import type { NDArray } from "./array.js";

/** A symbolic zero: a tangent or cotangent that is known to vanish, so that nothing is computed for it. */
export class Zero {
  constructor(readonly aval: Aval) {}
}

/** A tangent or cotangent. */
export type Tangent = NDArray | Zero;

/** In a transpose rule: an operand that the equation is linear in, whose value is not known and whose cotangent is wanted. */
export class LinearOperand {
  constructor(readonly aval: Aval) {}
}

/** The position of the batch axis in an operand or result; null where it is not batched. */
export type BatchAxis = number | null;

/** There is no derivative, and this is why. */
export interface NotDifferentiable {
  readonly kind: "notDifferentiable";
  readonly reason: string;
}
/** It is not linear in any operand, so it has no transpose. */
export interface NotLinear {
  readonly kind: "notLinear";
  readonly reason: string;
}
export const notDifferentiable = (reason: string): NotDifferentiable => ({
  kind: "notDifferentiable",
  reason,
});
export const notLinear = (reason: string): NotLinear => ({ kind: "notLinear", reason });

// Rules are typed as methods: TypeScript compares a method's parameters bivariantly, so a Primitive<P> is a
// Primitive<object>. Sound, since `bind` pairs a primitive with params of its own type and nothing else makes equations.

/** (primals, tangents) -> [outputs, output tangents]. At least one tangent is no Zero. */
export type JvpRule<P> = {
  rule(primals: readonly NDArray[], tangents: readonly Tangent[], params: P): readonly [NDArray[], Tangent[]];
}["rule"];

/**
 * Cotangents of the outputs (at least one is no Zero) -> a cotangent for each operand: an array, a Zero or null where
 * the operand is no LinearOperand (or its cotangent vanishes).
 */
export type TransposeRule<P> = {
  rule(
    cotangents: readonly Tangent[],
    operands: readonly (NDArray | LinearOperand)[],
    params: P,
  ): readonly (Tangent | null)[];
}["rule"];

/**
 * A transpose that adds into running sums of its operands' cotangents, in place where a sum is dead afterwards: so the
 * gradient of n reads in a loop costs O(n).
 */
export interface Accumulation<P> {
  /** The operands whose sums it takes. */
  readonly operands: { rule(params: P): readonly boolean[] }["rule"];
  /** As the transpose; where an operand has a sum (null: it has none), the result is the new sum. */
  readonly transpose: {
    rule(
      sums: readonly (NDArray | null)[],
      cotangents: readonly Tangent[],
      operands: readonly (NDArray | LinearOperand)[],
      params: P,
    ): readonly (Tangent | null)[];
  }["rule"];
}

/** Operands, at least one of them batched along the axis given -> outputs and their batch axes. */
export type BatchRule<P> = {
  rule(
    axisSize: number,
    operands: readonly NDArray[],
    axes: readonly BatchAxis[],
    params: P,
  ): readonly [NDArray[], BatchAxis[]];
}["rule"];

/** How an equation with known and unknown operands falls apart: see transforms/partial-eval.ts. */
export interface PartialEvaluation {
  readonly unknownOut: readonly boolean[];
  /** Computes now: known outputs (in order), then residuals. */
  readonly known: () => { readonly outs: readonly NDArray[]; readonly residuals: readonly NDArray[] };
  /** Computes later: (residuals, unknown operands in order) -> unknown outputs. */
  readonly unknown: (residuals: readonly NDArray[], operands: readonly NDArray[]) => readonly NDArray[];
}

/** Operands that are unknown come as null. First-order primitives have no rule: they are unknown as a whole. */
export type PartialEvalRule<P> = {
  rule(operands: readonly (NDArray | null)[], avals: readonly Aval[], params: P): PartialEvaluation;
}["rule"];

/** Removes what unused outputs need: new params, and which operands and outputs remain. Null: nothing can be removed. */
export type DeadCodeRule<P> = {
  rule(
    used: readonly boolean[],
    params: P,
  ): {
    readonly params: P;
    readonly usedOperands: readonly boolean[];
    readonly usedOuts: readonly boolean[];
  } | null;
}["rule"];

/** What a lowering context needs to know of a jaxpr in an equation's params; jaxpr.ts has the whole type. */
export interface SubJaxpr {
  readonly constvars: readonly { readonly aval: Aval }[];
  readonly invars: readonly { readonly aval: Aval }[];
  readonly outvars: readonly { readonly aval: Aval }[];
}

/** An operand in memory; one that is owned is nobody else's, one that is fixed is the same in every turn of the loop. */
export interface OperandView {
  readonly view: View;
  readonly owned: boolean;
  readonly isFixed?: boolean;
}

/** What the lowering of a higher-order primitive asks of the compiler. */
export interface LoweringContext {
  /**
   * Writes the loops of `jaxpr` (closed: no constvars) into `b`. An operand that is `owned` may be overwritten once it is
   * dead. `wanted[i]`, where it is not null, is where output i goes; the views of all outputs are returned. An output
   * that is an owned operand, unchanged or updated in place, stays where it is: its view is that operand's.
   */
  lowerJaxpr(
    b: BlockBuilder,
    jaxpr: SubJaxpr,
    operands: readonly OperandView[],
    wanted: readonly (View | null)[],
  ): View[];

  /** Whether the innermost loop around the equation leaves the operand as it is: what is made of it alone is hoisted. */
  isFixed(view: View): boolean;

  readonly schedule: Schedule;
}

/**
 * How loops are arranged, which no result depends on: in "tiles" for caches and registers, or so that each element is a turn of its own
 * ("elements"), for machines with a thread for each.
 */
export type Schedule = "tiles" | "elements";

/** The equation a lowering rule is for. */
export interface LoweringSite<P> {
  readonly params: P;
  readonly avalsIn: readonly Aval[];
  readonly avalsOut: readonly Aval[];
}

/** Elementwise: every output element is a scalar function of the operands' elements there (sizes of 1 stretch). */
export interface ElementwiseLowering<P> {
  readonly kind: "elementwise";
  readonly scalar: { rule(b: BlockBuilder, operands: readonly Expr[], site: LoweringSite<P>): Expr }["rule"];
}
/** Pull: one output element, given its multi-index, from elements of the operands at computed indices. */
export interface ElementLowering<P> {
  readonly kind: "element";
  readonly element: {
    rule(
      b: BlockBuilder,
      index: readonly Expr[],
      read: (operand: number, index: readonly Expr[]) => Expr,
      site: LoweringSite<P>,
    ): Expr;
  }["rule"];
  /** Whether it reads its operands at the output's own index alone, as an elementwise one does. By default it does not. */
  readonly isPointwise?: { rule(site: LoweringSite<P>): boolean }["rule"];
}
/** The outputs are the operands, element for element in row-major order (reshape): no code at all. */
export interface AliasLowering {
  readonly kind: "alias";
}
/** A call: the program is that of the jaxpr in the params, in place. */
export interface CallLowering<P> {
  readonly kind: "call";
  readonly jaxpr: { rule(params: P): SubJaxpr }["rule"];
}
/** Loops of its own. */
export interface NestLowering<P> {
  readonly kind: "nest";
  readonly emit: {
    rule(
      b: BlockBuilder,
      operands: readonly View[],
      outs: readonly View[],
      site: LoweringSite<P>,
      context: LoweringContext,
    ): void;
  }["rule"];
  /**
   * The operand whose memory output 0 may take over when that operand is dead: `emit` is then called with
   * outs[0] equal to that operand's view, and must leave untouched elements alone.
   */
  readonly inPlace?: number;
  /**
   * Of a reduction, which reads every element of its one operand once: the same, with elements that are computed when they
   * are wanted and have no memory of their own.
   */
  readonly reduce?: {
    readonly axes: { rule(params: P): readonly number[] }["rule"];
    readonly emit: {
      rule(
        b: BlockBuilder,
        operand: Elements,
        out: View,
        site: LoweringSite<P>,
        context: LoweringContext,
      ): void;
    }["rule"];
  };
}
export type Lowering<P> =
  | ElementwiseLowering<P>
  | ElementLowering<P>
  | AliasLowering
  | CallLowering<P>
  | NestLowering<P>;

export interface Primitive<P extends object = object> {
  readonly name: string;
  /** Types of the outputs; throws ShapeError or DTypeError naming the operation. */
  readonly abstractEval: { rule(avals: readonly Aval[], params: P): readonly Aval[] }["rule"];
  readonly jvp: JvpRule<P> | NotDifferentiable;
  readonly transpose: TransposeRule<P> | NotLinear;
  /** For reads of a part (gather, dynamic_slice), and calls of what has any. */
  readonly accumulation?: Accumulation<P>;
  readonly batch: BatchRule<P>;
  readonly lower: Lowering<P>;
  /** Only higher-order primitives have these two. */
  readonly partialEval?: PartialEvalRule<P>;
  readonly removeDeadCode?: DeadCodeRule<P>;
  /** Effects keep an equation alive though nobody reads its outputs, and in order. */
  readonly effects?: { rule(params: P): readonly Effect[] }["rule"];
  /** The params as a jaxpr shows them; by default all of them. */
  readonly showParams?: { rule(params: P): Readonly<Record<string, unknown>> }["rule"];
}

/** The one kind of effect there is today: output in order (debugPrint). */
export type Effect = "ordered";
