/** Primitives whose meaning is no array: what is printed, and a pushforward that nobody knows. */
import type { NDArray } from "../../../src/autodiff/array.js";
import { add, mul } from "../../../src/autodiff/primitives/arithmetic.js";
import { debugPrint, debugPrintPrimitive } from "../../../src/autodiff/primitives/debug-print.js";
import { bind } from "../../../src/autodiff/trace.js";
import { customLinearPrimitive } from "../../../src/autodiff/transforms/custom-vjp.js";
import { grad } from "../../../src/autodiff/transforms/grad.js";
import { linearTranspose } from "../../../src/autodiff/transforms/linear-transpose.js";
import { jvp, vjp } from "../../../src/autodiff/transforms/linearize.js";
import { vmap } from "../../../src/autodiff/transforms/vmap.js";
import { isFloat } from "../../../src/ir/dtype.js";
import { DifferentiationError } from "../../../src/ir/errors.js";
import { elementsOf } from "../../../src/testing/arrays.js";
import type { Outcome, OwnCase } from "../case.js";
import { draw } from "../draws.js";
import { BrokenLaw, expectBits } from "../laws/comparison.js";
import { compiled, lane, stacked } from "../subject.js";

const holds: Outcome = { kind: "holds" };

// debug_print ----------------------------------------------------------------------------------------------------------

// The library is compiled without the types of any platform; all of them have this.
declare const console: { log: (text: string) => void };

/** What is printed while `run` runs. */
function printed(run: () => unknown): string[] {
  const { log } = console;
  const lines: string[] = [];
  console.log = (text) => {
    lines.push(text);
  };
  try {
    run();
  } finally {
    console.log = log;
  }
  return lines;
}

function expectLines(actual: readonly string[], expected: readonly string[]): Outcome {
  if (actual.join("\n") === expected.join("\n")) return holds;
  throw new BrokenLaw(`"${actual.join(" | ")}" is printed, and should be "${expected.join(" | ")}"`);
}

/** Prints a scalar, and gives it on. */
const telling = (x: NDArray): NDArray => {
  debugPrint("x = {}", [x]);
  return x;
};

const lineOf = (x: NDArray): string => {
  const [value] = elementsOf(x);
  return `x = ${x.dtype === "bool" ? value !== 0 : value}`;
};

const debugPrintCase: OwnCase = {
  primitive: debugPrintPrimitive,
  remark:
    "the law is about what is printed: the line, once a call, once a lane in order; derivatives pass by it",
  own: (dtype, target) => {
    const xs = [0, 1, 2].map(draw(dtype, [], 5));
    const [x] = xs;
    const line = lineOf(x);
    const run = (f: (a: NDArray) => readonly NDArray[], ...args: NDArray[]): string[] =>
      printed(() => compiled((a) => f(a), target)(...args));
    const derivative = (times: number, f: (a: NDArray) => readonly NDArray[]) => (): Outcome => {
      expectLines(run(f, x), new Array<string>(times).fill(line));
      return isFloat(dtype) ? holds : { kind: "zero" };
    };
    const sum = (a: NDArray): NDArray => mul(telling(a), a);
    return {
      value: () =>
        expectLines(
          printed(() => telling(x)),
          [line],
        ),
      jit: () =>
        expectLines(
          run((a) => [telling(a)], x),
          [line],
        ),
      vmap: () =>
        expectLines(
          run((a) => [vmap(telling)(a)], stacked(xs, 0)),
          xs.map(lineOf),
        ),
      jvp: derivative(1, (a) =>
        jvp(telling, [a], [a.dtype === dtype && isFloat(dtype) ? a : nothing]).flat(),
      ),
      vjp: derivative(1, (a) => vjp(telling, [a])[1](isFloat(dtype) ? a : nothing)),
      second: isFloat(dtype)
        ? derivative(1, (a) => jvp(grad(sum), [a], [a]).flat())
        : () => ({
            kind: "none",
            reason: "the first derivative is zero, in or of values that have no tangents: there is no second",
          }),
    };
  },
};

// custom_lin -----------------------------------------------------------------------------------------------------------

/** Residual r, tangent dx; the pullback is ct -> r ct + ct. */
const pushforward =
  (r: NDArray) =>
  (dx: NDArray): NDArray => {
    const [out] = bind(customLinearPrimitive, [r, dx], {
      name: "example",
      numResiduals: 1,
      types: [dx.aval],
      backward: ([residual], [ct]) => [add(mul(residual, ct), ct)],
    });
    return out;
  };

const customLinearCase: OwnCase = {
  primitive: customLinearPrimitive,
  remark:
    "what linearization makes of a customVjp function: its transpose is that function's pullback, and is all that can be run",
  own: (dtype, target) => {
    if (!isFloat(dtype))
      return everywhere(() => ({ kind: "none", reason: "it is made of tangents alone, which are floats" }));
    const [r, ct] = [draw(dtype, [17], 1), draw(dtype, [17], 2)];
    const expected = (k: number): NDArray => compiled((a, b) => [add(mul(a, b), b)], target)(r(k), ct(k))[0];
    const transposed = (a: NDArray, b: NDArray): NDArray => linearTranspose(pushforward(a), [b])(b)[0];
    const refusal = (run: () => unknown) => (): Outcome => refused(run);
    const here = (a: NDArray, b: NDArray): NDArray => pushforward(a)(b);
    return {
      value: refusal(() => here(r(0), ct(0))),
      jit: refusal(() => compiled((a, b) => [here(a, b)], target)(r(0), ct(0))),
      jvp: refusal(() => jvp(pushforward(r(0)), [ct(0)], [ct(0)])),
      vjp: () => {
        const [pulled] = compiled((a, b) => [transposed(a, b)], target)(r(0), ct(0));
        expectBits("the transpose", pulled, expected(0));
        return holds;
      },
      second: refusal(() => jvp((b: NDArray) => jvp(pushforward(r(0)), [b], [b])[1], [ct(0)], [ct(0)])),
      vmap: () => {
        const batch = [r, ct].map((each) => stacked([0, 1, 2].map(each), 0));
        const [pulled] = compiled((a, b) => [vmap(transposed)(a, b)], target)(...batch);
        for (const k of [0, 1, 2]) expectBits(`the transpose, lane ${k}`, lane(pulled, k), expected(k));
        return holds;
      },
    };
  },
};

/** It must throw, with the reason that stands in its definition. */
function refused(run: () => unknown): Outcome {
  const { jvp: rule } = customLinearPrimitive;
  const reason = typeof rule === "function" ? "" : rule.reason;
  try {
    run();
  } catch (error) {
    if (error instanceof DifferentiationError && reason !== "" && error.message.includes(reason))
      return { kind: "none", reason };
    throw error;
  }
  throw new BrokenLaw("it runs, and should be refused");
}

const everywhere = (outcome: () => Outcome) => ({
  value: outcome,
  jvp: outcome,
  vjp: outcome,
  second: outcome,
  vmap: outcome,
  jit: outcome,
});

// Sound: null is taken for any zero, which the types of arrays do not say.
const nothing = null as unknown as NDArray;

export const ownCases: readonly OwnCase[] = [debugPrintCase, customLinearCase];
