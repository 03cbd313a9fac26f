/** A choice between two values, lane by lane: a blend of their bits, or where it is a minimum, a maximum or a mask, less. */
import { isFloat } from "../../../ir/dtype.js";
import type { Expr, Select } from "../../../ir/loop-ir.js";
import type { ValueWriter } from "./value-writer.js";

/** Leaves a part of `test ? yes : no` on the stack. */
export function pushSelect(writer: ValueWriter, expr: Select, part: number): void {
  const { f } = writer;
  const { test, yes, no, dtype, lanes } = expr;
  if (test.lanes === 1) {
    writer.part(yes, part, lanes);
    writer.part(no, part, lanes);
    writer.scalar(test);
    f.push("select");
    return;
  }
  const extreme = extremeOf(expr);
  if (extreme !== null) {
    writer.part(extreme.x, part, lanes);
    writer.part(extreme.y, part, lanes);
    f.push(`${dtype === "float32" ? "f32x4" : "f64x2"}.${extreme.op}`);
    return;
  }
  if (dtype !== "float64" && (isZeroBits(yes) || isZeroBits(no))) {
    writer.part(isZeroBits(no) ? yes : no, part, lanes);
    writer.part(test, part, lanes);
    f.push(isZeroBits(no) ? "v128.and" : "v128.andnot");
    return;
  }
  writer.part(yes, part, lanes);
  writer.part(no, part, lanes);
  if (dtype === "float64") {
    writer.part(test, Math.floor(part / 2), lanes);
    f.push(part % 2 === 0 ? "i64x2.extend_low_i32x4_s" : "i64x2.extend_high_i32x4_s");
  } else {
    writer.part(test, part, lanes);
  }
  f.push("v128.bitselect");
}

interface Extreme {
  readonly op: "pmin" | "pmax";
  readonly x: Expr;
  readonly y: Expr;
}

/** Where a choice of floats by their order is pmin(x, y) = y < x ? y : x or pmax(x, y) = x < y ? y : x, NaN included. */
function extremeOf({ test, yes, no, dtype }: Select): Extreme | null {
  if (!isFloat(dtype) || test.kind !== "compare" || (test.op !== "lt" && test.op !== "gt")) return null;
  const [less, greater] = test.op === "lt" ? [test.x, test.y] : [test.y, test.x];
  if (isSame(yes, less) && isSame(no, greater)) return { op: "pmin", x: no, y: yes };
  if (isSame(yes, greater) && isSame(no, less)) return { op: "pmax", x: no, y: yes };
  return null;
}

/** One value: an object that is an operand twice, or two constants or variables that are the same. */
const isSame = (x: Expr, y: Expr): boolean =>
  x === y ||
  (x.kind === "const" && y.kind === "const" && x.dtype === y.dtype && Object.is(x.value, y.value)) ||
  (x.kind === "var" && y.kind === "var" && x.id === y.id);

/** false or +0, all of whose bits are 0: a choice between it and a value keeps or clears the value's bits. */
const isZeroBits = (x: Expr): boolean => x.kind === "const" && (x.value === false || Object.is(x.value, 0));
