/**
 * The scatters that do not add: scatter (the last update wins), scatter_mul, scatter_min, scatter_max. Their derivatives
 * stand on gather and scatter_add.
 */
import type { DType } from "../../ir/dtype.js";
import { DifferentiationError } from "../../ir/errors.js";
import { max, min, mul as times } from "../../ir/expr.js";
import type { Expr } from "../../ir/loop-ir.js";
import { range, sizeOf } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import type { JvpRule, Primitive, Tangent } from "../primitive.js";
import { LinearOperand, notLinear, Zero } from "../primitive.js";
import { bind1 } from "../trace.js";
import { div, mul } from "./arithmetic.js";
import { eq, ne, or } from "./comparison.js";
import { full, iota, onesLike, zerosLike } from "./creation.js";
import { addAny, known } from "./elementwise.js";
import { gatherWindows, scatterAdd } from "./gather.js";
import type { ScatterFunction, ScatterParams } from "./scatter-rules.js";
import { isUnique, scatterFunction, scatterPrimitiveOf } from "./scatter-rules.js";
import { select } from "./selection.js";
import { broadcastTo, reshape } from "./sum-and-broadcast.js";

const numbers: readonly DType[] = ["float32", "float64", "int32", "uint32"];
const all: readonly DType[] = [...numbers, "bool"];

// scatter ------------------------------------------------------------------------------------------------------------

/**
 * out = x with windows replaced; of updates to one place the last wins. That order is fixed, so the function is linear in x
 * and updates together and its tangent is itself (JAX, where any may win, must mask the losers first).
 */
export const scatterPrimitive: Primitive<ScatterParams> = scatterPrimitiveOf("scatter", {
  accepts: all,
  combine: (_, update) => update,
  jvp: ([x, indices, updates], [dx, , dupdates], params) => {
    const out = bind1(scatterPrimitive, [x, indices, updates], params);
    if (dx instanceof Zero && dupdates instanceof Zero) return [[out], [new Zero(out.aval)]];
    const operands = [
      dx instanceof Zero ? zerosLike(x) : dx,
      indices,
      dupdates instanceof Zero ? zerosLike(updates) : dupdates,
    ];
    return [[out], [bind1(scatterPrimitive, operands, params)]];
  },
  transpose: ([ct], [x, indicesOperand, updates], params) => {
    if (ct instanceof Zero) return [null, null, null];
    const indices = known(indicesOperand);
    const covered = zerosLike(ct, updates.aval.shape);
    const ctX = x instanceof LinearOperand ? bind1(scatterPrimitive, [ct, indices, covered], params) : null;
    return [ctX, null, updates instanceof LinearOperand ? ctOfUpdates(ct, indices, updates, params) : null];
  },
});

export const scatter: ScatterFunction = scatterFunction(scatterPrimitive);

/** The cotangent at the place of each update that is still there in the end; 0 for those that a later one replaced. */
function ctOfUpdates(ct: NDArray, indices: NDArray, updates: LinearOperand, params: ScatterParams): NDArray {
  const gathered = gatherWindows(ct, indices, updates, params);
  if (isUnique(indices, params)) return gathered;
  // Each window writes its number; where it can still be read, it won.
  const { shape } = updates.aval;
  const { updateWindowDims } = params.dimensionNumbers;
  const numbered = range(shape.length).map((axis) => (updateWindowDims.includes(axis) ? 1 : shape[axis]));
  const ids = broadcastTo(reshape(iota("int32", [sizeOf(numbered)]), numbered), shape);
  const winners = bind1(scatterPrimitive, [full(ct.shape, -1, "int32"), indices, ids], params);
  return select(eq(ids, gatherWindows(winners, indices, updates, params)), gathered, 0);
}

// scatter_mul --------------------------------------------------------------------------------------------------------

const refuseDuplicates = (indices: NDArray, params: ScatterParams): void => {
  if (!isUnique(indices, params)) {
    throw new DifferentiationError(
      "scatterMul has a derivative with respect to its updates only with uniqueIndices: true, the promise that no two " +
        "updates meet",
    );
  }
};

/** out = x times each update at its place: dout = dx * updates + x * dupdates there. Linear in x. */
export const scatterMulPrimitive: Primitive<ScatterParams> = scatterPrimitiveOf("scatter-mul", {
  accepts: numbers,
  combine: times,
  jvp: ([x, indices, updates], [dx, , dupdates], params) => {
    const out = bind1(scatterMulPrimitive, [x, indices, updates], params);
    let dout: Tangent = new Zero(out.aval);
    if (!(dx instanceof Zero)) dout = bind1(scatterMulPrimitive, [dx, indices, updates], params);
    if (!(dupdates instanceof Zero)) {
      refuseDuplicates(indices, params);
      const term = mul(x, scatterAdd(zerosLike(x), indices, dupdates, params.dimensionNumbers, params));
      dout = dout instanceof Zero ? term : addAny(dout, term);
    }
    return [[out], [dout]];
  },
  transpose: ([ct], [x, indicesOperand, updates], params) => {
    if (ct instanceof Zero) return [null, null, null];
    const indices = known(indicesOperand);
    if (x instanceof LinearOperand) {
      return [bind1(scatterMulPrimitive, [ct, indices, known(updates)], params), null, null];
    }
    if (!(updates instanceof LinearOperand)) return [null, null, null];
    refuseDuplicates(indices, params);
    return [null, null, gatherWindows(mul(ct, x), indices, updates, params)];
  },
});

export const scatterMul: ScatterFunction = scatterFunction(scatterMulPrimitive);

// scatter_min, scatter_max -------------------------------------------------------------------------------------------

/** The tangent of an extreme value is the mean of the tangents of all that attain it: the operand's and the updates'. */
const extremalJvp =
  (primitive: () => Primitive<ScatterParams>): JvpRule<ScatterParams> =>
  ([x, indices, updates], [dx, , dupdates], params) => {
    const out = bind1(primitive(), [x, indices, updates], params);
    if (dx instanceof Zero && dupdates instanceof Zero) return [[out], [new Zero(out.aval)]];
    const isKept = or(eq(x, out), ne(x, x)); // a NaN that is there stays
    const attains = eq(updates, gatherWindows(out, indices, updates, params));
    const countKept = select(isKept, onesLike(x), 0);
    const countAttaining = select(attains, onesLike(updates), 0);
    const scattered = (start: NDArray, terms: NDArray): NDArray =>
      scatterAdd(start, indices, terms, params.dimensionNumbers, params);
    const share = div(1, scattered(countKept, countAttaining));
    const kept = dx instanceof Zero ? zerosLike(x) : mul(dx, select(isKept, share, 0));
    if (dupdates instanceof Zero) return [[out], [kept]];
    const weights = select(attains, gatherWindows(share, indices, updates, params), 0);
    return [[out], [scattered(kept, mul(dupdates, weights))]];
  };

const extremal = (name: string, combine: (old: Expr, update: Expr) => Expr): Primitive<ScatterParams> => {
  const self: Primitive<ScatterParams> = scatterPrimitiveOf(name, {
    accepts: all,
    combine,
    jvp: extremalJvp(() => self),
    transpose: notLinear(`${name} is not linear`),
  });
  return self;
};

/** out = x, and each place the least of what was there and the updates to it. */
export const scatterMinPrimitive: Primitive<ScatterParams> = extremal("scatter-min", min);
export const scatterMin: ScatterFunction = scatterFunction(scatterMinPrimitive);

/** out = x, and each place the largest of what was there and the updates to it. */
export const scatterMaxPrimitive: Primitive<ScatterParams> = extremal("scatter-max", max);
export const scatterMax: ScatterFunction = scatterFunction(scatterMaxPrimitive);

export const scatterPrimitives: readonly Primitive[] = [
  scatterPrimitive,
  scatterMulPrimitive,
  scatterMinPrimitive,
  scatterMaxPrimitive,
];
