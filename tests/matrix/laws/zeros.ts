/** Derivatives in or of integers and truth values: computed, and zero, in the types that a user sees. */
import type { NDArray } from "../../../src/autodiff/array.js";
import { jvp, vjp } from "../../../src/autodiff/transforms/linearize.js";
import { isFloat } from "../../../src/ir/dtype.js";
import type { Runs } from "../runs.js";
import { compiled } from "../subject.js";
import { expectBits, expectTypes, expectZeros } from "./comparison.js";

/**
 * The tangent of each output is zero, of its own type; the cotangent of each operand likewise. The primals are the value. Both modes
 * in one program: what they compute is the value.
 */
export function zeroDerivatives({ subject, target, value, vs, weights }: Runs): void {
  const { f, inputs, smooth, floatOuts, jaxpr } = subject;
  const whole = (...xs: NDArray[]): NDArray[] => [...f(xs)];
  // Sound: null is taken for any zero, which the types of lists of arrays do not say.
  const tangents = inputs.map((_, i) => vs[smooth.indexOf(i)] ?? null) as NDArray[];
  const cotangents = jaxpr.outvars.map((_, i) => weights[floatOuts.indexOf(i)] ?? null) as NDArray[];
  const results = [
    ...compiled((...xs) => {
      const [outs, pullback] = vjp(whole, xs);
      return [...jvp(whole, xs, tangents).flat(), ...outs, ...pullback(cotangents)];
    }, target)(...inputs),
  ];
  const plain = value(inputs);
  for (const mode of ["jvp", "vjp"] as const) {
    const primals = results.splice(0, plain.length);
    const derivatives = results.splice(0, mode === "jvp" ? plain.length : inputs.length);
    plain.forEach((out, i) => {
      expectBits(`output ${i}, the primal under ${mode}`, primals[i], out);
    });
    expectTypes(`derivatives by ${mode}`, derivatives, mode === "jvp" ? plain : inputs);
    derivatives.forEach((x, i) => {
      // A float operand that is a constant of the example may have a cotangent.
      const isOther = mode === "vjp" && isFloat(x.dtype) && !smooth.includes(i);
      if (!isOther) expectZeros(`derivative ${i} by ${mode}`, [x]);
    });
  }
}
