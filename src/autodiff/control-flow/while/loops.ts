/** The public loops that count or test: whileLoop and foriLoop. */
import { aval, showAval } from "../../../ir/aval.js";
import { ArgumentError, DTypeError } from "../../../ir/errors.js";
import { literal, NDArray } from "../../array.js";
import { flattenArrays, leafToArray } from "../../convert.js";
import { closeConstvars } from "../../jaxpr.js";
import { add } from "../../primitives/arithmetic.js";
import { lt } from "../../primitives/comparison.js";
import { convertElementType } from "../../primitives/conversion.js";
import { stage } from "../../staging.js";
import { bind } from "../../trace.js";
import { eagerOnly } from "../../transforms/disable-jit.js";
import { checkFunction } from "../../transforms/flat-function.js";
import { type TreeStructure, unflatten } from "../../tree.js";
import type { Input, Output } from "../../types.js";
import { initialCarry, settleCarry } from "../carry-types.js";
import { scan } from "../scan/scan.js";
import { whilePrimitive } from "./primitive.js";

/**
 * Repeats `body` on a carry as long as `cond` of it holds. Forward mode passes through; reverse mode throws and says why.
 * Source: jax.lax.while_loop.
 *
 * @example whileLoop((x) => x.less(100), (x) => x.mul(2), 1) // 128
 */
export function whileLoop<C>(
  cond: (carry: C) => NDArray | boolean,
  body: (carry: C) => C,
  init: Input<C>,
): Output<C> {
  checkFunction("whileLoop", cond);
  checkFunction("whileLoop", body);
  const test = cond as (carry: unknown) => unknown; // the carry has the structure of `init`
  const step = body as (carry: unknown) => unknown;
  const carry = initialCarry(init);
  if (eagerOnly()) {
    let value: unknown = unflatten(carry.structure, carry.leaves.map(leafToArray));
    while (scalarBool(test(value)).item() === true) value = step(value);
    return value as Output<C>; // what body returned
  }
  const { init: initial, traced } = settleCarry("whileLoop", carry, (types) => {
    let structureOut: TreeStructure = carry.structure;
    const staged = stage(
      (operands) => {
        const [leaves, structure] = flattenArrays(step(unflatten(carry.structure, operands)));
        structureOut = structure;
        return leaves;
      },
      types,
      "whileLoop",
    );
    return {
      carryOut: staged.jaxpr.outvars.map((v) => v.aval),
      structureOut,
      traced: { body: staged, types },
    };
  });
  const condition = stage(
    (operands) => [scalarBool(test(unflatten(carry.structure, operands)))],
    traced.types,
    "whileLoop",
  );
  const outs = bind(whilePrimitive, [...condition.consts, ...traced.body.consts, ...initial], {
    condJaxpr: closeConstvars(condition.jaxpr),
    condNumConsts: condition.consts.length,
    bodyJaxpr: closeConstvars(traced.body.jaxpr),
    bodyNumConsts: traced.body.consts.length,
  });
  return unflatten(carry.structure, outs) as Output<C>; // the structure it came with
}

function scalarBool(result: unknown): NDArray {
  const [leaves, structure] = flattenArrays(result);
  const [test] = leaves;
  if (structure.kind !== "leaf" || test.ndim !== 0 || test.dtype !== "bool") {
    const what = structure.kind === "leaf" ? showAval(test.aval) : `a tree of ${leaves.length} arrays`;
    throw new DTypeError(`whileLoop: the condition must return one bool scalar, it returned ${what}`);
  }
  return test;
}

/**
 * carry = body(i, carry) for i from `lower` to `upper` - 1. Bounds that are plain numbers make it a scan, differentiable
 * both ways; traced bounds make it a whileLoop.
 * Source: jax.lax.fori_loop.
 *
 * @example foriLoop(0, 10, (i, x) => x.add(i), 0) // 45
 */
export function foriLoop<C>(
  lower: number | NDArray,
  upper: number | NDArray,
  body: (i: NDArray, carry: C) => C,
  init: Input<C>,
): Output<C> {
  checkFunction("foriLoop", body);
  const step = body as (i: NDArray, carry: unknown) => unknown; // the carry has the structure of `init`
  if (typeof lower === "number" && typeof upper === "number") {
    if (!Number.isInteger(lower) || !Number.isInteger(upper)) {
      throw new ArgumentError(`foriLoop: bounds must be whole numbers, got ${lower} and ${upper}`);
    }
    const start = literal(lower, "int32", false);
    const turn = ([i, carry]: [NDArray, unknown]): readonly [[NDArray, unknown], null] => [
      [add(i, 1), step(i, carry)],
      null,
    ];
    const [last] = scan<[NDArray, unknown], null, null>(turn, [start, init], null, {
      length: Math.max(0, upper - lower),
    });
    return last[1] as Output<C>; // the structure of `init`
  }
  const first = bound("lower", lower);
  const limit = bound("upper", upper);
  const [, , result] = whileLoop<[NDArray, NDArray, unknown]>(
    ([i, end]) => lt(i, end),
    ([i, end, carry]) => [add(i, 1), end, step(i, carry)],
    [first, limit, init],
  );
  return result as Output<C>; // the structure of `init`
}

function bound(which: string, value: number | NDArray): NDArray {
  if (typeof value === "number") return literal(value, "int32", false);
  if (!(value instanceof NDArray) || value.ndim !== 0)
    throw new ArgumentError(`foriLoop: ${which} must be a scalar`);
  if (value.dtype === "int32") return value;
  if (value.dtype === "uint32" || value.weakType) return convertElementType(value, "int32");
  throw new DTypeError(`foriLoop: ${which} must be an integer, got ${showAval(aval([], value.dtype))}`);
}
