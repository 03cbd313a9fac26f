import "./src/compiler/register.js";
import { grad } from "./src/autodiff/transforms/grad.js";
import { jit } from "./src/autodiff/transforms/jit-function.js";
import { vmap } from "./src/autodiff/transforms/vmap.js";
import { makeJaxpr } from "./src/autodiff/transforms/make-jaxpr.js";
import { hessian } from "./src/autodiff/transforms/jacobian.js";
import { sin } from "./src/autodiff/primitives/trigonometric.js";
import { mul } from "./src/autodiff/primitives/arithmetic.js";
import { reduceSum } from "./src/autodiff/primitives/sum-and-broadcast.js";
import type { NDArray } from "./src/autodiff/array.js";
const f = (x: NDArray) => mul(sin(x), x);
console.log(f as any && grad(f)(2).toString(), Math.cos(2)*2+Math.sin(2));
console.log(grad(grad(f))(2).toString(), jit(grad(jit(f)))(2).toString());
console.log(vmap(grad(f))(new Float32Array([1,2,3])).toString());
console.log(String(makeJaxpr(grad(jit(f)))(2)));
console.log(String(makeJaxpr(vmap(grad(jit(f))))(new Float32Array([1,2,3]))));
console.log(hessian((x: NDArray) => reduceSum(mul(mul(x,x),x),[0]))(new Float64Array([1,2])).toString());
console.log(jit(grad(f)).lower(2).text());
{ const g = grad(f); for (let k=0;k<5;k++){ const t=performance.now(); for (let i=0;i<20000;i++) g(2); console.log('eager grad us', (performance.now()-t)/20);} }
{ const g = jit(grad(f)); for (let k=0;k<3;k++){ const t=performance.now(); for (let i=0;i<20000;i++) g(2); console.log('jit grad us', (performance.now()-t)/20);} }
{ let x = grad(f)(1); for (let k=0;k<3;k++){ const t=performance.now(); for (let i=0;i<20000;i++) mul(x,2); console.log('eager mul us', (performance.now()-t)/20);} }
