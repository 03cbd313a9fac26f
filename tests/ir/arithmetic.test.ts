import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  evaluateBinary,
  evaluateBitcast,
  evaluateCast,
  evaluateCompare,
  evaluateUnary,
  fma32,
  fma64,
} from "../../src/ir/arithmetic.js";
import { fromWords, highWord, lowWord } from "../../src/ir/scalar.js";

const int32 = fc.oneof(fc.integer(), fc.constantFrom(0, 1, -1, 2147483647, -2147483648, 31, 32, 33));
const uint32 = fc.oneof(
  fc.integer({ min: 0, max: 4294967295 }),
  fc.constantFrom(0, 1, 31, 32, 33, 2147483648, 4294967295),
);
const float64 = fc.oneof(
  fc.double(),
  fc.double({ min: -10, max: 10 }),
  fc.constantFrom(0, -0, 0.5, 1.5, 2.5, -0.5),
);
const float32 = fc.oneof(fc.float(), fc.float({ min: -10, max: 10 }));

const asInt32 = (x: bigint): number => Number(BigInt.asIntN(32, x));
const asUint32 = (x: bigint): number => Number(BigInt.asUintN(32, x));

/** A finite double as a fraction with a power of two below: integer * 2^-1074. */
function scaled(x: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & ((1n << 52n) - 1n);
  const magnitude = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n);
  return bits >> 63n === 1n ? -magnitude : magnitude;
}

/** Whether `result` is the double (or float32) nearest to the exact x * y + z, by its neighbours' distances. */
function isNearest(result: number, x: number, y: number, z: number, isSingle: boolean): boolean {
  const unit = 1n << 1074n;
  const exact = scaled(x) * scaled(y) + scaled(z) * unit;
  const distance = (candidate: number): bigint => {
    const error = scaled(candidate) * unit - exact;
    return error < 0n ? -error : error;
  };
  const limit = isSingle ? 2 ** 127 * (2 - 2 ** -23) : Number.MAX_VALUE;
  const neighbour = (direction: 1 | -1): number => {
    const view = new DataView(new ArrayBuffer(8));
    if (result === 0) return direction * (isSingle ? 2 ** -149 : Number.MIN_VALUE);
    const away = result > 0 === direction > 0 ? 1 : -1;
    if (isSingle) {
      view.setFloat32(0, result);
      view.setInt32(0, view.getInt32(0) + away);
      return view.getFloat32(0);
    }
    view.setFloat64(0, result);
    view.setBigInt64(0, view.getBigInt64(0) + BigInt(away));
    return view.getFloat64(0);
  };
  if (!Number.isFinite(result)) {
    // Half a unit in the last place beyond the largest number, or more.
    const half = scaled(isSingle ? 2 ** 103 : 2 ** 970);
    return (exact < 0n ? -exact : exact) >= (scaled(limit) + half) * unit && result > 0 === exact > 0n;
  }
  const own = distance(result);
  return ([1, -1] as const).every((direction) => {
    const other = neighbour(direction);
    if (!Number.isFinite(other)) return true;
    const far = distance(other);
    return own < far || (own === far && isEven(result, isSingle));
  });
}

function isEven(x: number, isSingle: boolean): boolean {
  const view = new DataView(new ArrayBuffer(8));
  if (isSingle) view.setFloat32(0, x);
  else view.setFloat64(0, x);
  return ((isSingle ? view.getInt32(0) : view.getInt32(4)) & 1) === 0;
}

describe("integers", () => {
  test("add, sub and mul are the exact results modulo 2^32", () => {
    fc.assert(
      fc.property(int32, int32, (x, y) => {
        expect(evaluateBinary("add", "int32", x, y)).toBe(asInt32(BigInt(x) + BigInt(y)));
        expect(evaluateBinary("sub", "int32", x, y)).toBe(asInt32(BigInt(x) - BigInt(y)));
        expect(evaluateBinary("mul", "int32", x, y)).toBe(asInt32(BigInt(x) * BigInt(y)));
      }),
    );
    fc.assert(
      fc.property(uint32, uint32, (x, y) => {
        expect(evaluateBinary("add", "uint32", x, y)).toBe(asUint32(BigInt(x) + BigInt(y)));
        expect(evaluateBinary("sub", "uint32", x, y)).toBe(asUint32(BigInt(x) - BigInt(y)));
        expect(evaluateBinary("mul", "uint32", x, y)).toBe(asUint32(BigInt(x) * BigInt(y)));
      }),
    );
  });

  test("mulHigh is the upper word of the exact product", () => {
    fc.assert(
      fc.property(int32, int32, (x, y) => {
        expect(evaluateBinary("mulHigh", "int32", x, y)).toBe(asInt32((BigInt(x) * BigInt(y)) >> 32n));
      }),
    );
    fc.assert(
      fc.property(uint32, uint32, (x, y) => {
        expect(evaluateBinary("mulHigh", "uint32", x, y)).toBe(asUint32((BigInt(x) * BigInt(y)) >> 32n));
      }),
    );
  });

  test("division truncates; by zero it gives all ones and leaves x as remainder", () => {
    fc.assert(
      fc.property(int32, int32, (x, y) => {
        expect(evaluateBinary("div", "int32", x, y)).toBe(y === 0 ? -1 : asInt32(BigInt(x) / BigInt(y)));
        expect(evaluateBinary("rem", "int32", x, y)).toBe(y === 0 ? x : asInt32(BigInt(x) % BigInt(y)));
      }),
    );
    fc.assert(
      fc.property(uint32, uint32, (x, y) => {
        expect(evaluateBinary("div", "uint32", x, y)).toBe(
          y === 0 ? 4294967295 : Number(BigInt(x) / BigInt(y)),
        );
        expect(evaluateBinary("rem", "uint32", x, y)).toBe(y === 0 ? x : Number(BigInt(x) % BigInt(y)));
      }),
    );
    expect(evaluateBinary("div", "int32", -2147483648, -1)).toBe(-2147483648);
    expect(evaluateBinary("rem", "int32", -2147483648, -1)).toBe(0);
  });

  test("shifts by 32 or more give 0, and arithmetic ones the sign", () => {
    fc.assert(
      fc.property(int32, uint32, (x, y) => {
        const shift = BigInt(Math.min(y, 64));
        expect(evaluateBinary("shl", "int32", x, y | 0)).toBe(asInt32(BigInt(x) << shift));
        expect(evaluateBinary("shr", "int32", x, y | 0)).toBe(asInt32(BigInt(x) >> shift));
        expect(evaluateBinary("shl", "uint32", x >>> 0, y)).toBe(asUint32(BigInt(x) << shift));
        expect(evaluateBinary("shr", "uint32", x >>> 0, y)).toBe(asUint32(BigInt(x >>> 0) >> shift));
      }),
    );
  });

  test("popcount and clz count the digits of the binary number", () => {
    fc.assert(
      fc.property(int32, (x) => {
        const digits = (x >>> 0).toString(2).padStart(32, "0");
        expect(evaluateUnary("popcount", "int32", x)).toBe(digits.replaceAll("0", "").length);
        expect(evaluateUnary("clz", "uint32", x >>> 0)).toBe(`${digits}1`.indexOf("1"));
      }),
    );
  });

  test("neg and abs wrap at the least int32 and never give -0", () => {
    expect(evaluateUnary("neg", "int32", -2147483648)).toBe(-2147483648);
    expect(evaluateUnary("abs", "int32", -2147483648)).toBe(-2147483648);
    expect(evaluateUnary("neg", "int32", 0)).toBe(0);
    expect(evaluateUnary("neg", "uint32", 1)).toBe(4294967295);
  });
});

describe("floats", () => {
  test("round goes to the nearest integer, ties to even, and keeps the sign of zero", () => {
    const cases: [number, number][] = [
      [0.5, 0],
      [1.5, 2],
      [2.5, 2],
      [-0.5, -0],
      [-1.5, -2],
      [-0.2, -0],
      [-0, -0],
      [0.49999999999999994, 0],
      [4503599627370495.5, 4503599627370496],
      [4503599627370497, 4503599627370497],
      [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
      [Number.NaN, Number.NaN],
    ];
    for (const [x, rounded] of cases) expect(evaluateUnary("round", "float64", x)).toBe(rounded);
  });

  test("min and max give NaN for a NaN, and -0 < 0", () => {
    expect(evaluateBinary("min", "float32", Number.NaN, 1)).toBeNaN();
    expect(evaluateBinary("max", "float64", 1, Number.NaN)).toBeNaN();
    expect(evaluateBinary("min", "float32", 0, -0)).toBe(-0);
    expect(evaluateBinary("max", "float32", -0, 0)).toBe(0);
    expect(evaluateCompare("eq", 0, -0)).toBe(true);
    expect(evaluateCompare("ne", Number.NaN, Number.NaN)).toBe(true);
    expect(evaluateCompare("le", Number.NaN, Number.NaN)).toBe(false);
  });

  test("float to integer truncates and saturates, and NaN gives 0", () => {
    fc.assert(
      fc.property(float64, (x) => {
        const clamp = (low: number, high: number): number =>
          Number.isNaN(x) ? 0 : Math.min(Math.max(Math.trunc(x), low), high) + 0;
        expect(evaluateCast(x, "float64", "int32")).toBe(clamp(-2147483648, 2147483647));
        expect(evaluateCast(x, "float64", "uint32")).toBe(clamp(0, 4294967295));
      }),
    );
    expect(evaluateCast(Number.NaN, "float32", "bool")).toBe(true);
    expect(evaluateCast(-0, "float32", "bool")).toBe(false);
    expect(evaluateCast(16777217, "int32", "float32")).toBe(16777216);
  });

  test("the words of a float64 put together are the float64, and bitcasts invert each other", () => {
    fc.assert(
      fc.property(float64, float32, int32, (x, single, bits) => {
        expect(fromWords(highWord(x), lowWord(x))).toBe(x);
        expect(evaluateBitcast(evaluateBitcast(single, "float32", "uint32"), "uint32", "float32")).toBe(
          single,
        );
        const back = evaluateBitcast(evaluateBitcast(bits, "int32", "float32"), "float32", "int32");
        const isNaNPattern = (bits & 0x7fffffff) > 0x7f800000;
        expect(back).toBe(isNaNPattern ? 0x7fc00000 : bits);
      }),
    );
  });
});

describe("fused multiply-add", () => {
  const special = [0, -0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

  test("special operands give what x * y + z gives", () => {
    for (const x of special)
      for (const y of special)
        for (const z of special) {
          expect(fma32(x, y, z)).toBe(x * y + z);
          expect(fma64(x, y, z)).toBe(x * y + z);
        }
    expect(fma64(2 ** -1000, -(2 ** -1000), 0)).toBe(-0);
    expect(fma64(2 ** 600, 2 ** 600, Number.NEGATIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY);
  });

  test("fma32 is the float32 nearest to the exact result", () => {
    const finite = fc.float({ noNaN: true, noDefaultInfinity: true });
    const small = fc.float({ min: Math.fround(-4), max: 4, noNaN: true });
    // z near -x * y, so that almost everything cancels or a tie is near.
    const close = fc.tuple(small, small, fc.integer({ min: -3, max: 3 })).map(([x, y, k]) => {
      return [x, y, Math.fround(Math.fround(x * y) * -(1 + k * 2 ** -24))] as const;
    });
    const tie = fc
      .tuple(
        fc.integer({ min: 1, max: 4095 }),
        fc.integer({ min: 1, max: 4095 }),
        fc.integer({ min: -60, max: 20 }),
      )
      .map(([x, y, k]) => [x * 2 ** -30, y * 2 ** -30, Math.fround(2 ** k)] as const);
    fc.assert(
      fc.property(fc.oneof(fc.tuple(finite, finite, finite), close, tie), ([x, y, z]) => {
        fc.pre(fma32(x, y, z) !== 0 || (x !== 0 && y !== 0));
        expect(isNearest(fma32(x, y, z), x, y, z, true)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test("fma64 is the float64 nearest to the exact result, at both ends of the range too", () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
    const small = fc.double({ min: -4, max: 4, noNaN: true });
    const exponent = fc.integer({ min: -1022, max: 970 });
    const scaledNumbers = fc
      .tuple(small, small, small, exponent, exponent, exponent)
      .map(([x, y, z, i, j, k]) => [x * 2 ** i, y * 2 ** j, z * 2 ** k] as const);
    const close = fc.tuple(small, small, exponent, fc.integer({ min: -3, max: 3 })).map(([x, y, k, ulps]) => {
      const half = k >> 1;
      return [
        x * 2 ** half,
        y * 2 ** half,
        -(x * 2 ** half * (y * 2 ** half)) * (1 + ulps * 2 ** -52),
      ] as const;
    });
    const areFinite = (xs: readonly number[]): boolean => xs.every(Number.isFinite);
    fc.assert(
      fc.property(
        fc.oneof(fc.tuple(finite, finite, finite), scaledNumbers, close).filter(areFinite),
        ([x, y, z]) => {
          expect(isNearest(fma64(x, y, z), x, y, z, false)).toBe(true);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe("mistakes", () => {
  test("an operation that a dtype does not have is named", () => {
    expect(() => evaluateBinary("shl", "float32", 1, 1)).toThrow(/no shl of float32/);
    expect(() => evaluateBinary("add", "bool", true, true)).toThrow(/no add of bool/);
    expect(() => evaluateUnary("sqrt", "int32", 4)).toThrow(/no sqrt of int32/);
    expect(() => evaluateBitcast(1, "float64", "int32")).toThrow(/bitcast/);
  });
});
