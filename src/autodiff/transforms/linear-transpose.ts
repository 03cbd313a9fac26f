/** The transpose of a linear function. */
import type { Aval } from "../../ir/aval.js";
import { describeAval } from "../../ir/aval.js";
import { isFloat } from "../../ir/dtype.js";
import { DTypeError } from "../../ir/errors.js";
import { flattenArrays } from "../convert.js";
import { LinearOperand } from "../primitive.js";
import { stage } from "../staging.js";
import { unflatten } from "../tree.js";
import type { InputArguments, Output } from "../types.js";
import { checkArguments, checkFunction, flatFunction } from "./flat-function.js";
import { flattenTangents } from "./linearize.js";
import { backwardPass } from "./transpose.js";
import { instantiate } from "./zeros.js";

/**
 * For a linear f and examples of its arguments (only their types matter): the function ct -> f^T ct, a tuple with one
 * entry an argument.
 * Source: jax.linear_transpose.
 *
 * @throws DifferentiationError when f is not linear.
 * @example linearTranspose((x) => x.mul(3), [1])(2) // [6]
 */
export function linearTranspose<A extends unknown[], R>(
  f: (...args: A) => R,
  examples: InputArguments<A>,
): (cotangent: InputArguments<[R]>[0]) => { [K in keyof A]: Output<A[K]> } {
  checkFunction("linearTranspose", f);
  checkArguments("linearTranspose", "examples", examples);
  const [leaves, structure] = flattenArrays(examples, "linearTranspose: examples");
  for (const x of leaves) {
    if (!isFloat(x.dtype))
      throw new DTypeError(
        `linearTranspose: arguments must be floats, got ${describeAval(x.aval)}; use astype("float32"), or close over it`,
      );
  }
  const avals: Aval[] = leaves.map((x) => x.aval);
  const flat = flatFunction("linearTranspose", f, structure);
  const { jaxpr, consts } = stage((operands) => flat.call(operands), avals, "linearTranspose");
  return (cotangent) => {
    const types = jaxpr.outvars.map((v) => v.aval);
    const cts = flattenTangents("linearTranspose", cotangent, types, flat.outStructure());
    const operands = avals.map((a) => new LinearOperand(a));
    const results = backwardPass(jaxpr, consts, operands, cts).map(instantiate);
    return unflatten(structure, results) as { [K in keyof A]: Output<A[K]> }; // the argument list's structure
  };
}
