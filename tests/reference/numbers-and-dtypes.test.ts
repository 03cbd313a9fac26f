/** Numbers, dtypes and how they meet. */
import { type DType, grad, jit, jvp, lax, type NDArray, numpy as np, ShapeError, vmap } from "cotangent";
import { describe, expect, test } from "vitest";
import { bools, everyWay, f32, f64, floats, i32, scalar, show, u32, unchecked } from "./statement.js";

const all: readonly DType[] = ["bool", "uint32", "int32", "float32", "float64"];
/** dtype, with "weak" before it where the type is weak. */
const type = (x: NDArray): string => (x.weakType ? `weak ${x.dtype}` : x.dtype);

describe("creation", () => {
  test("array, full, zeros and ones make float32 whatever the values", () => {
    const made = [
      np.array(3),
      np.array([1, 2]),
      np.array([[1.5]]),
      np.full([2], 7),
      np.zeros([2]),
      np.ones(3),
      np.array([]),
    ];
    expect(made.map(type)).toEqual(made.map(() => "float32"));
  });

  test("booleans make bool: array([true]) and full(shape, true)", () => {
    expect(
      [np.array([true]), np.array(true), np.full([2], true), np.array([[true], [false]])].map(type),
    ).toEqual(["bool", "bool", "bool", "bool"]);
    expect(type(np.array([1, true]))).toBe("float32");
  });

  test("typed arrays keep their dtype", () => {
    const made = [new Float32Array(1), new Float64Array(1), new Int32Array(1), new Uint32Array(1)].map((v) =>
      np.array(v),
    );
    expect(made.map(type)).toEqual(["float32", "float64", "int32", "uint32"]);
    expect(type(jit((x: NDArray) => x)(new Uint32Array(2)))).toBe("uint32");
    expect(type(np.add(new Float64Array(2), 1))).toBe("float64");
  });

  test("typed arrays of 8 and 16 bits widen to int32", () => {
    const made = [
      new Int8Array([-1]),
      new Uint8Array([200]),
      new Uint8ClampedArray([255]),
      new Int16Array([-300]),
      new Uint16Array([65535]),
    ];
    expect(made.map((v) => show(np.array(unchecked(v))))).toEqual(
      [-1, 200, 255, -300, 65535].map((v) => `int32[1] [${v}]`),
    );
    expect(show(jit((x: NDArray) => x.add(1))(new Uint8Array([255])))).toBe("int32[1] [256]");
  });

  test("arrays of BigInt throw, everywhere that an array goes in", () => {
    for (const wrong of [new BigInt64Array(2), new BigUint64Array(2), 2n, [1n]]) {
      expect(() => np.array(unchecked(wrong))).toThrow();
      expect(() => np.sin(unchecked(wrong))).toThrow();
      expect(() => jit((x: NDArray) => x)(unchecked(wrong))).toThrow();
    }
    expect(() => np.array(unchecked(new BigInt64Array(2)))).toThrow(/BigInt64Array.*Int32Array/);
  });

  test("arange is int32 when all its arguments are integers, else float32", () => {
    expect([np.arange(3), np.arange(1, 7, 2), np.arange(5, 0, -1)].map(type)).toEqual([
      "int32",
      "int32",
      "int32",
    ]);
    expect([np.arange(3.5), np.arange(0, 1, 0.25), np.arange(0.5, 3)].map(type)).toEqual([
      "float32",
      "float32",
      "float32",
    ]);
  });

  test("float64 is always there, with nothing to switch on, elementary functions included", () => {
    expect(show(np.exp(f64(1)))).toBe(`float64[1] [${Math.E}]`);
    expect(show(np.sin(f64(1)))).toBe(`float64[1] [${Math.sin(1)}]`);
    expect(grad((x: NDArray) => np.log(x))(scalar(3, "float64")).item()).toBe(1 / 3);
  });

  test("there are five dtypes: others are refused by name", () => {
    for (const dtype of ["float16", "bfloat16", "int8", "uint8", "int16", "int64", "uint64", "complex64"]) {
      expect(() => np.zeros([2], { dtype: unchecked(dtype) })).toThrow(dtype);
      expect(() => f32(1).astype(unchecked(dtype))).toThrow(dtype);
    }
    expect([np.float32, np.float64, np.int32, np.uint32, np.bool_]).toEqual([
      "float32",
      "float64",
      "int32",
      "uint32",
      "bool",
    ]);
  });
});

describe("two arrays meet in the least upper bound of bool < uint32 < int32 < float32 < float64", () => {
  test.each(all.map((dtype, rank) => [dtype, rank] as const))("%s", (left, rank) => {
    all.forEach((right, other) => {
      const [x, y] = [np.ones([2], { dtype: left }), np.ones([2], { dtype: right })];
      const expected = all[Math.max(rank, other)];
      expect(type(np.where(true, x, y)), `${left} and ${right}`).toBe(expected);
      if (expected !== "bool") expect(type(x.add(y))).toBe(expected);
      expect(type(jit((a: NDArray, b: NDArray) => np.maximum(a, b))(x, y))).toBe(expected);
    });
  });

  test("so uint32 + int32 is int32, whose arithmetic wraps", () => {
    expect(everyWay((x: NDArray, y: NDArray) => x.add(y), u32(1), i32(-2))).toBe("int32[1] [-1]");
    expect(everyWay((x: NDArray, y: NDArray) => x.add(y), u32(4294967295), i32(1))).toBe("int32[1] [0]");
  });
});

describe("a plain number", () => {
  test("takes its partner's dtype, weakly: the array's type is kept", () => {
    expect([i32(1).mul(2), u32(1).add(2), f32(1).mul(2), f32(1).mul(2.5), f64(1).mul(0.1)].map(type)).toEqual(
      ["int32", "uint32", "float32", "float32", "float64"],
    );
    expect(f64(1).mul(0.1).js()).toEqual([0.1]); // not rounded to float32 first
  });

  test("that is no integer gives a weak float32 beside an int or a bool", () => {
    for (const partner of [i32(2), u32(2), bools(true)]) {
      expect([partner.mul(2.5), np.add(0.5, partner)].map(type)).toEqual(["weak float32", "weak float32"]);
    }
  });

  test("that is an integer gives a weak int32 beside a bool", () =>
    expect([type(bools(true).add(1)), show(bools(true, false).mul(3))]).toEqual([
      "weak int32",
      "int32[2] [3, 0]",
    ]));

  test("alone, or as an argument of a transformation, is a weak float32 scalar", () => {
    expect([np.asarray(3), np.asarray(2.5), np.sin(1), np.add(1, 2)].map(type)).toEqual([
      "weak float32",
      "weak float32",
      "weak float32",
      "weak float32",
    ]);
    const identity = (x: NDArray): NDArray => x;
    expect(
      [
        jit(identity)(3),
        vmap(identity, { inAxes: null, outAxes: null, axisSize: 2 })(3),
        jvp(identity, [3], [1])[0],
      ].map(type),
    ).toEqual(["weak float32", "weak float32", "weak float32"]);
  });

  test("that became a weak int32 gives way to any integer, and to any float", () => {
    const one = bools(true).mul(1);
    const met = [u32(1), i32(1), f32(1), f64(1), np.asarray(1)].map((x) => type(one.add(x)));
    expect(met).toEqual(["uint32", "int32", "float32", "float64", "weak float32"]);
  });

  test("that is weak stays weak through derivatives, jit and elementwise functions", () => {
    const square = (x: NDArray): NDArray => np.sin(x).mul(x);
    expect(
      [grad(square)(3), grad(grad(square))(3), jit(grad(square))(3), jvp(square, [3], [1])[1]].map(
        (x) => x.weakType,
      ),
    ).toEqual([true, true, true, true]);
    expect(type(grad((x: NDArray) => x.mul(scalar(2, "float64")))(3))).toBe("weak float32");
    expect(type(jit((x: NDArray) => x)(3).add(f64(1)))).toBe("float64");
    expect(type(jit((x: NDArray) => x)(3).add(i32(1)))).toBe("weak float32");
  });

  test("is read as int32 where it means an index, an axis, a size or a bound", () => {
    const x = f32(1, 2, 3);
    expect([
      show(x.slice(2)),
      show(lax.dynamicSlice(x, [1], [2])),
      show(x.sum(0)),
      show(lax.foriLoop(0, 3, (i, c: NDArray) => c.add(i), i32(0).sum())),
    ]).toEqual(["float32[] 3", "float32[2] [2, 3]", "float32[] 6", "int32[] 3"]);
    expect(() => x.slice(0.5)).toThrow(ShapeError);
    for (const wrong of [
      () => x.sum(0.5),
      () => np.zeros([1.5]),
      () => lax.foriLoop(0, 2.5, (_, c: NDArray) => c, 0),
      () => x.reshape([0.5]),
    ]) {
      expect(wrong).toThrow(/0\.5|1\.5|2\.5/);
    }
  });
});

describe("integer arithmetic", () => {
  const least = -2147483648;

  test("wraps modulo 2^32, products and the least int32 divided by -1 included", () => {
    expect(everyWay((x: NDArray, y: NDArray) => [x.add(y), x.mul(y)], i32(2147483647), i32(2147483647))).toBe(
      "int32[1] [-2]; int32[1] [1]",
    );
    expect(everyWay((x: NDArray, y: NDArray) => [x.sub(y), x.mul(y)], u32(1), u32(4294967295))).toBe(
      "uint32[1] [2]; uint32[1] [4294967295]",
    );
    expect(everyWay((x: NDArray, y: NDArray) => [lax.div(x, y), lax.rem(x, y)], i32(least), i32(-1))).toBe(
      `int32[1] [${least}]; int32[1] [0]`,
    );
    expect([np.abs(i32(least)).js(), i32(least).neg().js()]).toEqual([[least], [least]]);
  });

  test("divided by 0 is -1 and leaves x over in int32, all ones and x over in uint32", () => {
    const divided = (x: NDArray, y: NDArray): NDArray[] => [lax.div(x, y), lax.rem(x, y)];
    expect(everyWay(divided, i32(5, -5, 0), i32(0, 0, 0))).toBe("int32[3] [-1, -1, -1]; int32[3] [5, -5, 0]");
    expect(everyWay(divided, u32(5, 0), u32(0, 0))).toBe(
      "uint32[2] [4294967295, 4294967295]; uint32[2] [5, 0]",
    );
  });

  test("by 0 in numpy: mod is 0, and floorDivide(5, 0) is -2 for int32", () => {
    const divided = (x: NDArray, y: NDArray): NDArray[] => [np.mod(x, y), np.floorDivide(x, y)];
    expect(everyWay(divided, i32(5, -5, 0), i32(0, 0, 0))).toBe("int32[3] [0, 0, 0]; int32[3] [-2, -2, -1]");
    expect(everyWay(divided, u32(5, 0), u32(0, 0))).toBe(
      "uint32[2] [0, 0]; uint32[2] [4294967295, 4294967295]",
    );
  });

  test("shifts by 32 or more give 0, arithmetic ones to the right the sign", () => {
    const by = i32(0, 31, 32, 40, -1);
    const x = i32(-5, -5, -5, -5, -5);
    expect(everyWay((a: NDArray, b: NDArray) => lax.shiftLeft(a, b), x, by)).toBe(
      `int32[5] [-5, ${least}, 0, 0, 0]`,
    );
    expect(everyWay((a: NDArray, b: NDArray) => lax.shiftRightLogical(a, b), x, by)).toBe(
      "int32[5] [-5, 1, 0, 0, 0]",
    );
    expect(everyWay((a: NDArray, b: NDArray) => lax.shiftRightArithmetic(a, b), x, by)).toBe(
      "int32[5] [-5, -1, -1, -1, -1]",
    );
    expect(everyWay((a: NDArray, b: NDArray) => lax.shiftRightArithmetic(a, b), i32(5, 5), i32(1, 32))).toBe(
      "int32[2] [2, 0]",
    );
    expect(
      everyWay((a: NDArray, b: NDArray) => lax.shiftRightArithmetic(a, b), u32(4294967291, 5), u32(32, 40)),
    ).toBe("uint32[2] [4294967295, 0]");
    expect([
      np.rightShift(i32(-5), 40).js(),
      np.rightShift(u32(4294967291), 32).js(),
      np.leftShift(i32(1), 32).js(),
    ]).toEqual([[-1], [0], [0]]);
  });
});

describe("conversions", () => {
  test("of floats to integers saturate and make NaN 0", () => {
    const values = [Number.NaN, Infinity, -Infinity, 5e9, -5e9, 1.9, -1.9];
    for (const dtype of floats) {
      const x = np.array(values, { dtype });
      expect(everyWay((v: NDArray) => v.astype("int32"), x)).toBe(
        "int32[7] [0, 2147483647, -2147483648, 2147483647, -2147483648, 1, -1]",
      );
      expect(everyWay((v: NDArray) => v.astype("uint32"), x)).toBe(
        "uint32[7] [0, 4294967295, 0, 4294967295, 0, 1, 0]",
      );
    }
  });

  test("between integers keep the bits; to bool anything but 0 is true, NaN too", () => {
    expect([show(i32(-1).astype("uint32")), show(u32(4294967295).astype("int32"))]).toEqual([
      "uint32[1] [4294967295]",
      "int32[1] [-1]",
    ]);
    expect(show(f32(0, -0, 0.5, Number.NaN).astype("bool"))).toBe("bool[4] [false, false, true, true]");
  });

  test("by bitcast make every NaN canonical, whatever its sign and payload", () => {
    const odd = new Float32Array(new Uint32Array([0x7f800001, 0xffc12345, 0x7fffffff]).buffer);
    const canonical = everyWay((x: NDArray) => lax.bitcastConvertType(x, "uint32"), np.array(odd));
    expect(canonical).toBe("uint32[3] [2143289344, 2143289344, 2143289344]");
    expect(show(lax.bitcastConvertType(f32(-0, 1), "int32"))).toBe("int32[2] [-2147483648, 1065353216]");
  });
});

test("subnormal numbers are kept, read, computed and made", () => {
  const tiny = 2 ** -149;
  expect(everyWay((x: NDArray, y: NDArray) => [x.mul(y), x.add(x)], f32(tiny), f32(1))).toBe(
    "float32[1] [1.4013e-45]; float32[1] [2.8026e-45]",
  );
  expect(
    f32(2 ** -100)
      .mul(f32(2 ** -40))
      .js(),
  ).toEqual([2 ** -140]);
  expect(np.exp(f32(-100)).js()[0 as never]).toBe(Math.fround(Math.exp(-100)));
  expect(f64(5e-324).add(0).js()).toEqual([5e-324]);
});
