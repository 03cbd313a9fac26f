/** The error function erf x = 2/sqrt(pi) * the integral of e^(-t^2) from 0 to x, its complement and its inverse: floats only. */
import type { Primitive } from "../primitive.js";
import { mul, neg } from "./arithmetic.js";
import { elementary, exp } from "./elementary.js";
import type { UnaryFunction } from "./elementwise.js";
import { unaryFunction } from "./elementwise.js";
import { square } from "./power.js";

const twoOverRootPi = 2 / Math.sqrt(Math.PI);

/** y = erf x: dy = 2/sqrt(pi) dx e^(-x^2) */
export const erfPrimitive: Primitive = elementary("erf", "erf", (dx, _, [x]) =>
  mul(twoOverRootPi, mul(dx, exp(neg(square(x))))),
);
export const erf: UnaryFunction = unaryFunction(erfPrimitive);

/** y = 1 - erf x: dy = -2/sqrt(pi) dx e^(-x^2) */
export const erfcPrimitive: Primitive = elementary("erfc", "erfc", (dx, _, [x]) =>
  mul(-twoOverRootPi, mul(dx, exp(neg(square(x))))),
);
export const erfc: UnaryFunction = unaryFunction(erfcPrimitive);

/** x = erf y: dy = sqrt(pi)/2 dx e^(y^2) */
export const erfInvPrimitive: Primitive = elementary("erf_inv", "erfInv", (dx, y) =>
  mul(1 / twoOverRootPi, mul(dx, exp(square(y)))),
);
export const erfInv: UnaryFunction = unaryFunction(erfInvPrimitive);

export const errorFunctionPrimitives: readonly Primitive[] = [erfPrimitive, erfcPrimitive, erfInvPrimitive];
