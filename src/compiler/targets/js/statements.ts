/** The text of statements and functions, as fragments that split.ts can move. */

import { absurd, InternalError } from "../../../ir/errors.js";
import type { Block, Expr, LoopFunction, Stmt } from "../../../ir/loop-ir.js";
import { isLoopOfPrograms } from "../../memory-access.js";
import type { ExpressionTexts } from "./expressions.js";
import { bare, elementText, expressionTexts, variableNames } from "./expressions.js";
import type { Fragment } from "./fragment.js";
import { binding, braces, fragment, mentioning, sequence } from "./fragment.js";
import type { TextModule } from "./module.js";
import { elementOffset } from "./module.js";
import type { DefineFunction } from "./split.js";
import { splitHeavy, splitLong } from "./split.js";

/** Turns assumed for a loop whose extent is known at run time only. */
const unknownExtent = 1000;

/** Whether a body is the turn of a serial loop or while, whose heavy parts are functions of their own. */
type Turn = "serialTurn" | "inline";

const define =
  (module: TextModule): DefineFunction =>
  (text) => {
    const name = module.freshName("h");
    module.functions.push([...text(name)]);
    return name;
  };

/** The name of a LoopFunction; its text is written when the name is first asked for. */
const functionName = (module: TextModule, callee: LoopFunction): string => {
  const known = module.functionNames.get(callee);
  if (known !== undefined) return known;
  const name = module.freshName("f");
  module.functionNames.set(callee, name);
  const parameters = callee.parameters.map(module.variableName);
  const body = wholeFragments(module, callee.body, "inline");
  const result = expressions(module, [callee.result]);
  const whole = splitLong(
    [
      ...body,
      fragment({
        lines: [...result.setup, `return ${bare(result.texts[0][0])};`],
        operations: result.operations,
        mentions: result.mentions,
        isFixed: true,
      }),
    ],
    define(module),
  );
  const { lines } = braces(`function ${name}(${parameters.join(", ")}) {`, sequence(whole));
  module.functions.push([...commentLines(callee.name), ...lines]);
  return name;
};

const expressions = (module: TextModule, roots: readonly Expr[]): ExpressionTexts =>
  expressionTexts(module, (callee) => functionName(module, callee), roots);

/** Comments are our own words; whatever else got into one must not end the line. */
const commentLines = (comment: string): readonly string[] =>
  comment === "" ? [] : [`// ${comment.replace(/[^\w .,:()[\]-]/g, "_")}`];

/** The statements of a block for the scope they are put in, split where that pays. */
const blockFragments = (module: TextModule, block: Block, turn: Turn): readonly Fragment[] =>
  splitBody(module, wholeFragments(module, block, turn), turn);

/** The same before its own statements are split: for a scope in which more statements follow that see its names. */
function wholeFragments(module: TextModule, block: Block, turn: Turn): readonly Fragment[] {
  const offsets = (module.plan.swapped.get(block) ?? []).map((buffer) => {
    const name = module.offsetName(buffer);
    return fragment({
      lines: [`let ${name} = ${elementOffset(module.plan, buffer)};`],
      operations: 1,
      declares: new Set([name]),
    });
  });
  return [...offsets, ...block.body.map((statement) => statementFragment(module, statement, turn))];
}

const splitBody = (module: TextModule, body: readonly Fragment[], turn: Turn): readonly Fragment[] =>
  splitLong(turn === "serialTurn" ? splitHeavy(body, define(module)) : body, define(module));

/** Lanes are all computed before one is stored. */
function storeFragment(
  module: TextModule,
  { buffer, index, value }: Extract<Stmt, { kind: "store" }>,
): Fragment {
  const { setup, texts, operations, mentions } = expressions(module, [index, value]);
  const [at, values] = texts;
  const lanes = Math.max(at.length, values.length);
  const stored = values.map((text) => (buffer.dtype === "bool" ? `${text} ? 1 : 0` : bare(text)));
  const names = lanes === 1 ? stored : stored.map(() => module.freshName("t"));
  const lines = Array.from({ length: lanes }, (_, lane) => {
    const isConsecutive = at.length === 1;
    const element = elementText(
      module,
      buffer,
      index,
      at[isConsecutive ? 0 : lane],
      isConsecutive ? lane : 0,
    );
    return `${element} = ${names[names.length === 1 ? 0 : lane]};`;
  });
  const named = lanes === 1 ? [] : names.map((name, i) => `const ${name} = ${stored[i]};`);
  return mentioning(
    mentions,
    fragment({
      lines: [...setup, ...named, ...lines],
      operations: operations + lanes,
      mentions: new Set(module.placeOf(buffer).names),
    }),
  );
}

/** A statement made of scalar expressions alone. `write` is given their texts. */
function simple(
  module: TextModule,
  roots: readonly Expr[],
  write: (texts: readonly string[]) => string,
  names: Partial<Fragment> = {},
): Fragment {
  const { setup, texts, operations, mentions } = expressions(module, roots);
  return mentioning(
    mentions,
    fragment({ lines: [...setup, write(texts.map(([text]) => text))], operations: operations + 1, ...names }),
  );
}

function statementFragment(module: TextModule, statement: Stmt, turn: Turn): Fragment {
  switch (statement.kind) {
    case "block": {
      const inner = sequence(blockFragments(module, statement, turn));
      if (inner.lines.length === 0) return fragment({});
      const whole = braces("{", inner);
      return { ...whole, lines: [...commentLines(statement.comment), ...whole.lines] };
    }
    case "loop":
      return loopFragment(module, statement);
    case "store":
      return storeFragment(module, statement);
    case "local": {
      const names = variableNames(module, statement.variable);
      const { setup, texts, operations, mentions } = expressions(module, [statement.init]);
      const [init] = texts;
      const lines = names.map((name, lane) => `let ${name} = ${bare(init[init.length === 1 ? 0 : lane])};`);
      return fragment({
        lines: [...setup, ...lines],
        operations: operations + 1,
        mentions,
        declares: new Set(names),
      });
    }
    case "assign": {
      const names = variableNames(module, statement.variable);
      const { setup, texts, operations, mentions } = expressions(module, [statement.value]);
      const [value] = texts;
      const lines = names.map((name, lane) => `${name} = ${bare(value[value.length === 1 ? 0 : lane])};`);
      return fragment({
        lines: [...setup, ...lines],
        operations: operations + 1,
        mentions,
        assigns: new Set(names),
      });
    }
    case "if":
      return ifFragment(module, statement, turn);
    case "while":
      return whileFragment(module, statement);
    case "swap": {
      const x = module.offsetName(statement.x);
      const y = module.offsetName(statement.y);
      if (x === y) return fragment({});
      const kept = module.freshName("t");
      return fragment({
        lines: [`const ${kept} = ${x};`, `${x} = ${y};`, `${y} = ${kept};`],
        operations: 2,
        mentions: new Set([x, y]),
        assigns: new Set([x, y]),
      });
    }
    case "host": {
      module.usesHost = true;
      const names = new Set(statement.operands.flatMap(({ buffer }) => module.placeOf(buffer).names));
      return simple(
        module,
        statement.operands.map((operand) => operand.offset),
        (offsets) => {
          const operands = statement.operands.map(({ buffer, size }, i) => {
            const { array, offset } = module.placeOf(buffer);
            const begin = `${offset} + ${offsets[i]}`;
            return `${array}.slice(${begin}, ${begin} + ${size})`;
          });
          return `host(${statement.callback}, [${operands.join(", ")}]);`;
        },
        { mentions: names, operations: 10 },
      );
    }
    default:
      return absurd(statement);
  }
}

function loopFragment(module: TextModule, loop: Extract<Stmt, { kind: "loop" }>): Fragment {
  const extent = expressions(module, [loop.extent]);
  const index = module.variableName(loop.index);
  const body = sequence(blockFragments(module, loop.body, isLoopOfPrograms(loop) ? "serialTurn" : "inline"));
  const isLiteral = loop.extent.kind === "const";
  const bound = isLiteral ? extent.texts[0][0] : module.freshName("n");
  const start = isLiteral ? `let ${index} = 0` : `let ${index} = 0, ${bound} = ${bare(extent.texts[0][0])}`;
  const turns = loop.extent.kind === "const" ? Number(loop.extent.value) : unknownExtent;
  const whole = braces(`for (${start}; ${index} < ${bound}; ${index} = (${index} + 1) | 0) {`, body);
  return mentioning(extent.mentions, {
    ...binding(index, whole),
    lines: [...extent.setup, ...whole.lines],
    operations: body.operations + extent.operations + 3,
    work: turns * (body.work + 3),
    hasLoop: true,
  });
}

function ifFragment(module: TextModule, statement: Extract<Stmt, { kind: "if" }>, turn: Turn): Fragment {
  const test = expressions(module, [statement.test]);
  const yes = sequence(blockFragments(module, statement.yes, turn));
  const no = sequence(blockFragments(module, statement.no, turn));
  const branches = [braces(`if (${bare(test.texts[0][0])}) {`, yes)];
  if (no.lines.length > 0) branches.push(braces("else {", no));
  const whole = sequence(branches);
  return mentioning(test.mentions, {
    ...whole,
    lines: [...test.setup, ...whole.lines],
    operations: whole.operations + test.operations + 1,
    work: Math.max(yes.work, no.work) + test.operations + 1,
  });
}

/** `before` is written into the loop's own scope, where the test sees its locals. */
function whileFragment(module: TextModule, statement: Extract<Stmt, { kind: "while" }>): Fragment {
  const before = wholeFragments(module, statement.before, "inline");
  const test = simple(module, [statement.test], ([text]) => `if (!${text}) break;`, { isFixed: true });
  const body = wholeFragments(module, statement.body, "serialTurn");
  const turn = sequence(splitBody(module, [...before, test, ...body], "serialTurn"));
  const whole = braces("for (;;) {", turn);
  return {
    ...whole,
    operations: turn.operations + 2,
    work: unknownExtent * turn.work,
    hasLoop: true,
    isFixed: false,
  };
}

/** The body of the program's entry; everything it mentions must be bound there. */
export function entryFragment(module: TextModule, body: Block): Fragment {
  const entry = sequence(blockFragments(module, body, "inline"));
  for (const name of entry.mentions) {
    if (!module.entryNames.has(name))
      throw new InternalError(`the LoopIR variable ${name} is used outside its block`);
  }
  return entry;
}
