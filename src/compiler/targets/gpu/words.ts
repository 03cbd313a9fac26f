/** 32-bit integers as pairs of 16-bit words: the arithmetic, written into a kernel statement by statement. */
import type { CompareOp } from "../../../ir/loop-ir.js";
import type { HelperName } from "./helpers.js";
import { type WordsValue, wordsValue } from "./values.js";

export type BitwiseOp = "&" | "|" | "^" | "<<" | ">>";

/** What these functions want of the kernel that is being written. */
export interface WordWriter {
  /** The name of a new local with this value. */
  name(text: string): string;
  /** The name of a new local that is assigned to later. */
  mutable(text: string): string;
  line(text: string): void;
  /** `head {`, what `body` writes, and `}`. */
  braces(head: string, body: () => void): void;
  /** The text of an operation on the bits of words. */
  bitwise(op: BitwiseOp, x: string, y: string | number): string;
  /** The text of a helper's call. */
  help(helper: HelperName, ...operands: string[]): string;
}

/** x + y mod 2^32 */
export function addWords(k: WordWriter, x: WordsValue, y: WordsValue): WordsValue {
  if (isZero(y)) return x;
  if (isZero(x)) return y;
  const low = k.name(`${x.low} + ${y.low}`);
  const carry = k.name(`${low} >= 65536 ? 1 : 0`);
  const high = k.name(`${x.high} + ${y.high} + ${carry}`);
  return wordsValue(
    k.name(`${low} - ${carry} * 65536`),
    k.name(`${high} >= 65536 ? ${high} - 65536 : ${high}`),
  );
}

const isZero = ({ low, high }: WordsValue): boolean => low === "0" && high === "0";

/** x - y mod 2^32 */
export function subtractWords(k: WordWriter, x: WordsValue, y: WordsValue): WordsValue {
  const low = k.name(`${x.low} - ${y.low}`);
  const borrow = k.name(`${low} < 0 ? 1 : 0`);
  const high = k.name(`${x.high} - ${y.high} - ${borrow}`);
  return wordsValue(k.name(`${low} + ${borrow} * 65536`), k.name(`${high} < 0 ? ${high} + 65536 : ${high}`));
}

/**
 * The product of two words, both words of it. By a = 2^8 a1 + a0 all intermediate results stay below 2^24: with a1 b = 2^8 q + p it is
 * 2^16 q + (a0 b + 2^8 p).
 */
function productOfWords(k: WordWriter, a: string, b: string): WordsValue {
  const a1 = k.name(`Math.floor(${a} * ${2 ** -8})`);
  const a0 = k.name(`${a} - ${a1} * 256`);
  const upper = k.name(`${a1} * ${b}`);
  const q = k.name(`Math.floor(${upper} * ${2 ** -8})`);
  const sum = k.name(`${a0} * ${b} + (${upper} - ${q} * 256) * 256`);
  const over = k.name(`Math.floor(${sum} * ${2 ** -16})`);
  return wordsValue(k.name(`${sum} - ${over} * 65536`), k.name(`${q} + ${over}`));
}

/** The four products of two numbers' words. */
const productsOf = (k: WordWriter, x: WordsValue, y: WordsValue) => ({
  lowest: productOfWords(k, x.low, y.low),
  cross: [productOfWords(k, x.low, y.high), productOfWords(k, x.high, y.low)],
  highest: productOfWords(k, x.high, y.high),
});

/** x y mod 2^32 */
export function multiplyWords(k: WordWriter, x: WordsValue, y: WordsValue): WordsValue {
  const { lowest, cross } = productsOf(k, x, y);
  const sum = k.name([lowest.high, ...cross.map(({ low }) => low)].join(" + "));
  return wordsValue(lowest.low, k.name(k.help("lowWordOf", sum)));
}

/** The upper 32 bits of the product, of which signed operands are corrected: (x - 2^32) y has y less there. */
export function mulHighWords(k: WordWriter, x: WordsValue, y: WordsValue, isSigned: boolean): WordsValue {
  const { lowest, cross, highest } = productsOf(k, x, y);
  const second = k.name([lowest.high, ...cross.map(({ low }) => low)].join(" + "));
  const carry = k.name(`Math.floor(${second} * ${2 ** -16})`);
  const third = k.name([...cross.map(({ high }) => high), highest.low, carry].join(" + "));
  const over = k.name(`Math.floor(${third} * ${2 ** -16})`);
  const product = wordsValue(k.name(`${third} - ${over} * 65536`), k.name(`${highest.high} + ${over}`));
  if (!isSigned) return product;
  const where = (test: string, { low, high }: WordsValue): WordsValue =>
    wordsValue(k.name(`${test} >= 32768 ? ${low} : 0`), k.name(`${test} >= 32768 ? ${high} : 0`));
  return subtractWords(k, subtractWords(k, product, where(x.high, y)), where(y.high, x));
}

export const bitwiseWords = (k: WordWriter, op: "&" | "|" | "^", x: WordsValue, y: WordsValue): WordsValue =>
  wordsValue(k.name(k.bitwise(op, x.low, y.low)), k.name(k.bitwise(op, x.high, y.high)));

export const complementWords = (k: WordWriter, x: WordsValue): WordsValue =>
  wordsValue(k.name(`65535 - ${x.low}`), k.name(`65535 - ${x.high}`));

/** The lower 16 bits of a word shifted up. */
const shiftedUp = (k: WordWriter, x: string, count: number): string =>
  k.bitwise("&", k.bitwise("<<", x, count), 65535);

/** x 2^count mod 2^32; 0 from 32 on. */
export function shiftWordsLeft(k: WordWriter, x: WordsValue, count: number): WordsValue {
  if (count === 0) return x;
  if (count >= 32) return wordsValue("0", "0");
  if (count === 16) return wordsValue("0", x.low);
  if (count > 16) return wordsValue("0", k.name(shiftedUp(k, x.low, count - 16)));
  const carried = k.bitwise(">>", x.low, 16 - count);
  return wordsValue(
    k.name(shiftedUp(k, x.low, count)),
    k.name(k.bitwise("|", shiftedUp(k, x.high, count), carried)),
  );
}

/** Downwards, with zeros from above, or where it is signed the sign. */
export function shiftWordsRight(k: WordWriter, x: WordsValue, count: number, isSigned: boolean): WordsValue {
  if (count === 0) return x;
  const sign = isSigned ? k.name(`${x.high} >= 32768 ? 65535 : 0`) : "0";
  if (count >= 32) return wordsValue(sign, sign);
  /** A word shifted down by less than 16, under what comes in from above. */
  const under = (above: string, word: string, bits: number): string => {
    if (bits === 0) return word;
    const down = k.bitwise(">>", word, bits);
    return k.name(above === "0" ? down : k.bitwise("|", down, shiftedUp(k, above, 16 - bits)));
  };
  if (count >= 16) return wordsValue(under(sign, x.high, count - 16), sign);
  return wordsValue(under(x.high, x.low, count), under(sign, x.high, count));
}

/** How far a computed count shifts: by whole words, and by 2^bits from there. A count above 31 shifts everything out. */
function shiftBy(
  k: WordWriter,
  { low, high }: WordsValue,
): { readonly isFar: string; readonly bits: string } {
  const count = k.name(`${high} + ${low} >= 32 ? 32 : ${low}`);
  const isFar = k.name(`${count} >= 16 ? 1 : 0`);
  return { isFar: `${isFar} > 0`, bits: k.name(`${count} - ${isFar} * 16`) };
}

/** x 2^count mod 2^32. A word has 16 bits: its product with a power of two is exact. */
export function shiftWordsLeftBy(k: WordWriter, x: WordsValue, count: WordsValue): WordsValue {
  const { isFar, bits } = shiftBy(k, count);
  const power = k.name(k.help("smallPowerOfTwo", bits));
  const [low, high] = [k.name(`${x.low} * ${power}`), k.name(`${x.high} * ${power}`)];
  const over = k.name(`Math.floor(${low} * ${2 ** -16})`);
  const under = k.name(`${low} - ${over} * 65536`);
  return wordsValue(
    k.name(`${isFar} ? 0 : ${under}`),
    k.name(`${isFar} ? ${under} : ${k.name(`${k.name(k.help("lowWordOf", high))} + ${over}`)}`),
  );
}

/** floor(x / 2^count), of signed integers too. */
export function shiftWordsRightBy(
  k: WordWriter,
  x: WordsValue,
  count: WordsValue,
  isSigned: boolean,
): WordsValue {
  const { isFar, bits } = shiftBy(k, count);
  const power = k.name(k.help("smallPowerOfTwo", k.name(`16 - ${bits}`)));
  const top = isSigned ? k.name(`${x.high} >= 32768 ? ${x.high} - 65536 : ${x.high}`) : x.high;
  const whole = k.name(`${top} * ${power} * ${2 ** -16}`);
  const high = k.name(`Math.floor(${whole})`);
  const low = k.name(`Math.floor(${x.low} * ${power} * ${2 ** -16})`);
  const shifted = k.name(`${low} + (${whole} - ${high}) * 65536`);
  const sign = isSigned ? k.name(`${top} < 0 ? 65535 : 0`) : "0";
  const word = isSigned ? k.name(`${high} < 0 ? ${high} + 65536 : ${high}`) : high;
  return wordsValue(k.name(`${isFar} ? ${word} : ${shifted}`), k.name(`${isFar} ? ${sign} : ${word}`));
}

interface Division {
  readonly quotient: WordsValue;
  readonly remainder: WordsValue;
}

/** Bit by bit from above. x / 0 has all bits set, and x % 0 is x, as in LoopIR. */
export function divideWords(k: WordWriter, x: WordsValue, y: WordsValue): Division {
  const [xLow, xHigh] = [k.mutable(x.low), k.mutable(x.high)];
  const [qLow, qHigh, rLow, rHigh] = ["0", "0", "0", "0"].map((text) => k.mutable(text));
  // The upper word, which takes what the lower one has too much; a remainder may have 17 bits there for a moment.
  const doubled = (low: string, high: string, bit: string): void => {
    k.line(`${low} = ${low} * 2 + ${bit};`);
    k.line(`${high} = ${high} * 2;`);
    k.braces(`if (${low} >= 65536)`, () => {
      k.line(`${low} = ${low} - 65536;`);
      k.line(`${high} = ${high} + 1;`);
    });
  };
  k.braces("for (let turn = 0; turn < 32; turn++)", () => {
    const bit = k.name(`${xHigh} >= 32768 ? 1 : 0`);
    k.line(`${xHigh} = ${xHigh} - ${bit} * 32768;`);
    doubled(xLow, xHigh, "0");
    doubled(rLow, rHigh, bit);
    const fits = k.name(`(${rHigh} > ${y.high} || (${rHigh} === ${y.high} && ${rLow} >= ${y.low})) ? 1 : 0`);
    doubled(qLow, qHigh, fits);
    k.braces(`if (${fits} > 0)`, () => {
      k.line(`${rLow} = ${rLow} - ${y.low};`);
      k.line(`${rHigh} = ${rHigh} - ${y.high};`);
      k.braces(`if (${rLow} < 0)`, () => {
        k.line(`${rLow} = ${rLow} + 65536;`);
        k.line(`${rHigh} = ${rHigh} - 1;`);
      });
    });
  });
  return { quotient: wordsValue(qLow, qHigh), remainder: wordsValue(rLow, rHigh) };
}

/** The same of signed numbers: the quotient truncates, the remainder has the sign of x. */
export function divideSignedWords(k: WordWriter, x: WordsValue, y: WordsValue): Division {
  const isNegative = (value: WordsValue): string => k.name(`${value.high} >= 32768 ? 1 : 0`);
  const negatedIf = (test: string, value: WordsValue): WordsValue => {
    const negated = subtractWords(k, wordsValue("0", "0"), value);
    return wordsValue(
      k.name(`${test} ? ${negated.low} : ${value.low}`),
      k.name(`${test} ? ${negated.high} : ${value.high}`),
    );
  };
  const [xSign, ySign] = [isNegative(x), isNegative(y)];
  const parts = divideWords(k, negatedIf(`${xSign} > 0`, x), negatedIf(`${ySign} > 0`, y));
  // All bits set are -1 already, whatever the sign of x.
  const turns = k.name(`${xSign} === ${ySign} || (${y.low} + ${y.high} === 0) ? 0 : 1`);
  return {
    quotient: negatedIf(`${turns} > 0`, parts.quotient),
    remainder: negatedIf(`${xSign} > 0`, parts.remainder),
  };
}

/** A condition. */
export function compareWords(
  k: WordWriter,
  op: CompareOp,
  x: WordsValue,
  y: WordsValue,
  isSigned: boolean,
): string {
  const isEqual = `(${x.high} === ${y.high} && ${x.low} === ${y.low})`;
  if (op === "eq") return isEqual;
  if (op === "ne") return `(!${isEqual})`;
  // The sign bit turned over orders signed numbers as unsigned ones are.
  const ordered = (high: string): string =>
    isSigned ? k.name(`${high} >= 32768 ? ${high} - 32768 : ${high} + 32768`) : high;
  const [xHigh, yHigh] = [ordered(x.high), ordered(y.high)];
  const isBelow = (strict: string): string =>
    `(${xHigh} < ${yHigh} || (${xHigh} === ${yHigh} && ${x.low} ${strict} ${y.low}))`;
  switch (op) {
    case "lt":
      return isBelow("<");
    case "le":
      return isBelow("<=");
    case "gt":
      return `(!${isBelow("<=")})`;
    case "ge":
      return `(!${isBelow("<")})`;
    default:
      return op satisfies never;
  }
}
