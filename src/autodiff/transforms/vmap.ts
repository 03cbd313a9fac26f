/** vmap: a function of examples becomes one of batches. */

import { checkInteger, type OptionKinds, readOptions } from "../../ir/arguments.js";
import { showAval } from "../../ir/aval.js";
import { ArgumentError, ShapeError } from "../../ir/errors.js";
import { insertAt, range } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import { flattenArrays } from "../convert.js";
import type { BatchAxis } from "../primitive.js";
import { broadcastInDim, moveAxis } from "../primitives/sum-and-broadcast.js";
import { broadcastPrefix, leafPaths, type TreeStructure, unflatten } from "../tree.js";
import type { InputArguments, Output } from "../types.js";
import { batchFlat } from "./batching.js";
import { checkFunction, curriedOptions, flatFunction } from "./flat-function.js";

/** Where batch axes lie: a number, null for "not batched", or a tree of those that is a prefix of the arguments. */
export type Axes = number | null | readonly Axes[] | { readonly [key: string]: Axes };

export interface VmapOptions {
  /** One entry for all arguments, or an array with one an argument. Default 0. */
  readonly inAxes?: Axes;
  /** Where the outputs get their batch axis: a prefix of the output. Default 0; null only for what is not batched. */
  readonly outAxes?: Axes;
  /** The size of the batch: needed only when nothing is mapped. */
  readonly axisSize?: number;
}

type Mapped<A extends unknown[], R> = (...args: InputArguments<A>) => Output<R>;

/**
 * Maps a function over batch axes of its arguments: `vmap(f)(xs)[i] = f(xs[i])`, computed on whole batches.
 *
 * Called with options (or axes) alone it returns the transformation: `pipe(f, vmap({ inAxes: [null, 0] }))`.
 * Source: jax.vmap.
 *
 * @throws ShapeError when batch sizes differ, nothing is mapped, or an axis is out of range.
 * @example vmap((x, w) => np.dot(x, w), [0, null])(xs, w) // one product a row
 */
export function vmap<A extends unknown[], R>(f: (...args: A) => R, options: VmapOptions): Mapped<A, R>;
export function vmap<A extends unknown[], R>(
  f: (...args: A) => R,
  inAxes?: number | null | readonly Axes[],
  outAxes?: Axes,
): Mapped<A, R>;
export function vmap(options?: VmapOptions): <A extends unknown[], R>(f: (...args: A) => R) => Mapped<A, R>;
export function vmap(
  inAxes: number | null | readonly Axes[],
  outAxes?: Axes,
): <A extends unknown[], R>(f: (...args: A) => R) => Mapped<A, R>;
export function vmap(first?: unknown, second?: unknown, third?: unknown): unknown {
  if (typeof first !== "function") {
    const options = isAxes(first) ? optionsOf(first, second) : curriedOptions("vmap", first, vmapOptions);
    return (f: unknown) => mapped(f, options);
  }
  return mapped(first, optionsOf(second, third));
}

const isAxes = (value: unknown): boolean =>
  typeof value === "number" || value === null || Array.isArray(value);
const vmapOptions: OptionKinds<VmapOptions> = { inAxes: "any", outAxes: "any", axisSize: "integer" };

/** Second and third argument are axes when the second is a number, null or an array; options otherwise. */
function optionsOf(second: unknown, third: unknown): VmapOptions {
  if (second === undefined) return third === undefined ? {} : { outAxes: third as Axes };
  if (isAxes(second)) {
    const inAxes = second as Axes; // by the overloads
    return third === undefined ? { inAxes } : { inAxes, outAxes: third as Axes };
  }
  return readOptions("vmap", second as VmapOptions, vmapOptions); // by the overloads, and looked at there
}

/** Axis 0 where nothing is said; null is something said. */
const given = (axes: Axes | undefined): Axes => (axes === undefined ? 0 : axes);

const isAxis = (value: unknown): value is number | null => value === null || typeof value === "number";

function mapped(f: unknown, options: VmapOptions): (...args: unknown[]) => unknown {
  checkFunction("vmap", f);
  const call = f as (...args: never[]) => unknown; // checked just above
  return (...args) => {
    const [leaves, structure] = flattenArrays(args, "vmap: args");
    const axes = inputAxes(given(options.inAxes), leaves, structure);
    if (options.axisSize !== undefined) checkInteger("vmap", "axisSize", options.axisSize, 0);
    const axisSize = batchSize(leaves, axes, structure, options.axisSize);
    const flat = flatFunction("vmap", call, structure);
    const [outs, outAxes] = batchFlat(flat.call, axisSize, leaves, axes);
    const outStructure = flat.outStructure();
    const wanted = broadcastPrefix("vmap: outAxes", given(options.outAxes), outStructure, isAxis);
    const placed = outs.map((out, i) => place(out, outAxes[i], wanted[i] as number | null, axisSize)); // isAxis says so
    return unflatten(outStructure, placed);
  };
}

function inputAxes(inAxes: Axes, leaves: readonly NDArray[], structure: TreeStructure): BatchAxis[] {
  const axes = broadcastPrefix("vmap: inAxes", inAxes, structure, isAxis) as (number | null)[]; // isAxis says so
  return axes.map((axis, i) => {
    if (axis === null) return null;
    const { ndim, aval } = leaves[i];
    if (!Number.isInteger(axis) || axis < -ndim || axis >= ndim) {
      throw new ShapeError(
        `vmap: inAxes maps axis ${axis} of args${leafPaths(structure)[i]}, which is ${showAval(aval)} and has ` +
          `${ndim === 0 ? "no axes: use null for what is not mapped" : `axes ${-ndim} to ${ndim - 1}`}`,
      );
    }
    return axis < 0 ? axis + ndim : axis;
  });
}

function batchSize(
  leaves: readonly NDArray[],
  axes: readonly BatchAxis[],
  structure: TreeStructure,
  declared: number | undefined,
): number {
  const sizes = axes.map((axis, i) => (axis === null ? null : leaves[i].shape[axis]));
  const found = [...sizes, declared ?? null].filter((size) => size !== null);
  if (found.length === 0) {
    throw new ArgumentError("vmap: no argument is mapped (all inAxes are null); map one, or give axisSize");
  }
  if (found.some((size) => size !== found[0])) {
    const paths = leafPaths(structure);
    const list = sizes.flatMap((size, i) =>
      size === null
        ? []
        : [`args${paths[i]} has ${size} along axis ${axes[i]} (${showAval(leaves[i].aval)})`],
    );
    const also = declared === undefined ? "" : `; axisSize is ${declared}`;
    throw new ShapeError(
      `vmap: mapped axes must have one size: ${list.join(", ")}${also}; ` +
        "make them equal, or use null in inAxes for what is not mapped",
    );
  }
  return found[0];
}

function place(out: NDArray, axis: BatchAxis, wanted: number | null, axisSize: number): NDArray {
  if (wanted === null) {
    if (axis !== null) {
      throw new ArgumentError(
        "vmap: outAxes is null for an output that depends on a mapped argument; give it an axis",
      );
    }
    return out;
  }
  const ndim = axis === null ? out.ndim + 1 : out.ndim;
  const target = wanted < 0 ? wanted + ndim : wanted;
  if (!Number.isInteger(wanted) || target < 0 || target >= ndim) {
    throw new ShapeError(
      `vmap: outAxes ${wanted} is out of range for an output that has ${ndim} axes with its batch; ` +
        `use an integer from ${-ndim} to ${ndim - 1}`,
    );
  }
  if (axis !== null) return moveAxis(out, axis, target);
  const others = range(ndim).filter((k) => k !== target);
  return broadcastInDim(out, insertAt(out.shape, target, axisSize), others);
}
