/** associativeScan: all prefixes of an associative operation, in a tree of depth log n instead of a chain of length n. */

import { type OptionKinds, readOptions } from "../../../ir/arguments.js";
import { describeAval } from "../../../ir/aval.js";
import { ArgumentError, ShapeError } from "../../../ir/errors.js";
import { canonicalAxis, sameShape } from "../../../ir/shape.js";
import type { NDArray } from "../../array.js";
import { flattenArrays } from "../../convert.js";
import { type Combine, prefixScan } from "../../primitives/associative.js";
import { rev } from "../../primitives/windowing.js";
import { checkFunction } from "../../transforms/flat-function.js";
import { sameStructure, showStructure, unflatten } from "../../tree.js";
import type { Input, Output } from "../../types.js";

export interface AssociativeScanOptions {
  /** Suffixes instead of prefixes. */
  readonly reverse?: boolean;
  /** The axis to scan over. Default 0. */
  readonly axis?: number;
}

const associativeOptions: OptionKinds<AssociativeScanOptions> = { reverse: "boolean", axis: "integer" };

/**
 * out[i] = x[0] o x[1] o ... o x[i] along an axis. `f` works on whole slices at once: it must be elementwise along the axis.
 * Source: jax.lax.associative_scan; Blelloch, "Prefix sums and their applications" (1990).
 *
 * @throws ShapeError when the leaves differ in length, or f changes shapes.
 * @example associativeScan((a, b) => a.add(b), np.array([1, 2, 3])) // [1, 3, 6]
 */
export function associativeScan<T>(
  f: (left: T, right: T) => T,
  xs: Input<T>,
  options: AssociativeScanOptions = {},
): Output<T> {
  checkFunction("associativeScan", f);
  const combineTrees = f as (left: unknown, right: unknown) => unknown; // both have the structure of xs
  const [leaves, structure] = flattenArrays(xs, "associativeScan: xs");
  if (leaves.length === 0)
    throw new ArgumentError("associativeScan: xs holds no array; give one, or a tree of them");
  const { reverse = false, axis: along = 0 } = readOptions("associativeScan", options, associativeOptions);
  const axis = canonicalAxis("associativeScan", along, leaves[0].ndim);
  const lengths = leaves.map((x) => x.shape[axis]);
  if (lengths.some((n) => n !== lengths[0])) {
    throw new ShapeError(
      `associativeScan: leaves differ in length along axis ${axis}: ${leaves.map((x) => describeAval(x.aval)).join(", ")}; ` +
        "give them one length",
    );
  }
  const combine: Combine = (left, right) => {
    const [outs, found] = flattenArrays(
      combineTrees(unflatten(structure, left), unflatten(structure, right)),
    );
    if (!sameStructure(found, structure)) {
      throw new ArgumentError(
        `associativeScan: f takes ${showStructure(structure)} and returned ${showStructure(found)}; it must return the same`,
      );
    }
    outs.forEach((out, i) => {
      if (sameShape(out.shape, left[i].shape)) return;
      throw new ShapeError(
        `associativeScan: f takes ${describeAval(left[i].aval)} and returned ${describeAval(out.aval)}; it works on whole ` +
          "slices at once, and must keep their shape",
      );
    });
    return outs;
  };
  const flip = (list: readonly NDArray[]): readonly NDArray[] => list.map((x) => rev(x, [axis]));
  const outs = reverse ? flip(prefixScan(combine, flip(leaves), axis)) : prefixScan(combine, leaves, axis);
  return unflatten(structure, outs) as Output<T>; // the structure it came with
}
