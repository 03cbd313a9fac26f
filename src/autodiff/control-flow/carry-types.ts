/** The types of loop carries: what goes in must come out. Weak types of plain numbers give way to the body's. */
import { type Aval, describeAval, sameType } from "../../ir/aval.js";
import { promote } from "../../ir/dtype.js";
import { CarryTypeError, DTypeError, TreeError } from "../../ir/errors.js";
import { sameShape } from "../../ir/shape.js";
import { literal, type NDArray } from "../array.js";
import { leafToArray } from "../convert.js";
import { convertElementType } from "../primitives/conversion.js";
import { flatten, leafPaths, sameStructure, showStructure, type TreeStructure } from "../tree.js";

/** The initial carry, flat. A plain number has no type of its own yet. */
export interface InitialCarry {
  readonly leaves: readonly unknown[];
  readonly structure: TreeStructure;
}

export function initialCarry(init: unknown): InitialCarry {
  const [leaves, structure] = flatten(init);
  return { leaves, structure };
}

/** What tracing the body with a carry of given types yields. */
export interface TracedBody<T> {
  readonly carryOut: readonly Aval[];
  readonly structureOut: TreeStructure;
  readonly traced: T;
}

/**
 * Finds carry types that the body keeps, and traces it with them. An integer-valued number starts as a weak int32, so that
 * it takes an integer partner's dtype; one that no partner claims is a weak float32, as everywhere. A weak type that the
 * body makes stronger is retraced as that.
 *
 * @throws CarryTypeError naming the component and both types.
 */
export function settleCarry<T>(
  name: string,
  { leaves, structure }: InitialCarry,
  trace: (carry: readonly Aval[]) => TracedBody<T>,
): { init: NDArray[]; traced: T } {
  const isInteger = (leaf: unknown): boolean => typeof leaf === "number" && Number.isInteger(leaf);
  const declared = leaves.map((leaf) => leafToArray(leaf).aval);
  let types = declared.map((type, i): Aval => (isInteger(leaves[i]) ? { ...type, dtype: "int32" } : type));
  let result: TracedBody<T>;
  try {
    result = traceChecked(name, structure, types, trace);
  } catch (error) {
    // A body made of lax operations, which do not promote: the number can only be the float it is elsewhere.
    if (!(error instanceof DTypeError)) throw error;
    types = declared;
    result = traceChecked(name, structure, types, trace);
  }
  for (let again = 0; again < 3; again++) {
    const next = types.map((type, i): Aval => {
      const out = result.carryOut[i];
      if (!type.weakType || !sameShape(type.shape, out.shape)) return type;
      const unclaimed =
        isInteger(leaves[i]) && type.dtype === "int32" && out.weakType && out.dtype === "int32";
      return unclaimed ? declared[i] : { ...promote(type, out), shape: type.shape };
    });
    if (next.every((type, i) => sameType(type, types[i]) && type.weakType === types[i].weakType)) break;
    types = next;
    result = traceChecked(name, structure, types, trace);
  }
  checkSame(name, structure, types, result.carryOut);
  const init = leaves.map((leaf, i): NDArray => {
    const { dtype, weakType } = types[i];
    if (typeof leaf === "number") return literal(leaf, dtype, weakType);
    const x = leafToArray(leaf);
    return x.dtype === dtype ? x : convertElementType(x, dtype, weakType);
  });
  return { init, traced: result.traced };
}

function traceChecked<T>(
  name: string,
  structure: TreeStructure,
  types: readonly Aval[],
  trace: (carry: readonly Aval[]) => TracedBody<T>,
): TracedBody<T> {
  const result = trace(types);
  if (!sameStructure(structure, result.structureOut)) {
    throw new TreeError(
      `${name}: the carry went in as ${showStructure(structure)} and the body returned ` +
        `${showStructure(result.structureOut)}; it must return the same tree`,
    );
  }
  return result;
}

function checkSame(
  name: string,
  structure: TreeStructure,
  types: readonly Aval[],
  outs: readonly Aval[],
): void {
  types.forEach((type, i) => {
    if (sameType(type, outs[i])) return;
    const path = leafPaths(structure)[i];
    throw new CarryTypeError(
      `${name}: the carry${path === "" ? "" : ` at ${path}`} went in as ${describeAval(type)} and the body returned ` +
        `${describeAval(outs[i])}; a loop's carry must keep its type: cast the initial value or the body's result ` +
        "with astype, or reshape it",
    );
  });
}
