/**
 * Statements. What is heavy within the turn of a serial loop becomes a function of its own: a function never changes from
 * baseline to optimised code while it runs, only from its next call on.
 */
import { absurd } from "../../../ir/errors.js";
import type { Block, Buffer, Loop, LoopFunction, Program, Stmt } from "../../../ir/loop-ir.js";
import type { Plan } from "../../buffers.js";
import { isLoopOfPrograms } from "../../memory-access.js";
import { isNonNegative, pushAddress } from "./addresses.js";
import { ExpressionWriter, valueTypes } from "./expressions.js";
import { type AddressList, FunctionWriter } from "./function-writer.js";
import { hostFunctions } from "./helpers.js";
import type { WasmFunction, WasmModule } from "./instructions.js";
import { pushElementAddress, pushStore } from "./memory-operations.js";
import { bufferKey, constantsKey, ModuleWriter, scratchKey } from "./module-writer.js";
import { Products } from "./products.js";
import { lanesOf, partsOf } from "./vector-operations.js";
import { workOf } from "./work.js";
import { tablesOf } from "./written-functions.js";

/** A loop nest of so many operations is worth a call. */
const heavyWork = 500;
/** The same for what runs once: a function of its own may be equal to another's. */
const veryHeavyWork = 50_000;
/** Instructions in one function, about: longer bodies are cut at their blocks. */
const longFunction = 6000;

/** Inputs and outputs beyond this number have their addresses in a list: an engine takes 1,000 parameters at most. */
const mostAddresses = 200;

export const hasAddressList = ({ inputs, outputs }: Program): boolean =>
  inputs.length + outputs.length > mostAddresses;

const addressList = (buffers: readonly Buffer[]): AddressList => ({
  key: "addresses",
  places: new Map(buffers.map((buffer, i) => [bufferKey(buffer), i])),
});

/** The module of a program. Its entry takes the areas' addresses, those of inputs and outputs, and the parameters. */
export function writeModule(
  program: Program,
  plan: Plan,
  isRelaxed = false,
): { readonly writer: ModuleWriter; readonly module: WasmModule } {
  const writer = new ModuleWriter(program, plan, writeLoopFunction, isRelaxed ? new Products(program) : null);
  const buffers = [...program.inputs, ...program.outputs];
  const list = hasAddressList(program) ? addressList(buffers) : null;
  const f = new FunctionWriter("program", null, list);
  f.parameter(scratchKey, ["i32"]);
  f.parameter(constantsKey, ["i32"]);
  if (list !== null) f.parameter(list.key, ["i32"]);
  else for (const buffer of buffers) f.parameter(bufferKey(buffer), ["i32"]);
  for (const parameter of program.parameters) {
    f.parameter(parameter.id, ["i32"]);
    writer.nonNegative.add(parameter.id);
  }
  writeBlock(writer, f, program.body, false);
  return { writer, module: writer.finish(f.finish([])) };
}

function writeLoopFunction(module: ModuleWriter, callee: LoopFunction): WasmFunction {
  const f = new FunctionWriter(callee.name);
  for (const parameter of callee.parameters) {
    f.parameter(parameter.id, valueTypes(parameter.dtype, parameter.lanes));
  }
  if (tablesOf(callee).length > 0) f.parameter(constantsKey, ["i32"]);
  writeBlock(module, f, callee.body, false);
  const types = valueTypes(callee.result.dtype, callee.result.lanes);
  const expressions = new ExpressionWriter(module, f);
  expressions.prepare([callee.result]);
  types.forEach((_, part) => {
    expressions.part(callee.result, part, callee.result.lanes);
  });
  return f.finish(types);
}

/** `isTurn`: it runs once each turn of a loop of programs. */
function writeBlock(module: ModuleWriter, f: FunctionWriter, block: Block, isTurn: boolean): void {
  for (const buffer of module.plan.swapped.get(block) ?? []) {
    const [local] = f.bind(bufferKey(buffer), ["i32"]);
    f.get(f.lookup(scratchKey)[0]);
    f.push("i32.const", module.plan.offsets.get(buffer) ?? 0);
    f.push("i32.add");
    f.set(local);
  }
  for (const statement of block.body) writeStatement(module, f, statement, isTurn);
}

/** `name`: of the block that the statement is all of. */
function writeStatement(
  module: ModuleWriter,
  f: FunctionWriter,
  statement: Stmt,
  isTurn: boolean,
  name = "loop",
): void {
  switch (statement.kind) {
    case "block":
      // One statement is written apart itself, if it is worth it.
      if (statement.body.length === 1 && !module.plan.swapped.has(statement)) {
        writeStatement(module, f, statement.body[0], isTurn, statement.comment || name);
      } else if (f.length > longFunction || (isTurn && workOf(statement) >= heavyWork)) {
        writeApart(module, f, statement.comment, (inner) => writeBlock(module, inner, statement, isTurn));
      } else {
        writeBlock(module, f, statement, isTurn);
      }
      return;
    case "loop":
      if (workOf(statement) >= (isTurn ? heavyWork : veryHeavyWork)) {
        writeApart(module, f, name, (inner) => writeLoop(module, inner, statement));
      } else {
        writeLoop(module, f, statement);
      }
      return;
    case "store":
      writeStore(module, f, statement);
      return;
    case "local": {
      const { variable, init } = statement;
      const factors = module.products?.factors(statement);
      if (factors != null) {
        for (const factor of factors) writeStatement(module, f, factor, isTurn);
        return;
      }
      const types = valueTypes(variable.dtype, variable.lanes);
      const expressions = new ExpressionWriter(module, f);
      expressions.prepare([init]);
      // All parts of a splat are the same: one local serves, if the variable stays what it is.
      const isOne = init.kind === "splat" && !module.assigned.has(variable.id);
      const locals = f.bind(variable.id, isOne ? types.slice(0, 1) : types);
      locals.forEach((local, part) => {
        expressions.part(init, part, variable.lanes);
        f.set(local);
      });
      const isFixed = variable.dtype === "int32" && variable.lanes === 1 && !module.assigned.has(variable.id);
      if (isFixed && isNonNegative(module, init)) {
        module.nonNegative.add(variable.id);
      }
      expressions.finish();
      return;
    }
    case "assign": {
      const { variable, value } = statement;
      const expressions = new ExpressionWriter(module, f);
      expressions.prepare([value]);
      // All parts are computed before one is set: the value may read the variable's other lanes.
      const types = valueTypes(variable.dtype, variable.lanes);
      types.forEach((_, part) => {
        expressions.part(value, part, variable.lanes);
      });
      for (const local of [...f.lookupAssigned(variable.id)].reverse()) f.set(local);
      expressions.finish();
      return;
    }
    case "if": {
      const expressions = new ExpressionWriter(module, f);
      expressions.prepare([statement.test]);
      expressions.scalar(statement.test);
      expressions.finish();
      f.push("if");
      writeBlock(module, f, statement.yes, isTurn);
      if (statement.no.body.length > 0) {
        f.push("else");
        writeBlock(module, f, statement.no, isTurn);
      }
      f.push("end");
      return;
    }
    case "while": {
      f.push("block");
      f.push("loop");
      writeBlock(module, f, statement.before, true);
      const expressions = new ExpressionWriter(module, f);
      expressions.prepare([statement.test]);
      expressions.scalar(statement.test);
      expressions.finish();
      f.push("i32.eqz");
      f.push("br_if", 1);
      writeBlock(module, f, statement.body, true);
      f.push("br", 0);
      f.push("end");
      f.push("end");
      return;
    }
    case "swap": {
      if (statement.x === statement.y) return;
      const [x] = f.lookupAssigned(bufferKey(statement.x));
      const [y] = f.lookupAssigned(bufferKey(statement.y));
      f.get(x);
      f.get(y);
      f.set(x);
      f.set(y);
      return;
    }
    case "host": {
      const expressions = new ExpressionWriter(module, f);
      const site = module.hostSites.push(statement) - 1;
      expressions.prepare(statement.operands.map(({ offset }) => offset));
      for (const { buffer, offset } of statement.operands) {
        const rest = pushAddress(expressions, buffer, offset);
        f.push("i32.const", rest);
        f.push("i32.add");
        f.call(hostFunctions.hostOperand);
      }
      f.push("i32.const", site);
      f.call(hostFunctions.hostCall);
      expressions.finish();
      return;
    }
    default:
      absurd(statement);
  }
}

/** In a function of its own, which is called here. */
function writeApart(
  module: ModuleWriter,
  f: FunctionWriter,
  name: string,
  write: (inner: FunctionWriter) => void,
): void {
  const inner = new FunctionWriter(name === "" ? "part" : name.replace(/[^\w]/g, "_"), f);
  write(inner);
  inner.finishInner((finished) => module.share(finished));
}

function writeStore(
  module: ModuleWriter,
  f: FunctionWriter,
  { buffer, index, value }: Extract<Stmt, { kind: "store" }>,
): void {
  const expressions = new ExpressionWriter(module, f);
  expressions.prepare([index, value]);
  const lanes = Math.max(index.lanes, value.lanes);
  if (index.lanes > 1) {
    const place = module.placeOf(f, buffer);
    for (let lane = 0; lane < lanes; lane++) {
      pushElementAddress(expressions, place.base, index, lane, buffer.dtype);
      expressions.lane(value, lane);
      pushStore(f, buffer.dtype, 1, 0, place.offset);
    }
  } else if (lanes === 1) {
    const offset = pushAddress(expressions, buffer, index);
    expressions.scalar(value);
    pushStore(f, buffer.dtype, 1, 0, offset);
  } else {
    writeVectorStore(f, expressions, { kind: "store", buffer, index, value });
  }
  expressions.finish();
}

/** All parts before the first store: the value may read what the store overwrites. */
function writeVectorStore(
  f: FunctionWriter,
  expressions: ExpressionWriter,
  { buffer, index, value }: Extract<Stmt, { kind: "store" }>,
): void {
  const { dtype } = buffer;
  const count = partsOf(dtype, value.lanes);
  if (count === 1) {
    const offset = pushAddress(expressions, buffer, index);
    expressions.part(value, 0, value.lanes);
    pushStore(f, dtype, lanesOf(dtype), 0, offset);
    return;
  }
  const parts = Array.from({ length: count }, (_, part) => {
    const local = f.local("v128");
    expressions.part(value, part, value.lanes);
    f.set(local);
    return local;
  });
  parts.forEach((local, part) => {
    const offset = pushAddress(expressions, buffer, index);
    f.get(local);
    pushStore(f, dtype, lanesOf(dtype), part, offset);
    f.release(local);
  });
}

function writeLoop(module: ModuleWriter, f: FunctionWriter, loop: Loop): void {
  const expressions = new ExpressionWriter(module, f);
  expressions.prepare([loop.extent]);
  module.nonNegative.add(loop.index.id);
  const isConstant = loop.extent.kind === "const";
  let bound = -1;
  if (!isConstant) {
    bound = f.local("i32");
    expressions.scalar(loop.extent);
    f.set(bound);
  } else if (Number(loop.extent.value) <= 0) {
    return;
  }
  expressions.finish();
  const pushExtent = (): void => {
    if (loop.extent.kind === "const") f.push("i32.const", Number(loop.extent.value));
    else f.get(bound);
  };
  const [index] = f.bind(loop.index.id, ["i32"]);
  f.push("i32.const", 0);
  f.set(index);
  if (!isConstant) {
    f.push("i32.const", 0);
    f.get(bound);
    f.push("i32.lt_s");
    f.push("if");
  }
  f.push("loop");
  writeBlock(module, f, loop.body, isLoopOfPrograms(loop));
  f.get(index);
  f.push("i32.const", 1);
  f.push("i32.add");
  f.push("local.tee", index);
  pushExtent();
  f.push("i32.lt_s");
  f.push("br_if", 0);
  f.push("end");
  if (!isConstant) f.push("end");
  if (bound >= 0) f.release(bound);
}
