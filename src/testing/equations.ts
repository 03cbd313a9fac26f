/**
 * The first equation of a function that breaks a law: the function is staged, its equations are computed one after the other at
 * the failing inputs, and each is put to the same test as a function of its own. So a failure names its culprit.
 */
import { ConcreteArray, type NDArray } from "../autodiff/array.js";
import { liveLanesPrimitive } from "../autodiff/control-flow/cond/live-lanes.js";
import type { CondParams } from "../autodiff/control-flow/cond/primitive.js";
import { type ScanParams, splitOperands } from "../autodiff/control-flow/scan/params.js";
import { splitOperands as splitWhile, type WhileParams } from "../autodiff/control-flow/while/params.js";
import { type Atom, type Eqn, evalJaxpr, type Jaxpr, readAtom, type Var } from "../autodiff/jaxpr.js";
import { stage } from "../autodiff/staging.js";
import { bind } from "../autodiff/trace.js";
import { spelled } from "../ir/arguments.js";
import { aval, showAval } from "../ir/aval.js";
import { isFloat } from "../ir/dtype.js";
import { sizeOf } from "../ir/shape.js";
import type { ArraysFunction } from "./law.js";

/** An equation as a function of those of its operands that are floats and depend on the inputs. */
export interface Equation {
  readonly f: ArraysFunction;
  readonly inputs: readonly NDArray[];
  /** `mul of f64[3], f64[3]`, or the custom function's name; with the loops and calls around it. */
  readonly label: string;
}

/** What a test of an equation found wrong with it; null for nothing. */
export type Test<E> = (equation: Equation) => E | null;

export interface Found<E> {
  readonly equation: Equation;
  readonly evidence: E;
}

/**
 * The first equation, in the order of computation, with which the test finds something wrong; inside of calls, branches and loops if
 * there, down to the turn. Rules of custom functions are not looked into: they are one equation. Null where no equation
 * fails by itself.
 */
export function firstEquation<E>(
  f: ArraysFunction,
  inputs: readonly NDArray[],
  test: Test<E>,
): Found<E> | null {
  const { jaxpr, consts } = stage(
    f,
    inputs.map((x) => x.aval),
    "checkGrads",
  );
  const values = new Map<Var, NDArray>(jaxpr.constvars.map((v, i) => [v, consts[i]]));
  const depends = inputs.map(() => true);
  return walk(jaxpr, values, inputs, depends, "", test);
}

function walk<E>(
  jaxpr: Jaxpr,
  values: Map<Var, NDArray>,
  inputs: readonly NDArray[],
  depends: readonly boolean[],
  inside: string,
  test: Test<E>,
): Found<E> | null {
  const dependent = new Set<Var>(jaxpr.invars.filter((_, i) => depends[i]));
  jaxpr.invars.forEach((v, i) => {
    values.set(v, inputs[i]);
  });
  const isDependent = (atom: Atom): boolean => atom.kind === "var" && dependent.has(atom);
  for (const eqn of jaxpr.eqns) {
    const operands = eqn.operands.map((atom) => readAtom(values, atom));
    const bits = eqn.operands.map(isDependent);
    if (bits.includes(true)) {
      const found = testEquation(eqn, operands, bits, inside, test);
      if (found !== null) return found;
      for (const v of eqn.outs) dependent.add(v);
    }
    bind(eqn.primitive, operands, eqn.params).forEach((out, i) => {
      values.set(eqn.outs[i], out);
    });
  }
  return null;
}

function testEquation<E>(
  eqn: Eqn,
  operands: readonly NDArray[],
  depends: readonly boolean[],
  inside: string,
  test: Test<E>,
): Found<E> | null {
  const active = operands.flatMap((x, i) => (depends[i] && isFloat(x.dtype) ? [i] : []));
  // Its derivative is not its own in lanes that nothing reads, so it is never what a wrong result comes from.
  if (eqn.primitive === liveLanesPrimitive) return null;
  if (active.length === 0 || !eqn.outs.some((v) => isFloat(v.aval.dtype))) return null;
  const equation: Equation = {
    f: (xs) => {
      const all = [...operands];
      active.forEach((i, k) => {
        all[i] = xs[k];
      });
      return bind(eqn.primitive, all, eqn.params).filter((out) => isFloat(out.dtype));
    },
    inputs: active.map((i) => operands[i]),
    label: `${nameOf(eqn)} of ${operands.map((x) => showAval(x.aval)).join(", ")}${inside}`,
  };
  const evidence = test(equation);
  if (evidence === null) return null;
  return within(eqn, operands, depends, inside, test) ?? { equation, evidence };
}

/** `mul`, `customVjp "huber"` */
function nameOf({ primitive, params }: Eqn): string {
  const name = "name" in params ? ` "${String(params.name)}"` : "";
  switch (primitive.name) {
    case "custom_jvp_call":
      return `the rule of customJvp${name}`;
    case "custom_vjp_call":
    case "custom_lin":
      return `the rule of customVjp${name}`;
    case "stop_gradient":
      return "stopGradient, whose derivative is 0 on purpose,";
    default:
      return spelled(primitive.name);
  }
}

// equations that hold equations ------------------------------------------------------------------------------------------

/** The same search in what the equation calls, with the values it is called with. */
function within<E>(
  { primitive, params }: Eqn,
  operands: readonly NDArray[],
  depends: readonly boolean[],
  inside: string,
  test: Test<E>,
): Found<E> | null {
  // Sound, here and below: an equation's params are of its primitive's type.
  switch (primitive.name) {
    case "jit":
    case "checkpoint":
      return walk((params as { jaxpr: Jaxpr }).jaxpr, new Map(), operands, depends, inside, test);
    case "cond": {
      const { branches } = params as CondParams;
      const [index] = operands[0].concrete("checkGrads").values;
      const taken = Math.min(Math.max(index, 0), branches.length - 1);
      const where = `, in branch ${taken} of cond${inside}`;
      return walk(branches[taken], new Map(), operands.slice(1), depends.slice(1), where, test);
    }
    case "scan":
      return withinScan(params as ScanParams, operands, depends, inside, test);
    case "while":
      return withinWhile(params as WhileParams, operands, depends, inside, test);
    default:
      return null;
  }
}

function withinScan<E>(
  params: ScanParams,
  operands: readonly NDArray[],
  depends: readonly boolean[],
  inside: string,
  test: Test<E>,
): Found<E> | null {
  const { jaxpr, length, reverse } = params;
  const [consts, init, xs] = splitOperands(operands, params);
  // What one turn makes dependent the next one reads: all of the carry, from the first turn on.
  const [constBits, , xBits] = splitOperands(depends, params);
  const bits = [...constBits, ...init.map(() => true), ...xBits];
  let carry = init;
  for (let turn = 0; turn < length; turn++) {
    const k = reverse ? length - 1 - turn : turn;
    const inputs = [...consts, ...carry, ...xs.map((x) => sliceOf(x, k))];
    const found = walk(jaxpr, new Map(), inputs, bits, `, in turn ${turn} of scan${inside}`, test);
    if (found !== null) return found;
    carry = evalJaxpr(jaxpr, [], inputs).slice(0, carry.length);
  }
  return null;
}

function withinWhile<E>(
  params: WhileParams,
  operands: readonly NDArray[],
  depends: readonly boolean[],
  inside: string,
  test: Test<E>,
): Found<E> | null {
  const { condJaxpr, bodyJaxpr } = params;
  const [condConsts, consts, init] = splitWhile(operands, params);
  const [, constBits] = splitWhile(depends, params);
  const bits = [...constBits, ...init.map(() => true)];
  const goesOn = (values: readonly NDArray[]): boolean =>
    evalJaxpr(condJaxpr, [], [...condConsts, ...values])[0].concrete("checkGrads").values[0] !== 0;
  let carry = init;
  for (let turn = 0; goesOn(carry); turn++) {
    const inputs = [...consts, ...carry];
    const found = walk(bodyJaxpr, new Map(), inputs, bits, `, in turn ${turn} of whileLoop${inside}`, test);
    if (found !== null) return found;
    carry = evalJaxpr(bodyJaxpr, [], inputs);
  }
  return null;
}

/** x[k], in its own dtype. */
function sliceOf(x: NDArray, k: number): NDArray {
  const shape = x.shape.slice(1);
  const size = sizeOf(shape);
  return new ConcreteArray(
    aval(shape, x.dtype),
    x.concrete("checkGrads").values.slice(k * size, (k + 1) * size),
  );
}
