/** Whole Jacobians: the pushforward of every basis vector, or the pullback of every one; and Hessians. */

import { type OptionKinds, readOptions } from "../../ir/arguments.js";
import { showAval } from "../../ir/aval.js";
import { isFloat } from "../../ir/dtype.js";
import { DifferentiationError } from "../../ir/errors.js";
import { range } from "../../ir/shape.js";
import type { NDArray } from "../array.js";
import { flattenArrays } from "../convert.js";
import { Zero } from "../primitive.js";
import { eye } from "../primitives/creation.js";
import { materializeBatch, moveAxis, reshape } from "../primitives/sum-and-broadcast.js";
import { leafPaths, type TreeStructure, unflatten } from "../tree.js";
import type { Argnums, ArgumentAt, InputArguments, Output, Picked, Replaced } from "../types.js";
import { batchFlat } from "./batching.js";
import { canonicalArgnums, checkFunction, curriedOptions } from "./flat-function.js";
import { linearizeFlat, pullBack, pushForward, splitAux } from "./linearize.js";
import { instantiate } from "./zeros.js";

export interface JacobianOptions<N extends Argnums = Argnums, H extends boolean = boolean> {
  readonly argnums?: N;
  readonly hasAux?: H;
}

/** For an output tree R and an argument: R with every leaf replaced by the argument's tree, of shape out + in. */
type Jacobian<A extends unknown[], R, N> = N extends readonly unknown[]
  ? Replaced<R, Picked<A, N>>
  : Replaced<R, Output<ArgumentAt<A, N>>>;

type JacobianOf<A extends unknown[], R, N> = (...args: InputArguments<A>) => Jacobian<A, R, N>;

/**
 * The Jacobian by forward mode, one pushforward an input element (batched): right when there are fewer inputs than
 * outputs. J[out..., in...] = d f[out] / d x[in]; trees of outputs hold trees of inputs.
 *
 * Source: jax.jacfwd.
 */
export function jacfwd<A extends unknown[], R, const N extends Argnums = 0>(
  f: (...args: A) => R,
  options?: { readonly argnums?: N; readonly hasAux?: false },
): JacobianOf<A, R, N>;
export function jacfwd<A extends unknown[], R, X, const N extends Argnums = 0>(
  f: (...args: A) => readonly [R, X],
  options: { readonly argnums?: N; readonly hasAux: true },
): (...args: InputArguments<A>) => [Jacobian<A, R, N>, Output<X>];
export function jacfwd<const N extends Argnums = 0>(options?: {
  readonly argnums?: N;
  readonly hasAux?: false;
}): <A extends unknown[], R>(f: (...args: A) => R) => JacobianOf<A, R, N>;
export function jacfwd(first?: unknown, second?: JacobianOptions): unknown {
  return curried("jacfwd", first, second, forwardRows);
}

/**
 * The Jacobian by reverse mode, one pullback an output element (batched): right when there are fewer outputs than
 * inputs.
 *
 * Source: jax.jacrev.
 */
export function jacrev<A extends unknown[], R, const N extends Argnums = 0>(
  f: (...args: A) => R,
  options?: { readonly argnums?: N; readonly hasAux?: false },
): JacobianOf<A, R, N>;
export function jacrev<A extends unknown[], R, X, const N extends Argnums = 0>(
  f: (...args: A) => readonly [R, X],
  options: { readonly argnums?: N; readonly hasAux: true },
): (...args: InputArguments<A>) => [Jacobian<A, R, N>, Output<X>];
export function jacrev<const N extends Argnums = 0>(options?: {
  readonly argnums?: N;
  readonly hasAux?: false;
}): <A extends unknown[], R>(f: (...args: A) => R) => JacobianOf<A, R, N>;
export function jacrev(first?: unknown, second?: JacobianOptions): unknown {
  return curried("jacrev", first, second, reverseRows);
}

type HessianOf<A extends unknown[], R, N> = (
  ...args: InputArguments<A>
) => Replaced<Jacobian<A, R, N>, Picked<A, N>>;

/**
 * The Hessian, forward over reverse: H[in..., in'...] = d^2 f / d x[in] d x[in'], for any shapes and trees.
 *
 * Source: jax.hessian.
 */
export function hessian<A extends unknown[], R, const N extends Argnums = 0>(
  f: (...args: A) => R,
  options?: { readonly argnums?: N; readonly hasAux?: false },
): HessianOf<A, R, N>;
export function hessian<A extends unknown[], R, X, const N extends Argnums = 0>(
  f: (...args: A) => readonly [R, X],
  options: { readonly argnums?: N; readonly hasAux: true },
): (...args: InputArguments<A>) => [Replaced<Jacobian<A, R, N>, Picked<A, N>>, Output<X>];
export function hessian<const N extends Argnums = 0>(options?: {
  readonly argnums?: N;
  readonly hasAux?: false;
}): <A extends unknown[], R>(f: (...args: A) => R) => HessianOf<A, R, N>;
export function hessian(first?: unknown, second: JacobianOptions = {}): unknown {
  const build = (f: unknown, options: JacobianOptions): unknown =>
    jacobianOf("hessian", jacobianOf("hessian", f, options, reverseRows), options, forwardRows);
  if (typeof first === "function") return build(first, readOptions("hessian", second, jacobianOptions));
  const options = curriedOptions("hessian", first, jacobianOptions);
  return (f: unknown) => build(f, options);
}

// One leaf of the input at a time, or of the output -------------------------------------------------------------------

/** (flat function, primals, which of them are wanted) -> outs, and for each out and wanted primal the Jacobian block. */
type Rows = (
  call: (operands: readonly NDArray[]) => NDArray[],
  primals: readonly NDArray[],
  wanted: readonly boolean[],
  mainCount: () => number,
) => { outs: readonly NDArray[]; blocks: readonly (readonly NDArray[])[] };

/** J[:, in] = f'(x) e_in for all basis vectors of each wanted operand at once. */
const forwardRows: Rows = (call, primals, wanted, mainCount) => {
  const linearized = linearizeFlat(call, primals, wanted);
  const outs = linearized.outs;
  const columns = primals.flatMap((x, k) => {
    if (!wanted[k]) return [];
    const tangents = primals.map((p, j) => (j === k ? basis(p) : instantiate(new Zero(p.aval))));
    const axes = primals.map((_, j) => (j === k ? 0 : null));
    const [pushed, pushedAxes] = batchFlat((dxs) => pushForward(linearized, dxs), x.size, tangents, axes);
    return [
      pushed.map((t, i) => {
        const batch = moveAxis(materializeBatch(t, pushedAxes[i], x.size), 0, outs[i].ndim);
        return reshape(batch, [...outs[i].shape, ...x.shape]);
      }),
    ];
  });
  return { outs, blocks: range(mainCount()).map((i) => columns.map((column) => column[i])) };
};

/** J[out, :] = f'(x)^T e_out for all basis vectors of each output at once. */
const reverseRows: Rows = (call, primals, wanted, mainCount) => {
  const linearized = linearizeFlat(call, primals, wanted);
  const { outs } = linearized;
  const blocks = range(mainCount()).map((i) => {
    const out = outs[i];
    const pull = (ct: NDArray): NDArray[] =>
      pullBack(
        linearized,
        primals,
        outs.map((y, j) => (j === i ? ct : new Zero(y.aval))),
      )
        .filter((_, k) => wanted[k])
        .map(instantiate);
    const [pulled, axes] = batchFlat(([ct]) => pull(ct), out.size, [basis(out)], [0]);
    const inputs = primals.filter((_, k) => wanted[k]);
    return pulled.map((ct, k) =>
      reshape(materializeBatch(ct, axes[k], out.size), [...out.shape, ...inputs[k].shape]),
    );
  });
  return { outs, blocks };
};

/** The basis vectors of an array's space, stacked: [size, ...shape]. */
const basis = (x: NDArray): NDArray =>
  reshape(eye(x.size, { dtype: x.dtype, weakType: x.weakType }), [x.size, ...x.shape]);

// Trees ------------------------------------------------------------------------------------------------------------------

const jacobianOptions: OptionKinds<JacobianOptions> = { argnums: "any", hasAux: "boolean" };

function curried(name: string, first: unknown, second: JacobianOptions = {}, rows: Rows): unknown {
  if (typeof first === "function") {
    return jacobianOf(name, first, readOptions(name, second, jacobianOptions), rows);
  }
  const options = curriedOptions(name, first, jacobianOptions);
  return (f: unknown) => jacobianOf(name, f, options, rows);
}

function jacobianOf(
  name: string,
  f: unknown,
  options: JacobianOptions,
  rows: Rows,
): (...args: unknown[]) => unknown {
  checkFunction(name, f);
  const { argnums = 0, hasAux = false } = options;
  return (...args) => {
    const [leaves, structure] = flattenArrays(args, `${name}: args`);
    const picked = canonicalArgnums(name, argnums, args.length);
    const { wanted, parts } = pickLeaves(structure, picked);
    leaves.forEach((x, i) => {
      if (wanted[i] && !isFloat(x.dtype)) {
        throw new DifferentiationError(
          `${name}: args${leafPaths(structure)[i]} is ${showAval(x.aval)}, and only floats have derivatives; use argnums`,
        );
      }
    });
    const split = splitAux(name, f as (...a: never[]) => unknown, structure, hasAux); // checked to be a function above
    const { outs, blocks } = rows(split.call, leaves, wanted, () => split.mainStructure().leafCount);
    const { aux } = split.results(outs);
    const trees = blocks.map((block) => {
      const byArgument = parts.map(({ tree, positions }) =>
        unflatten(
          tree,
          positions.map((k) => block[k]),
        ),
      );
      return typeof argnums === "number" ? byArgument[0] : byArgument;
    });
    const jacobian = unflatten(split.mainStructure(), trees);
    return hasAux ? [jacobian, aux] : jacobian;
  };
}

/** Which leaves are wanted; and for each picked argument its tree and where its leaves are among the wanted ones. */
function pickLeaves(
  structure: TreeStructure,
  picked: readonly number[],
): { wanted: boolean[]; parts: { tree: TreeStructure; positions: number[] }[] } {
  const args = structure.kind === "tuple" ? structure.children : [];
  const wanted = args.flatMap((arg, i) => new Array<boolean>(arg.leafCount).fill(picked.includes(i)));
  const parts = picked.map((i) => {
    const start = args.slice(0, i).reduce((n, arg, k) => n + (picked.includes(k) ? arg.leafCount : 0), 0);
    return { tree: args[i], positions: range(args[i].leafCount).map((k) => start + k) };
  });
  return { wanted, parts };
}
