/** The laws that every primitive obeys, and what tests of primitives are written with. */
import { describe, expect, test } from "vitest";
import { ConcreteArray, type NDArray } from "../../../src/autodiff/array.js";
import { fromNested } from "../../../src/autodiff/convert.js";
import { stageClosed } from "../../../src/autodiff/jaxpr-passes.js";
import type { Tangent } from "../../../src/autodiff/primitive.js";
import { Zero } from "../../../src/autodiff/primitive.js";
import { moveAxis, reshape } from "../../../src/autodiff/primitives/sum-and-broadcast.js";
import { slice } from "../../../src/autodiff/primitives/windowing.js";
import { bind } from "../../../src/autodiff/trace.js";
import { batchFlat } from "../../../src/autodiff/transforms/batching.js";
import { jitPrimitive } from "../../../src/autodiff/transforms/jit.js";
import { jvpFlat } from "../../../src/autodiff/transforms/jvp.js";
import { linearizeFlat, pullBack } from "../../../src/autodiff/transforms/linearize.js";
import { instantiate } from "../../../src/autodiff/transforms/zeros.js";
import "../../../src/compiler/register.js";
import { aval } from "../../../src/ir/aval.js";
import type { DType, TypedArray } from "../../../src/ir/dtype.js";
import { allocate, isFloat } from "../../../src/ir/dtype.js";
import { dropAxes, range, sizeOf } from "../../../src/ir/shape.js";

export type Flat = (operands: readonly NDArray[]) => readonly NDArray[];

// arrays -------------------------------------------------------------------------------------------------------------

type Nested = number | boolean | readonly Nested[];

/** An array of nested numbers. */
export function array(values: Nested, dtype: DType = "float64"): NDArray {
  return typeof values === "object" ? fromNested(values, dtype) : reshape(fromNested([values], dtype), []);
}

/** An array of flat values. */
export function flatArray(
  shape: readonly number[],
  values: ArrayLike<number>,
  dtype: DType = "float64",
): NDArray {
  const stored = allocate(dtype, sizeOf(shape));
  stored.set(values);
  return new ConcreteArray(aval(shape, dtype), stored);
}

export const valuesOf = (x: NDArray): TypedArray => x.concrete("a test").values;

/** Pseudo-random numbers in (-1, 1): equal in every run. */
export function noise(shape: readonly number[], seed: number): NDArray {
  const values = range(sizeOf(shape)).map((i) => {
    const x = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return 2 * (x - Math.floor(x)) - 1;
  });
  return flatArray(shape, values);
}

/** The derivative of one output of a function of one operand, at each direction of the standard basis: rows are outputs. */
export function jacobian(f: (x: NDArray) => NDArray, x: NDArray): number[][] {
  const columns = range(x.size).map((j) => {
    const basis = flatArray(
      x.shape,
      range(x.size).map((k) => (k === j ? 1 : 0)),
      x.dtype,
    );
    return Array.from(valuesOf(jvpOf(([p]) => [f(p)], [x], [basis])[1][0]));
  });
  return range(columns[0]?.length ?? 0).map((i) => columns.map((column) => column[i]));
}

/** The derivatives in each operand of a function of scalars (or elementwise function), for tangents of one. */
export function partials(f: (...operands: NDArray[]) => NDArray, ...operands: NDArray[]): number[] {
  return operands.map((_, i) => {
    const tangents = operands.map((x, k) =>
      k === i ? flatArray(x.shape, new Array<number>(x.size).fill(1), x.dtype) : new Zero(x.aval),
    );
    return Number(valuesOf(jvpOf((xs) => [f(...xs)], operands, tangents)[1][0])[0]);
  });
}

export function jvpOf(
  f: Flat,
  primals: readonly NDArray[],
  tangents: readonly Tangent[],
): [readonly NDArray[], NDArray[]] {
  const [outs, touts] = jvpFlat(f, primals, tangents);
  return [outs, touts.map(instantiate)];
}

// laws ---------------------------------------------------------------------------------------------------------------

/** Every law on every row. */
export function testLaws(rows: readonly Row[]): void {
  for (const row of rows) {
    describe(row.name, () => {
      for (const [law, holds] of Object.entries(laws)) test(law, () => holds(row));
    });
  }
}

/** A function of arrays at a point where it is smooth, in float64; operands of other dtypes are constants of it. */
export interface Row {
  readonly name: string;
  readonly f: Flat;
  readonly operands: readonly NDArray[];
  /** Of the comparison with differences: relative to 1 + |derivative|. */
  readonly tolerance?: number;
  /** What the function itself may round away, relative to 1 + |value|, where bits depend on the place of the batch axis. */
  readonly rounding?: number;
}

const isSmooth = (x: NDArray): boolean => x.dtype === "float64";

const directions = (operands: readonly NDArray[], seed: number): Tangent[] =>
  operands.map((x, i) => (isSmooth(x) ? noise(x.shape, seed + i) : new Zero(x.aval)));

const moved = (x: NDArray, dx: Tangent, step: number): NDArray => {
  if (dx instanceof Zero) return x;
  const direction = valuesOf(dx);
  return flatArray(
    x.shape,
    Array.from(valuesOf(x), (value, i) => value + step * direction[i]),
    x.dtype,
  );
};

const inner = (xs: readonly NDArray[], ys: readonly NDArray[]): number => {
  let total = 0;
  xs.forEach((x, i) => {
    const y = valuesOf(ys[i]);
    valuesOf(x).forEach((value, k) => {
      total += value * y[k];
    });
  });
  return total;
};

function expectClose(
  actual: readonly NDArray[],
  expected: readonly (readonly number[])[],
  tolerance: number,
): void {
  actual.forEach((x, i) => {
    valuesOf(x).forEach((value, k) => {
      expect(Math.abs(value - expected[i][k])).toBeLessThanOrEqual(
        tolerance * (1 + Math.abs(expected[i][k])),
      );
    });
  });
}

/** (f(x + h v) - f(x - h v)) / 2h */
function differences(f: Flat, operands: readonly NDArray[], tangents: readonly Tangent[]): number[][] {
  const step = 1e-6;
  const above = f(operands.map((x, i) => moved(x, tangents[i], step)));
  const below = f(operands.map((x, i) => moved(x, tangents[i], -step)));
  return above.map((x, i) => {
    const low = valuesOf(below[i]);
    return isFloat(x.dtype) ? Array.from(valuesOf(x), (value, k) => (value - low[k]) / (2 * step)) : [];
  });
}

const floatsOnly =
  (f: Flat): Flat =>
  (xs) =>
    f(xs).filter((out) => isFloat(out.dtype));

export const laws: Readonly<Record<string, (row: Row) => void>> = {
  "the primal under jvp is the plain value": ({ f, operands }) => {
    const [outs] = jvpOf(f, operands, directions(operands, 1));
    const plain = f(operands);
    outs.forEach((out, i) => {
      expect(out.aval).toEqual(plain[i].aval);
      expect(valuesOf(out)).toEqual(valuesOf(plain[i]));
    });
  },

  "the tangent is what central differences give": ({ f: whole, operands, tolerance = 1e-7 }) => {
    const f = floatsOnly(whole);
    const tangents = directions(operands, 2);
    const [outs, touts] = jvpOf(f, operands, tangents);
    touts.forEach((t, i) => {
      expect(t.aval).toEqual(outs[i].aval);
    });
    expectClose(touts, differences(f, operands, tangents), tolerance);
  },

  "the second derivative is what differences of the first give": ({
    f: whole,
    operands,
    tolerance = 1e-6,
  }) => {
    const f = floatsOnly(whole);
    const tangents = directions(operands, 3);
    const derivative: Flat = (xs) => jvpOf(f, xs, tangents)[1];
    const again = directions(operands, 4);
    const [, touts] = jvpOf(derivative, operands, again);
    expectClose(touts, differences(derivative, operands, again), 10 * tolerance);
  },

  "<ct, J v> = <J^T ct, v>": ({ f: whole, operands, rounding = 0 }) => {
    const f = floatsOnly(whole);
    const tangents = directions(operands, 5);
    const [outs, touts] = jvpOf(f, operands, tangents);
    const cts = outs.map((out, i) => noise(out.shape, 6 + i));
    const smooth = operands.map(isSmooth);
    const linearized = linearizeFlat((xs) => f(xs), operands, smooth);
    const pulled = pullBack(linearized, operands, cts).map(instantiate);
    const left = inner(cts, touts);
    const right = inner(
      pulled.filter((_, i) => smooth[i]),
      tangents.filter((_, i) => smooth[i]).map(instantiate),
    );
    expect(Math.abs(left - right)).toBeLessThanOrEqual((1e-9 + rounding) * (1 + Math.abs(left)));
    pulled.forEach((ct, i) => {
      if (smooth[i]) expect(ct.shape).toEqual(operands[i].shape);
    });
  },

  "jit gives the eager value, bit for bit": ({ f, operands }) => {
    const staged = stageClosed(
      (xs) => [...f(xs)],
      operands.map((x) => x.aval),
    );
    const plain = f(operands);
    bind(jitPrimitive, operands, { name: "f", jaxpr: staged, target: null, fastMath: false }).forEach(
      (out, i) => {
        expect(out.aval).toEqual(plain[i].aval);
        expect(valuesOf(out)).toEqual(valuesOf(plain[i]));
      },
    );
  },

  "vmap is a loop over examples, whichever operands are batched": ({ f, operands, rounding = 0 }) => {
    const size = 3;
    for (let mask = 1; mask < 2 ** operands.length; mask++) {
      for (const place of ["front", "back", "mixed"]) {
        const isBack = (i: number): boolean => place === "back" || (place === "mixed" && i % 2 === 1);
        const axes = operands.map((x, i) => (((mask >> i) & 1) === 0 ? null : isBack(i) ? x.ndim : 0));
        const batches = operands.map((x, i) => (axes[i] === null ? x : stack(x, size, axes[i])));
        const [outs, outAxes] = batchFlat((xs) => f(xs), size, batches, axes);
        for (let k = 0; k < size; k++) {
          const example = f(batches.map((x, i) => (axes[i] === null ? x : unstack(x, axes[i], k))));
          outs.forEach((out, i) => {
            const axis = outAxes[i];
            const got = axis === null ? out : unstack(out, axis, k);
            expect(got.aval).toEqual(example[i].aval);
            if (rounding > 0) expectClose([got], [Array.from(valuesOf(example[i]))], rounding);
            else expect(valuesOf(got)).toEqual(valuesOf(example[i]));
          });
        }
      }
    }
  },
};

/** Copies that differ: floats by a factor, others are rotated in their order. */
function stack(x: NDArray, size: number, axis: number): NDArray {
  const values = valuesOf(x);
  const all = allocate(x.dtype, size * x.size);
  for (let k = 0; k < size; k++) {
    values.forEach((_, i) => {
      const value = isFloat(x.dtype) ? values[i] * (1 - 0.01 * k) : values[(i + k) % values.length];
      all[k * x.size + i] = value;
    });
  }
  return moveAxis(new ConcreteArray(aval([size, ...x.shape], x.dtype), all), 0, axis);
}

function unstack(x: NDArray, axis: number, k: number): NDArray {
  const starts = range(x.ndim).map((each) => (each === axis ? k : 0));
  const limits = x.shape.map((n, each) => (each === axis ? k + 1 : n));
  return reshape(slice(x, starts, limits), dropAxes(x.shape, [axis]));
}
