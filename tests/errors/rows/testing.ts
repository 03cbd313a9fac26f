/** cotangent/testing: what a wrong derivative, or a function that cannot be judged, is answered with. */
import { lax, type NDArray, nn, numpy as np, type optim, random } from "cotangent";
import type { Kernel, Positioned } from "cotangent/sampling";
import {
  arrays,
  checkGrads,
  closeToTree,
  codeOf,
  combineIsAssociative,
  emptyIsIdentity,
  energies,
  jitIsEager,
  jvpIsDifference,
  keys,
  leavesInvariant,
  pytrees,
  type Subject,
  shapes,
  subjectOf,
  ulpDistance,
  updateKeepsTypes,
  vmapIsLoop,
  withinUlps,
} from "cotangent/testing";
import { type Row, unchecked } from "./row.js";

const x = np.array([1, 2, 3]);
const subject = (f: Subject["f"]): Subject => ({
  f,
  inputs: [np.array([0.3, 0.7], { dtype: "float64" })],
  seed: 1,
});

/** f of the number of calls so far: no function of its inputs. */
const counting = (f: (calls: number, v: NDArray) => NDArray): Subject => {
  let calls = 0;
  return subject(([v]) => [f(calls++, v)]);
};
/** It adds 1 and keeps no density. */
const drifting: Kernel<NDArray, Positioned<NDArray>, null> = {
  init: (position) => ({ position }),
  step: (_, { position }) => [{ position: position.add(1) }, null],
};
const halfDerivative = (v: NDArray): NDArray => v.mul(lax.stopGradient(v));

export const testingRows: readonly Row[] = [
  [
    "jit that differs from eager shows the element",
    () => jitIsEager(counting((calls, v) => v.mul(calls + 1))),
    "LawViolation",
    "jit gives the eager value: element 0 is 0.3 and should be 0.6\n  at f64[2] [0.3, 0.7] " +
      "(seed 1)\n  culprit: none of the equations alone",
  ],
  [
    "jit that differs from eager in types shows both",
    () => jitIsEager(counting((calls, v) => (calls > 0 ? v : v.astype("float32")))),
    "LawViolation",
    "jit gives the eager value: the results are f32[2] and should be f64[2]\n  at f64[2] " +
      "[0.3, 0.7] (seed 1)\n  culprit: none of the equations alone",
  ],
  [
    "a batch that differs from a loop shows both",
    () => vmapIsLoop(counting((calls, v) => v.add(calls * 1e-9))),
    "LawViolation",
    "vmap is a loop over examples: off by 1.0000000272292198e-9 with values up to " +
      "0.7000000009999999, tolerance 7.000000009999999e-13\n  [0.3, 0.7]\n  [0.300000001, " +
      "0.7000000009999999]\n  at f64[2] [0.3, 0.7] (seed 1)\n  culprit: none of the equations " +
      "alone",
  ],
  [
    "a function that magnifies errors cannot be judged",
    () => vmapIsLoop(counting((calls, v) => v.mul(calls + 1))),
    "IllConditioned",
    "condition number 22369620.000000004",
  ],
  [
    "differences of a chaotic function are noise",
    () =>
      jvpIsDifference(
        subject(([v]) => [lax.foriLoop(0, 100, (_, c: NDArray) => c.mul(4).mul(c.mul(-1).add(1)), v)]),
      ),
    "IllConditioned",
    "differences settle to 24015.364284060375 only",
  ],
  [
    "a wrong derivative is shown beside the differences",
    () => jvpIsDifference(subject(([v]) => [halfDerivative(v)])),
    "LawViolation",
    "jvp is the directional derivative: off by 0.20306278194766492 with tangents up to " +
      "0.20306278194766492, differences being sure to 0\n  [0.20306278194766492, " +
      "-0.15243602020200342]\n  [0.40612556389532983, -0.30487204040400684]\n  at f64[2] [0.3, " +
      "0.7] (seed 1)\n  culprit: stopGradient, whose derivative is 0 on purpose, of f64[2]",
  ],
  [
    "checkGrads shows the derivative and the differences",
    () => checkGrads(halfDerivative, [x]),
    "WrongDerivativeError",
    "checkGrads: fwd gives [0.46224018931388855, -1.78377103805542, -1.361825942993164] and " +
      "central differences [0.9244797229766846, -3.567535400390625, -2.7236480712890625]: off " +
      "by 1.783764362335205, allowed 0.009135070800781249; a derivative rule is wrong\n  law: " +
      "jvp(f, x, v)[1] = d/dt f(x + t v)\n  at f32[3] [1, 2, 3]\n  along f32[3] " +
      "[0.46224018931388855, -0.89188551902771, -0.4539420008659363]\n  culprit: stopGradient, " +
      "whose derivative is 0 on purpose, of f32[3]: [0, 0, 0], and differences of it " +
      "[0.46224021911621094, -0.8918834686279297, -0.45394134521484375]",
  ],
  [
    "checkGrads takes floats",
    () => checkGrads((v: NDArray) => v, [np.array(new Int32Array([1]))]),
    "ArgumentError",
    "checkGrads: no argument is a float array, so there is nothing to differentiate in; give " + "one",
  ],
  [
    "checkGrads takes an order from 1 on",
    () => checkGrads(halfDerivative, [x], { order: 0 }),
    "ArgumentError",
    "checkGrads: order must be an integer from 1 on, got 0",
  ],
  [
    "checkGrads takes a function",
    () => checkGrads(unchecked(1), [x]),
    "ArgumentError",
    "checkGrads: expected a function, got the number 1",
  ],
  [
    "checkGrads tells a kink from a wrong rule",
    () => checkGrads(nn.relu, [np.array(0, { dtype: "float64" })]),
    "NotDifferentiableError",
    "checkGrads: fwd: the function is not differentiable here: output element 0 has the " +
      "slope 0 from below and 0.4622402035165578 from above: a kink; choose another point\n  at " +
      "f64[] 0\n  along f64[] 0.4622402035165578",
  ],
  [
    "checkGrads tells differences that settle nowhere",
    () => checkGrads((v: NDArray) => np.sin(v.mul(1e7)).mul(1e-3), [np.array(0.3, { dtype: "float64" })]),
    "IllConditioned",
    "checkGrads: fwd gives [2208.4016995466] and central differences [-0.19714440820709778], " +
      "but these are sure to 4.611434192605286 only, with 2208.598843954807 between the two: " +
      "nothing can be said; use float64, another eps or another point\n  at f64[] 0.3\n  along " +
      "f64[] 0.4622402035165578",
  ],
  [
    "checkGrads takes modes there are",
    () => checkGrads(halfDerivative, [x], { modes: unchecked(["lin"]) }),
    "ArgumentError",
    'checkGrads: a mode must be one of "fwd", "rev", got the string "lin"',
  ],
  [
    "checkGrads takes tolerances from 0 on",
    () => checkGrads(halfDerivative, [x], { atol: -1 }),
    "ArgumentError",
    "checkGrads: atol must be 0 or more, got -1",
  ],
  [
    "checkGrads takes a step above 0",
    () => checkGrads(halfDerivative, [x], { eps: 0 }),
    "ArgumentError",
    "checkGrads: eps is a step, a finite number above 0, got 0",
  ],
  [
    "a law's subject has a float",
    () => subjectOf((v: NDArray) => v, [np.array(new Int32Array([1]))]),
    "ArgumentError",
    "testing.subjectOf: no argument is a float array, so there is nothing to differentiate " + "in; give one",
  ],
  [
    "a tree that differs names the element",
    () => closeToTree({ w: x }, { w: np.array([1, 2, 4]) }),
    "TreeMismatchError",
    "closeToTree: at .w 1 of 3 elements are off; element [2] of f32[3] is 3 and should be 4: " +
      "off by 1, allowed 0.000005",
  ],
  [
    "closeToTree takes tolerances from 0 on",
    () => closeToTree(x, x, { rtol: -1 }),
    "ArgumentError",
    "closeToTree: rtol must be 0 or more, got -1",
  ],
  [
    "ulps are counted",
    () => withinUlps(np.array(2), 1, 3),
    "TreeMismatchError",
    "withinUlps: 1 of 1 elements are off; f32[] is 2 and should be 1: off by 8388608 ulp, " + "allowed 3 ulp",
  ],
  [
    "withinUlps takes a number from 0 on",
    () => withinUlps(x, x, -1),
    "ArgumentError",
    "withinUlps: the number of ulps must be 0 or more, got -1",
  ],
  [
    "ulpDistance takes numbers of the dtype",
    () => ulpDistance(1, 0.1, "float32"),
    "ArgumentError",
    'ulpDistance: 0.1 is no float32; round it with Math.fround, or use "float64"',
  ],
  [
    "what is not associative shows both",
    () => combineIsAssociative((a: NDArray, b: NDArray) => a.sub(b), [x, x, x]),
    "LawViolation",
    "combine is associative, (a b) c = a (b c): 3 of 3 elements are off; element [2] of " +
      "f32[3] is -3 and should be 3: off by 6, allowed 0.000004",
  ],
  [
    "what is no identity shows both",
    () => emptyIsIdentity((a: NDArray, b: NDArray) => a.add(b), np.array(1), np.array(2)),
    "LawViolation",
    "empty is the identity, empty a = a: 1 of 1 elements are off; f32[] is 3 and should be " +
      "2: off by 1, allowed 0.000003",
  ],
  [
    "an optimiser whose state changes its type",
    () =>
      updateKeepsTypes<optim.EmptyKind, NDArray>(
        { init: () => null, update: (g) => [g, unchecked(np.ones([2]))] },
        x,
        x,
      ),
    "LawViolation",
    "a state keeps its types: they are an array of f32[2], and should be null",
  ],
  [
    "a kernel that moves the density shows the statistic",
    () =>
      leavesInvariant(drifting, (key) => random.normal(key, [1]), random.key(0), { chains: 100, steps: 2 }),
    "LawViolation",
    "the kernel leaves the density invariant: statistic 0 has the mean 0.1375 before and " +
      "2.137 after 2 steps of 100 chains, 253600000 standard errors apart, allowed 5; is the " +
      "kernel adjusted, and draw exact?",
  ],
  [
    "leavesInvariant takes a threshold above 0",
    () => leavesInvariant(drifting, (key) => random.normal(key, [1]), random.key(0), { threshold: 0 }),
    "ArgumentError",
    "testing.leavesInvariant: threshold is a number of standard errors above 0, got 0",
  ],
  [
    "leavesInvariant takes a kernel",
    () => leavesInvariant(unchecked(null), () => x, random.key(0)),
    "ArgumentError",
    "testing.leavesInvariant: the kernel is { init, step }, such as langevin(energy, " +
      "stepSize), got null",
  ],
  [
    "arrays take a range",
    () => arrays({ min: 2, max: 1 }),
    "ArgumentError",
    "testing.arrays: elements of float64 from 2 to 1 do not exist; give min <= max",
  ],
  [
    "arrays of integers take integers",
    () => arrays({ dtype: "int32", min: 0.5 }),
    "ArgumentError",
    "testing.arrays: elements of int32 from 0.5 to 8 do not exist; give min <= max, integers " + "both",
  ],
  [
    "arrays of integers have no kinks",
    () => arrays({ dtype: "int32", kinks: { at: [0], mode: "avoid" } }),
    "ArgumentError",
    "testing.arrays: kinks are points of floats; leave them out for int32",
  ],
  [
    "kinks leave something",
    () => arrays({ min: -1, max: 1, kinks: { at: [0], mode: "avoid", margin: 2 } }),
    "ArgumentError",
    "testing.arrays: nothing from -1 to 1 is 2 away from the kinks; give a smaller margin or " +
      "another range",
  ],
  [
    "shapes take bounds in order",
    () => shapes({ minRank: 3, maxRank: 2 }),
    "ArgumentError",
    "testing.shapes: maxRank must be an integer from 3 on, got 2",
  ],
  [
    "energies take dimensions from 1 on",
    () => energies({ minDimension: 0 }),
    "ArgumentError",
    "testing.energies: minDimension must be an integer from 1 on, got 0",
  ],
  [
    "pytrees take a depth",
    () => pytrees(keys(), { maxDepth: -1 }),
    "ArgumentError",
    "testing.pytrees: maxDepth must be an integer from 0 on, got -1",
  ],
  [
    "a law takes a subject",
    () => jitIsEager(unchecked(np.sin)),
    "ArgumentError",
    "testing: laws: a law's subject is { f, inputs, seed }, which subjectOf(f, args) makes of a " +
      "function, got the function sin (was a call meant, sin(...)?)",
  ],
  [
    "a law's function returns a list of arrays",
    () => jitIsEager(subject(() => [unchecked(0.5)])),
    "ArgumentError",
    "testing: laws: what f returns must be a list of arrays, got the number 0.5 at [0]; for a " +
      "function of trees, use subjectOf",
  ],
  [
    "a tree has leaves of an arbitrary",
    () => pytrees(unchecked(x)),
    "ArgumentError",
    "testing.pytrees: leaf must be an arbitrary of fast-check, such as arrays(), got an array f32[3]",
  ],
  [
    "associativity is a law of three",
    () => combineIsAssociative(np.maximum, unchecked([x, x])),
    "ArgumentError",
    "testing.combineIsAssociative: associativity is a law of three elements, [a, b, c], got 2",
  ],
  [
    "code is made of arrays",
    () => codeOf(unchecked([1, 2])),
    "ArgumentError",
    "testing.codeOf: expected an array, got [1, 2]",
  ],
];
