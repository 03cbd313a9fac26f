/** Facts that no test held: a rule was made wrong on purpose (npm run mutate), and nothing noticed. */
import { jit, lax, type NDArray, numpy as np, random } from "cotangent";
import { randomWalk, runChain } from "cotangent/sampling";
import { expect, test } from "vitest";

test("a chain that leaves out one step and thins nothing collects all the others", () => {
  const kernel = randomWalk((x: NDArray) => np.square(x).sum(), 0.5);
  const run = (options: { burnIn?: number }): NDArray =>
    runChain(random.key(0), kernel, kernel.init(np.zeros([2])), 5, (state) => state.position, options)[1];
  expect(run({ burnIn: 1 }).js()).toEqual(run({}).slice([1, 5]).js());
});

test("a compiled selection whose case is a constant beyond the last takes the last, and below the first the first", () => {
  const choose = (which: number) =>
    jit((x: NDArray) => lax.selectN(np.array(which, { dtype: "int32" }), x, x.mul(2), x.mul(3)))(
      np.array([1, 2]),
    );
  expect([-4, 0, 1, 2, 9].map((which) => choose(which).js())).toEqual([
    [1, 2],
    [1, 2],
    [2, 4],
    [3, 6],
    [3, 6],
  ]);
});
