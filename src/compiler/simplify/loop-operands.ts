/**
 * Operands of loops and conditions that the inside knows: numbers of the program, and arrays of one number, are written there; an
 * operand that stands twice is taken once; a carry that every turn returns as it was is a constant of the loop.
 *
 * So what depends on them can be folded, shared and moved before the loop. Loops with effects stay as they are.
 */
import { type CondParams, condPrimitive } from "../../autodiff/control-flow/cond/primitive.js";
import { type ScanParams, splitOperands, splitOuts } from "../../autodiff/control-flow/scan/params.js";
import { scanPrimitive } from "../../autodiff/control-flow/scan/primitive.js";
import {
  splitOperands as splitWhileOperands,
  type WhileParams,
} from "../../autodiff/control-flow/while/params.js";
import { whilePrimitive } from "../../autodiff/control-flow/while/primitive.js";
import {
  type Atom,
  type Eqn,
  type Jaxpr,
  noEffects,
  type Var,
  Var as Variable,
} from "../../autodiff/jaxpr.js";
import { broadcastInDimPrimitive } from "../../autodiff/primitives/sum-and-broadcast.js";
import { everywhereInwards, type Pass } from "./pass.js";
import { type Rewriting, rewriteForward, ruleFor, ruleOf } from "./rewriting.js";
import { splatValue } from "./splats.js";

const rule = ruleOf(
  new Map([
    ruleFor(scanPrimitive, settleScan),
    ruleFor(whilePrimitive, settleWhile),
    ruleFor(condPrimitive, settleCond),
  ]),
);

export const settleLoopOperands: Pass = {
  name: "loop operands settled",
  run: everywhereInwards((jaxpr) => rewriteForward(jaxpr, rule)),
};

function settleScan(eqn: Eqn<ScanParams>, rewriting: Rewriting): readonly Atom[] | null {
  const { params } = eqn;
  const { jaxpr } = params;
  const [consts, init, xs] = splitOperands(eqn.operands, params);
  const [constVars, carryVars, xVars] = splitOperands(jaxpr.invars, params);
  const isFixed = carryVars.map((v, i) => jaxpr.outvars[i] === v);
  const fixed = select(init, isFixed);
  const inside = new Inside(rewriting);
  const keptConsts = inside.keep([...consts, ...fixed], [...constVars, ...select(carryVars, isFixed)]);
  const keptXs = inside.keep(xs, xVars);
  if (fixed.length === 0 && inside.isEmpty) return null;
  const moving = isFixed.map((bit) => !bit);
  const [carryOuts, ys] = splitOuts(jaxpr.outvars, params);
  const body = inside.write(
    jaxpr,
    [...keptConsts.invars, ...select(carryVars, moving), ...keptXs.invars],
    [...select(carryOuts, moving), ...ys],
  );
  const numCarry = init.length - fixed.length;
  const results = rewriting.emitAll(
    scanPrimitive,
    [...keptConsts.operands, ...select(init, moving), ...keptXs.operands],
    { ...params, jaxpr: body, numConsts: keptConsts.operands.length, numCarry },
  );
  return [...merge(isFixed, init, results), ...results.slice(numCarry)];
}

function settleWhile(eqn: Eqn<WhileParams>, rewriting: Rewriting): readonly Atom[] | null {
  const { condJaxpr, condNumConsts, bodyJaxpr, bodyNumConsts } = eqn.params;
  const [condConsts, bodyConsts, init] = splitWhileOperands(eqn.operands, eqn.params);
  const carryVars = bodyJaxpr.invars.slice(bodyNumConsts);
  const isFixed = carryVars.map((v, i) => bodyJaxpr.outvars[i] === v);
  const moving = isFixed.map((bit) => !bit);
  const fixed = select(init, isFixed);
  const settle = (jaxpr: Jaxpr, consts: readonly Atom[], count: number) => {
    const carries = jaxpr.invars.slice(count);
    const inside = new Inside(rewriting);
    const { operands, invars } = inside.keep(
      [...consts, ...fixed],
      [...jaxpr.invars.slice(0, count), ...select(carries, isFixed)],
    );
    const outvars = jaxpr === bodyJaxpr ? select(jaxpr.outvars, moving) : jaxpr.outvars;
    const isSame = inside.isEmpty && fixed.length === 0;
    return {
      isSame,
      operands,
      jaxpr: isSame ? jaxpr : inside.write(jaxpr, [...invars, ...select(carries, moving)], outvars),
    };
  };
  const cond = settle(condJaxpr, condConsts, condNumConsts);
  const body = settle(bodyJaxpr, bodyConsts, bodyNumConsts);
  if (cond.isSame && body.isSame) return null;
  const results = rewriting.emitAll(
    whilePrimitive,
    [...cond.operands, ...body.operands, ...select(init, moving)],
    {
      condJaxpr: cond.jaxpr,
      condNumConsts: cond.operands.length,
      bodyJaxpr: body.jaxpr,
      bodyNumConsts: body.operands.length,
    },
  );
  return merge(isFixed, init, results);
}

function settleCond(eqn: Eqn<CondParams>, rewriting: Rewriting): readonly Atom[] | null {
  const [index, ...operands] = eqn.operands;
  let kept: readonly Atom[] = operands;
  const branches = eqn.params.branches.map((branch) => {
    const inside = new Inside(rewriting);
    const { operands: left, invars } = inside.keep(operands, branch.invars);
    kept = left; // the same for every branch: it depends on the operands alone
    return inside.isEmpty ? branch : inside.write(branch, invars, branch.outvars);
  });
  return kept.length === operands.length
    ? null
    : rewriting.emitAll(condPrimitive, [index, ...kept], { branches });
}

const select = <T>(list: readonly T[], mask: readonly boolean[]): T[] => list.filter((_, i) => mask[i]);

/** The outputs of carries: the initial value where it is fixed, the loop's results in order elsewhere. */
function merge(isFixed: readonly boolean[], init: readonly Atom[], results: readonly Atom[]): Atom[] {
  let next = 0;
  return isFixed.map((bit, i) => (bit ? init[i] : results[next++]));
}

/** What inner variables stand for, when their operands are not handed in any more. */
class Inside {
  readonly #known = new Map<Var, Atom>();
  readonly #eqns: Eqn[] = [];
  readonly #rewriting: Rewriting;

  constructor(rewriting: Rewriting) {
    this.#rewriting = rewriting;
  }

  get isEmpty(): boolean {
    return this.#known.size === 0;
  }

  /** The operands still to hand in, with their variables: each once, and none that is a number throughout. */
  keep(
    operands: readonly Atom[],
    invars: readonly Var[],
  ): { readonly operands: readonly Atom[]; readonly invars: readonly Var[] } {
    const taken = new Map<Atom, Var>();
    operands.forEach((operand, i) => {
      const v = invars[i];
      const inner = this.#asSplat(operand, v) ?? taken.get(operand);
      if (inner === undefined) taken.set(operand, v);
      else this.#known.set(v, inner);
    });
    return { operands: [...taken.keys()], invars: [...taken.values()] };
  }

  #asSplat(operand: Atom, v: Var): Atom | undefined {
    const value = splatValue(operand, this.#rewriting);
    if (value === null) return undefined;
    const { shape } = v.aval;
    if (shape.length === 0) return value;
    const out = new Variable(v.aval);
    this.#eqns.push({
      primitive: broadcastInDimPrimitive,
      operands: [value],
      params: { shape, broadcastDimensions: [] },
      outs: [out],
      effects: noEffects,
    });
    return out;
  }

  /** The jaxpr with these inputs and outputs, and in place of the others what they stand for. */
  write(jaxpr: Jaxpr, invars: readonly Var[], outvars: readonly Atom[]): Jaxpr {
    const now = (atom: Atom): Atom => (atom.kind === "var" ? (this.#known.get(atom) ?? atom) : atom);
    const eqns = jaxpr.eqns.map((eqn) => ({ ...eqn, operands: eqn.operands.map(now) }));
    return { ...jaxpr, invars, eqns: [...this.#eqns, ...eqns], outvars: outvars.map(now) };
  }
}
