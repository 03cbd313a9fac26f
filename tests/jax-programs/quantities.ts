/** What is compared of a case: its value, grad, jvp, vmap and vmap of grad, each eagerly and under jit. */
import { grad, jit, jvp, type NDArray, numpy as np, vmap } from "cotangent";
import { decodeArray } from "../jax/encoding.js";
import { toFunction } from "./interpret.js";
import type { Case } from "./program.js";
import { isFloat } from "./values.js";

export const quantityNames = ["value", "grad", "jvp", "vmap", "vmap(grad)"] as const;
export type QuantityName = (typeof quantityNames)[number];

export type ArraysFunction = (...xs: NDArray[]) => NDArray[];

/** A function and the point to call it at. */
export interface Quantity {
  readonly name: QuantityName;
  readonly eager: ArraysFunction;
  readonly jitted: ArraysFunction;
  readonly inputs: readonly NDArray[];
}

/**
 * With y = f(x) and L(x) = the sum of <w_i, y_i> over the float outputs: y; dL/dx for the float inputs; the float outputs'
 * tangents for the given tangents of float inputs; y of a batch along `inAxes`; dL/dx of that batch.
 */
export const quantitiesOf = (given: Case): readonly Quantity[] =>
  // A program's result is a list of values.
  quantitiesOfFunction(toFunction(given.program) as ArraysFunction, pointOf(given));

/** Where a function's quantities are computed: a case without its program. */
export interface Point extends Pick<Case, "argnums" | "inAxes" | "forward" | "reverse"> {
  readonly inputs: readonly NDArray[];
  readonly tangents: readonly NDArray[];
  readonly weights: readonly (NDArray | null)[];
  readonly batch: readonly NDArray[];
}

export const pointOf = ({ argnums, inAxes, forward, reverse, ...arrays }: Case): Point => ({
  ...{ argnums, inAxes, forward, reverse },
  inputs: arrays.inputs.map(decodeArray),
  tangents: arrays.tangents.map(decodeArray),
  weights: arrays.weights.map((w) => (w === null ? null : decodeArray(w))),
  batch: arrays.batch.map(decodeArray),
});

/** The same of a plain function. */
export function quantitiesOfFunction(f: ArraysFunction, point: Point): readonly Quantity[] {
  const { argnums, inputs, batch, tangents, weights } = point;
  const inAxes = [...point.inAxes];
  const differentiable = argnums.length > 0 && weights.some((w) => w !== null);
  const gradient = grad(lossOf(f, weights), { argnums: [...argnums] }) as unknown as ArraysFunction; // argnums is a list
  const floats = (...xs: NDArray[]): NDArray[] =>
    f(...inputs.map((x, i) => (argnums.includes(i) ? xs[argnums.indexOf(i)] : x))).filter((y) =>
      isFloat(y.dtype),
    );
  const count = argnums.length;
  const tangent = (...xs: NDArray[]): NDArray[] => jvp(floats, xs.slice(0, count), xs.slice(count))[1];
  const of = (name: QuantityName, g: ArraysFunction, xs: readonly NDArray[]): Quantity => ({
    name,
    eager: g,
    jitted: jit(g),
    inputs: xs,
  });
  const reverse = differentiable && point.reverse;
  const mapped = inAxes.some((axis) => axis !== null);
  return [
    of("value", f, inputs),
    ...(reverse ? [of("grad", gradient, inputs)] : []),
    ...(differentiable && point.forward
      ? [of("jvp", tangent, [...argnums.map((i) => inputs[i]), ...tangents])]
      : []),
    ...(mapped ? [of("vmap", vmap(f, { inAxes }), batch)] : []),
    ...(mapped && reverse ? [of("vmap(grad)", vmap(gradient, { inAxes }), batch)] : []),
  ];
}

const lossOf =
  (f: ArraysFunction, weights: Point["weights"]) =>
  (...xs: NDArray[]): NDArray => {
    const outputs = f(...xs);
    const terms = weights.flatMap((w, i) => (w === null ? [] : [np.sum(np.multiply(outputs[i], w))]));
    return terms.reduce((sum, term) => np.add(sum, term));
  };
