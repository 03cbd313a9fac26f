/** The public loops of known length: scan, and map made of it. */
import { describeAval, unstackedAval } from "../../../ir/aval.js";
import { ArgumentError, ShapeError } from "../../../ir/errors.js";
import { range } from "../../../ir/shape.js";
import type { NDArray } from "../../array.js";
import { flattenArrays } from "../../convert.js";
import { closeConstvars, type Jaxpr } from "../../jaxpr.js";
import { concatenate } from "../../primitives/concatenation.js";
import { expandDims, reshape } from "../../primitives/sum-and-broadcast.js";
import { sliceAlong } from "../../primitives/windowing.js";
import { stage } from "../../staging.js";
import { eagerOnly } from "../../transforms/disable-jit.js";
import { checkFunction } from "../../transforms/flat-function.js";
import { leafPaths, type TreeStructure, unflatten } from "../../tree.js";
import type { Input, Output } from "../../types.js";
import { type InitialCarry, initialCarry, settleCarry } from "../carry-types.js";
import { bindScan } from "./params.js";
import "./primitive.js";

export interface ScanOptions {
  /** The number of turns: needed when xs is null. */
  readonly length?: number;
  /** From the last slice to the first; ys stay in the order of xs. */
  readonly reverse?: boolean;
  /** Turns that one turn of the compiled loop does; it changes nothing but speed. */
  readonly unroll?: number;
}

/**
 * carry, y[t] = f(carry, x[t]) for every slice x[t] of xs: gives the last carry and the ys, stacked. One compiled loop,
 * differentiable both ways.
 * Source: jax.lax.scan.
 *
 * @throws CarryTypeError when the body changes the carry's type; ShapeError when lengths differ.
 * @example scan((c, x) => [c.add(x), c], 0, [1, 2, 3]) // wrong: xs is a tree of scalars; np.array([1, 2, 3]) is stacked
 * @example scan((c, x) => [c.add(x), c], 0, np.array([1, 2, 3])) // [6, [0, 1, 3]]
 */
export function scan<C, X, Y>(
  f: (carry: C, x: X) => readonly [C, Y],
  init: Input<C>,
  xs: Input<X>,
  options: ScanOptions = {},
): [Output<C>, Output<Y>] {
  checkFunction("scan", f);
  // Sound: what comes back has the structures of the carry that went in and of the ys that f returned.
  return run("scan", f as (carry: unknown, x: unknown) => unknown, init, xs, options) as [
    Output<C>,
    Output<Y>,
  ];
}

/**
 * f applied to every slice of xs, one after another, results stacked: vmap's answer with the memory of one.
 *
 * Source: jax.lax.map.
 */
export function map<X, Y>(f: (x: X) => Y, xs: Input<X>): Output<Y> {
  checkFunction("map", f);
  const body = (_: unknown, x: unknown): unknown => [null, (f as (x: unknown) => unknown)(x)]; // the slices of the xs given
  return (run("map", body, null, xs, {}) as [null, Output<Y>])[1]; // the structure of what f returned
}

type Body = (carry: unknown, x: unknown) => unknown;

function run(name: string, f: Body, init: unknown, xs: unknown, options: ScanOptions): unknown[] {
  const [xLeaves, xStructure] = flattenArrays(xs);
  const length = scanLength(name, xLeaves, xStructure, options.length);
  const { reverse = false, unroll = 1 } = options;
  const carry = initialCarry(init);
  if (eagerOnly()) return runEagerly(name, f, carry, xLeaves, xStructure, length, reverse);
  const { init: initial, traced } = settleCarry(name, carry, (carryTypes) => {
    let structures: readonly [TreeStructure, TreeStructure] | undefined;
    const { jaxpr, consts } = stage(
      (operands) => {
        const c = unflatten(carry.structure, operands.slice(0, carryTypes.length));
        const x = unflatten(xStructure, operands.slice(carryTypes.length));
        const { carryLeaves, carryStructure, yLeaves, yStructure } = flattenTurn(name, f(c, x));
        structures = [carryStructure, yStructure];
        return [...carryLeaves, ...yLeaves];
      },
      [...carryTypes, ...xLeaves.map((x) => unstackedAval(x.aval))],
      name,
    );
    const [structureOut, yStructure] = structures ?? [carry.structure, carry.structure];
    return {
      carryOut: jaxpr.outvars.slice(0, structureOut.leafCount).map((v) => v.aval),
      structureOut,
      traced: { jaxpr, consts, yStructure },
    };
  });
  const jaxpr: Jaxpr = closeConstvars(traced.jaxpr);
  const outs = bindScan([...traced.consts, ...initial, ...xLeaves], {
    jaxpr,
    length,
    reverse,
    unroll,
    numConsts: traced.consts.length,
    numCarry: initial.length,
  });
  return [
    unflatten(carry.structure, outs.slice(0, initial.length)),
    unflatten(traced.yStructure, outs.slice(initial.length)),
  ];
}

function flattenTurn(
  name: string,
  result: unknown,
): {
  carryLeaves: NDArray[];
  carryStructure: TreeStructure;
  yLeaves: NDArray[];
  yStructure: TreeStructure;
} {
  if (!Array.isArray(result) || result.length !== 2) {
    throw new ArgumentError(`${name}: the body must return a pair [carry, y]; y may be null`);
  }
  const [carryLeaves, carryStructure] = flattenArrays(result[0]);
  const [yLeaves, yStructure] = flattenArrays(result[1]);
  return { carryLeaves, carryStructure, yLeaves, yStructure };
}

function scanLength(
  name: string,
  leaves: readonly NDArray[],
  structure: TreeStructure,
  declared: number | undefined,
): number {
  leaves.forEach((x, i) => {
    if (x.ndim > 0) return;
    throw new ShapeError(
      `${name}: xs${leafPaths(structure)[i]} is ${describeAval(x.aval)}, and a scalar has no axis to scan over; ` +
        "a JavaScript array is a tuple of leaves: use np.array for one array",
    );
  });
  const lengths = [...leaves.map((x) => x.shape[0]), ...(declared === undefined ? [] : [declared])];
  if (lengths.length === 0)
    throw new ArgumentError(`${name}: with xs null, give the number of turns: { length: n }`);
  if (lengths.some((n) => n !== lengths[0])) {
    throw new ShapeError(
      `${name}: the leading axes of xs (and length, if given) differ: ${lengths.join(", ")}`,
    );
  }
  if (!Number.isInteger(lengths[0]) || lengths[0] < 0) {
    throw new ArgumentError(`${name}: length must be a whole number, got ${lengths[0]}`);
  }
  return lengths[0];
}

/** A JavaScript loop over the body: what disableJit asks for. */
function runEagerly(
  name: string,
  f: Body,
  { leaves, structure }: InitialCarry,
  xs: readonly NDArray[],
  xStructure: TreeStructure,
  length: number,
  reverse: boolean,
): unknown[] {
  let carry = unflatten(structure, leaves);
  const turns: NDArray[][] = [];
  let yStructure: TreeStructure | undefined;
  const order = reverse ? range(length).reverse() : range(length);
  for (const t of order) {
    const slices = xs.map((x) => reshape(sliceAlong(x, 0, t, t + 1), x.shape.slice(1)));
    const turn = flattenTurn(name, f(carry, unflatten(xStructure, slices)));
    carry = unflatten(turn.carryStructure, turn.carryLeaves);
    yStructure = turn.yStructure;
    turns.push(turn.yLeaves);
  }
  if (yStructure === undefined)
    throw new ArgumentError(`${name}: under disableJit a loop needs at least one turn`);
  if (reverse) turns.reverse();
  const ys = range(yStructure.leafCount).map((i) =>
    concatenate(
      turns.map((turn) => expandDims(turn[i], [0])),
      0,
    ),
  );
  return [carry, unflatten(yStructure, ys)];
}
