/** What the tests of single statements share: arrays of each dtype, and functions run in every way they can be. */
import {
  type DType,
  grad,
  jit,
  jvp,
  linearTranspose,
  type NDArray,
  numpy as np,
  tree,
  vjp,
  vmap,
} from "cotangent";
import { expect } from "vitest";

export const floats: readonly ("float32" | "float64")[] = ["float32", "float64"];

export const f32 = (...values: number[]): NDArray => np.array(values);
export const f64 = (...values: number[]): NDArray => np.array(values, { dtype: "float64" });
export const i32 = (...values: number[]): NDArray => np.array(new Int32Array(values));
export const u32 = (...values: number[]): NDArray => np.array(new Uint32Array(values));
export const bools = (...values: boolean[]): NDArray => np.array(values);
/** An array without axes. */
export const scalar = (value: number, dtype: DType = "float32"): NDArray => np.array(value, { dtype });

/** "int32[3] [1, 2, 3]": dtype, shape and values at once. */
export const show = (result: unknown): string => tree.leaves(result).map(String).join("; ");

/** Hides from the compiler a mistake that it would refuse, so that what happens at run time can be seen. */
export const unchecked = (value: unknown): never => value as never; // wrong on purpose

/** f's result, shown; jit, and vmap over two equal examples, must give the same. */
export function everyWay<A extends NDArray[]>(f: (...args: A) => unknown, ...args: A): string {
  const erased = f as (...all: NDArray[]) => NDArray; // a tree: only its leaves are looked at
  const eager = show(erased(...args));
  expect(show(jit(erased)(...args)), "jit").toBe(eager);
  const batched = vmap(erased)(...args.map((x) => np.stack([x, x])));
  const rows = [0, 1].map((k) => tree.map((x: NDArray) => x.slice(k), batched));
  for (const row of rows) expect(show(row), "vmap").toBe(eager);
  return eager;
}

/** Points and the slopes there. */
export type Slopes = readonly (readonly [x: number, slope: number])[];

/**
 * An elementwise function's derivative at points, in both float types: by grad, jit(grad), vmap(grad) and jvp. Slopes that are
 * integers, infinite or NaN must be met exactly, others to 8 eps.
 */
export function expectSlopes(f: (x: NDArray) => NDArray, slopes: Slopes): void {
  for (const dtype of floats) {
    const x = np.array(
      slopes.map(([at]) => at),
      { dtype },
    );
    const total = (v: NDArray): NDArray => f(v).sum();
    const ways = {
      grad: grad(total)(x),
      "jit(grad)": jit(grad(total))(x),
      "vmap(grad)": vmap(grad(f))(x),
      jvp: jvp(f, [x], [np.onesLike(x)])[1],
    };
    for (const [way, found] of Object.entries(ways)) {
      expect(found.dtype).toBe(dtype);
      const values = found.dataSync();
      slopes.forEach(([at, slope], k) => {
        const what = `${way} in ${dtype} at ${at}: ${values[k]} for ${slope}`;
        expect(isNear(values[k], slope, dtype === "float32" ? 2 ** -20 : 2 ** -49), what).toBe(true);
      });
    }
  }
}

function isNear(x: number, expected: number, relative: number): boolean {
  if (Number.isNaN(expected)) return Number.isNaN(x);
  if (Number.isInteger(expected) || !Number.isFinite(expected)) return x === expected;
  return Math.abs(x - expected) <= relative * Math.abs(expected);
}

/** The transpose of a linear function, in both float types, eagerly, under jit and as the pullback: exactly `expected`. */
export function expectTranspose(
  f: (x: NDArray) => NDArray,
  shape: readonly number[],
  ct: NDArray,
  expected: unknown,
): void {
  for (const dtype of floats) {
    const example = np.zeros(shape, { dtype });
    const cotangent = ct.astype(dtype);
    const transposed = linearTranspose(f, [example]);
    for (const [found] of [
      transposed(cotangent),
      jit(transposed)(cotangent),
      vjp(f, [example])[1](cotangent),
    ]) {
      expect(found.dtype).toBe(dtype);
      expect(found.js()).toEqual(expected);
    }
  }
}
