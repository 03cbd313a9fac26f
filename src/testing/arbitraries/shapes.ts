/** fast-check's arbitraries of shapes. They shrink to fewer axes of fewer elements. */
import fc from "fast-check";
import { checkInteger, type OptionKinds, readOptions } from "../../ir/arguments.js";
import type { Shape } from "../../ir/shape.js";

export interface ShapeOptions {
  /** How many axes. Default 0 to 3. */
  readonly minRank?: number;
  readonly maxRank?: number;
  /** How many elements along an axis. Default 1 to 3; with 0 also shapes without elements. */
  readonly minSize?: number;
  readonly maxSize?: number;
}

const shapeOptions: OptionKinds<ShapeOptions> = {
  minRank: "integer",
  maxRank: "integer",
  minSize: "integer",
  maxSize: "integer",
};

interface Bounds {
  readonly ranks: { readonly minLength: number; readonly maxLength: number };
  readonly sizes: { readonly min: number; readonly max: number };
}

/**
 * Shapes, smallest [].
 *
 * @throws ArgumentError when a bound is no integer, or the upper one is below the lower
 * @example fc.sample(shapes({ minRank: 2, maxRank: 2 }), 1) // [[3, 1]]
 */
export function shapes(options: ShapeOptions = {}): fc.Arbitrary<Shape> {
  const { ranks, sizes } = boundsOf("testing.shapes", options);
  return fc.array(fc.integer(sizes), { ...ranks, size: "max" });
}

/** What broadcasting makes of a shape: leading axes that are left out, and sizes that are 1. */
interface Narrowing {
  readonly dropped: number;
  readonly ones: readonly boolean[];
}

/**
 * Pairs of shapes that broadcast together, as numpy's do: aligned at the last axis, sizes equal or 1. Smallest [] and [].
 *
 * @throws ArgumentError as shapes
 * @example fc.sample(broadcastableShapes(), 1) // [[[3, 1], [2]]]
 */
export function broadcastableShapes(options: ShapeOptions = {}): fc.Arbitrary<readonly [Shape, Shape]> {
  const { ranks, sizes } = boundsOf("testing.broadcastableShapes", options);
  const narrowing: fc.Arbitrary<Narrowing> = fc.record({
    dropped: fc.nat(ranks.maxLength - ranks.minLength),
    ones: fc.array(fc.boolean(), { minLength: ranks.maxLength, maxLength: ranks.maxLength }),
  });
  return fc
    .tuple(fc.array(fc.integer(sizes), { ...ranks, size: "max" }), narrowing, narrowing)
    .map(([whole, first, second]) => {
      const narrowed = ({ dropped, ones }: Narrowing): Shape =>
        whole
          .map((n, axis) => (ones[axis] && sizes.min <= 1 ? 1 : n))
          .slice(Math.min(dropped, whole.length - ranks.minLength));
      return [narrowed(first), narrowed(second)];
    });
}

function boundsOf(operation: string, options: ShapeOptions): Bounds {
  const { minRank = 0, minSize = 1, ...rest } = readOptions(operation, options, shapeOptions);
  const { maxRank = Math.max(3, minRank), maxSize = Math.max(3, minSize) } = rest;
  checkInteger(operation, "minRank", minRank, 0);
  checkInteger(operation, "maxRank", maxRank, minRank);
  checkInteger(operation, "minSize", minSize, 0);
  checkInteger(operation, "maxSize", maxSize, minSize);
  return { ranks: { minLength: minRank, maxLength: maxRank }, sizes: { min: minSize, max: maxSize } };
}
