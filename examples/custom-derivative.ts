// A derivative of one's own, where the one that follows from the formula loses its numbers. To run it:
// npm run build:js && npx tsx --tsconfig tsconfig.run.json examples/custom-derivative.ts
import { customJvp, customVjp, grad, jit, type NDArray, numpy as np, vmap } from "cotangent";
import { checkGrads } from "cotangent/testing";

const show = (name: string, x: NDArray): void => console.log(`${name}: ${x.js()}`);

/** log(1 + exp(x)). At 100 exp overflows in float32: the value is inf, and the derivative inf / inf. */
const naive = (x: NDArray): NDArray => np.log1p(np.exp(x));
show("naive, at 0 and 100            ", naive(np.array([0, 100])));
show("its derivative                 ", vmap(grad(naive))(np.array([0, 100])));

/** The same as max(x, 0) + log(1 + exp(-|x|)), which never overflows; but its kinks at 0 give 0 for the slope 1/2. */
const stableValue = (x: NDArray): NDArray => np.maximum(x, 0).add(np.log1p(np.exp(np.abs(x).neg())));
show("stable, at 0 and 100           ", stableValue(np.array([0, 100])));
show("its derivative at 0            ", grad(stableValue)(np.array(0)));

/** So the derivative is said: d log(1 + exp(x)) = dx / (1 + exp(-x)). A jvp rule serves both modes, and all orders. */
const softplus = customJvp(stableValue);
softplus.defjvp(([x], [dx]) => [softplus(x), dx.div(np.exp(x.neg()).add(1))]);
show("with a rule, at 0 and 100      ", softplus(np.array([0, 100])));
show("its derivative                 ", jit(vmap(grad(softplus)))(np.array([0, 100])));
show("its second derivative at 0     ", grad(grad(softplus))(np.array(0)));

// A rule may be wrong: checkGrads holds it against differences, of both modes and here of two orders.
const points = np.array([-3, -0.1, 0, 0.1, 2], { dtype: "float64" });
checkGrads((x: NDArray) => softplus(x), [points], { order: 2 });
console.log("softplus: its derivatives are those that differences give");

/** The identity, whose gradient is no longer than `most` in any coordinate. Only reverse mode has a cotangent to clip. */
const clipGradient = (most: number) => {
  const identity = customVjp((x: NDArray) => x);
  identity.defvjp(
    (x) => [x, null],
    (_, cotangent) => [np.clip(cotangent, -most, most)],
  );
  return identity;
};
const steep = (x: NDArray): NDArray => np.exp(clipGradient(10)(x).mul(3)).sum();
show("slopes of exp(3 x), clipped    ", grad(steep)(np.array([-1, 0, 5])));
