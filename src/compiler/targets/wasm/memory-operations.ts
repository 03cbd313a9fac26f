/** Loads and stores of one part of a value: consecutive elements from one address, or an address for each lane. */
import type { DType } from "../../../ir/dtype.js";
import { bytesPerElement } from "../../../ir/dtype.js";
import type { Expr } from "../../../ir/loop-ir.js";
import type { FunctionWriter } from "./function-writer.js";
import type { ValueWriter } from "./value-writer.js";
import { lanesOf, pushSplatConstant } from "./vector-operations.js";

/** What the engine is told of alignment: nothing, since views may begin at any element. */
const alignment = (bytes: number): number => Math.log2(bytes);

/** From the address on the stack. */
export function pushLoad(f: FunctionWriter, dtype: DType, lanes: number, part: number, offset: number): void {
  const bytes = bytesPerElement[dtype];
  if (lanes === 1) {
    if (dtype === "bool") f.push("i32.load8_u", 0, offset);
    else if (dtype === "float32") f.push("f32.load", alignment(4), offset);
    else if (dtype === "float64") f.push("f64.load", alignment(8), offset);
    else f.push("i32.load", alignment(4), offset);
    return;
  }
  const at = offset + part * lanesOf(dtype) * bytes;
  if (dtype !== "bool") {
    f.push("v128.load", alignment(4), at);
    return;
  }
  f.push("v128.load32_zero", 0, at);
  f.push("i16x8.extend_low_i8x16_u");
  f.push("i32x4.extend_low_i16x8_u");
  f.push("i32x4.neg");
}

/** Elements at an index for each lane. */
export function pushGather(values: ValueWriter, expr: Extract<Expr, { kind: "load" }>, part: number): void {
  const { f, module } = values;
  const { dtype, buffer } = expr;
  const place = module.placeOf(f, buffer);
  const width = lanesOf(dtype);
  const address = (lane: number): void =>
    pushElementAddress(values, place.base, expr.index, part * width + lane, dtype);
  if (dtype === "bool") {
    for (let lane = 0; lane < width; lane++) {
      address(lane);
      f.push("i32.load8_u", 0, place.offset);
      if (lane === 0) f.push("i32x4.splat");
      else f.push("i32x4.replace_lane", lane);
    }
    f.push("i32x4.neg");
    return;
  }
  const wide = dtype === "float64";
  for (let lane = width - 1; lane >= 0; lane--) address(lane);
  f.push(wide ? "v128.load64_zero" : "v128.load32_zero", alignment(wide ? 8 : 4), place.offset);
  for (let lane = 1; lane < width; lane++) {
    f.push(wide ? "v128.load64_lane" : "v128.load32_lane", alignment(wide ? 8 : 4), place.offset, lane);
  }
}

/** base + index of the lane * size. */
export function pushElementAddress(
  values: ValueWriter,
  base: number,
  index: Expr,
  lane: number,
  dtype: DType,
): void {
  const { f } = values;
  f.get(base);
  values.lane(index, lane);
  if (bytesPerElement[dtype] > 1) {
    f.push("i32.const", Math.log2(bytesPerElement[dtype]));
    f.push("i32.shl");
  }
  f.push("i32.add");
}

/** The address, then the value (a scalar, or a part) are on the stack. */
export function pushStore(
  f: FunctionWriter,
  dtype: DType,
  lanes: number,
  part: number,
  offset: number,
): void {
  const bytes = bytesPerElement[dtype];
  if (lanes === 1) {
    if (dtype === "bool") f.push("i32.store8", 0, offset);
    else if (dtype === "float32") f.push("f32.store", alignment(4), offset);
    else if (dtype === "float64") f.push("f64.store", alignment(8), offset);
    else f.push("i32.store", alignment(4), offset);
    return;
  }
  const at = offset + part * lanesOf(dtype) * bytes;
  if (dtype !== "bool") {
    f.push("v128.store", alignment(4), at);
    return;
  }
  // Masks to bytes of 0 or 1.
  pushSplatConstant(f, "int32", 1);
  f.push("v128.and");
  const words = f.local("v128");
  f.set(words);
  f.get(words);
  f.get(words);
  f.push("i16x8.narrow_i32x4_s");
  f.set(words);
  f.get(words);
  f.get(words);
  f.push("i8x16.narrow_i16x8_s");
  f.push("v128.store32_lane", 0, at, 0);
  f.release(words);
}
