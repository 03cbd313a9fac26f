/**
 * Jaxprs: the typed intermediate representation of traced functions.
 *
 *     jaxpr ::= { lambda constvars ; invars . let eqns in outvars }
 *     eqn   ::= binders = primitive[params] atoms
 *     atom  ::= var | literal
 *
 * Inside params (the body of a scan) jaxprs are closed: what they close over are leading invars.
 */

import type { Aval } from "../ir/aval.js";
import { JaxprTypeError } from "../ir/errors.js";
import type { ConcreteArray, NDArray } from "./array.js";
import type { Effect, Primitive } from "./primitive.js";
import { bind } from "./trace.js";

/** A variable: its identity is the object's. */
export class Var {
  readonly kind = "var";
  constructor(readonly aval: Aval) {}
}

/**
 * A number written in the program. In a closed jaxpr also an array that a rule of the user's closes over: derivatives of
 * closed jaxprs have no operand that it could become.
 */
export class Literal {
  readonly kind = "literal";
  readonly aval: Aval;
  constructor(readonly array: ConcreteArray) {
    this.aval = array.aval;
  }
  /** Whether it is a single number without axes. */
  get isNumber(): boolean {
    return this.aval.shape.length === 0;
  }
  /** The number itself (0 or 1 for bool). */
  get value(): number {
    return this.array.values[0];
  }
}

export type Atom = Var | Literal;

export interface Eqn<P extends object = object> {
  readonly primitive: Primitive<P>;
  readonly operands: readonly Atom[];
  readonly params: P;
  readonly outs: readonly Var[];
  readonly effects: readonly Effect[];
}

export interface Jaxpr {
  readonly constvars: readonly Var[];
  readonly invars: readonly Var[];
  readonly eqns: readonly Eqn[];
  readonly outvars: readonly Atom[];
}

/** A jaxpr with the values of its constvars. */
export interface ClosedJaxpr {
  readonly jaxpr: Jaxpr;
  readonly consts: readonly NDArray[];
}

export const noEffects: readonly Effect[] = [];

export const avalsOf = (atoms: readonly Atom[]): Aval[] => atoms.map((atom) => atom.aval);

/** The effects of a whole jaxpr. */
export const effectsOf = (jaxpr: Jaxpr): readonly Effect[] =>
  jaxpr.eqns.some((eqn) => eqn.effects.length > 0) ? ["ordered"] : noEffects;

/** Constvars become leading invars: the form that params hold. */
export function closeConstvars(jaxpr: Jaxpr): Jaxpr {
  if (jaxpr.constvars.length === 0) return jaxpr;
  return { ...jaxpr, constvars: [], invars: [...jaxpr.constvars, ...jaxpr.invars] };
}

/** Applies the equations one by one through `bind`: under any trace, that trace's meaning of the jaxpr. */
export function evalJaxpr(jaxpr: Jaxpr, consts: readonly NDArray[], operands: readonly NDArray[]): NDArray[] {
  const environment = new Map<Var, NDArray>();
  jaxpr.constvars.forEach((v, i) => {
    environment.set(v, consts[i]);
  });
  jaxpr.invars.forEach((v, i) => {
    environment.set(v, operands[i]);
  });
  const read = (atom: Atom): NDArray => readAtom(environment, atom);
  for (const eqn of jaxpr.eqns) {
    const outs = bind(eqn.primitive, eqn.operands.map(read), eqn.params);
    eqn.outs.forEach((v, i) => {
      environment.set(v, outs[i]);
    });
  }
  return jaxpr.outvars.map(read);
}

/** The value of an atom in an environment that has it. */
export function readAtom(environment: ReadonlyMap<Var, NDArray>, atom: Atom): NDArray {
  if (atom.kind === "literal") return atom.array;
  const value = environment.get(atom);
  if (value === undefined) {
    throw new JaxprTypeError("a jaxpr reads a variable before it is bound; checkJaxpr names it");
  }
  return value;
}
