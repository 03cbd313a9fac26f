/**
 * Partial evaluation of scan: a known scan now, an unknown scan later, and between them the residuals.
 *
 * A residual that is a const of the loop stays one; one that is a slice of a known xs is read from that xs again; one that
 * is computed from consts alone is computed once, before the loop; only what is left is stacked, a slice a turn.
 */
import type { Aval } from "../../../ir/aval.js";
import type { NDArray } from "../../array.js";
import { evalJaxpr, type Jaxpr } from "../../jaxpr.js";
import { fixpoint, positionsOf, reorderJaxpr } from "../../jaxpr-passes.js";
import type { PartialEvaluation } from "../../primitive.js";
import { gatherResiduals, partialEvalJaxpr, type SplitJaxpr } from "../../transforms/partial-eval.js";
import { bindScan, type ScanParams, splitOperands } from "./params.js";

export function partialEvalScan(
  operands: readonly (NDArray | null)[],
  _: readonly Aval[],
  params: ScanParams,
): PartialEvaluation {
  const { jaxpr, numCarry } = params;
  const [constUnknown, initUnknown, xUnknown] = splitOperands(
    operands.map((x) => x === null),
    params,
  );
  const noYs = jaxpr.outvars.slice(numCarry).map(() => false);
  const splitWith = (carryUnknown: readonly boolean[]): SplitJaxpr =>
    partialEvalJaxpr(jaxpr, [...constUnknown, ...carryUnknown, ...xUnknown], [...carryUnknown, ...noYs]);
  const carryUnknown = fixpoint(initUnknown, (bits) => splitWith(bits).unknownOut.slice(0, numCarry));
  const split = splitWith(carryUnknown);

  const [consts, init, xs] = splitOperands(operands, params);
  const knownConsts = consts.filter((x): x is NDArray => x !== null);
  const knownInit = init.filter((x, i): x is NDArray => !carryUnknown[i] && x !== null);
  const knownXs = xs.filter((x): x is NDArray => x !== null);
  const sources = residualSources(split, knownConsts.length, knownInit.length);
  // An unknown carry whose initial value is known is handed over with the residuals.
  const handedOver = positionsOf(carryUnknown).filter((i) => init[i] !== null);

  return {
    unknownOut: split.unknownOut,
    known: () => {
      const { outs, stacked, invariant } = runKnown(split, sources, knownConsts, knownInit, knownXs, params);
      const residualOf = (source: ResidualSource, i: number): NDArray => {
        switch (source.kind) {
          case "const":
            return knownConsts[source.index];
          case "xs":
            return knownXs[source.index];
          case "invariant":
            return invariant[i];
          case "stacked":
            return stacked[i];
        }
      };
      const residuals = sources.map((source, i) => residualOf(source, i));
      return { outs, residuals: [...residuals, ...handedOver.flatMap((i) => init[i] ?? [])] };
    },
    unknown: (residuals, unknowns) => {
      const counts = {
        consts: constUnknown.filter((bit) => bit).length,
        carry: initUnknown.filter((bit) => bit).length,
      };
      const unknownConsts = unknowns.slice(0, counts.consts);
      const unknownInit = unknowns.slice(counts.consts, counts.consts + counts.carry);
      const unknownXs = unknowns.slice(counts.consts + counts.carry);
      let nextUnknown = 0;
      let nextHanded = sources.length;
      const carry = positionsOf(carryUnknown).map((i) =>
        initUnknown[i] ? unknownInit[nextUnknown++] : residuals[nextHanded++],
      );
      const perTurn = (i: number): boolean => sources[i].kind === "stacked" || sources[i].kind === "xs";
      const ids = sources.map((_source, i) => i);
      const onceIds = ids.filter((i) => !perTurn(i));
      const turnIds = ids.filter(perTurn);
      const base = sources.length;
      const span = (start: number, length: number): number[] => Array.from({ length }, (_v, i) => start + i);
      const body = reorderJaxpr(
        split.unknown,
        [
          ...onceIds,
          ...span(base, unknownConsts.length),
          ...span(base + unknownConsts.length, carry.length),
          ...turnIds,
          ...span(base + unknownConsts.length + carry.length, unknownXs.length),
        ],
        span(0, split.unknown.outvars.length),
      );
      return bindScan(
        [
          ...onceIds.map((i) => residuals[i]),
          ...unknownConsts,
          ...carry,
          ...turnIds.map((i) => residuals[i]),
          ...unknownXs,
        ],
        { ...params, jaxpr: body, numConsts: onceIds.length + unknownConsts.length, numCarry: carry.length },
      );
    },
  };
}

/** Where a residual of the body comes from. */
type ResidualSource =
  | { readonly kind: "const"; readonly index: number }
  | { readonly kind: "xs"; readonly index: number }
  | { readonly kind: "invariant" }
  | { readonly kind: "stacked" };

function residualSources(split: SplitJaxpr, constCount: number, carryCount: number): ResidualSource[] {
  const { hoisted, computedOut } = hoist(split, constCount);
  let nextComputed = 0;
  return split.forwarded.map((index): ResidualSource => {
    if (index === null) {
      const position = computedOut + nextComputed++;
      return hoisted.unknownOut[position] ? { kind: "stacked" } : { kind: "invariant" };
    }
    if (index < constCount) return { kind: "const", index };
    if (index >= constCount + carryCount) return { kind: "xs", index: index - constCount - carryCount };
    return { kind: "stacked" }; // the carry's value each turn
  });
}

/** The known body split again: what depends on consts alone, and the rest. Outputs other than residuals stay in the loop. */
function hoist(split: SplitJaxpr, constCount: number): { hoisted: SplitJaxpr; computedOut: number } {
  const { known } = split;
  const computedOut = split.unknownOut.filter((bit) => !bit).length;
  const hoisted = partialEvalJaxpr(
    known,
    known.invars.map((_, i) => i >= constCount),
    known.outvars.map((_, i) => i < computedOut),
  );
  return { hoisted, computedOut };
}

/** Runs the invariant part once and the known scan; gives the values of residuals by their positions. */
function runKnown(
  split: SplitJaxpr,
  sources: readonly ResidualSource[],
  consts: readonly NDArray[],
  init: readonly NDArray[],
  xs: readonly NDArray[],
  params: ScanParams,
): { outs: NDArray[]; stacked: Record<number, NDArray>; invariant: Record<number, NDArray> } {
  const { hoisted, computedOut } = hoist(split, consts.length);
  const once = gatherResiduals(hoisted, consts, evalJaxpr(hoisted.known, [], consts));
  const carried = split.forwarded.map((index) =>
    index !== null && index >= consts.length && index < consts.length + init.length
      ? index - consts.length
      : null,
  );
  const body = appendCarries(hoisted.unknown, once.residuals.length, carried);
  const results = bindScan([...once.residuals, ...init, ...xs], {
    ...params,
    jaxpr: body,
    numConsts: once.residuals.length,
    numCarry: init.length,
  });
  const invariant: Record<number, NDArray> = {};
  const stacked: Record<number, NDArray> = {};
  let nextInvariant = 0;
  let nextStacked = computedOut;
  sources.forEach((source, i) => {
    if (source.kind === "invariant") invariant[i] = once.outs[nextInvariant++];
    else if (source.kind === "stacked" && split.forwarded[i] === null) stacked[i] = results[nextStacked++];
  });
  carried.forEach((index, i) => {
    if (index !== null) stacked[i] = results[nextStacked++];
  });
  return { outs: results.slice(0, computedOut), stacked, invariant };
}

/** The body with the carries that are residuals as further outputs. */
function appendCarries(body: Jaxpr, constCount: number, carried: readonly (number | null)[]): Jaxpr {
  const extra = carried.flatMap((index) => (index === null ? [] : [body.invars[constCount + index]]));
  return extra.length === 0 ? body : { ...body, outvars: [...body.outvars, ...extra] };
}
