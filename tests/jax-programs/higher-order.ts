/**
 * The calls that take functions, by name. A program is data, so a call that returns a function is one with its application:
 * "vjp", "linearize" and "linearTranspose" take what their result is applied to, and customJvp and customVjp their rules.
 */
import {
  checkpoint,
  checkpointPolicies,
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
  linearTranspose,
  type NDArray,
  valueAndGrad,
  vjp,
  vmap,
} from "cotangent";

/** Functions of trees of arrays: a program's parameters are the leaves, whatever the trees. */
// biome-ignore lint/suspicious/noExplicitAny: programs are data, and their types are known when they run
type Dynamic = any;
type Call = (...args: Dynamic[]) => unknown;

const policies = {
  everythingSaveable: checkpointPolicies.everythingSaveable,
  nothingSaveable: checkpointPolicies.nothingSaveable,
  dotsSaveable: checkpointPolicies.dotsSaveable,
} as const;

export const higherOrder: Readonly<Record<string, Call | undefined>> = {
  "lax.scan": lax.scan,
  "lax.whileLoop": lax.whileLoop,
  "lax.foriLoop": lax.foriLoop,
  "lax.cond": lax.cond,
  "lax.switch": lax.switch,
  "lax.map": lax.map,
  "lax.associativeScan": lax.associativeScan,
  grad,
  valueAndGrad,
  jvp,
  vjp: (f: Call, primals: NDArray[], cotangent: unknown) => {
    const [y, pullback] = vjp(f, primals);
    return [y, (pullback as Call)(cotangent)]; // a function of the cotangent of whatever f returns
  },
  linearize: (f: Call, primals: NDArray[], tangents: NDArray[]) => {
    const [y, push] = linearize(f, primals);
    return [y, (push as Call)(...tangents)]; // a function of as many tangents as there are primals
  },
  linearTranspose: (f: Call, primals: NDArray[], cotangent: unknown) =>
    (linearTranspose(f, primals) as Call)(cotangent), // a function of the cotangent of whatever f returns
  jacfwd,
  jacrev,
  hessian,
  vmap,
  jit: (f: Call) => jit(f),
  checkpoint: (f: Call, { policy = "nothingSaveable" }: { policy?: keyof typeof policies } = {}) =>
    checkpoint(f, { policy: policies[policy] }),
  customJvp: (f: Call, rule: Dynamic) => customJvp(f).defjvp(rule),
  customVjp: (f: Call, forward: Dynamic, backward: Dynamic) => customVjp(f).defvjp(forward, backward),
  apply: (f: Call, ...args: Dynamic[]) => f(...args),
};
