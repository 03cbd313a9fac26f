/** The law of fusion: the loops compute what the equations do one by one, to the bit, and print in the same order. */
import { lax, makeJaxpr, type NDArray, numpy as np } from "cotangent";
import { expect, test, vi } from "vitest";
import { closeConstvars } from "../../../src/autodiff/jaxpr.js";
import { eqnsOf, fuse } from "../../../src/compiler/fuse.js";
import { expandIntrinsics } from "../../../src/compiler/intrinsics/expand.js";
import { lower } from "../../../src/compiler/lower.js";
import { simplify } from "../../../src/compiler/simplify/simplify.js";
import { callHost } from "../../../src/ir/host-callbacks.js";
import { interpret } from "../../../src/ir/interpret.js";
import { generator, randomArray } from "../random-program.js";
import { evaluate } from "../simplify/evaluate.js";

/** Shapes whose rows are long enough, or whose sums are many enough, for a reduction to take its operand's elements. */
const shapes = [[520], [2, 520], [3, 40], [40]] as const;

type Run = (inputs: readonly NDArray[]) => readonly NDArray[];

/** A function of one array of each shape: elementwise chains, moves of elements, reductions, updates, prints. */
function randomFunction(seed: number): Run {
  const random = generator(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const pick = <A>(from: readonly A[]): A => from[below(from.length)];
  const steps: ((values: NDArray[]) => void)[] = [];
  const isOf = (shape: readonly number[]) => (x: NDArray) => x.shape.join() === shape.join();
  const count = 8 + below(8);
  for (let n = 0; n < count; n++) {
    const shape = pick(shapes);
    const [kind, which, other, place] = [below(12), random(), random(), below(20)];
    steps.push((values) => {
      const same = values.filter(isOf(shape));
      // The youngest more often, so that chains are long.
      const x = same[Math.floor(which ** 0.5 * same.length)];
      const y = same[Math.floor(other * same.length)];
      const rows = shape.length === 2;
      switch (kind) {
        case 0:
          values.push(np.abs(x));
          return;
        case 1:
        case 2:
          values.push(x.mul(y));
          return;
        case 3:
          values.push(x.add(2).sub(y));
          return;
        case 4:
          values.push(rows ? x.mul(y.slice(0)) : np.flip(x));
          return;
        case 5:
        case 6:
          values.push(rows ? np.square(x).sum(0) : x.add(np.square(x).sum()));
          return;
        case 7:
          values.push(rows ? x.sub(np.maximum(x, y).max(1, { keepdims: true })) : x.neg());
          return;
        case 8:
          values.push(x.mul(0.5).add(x.add(y).sum()));
          return;
        case 9:
          values.push(x.at(rows ? 1 : place).set(y.slice(rows ? 0 : place)));
          return;
        case 10:
          values.push(
            lax.dynamicUpdateSlice(x, y.slice(...(rows ? [[0, 1]] : [[0, 7]])), rows ? [1, 0] : [place]),
          );
          return;
        default:
          lax.debugPrint(`step ${place}: {}`, x.slice(rows ? [0, place] : place));
          values.push(np.minimum(x, y));
      }
    });
  }
  return (inputs) => {
    const values = [...inputs];
    for (const step of steps) step(values);
    // The last of each shape, and some in between.
    return [...shapes.map((shape) => values.filter(isOf(shape)).slice(-1)[0]), values[inputs.length]];
  };
}

test("random chains, reductions, updates and prints come out of the loops as they do equation by equation", () => {
  let [groups, reductions, prints] = [0, 0, 0];
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  try {
    for (let seed = 0; seed < 60; seed++) {
      const random = generator(1000 + seed);
      const inputs = shapes.map((shape) => {
        const size = shape.reduce<number>((product, n) => product * n, 1);
        return np.array(randomArray("float32", size, random)).reshape([...shape]);
      });
      const f = randomFunction(seed);
      const { jaxpr, consts } = makeJaxpr((...xs: NDArray[]) => [...f(xs)])(...inputs);
      const closed = closeConstvars(jaxpr);
      const operands = [...consts, ...inputs];
      for (const unit of fuse(simplify(closed))) {
        if (eqnsOf(unit).length > 1) groups++;
        if (unit.reduction !== null) reductions++;
      }
      log.mockClear();
      const expected = evaluate(simplify(closed), operands).map((x) => x.dataSync());
      const expectedPrints = log.mock.calls.map(String);
      log.mockClear();
      const { program, outputs } = lower(closed);
      const results = interpret(
        expandIntrinsics(program),
        operands.map((x) => x.dataSync()),
        [],
        callHost,
      );
      const actual = outputs.map(({ kind, index }) =>
        kind === "buffer" ? results[index] : operands[index].dataSync(),
      );
      expect(actual, `seed ${seed}`).toEqual(expected);
      expect(log.mock.calls.map(String), `prints of seed ${seed}`).toEqual(expectedPrints);
      prints += expectedPrints.length;
    }
  } finally {
    log.mockRestore();
  }
  expect(groups).toBeGreaterThan(80);
  expect(reductions).toBeGreaterThan(20);
  expect(prints).toBeGreaterThan(20);
});
