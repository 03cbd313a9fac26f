/**
 * The operators: each looks at one node of the syntax tree and says how its text could be wrong. They are the mistakes that are
 * made in rules: a factor or a sum that is missing, operands in the wrong order, another axis, a key used twice.
 */
import ts from "typescript";

export const operatorNames = [
  "swap-operands",
  "drop-factor",
  "drop-term",
  "flip-sign",
  "off-by-one",
  "boundary",
  "negate",
  "drop-guard",
  "swap-branches",
  "wrong-axis",
  "drop-shape",
  "forget-element",
  "reuse-key",
  "drop-stop-gradient",
  "drop-selection",
  "drop-statement",
] as const;

export type OperatorName = (typeof operatorNames)[number];

/** Another text for a part of a file. */
export interface Replacement {
  readonly operator: OperatorName;
  /** What is replaced: from the first position up to the second. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Whoever evaluates this node notices the mutant. */
  readonly site: ts.Expression | ts.ExpressionStatement;
}

type Operator = (node: ts.Node, text: (node: ts.Node) => string) => readonly Replacement[];

const operators: readonly Operator[] = [
  call,
  binary,
  prefix,
  conditional,
  guard,
  literal,
  axis,
  list,
  statement,
];

/** What the operators make of the node itself, its children left alone. */
export const replacementsOf = (node: ts.Node, source: ts.SourceFile): readonly Replacement[] =>
  operators.flatMap((operator) => operator(node, (part) => part.getText(source)));

/** The whole of the node replaced. */
const replace = (operator: OperatorName, site: Replacement["site"], text: string): Replacement => ({
  operator,
  start: site.getStart(),
  end: site.end,
  text,
  site,
});

// calls --------------------------------------------------------------------------------------------------------------

const products = new Set(["mul", "multiply"]);
const quotients = new Set(["div", "divide"]);
const sums = new Set(["add", "addAny"]);
const differences = new Set(["sub", "subtract"]);
/** f(a, b) and f(b, a) differ. */
const ordered = new Set([
  ...quotients,
  ...differences,
  "rem",
  "pow",
  "atan2",
  "matmul",
  "ge",
  "gt",
  "le",
  "lt",
]);
/** Of (x, ...): what changes the shape, the order or the type of x and nothing else. */
const shaping = new Set([
  "broadcastInDim",
  "broadcastTo",
  "stretch",
  "reduceSum",
  "moveAxis",
  "reshape",
  "transpose",
  "expandDims",
  "squeeze",
  "convertElementType",
  "cast",
  "astype",
  "rev",
]);
const choices = new Set(["select", "where"]);
const selecting = new Set(["filter", "reverse", "toReversed", "sort", "slice"]);

/** name(a, b), module.name(a, b) and a.name(b) alike: the name and the operands, or null where it is no such call. */
function namedCall(node: ts.CallExpression): { name: string; operands: readonly ts.Expression[] } | null {
  const { expression: callee, arguments: given } = node;
  if (given.some(ts.isSpreadElement)) return null;
  if (ts.isIdentifier(callee)) return { name: callee.text, operands: given };
  if (!ts.isPropertyAccessExpression(callee) || callee.questionDotToken) return null;
  // The one-letter names are those of modules: e.mul(a, b) is the product of two expressions.
  const isModule = ts.isIdentifier(callee.expression) && /^(e|np|lax|nn)$/.test(callee.expression.text);
  return { name: callee.name.text, operands: isModule ? given : [callee.expression, ...given] };
}

function call(node: ts.Node, text: (node: ts.Node) => string): readonly Replacement[] {
  if (!ts.isCallExpression(node)) return [];
  const named = namedCall(node);
  if (named === null) return [];
  const { name, operands } = named;
  const swapped = (operator: OperatorName, i: number, j: number): Replacement => {
    const [first, second] = [operands[i], operands[j]].map((x) => ({
      x,
      from: x.getStart() - node.getStart(),
    }));
    const whole = text(node);
    const between = whole.slice(first.x.end - node.getStart(), second.from);
    const after = whole.slice(second.x.end - node.getStart());
    const left = first.from === 0 ? wrapped(second.x, text) : text(second.x);
    return replace(operator, node, whole.slice(0, first.from) + left + between + text(first.x) + after);
  };
  const keep = (operator: OperatorName, x: ts.Expression): Replacement => replace(operator, node, text(x));
  const found: Replacement[] = [];
  // A call for its effect is dropped as a statement: set.add(x) is no sum.
  if (operands.length === 2 && !ts.isExpressionStatement(node.parent)) {
    if (ordered.has(name)) found.push(swapped(differences.has(name) ? "flip-sign" : "swap-operands", 0, 1));
    if (products.has(name) || quotients.has(name)) {
      for (const x of products.has(name) ? operands : operands.slice(0, 1)) {
        if (!isNumber(x)) found.push(keep("drop-factor", x));
      }
    }
    if (sums.has(name)) found.push(...operands.filter((x) => !isNumber(x)).map((x) => keep("drop-term", x)));
    if (differences.has(name)) found.push(keep("drop-term", operands[0]));
    if (name === "foldIn") found.push(keep("reuse-key", operands[0]));
  }
  if (name === "neg" && operands.length === 1) found.push(keep("flip-sign", operands[0]));
  if (name === "stopGradient" && operands.length === 1) found.push(keep("drop-stop-gradient", operands[0]));
  if (choices.has(name) && operands.length === 3) found.push(swapped("swap-branches", 1, 2));
  if (name === "moveAxis" && operands.length === 3) found.push(swapped("wrong-axis", 1, 2));
  if (shaping.has(name) && operands.length >= 2) found.push(keep("drop-shape", operands[0]));
  if (name === "split" && ts.isIdentifier(node.expression) && operands.length > 0) {
    // Every key is the one they came from: key words are an array, to which zeros of the right shape are added.
    found.push(replace("reuse-key", node, `${text(node)}.mul(0).add(${text(operands[0])})`));
  }
  if (selecting.has(name) && ts.isPropertyAccessExpression(node.expression)) {
    found.push(keep("drop-selection", node.expression.expression));
  }
  return found;
}

/** In front of a dot an operand other than a name or a call needs parentheses. */
const wrapped = (node: ts.Expression, text: (node: ts.Node) => string): string =>
  ts.isIdentifier(node) || ts.isCallExpression(node) || ts.isPropertyAccessExpression(node)
    ? text(node)
    : `(${text(node)})`;

const isNumber = (node: ts.Node): boolean =>
  ts.isNumericLiteral(node) ||
  (ts.isPrefixUnaryExpression(node) && ts.isNumericLiteral(node.operand)) ||
  (ts.isBinaryExpression(node) && isNumber(node.left) && isNumber(node.right));

// expressions --------------------------------------------------------------------------------------------------------

const otherComparison = new Map<ts.SyntaxKind, readonly [OperatorName, string]>([
  [ts.SyntaxKind.LessThanToken, ["boundary", "<="]],
  [ts.SyntaxKind.LessThanEqualsToken, ["boundary", "<"]],
  [ts.SyntaxKind.GreaterThanToken, ["boundary", ">="]],
  [ts.SyntaxKind.GreaterThanEqualsToken, ["boundary", ">"]],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, ["negate", "!=="]],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, ["negate", "==="]],
  [ts.SyntaxKind.AmpersandAmpersandToken, ["negate", "||"]],
  [ts.SyntaxKind.BarBarToken, ["negate", "&&"]],
  [ts.SyntaxKind.PlusToken, ["flip-sign", "-"]],
  [ts.SyntaxKind.MinusToken, ["flip-sign", "+"]],
]);

function binary(node: ts.Node, text: (node: ts.Node) => string): readonly Replacement[] {
  if (!ts.isBinaryExpression(node) || hasText(node)) return [];
  const { left, operatorToken, right } = node;
  const found: Replacement[] = [];
  const other = otherComparison.get(operatorToken.kind);
  if (other !== undefined) {
    found.push({
      operator: other[0],
      start: operatorToken.getStart(),
      end: operatorToken.end,
      text: other[1],
      site: node,
    });
  }
  switch (operatorToken.kind) {
    case ts.SyntaxKind.AsteriskToken:
      found.push(
        ...[left, right].filter((x) => !isNumber(x)).map((x) => replace("drop-factor", node, text(x))),
      );
      break;
    case ts.SyntaxKind.SlashToken:
      if (!isNumber(left)) found.push(replace("drop-factor", node, text(left)));
      break;
    case ts.SyntaxKind.PlusToken:
    case ts.SyntaxKind.MinusToken:
      found.push(replace(isOne(right) ? "off-by-one" : "drop-term", node, text(left)));
      break;
    default:
  }
  return found;
}

const isOne = (node: ts.Node): boolean => ts.isNumericLiteral(node) && node.text === "1";

/** A concatenation of strings is no sum. */
const hasText = (node: ts.Node): boolean =>
  ts.isStringLiteralLike(node) || ts.isTemplateExpression(node)
    ? true
    : ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken
      ? hasText(node.left) || hasText(node.right)
      : false;

function prefix(node: ts.Node, text: (node: ts.Node) => string): readonly Replacement[] {
  if (!ts.isPrefixUnaryExpression(node)) return [];
  if (node.operator === ts.SyntaxKind.MinusToken) return [replace("flip-sign", node, text(node.operand))];
  if (node.operator === ts.SyntaxKind.ExclamationToken) return [replace("negate", node, text(node.operand))];
  return [];
}

function conditional(node: ts.Node, text: (node: ts.Node) => string): readonly Replacement[] {
  if (!ts.isConditionalExpression(node)) return [];
  const { condition, whenTrue, whenFalse } = node;
  return [replace("swap-branches", node, `${text(condition)} ? ${text(whenFalse)} : ${text(whenTrue)}`)];
}

/** if (c) return x: the case is not treated. */
function guard(node: ts.Node): readonly Replacement[] {
  return ts.isIfStatement(node) ? [replace("drop-guard", node.expression, "false")] : [];
}

function literal(node: ts.Node): readonly Replacement[] {
  if (isBoolean(node)) {
    return [replace("negate", node, String(node.kind === ts.SyntaxKind.FalseKeyword))];
  }
  if (!ts.isNumericLiteral(node) || ts.isPropertyName(node.parent)) return [];
  const value = Number(node.text.replaceAll("_", ""));
  if (!Number.isSafeInteger(value)) return [];
  if (ts.isBinaryExpression(node.parent) && isOne(node) && isSumOf(node.parent)) return [];
  return [replace("off-by-one", node, String(value + 1))];
}

const isBoolean = (node: ts.Node): node is ts.BooleanLiteral =>
  node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword;

/** k + 1, which another operator makes k. */
const isSumOf = ({ operatorToken: { kind } }: ts.BinaryExpression): boolean =>
  kind === ts.SyntaxKind.PlusToken || kind === ts.SyntaxKind.MinusToken;

/** f(x, axis): another axis. */
function axis(node: ts.Node): readonly Replacement[] {
  if (!ts.isIdentifier(node) || !/^(axis|dimension|outAxis|inAxis)$/.test(node.text)) return [];
  const { parent } = node;
  const isGiven = ts.isCallExpression(parent) && parent.arguments.some((argument) => argument === node);
  return isGiven ? [replace("wrong-axis", node, `(${node.text} === 0 ? 1 : 0)`)] : [];
}

/** [...a, b]: lists that are put together from parts, of operands, residuals and types. */
function list(node: ts.Node, text: (node: ts.Node) => string): readonly Replacement[] {
  if (!ts.isArrayLiteralExpression(node) || !node.elements.some(ts.isSpreadElement)) return [];
  if (node.elements.length < 2) return [];
  return node.elements.map((dropped) => {
    const rest = node.elements.filter((element) => element !== dropped).map(text);
    return replace("forget-element", node, `[${rest.join(", ")}]`);
  });
}

function statement(node: ts.Node): readonly Replacement[] {
  if (!ts.isExpressionStatement(node)) return [];
  const { expression } = node;
  const acts = ts.isCallExpression(expression)
    ? expression.expression.kind !== ts.SyntaxKind.SuperKeyword
    : ts.isBinaryExpression(expression);
  return acts ? [replace("drop-statement", node, ";")] : [];
}
