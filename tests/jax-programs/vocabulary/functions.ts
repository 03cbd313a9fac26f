/** Functions inside programs: bodies of loops, branches, what is differentiated. */
import type { Demands, Draft } from "../draft.js";
import type { Expression } from "../program.js";
import { broadcast, type Interval, isFloat, ref, sameShape, type Value } from "../values.js";

/** What a carry keeps to. */
export const carried: Interval = [-1.5, 1.5];

/** A function of such parameters: some random calls, and what `finish` makes of them. */
export function body(
  draft: Draft,
  parameters: readonly Omit<Value, "id">[],
  finish: (inner: Draft, parameters: readonly Value[]) => Expression,
  demands: Partial<Demands> = {},
): Expression {
  const inner = draft.inner(demands);
  const own = parameters.map((parameter) => inner.newParameter(parameter));
  draft.root.grow(inner, draft.choices.integer(1, draft.depth === 0 ? 3 : 2));
  return { function: inner.finish(finish(inner, own)) };
}

/** 0.5 sin(parameter) + sin(the last float, or its sum where it does not fit): of the parameter's type. */
export function conforming(inner: Draft, parameter: Value): Value {
  const last = lastFloat(inner, parameter);
  const fits = sameShape(broadcast(last.shape, parameter.shape) ?? [-1], parameter.shape);
  const fitted = fits ? last : inner.step("numpy.sum", [ref(last)]);
  const half = inner.step(
    "numpy.multiply",
    [ref(inner.step("numpy.sin", [ref(parameter)])), 0.5],
    [-0.5, 0.5],
  );
  return inner.step("numpy.add", [ref(half), ref(inner.step("numpy.sin", [ref(fitted)], [-1, 1]))], carried);
}

/** A float that no call of the function uses, or the latest of all. */
export function lastFloat(inner: Draft, otherwise: Value): Value {
  const floats = [...inner.unused(), ...inner.visible].filter(({ dtype }) => isFloat(dtype));
  return floats.length === 0 ? otherwise : floats[0];
}

/** The sum of a smooth function of the last float and of the parameters: what is differentiated. */
export function scalar(inner: Draft, parameters: readonly Value[]): Value {
  const last = lastFloat(inner, parameters[0]);
  const bounded = inner.step("numpy.sin", [ref(last)], [-1, 1]);
  const sum = inner.step(inner.choices.oneOf(["numpy.sum", "method.sum"]), [ref(bounded)], [-36, 36]);
  return parameters.reduce((total, parameter) => {
    const square = inner.step("numpy.square", [ref(parameter)]);
    const part = inner.step("numpy.sum", [ref(square)]);
    return inner.step("numpy.add", [ref(total), ref(inner.step("numpy.multiply", [ref(part), 0.3]))]);
  }, sum);
}

/** One or two results, of any type: floats mostly. */
export function anyResults(inner: Draft, parameters: readonly Value[]): Expression {
  const unused = inner.unused();
  const last = lastFloat(inner, parameters[0]);
  const other = unused.find(({ id }) => id !== last.id);
  return other !== undefined && inner.choices.chance(0.4) ? [ref(last), ref(other)] : ref(last);
}

/** f, now and then inside jit or checkpoint. */
export function wrapped(draft: Draft, f: Expression): Expression {
  const { choices } = draft;
  if (choices.chance(0.15)) return { call: "jit", args: [f] };
  if (choices.chance(0.12)) return { call: "checkpoint", args: [f] };
  return f;
}

/** What one slice along an axis is. */
export const sliced = (value: Value, axis: number): Omit<Value, "id"> => ({
  ...value,
  shape: value.shape.filter((_, k) => k !== axis),
});
