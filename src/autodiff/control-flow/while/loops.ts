/** The public loops that count or test: whileLoop and foriLoop. */

import { checkInteger } from "../../../ir/arguments.js";
import { aval, showAval } from "../../../ir/aval.js";
import { describe } from "../../../ir/describe.js";
import { ArgumentError, DTypeError } from "../../../ir/errors.js";
import { literal, NDArray } from "../../array.js";
import { flattenArrays, leafToArray } from "../../convert.js";
import { closeConstvars } from "../../jaxpr.js";
import { add } from "../../primitives/arithmetic.js";
import { lt } from "../../primitives/comparison.js";
import { convertElementType } from "../../primitives/conversion.js";
import { stage } from "../../staging.js";
import { bind } from "../../trace.js";
import { eagerOnly, hostValue } from "../../transforms/disable-jit.js";
import { checkFunction } from "../../transforms/flat-function.js";
import { type TreeStructure, unflatten } from "../../tree.js";
import type { Input, Output } from "../../types.js";
import { asCarry, type InitialCarry, initialCarry, settleCarry } from "../carry-types.js";
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
  const done = eagerOnly() ? runEagerly(test, step, carry) : null;
  if (done !== null) return done.last as Output<C>; // the structure it came with
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
      jaxpr: staged.jaxpr,
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

/**
 * A JavaScript loop: what disableJit asks for; null where the condition is traced. The first turn settles the types of plain
 * numbers, as in scan.
 */
function runEagerly(
  test: (carry: unknown) => unknown,
  step: (carry: unknown) => unknown,
  carry: InitialCarry,
): { readonly last: unknown } | null {
  const holds = (value: unknown): boolean | number | null => hostValue(scalarBool(test(value)));
  const initial = unflatten(
    carry.structure,
    carry.leaves.map((leaf) => leafToArray(leaf)),
  );
  let again = holds(initial);
  if (again === false) return { last: initial };
  if (again === null) return null;
  const { traced: first } = settleCarry("whileLoop", carry, (types) => {
    const start = unflatten(
      carry.structure,
      carry.leaves.map((leaf, i) => asCarry(leaf, types[i])),
    );
    const [leaves, structureOut] = flattenArrays(step(start));
    return {
      jaxpr: null,
      carryOut: leaves.map((x) => x.aval),
      structureOut,
      traced: unflatten(structureOut, leaves),
    };
  });
  let last = first;
  for (again = holds(last); again === true; again = holds(last)) {
    const [leaves, structure] = flattenArrays(step(last));
    last = unflatten(structure, leaves);
  }
  return again === null ? null : { last };
}

function scalarBool(result: unknown): NDArray {
  const [leaves, structure] = flattenArrays(result);
  const [test] = leaves;
  if (structure.kind !== "leaf" || test.ndim !== 0 || test.dtype !== "bool") {
    const what = structure.kind === "leaf" ? showAval(test.aval) : `a tree of ${leaves.length} arrays`;
    throw new DTypeError(
      `whileLoop: the condition must return one bool scalar, it returned ${what}; compare with less or equal, reduce with np.all or np.any`,
    );
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
    checkInteger("foriLoop", "lower", lower, -(2 ** 31), 2 ** 31 - 1); // turns are counted in int32
    checkInteger("foriLoop", "upper", upper, -(2 ** 31), 2 ** 31 - 1);
    if (eagerOnly() && upper <= lower) {
      const [leaves, structure] = flattenArrays(init); // scan would need a turn to know the types of its ys
      return unflatten(structure, leaves) as Output<C>; // the structure of `init`
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
  if (typeof value === "number") {
    checkInteger("foriLoop", which, value, -(2 ** 31), 2 ** 31 - 1);
    return literal(value, "int32", false);
  }
  if (!(value instanceof NDArray) || value.ndim !== 0)
    throw new ArgumentError(
      `foriLoop: ${which} must be an integer or a scalar array, got ${describe(value)}`,
    );
  if (value.dtype === "int32") return value;
  if (value.dtype === "uint32" || value.weakType) return convertElementType(value, "int32");
  throw new DTypeError(
    `foriLoop: ${which} must be an integer, got ${showAval(aval([], value.dtype))}; use astype("int32")`,
  );
}
