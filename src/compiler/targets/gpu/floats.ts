/**
 * Operations on float32 as the text of a kernel. Compilers of drivers rearrange them as no rounding allows; what exact corrections
 * of sums and products rest on is hidden from them behind products with an argument that is 1 (`Dialect.isReassociating`).
 */
import { InternalError } from "../../../ir/errors.js";
import type { BinaryOp } from "../../../ir/loop-ir.js";
import { constantFloat, type FloatValue, floatValue, type KernelValue } from "./values.js";
import type { KernelWriter } from "./writer.js";

/** A float32 operation, whose result is rounded where numbers are doubles. */
export const rounded = (k: KernelWriter, text: string): FloatValue =>
  floatValue(k.dialect.isDouble ? `Math.fround(${text})` : text);

/** The result of an operation on constants, rounded: what a compiler makes of it is not always that. */
export const knownFloat = (value: number | null): FloatValue | null =>
  value === null ? null : constantFloat(Math.fround(value));

export function floatsValue(k: KernelWriter, op: BinaryOp, x: FloatValue, y: FloatValue): FloatValue {
  const [a, b] = [x.constant, y.constant];
  const areKnown = a !== null && b !== null;
  switch (op) {
    case "add":
      return knownFloat(areKnown ? a + b : null) ?? sumValue(k, "+", x, y);
    case "sub":
      return knownFloat(areKnown ? a - b : null) ?? sumValue(k, "-", x, y);
    case "mul":
      return knownFloat(areKnown ? a * b : null) ?? productValue(k, x, y);
    case "div":
      return knownFloat(areKnown ? a / b : null) ?? quotientValue(k, x, y);
    case "rem":
      return floatValue(k.help("remainderOf", x.text, y.text));
    case "min":
    case "max": {
      const helper = op === "min" ? "minimumOf" : "maximumOf";
      return floatValue(k.help(helper, x.text, y.text));
    }
    default:
      throw new InternalError(`LoopIR has no ${op} of float32`);
  }
}

const quotientValue = (k: KernelWriter, x: FloatValue, y: FloatValue): FloatValue =>
  floatValue(rounded(k, `(${x.text} / ${y.text})`).text, { divisor: y.text });

/** x y. Where a driver could take (a / b) b for a, the quotient is hidden behind a product with 1. */
function productValue(k: KernelWriter, x: FloatValue, y: FloatValue): FloatValue {
  const hidden = (value: FloatValue, other: FloatValue): string =>
    k.dialect.isReassociating && value.divisor === other.text
      ? `(${value.text} * ${k.given("one")})`
      : value.text;
  return rounded(k, `(${hidden(x, y)} * ${hidden(y, x)})`);
}

/** x + y or x - y. Where a driver could cancel what they share, the operand that is a sum is hidden behind a product with 1. */
function sumValue(k: KernelWriter, sign: "+" | "-", x: FloatValue, y: FloatValue): FloatValue {
  if (!k.dialect.isReassociating) return rounded(k, `(${x.text} ${sign} ${y.text})`);
  const isShared = (value: FloatValue, other: FloatValue): boolean =>
    value.summands.size > 1 &&
    [...value.summands].some((text) => text === other.text || other.summands.has(text));
  const hidden = (value: FloatValue, other: FloatValue): FloatValue =>
    isShared(value, other) ? floatValue(`(${value.text} * ${k.given("one")})`) : value;
  const [left, right] = [hidden(x, y), hidden(y, x)];
  const summandsOf = ({ text, summands }: FloatValue): readonly string[] =>
    summands.size > 0 ? [...summands] : [text];
  return floatValue(`(${left.text} ${sign} ${right.text})`, {
    summands: new Set([...summandsOf(left), ...summandsOf(right)]),
  });
}

/** An operand of a function, in which a compiler would put a constant to work. */
export function hiddenConstant(k: KernelWriter, value: KernelValue): KernelValue {
  if (!k.dialect.isReassociating || value.kind !== "float" || value.constant === null) return value;
  const one = k.given("one");
  // 0 times anything would be 0 to it.
  return floatValue(value.constant === 0 ? `(${one} - 1)` : `(${value.text} * ${one})`);
}
