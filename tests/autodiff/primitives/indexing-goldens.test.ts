/** Values of indexing primitives and contractions against JAX's, on integers, where every order of summation agrees. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { NDArray } from "../../../src/autodiff/array.js";
import { dotGeneral } from "../../../src/autodiff/primitives/contraction.js";
import type { DotDimensionNumbers } from "../../../src/autodiff/primitives/contraction-geometry.js";
import { dynamicSlice, dynamicUpdateSlice } from "../../../src/autodiff/primitives/dynamic-slice.js";
import { gather, scatterAdd } from "../../../src/autodiff/primitives/gather.js";
import type { GatherDimensionNumbers, IndexMode } from "../../../src/autodiff/primitives/index-geometry.js";
import { scatterOfGather } from "../../../src/autodiff/primitives/index-geometry.js";
import { scatter, scatterMax, scatterMin, scatterMul } from "../../../src/autodiff/primitives/scatter.js";
import type { ScatterFunction } from "../../../src/autodiff/primitives/scatter-rules.js";
import type { PaddingOfAxis } from "../../../src/autodiff/primitives/windowing.js";
import { pad, slice } from "../../../src/autodiff/primitives/windowing.js";
import type { DType } from "../../../src/ir/dtype.js";
import { flatArray, valuesOf } from "./primitive-laws.js";

interface Stored {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
}
interface Goldens {
  readonly slice: readonly {
    x: Stored;
    start: number[];
    limit: number[];
    strides: number[] | null;
    out: Stored;
  }[];
  readonly pad: readonly { x: Stored; config: PaddingOfAxis[]; value: number; out: Stored }[];
  readonly dynamicSlice: readonly { x: Stored; starts: number[]; sizes: number[]; out: Stored }[];
  readonly dynamicUpdateSlice: readonly { x: Stored; starts: number[]; update: Stored; out: Stored }[];
  readonly gather: readonly {
    x: Stored;
    indices: Stored;
    dims: GatherDimensionNumbers;
    sizes: number[];
    mode: IndexMode;
    out: Stored;
  }[];
  readonly scatter: readonly {
    name: keyof typeof scatters;
    x: Stored;
    indices: Stored;
    updates: Stored;
    dims: GatherDimensionNumbers;
    mode: IndexMode;
    out: Stored;
  }[];
  readonly dotGeneral: readonly { lhs: Stored; rhs: Stored; dims: DotDimensionNumbers; out: Stored }[];
}

const scatters = { scatter, scatterAdd, scatterMul, scatterMin, scatterMax } satisfies Record<
  string,
  ScatterFunction
>;

const goldens: Goldens = JSON.parse(
  readFileSync(new URL("./goldens/indexing-and-contraction.json", import.meta.url), "utf8"),
);

const load = ({ dtype, shape, values }: Stored): NDArray => flatArray(shape, values.map(Number), dtype);
const scalars = (starts: readonly number[]): NDArray[] =>
  starts.map((start) => flatArray([], [start], "int32"));

function expectStored(actual: NDArray, expected: Stored): void {
  expect([actual.dtype, actual.shape]).toEqual([expected.dtype, expected.shape]);
  // toEqual tells -0 from 0, which JAX's own order of summation does not fix.
  expect(Array.from(valuesOf(actual), (value) => value + 0)).toEqual(
    expected.values.map((value) => Number(value) + 0),
  );
}

describe("values are JAX's", () => {
  test.each(goldens.slice)("slice of $x.shape from $start to $limit by $strides", (g) => {
    expectStored(slice(load(g.x), g.start, g.limit, g.strides), g.out);
  });
  test.each(goldens.pad)("pad of $x.shape with $config", (g) => {
    expectStored(pad(load(g.x), flatArray([], [g.value], "float32"), g.config), g.out);
  });
  test.each(goldens.dynamicSlice)("dynamic_slice of $x.shape at $starts", (g) => {
    expectStored(dynamicSlice(load(g.x), scalars(g.starts), g.sizes), g.out);
  });
  test.each(goldens.dynamicUpdateSlice)("dynamic_update_slice of $x.shape at $starts", (g) => {
    expectStored(dynamicUpdateSlice(load(g.x), load(g.update), scalars(g.starts)), g.out);
  });
  test.each(goldens.gather)("gather ($mode) of $x.dtype $x.shape with $dims", (g) => {
    expectStored(gather(load(g.x), load(g.indices), g.dims, g.sizes, g.mode), g.out);
  });
  test.each(goldens.scatter)("$name ($mode) into $x.shape with $dims", (g) => {
    const dims = scatterOfGather(g.dims);
    const out = scatters[g.name](load(g.x), load(g.indices), load(g.updates), dims, { mode: g.mode });
    expectStored(out, g.out);
  });
  test.each(goldens.dotGeneral)("dot_general ($lhs.dtype) of $lhs.shape and $rhs.shape with $dims", (g) => {
    expectStored(dotGeneral(load(g.lhs), load(g.rhs), g.dims), g.out);
  });
});
