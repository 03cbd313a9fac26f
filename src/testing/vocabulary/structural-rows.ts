/** Rows of the primitives that move elements about without looking at them. */
import { literal } from "../../autodiff/array.js";
import { concatenate } from "../../autodiff/primitives/concatenation.js";
import { broadcastInDim, reshape, transpose } from "../../autodiff/primitives/sum-and-broadcast.js";
import { type PaddingOfAxis, pad, rev, slice } from "../../autodiff/primitives/windowing.js";
import type { Shape } from "../../ir/shape.js";
import { insertAt, range, sameShape, sizeOf } from "../../ir/shape.js";
import { type Draft, usual } from "./draft.js";
import { hull, list, type Row } from "./row.js";

/** All of 0 ... n - 1, in some order. */
function permutation(draft: Draft, n: number): number[] {
  const left = range(n).reverse();
  return range(n).map(() => left.splice(draft.choose(left.length), 1)[0]);
}

/** Some of 0 ... n - 1, ascending, at least one. */
export function someAxes(draft: Draft, n: number): number[] {
  const first = draft.choose(n);
  return range(n).filter((axis) => axis === first || draft.flag());
}

const reshapeRow: Row = {
  name: "reshape",
  plan: (draft) => {
    const x = draft.into(draft.any(), usual);
    const shape = draft.shape(x);
    const wanted = otherShape(draft, shape);
    const to = sameShape(wanted, shape) ? [1, ...shape] : wanted;
    return {
      operands: [x],
      shape: to,
      interval: draft.interval(x),
      apply: ([a]) => reshape(a, to),
      text: ([a]) => `lax.reshape(${a}, ${list(to)})`,
    };
  },
};

/** Flat; with an axis of size 1 more; axes of size 1 dropped; or two axes merged. */
function otherShape(draft: Draft, shape: Shape): Shape {
  switch (draft.choose(4)) {
    case 0:
      return [sizeOf(shape)];
    case 1:
      return insertAt(shape, draft.choose(shape.length + 1), 1);
    case 2:
      return shape.filter((n) => n !== 1);
    default:
      return shape.length < 2 ? [1, ...shape] : [shape[0] * shape[1], ...shape.slice(2)];
  }
}

const transposeRow: Row = {
  name: "transpose",
  plan: (draft) => {
    const x = draft.into(draft.any(2), usual);
    const shape = draft.shape(x);
    const wanted = permutation(draft, shape.length);
    const order = wanted.every((axis, i) => axis === i) ? [...wanted].reverse() : wanted;
    return {
      operands: [x],
      shape: order.map((axis) => shape[axis]),
      interval: draft.interval(x),
      apply: ([a]) => transpose(a, order),
      text: ([a]) => `lax.transpose(${a}, ${list(order)})`,
    };
  },
};

const broadcastRow: Row = {
  name: "broadcast_in_dim",
  plan: (draft) => {
    const x = draft.into(draft.any(), usual);
    const { sizeLimit } = draft.style;
    const from = draft.shape(x);
    const place = draft.choose(from.length + 1);
    const fits = (n: number): number => (n * sizeOf(from) <= sizeLimit ? n : 1);
    const added = insertAt(from, place, fits(draft.oneOf([2, 3, 1])));
    const dimensions = range(added.length).filter((axis) => axis !== place);
    // One axis of size 1 is stretched as well.
    const stretched = added.findIndex((n, axis) => n === 1 && axis !== place);
    const to = added.map((n, axis) => (axis === stretched && 2 * sizeOf(added) <= sizeLimit ? 2 : n));
    return {
      operands: [x],
      shape: to,
      interval: draft.interval(x),
      apply: ([a]) => broadcastInDim(a, to, dimensions),
      text: ([a]) => `lax.broadcastInDim(${a}, ${list(to)}, ${list(dimensions)})`,
    };
  },
};

const sliceRow: Row = {
  name: "slice",
  plan: (draft) => {
    const x = draft.into(
      draft.value(
        (s) => sizeOf(s) > 1,
        () => [3, 2],
      ),
      usual,
    );
    const shape = draft.shape(x);
    const starts = shape.map((n) => draft.choose(n));
    if (!starts.some((start) => start !== 0)) starts[shape.findIndex((n) => n > 1)] = 1;
    const limits = shape.map((n, axis) => n - draft.choose(n - starts[axis]));
    const strides = draft.flag() ? shape.map(() => 1 + draft.choose(2)) : null;
    const size = (axis: number): number => Math.ceil((limits[axis] - starts[axis]) / (strides?.[axis] ?? 1));
    return {
      operands: [x],
      shape: range(shape.length).map(size),
      interval: draft.interval(x),
      apply: ([a]) => slice(a, starts, limits, strides),
      text: ([a]) =>
        `lax.slice(${a}, ${list(starts)}, ${list(limits)}${strides === null ? "" : `, ${list(strides)}`})`,
    };
  },
};

const unpadded: PaddingOfAxis = [0, 0, 0];
const paddings: readonly PaddingOfAxis[] = [
  [1, 0, 0],
  [0, 2, 0],
  [1, 1, 1],
  [-1, 1, 0],
  [1, -1, 1],
];

const padRow: Row = {
  name: "pad",
  plan: (draft) => {
    const x = draft.into(draft.solid(1), usual);
    const shape = draft.shape(x);
    const isLiteral = draft.flag();
    const value = isLiteral
      ? []
      : [
          draft.into(
            draft.value(
              (s) => s.length === 0,
              () => [],
            ),
            usual,
          ),
        ];
    let size = sizeOf(shape);
    const padded = draft.choose(shape.length);
    const config = shape.map((n, axis): PaddingOfAxis => {
      const wanted = draft.oneOf(axis === padded ? paddings : [unpadded, ...paddings]);
      const [low, high, interior] = wanted;
      const length = n + (n - 1) * interior + low + high;
      if (length < 1 || (size / n) * length > draft.style.sizeLimit) return unpadded;
      size = (size / n) * length;
      return wanted;
    });
    return {
      operands: [x, ...value],
      shape: shape.map((n, axis) => n + (n - 1) * config[axis][2] + config[axis][0] + config[axis][1]),
      interval: hull(draft.interval(x), isLiteral ? [0.25, 0.25] : usual),
      apply: ([a, v]) => pad(a, v ?? literal(0.25, "float64"), config),
      text: ([a, v]) => `lax.pad(${a}, ${v ?? 0.25}, ${JSON.stringify(config)})`,
    };
  },
};

const revRow: Row = {
  name: "rev",
  plan: (draft) => {
    const x = draft.into(draft.any(1), usual);
    const axes = someAxes(draft, draft.shape(x).length);
    return {
      operands: [x],
      shape: draft.shape(x),
      interval: draft.interval(x),
      apply: ([a]) => rev(a, axes),
      text: ([a]) => `lax.rev(${a}, ${list(axes)})`,
    };
  },
};

const concatenateRow: Row = {
  name: "concatenate",
  plan: (draft) => {
    const first = draft.into(draft.solid(1), usual);
    const shape = draft.shape(first);
    const axis = draft.choose(shape.length);
    const parts = [first];
    let length = shape[axis];
    const rest = sizeOf(shape) / shape[axis];
    for (let left = 1 + draft.choose(2); left > 0; left--) {
      const next = draft.value(
        (s) => s.length === shape.length && s.every((n, k) => k === axis || n === shape[k]),
        () => shape.map((n, k) => (k === axis ? draft.oneOf([1, 2]) : n)),
      );
      if (parts.length > 1 && rest * (length + draft.shape(next)[axis]) > draft.style.sizeLimit) break;
      parts.push(draft.into(next, usual));
      length += draft.shape(next)[axis];
    }
    return {
      operands: parts,
      shape: shape.map((n, k) => (k === axis ? length : n)),
      interval: hull(...parts.map((part) => draft.interval(part))),
      apply: (xs) => concatenate(xs, axis),
      text: (names) => `lax.concatenate([${names.join(", ")}], ${axis})`,
    };
  },
};

export const structuralRows: readonly Row[] = [
  reshapeRow,
  transposeRow,
  broadcastRow,
  sliceRow,
  padRow,
  revRow,
  concatenateRow,
];
