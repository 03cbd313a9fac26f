/**
 * The elementary functions against correctly rounded values. goldens/intrinsics.json holds, for each function and
 * dtype, the operands and the value as hexadecimal bits; the values were computed with 60 digits and more
 * (make_gamma_goldens.py: those of the gamma function's relatives).
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { expandIntrinsics } from "../../src/compiler/intrinsics/expand.js";
import { intrinsicFunction } from "../../src/compiler/intrinsics/table.js";
import { BlockBuilder } from "../../src/ir/block-builder.js";
import { add, freshId, i32, intrinsic, load } from "../../src/ir/expr.js";
import { interpret } from "../../src/ir/interpret.js";
import type { Buffer, Expr, IntrinsicName, Program } from "../../src/ir/loop-ir.js";

type Float = "float32" | "float64";
const floats: readonly Float[] = ["float32", "float64"];

/** The largest distance from the correctly rounded value, in units of the last place. */
const bounds: { readonly [Name in IntrinsicName]: number } = {
  exp: 1,
  exp2: 2,
  expm1: 2,
  log: 1,
  log1p: 1,
  sin: 1,
  cos: 1,
  tan: 1,
  asin: 2,
  acos: 2,
  atan: 1,
  atan2: 2,
  sinh: 2,
  cosh: 2,
  tanh: 2,
  asinh: 2,
  acosh: 2,
  atanh: 2,
  logistic: 2,
  erf: 2,
  erfc: 4,
  erfInv: 4,
  pow: 1,
  cbrt: 1,
  lgamma: 4,
  digamma: 4,
  zeta: 4,
  polygamma: 4,
  randomGammaGrad: 8,
};

const names = Object.keys(bounds).filter((name): name is IntrinsicName => name in bounds);

const allocate = (dtype: Float, size: number) =>
  dtype === "float32" ? new Float32Array(size) : new Float64Array(size);

/** out[i] = body(operands[0][i], ...), before expansion. */
function elementwise(
  dtype: Float,
  size: number,
  arity: number,
  body: (...operands: Expr[]) => Expr,
): Program {
  const buffer = (role: "input" | "output"): Buffer => ({ id: freshId(), dtype, size, role });
  const inputs = Array.from({ length: arity }, () => buffer("input"));
  const output = buffer("output");
  const b = new BlockBuilder();
  b.loop(size, (inner, i) => inner.store(output, i, body(...inputs.map((x) => load(x, i)))));
  return { parameters: [], inputs, outputs: [output], constants: [], functions: [], body: b.finish() };
}

/** The function at many points: `columns` has an array for each operand. */
function evaluate(name: IntrinsicName, dtype: Float, columns: readonly (readonly number[])[]): number[] {
  const size = columns[0].length;
  const program = elementwise(dtype, size, columns.length, (...operands) => intrinsic(name, ...operands));
  const inputs = columns.map((column) => {
    const array = allocate(dtype, size);
    array.set(column);
    return array;
  });
  return Array.from(interpret(expandIntrinsics(program), inputs)[0]);
}

/** Floats in order as integers, so that neighbours differ by one. */
function ordinal(dtype: Float, x: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  if (dtype === "float32") view.setFloat32(0, x);
  else view.setFloat64(0, x);
  const bits = dtype === "float32" ? BigInt(view.getInt32(0)) : view.getBigInt64(0);
  const magnitude = BigInt.asUintN(dtype === "float32" ? 31 : 63, bits);
  return bits < 0n ? -magnitude : magnitude;
}

function fromHex(dtype: Float, hex: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${hex.padEnd(16, "0")}`));
  return dtype === "float32" ? view.getFloat32(0) : view.getFloat64(0);
}

const goldens: Record<string, Record<Float, string>> = JSON.parse(
  readFileSync(new URL("./goldens/intrinsics.json", import.meta.url), "utf8"),
);

/** Rows of operands, with the value last. */
function goldenRows(name: IntrinsicName, dtype: Float): number[][] {
  const digits = dtype === "float32" ? 8 : 16;
  return goldens[name][dtype]
    .split(" ")
    .map((row) =>
      Array.from({ length: row.length / digits }, (_, k) =>
        fromHex(dtype, row.slice(k * digits, (k + 1) * digits)),
      ),
    );
}

describe.each(floats)("in %s, every value is near the correctly rounded one:", (dtype) => {
  test.each(names)("%s", (name) => {
    const rows = goldenRows(name, dtype);
    const arity = rows[0].length - 1;
    const operands = Array.from({ length: arity }, (_, k) => rows.map((row) => row[k]));
    const values = evaluate(name, dtype, operands);
    const far = rows.flatMap((row, i) => {
      const expected = row[arity];
      const distance = ordinal(dtype, values[i]) - ordinal(dtype, expected);
      const isNear = !Number.isNaN(values[i]) && (distance < 0n ? -distance : distance) <= bounds[name];
      return isNear ? [] : [`${name}(${row.slice(0, arity)}) = ${values[i]}, not ${expected}: ${distance}`];
    });
    expect(far).toEqual([]);
    expect(rows.length).toBeGreaterThan(40);
  });
});

const inf = Number.POSITIVE_INFINITY;
const nan = Number.NaN;

/** Operands and value: the same in both dtypes, and exact. */
// biome-ignore format: a table
const specials: { readonly [Name in IntrinsicName]: readonly (readonly number[])[] } = {
  exp: [[0, 1], [-0, 1], [inf, inf], [-inf, 0], [nan, nan], [800, inf], [-800, 0]],
  exp2: [[0, 1], [1, 2], [-3, 0.125], [100, 2 ** 100], [-149, 2 ** -149], [inf, inf], [-inf, 0], [nan, nan]],
  expm1: [[0, 0], [-0, -0], [inf, inf], [-inf, -1], [-100, -1], [800, inf], [nan, nan]],
  log: [[1, 0], [0, -inf], [-0, -inf], [-1, nan], [-inf, nan], [inf, inf], [nan, nan]],
  log1p: [[0, 0], [-0, -0], [-1, -inf], [-2, nan], [-inf, nan], [inf, inf], [nan, nan]],
  sin: [[0, 0], [-0, -0], [inf, nan], [-inf, nan], [nan, nan]],
  cos: [[0, 1], [-0, 1], [inf, nan], [-inf, nan], [nan, nan]],
  tan: [[0, 0], [-0, -0], [inf, nan], [-inf, nan], [nan, nan]],
  asin: [[0, 0], [-0, -0], [1, Math.PI / 2], [-1, -Math.PI / 2], [1.5, nan], [-inf, nan], [nan, nan]],
  acos: [[1, 0], [0, Math.PI / 2], [-1, Math.PI], [1.5, nan], [-1.5, nan], [inf, nan], [nan, nan]],
  atan: [[0, 0], [-0, -0], [1, Math.PI / 4], [inf, Math.PI / 2], [-inf, -Math.PI / 2], [nan, nan]],
  atan2: [
    [0, 0, 0], [-0, 0, -0], [0, -0, Math.PI], [-0, -0, -Math.PI], [0, 1, 0], [-0, 1, -0],
    [0, -1, Math.PI], [-0, -1, -Math.PI], [1, 0, Math.PI / 2], [-1, -0, -Math.PI / 2], [1, inf, 0],
    [-1, inf, -0], [1, -inf, Math.PI], [-1, -inf, -Math.PI], [inf, 1, Math.PI / 2], [-inf, -1, -Math.PI / 2],
    [inf, inf, Math.PI / 4], [-inf, inf, -Math.PI / 4], [inf, -inf, 0.75 * Math.PI],
    [-inf, -inf, -0.75 * Math.PI], [nan, 1, nan], [1, nan, nan], [nan, inf, nan], [0, nan, nan],
  ],
  sinh: [[0, 0], [-0, -0], [inf, inf], [-inf, -inf], [-800, -inf], [nan, nan]],
  cosh: [[0, 1], [-0, 1], [inf, inf], [-inf, inf], [800, inf], [nan, nan]],
  tanh: [[0, 0], [-0, -0], [inf, 1], [-inf, -1], [-40, -1], [nan, nan]],
  asinh: [[0, 0], [-0, -0], [inf, inf], [-inf, -inf], [nan, nan]],
  acosh: [[1, 0], [0.5, nan], [-1, nan], [-3, nan], [-inf, nan], [inf, inf], [nan, nan]],
  atanh: [[0, 0], [-0, -0], [1, inf], [-1, -inf], [1.5, nan], [-inf, nan], [nan, nan]],
  logistic: [[0, 0.5], [-0, 0.5], [inf, 1], [-inf, 0], [-800, 0], [40, 1], [nan, nan]],
  erf: [[0, 0], [-0, -0], [inf, 1], [-inf, -1], [7, 1], [nan, nan]],
  erfc: [[0, 1], [-0, 1], [inf, 0], [-inf, 2], [30, 0], [-7, 2], [nan, nan]],
  erfInv: [[0, 0], [-0, -0], [1, inf], [-1, -inf], [1.5, nan], [-2, nan], [inf, nan], [nan, nan]],
  pow: [
    [nan, 0, 1], [inf, -0, 1], [0, 0, 1], [1, nan, 1], [1, inf, 1], [-1, inf, 1], [-1, -inf, 1], [2, nan, nan],
    [nan, 2, nan], [-2, 0.5, nan], [-2, 3, -8], [-2, 2, 4], [-2, -3, -0.125], [2, 10, 1024], [3, 2, 9],
    [0, 3, 0], [-0, 3, -0], [-0, 2, 0], [-0, 2.5, 0], [0, -3, inf], [-0, -3, -inf], [-0, -2, inf], [-0, -2.5, inf],
    [0, inf, 0], [0, -inf, inf], [inf, 2, inf], [inf, -2, 0], [-inf, 3, -inf], [-inf, 2, inf], [-inf, 0.5, inf],
    [-inf, -3, -0], [-inf, -2, 0], [0.5, inf, 0], [0.5, -inf, inf], [-0.5, inf, 0], [2, inf, inf], [-2, inf, inf],
    [2, -inf, 0], [inf, inf, inf], [inf, -inf, 0], [-inf, inf, inf], [-inf, -inf, 0], [10, 400, inf],
    [-10, 401, -inf], [10, -400, 0], [-10, -401, -0], [2, 0.5, Math.SQRT2], [0, nan, nan], [inf, nan, nan],
    [4, 0.5, 2], [-1, 1e30, 1], [-1, 3, -1],
  ],
  cbrt: [[0, 0], [-0, -0], [27, 3], [-8, -2], [1e3, 10], [inf, inf], [-inf, -inf], [nan, nan]],
  lgamma: [
    [0, inf], [-0, inf], [-1, inf], [-2, inf], [-300, inf], [-1e30, inf], [inf, inf], [-inf, inf], [nan, nan],
    [1, 0], [2, 0],
  ],
  digamma: [[0, nan], [-0, nan], [-1, nan], [-300, nan], [-1e30, nan], [inf, inf], [-inf, nan], [nan, nan]],
  zeta: [
    [1, 2, inf], [1, nan, inf], [0.5, 2, nan], [-1, 2, nan], [nan, 2, nan], [inf, 2, nan], [2, 0, inf], [2, -3, inf],
    [3, 0, nan], [3, -3, nan], [2.5, 0, nan], [2.5, -0.5, nan], [2, -inf, inf], [3, -inf, nan], [2, nan, nan],
    [2, inf, 0], [3, inf, 0],
  ],
  polygamma: [
    [0, inf, inf], [0, 0, nan], [1, 0, inf], [1, -2, inf], [2, 0, nan], [2, -2, nan], [3, -inf, inf], [1, inf, 0],
    [2, inf, -0], [-1, 2, nan], [1.5, 2, nan], [nan, 2, nan], [inf, 2, nan], [1, nan, nan], [0, nan, nan],
  ],
  randomGammaGrad: [
    [2, 0, 0], [0, 1, nan], [-1, 1, nan], [2, -1, nan], [2, inf, nan], [nan, 1, nan], [2, nan, nan], [inf, 1, nan],
  ],
};

describe.each(floats)("in %s, special values are exact:", (dtype) => {
  test.each(names)("%s", (name) => {
    const rows = specials[name];
    const arity = rows[0].length - 1;
    const rounded = allocate(dtype, rows.length);
    rounded.set(rows.map((row) => row[arity]));
    const operands = Array.from({ length: arity }, (_, k) => rows.map((row) => row[k]));
    const show = (value: number, i: number) =>
      `${name}(${rows[i].slice(0, arity).map((x) => (Object.is(x, -0) ? "-0" : x))}) = ${Object.is(value, -0) ? "-0" : value}`;
    expect(evaluate(name, dtype, operands).map(show)).toEqual(Array.from(rounded).map(show));
  });
});

/** Threefry-2x32 of (key, counter), both words combined as JAX's 32-bit draws do. */
function threefryBits(key: readonly [number, number], counter: number): number {
  const rotations = [
    [13, 15, 26, 6],
    [17, 29, 16, 24],
  ];
  const schedule = [key[0], key[1], key[0] ^ key[1] ^ 0x1bd11bda];
  let x0 = schedule[0] | 0;
  let x1 = (counter + schedule[1]) | 0;
  for (let group = 0; group < 5; group++) {
    for (const r of rotations[group % 2]) {
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << r) | (x1 >>> (32 - r))) ^ x0;
    }
    x0 = (x0 + schedule[(group + 1) % 3]) | 0;
    x1 = (x1 + schedule[(group + 2) % 3] + group + 1) | 0;
  }
  return (x0 ^ x1) >>> 0;
}

/** jax.random.normal(jax.random.key(seed), (9,)), JAX 0.10.2 on a CPU. */
// biome-ignore format: a table
const jaxNormals: readonly (readonly [seed: number, values: readonly number[]])[] = [
  [0, [1.622642159461975, 2.0252647399902344, -0.4335944354534149, -0.07861734926700592, 0.17609089612960815,
    -0.9720892310142517, -0.49529874324798584, 0.49437859654426575, 0.6643493175506592]],
  [42, [-0.02830461598932743, 0.4671318531036377, 0.2957029640674591, 0.15354591608047485, -0.12403281778097153,
    0.21692314743995667, -1.440878987312317, 0.755859911441803, 0.5214096307754517]],
  [1701, [-0.6472411155700684, 0.3156411051750183, -0.7491047382354736, -1.167362093925476, -0.01169903390109539,
    1.7437922954559326, -1.5497627258300781, -1.0837270021438599, 0.716044008731842]],
];

test.each(jaxNormals)("sqrt(2) erfInv(u) gives JAX's normals bit for bit: seed %i", (seed, expected) => {
  const round = Math.fround;
  const lowest = -(1 - 2 ** -24); // the float32 after -1
  const uniform = expected.map((_, i) => {
    const unit =
      new Float32Array(Uint32Array.of((threefryBits([0, seed], i) >>> 9) | 0x3f800000).buffer)[0] - 1;
    return Math.max(lowest, round(round(unit * 2) + lowest));
  });
  const normals = evaluate("erfInv", "float32", [uniform]).map((z) => round(z * round(Math.SQRT2)));
  expect(normals).toEqual(expected);
});

describe("expandIntrinsics", () => {
  test("lists each function and each table once", () => {
    const program = elementwise("float32", 4, 1, (x) =>
      add(add(intrinsic("sin", x), intrinsic("cos", x)), intrinsic("sin", intrinsic("exp", x))),
    );
    const expanded = expandIntrinsics(program);
    expect(expanded.functions.map((fn) => fn.name).sort()).toEqual([
      "cos_far_float32",
      "cos_float32",
      "exp_float32",
      "sin_far_float32",
      "sin_float32",
    ]);
    expect(expanded.constants).toHaveLength(1);
  });

  test("gives back the same body where there is nothing to expand, and expands once", () => {
    const plain = elementwise("float64", 4, 1, (x) => add(x, x));
    expect(expandIntrinsics(plain).body).toBe(plain.body);
    const expanded = expandIntrinsics(elementwise("float64", 4, 1, (x) => intrinsic("erf", x)));
    expect(expandIntrinsics(expanded)).toEqual(expanded);
  });

  test("does not overflow the stack on a chain of ten thousand", () => {
    const chain = elementwise("float64", 1, 1, (x) => {
      let y = x;
      for (let i = 0; i < 10_000; i++) y = intrinsic("tanh", y);
      return y;
    });
    expect(expandIntrinsics(chain).functions).toEqual([intrinsicFunction("tanh", "float64")]);
  });

  test("keeps shared expressions shared", () => {
    const shared = elementwise("float32", 1, 1, (x) => {
      const y = intrinsic("exp", x);
      return add(y, y);
    });
    const [loopBody] = expandIntrinsics(shared).body.body;
    const store = loopBody.kind === "block" ? loopBody.body[0] : loopBody;
    if (store.kind !== "store" || store.value.kind !== "binary")
      throw new Error("the body is a store of a sum");
    expect(store.value.x.kind).toBe("call");
    expect(store.value.x).toBe(store.value.y);
  });

  test("expands in every kind of statement", () => {
    const output: Buffer = { id: freshId(), dtype: "float64", size: 1, role: "output" };
    const table: Buffer = { id: freshId(), dtype: "float64", size: 1, role: "input" };
    const b = new BlockBuilder();
    const half = () => intrinsic("logistic", load(table, i32(0)));
    const v = b.local(half());
    b.serial(i32(2), (inner) => inner.assign(v, add(v, half())));
    b.if(
      { kind: "compare", op: "gt", dtype: "bool", lanes: 1, x: half(), y: v },
      () => {},
      (no) => no.block("", (inner) => inner.assign(v, add(v, half()))),
    );
    b.store(output, i32(0), add(v, half()));
    const program: Program = {
      parameters: [],
      inputs: [table],
      outputs: [output],
      constants: [],
      functions: [],
      body: b.finish(),
    };
    expect(interpret(expandIntrinsics(program), [Float64Array.of(0)])).toEqual([Float64Array.of(2.5)]);
  });
});
