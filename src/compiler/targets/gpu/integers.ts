/** Integer operations of LoopIR in a kernel: on floats where the results are known to stay below 2^24, on pairs of words elsewhere. */
import { InternalError } from "../../../ir/errors.js";
import type { BinaryOp, CompareOp, UnaryOp } from "../../../ir/loop-ir.js";
import { refuse } from "./refusal.js";
import {
  type FloatValue,
  floatValue,
  type IntegerValue,
  isSmallRange,
  type SmallValue,
  smallValue,
  type WordsValue,
  wordsValue,
} from "./values.js";
import {
  addWords,
  bitwiseWords,
  compareWords,
  complementWords,
  divideSignedWords,
  divideWords,
  mulHighWords,
  multiplyWords,
  shiftWordsLeft,
  shiftWordsLeftBy,
  shiftWordsRight,
  shiftWordsRightBy,
  subtractWords,
} from "./words.js";
import type { KernelWriter } from "./writer.js";

type IntegerDType = "int32" | "uint32";

/** The words of any integer. */
export function wordsOf(k: KernelWriter, value: IntegerValue): WordsValue {
  if (value.kind === "words") return value;
  const { text, least, most } = value;
  if (least === most) return wordsValue(String(least & 0xffff), String(least >>> 16));
  if (least >= 0 && most < 65536) return wordsValue(k.name(text), "0");
  const name = k.name(text);
  return wordsValue(k.name(k.help("lowWordOf", name)), k.name(k.help("highWordOf", name)));
}

const zero = wordsValue("0", "0");

export function unaryOfInteger(
  k: KernelWriter,
  op: UnaryOp,
  dtype: IntegerDType,
  x: IntegerValue,
): IntegerValue {
  switch (op) {
    case "floor":
    case "ceil":
    case "trunc":
    case "round":
      return x;
    case "neg":
      return binaryOfIntegers(k, "sub", dtype, smallValue("0", 0, 0), x);
    case "abs": {
      if (dtype === "uint32") return x;
      if (x.kind === "small") {
        const most = Math.max(-x.least, x.most);
        return x.least >= 0 ? x : smallValue(k.name(`Math.abs(${x.text})`), 0, most);
      }
      const negated = subtractWords(k, zero, x);
      const isNegative = `${x.high} >= 32768`;
      return wordsValue(
        k.name(`${isNegative} ? ${negated.low} : ${x.low}`),
        k.name(`${isNegative} ? ${negated.high} : ${x.high}`),
      );
    }
    case "not":
      return complementWords(k, wordsOf(k, x));
    case "popcount": {
      const { low, high } = wordsOf(k, x);
      return smallValue(k.name(`${k.help("populationOf", low)} + ${k.help("populationOf", high)}`), 0, 32);
    }
    case "clz": {
      const { low, high } = wordsOf(k, x);
      const above = k.name(k.help("leadingZerosOf", high));
      const below = k.name(k.help("leadingZerosOf", low));
      return smallValue(k.name(`${above} >= 16 ? ${below} + 16 : ${above}`), 0, 32);
    }
    case "sqrt":
    case "highWord":
    case "lowWord":
      throw new InternalError(`LoopIR has no ${op} of ${dtype}`);
    default:
      return op satisfies never;
  }
}

export function binaryOfIntegers(
  k: KernelWriter,
  op: BinaryOp,
  dtype: IntegerDType,
  x: IntegerValue,
  y: IntegerValue,
): IntegerValue {
  if (x.kind === "small" && y.kind === "small") {
    const small = binaryOfSmall(k, op, dtype, x, y);
    if (small !== null) return small;
  }
  if (op === "and") {
    const few = [x, y].find(
      (each) => each.kind === "small" && each.least === each.most && isWord(each.least),
    );
    // Of a mask of 16 bits the upper words are not needed.
    if (few?.kind === "small") {
      const word = wordsOf(k, few === x ? y : x).low;
      return smallValue(k.name(k.bitwise("&", word, few.least)), 0, few.least);
    }
  }
  return binaryOfWords(k, op, dtype, x, y);
}

const isWord = (value: number): boolean => value >= 0 && value < 65536;

/** floor(x / y) for 0 <= x < 2^24 and y > 0: exact as a product where y is a power of two. */
export function quotientText(k: KernelWriter, x: string, { text, least, most }: SmallValue): string {
  const isPower = least === most && Number.isInteger(Math.log2(least));
  return isPower ? `Math.floor(${x} * ${1 / least})` : k.help("quotientOf", x, text);
}

/** Null where the result may be too large for a float, or the operation is one on bits. */
function binaryOfSmall(
  k: KernelWriter,
  op: BinaryOp,
  dtype: IntegerDType,
  x: SmallValue,
  y: SmallValue,
): SmallValue | null {
  const ranged = (text: string, ...ends: number[]): SmallValue | null => {
    const [least, most] = [Math.min(...ends), Math.max(...ends)];
    if (least === most && isSmallRange(dtype, least, most))
      return smallValue(least < 0 ? `(${least})` : String(least), least, most);
    return isSmallRange(dtype, least, most) ? smallValue(text, least, most) : null;
  };
  const isConstant = y.least === y.most;
  const isNatural = x.least >= 0 && y.least >= 0;
  switch (op) {
    case "add":
      return ranged(`(${x.text} + ${y.text})`, x.least + y.least, x.most + y.most);
    case "sub":
      return ranged(`(${x.text} - ${y.text})`, x.least - y.most, x.most - y.least);
    case "mul":
      return ranged(
        `(${x.text} * ${y.text})`,
        ...[x.least, x.most].flatMap((a) => [y.least, y.most].map((b) => a * b)),
      );
    case "div": {
      const most = Math.max(Math.abs(x.least), Math.abs(x.most), 1);
      if (isNatural && y.least > 0) {
        return smallValue(k.name(quotientText(k, x.text, y)), 0, most);
      }
      if (dtype === "uint32") return null;
      return smallValue(k.name(k.help("divideSmall", k.name(x.text), k.name(y.text))), -most, most);
    }
    case "rem": {
      const [a, b] = [k.name(x.text), k.name(y.text)];
      if (isNatural && y.least > 0) {
        const q = k.name(quotientText(k, a, y));
        return smallValue(k.name(`${a} - ${q} * ${b}`), 0, Math.min(x.most, y.most - 1));
      }
      if (dtype === "uint32") return null;
      const q = k.name(k.help("divideSmall", a, b));
      const most = Math.max(Math.abs(x.least), Math.abs(x.most));
      return smallValue(k.name(`${b} === 0 ? ${a} : ${a} - ${q} * ${b}`), -most, most);
    }
    case "min":
    case "max": {
      const pick = op === "min" ? Math.min : Math.max;
      // As a position it would be one of integers in WebGL2, with operands that are none: it has a name.
      return ranged(k.name(`Math.${op}(${x.text}, ${y.text})`), pick(x.least, y.least), pick(x.most, y.most));
    }
    case "and":
      if (!isNatural) return null;
      return smallValue(k.name(k.bitwise("&", x.text, y.text)), 0, Math.min(x.most, y.most));
    case "or":
    case "xor": {
      if (!isNatural) return null;
      const most = 2 ** Math.ceil(Math.log2(Math.max(x.most, y.most) + 1)) - 1;
      return smallValue(k.name(k.bitwise(op === "or" ? "|" : "^", x.text, y.text)), 0, most);
    }
    case "shl":
      if (!isConstant || y.least < 0 || y.least > 23) return null;
      return ranged(`(${x.text} * ${2 ** y.least})`, x.least * 2 ** y.least, x.most * 2 ** y.least);
    case "shr": {
      if (!isConstant || y.least < 0 || y.least > 31) return null;
      const factor = 2 ** -y.least;
      return smallValue(
        k.name(`Math.floor(${x.text} * ${factor})`),
        Math.floor(x.least * factor),
        Math.floor(x.most * factor),
      );
    }
    case "mulHigh":
      return null;
    case "fromWords":
      return refuse("it computes in float64, which graphics cards do not have here");
    default:
      return op satisfies never;
  }
}

function binaryOfWords(
  k: KernelWriter,
  op: BinaryOp,
  dtype: IntegerDType,
  left: IntegerValue,
  right: IntegerValue,
): IntegerValue {
  const isSigned = dtype === "int32";
  const x = wordsOf(k, left);
  const y = wordsOf(k, right);
  switch (op) {
    case "add":
      return addWords(k, x, y);
    case "sub":
      return subtractWords(k, x, y);
    case "mul":
      return multiplyWords(k, x, y);
    case "mulHigh":
      return mulHighWords(k, x, y, isSigned);
    case "and":
      return bitwiseWords(k, "&", x, y);
    case "or":
      return bitwiseWords(k, "|", x, y);
    case "xor":
      return bitwiseWords(k, "^", x, y);
    case "shl":
    case "shr": {
      if (right.kind === "small" && right.least === right.most) {
        const count = right.least < 0 ? 32 : right.least;
        if (op === "shr" && count < 32) {
          const few = fewBitsOf(k, x, count, isSigned);
          if (few !== null) return few;
        }
        return op === "shl" ? shiftWordsLeft(k, x, count) : shiftWordsRight(k, x, count, isSigned);
      }
      return op === "shl" ? shiftWordsLeftBy(k, x, y) : shiftWordsRightBy(k, x, y, isSigned);
    }
    case "min":
    case "max": {
      const test = k.name(`${compareWords(k, op === "min" ? "lt" : "gt", x, y, isSigned)} ? 1 : 0`);
      return wordsValue(
        k.name(`${test} > 0 ? ${x.low} : ${y.low}`),
        k.name(`${test} > 0 ? ${x.high} : ${y.high}`),
      );
    }
    case "div":
    case "rem": {
      const { quotient, remainder } = isSigned ? divideSignedWords(k, x, y) : divideWords(k, x, y);
      return op === "div" ? quotient : remainder;
    }
    case "fromWords":
      return refuse("it computes in float64, which graphics cards do not have here");
    default:
      return op satisfies never;
  }
}

/**
 * What a shift leaves of the upper word alone, as one float; null where words serve better: the parts of a hash are words again at once,
 * and for those a negative number is taken apart.
 */
function fewBitsOf(
  k: KernelWriter,
  { high }: WordsValue,
  count: number,
  isSigned: boolean,
): SmallValue | null {
  if (count < (isSigned ? 23 : 16)) return null;
  const bits = 32 - count;
  const factor = 2 ** (16 - count);
  if (!isSigned)
    return smallValue(k.name(count === 16 ? high : `Math.floor(${high} * ${factor})`), 0, 2 ** bits - 1);
  const top = k.name(`${high} >= 32768 ? ${high} - 65536 : ${high}`);
  return smallValue(k.name(`Math.floor(${top} * ${factor})`), -(2 ** (bits - 1)), 2 ** (bits - 1) - 1);
}

const signs = { eq: "===", ne: "!==", lt: "<", le: "<=", gt: ">", ge: ">=" } as const;

/** A condition. */
export function compareIntegers(
  k: KernelWriter,
  op: CompareOp,
  dtype: IntegerDType,
  x: IntegerValue,
  y: IntegerValue,
): string {
  if (x.kind === "small" && y.kind === "small") return `(${x.text} ${signs[op]} ${y.text})`;
  return compareWords(k, op, wordsOf(k, x), wordsOf(k, y), dtype === "int32");
}

/** The nearest float. The upper word's share is exact, so that one rounding is left. */
export function castFromInteger(k: KernelWriter, dtype: string, x: IntegerValue): FloatValue {
  if (x.kind === "small") return floatValue(x.text);
  const high = dtype === "int32" ? k.name(`${x.high} >= 32768 ? ${x.high} - 65536 : ${x.high}`) : x.high;
  const sum = `(${high} * 65536 + ${x.low})`;
  return floatValue(k.dialect.isDouble ? `Math.fround${sum}` : sum);
}
