/**
 * The text of expressions. A node that is used more than once in a statement becomes a `const` before it, and so does
 * every node at which the text would nest too deep for the engine's parser. All of a statement's expressions are evaluated
 * before it has an effect, so no load moves across a store.
 */
import { evaluateConst } from "../../../ir/arithmetic.js";
import { absurd, InternalError } from "../../../ir/errors.js";
import { nodesToName, operandsOf, postorder } from "../../../ir/expression-graph.js";
import type { Buffer, Expr, LoopFunction, Var } from "../../../ir/loop-ir.js";
import type { TextModule } from "./module.js";
import type { CallRuntime } from "./operations.js";
import { binaryText, bitcastText, castText, compareText, literalText, unaryText } from "./operations.js";

const maxDepth = 60;

export interface ExpressionTexts {
  /** Statements that go before. */
  readonly setup: readonly string[];
  /** For each root a text for each of its lanes. */
  readonly texts: readonly (readonly string[])[];
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

/** `array[offset + index + lane]`. */
export function elementText(
  module: TextModule,
  buffer: Buffer,
  index: Expr,
  indexText: string,
  lane = 0,
): string {
  const place = module.placeOf(buffer);
  const { array } = place;
  const offset =
    lane === 0
      ? place.offset
      : typeof place.offset === "number"
        ? place.offset + lane
        : `${place.offset} + ${lane}`;
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
  const named = new Set(nodesToName(roots, order, maxDepth));
  for (const expr of order) for (const x of sharedByLanes(expr)) named.add(x);
  const texts = new Map<Expr, readonly string[]>();
  const setup: string[] = [];
  const mentions = new Set<string>();
  let operations = 0;
  const textsOf = (expr: Expr): readonly string[] => {
    const text = texts.get(expr);
    if (text === undefined) throw new InternalError("a LoopIR operand is written after its use");
    return text;
  };
  for (const expr of order) {
    if (expr.kind === "var") for (const name of variableNames(module, expr)) mentions.add(name);
    else if (expr.kind === "load") for (const name of module.placeOf(expr.buffer).names) mentions.add(name);
    if (expr.kind !== "const" && expr.kind !== "var") operations += expr.lanes;
    const written = nodeTexts(module, nameFunction, expr, textsOf);
    texts.set(
      expr,
      named.has(expr)
        ? written.map((text) => {
            const name = module.freshName("t");
            setup.push(`const ${name} = ${bare(text)};`);
            return name;
          })
        : written,
    );
  }
  return { setup, texts: roots.map(textsOf), operations, mentions };
}

/** A variable of several lanes is as many variables. */
export function variableNames(module: TextModule, v: Var): readonly string[] {
  const name = module.variableName(v);
  return v.lanes === 1 ? [name] : Array.from({ length: v.lanes }, (_, lane) => `${name}_${lane}`);
}

/** Values of one lane that every lane of the node reads, and those it takes all lanes of. */
function sharedByLanes(expr: Expr): readonly Expr[] {
  if (expr.lanes === 1 && expr.kind !== "any" && expr.kind !== "reduceLanes") return [];
  const isName = (x: Expr): boolean => x.kind === "const" || x.kind === "var";
  return operandsOf(expr).filter((x) => !isName(x) && x.lanes !== expr.lanes);
}

/** A text for each lane. */
function nodeTexts(
  module: TextModule,
  nameFunction: NameFunction,
  expr: Expr,
  textsOf: (expr: Expr) => readonly string[],
): readonly string[] {
  if (expr.kind === "any") return [`(${textsOf(expr.x).join(" || ")})`];
  if (expr.kind === "reduceLanes") return [reducedText(module, expr, textsOf(expr.x))];
  if (expr.kind === "var") return variableNames(module, expr);
  return Array.from({ length: expr.lanes }, (_, lane) =>
    nodeText(module, nameFunction, expr, lane, (x) => {
      const texts = textsOf(x);
      return texts[texts.length === 1 ? 0 : lane];
    }),
  );
}

/** The upper half of the lanes onto the lower, until one is left. */
function reducedText(
  module: TextModule,
  { op, x }: Extract<Expr, { kind: "reduceLanes" }>,
  lanes: readonly string[],
): string {
  let left = lanes;
  while (left.length > 1) {
    const half = left.length / 2;
    left = left
      .slice(0, half)
      .map((text, i) => binaryText(op, x.dtype, text, left[i + half], undefined, callRuntime(module)));
  }
  return left[0];
}

const callRuntime =
  (module: TextModule): CallRuntime =>
  (name, ...operands) => {
    module.runtimeNames.add(name);
    return `${name}(${operands.join(", ")})`;
  };

function nodeText(
  module: TextModule,
  nameFunction: NameFunction,
  expr: Expr,
  lane: number,
  textOf: (expr: Expr) => string,
): string {
  const runtime = callRuntime(module);
  switch (expr.kind) {
    case "const":
      return literalText(evaluateConst(expr.dtype, expr.value));
    case "var":
      return module.variableName(expr);
    case "load": {
      const isConsecutive = expr.index.lanes === 1;
      const element = elementText(
        module,
        expr.buffer,
        expr.index,
        textOf(expr.index),
        isConsecutive ? lane : 0,
      );
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
      return textOf(expr.x);
    case "any":
    case "reduceLanes":
      throw new InternalError(`LoopIR ${expr.kind} has one text for all lanes`);
    case "laneIndex":
      return String(lane);
    default:
      return absurd(expr);
  }
}

function fmaName({ dtype }: Expr): "fma32" | "fma64" {
  if (dtype === "float32") return "fma32";
  if (dtype === "float64") return "fma64";
  throw new InternalError(`LoopIR has no fma of ${dtype}`);
}
