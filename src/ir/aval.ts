/** An abstract value: what tracing knows of an array. `weakType` marks what came from plain numbers. */
import type { DType } from "./dtype.js";
import { shortName } from "./dtype.js";
import type { Shape } from "./shape.js";
import { sameShape } from "./shape.js";

export interface Aval {
  readonly shape: Shape;
  readonly dtype: DType;
  readonly weakType: boolean;
}

export const aval = (shape: Shape, dtype: DType, weakType = false): Aval => ({ shape, dtype, weakType });

/** As in a jaxpr: `f32[2,3]`; weak types look alike, as in JAX. */
export const showAval = (a: Aval): string => `${shortName[a.dtype]}[${a.shape.join(",")}]`;

/** As in an error message: a weak type is marked. */
export const describeAval = (a: Aval): string => showAval(a) + (a.weakType ? " (weak)" : "");

/** Equal shape and dtype; weakness is not compared. */
export const sameType = (x: Aval, y: Aval): boolean => x.dtype === y.dtype && sameShape(x.shape, y.shape);

export const sameAval = (x: Aval, y: Aval): boolean => sameType(x, y) && x.weakType === y.weakType;

/** The type of `a` with another shape. */
export const withShape = (a: Aval, shape: Shape): Aval => ({ ...a, shape });

/** The aval of one slice along the first axis. */
export const unstackedAval = (a: Aval): Aval => ({ ...a, shape: a.shape.slice(1) });

/** The aval of `length` such values stacked along a new first axis. */
export const stackedAval = (length: number, a: Aval): Aval => ({ ...a, shape: [length, ...a.shape] });
