/** Making symbolic zeros real, and adding what may be zero. */
import type { Aval } from "../../ir/aval.js";
import { literal, type NDArray } from "../array.js";
import { type Tangent, Zero } from "../primitive.js";
import { addAny } from "../primitives/elementwise.js";
import { broadcastInDim } from "../primitives/sum-and-broadcast.js";

/** An array of zeros of this type. */
export const zerosOf = (type: Aval): NDArray => full(type, 0);

/** An array of this type whose elements all are `value`. */
export const full = (type: Aval, value: number): NDArray =>
  broadcastInDim(literal(value, type.dtype, type.weakType), type.shape, []);

export const instantiate = (t: Tangent): NDArray => (t instanceof Zero ? zerosOf(t.aval) : t);

export const addTangents = (x: Tangent, y: Tangent): Tangent =>
  x instanceof Zero ? y : y instanceof Zero ? x : addAny(x, y);
