/**
 * Expressions: each is written for one part after the other (a scalar is its own only part). A node used more than once in a
 * statement is computed into locals first, and so is one whose parts or lanes are needed in several places. All of a
 * statement's expressions are evaluated before it has an effect, so no load moves across a store.
 */
import { evaluateConst } from "../../../ir/arithmetic.js";
import type { DType } from "../../../ir/dtype.js";
import { isFloat } from "../../../ir/dtype.js";
import { absurd, InternalError } from "../../../ir/errors.js";
import { isAtom, nodesToName, operandsOf, postorder, smallTree } from "../../../ir/expression-graph.js";
import type { Expr } from "../../../ir/loop-ir.js";
import { pushAddress } from "./addresses.js";
import type { FunctionWriter } from "./function-writer.js";
import { helperFunction } from "./helpers.js";
import type { ValueType } from "./instructions.js";
import { pushGather, pushLoad } from "./memory-operations.js";
import type { ModuleWriter } from "./module-writer.js";
import { pushMultiplyAdd } from "./relaxed.js";
import {
  type CallHelper,
  pushBinary,
  pushBitcast,
  pushCast,
  pushCompare,
  pushConstant,
  pushRawWord,
  pushUnary,
  scalarType,
} from "./scalar-operations.js";
import { pushSelect } from "./select.js";
import type { ValueWriter } from "./value-writer.js";
import {
  lanesOf,
  partsOf,
  pushShuffleWords,
  pushSplat,
  pushSplatConstant,
  pushVectorBinary,
  pushVectorCast,
  pushVectorCompare,
  pushVectorConstant,
  pushVectorUnary,
  shapeOf,
} from "./vector-operations.js";

const maxDepth = 60;

/** The types of a value's locals. */
export const valueTypes = (dtype: DType, lanes: number): readonly ValueType[] =>
  lanes === 1 ? [scalarType(dtype)] : new Array<ValueType>(partsOf(dtype, lanes)).fill("v128");

/** Writes expressions of one statement. */
export class ExpressionWriter implements ValueWriter {
  readonly #helper: CallHelper;
  readonly #locals = new Map<Expr, readonly number[]>();

  constructor(
    readonly module: ModuleWriter,
    readonly f: FunctionWriter,
  ) {
    this.#helper = (name) => f.call(helperFunction(name));
  }

  /** Computes into locals what the roots share. To be called once, with all roots of the statement. */
  prepare(roots: readonly Expr[]): void {
    const tree = smallTree(roots);
    const order = tree === null ? postorder(roots) : [...tree].reverse();
    const shared = tree === null ? nodesToName(roots, order, maxDepth) : null;
    const often: Expr[] = [];
    for (const expr of order) {
      if (expr.kind === "call" && valueTypes(expr.dtype, expr.lanes).length > 1) often.push(expr);
      for (const x of neededOften(expr)) if (!isAtom(x)) often.push(x);
    }
    if (shared === null && often.length === 0) return;
    const named = new Set(shared === null ? often : [...shared, ...often]);
    for (const expr of order) if (named.has(expr)) this.#compute(expr);
  }

  /** Gives the locals back. */
  finish(): void {
    if (this.#locals.size === 0) return;
    for (const locals of this.#locals.values()) for (const local of locals) this.f.release(local);
    this.#locals.clear();
  }

  #compute(expr: Expr): void {
    const types = valueTypes(expr.dtype, expr.lanes);
    const locals = types.map((type) => this.f.local(type));
    if (expr.kind === "call") {
      this.#call(expr);
      for (const local of [...locals].reverse()) this.f.set(local);
    } else {
      locals.forEach((local, part) => {
        this.#node(expr, part);
        this.f.set(local);
      });
    }
    this.#locals.set(expr, locals);
  }

  /** Leaves a part of the value on the stack; a scalar in every lane, if `lanes` asks for a vector. */
  part(expr: Expr, part: number, lanes: number): void {
    if (expr.lanes > 1 || lanes === 1) {
      const locals = this.#locals.get(expr);
      if (locals !== undefined) this.f.get(locals[part]);
      else this.#node(expr, part);
      return;
    }
    if (expr.kind === "const") {
      pushSplatConstant(this.f, expr.dtype, evaluateConst(expr.dtype, expr.value));
      return;
    }
    this.scalar(expr);
    pushSplat(this.f, expr.dtype);
  }

  scalar(expr: Expr): void {
    this.part(expr, 0, 1);
  }

  /** One lane of a value, as a scalar. */
  lane(expr: Expr, lane: number): void {
    if (expr.lanes === 1) {
      this.scalar(expr);
      return;
    }
    const width = lanesOf(expr.dtype);
    this.part(expr, Math.floor(lane / width), expr.lanes);
    this.f.push(`${shapeOf(expr.dtype)}.extract_lane`, lane % width);
    if (expr.dtype === "bool") {
      this.f.push("i32.const", 1);
      this.f.push("i32.and");
    }
  }

  #node(expr: Expr, part: number): void {
    const { f, module } = this;
    const { dtype, lanes } = expr;
    const call = this.#helper;
    switch (expr.kind) {
      case "const": {
        const value = evaluateConst(dtype, expr.value);
        if (lanes === 1) pushConstant(f, dtype, value);
        else pushSplatConstant(f, dtype, value);
        return;
      }
      case "var": {
        const product = module.products?.productOf(expr);
        if (product === undefined) f.get(partOf(f.lookup(expr.id), part));
        else this.#node(product, part);
        return;
      }
      case "laneIndex": {
        const first = part * lanesOf(dtype);
        if (lanes === 1) pushConstant(f, dtype, 0);
        else pushVectorConstant(f, dtype, [first, first + 1, first + 2, first + 3]);
        return;
      }
      case "load":
        if (expr.index.lanes > 1) pushGather(this, expr, part);
        else pushLoad(f, dtype, lanes, part, pushAddress(this, expr.buffer, expr.index));
        return;
      case "unary":
        if (lanes === 1) {
          this.scalar(expr.x);
          if (expr.anyNaN) pushRawWord(f, expr.op === "highWord" ? 1 : 0);
          else pushUnary(f, expr.op, expr.x.dtype, call);
        } else if (expr.op === "highWord" || expr.op === "lowWord") {
          this.#word(expr, expr.op === "highWord" ? 1 : 0, part);
        } else if (expr.op === "clz") {
          this.#lanewise(expr, part, (lane) => {
            this.lane(expr.x, lane);
            pushUnary(f, expr.op, expr.x.dtype, call);
          });
        } else {
          this.part(expr.x, part, lanes);
          pushVectorUnary(f, expr.op, dtype);
        }
        return;
      case "binary":
        this.#binary(expr, part);
        return;
      case "compare":
        if (lanes === 1) {
          this.scalar(expr.x);
          this.scalar(expr.y);
          pushCompare(f, expr.op, expr.x.dtype);
        } else if (expr.x.dtype === "float64") {
          for (const half of [2 * part, 2 * part + 1]) {
            this.part(expr.x, half, lanes);
            this.part(expr.y, half, lanes);
            pushVectorCompare(f, expr.op, expr.x.dtype);
          }
          pushShuffleWords(f, [0, 2, 4, 6]);
        } else {
          this.part(expr.x, part, lanes);
          this.part(expr.y, part, lanes);
          pushVectorCompare(f, expr.op, expr.x.dtype);
        }
        return;
      case "select":
        pushSelect(this, expr, part);
        return;
      case "cast":
        this.#cast(expr.x, dtype, lanes, part);
        return;
      case "bitcast":
        if (lanes === 1) {
          this.scalar(expr.x);
          if (expr.anyNaN) f.push("i32.reinterpret_f32");
          else pushBitcast(f, expr.x.dtype, dtype, call);
        } else {
          this.#bits(expr, part);
        }
        return;
      case "fma":
        if (dtype === "float32") throw new InternalError("the LoopIR fma of float32 was not expanded");
        this.#lanewise(expr, part, (lane) => {
          for (const x of [expr.x, expr.y, expr.z]) this.lane(x, lane);
          call("fma64");
        });
        return;
      case "call":
        this.#call(expr);
        return;
      case "splat":
        if (expr.x.kind === "load" && dtype !== "bool" && !this.#locals.has(expr.x)) {
          const offset = pushAddress(this, expr.x.buffer, expr.x.index);
          f.push(dtype === "float64" ? "v128.load64_splat" : "v128.load32_splat", 2, offset);
        } else {
          this.part(expr.x, part, lanes);
        }
        return;
      case "any":
        this.#any(expr.x);
        return;
      case "reduceLanes":
        this.#reduceLanes(expr);
        return;
      case "intrinsic":
        throw new InternalError(`the LoopIR intrinsic ${expr.name} was not expanded`);
      default:
        absurd(expr);
    }
  }

  #binary(expr: Extract<Expr, { kind: "binary" }>, part: number): void {
    const { f } = this;
    const { op, x, y, lanes } = expr;
    const call = this.#helper;
    const literal = y.kind === "const" ? Number(y.value) : undefined;
    if (lanes === 1) {
      this.scalar(x);
      this.scalar(y);
      pushBinary(f, op, x.dtype, literal, call);
      return;
    }
    if (this.module.products !== null && pushMultiplyAdd(this, expr, part, (x) => this.#locals.has(x)))
      return;
    const isShift = op === "shl" || op === "shr";
    if (op === "fromWords") {
      this.part(y, Math.floor(part / 2), lanes);
      this.part(x, Math.floor(part / 2), lanes);
      pushShuffleWords(f, part % 2 === 0 ? [0, 4, 1, 5] : [2, 6, 3, 7]);
    } else if (op === "mulHigh") {
      const sign = x.dtype === "int32" ? "s" : "u";
      for (const half of ["low", "high"] as const) {
        this.part(x, part, lanes);
        this.part(y, part, lanes);
        f.push(`i64x2.extmul_${half}_i32x4_${sign}`);
      }
      pushShuffleWords(f, [1, 3, 5, 7]);
    } else if (isShift && literal !== undefined && literal >= 0 && literal < 32) {
      this.part(x, part, lanes);
      f.push("i32.const", literal);
      f.push(op === "shl" ? "i32x4.shl" : x.dtype === "int32" ? "i32x4.shr_s" : "i32x4.shr_u");
    } else if (isShift || op === "div" || op === "rem") {
      if (op === "div" && isFloat(x.dtype)) {
        this.part(x, part, lanes);
        this.part(y, part, lanes);
        pushVectorBinary(f, op, x.dtype);
        return;
      }
      this.#lanewise(expr, part, (lane) => {
        this.lane(x, lane);
        this.lane(y, lane);
        pushBinary(f, op, x.dtype, literal, call);
      });
    } else {
      this.part(x, part, lanes);
      this.part(y, part, lanes);
      if (!pushVectorBinary(f, op, x.dtype)) throw new InternalError(`SIMD has no ${op} of ${x.dtype}`);
    }
  }

  /** Word 0 or 1 of the doubles whose lanes make up the part; a NaN's are those of the one NaN. */
  #word({ x, anyNaN }: Extract<Expr, { kind: "unary" }>, word: 0 | 1, part: number): void {
    const { f } = this;
    for (const half of [2 * part, 2 * part + 1]) this.part(x, half, x.lanes);
    pushShuffleWords(f, [word, word + 2, word + 4, word + 6]);
    if (anyNaN) return;
    pushVectorConstant(f, "int32", new Array<number>(4).fill(word === 1 ? 0x7ff80000 : 0));
    for (const half of [2 * part, 2 * part + 1]) {
      this.part(x, half, x.lanes);
      this.part(x, half, x.lanes);
      f.push("f64x2.eq");
    }
    pushShuffleWords(f, [0, 2, 4, 6]);
    f.push("v128.bitselect");
  }

  #bits({ x, dtype: to, anyNaN }: Extract<Expr, { kind: "bitcast" }>, part: number): void {
    const { f } = this;
    this.part(x, part, x.lanes);
    if (x.dtype !== "float32" || to === "float32" || anyNaN) return;
    pushVectorConstant(f, "int32", new Array<number>(4).fill(0x7fc00000));
    this.part(x, part, x.lanes);
    this.part(x, part, x.lanes);
    f.push("f32x4.eq");
    f.push("v128.bitselect");
  }

  #cast(x: Expr, to: DType, lanes: number, part: number): void {
    const { f } = this;
    const from = x.dtype;
    if (lanes === 1) {
      this.scalar(x);
      pushCast(f, from, to);
      return;
    }
    if (to === "float64" && from !== "float64") {
      this.part(x, Math.floor(part / 2), lanes);
      if (from === "bool") {
        f.push(part % 2 === 0 ? "i64x2.extend_low_i32x4_s" : "i64x2.extend_high_i32x4_s");
        pushSplatConstant(f, "float64", 1);
        f.push("v128.and");
        return;
      }
      if (part % 2 === 1) {
        this.part(x, Math.floor(part / 2), lanes);
        pushShuffleWords(f, [2, 3, 2, 3]);
      }
      if (from === "float32") f.push("f64x2.promote_low_f32x4");
      else f.push(from === "int32" ? "f64x2.convert_low_i32x4_s" : "f64x2.convert_low_i32x4_u");
      return;
    }
    if (from === "float64" && to !== "float64") {
      for (const half of [2 * part, 2 * part + 1]) {
        this.part(x, half, lanes);
        if (to === "float32") f.push("f32x4.demote_f64x2_zero");
        else if (to === "bool") {
          pushSplatConstant(f, "float64", 0);
          f.push("f64x2.ne");
        } else f.push(`i32x4.trunc_sat_f64x2_${to === "int32" ? "s" : "u"}_zero`);
      }
      pushShuffleWords(f, to === "bool" ? [0, 2, 4, 6] : [0, 1, 4, 5]);
      return;
    }
    this.part(x, part, lanes);
    if (from !== to) pushVectorCast(f, from, to);
  }

  /** All parts of a call's result, in order. */
  #call(expr: Extract<Expr, { kind: "call" }>): void {
    expr.operands.forEach((operand, i) => {
      const types = valueTypes(expr.callee.parameters[i].dtype, expr.callee.parameters[i].lanes);
      types.forEach((_, part) => {
        this.part(operand, part, expr.callee.parameters[i].lanes);
      });
    });
    this.module.callFunction(this.f, expr.callee);
  }

  #any(x: Expr): void {
    const parts = x.lanes === 1 ? 1 : partsOf("bool", x.lanes);
    for (let part = 0; part < parts; part++) {
      this.part(x, part, x.lanes);
      if (part > 0) this.f.push("v128.or");
    }
    if (x.lanes > 1) this.f.push("v128.any_true");
  }

  /** The upper half of the lanes onto the lower, until one is left. */
  #reduceLanes({ op, x }: Extract<Expr, { kind: "reduceLanes" }>): void {
    const { f } = this;
    const { dtype } = x;
    const call = this.#helper;
    if (x.lanes === 1) {
      this.scalar(x);
      return;
    }
    // combine(lane, width): the value of lane `lane` once `width` lanes are left.
    const combine = (lane: number, width: number): void => {
      if (width === x.lanes) {
        this.lane(x, lane);
        return;
      }
      combine(lane, 2 * width);
      combine(lane + width, 2 * width);
      pushBinary(f, op, dtype, undefined, call);
    };
    const width = lanesOf(dtype);
    const combineParts = (part: number, count: number): void => {
      if (count === partsOf(dtype, x.lanes)) {
        this.part(x, part, x.lanes);
        return;
      }
      combineParts(part, 2 * count);
      combineParts(part + count, 2 * count);
      pushVectorBinary(f, op, dtype);
    };
    if (dtype === "bool") {
      combine(0, 1);
      return;
    }
    const folded = f.local("v128");
    combineParts(0, 1);
    f.set(folded);
    for (let half = width / 2; half >= 1; half /= 2) {
      f.get(folded);
      f.get(folded);
      f.get(folded);
      pushShuffleWords(f, dtype === "float64" ? [2, 3, 2, 3] : half === 2 ? [2, 3, 2, 3] : [1, 1, 1, 1]);
      pushVectorBinary(f, op, dtype);
      f.set(folded);
    }
    f.get(folded);
    f.push(`${shapeOf(dtype)}.extract_lane`, 0);
    f.release(folded);
  }

  /** A part put together from scalars, one for each of its lanes. */
  #lanewise(expr: Expr, part: number, scalar: (lane: number) => void): void {
    const { f } = this;
    if (expr.lanes === 1) {
      scalar(0);
      return;
    }
    const width = lanesOf(expr.dtype);
    const shape = shapeOf(expr.dtype);
    for (let lane = 0; lane < width; lane++) {
      scalar(part * width + lane);
      if (lane === 0) pushSplat(f, expr.dtype);
      else f.push(`${shape}.replace_lane`, lane);
    }
  }
}

/** The local of a part; where all parts are the same there is one. */
const partOf = (locals: readonly number[], part: number): number => locals[locals.length === 1 ? 0 : part];

const none: readonly Expr[] = [];

/** The operands of a vector node that are needed in more than one place: by every part, across widths, or lane by lane. */
function neededOften(expr: Expr): readonly Expr[] {
  if (expr.lanes === 1) return none;
  const operands = operandsOf(expr);
  // The address of consecutive elements is written by pushAddress, which takes it apart.
  if (expr.kind === "load" && expr.index.lanes === 1) return [];
  if (partsOf(expr.dtype, expr.lanes) > 1 && operands.some((x) => x.lanes === 1)) {
    return operands.filter(
      (x) => x.lanes === 1 || partsOf(x.dtype, x.lanes) !== partsOf(expr.dtype, expr.lanes),
    );
  }
  switch (expr.kind) {
    case "bitcast":
    case "fma":
    case "cast":
      return operands;
    case "load":
      return operands;
    case "unary":
      return expr.op === "highWord" || expr.op === "lowWord" || expr.op === "clz" ? operands : [];
    case "binary":
      return ["fromWords", "mulHigh", "div", "rem", "shl", "shr"].includes(expr.op) ? operands : [];
    case "select":
      return expr.dtype === "float64" ? [expr.test] : [];
    default:
      return [];
  }
}
