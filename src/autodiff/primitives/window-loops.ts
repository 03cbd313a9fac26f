/** The loops of gather and scatter: over the elements of all windows, in the order in which output or updates lie. */
import type { BlockBuilder, View } from "../../ir/block-builder.js";
import { read } from "../../ir/block-builder.js";
import type { Expr, LoopKind } from "../../ir/loop-ir.js";
import type { Shape } from "../../ir/shape.js";
import { dropAxes, range } from "../../ir/shape.js";
import type { GatherDimensionNumbers, IndexMode } from "./index-geometry.js";
import { elementInWindow, windowStart } from "./index-geometry.js";

/** What a gather reads or a scatter writes. */
export interface Windows {
  readonly dims: GatherDimensionNumbers;
  readonly sliceSizes: readonly number[];
  readonly mode: IndexMode;
  /** The array that the windows are in. */
  readonly operand: Shape;
  readonly indices: View;
  /** The shape of the gather's output, of the scatter's updates. */
  readonly moved: Shape;
}

/**
 * Calls `inside` for each element of the windows that fit (after clipping, all of them) with its index in the output or
 * updates and in the operand, and `outside` (if there is anything to do) for each of the others. A window's start is computed once, as soon as the loops around know the window. `kindOf` says of which kind the
 * loop over an axis of the indices is.
 */
export function emitWindowLoops(
  b: BlockBuilder,
  windows: Windows,
  kindOf: (axis: number) => LoopKind["kind"],
  inside: (b: BlockBuilder, moved: readonly Expr[], operand: readonly Expr[]) => void,
  outside: ((b: BlockBuilder, moved: readonly Expr[]) => void) | null,
): void {
  const { dims, sliceSizes, mode, operand, indices, moved } = windows;
  const positionAxes = dropAxes(range(moved.length), dims.offsetDims);
  const loopsFrom = (outer: BlockBuilder, index: readonly Expr[], end: number, body: typeof leaf): void => {
    const axis = index.length;
    if (axis === end) {
      body(outer, index);
      return;
    }
    const position = positionAxes.indexOf(axis);
    outer.loop(
      moved[axis],
      (inner, i) => loopsFrom(inner, [...index, i], end, body),
      position < 0 ? "parallel" : kindOf(position),
    );
  };
  const leaf = (outer: BlockBuilder, index: readonly Expr[]): void => {
    const position = positionAxes.map((axis) => index[axis]);
    const readIndex = (at: readonly Expr[]): Expr => outer.local(read(indices, at));
    const { start, fits } = windowStart(position, readIndex, operand, dims, sliceSizes, mode);
    const emitInside = (inner: BlockBuilder): void => {
      const named = start.map((s) => (s.kind === "const" || s.kind === "var" ? s : inner.local(s)));
      loopsFrom(inner, index, moved.length, (at, whole) => {
        const offset = dims.offsetDims.map((axis) => whole[axis]);
        inside(at, whole, elementInWindow(named, offset, dims));
      });
    };
    if (fits === null) emitInside(outer);
    else if (outside === null) outer.if(fits, emitInside);
    else outer.if(fits, emitInside, (inner) => loopsFrom(inner, index, moved.length, outside));
  };
  loopsFrom(b, [], Math.max(-1, ...positionAxes) + 1, leaf);
}
