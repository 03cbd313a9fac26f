/**
 * The instructions of WebAssembly 2.0 (SIMD included) that programs use, and of relaxed SIMD: each by its name in the text
 * format, with its code and the kind of its immediates. Both the encoder and the printer read this table.
 */

/** What follows an instruction's code. */
export type Immediates =
  | "none"
  /** An index: of a local, a function, or a label counted from the inside. */
  | "index"
  /** Alignment (as an exponent of two) and offset in bytes. */
  | "memory"
  /** Alignment, offset, lane. */
  | "memoryLane"
  | "lane"
  | "i32"
  | "f32"
  | "f64"
  /** 16 bytes: a constant, or the lanes of a shuffle. */
  | "bytes"
  /** The empty block type. */
  | "block";

export interface Opcode {
  /** 0 for none: 0xfc (saturating conversions) or 0xfd (vectors). */
  readonly prefix: number;
  readonly code: number;
  readonly immediates: Immediates;
}

const row = (prefix: number, code: number, immediates: Immediates = "none"): Opcode => ({
  prefix,
  code,
  immediates,
});

/** Names that follow each other in code. */
const run = <Name extends string>(
  prefix: number,
  first: number,
  names: readonly Name[],
  immediates: Immediates = "none",
): Record<Name, Opcode> =>
  // Sound: every name gets its row.
  Object.fromEntries(names.map((name, i) => [name, row(prefix, first + i, immediates)])) as Record<
    Name,
    Opcode
  >;

const control = {
  ...run(0, 0x02, ["block", "loop", "if"], "block"),
  ...run(0, 0x05, ["else"]),
  ...run(0, 0x0b, ["end"]),
  ...run(0, 0x0c, ["br", "br_if"], "index"),
  ...run(0, 0x0f, ["return"]),
  ...run(0, 0x10, ["call"], "index"),
  ...run(0, 0x1a, ["drop", "select"]),
  ...run(0, 0x20, ["local.get", "local.set", "local.tee"], "index"),
};

const memory = {
  ...run(0, 0x28, ["i32.load"], "memory"),
  ...run(0, 0x2a, ["f32.load", "f64.load", "i32.load8_s", "i32.load8_u"], "memory"),
  ...run(0, 0x36, ["i32.store"], "memory"),
  ...run(0, 0x38, ["f32.store", "f64.store", "i32.store8"], "memory"),
  ...run(0, 0x41, ["i32.const"], "i32"),
  ...run(0, 0x43, ["f32.const"], "f32"),
  ...run(0, 0x44, ["f64.const"], "f64"),
};

const scalars = {
  ...run(0, 0x45, [
    "i32.eqz",
    "i32.eq",
    "i32.ne",
    "i32.lt_s",
    "i32.lt_u",
    "i32.gt_s",
    "i32.gt_u",
    "i32.le_s",
    "i32.le_u",
    "i32.ge_s",
    "i32.ge_u",
  ]),
  ...run(0, 0x5b, ["f32.eq", "f32.ne", "f32.lt", "f32.gt", "f32.le", "f32.ge"]),
  ...run(0, 0x61, ["f64.eq", "f64.ne", "f64.lt", "f64.gt", "f64.le", "f64.ge"]),
  ...run(0, 0x67, ["i32.clz", "i32.ctz", "i32.popcnt"]),
  ...run(0, 0x6a, ["i32.add", "i32.sub", "i32.mul", "i32.div_s", "i32.div_u", "i32.rem_s", "i32.rem_u"]),
  ...run(0, 0x71, ["i32.and", "i32.or", "i32.xor", "i32.shl", "i32.shr_s", "i32.shr_u"]),
  ...run(0, 0x7e, ["i64.mul"]),
  ...run(0, 0x84, ["i64.or"]),
  ...run(0, 0x86, ["i64.shl", "i64.shr_s", "i64.shr_u"]),
  ...run(0, 0x8b, ["f32.abs", "f32.neg", "f32.ceil", "f32.floor", "f32.trunc", "f32.nearest", "f32.sqrt"]),
  ...run(0, 0x92, ["f32.add", "f32.sub", "f32.mul", "f32.div", "f32.min", "f32.max"]),
  ...run(0, 0x99, ["f64.abs", "f64.neg", "f64.ceil", "f64.floor", "f64.trunc", "f64.nearest", "f64.sqrt"]),
  ...run(0, 0xa0, ["f64.add", "f64.sub", "f64.mul", "f64.div", "f64.min", "f64.max"]),
  ...run(0, 0xa7, ["i32.wrap_i64"]),
  ...run(0, 0xac, ["i64.extend_i32_s", "i64.extend_i32_u"]),
  ...run(0, 0xb2, ["f32.convert_i32_s", "f32.convert_i32_u"]),
  ...run(0, 0xb6, ["f32.demote_f64", "f64.convert_i32_s", "f64.convert_i32_u"]),
  ...run(0, 0xbb, [
    "f64.promote_f32",
    "i32.reinterpret_f32",
    "i64.reinterpret_f64",
    "f32.reinterpret_i32",
    "f64.reinterpret_i64",
  ]),
  ...run(0xfc, 0, [
    "i32.trunc_sat_f32_s",
    "i32.trunc_sat_f32_u",
    "i32.trunc_sat_f64_s",
    "i32.trunc_sat_f64_u",
  ]),
};

const vectorMemory = {
  ...run(0xfd, 0, ["v128.load"], "memory"),
  ...run(
    0xfd,
    7,
    ["v128.load8_splat", "v128.load16_splat", "v128.load32_splat", "v128.load64_splat"],
    "memory",
  ),
  ...run(0xfd, 11, ["v128.store"], "memory"),
  ...run(0xfd, 12, ["v128.const", "i8x16.shuffle"], "bytes"),
  ...run(
    0xfd,
    84,
    ["v128.load8_lane", "v128.load16_lane", "v128.load32_lane", "v128.load64_lane"],
    "memoryLane",
  ),
  ...run(
    0xfd,
    88,
    ["v128.store8_lane", "v128.store16_lane", "v128.store32_lane", "v128.store64_lane"],
    "memoryLane",
  ),
  ...run(0xfd, 92, ["v128.load32_zero", "v128.load64_zero"], "memory"),
};

const vectors = {
  ...run(0xfd, 17, ["i32x4.splat", "i64x2.splat", "f32x4.splat", "f64x2.splat"]),
  ...run(
    0xfd,
    27,
    [
      "i32x4.extract_lane",
      "i32x4.replace_lane",
      "i64x2.extract_lane",
      "i64x2.replace_lane",
      "f32x4.extract_lane",
      "f32x4.replace_lane",
      "f64x2.extract_lane",
      "f64x2.replace_lane",
    ],
    "lane",
  ),
  ...run(0xfd, 55, [
    "i32x4.eq",
    "i32x4.ne",
    "i32x4.lt_s",
    "i32x4.lt_u",
    "i32x4.gt_s",
    "i32x4.gt_u",
    "i32x4.le_s",
    "i32x4.le_u",
    "i32x4.ge_s",
    "i32x4.ge_u",
    "f32x4.eq",
    "f32x4.ne",
    "f32x4.lt",
    "f32x4.gt",
    "f32x4.le",
    "f32x4.ge",
    "f64x2.eq",
    "f64x2.ne",
    "f64x2.lt",
    "f64x2.gt",
    "f64x2.le",
    "f64x2.ge",
    "v128.not",
    "v128.and",
    "v128.andnot",
    "v128.or",
    "v128.xor",
    "v128.bitselect",
    "v128.any_true",
  ]),
  ...run(0xfd, 94, ["f32x4.demote_f64x2_zero", "f64x2.promote_low_f32x4"]),
  ...run(0xfd, 98, ["i8x16.popcnt"]),
  ...run(0xfd, 101, ["i8x16.narrow_i16x8_s"]),
  ...run(0xfd, 103, ["f32x4.ceil", "f32x4.floor", "f32x4.trunc", "f32x4.nearest"]),
  ...run(0xfd, 116, ["f64x2.ceil", "f64x2.floor"]),
  ...run(0xfd, 122, ["f64x2.trunc"]),
  ...run(0xfd, 125, ["i16x8.extadd_pairwise_i8x16_u"]),
  ...run(0xfd, 127, ["i32x4.extadd_pairwise_i16x8_u"]),
  ...run(0xfd, 133, ["i16x8.narrow_i32x4_s"]),
  ...run(0xfd, 137, ["i16x8.extend_low_i8x16_u"]),
  ...run(0xfd, 148, ["f64x2.nearest"]),
  ...run(0xfd, 160, ["i32x4.abs", "i32x4.neg"]),
  ...run(0xfd, 169, ["i32x4.extend_low_i16x8_u"]),
  ...run(0xfd, 171, ["i32x4.shl", "i32x4.shr_s", "i32x4.shr_u", "i32x4.add"]),
  ...run(0xfd, 177, ["i32x4.sub"]),
  ...run(0xfd, 181, ["i32x4.mul", "i32x4.min_s", "i32x4.min_u", "i32x4.max_s", "i32x4.max_u"]),
  ...run(0xfd, 199, ["i64x2.extend_low_i32x4_s", "i64x2.extend_high_i32x4_s"]),
  ...run(0xfd, 220, [
    "i64x2.extmul_low_i32x4_s",
    "i64x2.extmul_high_i32x4_s",
    "i64x2.extmul_low_i32x4_u",
    "i64x2.extmul_high_i32x4_u",
    "f32x4.abs",
    "f32x4.neg",
  ]),
  ...run(0xfd, 227, [
    "f32x4.sqrt",
    "f32x4.add",
    "f32x4.sub",
    "f32x4.mul",
    "f32x4.div",
    "f32x4.min",
    "f32x4.max",
    "f32x4.pmin",
    "f32x4.pmax",
  ]),
  ...run(0xfd, 236, ["f64x2.abs", "f64x2.neg"]),
  ...run(0xfd, 239, [
    "f64x2.sqrt",
    "f64x2.add",
    "f64x2.sub",
    "f64x2.mul",
    "f64x2.div",
    "f64x2.min",
    "f64x2.max",
    "f64x2.pmin",
    "f64x2.pmax",
  ]),
  ...run(0xfd, 248, [
    "i32x4.trunc_sat_f32x4_s",
    "i32x4.trunc_sat_f32x4_u",
    "f32x4.convert_i32x4_s",
    "f32x4.convert_i32x4_u",
    "i32x4.trunc_sat_f64x2_s_zero",
    "i32x4.trunc_sat_f64x2_u_zero",
    "f64x2.convert_low_i32x4_s",
    "f64x2.convert_low_i32x4_u",
  ]),
  ...run(0xfd, 0x105, [
    "f32x4.relaxed_madd",
    "f32x4.relaxed_nmadd",
    "f64x2.relaxed_madd",
    "f64x2.relaxed_nmadd",
  ]),
};

export const opcodes = { ...control, ...memory, ...scalars, ...vectorMemory, ...vectors };

/** The name of an instruction in the text format. */
export type Mnemonic = keyof typeof opcodes;
