/** LoopIR expressions as the text of a kernel. Where a mode has no way to compute one exactly, the nest is refused. */
import { shortName } from "../../../ir/dtype.js";
import { InternalError } from "../../../ir/errors.js";
import { isAtom, nodesToName, postorder } from "../../../ir/expression-graph.js";
import type {
  BinaryOp,
  Bitcast,
  Cast,
  Compare,
  Expr,
  Load,
  LoopFunction,
  Select,
  Unary,
} from "../../../ir/loop-ir.js";
import { intrinsicFunction } from "../../intrinsics/table.js";
import { driverFunction } from "./driver-functions.js";
import { floatsValue, knownFloat, rounded } from "./floats.js";
import { binaryOfIntegers, castFromInteger, compareIntegers, unaryOfInteger, wordsOf } from "./integers.js";
import { refuse } from "./refusal.js";
import { withoutSignBits } from "./sign-bits.js";
import {
  asFlag,
  asFloat,
  asInteger,
  constantFloat,
  flagValue,
  floatValue,
  type IntegerValue,
  isSmallRange,
  type KernelValue,
  numberText,
  shifted,
  smallValue,
  wordsValue,
} from "./values.js";
import type { KernelWriter } from "./writer.js";

/** Texts nest no deeper: gpu.js looks at the operands of every operation again for its type. */
const maxDepth = 4;

export type Values = readonly KernelValue[];

/** Writes calls of LoopIR functions: given from above, since a function is statements. */
export type CallWriter = (k: KernelWriter, callee: LoopFunction, operands: Values) => KernelValue;

/** The values of an expression: one, or one for each lane. */
export function expressionValues(k: KernelWriter, given: Expr, writeCall: CallWriter): Values {
  if (isAtom(given)) return leafValues(k, given);
  const root = withoutSignBits(given, ({ id }) => k.definitions.get(id));
  const order = postorder([root]);
  const named = nodesToName([root], order, maxDepth);
  const values = new Map<Expr, Values>();
  const operand = (expr: Expr): Values => {
    const found = values.get(expr);
    if (found === undefined) throw new InternalError("a LoopIR operand is written after its use");
    return found;
  };
  for (const expr of order) {
    const result = isAtom(expr) ? leafValues(k, expr) : nodeValues(k, expr, operand, writeCall);
    values.set(expr, named.has(expr) ? result.map((value) => k.named(value)) : result);
  }
  return operand(root);
}

/** The value of an expression of one lane. */
export function expressionValue(k: KernelWriter, root: Expr, writeCall: CallWriter): KernelValue {
  const values = expressionValues(k, root, writeCall);
  if (values.length !== 1) throw new InternalError(`a kernel wants one lane and got ${values.length}`);
  return values[0];
}

function leafValues(k: KernelWriter, expr: Expr): Values {
  switch (expr.kind) {
    case "var":
      return k.variable(expr);
    case "const":
      return Array.from({ length: expr.lanes }, () => constantValue(k, expr.dtype, expr.value));
    case "laneIndex":
      return Array.from({ length: expr.lanes }, (_, lane) => smallValue(String(lane), lane, lane));
    default:
      throw new InternalError(`LoopIR ${expr.kind} is no leaf`);
  }
}

function constantValue(k: KernelWriter, dtype: Expr["dtype"], value: number | boolean): KernelValue {
  switch (dtype) {
    case "bool":
      return flagValue(value ? "(1 > 0)" : "(0 > 1)");
    case "int32":
    case "uint32": {
      const x = dtype === "int32" ? Number(value) | 0 : Number(value) >>> 0;
      if (isSmallRange(dtype, x, x)) return smallValue(numberText(x), x, x);
      return wordsValue(String(x & 0xffff), String(x >>> 16));
    }
    case "float32": {
      const x = Math.fround(Number(value));
      const known = constantFloat(x);
      if (known !== null) return known;
      if (Number.isNaN(x)) return floatValue(k.given("nan"));
      // gpu.js would fold the sign of a zero away.
      if (x === 0) return floatValue(`(0 * -${k.given("one")})`);
      return floatValue(x > 0 ? k.given("infinity") : `(-${k.given("infinity")})`);
    }
    case "float64":
      return refuse("it computes in float64, which graphics cards do not have here");
    default:
      return dtype satisfies never;
  }
}

/** Applies a scalar rule lane by lane; operands of one lane serve all. */
const lanewise = (
  lanes: number,
  operands: readonly Values[],
  rule: (...xs: KernelValue[]) => KernelValue,
): Values =>
  Array.from({ length: lanes }, (_, lane) => rule(...operands.map((x) => x[x.length === 1 ? 0 : lane])));

function nodeValues(
  k: KernelWriter,
  expr: Expr,
  operand: (expr: Expr) => Values,
  writeCall: CallWriter,
): Values {
  const { lanes } = expr;
  if (expr.dtype === "float64") refuse("it computes in float64, which graphics cards do not have here");
  switch (expr.kind) {
    case "load":
      return loadValues(k, expr, operand(expr.index));
    case "unary":
      return lanewise(lanes, [operand(expr.x)], (x) => unaryValue(k, expr, x));
    case "binary":
      return lanewise(lanes, [operand(expr.x), operand(expr.y)], (x, y) =>
        binaryValue(k, expr.op, expr.dtype, x, y),
      );
    case "compare":
      return lanewise(lanes, [operand(expr.x), operand(expr.y)], (x, y) => compareValue(k, expr, x, y));
    case "select":
      return lanewise(lanes, [operand(expr.test), operand(expr.yes), operand(expr.no)], (test, yes, no) =>
        selectValue(k, expr, asFlag(test).text, yes, no),
      );
    case "cast":
      return lanewise(lanes, [operand(expr.x)], (x) => castValue(k, expr, x));
    case "bitcast": {
      const exponent = exponentIn(expr);
      if (exponent === null) return lanewise(lanes, [operand(expr.x)], (x) => bitcastValue(k, expr, x));
      return lanewise(lanes, [operand(exponent)], (x) =>
        floatValue(k.help("powerOfBits", lowBitsText(k, asInteger(x)))),
      );
    }
    case "fma":
      return lanewise(lanes, [operand(expr.x), operand(expr.y), operand(expr.z)], (x, y, z) =>
        floatValue(k.help("fusedMultiplyAdd", asFloat(x).text, asFloat(y).text, asFloat(z).text)),
      );
    case "call": {
      const operands = expr.operands.map(operand);
      return Array.from({ length: lanes }, (_, lane) =>
        writeCall(
          k,
          expr.callee,
          operands.map((x) => x[x.length === 1 ? 0 : lane]),
        ),
      );
    }
    case "splat":
      return lanewise(lanes, [operand(expr.x)], (x) => k.named(x));
    case "any":
      return [
        flagValue(
          `(${operand(expr.x)
            .map((x) => asFlag(x).text)
            .join(" || ")})`,
        ),
      ];
    case "reduceLanes": {
      let values = operand(expr.x);
      while (values.length > 1) {
        const half = values.length / 2;
        const upper = values.slice(half);
        values = values
          .slice(0, half)
          .map((x, i) => k.named(binaryValue(k, expr.op, expr.dtype, x, upper[i])));
      }
      return values;
    }
    case "intrinsic": {
      const fn = intrinsicFunction(expr.name, expr.dtype);
      const operands = expr.operands.map(operand);
      return Array.from({ length: lanes }, (_, lane) => {
        const given = operands.map((x) => x[x.length === 1 ? 0 : lane]);
        return driverFunction(k, expr.name, expr.dtype, given) ?? writeCall(k, fn, given);
      });
    }
    case "const":
    case "var":
    case "laneIndex":
      return leafValues(k, expr);
    default:
      return expr satisfies never;
  }
}

/** The text of a position: below 2^24, since no array is longer. */
export function positionText(value: KernelValue): string {
  const index = asInteger(value);
  return index.kind === "small" ? index.text : `${index.low} + ${index.high} * 65536`;
}

/** One element, or several that follow each other, or one at each of several positions. */
function loadValues(k: KernelWriter, expr: Load, index: Values): Values {
  const { buffer, lanes } = expr;
  // Read now: the register changes with the next store.
  if (k.register?.buffer === buffer) return [k.named(k.register.value)];
  const moving = k.positions.get(expr);
  if (moving !== undefined) return [elementValue(k, buffer, moving)];
  const positions =
    index.length === lanes
      ? index.map(positionText)
      : Array.from({ length: lanes }, (_, lane) => shifted(positionText(index[0]), lane));
  return positions.map((position) => elementValue(k, buffer, position));
}

/** Integers lie in memory as all lower words and then all upper ones. */
export function elementValue(k: KernelWriter, buffer: Load["buffer"], position: string): KernelValue {
  switch (buffer.dtype) {
    case "float32":
      return floatValue(k.element(buffer, position));
    case "bool":
      return flagValue(`(${k.element(buffer, position)} > 0)`);
    case "int32":
    case "uint32": {
      const at = k.name(position);
      return wordsValue(
        k.name(k.element(buffer, at)),
        k.name(k.element(buffer, shifted(at, Number(buffer.size)))),
      );
    }
    case "float64":
      return refuse(`it reads ${shortName.float64}, which graphics cards do not have here`);
    default:
      return buffer.dtype satisfies never;
  }
}

function unaryValue(k: KernelWriter, { op, x: { dtype } }: Unary, x: KernelValue): KernelValue {
  switch (dtype) {
    case "bool":
      return flagValue(`(!${asFlag(x).text})`);
    case "int32":
    case "uint32":
      return unaryOfInteger(k, op, dtype, asInteger(x));
    case "float32":
    case "float64":
      break;
    default:
      return dtype satisfies never;
  }
  const { text, summands, constant } = asFloat(x);
  switch (op) {
    case "neg":
      return (
        knownFloat(constant === null ? null : -constant) ??
        floatValue(`(-${text})`, { summands: summands.size > 0 ? summands : new Set([text]) })
      );
    case "abs":
      return floatValue(`Math.abs(${text})`);
    case "sqrt":
      return rounded(k, `Math.sqrt(${text})`);
    case "floor":
    case "ceil":
    case "trunc":
      // gpu.js takes what `floor` gives for an integer, until it has a name.
      return floatValue(k.name(`Math.${op}(${text})`));
    case "round":
      return floatValue(k.help("roundToEven", text));
    case "highWord":
    case "lowWord":
      return refuse("it computes in float64, which graphics cards do not have here");
    case "not":
    case "popcount":
    case "clz":
      throw new InternalError(`LoopIR has no ${op} of ${dtype}`);
    default:
      return op satisfies never;
  }
}

function binaryValue(
  k: KernelWriter,
  op: BinaryOp,
  dtype: Expr["dtype"],
  x: KernelValue,
  y: KernelValue,
): KernelValue {
  switch (dtype) {
    case "bool":
      return flagsValue(op, asFlag(x).text, asFlag(y).text);
    case "int32":
    case "uint32":
      return binaryOfIntegers(k, op, dtype, asInteger(x), asInteger(y));
    case "float32":
    case "float64":
      return floatsValue(k, op, asFloat(x), asFloat(y));
    default:
      return dtype satisfies never;
  }
}

function flagsValue(op: BinaryOp, x: string, y: string): KernelValue {
  switch (op) {
    case "and":
    case "min":
      return flagValue(`(${x} && ${y})`);
    case "or":
    case "max":
      return flagValue(`(${x} || ${y})`);
    case "xor":
      return flagValue(`((${x} && !${y}) || (!${x} && ${y}))`);
    default:
      throw new InternalError(`LoopIR has no ${op} of bool`);
  }
}

function compareValue(
  k: KernelWriter,
  { op, x: { dtype } }: Compare,
  x: KernelValue,
  y: KernelValue,
): KernelValue {
  switch (dtype) {
    case "int32":
    case "uint32":
      return flagValue(compareIntegers(k, op, dtype, asInteger(x), asInteger(y)));
    case "bool": {
      const number = (value: KernelValue): string => k.name(`${asFlag(value).text} ? 1 : 0`);
      return flagValue(comparison(op, number(x), number(y)));
    }
    case "float32":
      return flagValue(comparison(op, asFloat(x).text, asFloat(y).text));
    case "float64":
      return refuse("it computes in float64, which graphics cards do not have here");
    default:
      return dtype satisfies never;
  }
}

const signs = { lt: "<", le: "<=", gt: ">", ge: ">=" } as const;

/** `x !== y` is false for NaN on some drivers. */
function comparison(op: Compare["op"], x: string, y: string): string {
  if (op === "eq") return `(${x} === ${y})`;
  if (op === "ne") return `(!(${x} === ${y}))`;
  return `(${x} ${signs[op]} ${y})`;
}

function selectValue(
  k: KernelWriter,
  { dtype }: Select,
  test: string,
  yes: KernelValue,
  no: KernelValue,
): KernelValue {
  switch (dtype) {
    case "bool":
      return flagValue(`((${test} && ${asFlag(yes).text}) || (!${test} && ${asFlag(no).text}))`);
    case "int32":
    case "uint32":
      return selectInteger(k, dtype, test, asInteger(yes), asInteger(no));
    case "float32":
    case "float64":
      return floatValue(`(${test} ? ${asFloat(yes).text} : ${asFloat(no).text})`);
    default:
      return dtype satisfies never;
  }
}

function selectInteger(
  k: KernelWriter,
  dtype: "int32" | "uint32",
  test: string,
  yes: IntegerValue,
  no: IntegerValue,
): KernelValue {
  if (yes.kind === "small" && no.kind === "small") {
    const [least, most] = [Math.min(yes.least, no.least), Math.max(yes.most, no.most)];
    if (isSmallRange(dtype, least, most)) {
      return smallValue(k.name(`${test} ? ${yes.text} : ${no.text}`), least, most);
    }
  }
  const [x, y] = [wordsOf(k, yes), wordsOf(k, no)];
  const flag = k.namedFlag(flagValue(test)).text;
  return wordsValue(k.name(`${flag} ? ${x.low} : ${y.low}`), k.name(`${flag} ? ${x.high} : ${y.high}`));
}

function castValue(k: KernelWriter, { dtype, x: { dtype: from } }: Cast, x: KernelValue): KernelValue {
  if (from === "float64") return refuse("it computes in float64, which graphics cards do not have here");
  switch (dtype) {
    case "bool":
      if (x.kind === "float") return flagValue(`(!(${x.text} === 0))`);
      return x.kind === "flag" ? x : flagValue(`(${castFromInteger(k, from, asInteger(x)).text} !== 0)`);
    case "float32":
      if (x.kind === "flag") return floatValue(`(${x.text} ? 1 : 0)`);
      return x.kind === "float" ? x : castFromInteger(k, from, asInteger(x));
    case "int32":
    case "uint32": {
      if (x.kind === "flag") return smallValue(k.name(`${x.text} ? 1 : 0`), 0, 1);
      if (x.kind === "float") return saturated(k, dtype, x.text);
      if (x.kind === "words" || isSmallRange(dtype, x.least, x.most)) return x;
      return wordsOf(k, x);
    }
    case "float64":
      return refuse("it computes in float64, which graphics cards do not have here");
    default:
      return dtype satisfies never;
  }
}

/** A float truncated into an integer dtype. 2^31 - 1 and 2^32 - 1 are no floats: they are put in where one more was reached. */
function saturated(k: KernelWriter, dtype: "int32" | "uint32", text: string): KernelValue {
  const [least, beyond] = dtype === "int32" ? [-(2 ** 31), 2 ** 31] : [0, 2 ** 32];
  const t = k.name(k.help("saturated", text, numberText(least), numberText(beyond)));
  const isBeyond = `${t} >= ${beyond}`;
  return wordsValue(
    k.name(`${isBeyond} ? 65535 : ${k.name(k.help("lowWordOf", t))}`),
    k.name(`${isBeyond} ? ${beyond / 65536 - 1} : ${k.name(k.help("highWordOf", t))}`),
  );
}

/** n of a float that is made of the bits n << 23; null for other bits. */
function exponentIn({ dtype, x }: Bitcast): Expr | null {
  if (dtype !== "float32" || x.kind !== "binary" || x.op !== "shl") return null;
  return x.y.kind === "const" && Number(x.y.value) === 23 ? x.x : null;
}

/** An integer of which only the lowest bits count. */
const lowBitsText = (k: KernelWriter, x: IntegerValue): string =>
  x.kind === "small" && x.least >= 0 ? x.text : wordsOf(k, x).low;

function bitcastValue(
  k: KernelWriter,
  { dtype, x: { dtype: from }, ofInteger }: Bitcast,
  x: KernelValue,
): KernelValue {
  if (x.kind === "float") {
    const text = k.name(x.text);
    if (dtype === "float32") return x;
    if (ofInteger) {
      // x is a sum with a constant, which a driver would subtract from before it rounds.
      const hidden = k.dialect.isReassociating ? `(${text} * ${k.given("one")})` : text;
      return smallValue(k.name(`${hidden} - ${2 ** 23}`), 0, 2 ** 23 - 1);
    }
    const size = k.name(`Math.abs(${text})`);
    const parts = [text, k.name(k.help("exponentOf", size)), k.name(k.help("significandOf", size))];
    return wordsValue(k.name(k.help("bitsLow", ...parts)), k.name(k.help("bitsHigh", ...parts)));
  }
  const integer = asInteger(x);
  if (dtype !== "float32") {
    if (integer.kind === "small" && dtype !== from && integer.least < 0) return wordsOf(k, integer);
    return integer;
  }
  const { low, high } = wordsOf(k, integer);
  return floatValue(k.help("floatOfBits", low, high));
}
