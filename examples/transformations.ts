// Transformations compose, in any order and to any depth, with plain calls or in a pipe of fp-ts. To run it:
// npm run build:js && npx tsx --tsconfig tsconfig.run.json examples/transformations.ts
import { grad, hessian, jacfwd, jit, jvp, lax, type NDArray, numpy as np, vmap } from "cotangent";
import { flow, pipe } from "fp-ts/lib/function.js";

/** f(x) = x sin x, so f' = sin x + x cos x, f'' = 2 cos x - x sin x, f''' = -3 sin x - x cos x. */
const f = (x: NDArray): NDArray => np.sin(x).mul(x);
const x = np.array(2, { dtype: "float64" });
const show = (name: string, value: NDArray): void => console.log(`${name}: ${np.round(value, 6).js()}`);

// A derivative is a function like any other: it has derivatives of its own.
show("f''' by grad of grad of grad", grad(grad(grad(f)))(x));
// Forward mode carries a tangent along with the value.
const slope = (y: NDArray): NDArray => jvp(f, [y], [np.ones([], { dtype: "float64" })])[1];
show("f''' by grad of jvp of grad ", grad((y: NDArray) => jvp(grad(f), [y], [np.onesLike(y)])[1])(x));
show("f'' by jvp of jvp           ", jvp(slope, [x], [np.onesLike(x)])[1]);

// vmap writes the loop over examples, jit compiles: their order does not matter.
const xs = np.linspace(0, 3, 4, { dtype: "float64" });
show("jit(vmap(grad(f)))", jit(vmap(grad(f)))(xs));
show("vmap(jit(grad(f)))", vmap(jit(grad(f)))(xs));

// The same from left to right: every transformation takes the function last.
show("pipe              ", pipe(f, grad(), vmap(), jit())(xs));
const slopes = flow((g: typeof f) => grad(g), vmap(), jit());
show("flow              ", slopes(f)(xs));

// A loop is one primitive, with derivatives as a whole: here Newton's method for sqrt(a), differentiated in a.
const root = (a: NDArray): NDArray => lax.foriLoop(0, 20, (_, y: NDArray) => y.add(a.div(y)).div(2), a);
show("sqrt'(9) through 20 Newton steps", grad(root)(np.array(9, { dtype: "float64" })));

// The Hessian is the forward Jacobian of the gradient; of a batch of points, and compiled.
const saddle = (p: NDArray): NDArray => p.slice(0).mul(p.slice(1)).add(p.slice(0).square());
const points = np.array([
  [1, 2],
  [3, 4],
]);
console.log(
  "two Hessians:",
  JSON.stringify(vmap(hessian(saddle))(points).js()),
  JSON.stringify(jit(vmap(jacfwd(grad(saddle))))(points).js()),
);
