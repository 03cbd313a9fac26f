/** Your function as the subject of laws. */
import type { NDArray } from "../autodiff/array.js";
import { flattenArrays } from "../autodiff/convert.js";
import { checkArguments, checkFunction, flatFunction } from "../autodiff/transforms/flat-function.js";
import type { InputArguments } from "../autodiff/types.js";
import { checkInteger } from "../ir/arguments.js";
import { isFloat } from "../ir/dtype.js";
import { ArgumentError } from "../ir/errors.js";
import { elementsOf, withElements } from "./arrays.js";
import { checkArrays } from "./checks.js";
import type { ArraysFunction, Subject } from "./law.js";

/**
 * Your function of trees as the laws' subject, at `args`: its float leaves become float64 inputs, since laws are held to many
 * digits (a float32 array that f closes over does not take them away); the other leaves are constants, outputs that are no
 * floats are left out.
 *
 * @throws ArgumentError when no argument is a float array, or the seed no integer
 * @example pullbackIsAdjoint(subjectOf((params, x) => model(params, x), [params, x]))
 */
export function subjectOf<A extends unknown[]>(
  f: (...args: A) => unknown,
  args: InputArguments<A>,
  seed = 0,
): Subject {
  checkFunction("testing.subjectOf", f);
  checkArguments("testing.subjectOf", "arguments", args);
  checkInteger("testing.subjectOf", "seed", seed);
  const { g, inputs } = floatPart("testing.subjectOf", f, args);
  return { f: g, inputs: inputs.map((x) => withElements(x, elementsOf(x), "float64")), seed };
}

/** f as a function of its float leaves into its float outputs, and those leaves. */
export function floatPart(
  operation: string,
  f: (...args: never[]) => unknown,
  args: readonly unknown[],
): { readonly g: ArraysFunction; readonly inputs: readonly NDArray[] } {
  const [leaves, structure] = flattenArrays(args, `${operation}: args`);
  const floats = leaves.flatMap((x, i) => (isFloat(x.dtype) ? [i] : []));
  if (floats.length === 0) {
    throw new ArgumentError(
      `${operation}: no argument is a float array, so there is nothing to differentiate in; give one`,
    );
  }
  const flat = flatFunction(operation, f, structure);
  const g: ArraysFunction = (xs) => {
    checkArrays(operation, "the float leaves", xs);
    const all = [...leaves];
    floats.forEach((i, k) => {
      all[i] = xs[k];
    });
    return flat.call(all).filter((out) => isFloat(out.dtype));
  };
  return { g, inputs: floats.map((i) => concreteFloat(leaves[i])) };
}

/** A plain number is a weak scalar: moved, it is an array like any other. */
const concreteFloat = (x: NDArray): NDArray => withElements(x, elementsOf(x));
