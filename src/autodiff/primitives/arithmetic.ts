/** Sums, products and quotients: the elementwise primitives that are linear in an operand. */
import type { DType } from "../../ir/dtype.js";
import { DifferentiationError } from "../../ir/errors.js";
import * as e from "../../ir/expr.js";
import { LinearOperand, type Primitive } from "../primitive.js";
import type { BinaryFunction, UnaryFunction } from "./elementwise.js";
import {
  addAny,
  binaryFunction,
  cotangentTo,
  elementwise,
  known,
  stretch,
  unaryFunction,
} from "./elementwise.js";

const numbers: readonly DType[] = ["float32", "float64", "int32", "uint32"];

/** y = -x */
export const negPrimitive: Primitive = elementwise("neg", {
  accepts: numbers,
  jvp: [(dx) => neg(dx)],
  transpose: ([ct], [x]) => [cotangentTo(x, ct, neg)],
  scalar: (_, [x]) => e.neg(x),
});
export const neg: UnaryFunction = unaryFunction(negPrimitive);

/** z = x + y, linear in both together: dz = dx + dy, and each operand's cotangent is z's, summed where it stretched. */
export const addPrimitive: Primitive = elementwise("add", {
  accepts: numbers,
  jvp: [(dx, z) => stretch(dx, z.shape), (dy, z) => stretch(dy, z.shape)],
  transpose: ([ct], operands) => operands.map((x) => cotangentTo(x, ct, (c) => c)),
  scalar: (_, [x, y]) => e.add(x, y),
});
export const add: BinaryFunction = binaryFunction(addPrimitive);

/** z = x - y */
export const subPrimitive: Primitive = elementwise("sub", {
  accepts: numbers,
  jvp: [(dx, z) => stretch(dx, z.shape), (dy, z) => stretch(neg(dy), z.shape)],
  transpose: ([ct], [x, y]) => [cotangentTo(x, ct, (c) => c), cotangentTo(y, ct, neg)],
  scalar: (_, [x, y]) => e.sub(x, y),
});
export const sub: BinaryFunction = binaryFunction(subPrimitive);

/** z = x y: dz = dx y + x dy. Bilinear: transposed with respect to one operand, the other known. */
export const mulPrimitive: Primitive = elementwise("mul", {
  accepts: numbers,
  jvp: [(dx, _, [, y]) => mul(dx, y), (dy, _, [x]) => mul(x, dy)],
  transpose: ([ct], [x, y]) => [
    cotangentTo(x, ct, (c) => mul(c, known(y))),
    cotangentTo(y, ct, (c) => mul(known(x), c)),
  ],
  scalar: (_, [x, y]) => e.mul(x, y),
});
export const mul: BinaryFunction = binaryFunction(mulPrimitive);

/** z = x / y: dz = dx / y - (z / y) dy. Linear in x alone. Integers divide as LoopIR says, towards zero. */
export const divPrimitive: Primitive = elementwise("div", {
  accepts: numbers,
  jvp: [(dx, _, [, y]) => div(dx, y), (dy, z, [, y]) => mul(neg(div(z, y)), dy)],
  transpose: ([ct], [x, y]) => {
    if (y instanceof LinearOperand) {
      throw new DifferentiationError(
        "div is not linear in its denominator, so it has no transpose; use vjp, which differentiates it",
      );
    }
    return [cotangentTo(x, ct, (c) => div(c, y)), null];
  },
  scalar: (_, [x, y]) => e.div(x, y),
});
export const div: BinaryFunction = binaryFunction(divPrimitive);

/** The sum of two tangents: accumulation, not the user's addition. */
export { addAny };
