/** Circular and hyperbolic functions and their inverses: floats only, angles in radians. */
import { intrinsic } from "../../ir/expr.js";
import type { Primitive } from "../primitive.js";
import { add, div, mul, neg, sub } from "./arithmetic.js";
import { elementary } from "./elementary.js";
import type { BinaryFunction, UnaryFunction } from "./elementwise.js";
import { binaryFunction, elementwise, unaryFunction } from "./elementwise.js";
import { integerPow, rsqrt, square } from "./power.js";

// circular -----------------------------------------------------------------------------------------------------------

/** dy = dx cos x */
export const sinPrimitive: Primitive = elementary("sin", "sin", (dx, _, [x]) => mul(dx, cos(x)));
export const sin: UnaryFunction = unaryFunction(sinPrimitive);

/** dy = -dx sin x */
export const cosPrimitive: Primitive = elementary("cos", "cos", (dx, _, [x]) => neg(mul(dx, sin(x))));
export const cos: UnaryFunction = unaryFunction(cosPrimitive);

/** dy = dx (1 + y^2) */
export const tanPrimitive: Primitive = elementary("tan", "tan", (dx, y) => mul(dx, add(1, square(y))));
export const tan: UnaryFunction = unaryFunction(tanPrimitive);

/** dy = dx / sqrt(1 - x^2) */
export const asinPrimitive: Primitive = elementary("asin", "asin", (dx, _, [x]) =>
  mul(dx, rsqrt(sub(1, square(x)))),
);
export const asin: UnaryFunction = unaryFunction(asinPrimitive);

/** dy = -dx / sqrt(1 - x^2) */
export const acosPrimitive: Primitive = elementary("acos", "acos", (dx, _, [x]) =>
  mul(dx, neg(rsqrt(sub(1, square(x))))),
);
export const acos: UnaryFunction = unaryFunction(acosPrimitive);

/** dy = dx / (1 + x^2) */
export const atanPrimitive: Primitive = elementary("atan", "atan", (dx, _, [x]) =>
  div(dx, add(1, square(x))),
);
export const atan: UnaryFunction = unaryFunction(atanPrimitive);

/** The angle of the point (x, y), y being the first operand: dz = (x dy - y dx) / (x^2 + y^2) */
export const atan2Primitive: Primitive = elementwise("atan2", {
  accepts: ["float32", "float64"],
  jvp: [
    (dy, _, [y, x]) => mul(dy, div(x, add(square(y), square(x)))),
    (dx, _, [y, x]) => mul(dx, div(neg(y), add(square(y), square(x)))),
  ],
  scalar: (_, [y, x]) => intrinsic("atan2", y, x),
});
export const atan2: BinaryFunction = binaryFunction(atan2Primitive);

// hyperbolic ---------------------------------------------------------------------------------------------------------

/** dy = dx cosh x */
export const sinhPrimitive: Primitive = elementary("sinh", "sinh", (dx, _, [x]) => mul(dx, cosh(x)));
export const sinh: UnaryFunction = unaryFunction(sinhPrimitive);

/** dy = dx sinh x */
export const coshPrimitive: Primitive = elementary("cosh", "cosh", (dx, _, [x]) => mul(dx, sinh(x)));
export const cosh: UnaryFunction = unaryFunction(coshPrimitive);

/** dy = dx (1 + y) (1 - y), in this order: 1 - y^2 would lose digits near y = 1. */
export const tanhPrimitive: Primitive = elementary("tanh", "tanh", (dx, y) =>
  mul(add(dx, mul(dx, y)), sub(1, y)),
);
export const tanh: UnaryFunction = unaryFunction(tanhPrimitive);

/** dy = dx / sqrt(x^2 + 1) */
export const asinhPrimitive: Primitive = elementary("asinh", "asinh", (dx, _, [x]) =>
  mul(dx, rsqrt(add(square(x), 1))),
);
export const asinh: UnaryFunction = unaryFunction(asinhPrimitive);

/** dy = dx / sqrt(x^2 - 1) */
export const acoshPrimitive: Primitive = elementary("acosh", "acosh", (dx, _, [x]) =>
  mul(dx, rsqrt(sub(square(x), 1))),
);
export const acosh: UnaryFunction = unaryFunction(acoshPrimitive);

/** dy = dx / ((1 + x) (1 - x)) */
export const atanhPrimitive: Primitive = elementary("atanh", "atanh", (dx, _, [x]) =>
  mul(integerPow(add(1, x), -1), div(dx, sub(1, x))),
);
export const atanh: UnaryFunction = unaryFunction(atanhPrimitive);

export const trigonometricPrimitives: readonly Primitive[] = [
  sinPrimitive,
  cosPrimitive,
  tanPrimitive,
  asinPrimitive,
  acosPrimitive,
  atanPrimitive,
  atan2Primitive,
  sinhPrimitive,
  coshPrimitive,
  tanhPrimitive,
  asinhPrimitive,
  acoshPrimitive,
  atanhPrimitive,
];
