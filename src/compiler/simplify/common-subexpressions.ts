/**
 * Common subexpressions: equations of one primitive with the same operands and params compute the same, so the later ones read
 * the first's outputs. Not what has effects, and not barriers: behind each, checkpoint computes again on purpose.
 */
import type { Atom, Eqn, Jaxpr, Literal, Var } from "../../autodiff/jaxpr.js";
import { addPrimitive, mulPrimitive } from "../../autodiff/primitives/arithmetic.js";
import {
  andPrimitive,
  eqPrimitive,
  nePrimitive,
  orPrimitive,
  xorPrimitive,
} from "../../autodiff/primitives/comparison.js";
import { addAnyPrimitive } from "../../autodiff/primitives/elementwise.js";
import { maxPrimitive, minPrimitive } from "../../autodiff/primitives/selection.js";
import { optimizationBarrierPrimitive } from "../../autodiff/transforms/checkpoint.js";
import { canonicalParams, typeKey } from "../canonical.js";
import { everywhere, type Pass, subJaxprsOf } from "./pass.js";

export const shareSubexpressions: Pass = {
  name: "common subexpressions shared",
  run: everywhere(share),
};

/** f(x, y) = f(y, x), to the bit. */
const commutative: ReadonlySet<object> = new Set<object>([
  addPrimitive,
  addAnyPrimitive,
  mulPrimitive,
  maxPrimitive,
  minPrimitive,
  andPrimitive,
  orPrimitive,
  xorPrimitive,
  eqPrimitive,
  nePrimitive,
]);

function share(jaxpr: Jaxpr): Jaxpr {
  const keyOf = atomKeys();
  const replaced = new Map<Var, Var>();
  const now = (atom: Atom): Atom => (atom.kind === "var" ? (replaced.get(atom) ?? atom) : atom);
  /** Equations that are equal but for the jaxprs in their params: those, whole loops, are compared only among them. */
  const candidates = new Map<string, Eqn[]>();
  const eqns: Eqn[] = [];
  for (const original of jaxpr.eqns) {
    const isStale = original.operands.some((atom) => atom.kind === "var" && replaced.has(atom));
    const eqn = isStale ? { ...original, operands: original.operands.map(now) } : original;
    if (eqn.effects.length > 0 || eqn.primitive === optimizationBarrierPrimitive) {
      eqns.push(eqn);
      continue;
    }
    const keys = eqn.operands.map(keyOf);
    if (commutative.has(eqn.primitive)) keys.sort();
    const isLoop = subJaxprsOf(eqn).length > 0;
    const key = `${nameOf(eqn)}[${isLoop ? "" : canonicalParams(eqn.params)}] ${keys.join(" ")}`;
    const others = candidates.get(key);
    const same = others?.find((other) => !isLoop || hasSameParams(other, eqn));
    if (same !== undefined) {
      eqn.outs.forEach((out, i) => {
        replaced.set(out, same.outs[i]);
      });
      continue;
    }
    if (others === undefined) candidates.set(key, [eqn]);
    else others.push(eqn);
    eqns.push(eqn);
  }
  if (replaced.size === 0) return jaxpr;
  return { ...jaxpr, eqns, outvars: jaxpr.outvars.map(now) };
}

/** add_any is add, under the name that derivatives accumulate by. */
const nameOf = ({ primitive }: Eqn): string =>
  primitive === addAnyPrimitive ? addPrimitive.name : primitive.name;

function hasSameParams(x: Eqn, y: Eqn): boolean {
  if (x.params === y.params) return true;
  return canonicalParams(x.params) === canonicalParams(y.params);
}

/** Keys of atoms: literals by dtype and bits, everything else by what it is. */
function atomKeys(): (atom: Atom) => string {
  const numbers = new Map<object, number>();
  const numberOf = (thing: object): number => {
    let number = numbers.get(thing);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(thing, number);
    }
    return number;
  };
  const literalKey = ({ array, isNumber, value, aval }: Literal): string =>
    isNumber ? `${typeKey(aval)}=${Object.is(value, -0) ? "-0" : value}` : `a${numberOf(array)}`;
  return (atom) => (atom.kind === "literal" ? literalKey(atom) : `${numberOf(atom)}`);
}
