/** scan is the loop it stands for: values and gradients against a loop in JavaScript. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { NDArray } from "../../src/autodiff/array.js";
import { scan } from "../../src/autodiff/control-flow/scan/scan.js";
import { checkpoint } from "../../src/autodiff/transforms/checkpoint.js";
import { jit } from "../../src/autodiff/transforms/jit-function.js";
import { directions } from "../../src/testing/arrays.js";
import "../../src/testing/index.js";
import { concatenate } from "../../src/autodiff/primitives/concatenation.js";
import { expandDims, reshape } from "../../src/autodiff/primitives/sum-and-broadcast.js";
import { sliceAlong } from "../../src/autodiff/primitives/windowing.js";
import { range } from "../../src/ir/shape.js";
import { conditionNumber, expectRounded, IllConditioned } from "../../src/testing/comparison.js";
import { gradient, pushforward, weighted } from "../../src/testing/derivatives.js";
import type { ArraysFunction } from "../../src/testing/law.js";
import { countUses } from "../../src/testing/program.js";
import { type RandomStep, randomStep } from "../../src/testing/random-step.js";
import { searched } from "./judge.js";

type Turn = (c: NDArray, x: NDArray, captured: readonly NDArray[]) => NDArray;

/** (init, xs, captured) -> [last carry, all carries] by the compiled loop. */
const compiled =
  (step: Turn, reverse: boolean): ArraysFunction =>
  ([init, xs, ...captured]) => {
    const turn = (c: NDArray, x: NDArray): readonly [NDArray, NDArray] => {
      const next = step(c, x, captured);
      return [next, next];
    };
    return scan(turn, init, xs, { reverse });
  };

/** The same, turn by turn. */
const unrolled =
  (step: Turn, reverse: boolean): ArraysFunction =>
  ([init, xs, ...captured]) => {
    const length = xs.shape[0];
    const order = reverse ? range(length).reverse() : range(length);
    const carries: NDArray[] = [];
    let carry = init;
    for (const t of order) {
      carry = step(carry, reshape(sliceAlong(xs, 0, t, t + 1), xs.shape.slice(1)), captured);
      carries[t] = expandDims(carry, [0]);
    }
    return [carry, concatenate(carries, 0)];
  };

function expectLoop({ step, init, xs, captured, seed }: RandomStep): void {
  const inputs = [init, xs, ...captured];
  const reverse = seed % 2 === 1;
  const loop = compiled(step, reverse);
  const chain = unrolled(step, reverse);
  const weights = directions(chain(inputs), seed + 1);
  const slope = gradient(weighted(chain, weights));
  const condition = (f: ArraysFunction) => () => conditionNumber(f, inputs, seed);
  const near = (law: string, f: ArraysFunction, reference: ArraysFunction): void => {
    expectRounded(law, f(inputs), reference(inputs), 1e-12, condition(reference));
  };
  near("scan is a loop", loop, chain);
  near("the gradient of scan is that of the loop", gradient(weighted(loop, weights)), slope);
  const twice = (f: ArraysFunction): ArraysFunction =>
    pushforward(gradient(weighted(f, weights)), directions(inputs, 7));
  switch (seed % 4) {
    case 0:
      near("the second derivative of scan is that of the loop", twice(loop), twice(chain));
      return;
    case 1:
      near(
        "the gradient of jit of scan",
        gradient(weighted((all) => jit((...each: NDArray[]) => [...loop(each)])(...all), weights)),
        slope,
      );
      return;
    case 2: {
      const remembered: Turn = (c, x, others) =>
        checkpoint((...all: NDArray[]) => step(all[0], all[1], all.slice(2)))(c, x, ...others);
      near(
        "the gradient of scan of checkpoint",
        gradient(weighted(compiled(remembered, reverse), weights)),
        slope,
      );
      return;
    }
    default: {
      const slopes = gradient(weighted(loop, weights));
      near(
        "jit of the gradient of scan",
        (all) => jit((...each: NDArray[]) => [...slopes(each)])(...all),
        slope,
      );
    }
  }
}

test("values, gradients and second derivatives of scan are those of the unrolled loop", {
  timeout: 200_000,
}, () => {
  const uses = new Map<string, number>();
  let loops = 0;
  let discarded = 0;
  fc.assert(
    fc.property(randomStep(), (each) => {
      loops++;
      try {
        expectLoop(each);
        countUses(each.program, uses);
      } catch (error) {
        if (!(error instanceof IllConditioned)) throw error;
        discarded++;
      }
    }),
    searched({ numRuns: 90, seed: 20260105 }),
  );
  console.log(
    `scan: ${loops} loops with ${uses.size} kinds of operations in their bodies, ${discarded} discarded as ill-conditioned`,
  );
  expect(discarded).toBeLessThanOrEqual(0.1 * loops);
});
