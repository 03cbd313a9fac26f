/**
 * while: repeats a body as long as a condition on the carry holds. Operands are the condition's consts, the body's consts
 * and the initial carry. Forward mode passes through it; reverse mode cannot, as its length is not known beforehand.
 */
import { sameType, showAval, withShape } from "../../../ir/aval.js";
import { ShapeError } from "../../../ir/errors.js";
import { bool, load, ne } from "../../../ir/expr.js";
import { insertAt, range } from "../../../ir/shape.js";
import type { NDArray } from "../../array.js";
import { avalsOf, effectsOf, evalJaxpr, type Jaxpr } from "../../jaxpr.js";
import {
  fixpoint,
  memoByJaxpr,
  positionsOf,
  removeDeadCode,
  reorderJaxpr,
  splitList,
  stageClosed,
} from "../../jaxpr-passes.js";
import { type BatchAxis, notLinear, type Primitive, type Tangent } from "../../primitive.js";
import { reduceOr } from "../../primitives/reduction.js";
import { selectN } from "../../primitives/selection.js";
import { broadcastInDim, materializeBatch } from "../../primitives/sum-and-broadcast.js";
import { bind } from "../../trace.js";
import { batchesInFront, batchJaxpr, frontAxes } from "../../transforms/batching.js";
import { jvpJaxpr, nonzeroMask, nonzeroTangents, spreadTangents } from "../../transforms/jvp.js";
import { partialEvalJaxpr } from "../../transforms/partial-eval.js";
import { instantiate } from "../../transforms/zeros.js";
import { carryBuffers, finishTurn } from "../carry.js";
import { removeDeadCodeOfWhile } from "./dead-code.js";
import { splitOperands, type WhileParams } from "./params.js";

export const whilePrimitive: Primitive<WhileParams> = {
  name: "while",
  abstractEval: (avals, params) => {
    const [, , carry] = splitOperands(avals, params);
    const types = avalsOf(params.bodyJaxpr.outvars);
    carry.forEach((a, i) => {
      if (!sameType(a, types[i])) {
        throw new ShapeError(`while: the carry is ${showAval(a)} and its body returns ${showAval(types[i])}`);
      }
    });
    return types;
  },
  jvp: jvpWhile,
  transpose: notLinear(
    "the number of turns of a while loop is not known beforehand, so what its turns computed cannot be kept; " +
      "use lax.scan, or lax.foriLoop with bounds that are plain numbers, or forward mode (jvp, jacfwd)",
  ),
  partialEval: (operands, _, params) => {
    const [condUnknown, bodyUnknown, initUnknown] = splitOperands(
      operands.map((x) => x === null),
      params,
    );
    const { bodyJaxpr } = params;
    const step = (bits: readonly boolean[]) =>
      partialEvalJaxpr(bodyJaxpr, [...bodyUnknown, ...bits], bits).unknownOut;
    const settled = fixpoint(initUnknown, step);
    const condUses = removeDeadCode(params.condJaxpr).usedInvars;
    const condIsUnknown = [...condUnknown, ...settled].some((bit, i) => bit && condUses[i]);
    const unknownOut = condIsUnknown ? settled.map(() => true) : settled;
    // Known carries are computed now; the loop runs again, whole, for the unknown ones: nothing is kept a turn.
    return {
      unknownOut,
      known: () => ({
        outs: unknownOut.includes(false) ? runKnown(operands, unknownOut, params) : [],
        residuals: given(operands),
      }),
      unknown: (residuals, unknowns) => {
        let nextKnown = 0;
        let nextUnknown = 0;
        const all = operands.map((x) => (x === null ? unknowns[nextUnknown++] : residuals[nextKnown++]));
        return bind(whilePrimitive, all, params).filter((_x, i) => unknownOut[i]);
      },
    };
  },
  batch: batchWhile,
  lower: {
    kind: "nest",
    emit: (b, operands, outs, { params }, context) => {
      const [condConsts, bodyConsts, init] = splitOperands(operands, params);
      const carries = carryBuffers(b, init);
      const current = () => carries.map((carry) => ({ view: carry.current, owned: false }));
      const fixed = (view: (typeof operands)[number]) => ({ view, owned: false, isFixed: true });
      b.while(
        (before) => {
          const [test] = context.lowerJaxpr(
            before,
            params.condJaxpr,
            [...condConsts.map(fixed), ...current()],
            [null],
          );
          return ne(load(test.buffer, test.offset), bool(false));
        },
        (turn) => {
          const results = context.lowerJaxpr(
            turn,
            params.bodyJaxpr,
            [...bodyConsts.map(fixed), ...carries.map((carry) => ({ view: carry.current, owned: true }))],
            carries.map((carry) => carry.next),
          );
          finishTurn(turn, carries, results);
        },
      );
      carries.forEach((carry, i) => {
        b.copy(carry.current, outs[i]);
      });
    },
  },
  removeDeadCode: removeDeadCodeOfWhile,
  effects: ({ bodyJaxpr, condJaxpr }) => [...effectsOf(bodyJaxpr), ...effectsOf(condJaxpr)].slice(0, 1),
  showParams: ({ bodyJaxpr, bodyNumConsts, condJaxpr, condNumConsts }) => ({
    body_jaxpr: bodyJaxpr,
    body_nconsts: bodyNumConsts,
    cond_jaxpr: condJaxpr,
    cond_nconsts: condNumConsts,
  }),
};

/** The loop over the known carries alone, of which none depends on what is unknown: operands that are null. */
function runKnown(
  operands: readonly (NDArray | null)[],
  unknownOut: readonly boolean[],
  params: WhileParams,
): NDArray[] {
  const [condConsts, bodyConsts, init] = splitOperands(operands, params);
  const carry = init.map((x, i) => (unknownOut[i] ? null : x));
  const known = given([...condConsts, ...bodyConsts, ...carry]);
  // What partial evaluation takes for known is what it can compute: dead code may still seem to read what is unknown.
  const split = partialEvalJaxpr(
    params.bodyJaxpr,
    [...bodyConsts, ...carry].map((x) => x === null),
    unknownOut,
  );
  const cond = removeDeadCode(params.condJaxpr).jaxpr;
  const condInputs = [...condConsts, ...carry];
  const loop: WhileParams = {
    condJaxpr: { ...cond, invars: cond.invars.filter((_, i) => condInputs[i] !== null) },
    condNumConsts: given(condConsts).length,
    bodyJaxpr: { ...split.known, outvars: split.known.outvars.slice(0, given(carry).length) },
    bodyNumConsts: given(bodyConsts).length,
  };
  const read = removeDeadCodeOfWhile(
    given(carry).map(() => true),
    loop,
  );
  if (read === null) return bind(whilePrimitive, known, loop);
  return bind(
    whilePrimitive,
    known.filter((_, i) => read.usedOperands[i]),
    read.params,
  );
}

const given = (list: readonly (NDArray | null)[]): NDArray[] => list.filter((x): x is NDArray => x !== null);

/** One loop that carries primals and tangents; the condition reads the primals. */
function jvpWhile(
  primals: readonly NDArray[],
  tangents: readonly Tangent[],
  params: WhileParams,
): readonly [NDArray[], Tangent[]] {
  const { bodyJaxpr, condJaxpr, condNumConsts, bodyNumConsts } = params;
  const [, constBits, initBits] = splitOperands(nonzeroMask(tangents), params);
  const transformed = (bits: readonly boolean[]) => jvpJaxpr(bodyJaxpr, [...constBits, ...bits], bits);
  const carryBits = fixpoint(initBits, (bits) => transformed(bits).nonzeroOut);
  const [condConsts, bodyConsts, init] = splitOperands(primals, params);
  const [, constTangents, initTangents] = splitOperands(tangents, params);
  const carried = positionsOf(carryBits).map((i) => instantiate(initTangents[i]));
  const dConsts = nonzeroTangents(constTangents);
  const numCarry = init.length;

  // The jvp's inputs: consts, carry, dConsts, dCarry. The loop's: consts, dConsts, carry, dCarry.
  const ids = range(bodyNumConsts + numCarry + dConsts.length + carried.length);
  const [constIds, carryIds, dConstIds, dCarryIds] = splitList(ids, [
    bodyNumConsts,
    numCarry,
    dConsts.length,
  ]);
  const body = transformed(carryBits).jaxpr;
  const results = bind(whilePrimitive, [...condConsts, ...bodyConsts, ...dConsts, ...init, ...carried], {
    condJaxpr: withIgnoredInputs(condJaxpr, maskOf(carryBits), condNumConsts),
    condNumConsts,
    bodyJaxpr: reorderJaxpr(
      body,
      [...constIds, ...dConstIds, ...carryIds, ...dCarryIds],
      body.outvars.map((_, i) => i),
    ),
    bodyNumConsts: bodyNumConsts + dConsts.length,
  });
  const outs = results.slice(0, numCarry);
  return [
    outs,
    spreadTangents(
      carryBits,
      results.slice(numCarry),
      outs.map((out) => out.aval),
    ),
  ];
}

const maskOf = (bits: readonly boolean[]): string => bits.map((bit) => (bit ? "1" : "0")).join("");

/** The condition with inputs for the tangents, which it does not read. */
function withIgnoredInputs(condJaxpr: Jaxpr, mask: string, numConsts: number): Jaxpr {
  return ignoring(condJaxpr, `${mask}/${numConsts}`);
}

const ignoring = memoByJaxpr((jaxpr: Jaxpr, key: string): Jaxpr => {
  const [mask, numConsts] = key.split("/");
  const carry = jaxpr.invars.slice(Number(numConsts)).map((v) => v.aval);
  const extra = carry.filter((_, i) => mask[i] === "1");
  return stageClosed(
    (xs) => evalJaxpr(jaxpr, [], xs.slice(0, jaxpr.invars.length)),
    [...avalsOf(jaxpr.invars), ...extra],
  );
});

/**
 * Carries that become batched are found by a fixpoint. If the condition is batched all of them are: the loop goes on until
 * every lane is done, and finished lanes keep their values.
 */
function batchWhile(
  axisSize: number,
  operands: readonly NDArray[],
  axes: readonly BatchAxis[],
  params: WhileParams,
): readonly [NDArray[], BatchAxis[]] {
  const { condJaxpr, bodyJaxpr } = params;
  const [condBits, bodyBits, initBits] = splitOperands(
    axes.map((axis) => axis !== null),
    params,
  );
  const bodyOf = (bits: readonly boolean[]) => batchJaxpr(bodyJaxpr, axisSize, [...bodyBits, ...bits], bits);
  const condOf = (bits: readonly boolean[]) =>
    batchJaxpr(condJaxpr, axisSize, [...condBits, ...bits], [false]);
  const settled = fixpoint(initBits, (bits) => bodyOf(bits).batchedOut);
  const ragged = condOf(settled).batchedOut[0];
  const carryBits = ragged ? settled.map(() => true) : settled;
  const [condConsts, bodyConsts, init] = splitOperands(operands, params);
  const [condAxes, bodyAxes, initAxes] = splitOperands(axes, params);
  const cond = condOf(carryBits).jaxpr;
  const body = bodyOf(carryBits).jaxpr;
  const batchedConds = batchesInFront(condConsts, condAxes, axisSize);
  const batchedBodies = batchesInFront(bodyConsts, bodyAxes, axisSize);
  const batchedInit = init.map((x, i) => (carryBits[i] ? materializeBatch(x, initAxes[i], axisSize) : x));
  if (!ragged) {
    const outs = bind(whilePrimitive, [...batchedConds, ...batchedBodies, ...batchedInit], {
      ...params,
      condJaxpr: cond,
      bodyJaxpr: body,
    });
    return [outs, frontAxes(carryBits)];
  }
  const carryTypes = bodyJaxpr.outvars.map((v) => withShape(v.aval, insertAt(v.aval.shape, 0, axisSize)));
  const condTypes = avalsOf(cond.invars.slice(0, params.condNumConsts));
  const bodyTypes = avalsOf(body.invars.slice(0, params.bodyNumConsts));
  const anyLane = stageClosed(
    (xs) => [reduceOr(evalJaxpr(cond, [], xs)[0], [0])],
    [...condTypes, ...carryTypes],
  );
  const frozen = stageClosed(
    (xs) => {
      const [condXs, bodyXs, carry] = splitList(xs, [condTypes.length, bodyTypes.length]);
      const [active] = evalJaxpr(cond, [], [...condXs, ...carry]);
      const next = evalJaxpr(body, [], [...bodyXs, ...carry]);
      return next.map((x, i) => selectN(broadcastInDim(active, x.shape, [0]), carry[i], x));
    },
    [...condTypes, ...bodyTypes, ...carryTypes],
  );
  const outs = bind(whilePrimitive, [...batchedConds, ...batchedConds, ...batchedBodies, ...batchedInit], {
    condJaxpr: anyLane,
    condNumConsts: batchedConds.length,
    bodyJaxpr: frozen,
    bodyNumConsts: batchedConds.length + batchedBodies.length,
  });
  return [outs, frontAxes(carryBits)];
}
