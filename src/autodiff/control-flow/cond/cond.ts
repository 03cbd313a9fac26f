/** The public conditionals: cond and switch. Only the branch taken runs (under vmap of the predicate: all of them). */

import { checkList } from "../../../ir/arguments.js";
import { describeAval, sameType, showAval } from "../../../ir/aval.js";
import { type DType, promote } from "../../../ir/dtype.js";
import { ArgumentError, CarryTypeError, DTypeError, TreeError } from "../../../ir/errors.js";
import { sameShape } from "../../../ir/shape.js";
import { type ArrayLike, literal, type NDArray } from "../../array.js";
import { flattenArrays, leafToArray } from "../../convert.js";
import { closeConstvars, evalJaxpr, type Jaxpr } from "../../jaxpr.js";
import { ne } from "../../primitives/comparison.js";
import { convertElementType } from "../../primitives/conversion.js";
import { clamp } from "../../primitives/selection.js";
import { stage } from "../../staging.js";
import { bind } from "../../trace.js";
import { eagerOnly, hostValue } from "../../transforms/disable-jit.js";
import { checkFunction } from "../../transforms/flat-function.js";
import { leafPaths, sameStructure, showStructure, type TreeStructure, unflatten } from "../../tree.js";
import type { InputArguments, Output } from "../../types.js";
import { condPrimitive } from "./primitive.js";

/**
 * trueFn(...operands) where `predicate` holds, falseFn(...operands) where not.
 * Source: jax.lax.cond.
 *
 * @throws CarryTypeError or TreeError when the branches return different types.
 * @example cond(x.greater(0), (v) => np.log(v), (v) => v.mul(0), x)
 */
export function cond<A extends unknown[], R>(
  predicate: NDArray | boolean | number,
  trueFn: (...operands: A) => R,
  falseFn: (...operands: A) => R,
  ...operands: InputArguments<A>
): Output<R> {
  const p = scalar("cond", predicate);
  const index = p.dtype === "bool" ? p : ne(p, 0);
  return choose("cond", convertElementType(index, "int32"), [falseFn, trueFn], operands) as Output<R>; // what they return
}

/**
 * `branches[index](...operands)`; an index out of range is clamped.
 *
 * Source: jax.lax.switch.
 */
function switch_<A extends unknown[], R>(
  index: NDArray | number,
  branches: readonly ((...operands: A) => R)[],
  ...operands: InputArguments<A>
): Output<R> {
  checkList("switch", "the branches", branches, "functions");
  if (branches.length === 0)
    throw new ArgumentError("switch: needs at least one branch; give a list of functions");
  const i = scalar("switch", index);
  if (!i.weakType && i.dtype !== "int32" && i.dtype !== "uint32") {
    throw new DTypeError(
      `switch: the index must be an integer, got ${describeAval(i.aval)}; use index.astype("int32")`,
    );
  }
  const int =
    typeof index === "number" ? literal(Math.trunc(index), "int32", false) : convertElementType(i, "int32");
  return choose("switch", clamp(0, int, branches.length - 1), branches, operands) as Output<R>; // what they return
}

export { switch_ as switch };

function scalar(name: string, value: ArrayLike): NDArray {
  const x = leafToArray(value, name);
  if (x.ndim !== 0) {
    throw new ArgumentError(
      `${name}: the ${name === "cond" ? "predicate" : "index"} must be a scalar, got ${showAval(x.aval)}; ` +
        "use np.where elementwise, or vmap over it",
    );
  }
  return x;
}

function choose(
  name: string,
  index: NDArray,
  branches: readonly ((...operands: never[]) => unknown)[],
  operands: readonly unknown[],
): unknown {
  for (const branch of branches) checkFunction(name, branch);
  const [leaves, structure] = flattenArrays(operands);
  const taken = eagerOnly() ? hostValue(index) : null;
  if (taken !== null) {
    const branch = branches[Number(taken)] as (...args: readonly unknown[]) => unknown; // its own operands
    const [results, out] = flattenArrays(branch(...(unflatten(structure, leaves) as unknown[]))); // a tuple: the operands
    return unflatten(out, results);
  }
  const staged = branches.map((branch) => stageBranch(name, branch, leaves, structure));
  const [first] = staged;
  const called = (k: number): string => (name === "cond" ? (k === 0 ? "falseFn" : "trueFn") : `branch ${k}`);
  staged.forEach(({ out }, k) => {
    if (sameStructure(first.out, out)) return;
    throw new TreeError(
      `${name}: branches must return the same tree: ${called(0)} returns ${showStructure(first.out)}, ` +
        `${called(k)} ${showStructure(out)}; make them alike`,
    );
  });
  const jaxprs = joinTypes(staged.map(({ jaxpr }) => jaxpr));
  checkSameTypes(name, jaxprs, first.out, called);
  // Every branch takes the constants of all of them, then the operands.
  const consts = staged.flatMap((each) => each.consts);
  const joined = staged.map((_, k): Jaxpr => {
    const jaxpr = jaxprs[k];
    const before = staged.slice(0, k).flatMap((other) => other.jaxpr.constvars);
    const after = staged.slice(k + 1).flatMap((other) => other.jaxpr.constvars);
    return closeConstvars({ ...jaxpr, constvars: [...before, ...jaxpr.constvars, ...after] });
  });
  const outs = bind(condPrimitive, [index, ...consts, ...leaves], { branches: joined });
  return unflatten(first.out, outs);
}

/** Throws where two branches return other types, naming the output. */
function checkSameTypes(
  name: string,
  jaxprs: readonly Jaxpr[],
  structure: TreeStructure,
  called: (branch: number) => string,
): void {
  const [first] = jaxprs;
  jaxprs.forEach((jaxpr, k) => {
    jaxpr.outvars.forEach((v, i) => {
      if (sameType(v.aval, first.outvars[i].aval)) return;
      const path = leafPaths(structure)[i];
      throw new CarryTypeError(
        `${name}: branches must return the same types: ${called(0)} returns ${describeAval(first.outvars[i].aval)}` +
          `${path === "" ? "" : ` at ${path}`}, ${called(k)} ${describeAval(v.aval)}; cast one with astype, or reshape it`,
      );
    });
  });
}

interface StagedBranch {
  readonly jaxpr: Jaxpr;
  readonly consts: readonly NDArray[];
  readonly out: TreeStructure;
}

function stageBranch(
  name: string,
  branch: (...operands: never[]) => unknown,
  leaves: readonly NDArray[],
  structure: TreeStructure,
): StagedBranch {
  let out = structure;
  const apply = branch as (...args: unknown[]) => unknown; // its own operands
  const { jaxpr, consts } = stage(
    (operands) => {
      const [results, found] = flattenArrays(apply(...(unflatten(structure, operands) as unknown[]))); // a tuple
      out = found;
      return results;
    },
    leaves.map((x) => x.aval),
    name,
  );
  return { jaxpr, consts, out };
}

/** Outputs that differ only because one branch returns a plain number take the other's dtype. */
function joinTypes(jaxprs: readonly Jaxpr[]): Jaxpr[] {
  const [first] = jaxprs;
  const joined = first.outvars.map((v, i) => {
    const types = jaxprs.map((jaxpr) => jaxpr.outvars[i]?.aval ?? v.aval);
    const weak = types.some((t) => t.weakType) && types.every((t) => sameShape(t.shape, v.aval.shape));
    return weak ? types.reduce((x, y) => ({ ...promote(x, y), shape: x.shape })) : null;
  });
  return jaxprs.map((jaxpr) => {
    const differs = joined.some((type, i) => type !== null && jaxpr.outvars[i].aval.dtype !== type.dtype);
    if (!differs) return jaxpr;
    return convertOutputs(jaxpr, (i) => joined[i]?.dtype ?? jaxpr.outvars[i].aval.dtype);
  });
}

/** The jaxpr followed by casts of its outputs. */
function convertOutputs(jaxpr: Jaxpr, dtypeOf: (output: number) => DType): Jaxpr {
  const { jaxpr: converted } = stage(
    (operands) => {
      const count = jaxpr.constvars.length;
      const outs = evalJaxpr(jaxpr, operands.slice(0, count), operands.slice(count));
      return outs.map((x, i) => (x.dtype === dtypeOf(i) ? x : convertElementType(x, dtypeOf(i))));
    },
    [...jaxpr.constvars, ...jaxpr.invars].map((v) => v.aval),
  );
  const count = jaxpr.constvars.length;
  return { ...converted, constvars: converted.invars.slice(0, count), invars: converted.invars.slice(count) };
}
