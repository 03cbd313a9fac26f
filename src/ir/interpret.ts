/**
 * The meaning of LoopIR, for tests: a tree walk that is slow and checks everything.
 *
 * A value is an array of lanes. Temps and outputs hold poison until they are written; an index out of range, a variable
 * without a value and an operand of the wrong kind throw InternalError. Where the header of loop-ir.ts is silent about
 * lanes: operands of one lane serve all lanes of the others; a load or store at an index of one lane is of consecutive
 * elements, at an index of many lanes a gather or scatter; a call of a scalar function is a call for each lane.
 */
import type { Scalar } from "./arithmetic.js";
import {
  evaluateBinary,
  evaluateBitcast,
  evaluateCast,
  evaluateCompare,
  evaluateConst,
  evaluateFma,
  evaluateUnary,
} from "./arithmetic.js";
import type { DType, TypedArray } from "./dtype.js";
import { allocate } from "./dtype.js";
import { absurd, InternalError } from "./errors.js";
import { postorder } from "./expression-graph.js";
import type { Block, Buffer, Call, Expr, Program, ReduceLanes, Stmt, Var } from "./loop-ir.js";

type Value = readonly Scalar[];

/** Receives copies of the buffers that a Host statement names. */
export type HostCallback = (callback: number, operands: readonly TypedArray[]) => void;

interface Machine {
  readonly buffers: Map<Buffer, TypedArray>;
  readonly variables: Map<number, Value>;
  /** The nodes of an expression in the order of their evaluation, found once. */
  readonly orders: Map<Expr, readonly Expr[]>;
  readonly host: HostCallback;
}

/** Runs a program. The results are new arrays. */
export function interpret(
  program: Program,
  inputs: readonly TypedArray[],
  parameters: readonly number[] = [],
  host: HostCallback = () => {},
): TypedArray[] {
  if (inputs.length !== program.inputs.length || parameters.length !== program.parameters.length) {
    throw new InternalError(
      `a program of ${program.inputs.length} inputs and ${program.parameters.length} parameters was given ` +
        `${inputs.length} and ${parameters.length}`,
    );
  }
  const machine: Machine = { buffers: new Map(), variables: new Map(), orders: new Map(), host };
  program.parameters.forEach((parameter, i) => {
    machine.variables.set(parameter.id, [parameters[i] | 0]);
  });
  program.inputs.forEach((buffer, i) => {
    if (inputs[i].length !== sizeIn(machine, buffer)) {
      throw new InternalError(`input ${i} has ${inputs[i].length} elements, not ${sizeIn(machine, buffer)}`);
    }
    machine.buffers.set(buffer, inputs[i]);
  });
  const outputs = program.outputs.map((buffer) => {
    const output = poisoned(buffer.dtype, sizeIn(machine, buffer));
    machine.buffers.set(buffer, output);
    return output;
  });
  runBlock(machine, program.body);
  return outputs;
}

const sizeIn = (machine: Machine, buffer: Buffer): number =>
  typeof buffer.size === "number" ? buffer.size : Number(variableValue(machine, buffer.size)[0]);

/** NaN, or a number that nobody computes with: reading before writing shows. */
function poisoned(dtype: DType, size: number): TypedArray {
  const array = allocate(dtype, size);
  return array.fill(
    dtype === "float32" || dtype === "float64" ? Number.NaN : dtype === "bool" ? 0xcd : 0x5bad5bad,
  );
}

function variableValue(machine: Machine, variable: Var): Value {
  const value = machine.variables.get(variable.id);
  if (value === undefined) throw new InternalError("a LoopIR variable is read before it has a value");
  return value;
}

function arrayOf(machine: Machine, buffer: Buffer): TypedArray {
  const array = machine.buffers.get(buffer);
  if (array !== undefined) return array;
  if (buffer.role === "constant" && "values" in buffer) {
    // The field tells a ConstantBuffer, whose role alone does not narrow the interface.
    const values = buffer.values as TypedArray;
    machine.buffers.set(buffer, values);
    return values;
  }
  throw new InternalError(`a LoopIR ${buffer.role} buffer is used outside its block`);
}

function runBlock(machine: Machine, block: Block): void {
  for (const temp of block.temps) machine.buffers.set(temp, poisoned(temp.dtype, sizeIn(machine, temp)));
  for (const statement of block.body) run(machine, statement);
}

function run(machine: Machine, statement: Stmt): void {
  switch (statement.kind) {
    case "block":
      runBlock(machine, statement);
      return;
    case "loop": {
      const extent = scalarNumber(evaluate(machine, statement.extent));
      for (let i = 0; i < extent; i++) {
        machine.variables.set(statement.index.id, [i]);
        runBlock(machine, statement.body);
      }
      return;
    }
    case "store":
      store(
        machine,
        statement.buffer,
        evaluate(machine, statement.index),
        evaluate(machine, statement.value),
      );
      return;
    case "local":
      setVariable(machine, statement.variable, evaluate(machine, statement.init));
      return;
    case "assign":
      variableValue(machine, statement.variable);
      setVariable(machine, statement.variable, evaluate(machine, statement.value));
      return;
    case "if":
      runBlock(machine, scalarBool(evaluate(machine, statement.test)) ? statement.yes : statement.no);
      return;
    case "while":
      for (;;) {
        runBlock(machine, statement.before);
        if (!scalarBool(evaluate(machine, statement.test))) return;
        runBlock(machine, statement.body);
      }
    case "swap": {
      const x = arrayOf(machine, statement.x);
      machine.buffers.set(statement.x, arrayOf(machine, statement.y));
      machine.buffers.set(statement.y, x);
      return;
    }
    case "host":
      machine.host(
        statement.callback,
        statement.operands.map(({ buffer, offset, size }) => {
          const begin = scalarNumber(evaluate(machine, offset));
          const array = arrayOf(machine, buffer);
          checkRange(array, begin, size);
          return array.slice(begin, begin + size);
        }),
      );
      return;
    default:
      absurd(statement);
  }
}

function scalarNumber(value: Value): number {
  if (value.length === 1 && typeof value[0] === "number") return value[0];
  throw new InternalError("a LoopIR extent or offset is not one number");
}

function scalarBool(value: Value): boolean {
  if (value.length === 1 && typeof value[0] === "boolean") return value[0];
  throw new InternalError("a LoopIR test is not one bool");
}

function checkRange(array: TypedArray, begin: number, size: number): void {
  if (!(Number.isInteger(begin) && begin >= 0 && begin + size <= array.length)) {
    throw new InternalError(`a LoopIR access to [${begin}, ${begin + size}) in a buffer of ${array.length}`);
  }
}

/** Where the lanes of a load or store lie: consecutive from one index, or at an index of each. */
const positions = (index: Value, lanes: number): readonly number[] =>
  index.length === 1 && lanes > 1
    ? Array.from({ length: lanes }, (_, lane) => Number(index[0]) + lane)
    : index.map(Number);

function store(machine: Machine, buffer: Buffer, index: Value, value: Value): void {
  const array = arrayOf(machine, buffer);
  positions(index, value.length).forEach((position, lane) => {
    checkRange(array, position, 1);
    array[position] = Number(value[value.length === 1 ? 0 : lane]);
  });
}

function load(machine: Machine, buffer: Buffer, index: Value, lanes: number): Value {
  const array = arrayOf(machine, buffer);
  return positions(index, lanes).map((position) => {
    checkRange(array, position, 1);
    return buffer.dtype === "bool" ? array[position] !== 0 : array[position];
  });
}

/** The value of an expression. A node that is shared within it is evaluated once. */
function evaluate(machine: Machine, root: Expr): Value {
  let order = machine.orders.get(root);
  if (order === undefined) {
    order = postorder([root]);
    machine.orders.set(root, order);
  }
  const values = new Map<Expr, Value>();
  const operand = (expr: Expr): Value => {
    const value = values.get(expr);
    if (value === undefined) throw new InternalError("a LoopIR operand is evaluated after its use");
    return value;
  };
  for (const expr of order) values.set(expr, evaluateNode(machine, expr, operand));
  return operand(root);
}

/** A scalar is in every lane of a variable that is a vector. */
const setVariable = (machine: Machine, { id, lanes }: Var, value: Value): void => {
  machine.variables.set(
    id,
    lanewise(lanes, [value], (x) => x),
  );
};

/** Applies a scalar function lane by lane; operands of one lane serve all. */
const lanewise = (lanes: number, operands: readonly Value[], f: (...xs: Scalar[]) => Scalar): Value =>
  lanes === 1
    ? [f(...operands.map((x) => x[0]))]
    : Array.from({ length: lanes }, (_, lane) => f(...operands.map((x) => x[x.length === 1 ? 0 : lane])));

function evaluateNode(machine: Machine, expr: Expr, operand: (expr: Expr) => Value): Value {
  const { dtype, lanes } = expr;
  switch (expr.kind) {
    case "const":
      return lanewise(lanes, [], () => evaluateConst(dtype, expr.value));
    case "var":
      return variableValue(machine, expr);
    case "load":
      return load(machine, expr.buffer, operand(expr.index), lanes);
    case "unary":
      return lanewise(lanes, [operand(expr.x)], (x) => evaluateUnary(expr.op, expr.x.dtype, x));
    case "binary":
      return lanewise(lanes, [operand(expr.x), operand(expr.y)], (x, y) =>
        evaluateBinary(expr.op, expr.x.dtype, x, y),
      );
    case "compare":
      return lanewise(lanes, [operand(expr.x), operand(expr.y)], (x, y) => evaluateCompare(expr.op, x, y));
    case "select":
      return lanewise(lanes, [operand(expr.test), operand(expr.yes), operand(expr.no)], (test, yes, no) =>
        test ? yes : no,
      );
    case "cast":
      return lanewise(lanes, [operand(expr.x)], (x) => evaluateCast(x, expr.x.dtype, dtype));
    case "bitcast":
      return lanewise(lanes, [operand(expr.x)], (x) => evaluateBitcast(x, expr.x.dtype, dtype));
    case "fma":
      return lanewise(lanes, [operand(expr.x), operand(expr.y), operand(expr.z)], (x, y, z) =>
        evaluateFma(dtype, x, y, z),
      );
    case "intrinsic":
      throw new InternalError(`the LoopIR intrinsic ${expr.name} was not expanded`);
    case "call":
      return callFunction(machine, expr, expr.operands.map(operand));
    case "splat":
      return lanewise(lanes, [operand(expr.x)], (x) => x);
    case "laneIndex":
      return Array.from({ length: lanes }, (_, lane) => lane);
    case "any":
      return [operand(expr.x).some((x) => x === true)];
    case "reduceLanes":
      return [reduceLanes(expr, operand(expr.x))];
    default:
      return absurd(expr);
  }
}

/** The fixed tree of the vectorizer: the upper half of the lanes is folded onto the lower until one is left. */
function reduceLanes(expr: ReduceLanes, value: Value): Scalar {
  let lanes = value;
  while (lanes.length > 1) {
    const half = lanes.length / 2;
    if (!Number.isInteger(half)) throw new InternalError(`LoopIR has no vectors of ${value.length} lanes`);
    const upper = lanes.slice(half);
    lanes = lanes.slice(0, half).map((x, lane) => evaluateBinary(expr.op, expr.x.dtype, x, upper[lane]));
  }
  return lanes[0];
}

function callFunction(machine: Machine, { callee, lanes }: Call, operands: readonly Value[]): Value {
  const callWith = (values: readonly Value[]): Value => {
    const inner: Machine = { ...machine, buffers: new Map(), variables: new Map() };
    callee.parameters.forEach((parameter, i) => {
      setVariable(inner, parameter, values[i]);
    });
    runBlock(inner, callee.body);
    return evaluate(inner, callee.result);
  };
  if (callee.result.lanes === lanes) return callWith(operands);
  return Array.from(
    { length: lanes },
    (_, lane) => callWith(operands.map((x) => [x[x.length === 1 ? 0 : lane]]))[0],
  );
}
