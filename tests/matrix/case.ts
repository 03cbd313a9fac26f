/** What the matrix is told of a primitive: examples of its use for each dtype, and what each must give. */
import type { NDArray } from "../../src/autodiff/array.js";
import type { Primitive } from "../../src/autodiff/primitive.js";
import type { DType } from "../../src/ir/dtype.js";
import type { Draw } from "./draws.js";
import type { Plain } from "./plain.js";

/** The columns. */
export const transformations = ["value", "jvp", "vjp", "second", "vmap", "jit"] as const;
export type Transformation = (typeof transformations)[number];

export const targetNames = ["js", "wasm"] as const;
export type TargetName = (typeof targetNames)[number];

/** What became of a cell. A law that does not hold is no outcome: it throws. */
export type Outcome =
  | {
      readonly kind: "holds";
      /** Of single operands: why there is no derivative in them, which was tried too. */
      readonly except?: readonly string[];
    }
  /** No tangent goes in or none comes out: the derivative was computed and is zero, in the types it must have. */
  | { readonly kind: "zero" }
  /** The primitive does not take the dtype, and says so with an error of this class. */
  | { readonly kind: "refused"; readonly error: string }
  /** There is no such derivative, and why. */
  | { readonly kind: "none"; readonly reason: string };

/** A function of arrays that applies the primitive, where, and what it gives there. */
export interface Example {
  readonly f: (xs: readonly NDArray[]) => readonly NDArray[];
  readonly operands: readonly Draw[];
  /** The value in plain JavaScript, written from the definition and not from the lowering. */
  readonly value: (xs: readonly NDArray[]) => readonly Plain[];
  /** Operands that have no derivative, with a part of what is said when one is asked for. */
  readonly constants?: ReadonlyMap<number, string>;
  /**
   * (operands, tangents) -> tangents of the outputs, in plain JavaScript, where differences cannot give them: the derivative is
   * another one on purpose, or values are rounded too coarsely for differences.
   */
  readonly tangent?: (xs: readonly NDArray[], dxs: readonly NDArray[]) => readonly Plain[];
}

/** How far results may be off. */
export interface Tolerances {
  /** Of the value, in units of the last place of the plain one; by default 0: bit for bit. */
  readonly ulps?: { readonly float32: number; readonly float64: number };
  /** Of float32 derivatives against the float64 ones at the same point, relative to the largest element. Default 2e-5. */
  readonly single?: number;
  /** Of derivatives against plain ones, relative to the largest element. By default a few roundings. */
  readonly tangents?: number;
  /** Float32 and float64 are different functions (of random bits): they are not held against each other. */
  readonly isSampled?: boolean;
  /**
   * Of vmap against the loop, in units of the last place of the largest element. By default 0: bit for bit. More is for those that batching
   * turns into another primitive or another order of sums.
   */
  readonly batching?: number;
}

export interface Case extends Tolerances {
  readonly primitive: Primitive;
  /** With operands of this dtype, whether the primitive takes it or not. */
  readonly examples: (dtype: DType) => readonly Example[];
  /** Primitives that its derivatives are equations of, and whose reasons count for it. */
  readonly derivedBy?: readonly Primitive[];
  /** Reasons that a rule throws where it cannot say them in the primitive's definition: parts of the messages. */
  readonly reasons?: readonly string[];
  /** What a reader of the row should know. */
  readonly remark?: string;
}

/** A primitive that examples of arrays do not fit, which states its cells itself. */
export interface OwnCase {
  readonly primitive: Primitive;
  readonly remark?: string;
  readonly own: (dtype: DType, target: TargetName) => Readonly<Record<Transformation, () => Outcome>>;
}
