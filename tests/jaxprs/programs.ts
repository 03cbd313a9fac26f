/** Programs whose jaxprs are pinned: each feature of the library once, and the nestings that people write. */
import {
  checkpoint,
  checkpointName,
  checkpointPolicies,
  customJvp,
  customVjp,
  grad,
  hessian,
  jit,
  jvp,
  lax,
  linearize,
  makeJaxpr,
  type NDArray,
  numpy as np,
  type PrintableJaxpr,
  stopGradient,
  vjp,
  vmap,
} from "cotangent";

const x3 = np.array([0, 1, 2]);
const i3 = np.array(new Int32Array([0, 1, 2]));
const a23 = np.ones([2, 3]);
const table = np.array([10, 20, 30]);

const product = (xs: NDArray): NDArray => lax.scan((c: NDArray, x: NDArray) => [c.mul(x), null], 1, xs)[0];
const runningSums = (xs: NDArray): readonly [NDArray, NDArray] =>
  lax.scan((c: NDArray, x: NDArray) => [c.mul(x), c.add(x)], 1, xs);
const doubledUpTo = (limit: NDArray, x: NDArray): NDArray =>
  lax.whileLoop(
    (c: NDArray) => c.less(limit),
    (c: NDArray) => c.mul(2),
    x,
  );
const branches = (p: NDArray, x: NDArray): NDArray => lax.cond(p.greater(0), np.sin, np.cos, x);

function softplus(x: NDArray): NDArray {
  return np.log(np.exp(x).add(1));
}
const customSoftplus = customJvp(softplus);
customSoftplus.defjvp(([x], [dx]) => [customSoftplus(x), dx.mul(2)]);

function clippedGradient(x: NDArray): NDArray {
  return np.sin(x);
}
const customClipped = customVjp(clippedGradient);
customClipped.defvjp(
  (x) => [np.sin(x), x],
  (x: NDArray, ct: NDArray) => [ct.mul(x)],
);

function double(y: NDArray): NDArray {
  return y.mul(2);
}

/** Name, and the jaxpr it should have: the text of each stands in snapshots/. */
export const programs = {
  arithmetic: () => makeJaxpr((x: NDArray, y: NDArray) => x.mul(2).add(y).sub(x.div(y)).neg())(x3, x3),
  "literals of every dtype": () =>
    makeJaxpr((f: NDArray, d: NDArray, i: NDArray, u: NDArray, b: NDArray) => [
      f.mul(0.1).add(1e-5).sub(1e20),
      d.mul(0.1),
      i.add(7),
      u.add(7),
      np.logicalAnd(b, true),
    ])(x3, np.array(new Float64Array(2)), i3, np.array(new Uint32Array(2)), np.array([true, false])),
  "weak types": () => makeJaxpr((x: NDArray, i: NDArray) => [x.add(1), i.mul(2.5), i.mul(x)])(1, i3),
  reductions: () =>
    makeJaxpr((x: NDArray) => [x.sum(0), x.max(), x.prod(1), np.argmin(x, 1), x.mean([0, 1]), np.any(x)])(
      a23,
    ),
  "matrix product": () => makeJaxpr((a: NDArray, b: NDArray) => a.matmul(b))(a23, x3),
  "unused results": () =>
    makeJaxpr((x: NDArray) => {
      np.cos(x);
      return np.sin(x);
    })(x3),
  "array constants": () => makeJaxpr((x: NDArray) => x.add(table.mul(2)).mul(table))(x3),
  "indexing and joining": () =>
    makeJaxpr((x: NDArray) => np.concatenate([x.slice([1, 3]), x.reshape([3]).flip()]))(x3),
  grad: () => makeJaxpr(grad((x: NDArray) => np.sum(np.sin(x).mul(x))))(x3),
  "grad of a product of matrices": () =>
    makeJaxpr(grad((w: NDArray, x: NDArray) => np.sum(np.tanh(w.matmul(x)))))(a23, x3),
  jvp: () => makeJaxpr((x: NDArray) => jvp(np.tanh, [x], [x]))(x3),
  vjp: () =>
    makeJaxpr((x: NDArray, ct: NDArray) => {
      const [y, pullback] = vjp((v: NDArray) => v.mul(v), [x]);
      return [y, pullback(ct)];
    })(x3, x3),
  linearize: () =>
    makeJaxpr((x: NDArray, dx: NDArray) => {
      const [, f] = linearize((v: NDArray) => np.exp(np.sin(v)), [x]);
      return f(dx);
    })(x3, x3),
  "stopped gradient": () => makeJaxpr(grad((x: NDArray) => x.mul(stopGradient(x))))(3),
  "grad of grad": () => makeJaxpr(grad(grad((x: NDArray) => x.mul(x).mul(x))))(2),
  hessian: () => makeJaxpr(hessian((x: NDArray) => np.sum(x.mul(x).mul(x))))(x3),
  vmap: () => makeJaxpr(vmap((a: NDArray, b: NDArray) => np.dot(a, b), [0, null]))(a23, x3),
  "vmap of grad": () => makeJaxpr(vmap(grad((x: NDArray) => np.sin(x).mul(x))))(x3),
  "jit in jit": () => makeJaxpr((x: NDArray) => jit((y: NDArray) => jit(double)(y).add(1))(x).add(x))(x3),
  "grad of jit": () => makeJaxpr(grad((x: NDArray) => jit(double)(np.sin(x))))(1),
  "jit closing over a tracer": () => makeJaxpr((x: NDArray) => jit((y: NDArray) => y.mul(x))(2))(x3),
  scan: () => makeJaxpr(runningSums)(x3),
  "scan closing over a tracer": () =>
    makeJaxpr(
      (w: NDArray, xs: NDArray) =>
        lax.scan((c: NDArray, x: NDArray) => [c.mul(w).add(x), null], 0, xs, { reverse: true })[0],
    )(1, x3),
  "grad of scan": () => makeJaxpr(grad(product))(x3),
  "vmap of scan": () => makeJaxpr(vmap(product))(a23),
  "jvp of scan": () => makeJaxpr((xs: NDArray) => jvp(product, [xs], [xs]))(x3),
  "map over slices": () => makeJaxpr((xs: NDArray) => lax.map(np.sin, xs))(x3),
  while: () => makeJaxpr((x: NDArray) => doubledUpTo(np.array(10), x))(1),
  "jvp of while": () => makeJaxpr((x: NDArray) => jvp((v: NDArray) => doubledUpTo(v.mul(8), v), [x], [x]))(1),
  "vmap of while with a batched condition": () => makeJaxpr(vmap(doubledUpTo))(x3, x3),
  "vmap of while with one condition": () =>
    makeJaxpr(
      vmap((x: NDArray) =>
        lax.whileLoop<readonly [NDArray, NDArray]>(
          ([i]) => i.less(3),
          ([i, c]) => [i.add(1), c.mul(2)],
          [0, x],
        ),
      ),
    )(x3),
  "foriLoop with static bounds": () =>
    makeJaxpr((x: NDArray) => lax.foriLoop(0, 10, (_, c: NDArray) => c.mul(x), 1))(2),
  "foriLoop with a traced bound": () =>
    makeJaxpr((n: NDArray, x: NDArray) => lax.foriLoop(0, n, (_, c: NDArray) => c.mul(x), 1))(i3.slice(1), 2),
  cond: () => makeJaxpr((x: NDArray) => branches(x, x))(1),
  "grad of cond": () => makeJaxpr(grad((x: NDArray) => branches(x, x)))(1),
  "vmap of cond with a batched predicate": () => makeJaxpr(vmap(branches))(x3, x3),
  "vmap of cond with one predicate": () => makeJaxpr(vmap(branches, [null, 0]))(1, x3),
  switch: () =>
    makeJaxpr((i: NDArray, x: NDArray) => lax.switch(i, [np.sin, np.cos, np.tanh], x))(i3.slice(1), 1),
  "grad of checkpoint": () => makeJaxpr(grad(checkpoint((x: NDArray) => np.sin(np.sin(x)))))(2),
  "grad of checkpoint with a saved name": () =>
    makeJaxpr(
      grad(
        checkpoint((x: NDArray) => np.sin(checkpointName(np.sin(x), "inner")), {
          policy: checkpointPolicies.saveOnlyTheseNames("inner"),
        }),
      ),
    )(2),
  customJvp: () => makeJaxpr((x: NDArray) => customSoftplus(x))(1),
  "grad of customJvp": () => makeJaxpr(grad((x: NDArray) => customSoftplus(x)))(1),
  "vmap of customJvp": () => makeJaxpr(vmap((x: NDArray) => customSoftplus(x)))(x3),
  customVjp: () => makeJaxpr((x: NDArray) => customClipped(x))(1),
  "grad of customVjp": () => makeJaxpr(grad((x: NDArray) => customClipped(x)))(1),
} satisfies Record<string, () => PrintableJaxpr>;

export type ProgramName = keyof typeof programs;
