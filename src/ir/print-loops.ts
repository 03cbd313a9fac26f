/**
 * The readable text of LoopIR, for `lower().loops` and golden tests.
 *
 * Buffers, variables and functions are renumbered in the order of their appearance, so that equal programs have equal
 * texts. A node that is shared within a statement is named before it (%0, %1, ...), and so is one that would nest too deep.
 * Literals carry their dtype, but for int32 and bool: 1.5f32, 2f64, 3u32, 4, true.
 */
import { evaluateConst } from "./arithmetic.js";
import type { DType } from "./dtype.js";
import { shortName } from "./dtype.js";
import { absurd } from "./errors.js";
import { nodesToName, postorder } from "./expression-graph.js";
import type {
  BinaryOp,
  Block,
  Buffer,
  CompareOp,
  Expr,
  LoopFunction,
  LoopKind,
  Program,
  Stmt,
  Var,
} from "./loop-ir.js";

const maxDepth = 30;

/** Elements of a constant that are shown. */
const shownElements = 8;

interface Names {
  readonly variable: (v: Var) => string;
  readonly buffer: (b: Buffer) => string;
  readonly callee: (f: LoopFunction) => string;
  readonly shared: () => string;
}

function newNames(): Names {
  const counts = new Map<string, number>();
  const next = (prefix: string): string => {
    const count = counts.get(prefix) ?? 0;
    counts.set(prefix, count + 1);
    return `${prefix}${count}`;
  };
  const variables = new Map<number, string>();
  const buffers = new Map<Buffer, string>();
  const callees = new Map<LoopFunction, string>();
  const named = <Key>(names: Map<Key, string>, key: Key, prefix: string, suffix = ""): string => {
    const name = names.get(key) ?? next(prefix) + suffix;
    names.set(key, name);
    return name;
  };
  return {
    variable: (v) => named(variables, v.id, "v"),
    buffer: (b) => named(buffers, b, b.role),
    callee: (f) => named(callees, f, "f", `_${f.name}`),
    shared: () => next("%"),
  };
}

export function showProgram(program: Program): string {
  const names = newNames();
  const parameters = program.parameters.map((parameter) => `${names.variable(parameter)}: i32`);
  const lines = [
    `program(${parameters.join(", ")}) {`,
    ...indent([
      ...program.inputs.map((buffer) => bufferLine(names, buffer)),
      ...program.outputs.map((buffer) => bufferLine(names, buffer)),
      ...program.constants.map(
        (buffer) => `${bufferLine(names, buffer)} = ${valuesText(buffer.dtype, Array.from(buffer.values))}`,
      ),
      ...program.functions.flatMap((callee) => functionLines(names, callee)),
      ...blockLines(names, program.body),
    ]),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

const indent = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);

const typeText = (dtype: DType, lanes: number): string =>
  lanes === 1 ? shortName[dtype] : `${shortName[dtype]}x${lanes}`;

const bufferLine = (names: Names, buffer: Buffer): string => {
  const size = typeof buffer.size === "number" ? String(buffer.size) : names.variable(buffer.size);
  return `${names.buffer(buffer)}: ${shortName[buffer.dtype]}[${size}]`;
};

function valuesText(dtype: DType, values: readonly number[]): string {
  const shown = values
    .slice(0, shownElements)
    .map((value) => literalText(dtype, evaluateConst(dtype, value)));
  return `[${shown.join(", ")}${values.length > shownElements ? ", ..." : ""}]`;
}

function literalText(dtype: DType, value: number | boolean): string {
  const text = Object.is(value, -0) ? "-0" : String(value);
  return dtype === "int32" || dtype === "bool" ? text : `${text}${shortName[dtype]}`;
}

function functionLines(names: Names, callee: LoopFunction): readonly string[] {
  const parameters = callee.parameters.map((v) => `${names.variable(v)}: ${typeText(v.dtype, v.lanes)}`);
  const { dtype, lanes } = callee.result;
  const body = blockLines(names, callee.body);
  return [
    `function ${names.callee(callee)}(${parameters.join(", ")}): ${typeText(dtype, lanes)} {`,
    ...indent([...body, ...withExpressions(names, [callee.result], ([result]) => [`return ${result}`])]),
    "}",
  ];
}

const blockLines = (names: Names, block: Block): readonly string[] => [
  ...block.temps.map((buffer) => bufferLine(names, buffer)),
  ...block.body.flatMap((statement) => statementLines(names, statement)),
];

const braces = (head: string, body: readonly string[]): readonly string[] => [
  `${head}{`,
  ...indent(body),
  "}",
];

const loopText = (kind: LoopKind): string => (kind.kind === "reduce" ? `reduce(${kind.op})` : kind.kind);

function statementLines(names: Names, statement: Stmt): readonly string[] {
  switch (statement.kind) {
    case "block": {
      const comment = statement.comment === "" ? "" : ` // ${statement.comment.replace(/\s+/g, " ")}`;
      const [head, ...rest] = braces("", blockLines(names, statement));
      return [`${head}${comment}`, ...rest];
    }
    case "loop":
      return withExpressions(names, [statement.extent], ([extent]) =>
        braces(
          `${loopText(statement.loopKind)} ${names.variable(statement.index)} < ${extent} `,
          blockLines(names, statement.body),
        ),
      );
    case "store":
      return withExpressions(names, [statement.index, statement.value], ([index, value]) => [
        `${names.buffer(statement.buffer)}[${index}] = ${value}`,
      ]);
    case "local": {
      const { variable } = statement;
      return withExpressions(names, [statement.init], ([init]) => [
        `let ${names.variable(variable)}: ${typeText(variable.dtype, variable.lanes)} = ${init}`,
      ]);
    }
    case "assign":
      return withExpressions(names, [statement.value], ([value]) => [
        `${names.variable(statement.variable)} = ${value}`,
      ]);
    case "if":
      return withExpressions(names, [statement.test], ([test]) => [
        ...braces(`if ${test} `, blockLines(names, statement.yes)),
        ...(statement.no.body.length > 0 ? braces("else ", blockLines(names, statement.no)) : []),
      ]);
    case "while": {
      const before = blockLines(names, statement.before);
      const test = withExpressions(names, [statement.test], ([text]) => [`break unless ${text}`]);
      return braces("while ", [...before, ...test, ...blockLines(names, statement.body)]);
    }
    case "swap":
      return [`swap ${names.buffer(statement.x)}, ${names.buffer(statement.y)}`];
    case "host":
      return withExpressions(
        names,
        statement.operands.map((operand) => operand.offset),
        (offsets) => {
          const operands = statement.operands.map(
            ({ buffer, size }, i) => `${names.buffer(buffer)}[${offsets[i]} .. +${size}]`,
          );
          return [`host ${statement.callback}(${operands.join(", ")})`];
        },
      );
    default:
      return absurd(statement);
  }
}

/** Lines written with the texts of expressions, after the lines that name what they share. */
function withExpressions(
  names: Names,
  roots: readonly Expr[],
  write: (texts: readonly string[]) => readonly string[],
): readonly string[] {
  const order = postorder(roots);
  const toName = nodesToName(roots, order, maxDepth);
  const texts = new Map<Expr, string>();
  const textOf = (expr: Expr): string => texts.get(expr) ?? "";
  const setup: string[] = [];
  for (const expr of order) {
    const text = nodeText(names, expr, textOf);
    const name = toName.has(expr) ? names.shared() : undefined;
    if (name !== undefined) setup.push(`${name}: ${typeText(expr.dtype, expr.lanes)} = ${text}`);
    texts.set(expr, name ?? text);
  }
  return [...setup, ...write(roots.map(textOf))];
}

const compareSigns: Readonly<Record<CompareOp, string>> = {
  eq: "==",
  ne: "!=",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
};

function binaryText(op: BinaryOp, x: string, y: string): string {
  switch (op) {
    case "add":
      return `(${x} + ${y})`;
    case "sub":
      return `(${x} - ${y})`;
    case "mul":
      return `(${x} * ${y})`;
    case "div":
      return `(${x} / ${y})`;
    case "rem":
      return `(${x} % ${y})`;
    case "and":
      return `(${x} & ${y})`;
    case "or":
      return `(${x} | ${y})`;
    case "xor":
      return `(${x} ^ ${y})`;
    case "shl":
      return `(${x} << ${y})`;
    case "shr":
      return `(${x} >> ${y})`;
    case "min":
    case "max":
    case "mulHigh":
    case "fromWords":
      return `${op}(${x}, ${y})`;
    default:
      return absurd(op);
  }
}

function nodeText(names: Names, expr: Expr, textOf: (expr: Expr) => string): string {
  const type = typeText(expr.dtype, expr.lanes);
  switch (expr.kind) {
    case "const":
      return literalText(expr.dtype, expr.value);
    case "var":
      return names.variable(expr);
    case "load":
      return `${names.buffer(expr.buffer)}${expr.lanes === 1 ? "" : `:x${expr.lanes}`}[${textOf(expr.index)}]`;
    case "unary":
      return `${expr.op}(${textOf(expr.x)})`;
    case "binary":
      return binaryText(expr.op, textOf(expr.x), textOf(expr.y));
    case "compare":
      return `(${textOf(expr.x)} ${compareSigns[expr.op]} ${textOf(expr.y)})`;
    case "select":
      return `(${textOf(expr.test)} ? ${textOf(expr.yes)} : ${textOf(expr.no)})`;
    case "cast":
      return `${type}(${textOf(expr.x)})`;
    case "bitcast":
      return `bitcast:${type}(${textOf(expr.x)})`;
    case "fma":
      return `fma(${textOf(expr.x)}, ${textOf(expr.y)}, ${textOf(expr.z)})`;
    case "intrinsic":
      return `${expr.name}(${expr.operands.map(textOf).join(", ")})`;
    case "call":
      return `${names.callee(expr.callee)}(${expr.operands.map(textOf).join(", ")})`;
    case "splat":
      return `splat:${type}(${textOf(expr.x)})`;
    case "laneIndex":
      return `laneIndex:${type}`;
    case "any":
      return `any(${textOf(expr.x)})`;
    case "reduceLanes":
      return `reduceLanes:${expr.op}(${textOf(expr.x)})`;
    default:
      return absurd(expr);
  }
}
