/**
 * Elementary functions of float32 as the machine's own, under `fastMath`: one instruction or a few of a graphics card, whose errors are
 * the driver's. WGSL promises 3 + 2 |x| ulp of exp, 3 ulp of log, an absolute error of 2^-11 of sin and cos within [-pi, pi], and
 * nothing beyond; cards are better than that.
 */
import type { DType } from "../../../ir/dtype.js";
import type { IntrinsicName } from "../../../ir/loop-ir.js";
import { asFloat, type FloatValue, floatValue, type KernelValue } from "./values.js";
import type { KernelWriter } from "./writer.js";

/** The function as the driver has it; null where it has none, or may not be asked. */
export function driverFunction(
  k: KernelWriter,
  name: IntrinsicName,
  dtype: DType,
  [x]: readonly KernelValue[],
): FloatValue | null {
  const text = texts.get(name);
  if (!k.dialect.usesDriverFunctions || dtype !== "float32" || text === undefined) return null;
  return floatValue(text(k.name(asFloat(x).text)));
}

/** tanh x is 1 to the last bit from here on, where e^x of drivers that compute it from that would overflow. */
const saturated = "9.5";

const texts: ReadonlyMap<IntrinsicName, (x: string) => string> = new Map<
  IntrinsicName,
  (x: string) => string
>([
  ["sin", (x) => `Math.sin(${x})`],
  ["cos", (x) => `Math.cos(${x})`],
  ["tan", (x) => `Math.tan(${x})`],
  ["exp", (x) => `Math.exp(${x})`],
  ["log", (x) => `Math.log(${x})`],
  [
    "tanh",
    (x) => `Math.tanh((${x} > ${saturated}) ? ${saturated} : (${x} < -${saturated}) ? -${saturated} : ${x})`,
  ],
  ["logistic", (x) => `(1 / (1 + Math.exp(-(${x}))))`],
]);
