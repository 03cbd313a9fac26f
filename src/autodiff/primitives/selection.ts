/** Choosing between operands: select_n, max, min, clamp. */
import { aval, describeAval } from "../../ir/aval.js";
import type { DType } from "../../ir/dtype.js";
import { ArgumentError, DTypeError } from "../../ir/errors.js";
import * as e from "../../ir/expr.js";
import type { NDArray } from "../array.js";
import { literal } from "../array.js";
import type { Primitive } from "../primitive.js";
import { Zero } from "../primitive.js";
import { bind1 } from "../trace.js";
import { div, mul } from "./arithmetic.js";
import { batchAligned } from "./batch-alignment.js";
import { and, eq, gt, lt } from "./comparison.js";
import type { BinaryFunction, Operand, TangentTerm } from "./elementwise.js";
import {
  alignOperands,
  binaryFunction,
  cotangentTo,
  elementwise,
  elementwiseShape,
  known,
  noParams,
  stretch,
} from "./elementwise.js";
import { nonzero } from "./rules.js";

const all: readonly DType[] = ["float32", "float64", "int32", "uint32", "bool"];

// select_n -----------------------------------------------------------------------------------------------------------

/**
 * out = cases[which], elementwise; `which` is bool with two cases (false takes the first), or int32, clamped into range.
 * Linear in the cases; `which` has no derivative. Sizes of 1 stretch, in `which` too.
 */
export const selectNPrimitive: Primitive = {
  name: "select_n",
  abstractEval: ([which, ...cases]) => {
    if (cases.length === 0)
      throw new ArgumentError("selectN: needs at least one case; give selectN(which, case0, case1)");
    if (which.dtype !== "int32" && (which.dtype !== "bool" || cases.length > 2)) {
      throw new DTypeError(
        `selectN: the selector is ${describeAval(which)}; it must be bool (two cases) or int32: use astype`,
      );
    }
    if (cases.some((c) => c.dtype !== cases[0].dtype)) {
      throw new DTypeError(
        `selectN: cases ${cases.map(describeAval).join(" and ")} differ in dtype; use x.astype(dtype)`,
      );
    }
    const shape = elementwiseShape("selectN", [which, ...cases]);
    return [
      aval(
        shape,
        cases[0].dtype,
        cases.every((c) => c.weakType),
      ),
    ];
  },
  jvp: ([which, ...cases], [, ...tangents]) => {
    const out = selectN(which, ...cases);
    if (nonzero(tangents).length === 0) return [[out], [new Zero(out.aval)]];
    const chosen = tangents.map((t) => (t instanceof Zero ? literal(0, out.dtype) : t));
    return [[out], [stretch(selectN(which, ...chosen), out.shape)]];
  },
  transpose: ([ct], [whichOperand, ...cases]) => {
    const which = known(whichOperand);
    const last = cases.length - 1;
    const isChosen = (i: number): NDArray => {
      if (which.dtype === "bool") return which;
      return i === 0 ? lt(which, 1) : i === last ? gt(which, last - 1) : eq(which, i);
    };
    const cotangents = cases.map((x, i) =>
      cotangentTo(x, ct, (c) =>
        cases.length === 1
          ? c
          : which.dtype === "bool" && i === 0
            ? select(which, 0, c)
            : select(isChosen(i), c, 0),
      ),
    );
    return [null, ...cotangents];
  },
  batch: batchAligned(() => selectNPrimitive),
  lower: {
    kind: "elementwise",
    scalar: (_, [which, ...cases]) =>
      cases.reduceRight((rest, x, i) =>
        which.dtype === "bool" ? e.select(which, rest, x) : e.select(e.lt(which, e.i32(i + 1)), x, rest),
      ),
  },
};

export const selectN = (which: NDArray, ...cases: readonly NDArray[]): NDArray =>
  bind1(selectNPrimitive, [which, ...cases], noParams);

/** test ? yes : no, elementwise; a number takes its partner's dtype. */
export function select(test: NDArray, yes: Operand, no: Operand): NDArray {
  const [onFalse, onTrue] = alignOperands(no, yes);
  return selectN(test, onFalse, onTrue);
}

// max, min -----------------------------------------------------------------------------------------------------------

/** The derivative in x of max or min: 1 where the output is x, 1/2 where x and y tie, else 0 (also at NaN). */
export const shareOf = (x: NDArray, y: NDArray, out: NDArray): NDArray =>
  div(select(eq(x, out), literal(1, out.dtype), 0), select(eq(y, out), literal(2, out.dtype), 1));

const chooserTerms: readonly TangentTerm[] = [
  (dx, out, [x, y]) => mul(dx, shareOf(x, y, out)),
  (dy, out, [x, y]) => mul(dy, shareOf(y, x, out)),
];

/** NaN where either operand is NaN; -0 < 0. Of bools: or. */
export const maxPrimitive: Primitive = elementwise("max", {
  accepts: all,
  jvp: chooserTerms,
  scalar: (_, [x, y]) => e.max(x, y),
});
export const max: BinaryFunction = binaryFunction(maxPrimitive);

/** NaN where either operand is NaN; -0 < 0. Of bools: and. */
export const minPrimitive: Primitive = elementwise("min", {
  accepts: all,
  jvp: chooserTerms,
  scalar: (_, [x, y]) => e.min(x, y),
});
export const min: BinaryFunction = binaryFunction(minPrimitive);

// clamp --------------------------------------------------------------------------------------------------------------

/** min(max(x, low), high): the derivative in x is 0 at both bounds. */
export const clampPrimitive: Primitive = elementwise("clamp", {
  accepts: all,
  jvp: [
    (dlow, out, [low, x, high]) => select(and(gt(low, x), lt(low, high)), stretch(dlow, out.shape), 0),
    (dx, out, [low, x, high]) => select(and(gt(x, low), lt(x, high)), stretch(dx, out.shape), 0),
    (dhigh, out, [, x, high]) => select(lt(high, x), stretch(dhigh, out.shape), 0),
  ],
  scalar: (_, [low, x, high]) => e.min(e.max(x, low), high),
});

export const clamp = (low: Operand, x: NDArray, high: Operand): NDArray =>
  bind1(clampPrimitive, [alignOperands(low, x)[0], x, alignOperands(high, x)[0]], noParams);

export const selectionPrimitives: readonly Primitive[] = [
  selectNPrimitive,
  maxPrimitive,
  minPrimitive,
  clampPrimitive,
];
