/** The public loops of known length: scan, and map made of it. */

import { checkInteger, type OptionKinds, readOptions } from "../../../ir/arguments.js";
import { describeAval, unstackedAval } from "../../../ir/aval.js";
import { describe } from "../../../ir/describe.js";
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
import { asCarry, type InitialCarry, initialCarry, settleCarry } from "../carry-types.js";
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
  readOptions("scan", options, scanOptions);
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

const scanOptions: OptionKinds<ScanOptions> = { length: "integer", reverse: "boolean", unroll: "integer" };

type Body = (carry: unknown, x: unknown) => unknown;

function run(name: string, f: Body, init: unknown, xs: unknown, options: ScanOptions): unknown[] {
  const [xLeaves, xStructure] = flattenArrays(xs, `${name}: xs`);
  const length = scanLength(name, xLeaves, xStructure, options.length);
  const { reverse = false, unroll = 1 } = options;
  checkInteger(name, "unroll", unroll, 1);
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
      jaxpr,
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

/** What the body returned. */
interface Turn {
  readonly carryLeaves: NDArray[];
  readonly carryStructure: TreeStructure;
  readonly yLeaves: NDArray[];
  readonly yStructure: TreeStructure;
}

function flattenTurn(name: string, result: unknown): Turn {
  if (!Array.isArray(result) || result.length !== 2) {
    throw new ArgumentError(
      `${name}: the body must return a pair [carry, y], got ${describe(result)}; y may be null`,
    );
  }
  const [carryLeaves, carryStructure] = flattenArrays(result[0], `${name}: the carry`);
  const [yLeaves, yStructure] = flattenArrays(result[1], `${name}: y`);
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
      `${name}: the leading axes of xs (and length, if given) differ: ${lengths.join(", ")}; give them one`,
    );
  }
  checkInteger(name, "length", lengths[0], 0, 2 ** 31 - 1); // turns are counted in int32
  return lengths[0];
}

/**
 * A JavaScript loop over the body: what disableJit asks for. The first turn runs again where it makes the type of a plain
 * number in the carry stronger, so that types are those of the compiled loop.
 */
function runEagerly(
  name: string,
  f: Body,
  carry: InitialCarry,
  xs: readonly NDArray[],
  xStructure: TreeStructure,
  length: number,
  reverse: boolean,
): unknown[] {
  if (length === 0)
    throw new ArgumentError(
      `${name}: under disableJit a loop of no turns has no ys to stack; give it one turn, or leave disableJit`,
    );
  const turn = (k: number, carried: readonly NDArray[]): Turn => {
    const t = reverse ? length - 1 - k : k;
    const slices = xs.map((x) => reshape(sliceAlong(x, 0, t, t + 1), x.shape.slice(1)));
    return flattenTurn(name, f(unflatten(carry.structure, carried), unflatten(xStructure, slices)));
  };
  const { traced: first } = settleCarry(name, carry, (types) => {
    const done = turn(
      0,
      carry.leaves.map((leaf, i) => asCarry(leaf, types[i])),
    );
    const carryOut = done.carryLeaves.map((x) => x.aval);
    return { jaxpr: null, carryOut, structureOut: done.carryStructure, traced: done };
  });
  const turns = [first];
  for (let k = 1; k < length; k++) turns.push(turn(k, turns[k - 1].carryLeaves));
  const inOrder = reverse ? [...turns].reverse() : turns;
  const ys = range(first.yStructure.leafCount).map((i) =>
    concatenate(
      inOrder.map(({ yLeaves }) => expandDims(yLeaves[i], [0])),
      0,
    ),
  );
  return [unflatten(carry.structure, turns[length - 1].carryLeaves), unflatten(first.yStructure, ys)];
}
