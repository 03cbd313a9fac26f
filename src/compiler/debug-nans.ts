/**
 * debugNans and debugInfs: outputs of every call are checked. On a bad one the program runs again equation by equation,
 * and the error names the first equation that made it, with its turn in a loop. A NaN that never reaches an output (one
 * that `where` masks) is no error.
 */
import { ConcreteArray, type NDArray } from "../autodiff/array.js";
import { type CondParams, condPrimitive } from "../autodiff/control-flow/cond/primitive.js";
import { type ScanParams, splitOperands, splitOuts } from "../autodiff/control-flow/scan/params.js";
import { scanPrimitive } from "../autodiff/control-flow/scan/primitive.js";
import type { WhileParams } from "../autodiff/control-flow/while/params.js";
import { whilePrimitive } from "../autodiff/control-flow/while/primitive.js";
import { inlineCalls } from "../autodiff/inline.js";
import { type Eqn, type Jaxpr, readAtom, type Var } from "../autodiff/jaxpr.js";
import { spelled } from "../ir/arguments.js";
import { describeAval } from "../ir/aval.js";
import { isFloat } from "../ir/dtype.js";
import { CotangentError } from "../ir/errors.js";
import { sizeOf, stridesOf } from "../ir/shape.js";

/** A NaN or infinity in an output, under debugNans or debugInfs. */
export class NonFiniteError extends CotangentError {}

const switches = { nans: false, infs: false };

/** From now on a NaN in the outputs of any call throws NonFiniteError, naming the equation. Source: jax_debug_nans. */
export const debugNans = (on: boolean): void => {
  switches.nans = on;
};

/** The same for infinities. */
export const debugInfs = (on: boolean): void => {
  switches.infs = on;
};

export const isChecking = (): boolean => switches.nans || switches.infs;

/** What is wrong with an array, if anything. */
function badValue(x: NDArray): "NaN" | "infinity" | null {
  if (!(x instanceof ConcreteArray) || !isFloat(x.dtype)) return null;
  for (const value of x.values) {
    if (switches.nans && Number.isNaN(value)) return "NaN";
    if (switches.infs && (value === Infinity || value === -Infinity)) return "infinity";
  }
  return null;
}

type Apply = (eqn: Eqn, operands: readonly ConcreteArray[]) => NDArray[];

/** Throws if one of the outputs is bad: `eqn` made them from `operands`. `apply` runs an equation unchecked. */
export function checkOutputs(
  eqn: Eqn,
  operands: readonly ConcreteArray[],
  outs: readonly NDArray[],
  apply: Apply,
): void {
  const bad = outs.map(badValue).find((each) => each !== null);
  if (bad === undefined || bad === null) return;
  const { where, culprit, inputs } = descend(eqn, operands, apply, "") ?? {
    where: "",
    culprit: eqn,
    inputs: operands,
  };
  const name = bad === "NaN" ? "debugNans" : "debugInfs";
  const types = inputs.map((x) => (x.size <= 4 ? x.toString() : describeAval(x.aval))).join(", ");
  throw new NonFiniteError(
    `${name}: ${spelled(culprit.primitive.name)} made ${bad === "NaN" ? "a NaN" : "an infinity"}${where} from ${types || "nothing"}; ` +
      "keep its operands away from there, with np.where before it",
  );
}

interface Culprit {
  readonly where: string;
  readonly culprit: Eqn;
  readonly inputs: readonly ConcreteArray[];
}

/** The first equation inside `eqn` (or it itself) that turns good operands into bad outputs. */
function descend(eqn: Eqn, operands: readonly ConcreteArray[], apply: Apply, where: string): Culprit | null {
  const { params, primitive } = eqn;
  if (primitive.lower.kind === "call") {
    // Sound: what a call lowering names is a jaxpr; the ground floor's type says only part of that.
    return walk(inlineCalls(primitive.lower.jaxpr(params) as Jaxpr), operands, apply, where).culprit;
  }
  if (isParamsOf<ScanParams>(scanPrimitive, eqn)) return descendScan(eqn.params, operands, apply, where);
  if (isParamsOf<WhileParams>(whilePrimitive, eqn)) return descendWhile(eqn.params, operands, apply, where);
  if (isParamsOf<CondParams>(condPrimitive, eqn)) {
    const [index, ...rest] = operands;
    const last = eqn.params.branches.length - 1;
    const taken = Math.min(Math.max(Number(index.values[0]), 0), last);
    return walk(inlineCalls(eqn.params.branches[taken]), rest, apply, `${where} in branch ${taken} of cond`)
      .culprit;
  }
  return { where, culprit: eqn, inputs: operands };
}

/** A primitive's own type parameter is what makes this test enough. */
const isParamsOf = <P extends object>(primitive: object, eqn: Eqn): eqn is Eqn & { readonly params: P } =>
  eqn.primitive === primitive;

function walk(
  jaxpr: Jaxpr,
  operands: readonly ConcreteArray[],
  apply: Apply,
  where: string,
): { culprit: Culprit | null; outs: ConcreteArray[] } {
  const environment = new Map<Var, NDArray>();
  jaxpr.invars.forEach((v, i) => {
    environment.set(v, operands[i]);
  });
  for (const eqn of jaxpr.eqns) {
    const inputs = concrete(eqn.operands.map((atom) => readAtom(environment, atom)));
    const outs = apply(eqn, inputs);
    if (outs.some((out) => badValue(out) !== null) && inputs.every((x) => badValue(x) === null)) {
      return { culprit: descend(eqn, inputs, apply, where), outs: [] };
    }
    eqn.outs.forEach((v, i) => {
      environment.set(v, outs[i]);
    });
  }
  return { culprit: null, outs: concrete(jaxpr.outvars.map((atom) => readAtom(environment, atom))) };
}

const concrete = (values: readonly NDArray[]): ConcreteArray[] => values.map((x) => x.concrete("debugNans"));

function descendScan(
  params: ScanParams,
  operands: readonly ConcreteArray[],
  apply: Apply,
  where: string,
): Culprit | null {
  const jaxpr = inlineCalls(params.jaxpr);
  const [consts, init, xs] = splitOperands(operands, params);
  let carry = init;
  for (let turn = 0; turn < params.length; turn++) {
    const t = params.reverse ? params.length - 1 - turn : turn;
    const slices = xs.map((x) => sliceOf(x, t));
    const { culprit, outs } = walk(
      jaxpr,
      [...consts, ...carry, ...slices],
      apply,
      `${where} at turn ${turn} of scan`,
    );
    if (culprit !== null) return culprit;
    carry = splitOuts(outs, params)[0];
  }
  return null;
}

function descendWhile(
  params: WhileParams,
  operands: readonly ConcreteArray[],
  apply: Apply,
  where: string,
): Culprit | null {
  const { condNumConsts, bodyNumConsts } = params;
  const condConsts = operands.slice(0, condNumConsts);
  const bodyConsts = operands.slice(condNumConsts, condNumConsts + bodyNumConsts);
  let carry = operands.slice(condNumConsts + bodyNumConsts);
  for (let turn = 0; ; turn++) {
    const test = walk(
      inlineCalls(params.condJaxpr),
      [...condConsts, ...carry],
      apply,
      `${where} in the condition of while`,
    );
    if (test.culprit !== null) return test.culprit;
    if (test.outs[0].values[0] === 0) return null;
    const body = walk(
      inlineCalls(params.bodyJaxpr),
      [...bodyConsts, ...carry],
      apply,
      `${where} at turn ${turn} of while`,
    );
    if (body.culprit !== null) return body.culprit;
    carry = body.outs;
  }
}

/** x[t], copied. */
function sliceOf(x: ConcreteArray, t: number): ConcreteArray {
  const [stride] = stridesOf(x.shape);
  const shape = x.shape.slice(1);
  return new ConcreteArray({ ...x.aval, shape }, x.values.slice(t * stride, t * stride + sizeOf(shape)));
}
