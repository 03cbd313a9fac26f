/**
 * The text of expressions. A node that is used more than once in a statement becomes a `const` before it, and so does
 * every node at which the text would nest too deep for the engine's parser. All of a statement's expressions are evaluated
 * before it has an effect, so no load moves across a store.
 */
import { evaluateConst } from "../../../ir/arithmetic.js";
import { absurd, InternalError } from "../../../ir/errors.js";
import { nodesToName, postorder } from "../../../ir/expression-graph.js";
import type { Buffer, Expr, LoopFunction } from "../../../ir/loop-ir.js";
import type { TextModule } from "./module.js";
import type { CallRuntime } from "./operations.js";
import { binaryText, bitcastText, castText, compareText, literalText, unaryText } from "./operations.js";

const maxDepth = 60;

export interface ExpressionTexts {
  /** Statements that go before. */
  readonly setup: readonly string[];
  /** One for each root. */
  readonly texts: readonly string[];
  readonly operations: number;
  readonly mentions: Set<string>;
}

/** Names a function, and writes it if it is new: given from above, since its body is statements. */
export type NameFunction = (callee: LoopFunction) => string;

/** Without the parentheses around the whole, for places that delimit the text themselves. */
export function bare(text: string): string {
  if (!text.startsWith("(")) return text;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")" && --depth === 0) return i === text.length - 1 ? text.slice(1, -1) : text;
  }
  return text;
}

/** `array[offset + index]`. */
export function elementText(module: TextModule, buffer: Buffer, index: Expr, indexText: string): string {
  const { array, offset } = module.placeOf(buffer);
  if (offset === 0) return `${array}[${bare(indexText)}]`;
  if (index.kind === "const") {
    const position = Number(index.value);
    if (typeof offset === "number") return `${array}[${offset + position}]`;
    if (position === 0) return `${array}[${offset}]`;
  }
  return `${array}[(${offset} + ${indexText}) | 0]`;
}

export function expressionTexts(
  module: TextModule,
  nameFunction: NameFunction,
  roots: readonly Expr[],
): ExpressionTexts {
  const order = postorder(roots);
  const named = nodesToName(roots, order, maxDepth);
  const texts = new Map<Expr, string>();
  const setup: string[] = [];
  const mentions = new Set<string>();
  let operations = 0;
  const textOf = (expr: Expr): string => {
    const text = texts.get(expr);
    if (text === undefined) throw new InternalError("a LoopIR operand is written after its use");
    return text;
  };
  for (const expr of order) {
    if (expr.lanes !== 1) throw new InternalError("the js target has one lane");
    if (expr.kind === "var") mentions.add(module.variableName(expr));
    else if (expr.kind === "load") for (const name of module.placeOf(expr.buffer).names) mentions.add(name);
    if (expr.kind !== "const" && expr.kind !== "var") operations++;
    const text = nodeText(module, nameFunction, expr, textOf);
    if (named.has(expr)) {
      const name = module.freshName("t");
      setup.push(`const ${name} = ${bare(text)};`);
      texts.set(expr, name);
    } else {
      texts.set(expr, text);
    }
  }
  return { setup, texts: roots.map(textOf), operations, mentions };
}

function nodeText(
  module: TextModule,
  nameFunction: NameFunction,
  expr: Expr,
  textOf: (expr: Expr) => string,
): string {
  const runtime: CallRuntime = (name, ...operands) => {
    module.runtimeNames.add(name);
    return `${name}(${operands.join(", ")})`;
  };
  switch (expr.kind) {
    case "const":
      return literalText(evaluateConst(expr.dtype, expr.value));
    case "var":
      return module.variableName(expr);
    case "load": {
      const element = elementText(module, expr.buffer, expr.index, textOf(expr.index));
      return expr.dtype === "bool" ? `(${element} !== 0)` : element;
    }
    case "unary":
      return unaryText(expr.op, expr.x.dtype, textOf(expr.x), runtime);
    case "binary": {
      const literal = expr.y.kind === "const" ? Number(expr.y.value) : undefined;
      return binaryText(expr.op, expr.x.dtype, textOf(expr.x), textOf(expr.y), literal, runtime);
    }
    case "compare":
      return compareText(expr.op, textOf(expr.x), textOf(expr.y));
    case "select":
      return `(${textOf(expr.test)} ? ${textOf(expr.yes)} : ${textOf(expr.no)})`;
    case "cast":
      return castText(textOf(expr.x), expr.x.dtype, expr.dtype, runtime);
    case "bitcast":
      return bitcastText(textOf(expr.x), expr.x.dtype, expr.dtype, runtime);
    case "fma":
      return runtime(fmaName(expr), textOf(expr.x), textOf(expr.y), textOf(expr.z));
    case "intrinsic":
      throw new InternalError(`the LoopIR intrinsic ${expr.name} was not expanded`);
    case "call":
      return `${nameFunction(expr.callee)}(${expr.operands.map((operand) => bare(textOf(operand))).join(", ")})`;
    case "splat":
    case "any":
    case "reduceLanes":
      return textOf(expr.x);
    case "laneIndex":
      return "0";
    default:
      return absurd(expr);
  }
}

function fmaName({ dtype }: Expr): "fma32" | "fma64" {
  if (dtype === "float32") return "fma32";
  if (dtype === "float64") return "fma64";
  throw new InternalError(`LoopIR has no fma of ${dtype}`);
}
