/** Rules of one's own, and the transformations that only look. */
import * as ct from "cotangent";
import { customJvp, customVjp, grad, jit, jvp, lax, linearize, type NDArray, numpy as np } from "cotangent";
import { type Row, unchecked } from "./row.js";

const x = np.array([1, 2, 3]);
const total = (v: NDArray): NDArray => v.sum();
const identity = (v: NDArray): NDArray => v;

const forwardless = customVjp((v: NDArray) => v);
forwardless.defvjp(
  (v) => [v, null],
  (_: null, cotangent: NDArray) => [cotangent],
);

/** A customVjp function whose rule is made wrong. */
const withRules = (fwd: (v: NDArray) => unknown, bwd: (...given: never[]) => unknown): (() => unknown) => {
  const f = customVjp((v: NDArray) => v.sum());
  f.defvjp(unchecked(fwd), unchecked(bwd));
  return () => grad((v: NDArray) => f(v))(x);
};
const withRule = (rule: () => unknown): (() => unknown) => {
  const f = customJvp((v: NDArray) => v.sum());
  f.defjvp(unchecked(rule));
  return () => grad((v: NDArray) => f(v))(x);
};

export const customRuleRows: readonly Row[] = [
  [
    "customJvp asks for its rule",
    () => customJvp(identity)(x),
    "ArgumentError",
    "customJvp of identity: no rule is set; call defjvp first",
  ],
  [
    "customJvp's rule is a function",
    () => customJvp(identity).defjvp(unchecked(1)),
    "ArgumentError",
    "customJvp of identity: defjvp: expected a function, got the number 1",
  ],
  [
    "customJvp's rule returns a pair",
    withRule(() => x),
    "DifferentiationError",
    "customJvp of anonymous: the rule must return a pair [output, tangent], got an array f32[3]",
  ],
  [
    "customJvp's rule returns the function's tree",
    withRule(() => [[x], x]),
    "DifferentiationError",
    "customJvp of anonymous: the function returns an array; its rule returned [*] with the " +
      "tangent an array; they must be alike",
  ],
  [
    "customJvp's tangent has its output's type",
    withRule(() => [x.sum(), x]),
    "DifferentiationError",
    "customJvp of anonymous: the tangent of an output f32[] is f32[3]; it must have the same " +
      "shape and dtype",
  ],
  [
    "customJvp closes over nothing that is differentiated",
    () =>
      grad((w: NDArray) => {
        const f = customJvp((v: NDArray) => v.mul(w).sum());
        f.defjvp(([v], [dv]) => [f(v), dv.sum()]);
        return f(x);
      })(2),
    "DifferentiationError",
    "customJvp of anonymous: it closes over a value that is being differentiated, and its rule " +
      "says nothing of that; pass the value as an argument",
  ],
  [
    "customVjp asks for its rules",
    () => customVjp(identity)(x),
    "ArgumentError",
    "customVjp of identity: no rule is set; call defvjp first",
  ],
  [
    "customVjp's rules are functions",
    () => customVjp(identity).defvjp(unchecked(1), unchecked(2)),
    "ArgumentError",
    "customVjp of identity: defvjp's fwd: expected a function, got the number 1",
  ],
  [
    "customVjp refuses forward mode",
    () => jvp((v: NDArray) => forwardless(v), [1], [1]),
    "DifferentiationError",
    "customVjp of anonymous cannot be differentiated in forward mode: it is a customVjp " +
      "function, which has a pullback only; use customJvp for forward mode (jvp, jacfwd, hessian)",
  ],
  [
    "customVjp refuses forward mode under jit",
    () => jit((v: NDArray) => jvp((u: NDArray) => forwardless(u), [v], [v]))(1),
    "DifferentiationError",
    "customVjp of anonymous cannot be differentiated in forward mode: it is a customVjp " +
      "function, which has a pullback only; use customJvp for forward mode (jvp, jacfwd, hessian)",
  ],
  [
    "customVjp's fwd returns a pair",
    withRules(
      () => x,
      () => [x],
    ),
    "DifferentiationError",
    "customVjp of anonymous: fwd must return a pair [output, residuals], got an array f32[3]",
  ],
  [
    "customVjp's fwd returns the function's tree",
    withRules(
      (v) => [[v.sum()], null],
      () => [x],
    ),
    "DifferentiationError",
    "customVjp of anonymous: the function returns an array, fwd [*]; they must return the same",
  ],
  [
    "customVjp's bwd returns a tuple",
    withRules(
      (v) => [v.sum(), null],
      () => x,
    ),
    "DifferentiationError",
    "customVjp of anonymous: bwd must return a tuple, one cotangent an argument (null for " +
      "zero), got an array f32[3]; for one argument: [ct]",
  ],
  [
    "customVjp's bwd returns a cotangent an argument",
    withRules(
      (v) => [v.sum(), null],
      () => [x, x],
    ),
    "TreeError",
    "customVjp of anonymous: bwd: (co)tangents have the structure [*, *], the primals [*]; give " +
      "one for each, or null for zero",
  ],
  [
    "customVjp's bwd returns cotangents of the arguments' types",
    withRules(
      (v) => [v.sum(), null],
      () => [np.ones(2)],
    ),
    "DifferentiationError",
    "customVjp of anonymous: bwd: at [0] the primal is f32[3] and its (co)tangent f32[2]; they " +
      "must have the same shape and dtype",
  ],
  [
    "customVjp closes over nothing that is differentiated",
    () =>
      grad((w: NDArray) => {
        const f = customVjp((v: NDArray) => v.mul(w).sum());
        f.defvjp(
          (v) => [f(v), null],
          () => [x],
        );
        return f(x);
      })(2),
    "DifferentiationError",
    "customVjp of anonymous: it closes over a value that is being differentiated, and its rule " +
      "says nothing of that; pass the value as an argument",
  ],
  [
    "a rule that closes over a traced value says to pass it",
    () =>
      jit((w: NDArray) => {
        const f = customJvp((v: NDArray) => v.sum());
        f.defjvp(([v], [dv]) => [f(v), dv.mul(w).sum()]);
        return grad((v: NDArray) => lax.scan((c: NDArray) => [f(v.mul(c)), null], 1, null, { length: 2 })[0])(
          x,
        );
      })(2),
    "LeakedTracerError",
    "a derivative rule closes over f32[] (weak), a value of a transformation around it; pass " +
      "the value to the function as an argument, so that the rule is given it",
  ],
  // the others
  [
    "checkpoint's policy is a function",
    () => ct.checkpoint(total, { policy: unchecked("dots") }),
    "ArgumentError",
    'checkpoint: the option policy must be a function, got the string "dots"',
  ],
  [
    "checkpoint of a policy takes a function",
    () => ct.checkpoint({ policy: ct.checkpointPolicies.dotsSaveable })(unchecked(3)),
    "ArgumentError",
    "checkpoint: expected a function, got the number 3",
  ],
  [
    "checkpointName takes a string",
    () => ct.checkpointName(x, unchecked(1)),
    "ArgumentError",
    "checkpointName: the name must be a string, got the number 1",
  ],
  [
    "the names that a policy saves are strings",
    () => ct.checkpointPolicies.saveOnlyTheseNames("hidden", unchecked(1)),
    "ArgumentError",
    "checkpointPolicies.saveOnlyTheseNames: a name must be a string, got the number 1",
  ],
  [
    "disableJit takes a function",
    () => ct.disableJit(unchecked(1)),
    "ArgumentError",
    "disableJit: expected a function, got the number 1",
  ],
  [
    "evalShape takes a shape that is a list",
    () => ct.evalShape(identity, unchecked({ shape: 3, dtype: "float32" })),
    "TreeError",
    'evalShape: args[0].dtype is the string "float32", which is neither an array, a number, a tuple nor a ' +
      "plain object: pass it as a static argument, close over it, or use tree.registerNode for a class",
  ],
  [
    "evalShape shows where an argument is no array",
    () => ct.evalShape(identity, { shape: [3] }, "f"),
    "TreeError",
    'evalShape: args[1] is the string "f", which is neither an array, a number, a tuple nor a ' +
      "plain object: pass it as a static argument, close over it, or use tree.registerNode for a " +
      "class",
  ],
  [
    "makeJaxpr takes a function",
    () => ct.makeJaxpr(unchecked(x)),
    "ArgumentError",
    "makeJaxpr: expected a function, got an array f32[3]; pass f itself, not f(x)",
  ],
  [
    "checkJaxpr takes a jaxpr",
    () => ct.checkJaxpr(unchecked(x)),
    "ArgumentError",
    "checkJaxpr: takes a jaxpr, such as makeJaxpr(f)(x).jaxpr, got an array f32[3]",
  ],
  [
    "customVjp refuses forward mode of its linearization",
    () => jvp((v: NDArray) => linearize((u: NDArray) => forwardless(u), [x])[1](v), [x], [x]),
    "DifferentiationError",
    "customVjp cannot be differentiated: it is a customVjp function, which has a pullback only; " +
      "use customJvp for forward mode (jvp, jacfwd, hessian)",
  ],
  [
    "polygamma has no derivative in its order",
    () => grad((m: NDArray) => lax.polygamma(m, 2))(1),
    "DifferentiationError",
    "polygamma: there is no derivative in the order m, which is an integer; use stopGradient(m)",
  ],
];
