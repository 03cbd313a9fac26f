/**
 * Random LoopIR programs that touch every statement, operation and dtype, and never read what was not written, index out
 * of range or run for long. A program is a function of (seed, size), so that shrinking the size shrinks the program.
 */
import { BlockBuilder } from "../../src/ir/block-builder.js";
import type { DType, TypedArray } from "../../src/ir/dtype.js";
import { allocate, dtypes, isFloat } from "../../src/ir/dtype.js";
import * as ir from "../../src/ir/expr.js";
import type {
  BinaryOp,
  Buffer,
  CompareOp,
  ConstantBuffer,
  Expr,
  LoopFunction,
  Program,
  UnaryOp,
  Var,
} from "../../src/ir/loop-ir.js";

/** Elements of every buffer: a power of two, so that `and` brings any index into range. */
const size = 8;

/** A small generator of random numbers (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const floats = [
  0,
  -0,
  1,
  -1,
  0.5,
  2.5,
  -1.5,
  3e9,
  -3e9,
  1e-40,
  1e30,
  5e-324,
  1e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
];
const integers = [0, 1, -1, 2, 7, 31, 32, 33, 2147483647, -2147483648, 65537, -12345678];

function randomNumber(dtype: DType, random: () => number): number | boolean {
  const pick = (from: readonly number[]): number => from[Math.floor(random() * from.length)];
  const isSpecial = random() < 0.4;
  switch (dtype) {
    case "float32":
      return Math.fround(isSpecial ? pick(floats) : (random() - 0.5) * 20);
    case "float64":
      return isSpecial ? pick(floats) : (random() - 0.5) * 20;
    case "int32":
      return isSpecial ? pick(integers) : Math.floor((random() - 0.5) * 200);
    case "uint32":
      return (isSpecial ? pick(integers) : Math.floor(random() * 200)) >>> 0;
    case "bool":
      return random() < 0.5;
  }
}

export function randomArray(dtype: DType, length: number, random: () => number): TypedArray {
  const array = allocate(dtype, length);
  for (let i = 0; i < length; i++) array[i] = Number(randomNumber(dtype, random));
  return array;
}

const floatUnary: readonly UnaryOp[] = ["neg", "abs", "sqrt", "floor", "ceil", "trunc", "round"];
const integerUnary: readonly UnaryOp[] = [
  "neg",
  "abs",
  "not",
  "floor",
  "ceil",
  "trunc",
  "round",
  "popcount",
  "clz",
];
const floatBinary: readonly BinaryOp[] = ["add", "sub", "mul", "div", "rem", "min", "max"];
const integerBinary: readonly BinaryOp[] = [...floatBinary, "and", "or", "xor", "shl", "shr", "mulHigh"];
const boolBinary: readonly BinaryOp[] = ["and", "or", "xor", "min", "max"];
const compareOps: readonly CompareOp[] = ["eq", "ne", "lt", "le", "gt", "ge"];

/** What statements at one place may use. Inner scopes copy it, so that names do not leak out. */
interface Scope {
  readonly readable: readonly Buffer[];
  readonly writable: readonly Buffer[];
  readonly swappable: readonly Buffer[];
  readonly variables: Var[];
  readonly assignable: Var[];
  /** Expressions of the statement being written, for sharing. */
  shared: Expr[];
}

const inner = (scope: Scope, more: Partial<Scope> = {}): Scope => ({
  ...scope,
  variables: [...scope.variables],
  assignable: [...scope.assignable],
  shared: [],
  ...more,
});

export interface RandomProgram {
  readonly program: Program;
  readonly inputs: readonly TypedArray[];
  readonly parameters: readonly number[];
}

export function randomProgram(seed: number, statements: number): RandomProgram {
  const random = generator(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const pick = <A>(from: readonly A[]): A => from[below(from.length)];
  const buffer = (dtype: DType, role: Buffer["role"]): Buffer => ({ id: ir.freshId(), dtype, size, role });
  const constants: ConstantBuffer[] = (["float32", "int32"] as const).map((dtype) => ({
    id: ir.freshId(),
    dtype,
    size,
    role: "constant",
    values: randomArray(dtype, size, random),
  }));
  const inputs = dtypes.map((dtype) => buffer(dtype, "input"));
  const outputs = dtypes.map((dtype) => buffer(dtype, "output"));
  const parameter = ir.variable("int32");
  const functions: LoopFunction[] = [];

  const index = (scope: Scope, depth: number): Expr =>
    ir.and(expression("int32", scope, depth), ir.i32(size - 1));

  function expression(dtype: DType, scope: Scope, depth: number): Expr {
    const candidates = scope.shared.filter((expr) => expr.dtype === dtype);
    if (candidates.length > 0 && random() < 0.25) return pick(candidates);
    const expr = depth <= 0 ? leaf(dtype, scope) : node(dtype, scope, depth - 1);
    scope.shared.push(expr);
    return expr;
  }

  function leaf(dtype: DType, scope: Scope): Expr {
    const variables = scope.variables.filter((variable) => variable.dtype === dtype);
    if (variables.length > 0 && random() < 0.6) return pick(variables);
    const buffers = scope.readable.filter((each) => each.dtype === dtype);
    if (buffers.length > 0 && random() < 0.7) {
      const ints = scope.variables.filter((variable) => variable.dtype === "int32");
      const position = ints.length > 0 ? ir.and(pick(ints), ir.i32(size - 1)) : ir.i32(below(size));
      return ir.load(pick(buffers), random() < 0.5 ? position : ir.i32(below(size)));
    }
    return ir.constant(dtype, randomNumber(dtype, random));
  }

  function node(dtype: DType, scope: Scope, depth: number): Expr {
    const sub = (type: DType): Expr => expression(type, scope, depth);
    const callable = functions.filter((callee) => callee.result.dtype === dtype);
    switch (below(8)) {
      case 0:
        return ir.select(sub("bool"), sub(dtype), sub(dtype));
      case 1:
        return ir.cast(sub(pick(dtypes)), dtype);
      case 2: {
        const buffers = scope.readable.filter((each) => each.dtype === dtype);
        return buffers.length > 0 ? ir.load(pick(buffers), index(scope, depth)) : leaf(dtype, scope);
      }
      case 3:
        if (callable.length === 0) break;
        return callOf(pick(callable), sub);
      default:
        break;
    }
    switch (dtype) {
      case "float32":
        if (random() < 0.1) return ir.fma(sub(dtype), sub(dtype), sub(dtype));
        if (random() < 0.1) return ir.bitcast(sub(pick(["int32", "uint32"])), dtype);
        break;
      case "float64":
        if (random() < 0.1) return ir.fma(sub(dtype), sub(dtype), sub(dtype));
        if (random() < 0.1) return ir.binary("fromWords", sub("int32"), sub("uint32"));
        break;
      case "int32":
      case "uint32":
        if (random() < 0.1) return ir.bitcast(sub(pick(["float32", "int32", "uint32"])), dtype);
        if (random() < 0.1) return ir.unary(dtype === "int32" ? "highWord" : "lowWord", sub("float64"));
        break;
      case "bool": {
        if (random() < 0.2) return ir.not(sub("bool"));
        if (random() < 0.4) return ir.binary(pick(boolBinary), sub("bool"), sub("bool"));
        const type = pick(dtypes);
        return ir.compare(pick(compareOps), sub(type), sub(type));
      }
    }
    if (random() < 0.3) return ir.unary(pick(isFloat(dtype) ? floatUnary : integerUnary), sub(dtype));
    return ir.binary(pick(isFloat(dtype) ? floatBinary : integerBinary), sub(dtype), sub(dtype));
  }

  const callOf = (callee: LoopFunction, sub: (dtype: DType) => Expr): Expr =>
    ir.call(callee, ...callee.parameters.map((each) => sub(each.dtype)));

  function randomFunction(): LoopFunction {
    const parameters = [ir.variable(pick(dtypes)), ir.variable(pick(dtypes))];
    const scope: Scope = {
      readable: constants,
      writable: [],
      swappable: [],
      variables: [...parameters],
      assignable: [],
      shared: [],
    };
    const b = new BlockBuilder();
    const calls = [...functions];
    for (let i = 0; i < 3; i++) statement(b, scope, 1);
    const result = expression(pick(dtypes), inner(scope), 3);
    return { id: ir.freshId(), name: "random", parameters, body: b.finish(), result, constants, calls };
  }

  function local(b: BlockBuilder, scope: Scope): void {
    const v = b.local(expression(pick(dtypes), scope, 3));
    scope.variables.push(v);
    if (random() < 0.5) scope.assignable.push(v);
  }

  function statement(b: BlockBuilder, scope: Scope, depth: number): void {
    scope.shared = [];
    const kind = below(depth > 0 ? 12 : 6);
    if (kind < 3 && scope.writable.length > 0) {
      const target = pick(scope.writable);
      b.store(target, index(scope, 2), expression(target.dtype, scope, 3));
    } else if (kind < 5) {
      local(b, scope);
    } else if (kind === 5 && scope.assignable.length > 0) {
      const v = pick(scope.assignable);
      b.assign(v, expression(v.dtype, scope, 3));
    } else if (kind === 6 || kind === 7) {
      b.loop(
        2 + below(3),
        (body, i) => {
          const variables = i.kind === "var" ? [...scope.variables, i] : scope.variables;
          block(body, inner(scope, { variables: [...variables] }), depth - 1);
        },
        pick(["serial", "parallel", "vector", "unroll", "reduce"] as const),
      );
    } else if (kind === 8) {
      b.if(
        expression("bool", scope, 2),
        (yes) => block(yes, inner(scope), depth - 1),
        (no) => random() < 0.5 && block(no, inner(scope), depth - 1),
      );
    } else if (kind === 9) {
      whileLoop(b, scope, depth);
    } else if (kind === 10 && scope.swappable.length > 1) {
      const x = pick(scope.swappable);
      const partners = scope.swappable.filter((y) => y.dtype === x.dtype);
      b.push({ kind: "swap", x, y: pick(partners) });
    } else if (depth > 0 && scope.writable.length > 0) {
      b.block("", (body) => temps(body, inner(scope), depth - 1));
    } else {
      local(b, scope);
    }
  }

  function whileLoop(b: BlockBuilder, scope: Scope, depth: number): void {
    const turn = b.local(ir.i32(0));
    const turns = 1 + below(4);
    const readable = inner(scope, { variables: [...scope.variables, turn] });
    b.while(
      (before) => {
        const within = inner(readable);
        local(before, within);
        return ir.and(
          ir.lt(turn, ir.i32(turns)),
          ir.or(expression("bool", within, 2), ir.bool(random() < 0.8)),
        );
      },
      (body) => {
        block(body, inner(readable), depth - 1);
        body.assign(turn, ir.add(turn, ir.i32(1)));
      },
    );
  }

  function block(b: BlockBuilder, scope: Scope, depth: number): void {
    for (let i = 1 + below(4); i > 0; i--) statement(b, scope, depth);
  }

  /** A block with temporaries of its own, filled before use. */
  function temps(b: BlockBuilder, scope: Scope, depth: number): void {
    const dtype = pick(dtypes);
    const own = [dtype, dtype, pick(dtypes)].map((type) => b.temp(type, size));
    for (const temp of own) {
      b.loop(size, (body, i) => {
        const variables = i.kind === "var" ? [...scope.variables, i] : scope.variables;
        body.store(temp, i, expression(temp.dtype, inner(scope, { variables: [...variables] }), 2));
      });
    }
    const grown = inner(scope, {
      readable: [...scope.readable, ...own],
      writable: [...scope.writable, ...own],
      swappable: [...scope.swappable, ...own],
    });
    block(b, grown, depth);
    b.push({ kind: "host", callback: below(3), operands: [{ buffer: own[0], offset: ir.i32(2), size: 5 }] });
    for (const temp of own) {
      const target = scope.writable.find((each) => each.dtype === temp.dtype);
      if (target !== undefined) b.store(target, ir.i32(below(size)), ir.load(temp, ir.i32(below(size))));
    }
  }

  for (let i = 0; i < 3; i++) functions.push(randomFunction());
  const b = new BlockBuilder();
  inputs.forEach((from, i) => {
    b.loop(size, (body, at) => body.store(outputs[i], at, ir.load(from, at)));
  });
  const scope: Scope = {
    readable: [...inputs, ...outputs, ...constants],
    writable: outputs,
    swappable: [],
    variables: [parameter],
    assignable: [],
    shared: [],
  };
  for (let i = 0; i < statements; i++) {
    if (random() < 0.4) statement(b, scope, 3);
    else b.block("step", (body) => temps(body, inner(scope), 2));
  }
  return {
    program: { parameters: [parameter], inputs, outputs, constants, functions, body: b.finish() },
    inputs: inputs.map((each) => randomArray(each.dtype, size, random)),
    parameters: [below(10)],
  };
}
