/** LoopIR statements and functions as the text of a kernel. */
import { InternalError } from "../../../ir/errors.js";
import { postorder } from "../../../ir/expression-graph.js";
import type { Block, Expr, Local, Loop, LoopFunction, Stmt, Store, Var } from "../../../ir/loop-ir.js";
import {
  type CallWriter,
  expressionValue,
  expressionValues,
  positionText,
  type Values,
} from "./expressions.js";
import { hiddenConstant } from "./floats.js";
import type { Given } from "./helpers.js";
import { wordsOf } from "./integers.js";
import { liveLines } from "./live-lines.js";
import { movingLoads } from "./moving-loads.js";
import { refuse } from "./refusal.js";
import { assignedIn } from "./unit.js";
import {
  asFlag,
  asFloat,
  asInteger,
  flagValue,
  floatValue,
  type KernelValue,
  mostExact,
  numberText,
  smallValue,
  wordsValue,
} from "./values.js";
import type { KernelWriter } from "./writer.js";

/** How the statements of one kernel are written. */
export interface Scope {
  /** Statements that others need; those left out are not written. */
  readonly isNeeded: (statement: Stmt) => boolean;
  readonly assigned: ReadonlySet<number>;
  /** Loops whose turns are threads: the index is known already. */
  readonly isThread: (loop: Loop) => boolean;
  readonly onStore: (store: Store) => void;
}

export function writeStatements(k: KernelWriter, statements: readonly Stmt[], scope: Scope): void {
  for (const statement of statements) if (scope.isNeeded(statement)) writeStatement(k, statement, scope);
}

function writeStatement(k: KernelWriter, statement: Stmt, scope: Scope): void {
  switch (statement.kind) {
    case "block":
      writeStatements(k, statement.body, scope);
      return;
    case "local":
      writeLocal(k, statement, scope);
      return;
    case "assign": {
      const names = statement.variable;
      assignValues(k, k.variable(names), expressionValues(k, statement.value, writeCall));
      return;
    }
    case "store":
      scope.onStore(statement);
      return;
    case "loop":
      writeLoop(k, statement, scope);
      return;
    case "if": {
      const test = asFlag(expressionValue(k, statement.test, writeCall)).text;
      k.braces(`if (${test})`, () => writeStatements(k, statement.yes.body, scope));
      if (statement.no.body.some(scope.isNeeded)) {
        k.braces("else", () => writeStatements(k, statement.no.body, scope));
      }
      return;
    }
    case "while": {
      const goes = k.freshName();
      k.line(`let ${goes} = 1;`);
      k.braces(`while (${goes} > 0)`, () => {
        writeStatements(k, statement.before.body, scope);
        const test = asFlag(expressionValue(k, statement.test, writeCall)).text;
        k.braces(`if (${test})`, () => writeStatements(k, statement.body.body, scope));
        k.braces("else", () => k.line(`${goes} = 0;`));
      });
      return;
    }
    case "swap":
      refuse("it exchanges arrays");
      return;
    case "host":
      refuse("it calls the host");
      return;
    default:
      statement satisfies never;
  }
}

function writeLocal(k: KernelWriter, { variable, init }: Local, scope: Scope): void {
  const values = expressionValues(k, init, writeCall);
  if (!scope.assigned.has(variable.id)) {
    if (isConstant(init, scope.assigned)) k.definitions.set(variable.id, init);
    k.setVariable(
      variable.id,
      values.map((value) => k.named(value)),
    );
    return;
  }
  k.setVariable(
    variable.id,
    Array.from({ length: variable.lanes }, (_, lane) =>
      mutableValue(k, values[values.length === 1 ? 0 : lane]),
    ),
  );
}

/** An integer that has the same value wherever it is computed: it reads no memory, and nothing that is assigned to. */
function isConstant(init: Expr, assigned: ReadonlySet<number>): boolean {
  if (init.dtype !== "int32" && init.dtype !== "uint32") return false;
  return postorder([init]).every(
    (each) => each.kind !== "load" && each.kind !== "call" && (each.kind !== "var" || !assigned.has(each.id)),
  );
}

/** A local of its own that begins with the value. Integers are words: nothing is known of what will be assigned. */
export function mutableValue(k: KernelWriter, value: KernelValue): KernelValue {
  switch (value.kind) {
    case "float":
      return floatValue(k.mutable(value.text));
    case "flag":
      return flagValue(`(${k.mutable(`${value.text} ? 1 : 0`)} > 0)`);
    case "small":
    case "words": {
      const { low, high } = wordsOf(k, value);
      return wordsValue(k.mutable(low), k.mutable(high));
    }
    default:
      return value satisfies never;
  }
}

/** The name in `(name > 0)`. */
const flagName = (text: string): string => text.slice(1, text.indexOf(" "));

/** Assigns to locals made by `mutableValue`; everything is computed before the first of them changes. */
export function assignValues(k: KernelWriter, to: Values, values: Values): void {
  const pairs = to.flatMap((target, lane): (readonly [string, string])[] => {
    const value = values[values.length === 1 ? 0 : lane];
    switch (target.kind) {
      case "float":
        return [[target.text, asFloat(value).text]];
      case "flag":
        return [[flagName(target.text), `${asFlag(value).text} ? 1 : 0`]];
      case "words": {
        const { low, high } = wordsOf(k, asInteger(value));
        return [
          [target.low, low],
          [target.high, high],
        ];
      }
      case "small":
        throw new InternalError("a kernel assigns to a constant");
      default:
        return target satisfies never;
    }
  });
  const texts = pairs.length === 1 ? [pairs[0][1]] : pairs.map(([, text]) => k.name(text));
  pairs.forEach(([name], i) => {
    k.line(`${name} = ${texts[i]};`);
  });
}

function writeLoop(k: KernelWriter, loop: Loop, scope: Scope): void {
  if (scope.isThread(loop)) {
    writeStatements(k, loop.body.body, scope);
    return;
  }
  const isKnown = loop.extent.kind === "const";
  const extent = isKnown
    ? String(Number(loop.extent.value))
    : k.name(positionText(expressionValue(k, loop.extent, writeCall)));
  const turn = k.freshName();
  const index = k.freshName();
  const most = isKnown ? Number(extent) - 1 : mostExact - 1;
  k.setVariable(loop.index.id, [smallValue("0", 0, 0)]);
  /** By where they begin and how far they move a turn: loads that go together share a variable. */
  const moving = new Map<string, { readonly position: string; readonly by: number }>();
  const loads = movingLoads(loop);
  for (const { load, by } of loads) {
    const start = positionText(expressionValue(k, load.index, writeCall));
    const key = `${by} ${start}`;
    const known = moving.get(key) ?? { position: k.mutable(start), by };
    moving.set(key, known);
    k.positions.set(load, known.position);
  }
  k.braces(`for (let ${turn} = 0; ${turn} < ${extent}; ${turn}++)`, () => {
    k.line(`let ${index} = ${turn};`);
    k.setVariable(loop.index.id, [smallValue(index, 0, Math.max(0, most))]);
    writeStatements(k, loop.body.body, scope);
    for (const { by, position } of moving.values())
      if (by !== 0) k.line(`${position} = ${position} + ${numberText(by)};`);
  });
  for (const { load } of loads) k.positions.delete(load);
}

// functions ----------------------------------------------------------------------------------------------------------

/** A call is one of a function of the kernel's, where all is float32; else the function's statements stand in its place. */
export const writeCall: CallWriter = (k, callee, operands) =>
  isOfFloats(callee) ? callFunction(k, callee, operands) : inline(k, callee, operands);

const known = new WeakMap<LoopFunction, boolean>();

/** gpu.js hands numbers to functions, but no arrays. */
function isOfFloats(fn: LoopFunction): boolean {
  let result = known.get(fn);
  if (result === undefined) {
    const isFloat = (x: Expr): boolean => x.dtype === "float32" && x.lanes === 1;
    result =
      fn.constants.length === 0 &&
      fn.parameters.every(isFloat) &&
      isFloat(fn.result) &&
      fn.calls.every(isOfFloats);
    known.set(fn, result);
  }
  return result;
}

const wholeScope = (statements: readonly Stmt[]): Scope => ({
  isNeeded: () => true,
  assigned: assignedIn(statements),
  isThread: () => false,
  onStore: () => {
    throw new InternalError("a LoopIR function stores");
  },
});

function inline(k: KernelWriter, fn: LoopFunction, operands: Values): KernelValue {
  fn.parameters.forEach((parameter, i) => {
    k.setVariable(parameter.id, [k.named(hiddenConstant(k, operands[i]))]);
  });
  writeStatements(k, fn.body.body, wholeScope(fn.body.body));
  return k.named(expressionValue(k, fn.result, writeCall));
}

function callFunction(k: KernelWriter, callee: LoopFunction, operands: Values): KernelValue {
  const { name, wants } = k.function(callee, () => functionText(k, callee));
  for (const given of wants) k.given(given);
  const texts = operands.map((x) => asFloat(hiddenConstant(k, x)).text);
  return floatValue(`${name}(${[...texts, ...wants].join(", ")})`);
}

/** A LoopIR function as one of gpu.js's. */
function functionText(
  k: KernelWriter,
  fn: LoopFunction,
): {
  readonly lines: readonly string[];
  readonly parameters: readonly string[];
  readonly wants: readonly Given[];
} {
  const inner = k.forFunction();
  const parameters = fn.parameters.map((parameter: Var) => {
    const name = inner.freshName();
    inner.setVariable(parameter.id, [floatValue(name)]);
    return name;
  });
  const body: Block = fn.body;
  writeStatements(inner, body.body, wholeScope(body.body));
  const result = asFloat(expressionValue(inner, fn.result, writeCall)).text;
  inner.line(`return ${result};`);
  return { lines: liveLines(inner.lines), parameters, wants: [...inner.givens] };
}
