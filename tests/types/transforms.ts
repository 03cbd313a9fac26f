/**
 * Type tests: this file is checked by `npm run typecheck`, never run. Each `expectType` states the type of a result exactly;
 * each `@ts-expect-error` stands above a mistake that must not compile.
 */
import {
  checkpoint,
  customJvp,
  customVjp,
  grad,
  hessian,
  jacfwd,
  jacrev,
  jit,
  jvp,
  lax,
  linearize,
  type NDArray,
  numpy as np,
  stopGradient,
  valueAndGrad,
  vjp,
  vmap,
} from "cotangent";
import { pipe } from "fp-ts/lib/function.js";

type Equal<X, Y> = (<T>() => T extends X ? 1 : 2) extends <T>() => T extends Y ? 1 : 2 ? true : false;
/** Compiles only where the value's type is T, exactly. */
const expectType =
  <T>() =>
  <V>(_value: V, ..._same: Equal<V, T> extends true ? [] : [never, T, V]): void => {};

interface Layer {
  readonly w: NDArray;
  readonly b?: NDArray;
}
interface Params {
  layers: Layer[];
  scale: NDArray | null;
  pair: readonly [NDArray, NDArray];
  nested: { readonly deep: { readonly value: NDArray } };
}
declare const params: Params;
declare const energy: (p: Params, x: NDArray) => NDArray;
declare const withAux: (p: Params, x: NDArray) => [NDArray, { count: NDArray }];
declare const x: NDArray;

// The caller's own types come back -----------------------------------------------------------------------------------------

expectType<Params>()(grad(energy)(params, x));
expectType<NDArray>()(grad(energy, { argnums: 1 })(params, x));
expectType<NDArray>()(grad(energy, { argnums: -1 })(params, x));
expectType<[Params, NDArray]>()(grad(energy, { argnums: [0, 1] })(params, x));
expectType<[Params, { count: NDArray }]>()(grad(withAux, { hasAux: true })(params, x));
expectType<[NDArray, Params]>()(valueAndGrad(energy)(params, x));
expectType<[[NDArray, { count: NDArray }], Params]>()(valueAndGrad(withAux, { hasAux: true })(params, x));
expectType<NDArray>()(vmap(energy, [null, 0])(params, x));
expectType<NDArray>()(vmap([null, 0])(energy)(params, x));
expectType<NDArray>()(pipe(energy, vmap([null, 0], 1))(params, x));
expectType<NDArray>()(jit(energy)(params, x));
expectType<Params>()(jit(grad(energy))(params, x));
const sixfold = vmap(grad(jit(vmap(grad(jit((t: NDArray) => np.sin(t)))))));
expectType<NDArray>()(sixfold([[1, 2]]));
expectType<[NDArray, NDArray]>()(jvp(energy, [params, x], [params, x]));
const stopped = stopGradient<Params>(params);
expectType<Params>()(stopped);
expectType<NDArray>()(checkpoint(energy)(params, x));

// What a transformed function returns goes where the function's own argument goes.
const update = (p: Params): Params => p;
update(grad(checkpoint(energy))(params, x));
update(grad(jit(energy))(params, x));
update(valueAndGrad(jit(energy))(params, x)[1]);
update(jit(grad(jit(checkpoint(energy))))(params, x));
energy(grad(jit(energy))(params, x), x);

const [value, pullback] = vjp(energy, [params, x]);
expectType<NDArray>()(value);
expectType<[Params, NDArray]>()(pullback(1));
const [, push] = linearize(energy, [params, x]);
expectType<NDArray>()(push(params, x));

// A number where the function declares one is an array in the result.
expectType<NDArray>()(grad((t: number) => np.sin(t))(1));
expectType<NDArray>()(grad((t: NDArray) => t.mul(t))(3));

// Jacobians replace every leaf of the output by the argument's tree.
const outputs = (p: Params): { y: NDArray; z: readonly [NDArray] } => ({ y: p.pair[0], z: [p.pair[1]] });
expectType<Params>()(jacrev(outputs)(params).y);
expectType<Params>()(jacfwd(outputs)(params).z[0]);
expectType<NDArray>()(hessian((v: NDArray) => v.sum())(x));
expectType<NDArray>()(hessian(energy)(params, x).nested.deep.value.nested.deep.value);

// Numbers, nested arrays and typed arrays go in where arrays do ------------------------------------------------------------

grad(energy)({ layers: [{ w: 1 }], scale: null, pair: [1, [1, 2]], nested: { deep: { value: 2 } } }, [
  [1, 2],
]);
vmap(energy, [null, 0])(params, new Float64Array(3));
jit(energy)({ ...params, scale: 2 }, 1);

// Options first, in a pipe -------------------------------------------------------------------------------------------------

const fields = pipe(energy, grad({ argnums: 1 }), vmap({ inAxes: [null, 0] }), jit());
expectType<NDArray>()(fields(params, [[1, 2]]));
expectType<[NDArray, Params]>()(pipe(energy, valueAndGrad())(params, x));
expectType<[Params, { count: NDArray }]>()(pipe(withAux, grad({ hasAux: true }))(params, x));
expectType<NDArray>()(pipe(energy, checkpoint(), vmap({ inAxes: [null, 0] }))(params, x));
expectType<NDArray>()(pipe((v: NDArray) => v.sum(), hessian())(x));

// A generic caller ---------------------------------------------------------------------------------------------------------

export function descend<P>(loss: (p: P, x: NDArray) => NDArray): void {
  const slope = grad(loss);
  const both = valueAndGrad(loss);
  void [slope, both, jit(slope)];
}
descend(energy);

// Loops keep the carry's type ----------------------------------------------------------------------------------------------

const [carry, ys] = lax.scan((c: { s: NDArray }, v: NDArray) => [{ s: c.s.add(v) }, c.s], { s: 0 }, x);
expectType<{ s: NDArray }>()(carry);
expectType<NDArray>()(ys);
expectType<NDArray>()(
  lax.whileLoop(
    (c: NDArray) => c.less(3),
    (c: NDArray) => c.add(1),
    0,
  ),
);
expectType<NDArray>()(lax.foriLoop(0, 3, (i, c: NDArray) => c.add(i), 0));
expectType<NDArray>()(
  lax.cond(
    true,
    (v: NDArray) => v,
    (v: NDArray) => v.neg(),
    1,
  ),
);
expectType<NDArray>()(lax.switch(0, [(v: NDArray) => v, (v: NDArray) => v.neg()], 1));
expectType<{ m: NDArray }>()(lax.map((v: NDArray) => ({ m: v }), x));
expectType<NDArray>()(lax.associativeScan((a: NDArray, b: NDArray) => a.add(b), [1, 2, 3]));

// Custom rules -------------------------------------------------------------------------------------------------------------

const clipped = customVjp((v: NDArray) => v);
clipped.defvjp(
  (v) => [v, null],
  (_: null, ct: NDArray) => [np.clip(ct, -1, 1)],
);
const power = customJvp((v: NDArray, n: NDArray) => v.pow(n));
expectType<NDArray>()(power.defjvp(([v, n], [dv]) => [power(v, n), dv.mul(n)])(1, 2));
expectType<NDArray>()(grad((v: NDArray) => clipped(v))(1));

// Mistakes that do not compile ---------------------------------------------------------------------------------------------

// @ts-expect-error There is no argument 2.
const outOfRange: Params | NDArray = grad(energy, { argnums: 2 })(params, x);
// @ts-expect-error There is no argument -3.
const beforeFirst: Params | NDArray = grad(energy, { argnums: -3 })(params, x);
// @ts-expect-error A gradient needs a scalar, and this returns a tree.
grad((p: Params) => p);
// @ts-expect-error Without hasAux the function returns no pair.
grad(withAux);
// @ts-expect-error The parameters lack fields.
grad(energy)({ layers: [] }, x);
// @ts-expect-error A string is no array.
jit(energy)(params, "x");
// @ts-expect-error The body returns another tree than it takes.
lax.scan((c: { s: NDArray }, v: NDArray) => [c.s.add(v), null], { s: 0 }, x);
// @ts-expect-error The initial carry lacks what the body reads.
lax.scan((c: { s: NDArray }, v: NDArray) => [{ s: c.s.add(v) }, null], {}, x);
lax.whileLoop(
  (c: NDArray) => c.less(3),
  // @ts-expect-error The body turns an array into a pair.
  (c: NDArray) => [c, c],
  0,
);
lax.cond(
  true,
  (v: NDArray) => v,
  // @ts-expect-error The branches return different trees.
  (v: NDArray) => [v],
  1,
);
// @ts-expect-error A branch takes an operand that is not given.
lax.cond(
  true,
  (v: NDArray) => v,
  (v: NDArray) => v,
);
// @ts-expect-error Tangents are a tuple, one an argument.
jvp(energy, [params, x], [x]);

export const mistakes = [outOfRange, beforeFirst];
