/** Looking at what tracing sees: makeJaxpr and evalShape. */

import { checkDType, checkInteger } from "../../ir/arguments.js";
import { type Aval, aval } from "../../ir/aval.js";
import type { DType } from "../../ir/dtype.js";
import type { Shape } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import { leafToArray } from "../convert.js";
import type { ClosedJaxpr, Jaxpr } from "../jaxpr.js";
import { showJaxpr } from "../print-jaxpr.js";
import { stage } from "../staging.js";
import { flatten, isLeaf, unflatten } from "../tree.js";
import type { InputArguments } from "../types.js";
import { checkFunction, flatFunction } from "./flat-function.js";

/** The type of an array, in place of one. */
export interface ShapeStruct {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A jaxpr with its constants: prints as JAX's does. */
export interface PrintableJaxpr extends ClosedJaxpr {
  toString(): string;
}

/**
 * The jaxpr that tracing `f` on these arguments gives.
 * Source: jax.make_jaxpr.
 *
 * @example String(makeJaxpr((x) => np.sin(x))(1)) // { lambda ; a:f32[]. let b:f32[] = sin a in (b,) }
 */
export function makeJaxpr<A extends unknown[]>(
  f: (...args: A) => unknown,
): (...args: InputArguments<A>) => PrintableJaxpr {
  checkFunction("makeJaxpr", f);
  return (...args) => {
    const { jaxpr, consts } = traced("makeJaxpr", f, args);
    const text = (): string => showJaxpr(jaxpr);
    return {
      jaxpr,
      consts,
      toString: text,
      ...{ [Symbol.for("nodejs.util.inspect.custom")]: text },
    };
  };
}

/**
 * The types of what `f` returns, without computing anything. Arguments may be `{ shape, dtype }` in place of arrays.
 *
 * Source: jax.eval_shape.
 */
export function evalShape(f: (...args: never[]) => unknown, ...args: readonly unknown[]): unknown {
  checkFunction("evalShape", f);
  const { jaxpr, rebuild } = traced("evalShape", f, args);
  return rebuild(jaxpr.outvars.map(({ aval: { shape, dtype } }): ShapeStruct => ({ shape, dtype })));
}

function traced(
  name: string,
  f: (...args: never[]) => unknown,
  args: readonly unknown[],
): { jaxpr: Jaxpr; consts: NDArray[]; rebuild: (leaves: readonly ShapeStruct[]) => unknown } {
  const [leaves, structure] = flatten(
    args,
    (value) => isLeaf(value) || isShapeStruct(value),
    `${name}: args`,
  );
  const avals = leaves.map(
    (leaf): Aval => (isShapeStruct(leaf) ? structAval(name, leaf) : leafToArray(leaf, name).aval),
  );
  const flat = flatFunction(name, f, structure);
  const { jaxpr, consts } = stage((operands) => flat.call(operands), avals, name);
  return { jaxpr, consts, rebuild: (out) => unflatten(flat.outStructure(), out) };
}

function structAval(name: string, { shape, dtype }: ShapeStruct): Aval {
  for (const n of shape) checkInteger(name, "a size of { shape, dtype }", n, 0);
  checkDType(name, dtype);
  return aval(shape, dtype);
}

const isShapeStruct = (value: unknown): value is ShapeStruct =>
  typeof value === "object" &&
  value !== null &&
  !isLeaf(value) &&
  Object.keys(value).sort().join() === "dtype,shape" &&
  Array.isArray((value as ShapeStruct).shape) &&
  typeof (value as ShapeStruct).dtype === "string";
