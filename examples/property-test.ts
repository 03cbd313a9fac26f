// Derivative rules are put to the test at points that fast-check picks, and shrinks when one fails. To run it:
// npm run build:js && npx tsx --tsconfig tsconfig.run.json examples/property-test.ts
import { customVjp, type NDArray, numpy as np } from "cotangent";
import { arrays, checkGrads, laws, subjectOf } from "cotangent/testing";
import fc from "fast-check";

/** |x|^2 / 2 where |x| <= 1 and |x| - 1/2 beyond, summed: the Huber loss. */
function huber(x: NDArray): NDArray {
  const size = np.abs(x);
  return np.where(size.lessEqual(1), np.square(x).div(2), size.sub(0.5)).sum();
}

/** The loss with a rule of its own: the slope is what `slope` makes of x. */
const withSlope = (slope: (x: NDArray) => NDArray) => {
  const loss = customVjp(huber);
  loss.defvjp(
    (x) => [huber(x), x],
    (x, cotangent) => [slope(x).mul(cotangent)],
  );
  return loss;
};
const right = withSlope((x) => np.clip(x, -1, 1));
/** Forgets that the slope below -1 is -1. */
const wrong = withSlope((x) => np.where(np.abs(x).lessEqual(1), x, 1));

/** The slope has a kink at -1 and at 1, which differences must not straddle. */
const points = arrays({ kinks: { at: [-1, 1], mode: "avoid" } });

const gradientIsRight = (loss: (x: NDArray) => NDArray) =>
  fc.property(points, (x) => checkGrads(loss, [x], { modes: ["rev"] }));
const lawsHold = fc.property(points, fc.nat(), (x, seed) => {
  for (const law of Object.values(laws)) law(subjectOf(huber, [x], seed));
});

const settings = { numRuns: Number(process.argv[2] ?? 100), seed: 7 };
/** Runs a property, and says where it fails first, what that was shrunk to, and why it fails there. */
function report<A extends [unknown, ...unknown[]]>(name: string, property: fc.IProperty<A>): void {
  const { failed, numRuns, numShrinks, counterexample, errorInstance } = fc.check(property, settings);
  if (!failed) console.log(`${name}: right at ${numRuns} points`);
  else {
    const smallest = fc.stringify(counterexample?.[0]);
    console.log(`${name}: wrong at ${smallest}, found in run ${numRuns}, shrunk ${numShrinks} times`);
    console.log(`  ${String(errorInstance).replaceAll("\n", "\n  ")}`);
  }
}
report("the right rule", gradientIsRight(right));
report("the wrong rule", gradientIsRight(wrong));
report("laws of the function", lawsHold);
