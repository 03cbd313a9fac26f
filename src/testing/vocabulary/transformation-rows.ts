/**
 * More transformations as operations inside programs, and so inside bodies of loops, for searches. They are no part of the
 * vocabulary, whose rows are drawn by number.
 */
import type { NDArray } from "../../autodiff/array.js";
import { reduceSum } from "../../autodiff/primitives/sum-and-broadcast.js";
import { cos, sin } from "../../autodiff/primitives/trigonometric.js";
import { checkpoint, checkpointPolicies } from "../../autodiff/transforms/checkpoint.js";
import { valueAndGrad } from "../../autodiff/transforms/grad.js";
import { hessian, jacfwd, jacrev } from "../../autodiff/transforms/jacobian.js";
import { linearize, vjp } from "../../autodiff/transforms/linearize.js";
import { vmap } from "../../autodiff/transforms/vmap.js";
import { range, sizeOf } from "../../ir/shape.js";
import { callOf, functionText, kept, unbounded } from "./bodies.js";
import { usual } from "./draft.js";
import type { Row } from "./row.js";

type Transform = (f: (x: NDArray) => NDArray, x: NDArray) => NDArray;

/** `code`: F is the function, X where it is applied. `most`: the largest operand. */
interface Call {
  readonly name: string;
  readonly transform: Transform;
  readonly code: string;
  readonly most: number;
}

const sumOf = (x: NDArray): NDArray => reduceSum(x, range(x.ndim));

/** Sums over the trailing axes: of a Jacobian, those of the input. */
const overInput = (jacobian: NDArray, { ndim }: NDArray): NDArray =>
  reduceSum(jacobian, range(jacobian.ndim).slice(jacobian.ndim - ndim));

const overInputCode = (jacobian: string): string =>
  `((j: NDArray) => j.sum(Array.from({ length: X.ndim }, (_, k) => j.ndim - 1 - k)))(${jacobian})`;

const calls: readonly Call[] = [
  {
    name: "vjp",
    transform: (f, x) => vjp(f, [x])[1](sin(x))[0],
    code: "vjp(F, [X])[1](lax.sin(X))[0]",
    most: Number.POSITIVE_INFINITY,
  },
  {
    name: "linearize",
    transform: (f, x) => linearize(f, [x])[1](cos(x)),
    code: "linearize(F, [X])[1](lax.cos(X))",
    most: Number.POSITIVE_INFINITY,
  },
  {
    name: "valueAndGrad",
    transform: (f, x) => valueAndGrad((a: NDArray) => sumOf(sin(f(a))))(x)[1],
    code: "valueAndGrad((b: NDArray) => lax.sin((F)(b)).sum())(X)[1]",
    most: Number.POSITIVE_INFINITY,
  },
  {
    name: "jacfwd",
    transform: (f, x) => overInput(jacfwd(f)(x), x),
    code: overInputCode("jacfwd(F)(X)"),
    most: 6,
  },
  {
    name: "jacrev",
    transform: (f, x) => overInput(jacrev(f)(x), x),
    code: overInputCode("jacrev(F)(X)"),
    most: 6,
  },
  {
    name: "hessian",
    transform: (f, x) => overInput(hessian((a: NDArray) => sumOf(f(a)))(x), x),
    code: overInputCode("hessian((b: NDArray) => (F)(b).sum())(X)"),
    most: 4,
  },
];

const rowOf = ({ name, transform, code, most }: Call): Row => ({
  name,
  plan: (draft) => {
    const any = draft.value(
      (shape) => sizeOf(shape) <= most,
      () => (most < 9 ? draft.oneOf([[2], [], [1, 3]]) : draft.newShape(0)),
    );
    const x = draft.into(any, usual);
    const body = draft.body([[draft.shape(x), draft.interval(x)]], true);
    return {
      operands: [x, ...body.captured],
      shape: draft.shape(x),
      interval: unbounded,
      apply: ([a, ...captured]) => transform(callOf(body, captured), a),
      text: ([a, ...captured], [f]) =>
        code.replaceAll("F", () => functionText(f, captured)).replaceAll(/\bX\b/g, () => a),
      bodies: [body.program],
    };
  },
});

const policies = ["nothingSaveable", "dotsSaveable", "everythingSaveable"] as const;

/** Checkpoint under each policy, around a function that is a batch of itself half of the time. */
const policyRow: Row = {
  name: "checkpoint with a policy",
  plan: (draft) => {
    const x = draft.into(draft.any(1), usual);
    const mapped = draft.flag();
    const shape = mapped ? draft.shape(x).slice(1) : draft.shape(x);
    const body = draft.body([[shape, draft.interval(x)]], true);
    const policy = draft.oneOf(policies);
    return {
      operands: [x, ...body.captured],
      shape: draft.shape(x),
      interval: kept,
      apply: ([a, ...captured]) => {
        const f = checkpoint(callOf(body, captured), { policy: checkpointPolicies[policy] });
        return mapped ? vmap(f)(a) : f(a);
      },
      text: ([a, ...captured], [f]) => {
        const wrapped = `checkpoint(${functionText(f, captured)}, { policy: checkpointPolicies.${policy} })`;
        return mapped ? `vmap(${wrapped})(${a})` : `${wrapped}(${a})`;
      },
      bodies: [body.program],
    };
  },
};

export const transformationRows: readonly Row[] = [...calls.map(rowOf), policyRow];
