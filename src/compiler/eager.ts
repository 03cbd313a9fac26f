/**
 * Eager execution: an operation outside jit is a cached compile of a one-equation program. Elementwise kernels take their
 * size at run time, so that a new shape compiles nothing.
 */
import { ConcreteArray, type NDArray } from "../autodiff/array.js";
import { avalsOf, type Jaxpr, noEffects, Var } from "../autodiff/jaxpr.js";
import { PendingArray } from "../autodiff/pending-array.js";
import type { ElementwiseLowering, Primitive } from "../autodiff/primitive.js";
import { dotGeneralPrimitive } from "../autodiff/primitives/contraction.js";
import { type JitParams, jitPrimitive } from "../autodiff/transforms/jit.js";
import { checkSize, spelled } from "../ir/arguments.js";
import type { Aval } from "../ir/aval.js";
import { BlockBuilder, readFlat, viewOf } from "../ir/block-builder.js";
import { allocate, type DType, mostElements, shortName } from "../ir/dtype.js";
import { InternalError } from "../ir/errors.js";
import { freshId, i32, variable } from "../ir/expr.js";
import type { Buffer, Program } from "../ir/loop-ir.js";
import { sizeOf } from "../ir/shape.js";
import { canonicalParams, typeKey } from "./canonical.js";
import { checkOutputs, isChecking } from "./debug-nans.js";
import { retyped, startOn } from "./device-executable.js";
import { type Executable, executableOf } from "./executable.js";
import { LruCache } from "./lru-cache.js";
import {
  type CompiledProgram,
  chosenDevice,
  type DeviceTarget,
  eagerTarget,
  exactMath,
  findTarget,
  hostTarget,
  isDevice,
  onDefaultTarget,
  type Target,
} from "./targets/registry.js";

/** What EvalTrace asks for. */
export function applyEagerly<P extends object>(
  primitive: Primitive<P>,
  operands: readonly ConcreteArray[],
  params: P,
): NDArray[] {
  const outs = applyUnchecked(primitive, operands, params);
  if (isChecking()) {
    const eqn = { primitive, operands: [], params, outs: [], effects: noEffects };
    checkOutputs(eqn, operands, outs, (each, inputs) => applyUnchecked(each.primitive, inputs, each.params));
  }
  return outs;
}

function applyUnchecked<P extends object>(
  primitive: Primitive<P>,
  operands: readonly ConcreteArray[],
  params: P,
): NDArray[] {
  if (isJit(primitive, params)) {
    const types = avalsOf(params.jaxpr.outvars);
    const device = deviceFor(params);
    if (device !== null) return startOn(device, params.jaxpr, operands, types, params);
    const runOn = (target: Target) => executableOf(params.jaxpr, target, params).run(operands, types);
    return params.target === null ? onDefaultTarget(runOn) : runOn(hostTarget(params.target));
  }
  const avals = operands.map((x) => x.aval);
  const outs = primitive.abstractEval(avals, params);
  for (let i = 0; i < outs.length; i++) {
    if (sizeOf(outs[i].shape) > mostElements) checkSize(spelled(primitive.name), outs[i].shape);
  }
  if (isHeavy(primitive, avals, outs)) {
    return onDefaultTarget((target) => runOn(target, primitive, operands, avals, outs, params));
  }
  return runOn(eagerTarget(), primitive, operands, avals, outs, params);
}

/** The device that a jitted call asks for, or the user has chosen for all of them. */
function deviceFor({ target }: JitParams): DeviceTarget | null {
  if (target === null) return chosenDevice();
  const found = findTarget(target);
  return isDevice(found) ? found : null;
}

/** What EvalTrace asks for where an operand is on a device: the operation runs there, unless jit names another target. */
export function applyPending<P extends object>(
  primitive: Primitive<P>,
  operands: readonly (ConcreteArray | PendingArray)[],
  params: P,
): NDArray[] {
  if (isJit(primitive, params) && params.target !== null && deviceFor(params) === null) {
    const here = operands.map((x) => x.concrete(`jit for the target "${params.target}"`));
    return applyEagerly(primitive, here, params);
  }
  const device = isJit(primitive, params) ? deviceFor(params) : null;
  const target = device ?? deviceOf(operands);
  if (isJit(primitive, params)) {
    return startOn(target, params.jaxpr, operands, avalsOf(params.jaxpr.outvars), params);
  }
  const avals = operands.map((x) => x.aval);
  const outs = primitive.abstractEval(avals, params);
  for (const { shape } of outs) checkSize(spelled(primitive.name), shape);
  if (primitive.lower.kind === "alias") return outs.map((type, i) => retyped(operands[i], type));
  return startOn(target, equationJaxpr(primitive, avals, outs, params), operands, outs, exactMath);
}

/** The device that the first operand of those on a device lives on. */
function deviceOf(operands: readonly (ConcreteArray | PendingArray)[]): DeviceTarget {
  for (const x of operands) {
    const target = x instanceof PendingArray ? findTarget(x.elements.target) : null;
    if (target !== null && isDevice(target)) return target;
  }
  throw new InternalError("none of these arrays is on a device");
}

/**
 * Elements from which on the default target is worth its higher price of a program and of a call. Measured in Node 20 on wasm:
 * at 256 elements it is as fast as js, at 1,024 from 1 (transpose) to 14 times (tanh) as fast, at 65,536 up to 40 (products).
 */
export const heavyElements = 1024;

/** Loops are as heavy as a jitted function; other work is measured by elements, that of a contraction by its products. */
function isHeavy<P extends object>(
  primitive: Primitive<P>,
  avals: readonly Aval[],
  outs: readonly Aval[],
): boolean {
  if (primitive.partialEval !== undefined) return true;
  let most = 0;
  for (const { shape } of outs) most = Math.max(most, sizeOf(shape));
  for (const { shape } of avals) most = Math.max(most, sizeOf(shape));
  if (primitive.name === dotGeneralPrimitive.name) {
    // sqrt(MK KN MN) = MNK
    most = Math.sqrt(sizeOf(avals[0].shape) * sizeOf(avals[1].shape) * sizeOf(outs[0].shape));
  }
  return most >= heavyElements;
}

function runOn<P extends object>(
  target: Target,
  primitive: Primitive<P>,
  operands: readonly ConcreteArray[],
  avals: readonly Aval[],
  outs: readonly Aval[],
  params: P,
): NDArray[] {
  const { lower } = primitive;
  if (lower.kind === "elementwise") {
    const whole = wholeOperands(avals, outs[0]);
    if (whole !== null) return [runElementwise(primitive, lower, operands, params, outs[0], whole, target)];
  }
  if (lower.kind === "alias") return outs.map((type, i) => new ConcreteArray(type, operands[i].values));
  return oneEquation(primitive, avals, outs, params, target).run(operands, outs);
}

/** The type parameter of `jitPrimitive` is what makes this test enough. */
const isJit = (primitive: object, params: object): params is JitParams => primitive === jitPrimitive;

// Elementwise ----------------------------------------------------------------------------------------------------------

/** For each operand whether it is whole or a single element; null where an operand is stretched some other way. */
function wholeOperands(avals: readonly Aval[], out: Aval): boolean[] | null {
  const size = sizeOf(out.shape);
  const whole: boolean[] = [];
  for (const a of avals) {
    const n = sizeOf(a.shape);
    if (n === size) whole.push(true);
    else if (n === 1) whole.push(false);
    else return null;
  }
  return whole;
}

const elementwiseKernels = new WeakMap<object, Map<string, CompiledProgram>>();

function runElementwise<P extends object>(
  primitive: Primitive<P>,
  lower: ElementwiseLowering<P>,
  operands: readonly ConcreteArray[],
  params: P,
  out: Aval,
  whole: readonly boolean[],
  target: Target,
): ConcreteArray {
  let key = target.name;
  for (let i = 0; i < operands.length; i++) key += (whole[i] ? "" : "1") + shortName[operands[i].aval.dtype];
  for (const _ in params) {
    key += `[${canonicalParams(params)}]`;
    break;
  }
  let kernels = elementwiseKernels.get(primitive);
  if (kernels === undefined) {
    kernels = new Map();
    elementwiseKernels.set(primitive, kernels);
  }
  let kernel = kernels.get(key);
  if (kernel === undefined) {
    const dtypes = operands.map((x) => x.aval.dtype);
    kernel = target.compile(elementwiseProgram(lower, dtypes, params, out, whole), exactMath);
    // A few dozen dtype patterns at most, but params (an exponent) are the user's: they must not pile up.
    if (kernels.size >= 1000) kernels.clear();
    kernels.set(key, kernel);
  }
  const inputs = new Array<ConcreteArray["values"]>(operands.length);
  for (let i = 0; i < operands.length; i++) inputs[i] = operands[i].values;
  const size = sizeOf(out.shape);
  const values = allocate(out.dtype, size);
  kernel.run(inputs, [values], [size]);
  return new ConcreteArray(out, values);
}

/** for (i < n) out[i] = scalar(operands[i]), with n a parameter. */
function elementwiseProgram<P extends object>(
  lower: ElementwiseLowering<P>,
  dtypes: readonly DType[],
  params: P,
  out: Aval,
  whole: readonly boolean[],
): Program {
  const n = variable("int32");
  const buffer = (dtype: DType, role: "input" | "output", size: Buffer["size"]): Buffer => ({
    id: freshId(),
    dtype,
    role,
    size,
  });
  const inputs = dtypes.map((dtype, i) => buffer(dtype, "input", whole[i] ? n : 1));
  const output = buffer(out.dtype, "output", n);
  const site = {
    params,
    avalsIn: dtypes.map((dtype): Aval => ({ shape: [], dtype, weakType: false })),
    avalsOut: [{ ...out, shape: [] }],
  };
  const b = new BlockBuilder("elementwise");
  const singles = inputs.map((x, i) => (whole[i] ? null : b.local(readFlat(viewOf(x, []), i32(0)))));
  b.loop(n, (inner, i) => {
    const values = inputs.map((x, k) => singles[k] ?? readFlat(viewOf(x, []), i));
    inner.store(output, i, lower.scalar(inner, values, site));
  });
  return {
    parameters: [n],
    inputs,
    outputs: [output],
    constants: [],
    functions: [],
    body: b.finish(),
  };
}

// Everything else ------------------------------------------------------------------------------------------------------

const bytesKept = 32e6;
const oneEquationPrograms = new LruCache<Executable>(bytesKept);

function oneEquation<P extends object>(
  primitive: Primitive<P>,
  avals: readonly Aval[],
  outs: readonly Aval[],
  params: P,
  target: Target,
): Executable {
  const key = `${target.name} ${primitive.name}[${canonicalParams(params)}]${avals.map(typeKey).join(";")}`;
  let executable = oneEquationPrograms.get(key);
  if (executable === undefined) {
    executable = executableOf(equationJaxpr(primitive, avals, outs, params), target);
    oneEquationPrograms.set(key, executable, key.length + executable.compiled.keptBytes);
  }
  return executable;
}

/** A jaxpr of one equation. */
function equationJaxpr<P extends object>(
  primitive: Primitive<P>,
  avals: readonly Aval[],
  outs: readonly Aval[],
  params: P,
): Jaxpr {
  const invars = avals.map((a) => new Var(a));
  const outvars = outs.map((a) => new Var(a));
  const effects = primitive.effects?.(params) ?? noEffects;
  const eqn = { primitive, operands: invars, params, outs: outvars, effects };
  return { constvars: [], invars, eqns: [eqn], outvars };
}
