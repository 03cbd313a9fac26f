/** Making symbolic zeros real, and adding what may be zero. */
import type { Aval } from "../../ir/aval.js";
import type { NDArray } from "../array.js";
import { type Tangent, Zero } from "../primitive.js";
import { full } from "../primitives/creation.js";
import { addAny } from "../primitives/elementwise.js";

/** An array of zeros of this type. */
export const zerosOf = (type: Aval): NDArray => full(type.shape, 0, type.dtype, type.weakType);

export const instantiate = (t: Tangent): NDArray => (t instanceof Zero ? zerosOf(t.aval) : t);

export const addTangents = (x: Tangent, y: Tangent): Tangent =>
  x instanceof Zero ? y : y instanceof Zero ? x : addAny(x, y);
