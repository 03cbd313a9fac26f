/** Joining arrays end to end: the transpose takes the cotangent apart again. */
import { describeAval, withShape } from "../../ir/aval.js";
import type { BlockBuilder, View } from "../../ir/block-builder.js";
import { readFlat } from "../../ir/block-builder.js";
import { DTypeError, ShapeError } from "../../ir/errors.js";
import { add, i32, mul } from "../../ir/expr.js";
import { sizeOf } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import type { Primitive } from "../primitive.js";
import { LinearOperand, Zero } from "../primitive.js";
import { bind1 } from "../trace.js";
import { zerosLike } from "./creation.js";
import { materializeBatch } from "./sum-and-broadcast.js";
import { sliceAlong } from "./windowing.js";

/** The operands one after the other along an axis; their other sizes are equal. */
export const concatenatePrimitive: Primitive<{ readonly dimension: number }> = {
  name: "concatenate",
  abstractEval: (avals, { dimension }) => {
    if (avals.length === 0) throw new ShapeError("concatenate: needs at least one array");
    const [first] = avals;
    for (const a of avals) {
      if (a.dtype !== first.dtype) {
        throw new DTypeError(
          `concatenate: dtypes ${avals.map((each) => each.dtype).join(", ")} differ; use x.astype(dtype)`,
        );
      }
      const fits =
        dimension >= 0 &&
        dimension < first.shape.length &&
        a.shape.length === first.shape.length &&
        a.shape.every((n, axis) => axis === dimension || n === first.shape[axis]);
      if (!fits) {
        throw new ShapeError(
          `concatenate: ${avals.map(describeAval).join(", ")} do not join along axis ${dimension}; ` +
            "ranks must be equal, and all sizes but that one",
        );
      }
    }
    const length = avals.reduce((total, a) => total + a.shape[dimension], 0);
    const shape = first.shape.map((n, axis) => (axis === dimension ? length : n));
    return [{ ...withShape(first, shape), weakType: avals.every((a) => a.weakType) }];
  },
  jvp: (primals, tangents, { dimension }) => {
    const out = concatenate(primals, dimension);
    if (!tangents.some((t) => !(t instanceof Zero))) return [[out], [new Zero(out.aval)]];
    const dxs = tangents.map((t, i) => (t instanceof Zero ? zerosLike(primals[i]) : t));
    return [[out], [concatenate(dxs, dimension)]];
  },
  transpose: ([ct], operands, { dimension }) => {
    if (ct instanceof Zero) return operands.map(() => null);
    let start = 0;
    return operands.map((x) => {
      const limit = start + x.aval.shape[dimension];
      const part = x instanceof LinearOperand ? sliceAlong(ct, dimension, start, limit) : null;
      start = limit;
      return part;
    });
  },
  batch: (axisSize, operands, axes, { dimension }) => [
    [
      concatenate(
        operands.map((x, i) => materializeBatch(x, axes[i], axisSize)),
        dimension + 1,
      ),
    ],
    [0],
  ],
  lower: {
    kind: "nest",
    emit: (b, operands, [out], { params: { dimension } }) => emitConcatenation(b, operands, out, dimension),
  },
};

/** An operand's part of the output is one run of elements for each index of the axes before `dimension`. */
function emitConcatenation(b: BlockBuilder, operands: readonly View[], out: View, dimension: number): void {
  const rows = sizeOf(out.shape.slice(0, dimension));
  const outRun = sizeOf(out.shape.slice(dimension));
  let start = 0;
  for (const x of operands) {
    const run = sizeOf(x.shape.slice(dimension));
    const begin = i32(start);
    if (run > 0) {
      b.loop(rows, (inRow, row) => {
        inRow.loop(run, (inner, i) => {
          const to = add(add(mul(row, i32(outRun)), begin), i);
          inner.writeFlat(out, to, readFlat(x, add(mul(row, i32(run)), i)));
        });
      });
    }
    start += run;
  }
}

export const concatenate = (operands: readonly NDArray[], dimension: number): NDArray =>
  operands.length === 1 ? operands[0] : bind1(concatenatePrimitive, operands, { dimension });

export const concatenationPrimitives: readonly Primitive[] = [concatenatePrimitive];
