/** The types of loop carries: what goes in must come out. Weak types of plain numbers give way to the body's. */
import { type Aval, describeAval, sameAval, sameType } from "../../ir/aval.js";
import { promote } from "../../ir/dtype.js";
import { CarryTypeError, DTypeError, TreeError } from "../../ir/errors.js";
import { sameShape } from "../../ir/shape.js";
import { literal, type NDArray } from "../array.js";
import { leafToArray } from "../convert.js";
import type { Atom, Jaxpr } from "../jaxpr.js";
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
  /** The body: the first of its invars and outvars are the carry. Null where it ran instead: then nothing more is known. */
  readonly jaxpr: Jaxpr | null;
  readonly carryOut: readonly Aval[];
  readonly structureOut: TreeStructure;
  readonly traced: T;
}

/**
 * Finds carry types that the body keeps, and traces it with them. An integer-valued number starts as a weak int32, so that
 * it takes an integer partner's dtype; one that no partner claims is a weak float32, as everywhere. Where the body makes a
 * weak type stronger it is traced again with that, at most twice.
 *
 * @throws CarryTypeError naming the component and both types.
 */
export function settleCarry<T>(
  name: string,
  { leaves, structure }: InitialCarry,
  trace: (carry: readonly Aval[]) => TracedBody<T>,
): { init: NDArray[]; traced: T } {
  const isInteger = leaves.map((leaf) => typeof leaf === "number" && Number.isInteger(leaf));
  const declared = leaves.map((leaf) => leafToArray(leaf).aval);
  let types: readonly Aval[] = declared.map((type, i) => (isInteger[i] ? { ...type, dtype: "int32" } : type));
  let result: TracedBody<T>;
  try {
    result = traceChecked(name, structure, types, trace);
  } catch (error) {
    // A body made of lax operations, which do not promote: the number can only be the float it is elsewhere.
    if (!(error instanceof DTypeError)) throw error;
    types = declared;
    result = traceChecked(name, structure, types, trace);
  }
  // A body that ran does not show what it passes on: then a delay line settles one carry at a time.
  const limit = result.jaxpr === null ? leaves.length + 1 : 2;
  for (let again = 0; again < limit; again++) {
    const next = strongerTypes(types, declared, result, isInteger);
    if (next.every((type, i) => sameAval(type, types[i]))) break;
    types = next;
    result = traceChecked(name, structure, types, trace);
  }
  checkSame(name, structure, types, result.carryOut);
  return { init: leaves.map((leaf, i) => asCarry(leaf, types[i])), traced: result.traced };
}

/** An initial carry in the type it settled at. */
export function asCarry(leaf: unknown, { dtype, weakType }: Aval): NDArray {
  if (typeof leaf === "number") return literal(leaf, dtype, weakType);
  const x = leafToArray(leaf);
  return x.dtype === dtype ? x : convertElementType(x, dtype, weakType);
}

/**
 * The types that the body's outputs ask for. A carry that the body passes on in another's place (a delay line) takes that
 * one's type at once. A number stays a weak int32 as long as what it becomes may still change; then it is a float.
 */
function strongerTypes<T>(
  types: readonly Aval[],
  declared: readonly Aval[],
  { jaxpr, carryOut }: TracedBody<T>,
  isInteger: readonly boolean[],
): readonly Aval[] {
  const sources = carryOut.map((_, i) => (jaxpr === null ? -1 : passedOn(jaxpr, i, types.length)));
  let next = types;
  for (let settled = false; !settled; ) {
    const before = next;
    next = before.map((type, i) => {
      const out = sources[i] < 0 ? carryOut[i] : before[sources[i]];
      return type.weakType && sameShape(type.shape, out.shape)
        ? { ...promote(type, out), shape: type.shape }
        : type;
    });
    settled = next.every((type, i) => sameAval(type, before[i]));
  }
  const open = mayChange(
    jaxpr,
    next.map((type, i) => !sameAval(type, types[i])),
  );
  const unclaimed = (type: Aval, i: number): boolean =>
    isInteger[i] && type.weakType && type.dtype === "int32" && !open[i] && sameAval(type, carryOut[i]);
  return next.map((type, i) => (unclaimed(type, i) ? declared[i] : type));
}

const carryInvars = (jaxpr: Jaxpr, numCarry: number): readonly Atom[] => jaxpr.invars.slice(0, numCarry);

/** The carry that output i of the body is, unchanged; -1 if it is none. */
const passedOn = (jaxpr: Jaxpr, i: number, numCarry: number): number =>
  carryInvars(jaxpr, numCarry).indexOf(jaxpr.outvars[i]);

/** The carries that depend, in some turn, on one whose type changes. */
function mayChange(jaxpr: Jaxpr | null, changed: readonly boolean[]): readonly boolean[] {
  if (jaxpr === null) return changed.map(() => changed.includes(true));
  const dependent = new Set<Atom>(jaxpr.invars.filter((_, i) => changed[i]));
  for (const eqn of jaxpr.eqns) {
    if (eqn.operands.some((atom) => dependent.has(atom))) for (const v of eqn.outs) dependent.add(v);
  }
  const next = changed.map((bit, i) => bit || dependent.has(jaxpr.outvars[i]));
  return next.every((bit, i) => bit === changed[i]) ? changed : mayChange(jaxpr, next);
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
