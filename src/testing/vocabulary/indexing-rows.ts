/**
 * Rows of the primitives that read and write at computed places. Places are numbers of the program's text, out of range too,
 * or come from a value: then a batch has other places for each example.
 */
import type { NDArray } from "../../autodiff/array.js";
import { literal } from "../../autodiff/array.js";
import { add } from "../../autodiff/primitives/arithmetic.js";
import { convertElementType } from "../../autodiff/primitives/conversion.js";
import { dynamicSlice, dynamicUpdateSlice } from "../../autodiff/primitives/dynamic-slice.js";
import { gather, scatterAdd } from "../../autodiff/primitives/gather.js";
import type { IndexMode } from "../../autodiff/primitives/index-geometry.js";
import { floor } from "../../autodiff/primitives/rounding-and-sign.js";
import { scatter, scatterMax, scatterMin, scatterMul } from "../../autodiff/primitives/scatter.js";
import type { ScatterFunction } from "../../autodiff/primitives/scatter-rules.js";
import { broadcastInDim } from "../../autodiff/primitives/sum-and-broadcast.js";
import { spelled } from "../../ir/arguments.js";
import type { Shape } from "../../ir/shape.js";
import { dropAxes, insertAt, range, sizeOf } from "../../ir/shape.js";
import { int32Array } from "../arrays.js";
import type { Interval, Ref } from "../program.js";
import { type Draft, usual } from "./draft.js";
import { hull, list, placeText, type Row, times } from "./row.js";

/** A place from a value's floor: it jumps where the value passes a whole number, and has no derivative elsewhere. */
const placeOf = (x: NDArray, offset: number): NDArray => convertElementType(floor(add(x, offset)), "int32");

/** Sometimes a scalar that places depend on. */
function driver(draft: Draft): Ref[] {
  if (!draft.flag()) return [];
  return [
    draft.into(
      draft.value(
        (s) => s.length === 0,
        () => [],
      ),
      usual,
    ),
  ];
}

// windows at one place -----------------------------------------------------------------------------------------------

/** Starts along each axis: the first depends on the driver. */
const startsAt = (places: readonly number[], drive: NDArray | undefined): NDArray[] =>
  places.map((place, axis) =>
    axis === 0 && drive !== undefined ? placeOf(drive, place + 0.5) : literal(place, "int32", false),
  );

/** The public functions count negative starts from the end, as JAX's do; the primitive moves windows inside. */
const showStarts = (places: readonly number[], drive: string | undefined): string => {
  const inside = places.map((place) => String(Math.max(place, 0)));
  if (drive === undefined) return `[${inside.join(", ")}]`;
  const first = `np.maximum(${placeText(drive, places[0] + 0.5)}, 0)`;
  return `[${[first, ...inside.slice(1)].join(", ")}]`;
};

const dynamicSliceRow: Row = {
  name: "dynamic_slice",
  plan: (draft) => {
    const x = draft.into(draft.solid(1), usual);
    const shape = draft.shape(x);
    const sizes = shape.map((n) => 1 + draft.choose(n));
    const places = shape.map(() => draft.oneOf([0, 1, 2, -1]));
    const drive = driver(draft);
    return {
      operands: [x, ...drive],
      shape: sizes,
      interval: draft.interval(x),
      apply: ([a, d]) => dynamicSlice(a, startsAt(places, d), sizes),
      text: ([a, d]) => `lax.dynamicSlice(${a}, ${showStarts(places, d)}, ${list(sizes)})`,
    };
  },
};

const dynamicUpdateSliceRow: Row = {
  name: "dynamic_update_slice",
  plan: (draft) => {
    const x = draft.into(draft.solid(1), usual);
    const shape = draft.shape(x);
    const update = draft.into(
      draft.value(
        (s) => s.length === shape.length && s.every((n, axis) => n <= shape[axis]),
        () => shape.map((n) => 1 + draft.choose(n)),
      ),
      usual,
    );
    const places = shape.map(() => draft.oneOf([0, 1, 2, -1]));
    const drive = driver(draft);
    return {
      operands: [x, update, ...drive],
      shape,
      interval: hull(draft.interval(x), draft.interval(update)),
      apply: ([a, u, d]) => dynamicUpdateSlice(a, u, startsAt(places, d)),
      text: ([a, u, d]) => `lax.dynamicUpdateSlice(${a}, ${u}, ${showStarts(places, d)})`,
    };
  },
};

// windows at many places ---------------------------------------------------------------------------------------------

/** Places along one axis, and how windows lie: whole along the other axes, `width` long along this one. */
interface Places {
  readonly axis: number;
  readonly width: number;
  readonly places: readonly number[];
  readonly mode: IndexMode;
}

function choosePlaces(draft: Draft, shape: Shape, distinct: boolean): Places {
  const axis = draft.choose(shape.length);
  const n = shape[axis];
  const width = distinct ? 1 : 1 + draft.choose(n);
  const rest = sizeOf(shape) / n;
  const wanted = 1 + draft.choose(3);
  const most = Math.floor(draft.style.sizeLimit / (rest * width));
  const count = Math.max(1, Math.min(wanted, most, distinct ? n : wanted));
  const shift = draft.choose(n);
  const places = range(count).map((k) => (distinct ? (k + shift) % n : draft.oneOf([0, 1, n - 1, -1, n])));
  return { axis, width, places, mode: draft.oneOf<IndexMode>(["clip", "fill"]) };
}

/** int32[count, 1], moved by the driver where there is one. */
function placesArray({ places }: Places, drive: NDArray | undefined): NDArray {
  const given = int32Array([places.length, 1], places);
  return drive === undefined
    ? given
    : add(given, broadcastInDim(placeOf(drive, 0.5), [places.length, 1], []));
}

/** The windows' axis comes first, then the operand's own, the indexed one `width` long. */
const gatherDims = (rank: number, { axis }: Places) => ({
  offsetDims: range(rank).map((k) => k + 1),
  collapsedSliceDims: [],
  startIndexMap: [axis],
  operandBatchingDims: [],
  startIndicesBatchingDims: [],
});

/** One element along the indexed axis, which the windows lack: the windows' axis takes its place. */
const takeDims = (rank: number, { axis }: Places) => ({
  offsetDims: range(rank).filter((k) => k !== axis),
  collapsedSliceDims: [axis],
  startIndexMap: [axis],
  operandBatchingDims: [],
  startIndicesBatchingDims: [],
});

const showPlaces = ({ places }: Places, drive: string | undefined): string => {
  const given = `np.array(${JSON.stringify(places.map((place) => [place]))}, { dtype: "int32" })`;
  return drive === undefined ? given : `${given}.add(${placeText(drive, 0.5)})`;
};

const gatherRow: Row = {
  name: "gather",
  plan: (draft) => {
    const x = draft.into(draft.solid(1), usual);
    const shape = draft.shape(x);
    const where = choosePlaces(draft, shape, false);
    const drive = driver(draft);
    const sizes = shape.map((n, k) => (k === where.axis ? where.width : n));
    const takes = where.width === 1 && draft.flag();
    const dims = takes ? takeDims(shape.length, where) : gatherDims(shape.length, where);
    const count = where.places.length;
    return {
      operands: [x, ...drive],
      shape: takes ? insertAt(dropAxes(shape, [where.axis]), where.axis, count) : [count, ...sizes],
      interval: hull(draft.interval(x), [0.5, 0.5]),
      apply: ([a, d]) =>
        gather(a, placesArray(where, d), dims, sizes, where.mode, where.mode === "fill" ? 0.5 : null),
      text: ([a, d]) =>
        `lax.gather(${a}, ${showPlaces(where, d)}, ${JSON.stringify(dims)}, ${list(sizes)}, ` +
        `{ mode: "${where.mode}"${where.mode === "fill" ? ", fillValue: 0.5" : ""} })`,
    };
  },
};

/** How updates combine with what is there. `distinct`: places must differ, and the caller promises it. */
interface ScatterRules {
  readonly distinct: boolean;
  readonly combined: (x: Interval, updates: Interval, n: number) => Interval;
}

const scatterRow = (name: string, f: ScatterFunction, { distinct, combined }: ScatterRules): Row => ({
  name,
  plan: (draft) => {
    const x = draft.into(draft.solid(1), usual);
    const shape = draft.shape(x);
    const where = choosePlaces(draft, shape, distinct);
    const drive = driver(draft);
    const updateShape = [where.places.length, ...shape.map((n, k) => (k === where.axis ? where.width : n))];
    const updates = draft.into(
      draft.value(
        (s) => s.join() === updateShape.join(),
        () => updateShape,
      ),
      usual,
    );
    const dims = {
      updateWindowDims: range(shape.length).map((k) => k + 1),
      insertedWindowDims: [],
      scatterDimsToOperandDims: [where.axis],
      operandBatchingDims: [],
      scatterIndicesBatchingDims: [],
    };
    // Places that are clipped may meet though they differ.
    const mode = distinct ? "fill" : where.mode;
    return {
      operands: [x, updates, ...drive],
      shape,
      interval: combined(draft.interval(x), draft.interval(updates), where.places.length),
      apply: ([a, u, d]) => f(a, placesArray(where, d), u, dims, { mode, uniqueIndices: distinct }),
      text: ([a, u, d]) =>
        `lax.${spelled(name)}(${a}, ${showPlaces(where, d)}, ${u}, ${JSON.stringify(dims)}, ` +
        `{ mode: "${mode}", uniqueIndices: ${distinct} })`,
    };
  },
});

export const indexingRows: readonly Row[] = [
  dynamicSliceRow,
  dynamicUpdateSliceRow,
  gatherRow,
  scatterRow("scatter", scatter, { distinct: false, combined: (x, u) => hull(x, u) }),
  scatterRow("scatter-add", scatterAdd, {
    distinct: false,
    combined: ([a, b], [c, d], n) => [a + Math.min(0, n * c), b + Math.max(0, n * d)],
  }),
  scatterRow("scatter-mul", scatterMul, { distinct: true, combined: (x, u) => hull(x, times(x, u)) }),
  scatterRow("scatter-min", scatterMin, { distinct: false, combined: (x, u) => hull(x, u) }),
  scatterRow("scatter-max", scatterMax, { distinct: false, combined: (x, u) => hull(x, u) }),
];
