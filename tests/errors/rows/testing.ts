/** cotangent/testing: what a wrong derivative, or a function that cannot be judged, is answered with. */
import { lax, type NDArray, numpy as np } from "cotangent";
import { checkGrads, jitIsEager, jvpIsDifference, type Subject, vmapIsLoop } from "cotangent/testing";
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
const halfDerivative = (v: NDArray): NDArray => v.mul(lax.stopGradient(v));

export const testingRows: readonly Row[] = [
  [
    "jit that differs from eager shows the element",
    () => jitIsEager(counting((calls, v) => v.mul(calls + 1))),
    "LawViolation",
    "jit gives the eager value: element 0 is 0.3 and should be 0.6",
  ],
  [
    "jit that differs from eager in types shows both",
    () => jitIsEager(counting((calls, v) => (calls > 0 ? v : v.astype("float32")))),
    "LawViolation",
    "jit gives the eager value: the results are f32[2] and should be f64[2]",
  ],
  [
    "a batch that differs from a loop shows both",
    () => vmapIsLoop(counting((calls, v) => v.add(calls * 1e-9))),
    "LawViolation",
    "vmap is a loop over examples: off by 1.0000000272292198e-9 with values up to " +
      "0.7000000009999999, tolerance 7.000000009999999e-13\n  [0.3, 0.7]\n  [0.300000001, " +
      "0.7000000009999999]",
  ],
  [
    "a function that magnifies errors cannot be judged",
    () => vmapIsLoop(counting((calls, v) => v.mul(calls + 1))),
    "IllConditioned",
    "condition number 22369620.000000004",
  ],
  [
    "a wrong derivative is shown beside the differences",
    () => jvpIsDifference(subject(([v]) => [halfDerivative(v)])),
    "LawViolation",
    "jvp is the directional derivative: off by 0.20306278194766492 with tangents up to " +
      "0.20306278194766492, differences being sure to 0\n  [0.20306278194766492, " +
      "-0.15243602020200342]\n  [0.40612556389532983, -0.30487204040400684]",
  ],
  [
    "checkGrads shows the derivative and the differences",
    () => checkGrads(halfDerivative, [x]),
    "DifferentiationError",
    "checkGrads: fwd gives [0.46224018931388855, -1.78377103805542, -1.361825942993164] and " +
      "central differences [0.9244797229766846, -3.567535400390625, -2.7236480712890625]: off by " +
      "1.783764362335205; if f is smooth there, its derivative rule is wrong; if not, choose " +
      "another point",
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
    "checkGrads: order must be a whole number from 1 on, got 0",
  ],
  [
    "checkGrads takes a function",
    () => checkGrads(unchecked(1), [x]),
    "ArgumentError",
    "checkGrads: expected a function, got the number 1",
  ],
];
