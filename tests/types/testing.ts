/**
 * Type tests of `cotangent/testing`: this file is checked by `npm run typecheck`, never run. Arguments have the types that the function
 * under test declares; arbitraries are of what they draw.
 */
import { type NDArray, numpy as np, type random } from "cotangent";
import {
  arrays,
  broadcastableShapes,
  type CheckGradsOptions,
  type CotangentMatchers,
  checkGrads,
  energies,
  type Finding,
  findGradientFault,
  keys,
  type Law,
  type laws,
  leavesInvariant,
  matchers,
  pytrees,
  type RandomEnergy,
  type Subject,
  subjectOf,
  type TreeOf,
} from "cotangent/testing";
import type fc from "fast-check";

type Equal<X, Y> = (<T>() => T extends X ? 1 : 2) extends <T>() => T extends Y ? 1 : 2 ? true : false;
const check = <_T extends true>(): void => undefined;

interface Params {
  readonly w: NDArray;
  readonly b: NDArray;
}
const model = (params: Params, x: NDArray): NDArray => params.w.matmul(x).add(params.b);
const params: Params = { w: np.ones([2, 2]), b: np.zeros([2]) };

checkGrads(model, [params, np.ones([2])], { order: 2, modes: ["rev"], directions: 3 });
checkGrads(model, [{ w: [[1, 2]], b: 0 }, [1, 2]]); // numbers and lists, where an array is declared
// @ts-expect-error an argument is missing
checkGrads(model, [params]);
// @ts-expect-error a leaf is missing
checkGrads(model, [{ w: np.ones([2, 2]) }, 1]);
// @ts-expect-error there is no such mode
const wrongMode: CheckGradsOptions = { modes: ["lin"] };

const finding = findGradientFault(model, [params, 1]);
check<Equal<typeof finding, Finding | null>>();
if (finding?.kind === "wrong") finding.evidence.law satisfies string;
if (finding?.kind === "notDifferentiable") finding.why satisfies string;

const subject = subjectOf(model, [params, 1], 3);
check<Equal<typeof subject, Subject>>();
check<Equal<(typeof laws)[string], Law>>();

arrays({ dtype: "int32", shape: [2] }) satisfies fc.Arbitrary<NDArray>;
keys() satisfies fc.Arbitrary<random.Key>;
energies() satisfies fc.Arbitrary<RandomEnergy>;
broadcastableShapes() satisfies fc.Arbitrary<readonly [readonly number[], readonly number[]]>;
const trees = pytrees(arrays());
check<Equal<typeof trees, fc.Arbitrary<TreeOf<NDArray>>>>();
// @ts-expect-error there is no such dtype
arrays({ dtype: "int8" });

// @ts-expect-error a kernel is { init, step }
leavesInvariant({}, (key: random.Key) => key, 0);

matchers.toBeCloseToTree(params, params, { rtol: 1e-3 }).pass satisfies boolean;
declare const extended: CotangentMatchers<void>;
extended.toBeWithinUlps(1, 2);

export { wrongMode };
