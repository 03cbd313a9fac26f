// Derivative rules are put to the test at points that fast-check picks, and shrinks when one fails. To run it:
// npm run build:js && npx tsx --tsconfig tsconfig.run.json examples/property-test.ts
import { customVjp, type NDArray, numpy as np } from "cotangent";
import { checkGrads, jitIsEager, pullbackIsAdjoint, vmapIsLoop } from "cotangent/testing";
import fc from "fast-check";

/** |x|^2 / 2 where |x| <= 1 and |x| - 1/2 beyond, summed: the Huber loss. */
const value = (x: NDArray): NDArray => {
  const size = np.abs(x);
  return np.where(size.lessEqual(1), np.square(x).div(2), size.sub(0.5)).sum();
};

/** The loss with a rule of its own: the slope is what `slope` makes of x. */
const withSlope = (slope: (x: NDArray) => NDArray) => {
  const loss = customVjp(value);
  loss.defvjp(
    (x) => [value(x), x],
    (x, cotangent) => [slope(x).mul(cotangent)],
  );
  return loss;
};
const right = withSlope((x) => np.clip(x, -1, 1));
/** Forgets that the slope below -1 is -1. */
const wrong = withSlope((x) => np.where(np.abs(x).lessEqual(1), x, 1));

/** Vectors of quarters, one eighth off: the second derivative jumps at -1 and 1, which differences must not straddle. */
const vectors = fc
  .array(fc.integer({ min: -40, max: 40 }), { minLength: 1, maxLength: 5 })
  .map((quarters) => quarters.map((q) => q / 4 + 1 / 8));
const asArray = (x: readonly number[]): NDArray => np.array([...x], { dtype: "float64" });

/** The gradient of reverse mode is what differences give, at every vector. */
const gradientIsRight = (loss: (x: NDArray) => NDArray) =>
  fc.property(vectors, (x) => checkGrads(loss, [asArray(x)], { modes: ["rev"], eps: 1 / 64 }));

/** The laws that derivatives, batching and compilation obey, for the function without a rule. */
const lawsHold = fc.property(vectors, fc.integer({ min: 0, max: 1000 }), (x, seed) => {
  const subject = { f: ([y]: readonly NDArray[]) => [value(y)], inputs: [asArray(x)], seed };
  pullbackIsAdjoint(subject);
  vmapIsLoop(subject);
  jitIsEager(subject);
});

const settings = { numRuns: Number(process.argv[2] ?? 100), seed: 7 };
/** Runs a property of vectors, and says where it fails first and what that was shrunk to. */
const report = <A extends [number[], ...unknown[]]>(name: string, property: fc.IProperty<A>): void => {
  const { failed, numRuns, numShrinks, counterexample } = fc.check(property, settings);
  console.log(
    failed
      ? `${name}: wrong at ${JSON.stringify(counterexample?.[0])}, found in run ${numRuns} and shrunk ${numShrinks} times`
      : `${name}: right at ${numRuns} vectors`,
  );
};
report("the right rule", gradientIsRight(right));
report("the wrong rule", gradientIsRight(wrong));
report("laws of the function", lawsHold);
