/** Transformations inside programs, nested in one another. */
import type { Draft } from "../draft.js";
import { exactly, operand } from "../operands.js";
import type { Expression } from "../program.js";
import { type Interval, options, ref, sizeOf, type Value } from "../values.js";
import { anyResults, body, carried, conforming, lastFloat, scalar, sliced, wrapped } from "./functions.js";
import type { Row } from "./row.js";

const of = (name: string, grow: Row["grow"]): Row => ({ name, grow });
const point: Interval = [-1.5, 1.5];
const applied = (d: Draft, f: Expression, args: readonly Expression[], intervals: readonly Interval[] = []) =>
  d.stepMany("apply", [wrapped(d, f), ...args], intervals);
const forward = { forward: true };
const reverse = { reverse: true };

const at = (d: Draft, most = 12): Value =>
  operand(d, {
    interval: point,
    fits: (s) => sizeOf(s) <= most,
    otherwise: () => d.choices.oneOf([[], [2], [3], [2, 2]]),
  });

/** One or two arguments. */
const points = (d: Draft): Value[] => (d.choices.chance(0.4) ? [at(d), at(d)] : [at(d)]);

const scalarFunction = (d: Draft, args: readonly Value[], demands: object): Expression =>
  wrapped(
    d,
    body(d, args, (inner, own) => ref(scalar(inner, own)), demands),
  );

const arrayFunction = (d: Draft, args: readonly Value[], demands: object): Expression =>
  wrapped(
    d,
    body(d, args, (inner, own) => ref(lastFloat(inner, own[0])), demands),
  );

const gradients: readonly Row[] = [
  ...["grad", "valueAndGrad"].map((name) =>
    of(name, (d) => {
      const args = points(d);
      const hasAux = d.choices.chance(0.25);
      const f = hasAux
        ? body(d, args, (inner, own) => [ref(scalar(inner, own)), anyResults(inner, own)], reverse)
        : scalarFunction(d, args, reverse);
      const argnums =
        args.length === 1 ? d.choices.oneOf([null, 0, -1, [0]]) : d.choices.oneOf([0, 1, -1, [0, 1], [1]]);
      const given = { ...(argnums === null ? {} : { argnums }), ...(hasAux ? { hasAux: true } : {}) };
      const g = { call: name, args: Object.keys(given).length === 0 ? [f] : [f, options(given)] };
      applied(d, g, args.map(ref));
    }),
  ),
  of("grad", (d) => {
    const x = at(d, 4);
    const f = scalarFunction(d, [x], reverse);
    const inner: Expression = { call: "grad", args: [f] };
    const sum = d.inner(reverse);
    const parameter = sum.newParameter(x);
    const [slope] = sum.stepMany("apply", [inner, ref(parameter)]);
    const total = sum.step("numpy.sum", [ref(sum.step("numpy.sin", [ref(slope)]))]);
    applied(d, { call: "grad", args: [{ function: sum.finish(ref(total)) }] }, [ref(x)]);
  }),
];

const directional: readonly Row[] = [
  of("jvp", (d) => {
    const args = points(d);
    const f = arrayFunction(d, args, forward);
    const tangents = args.map(({ shape }) => exactly(d, shape));
    d.stepMany("jvp", [f, args.map(ref), tangents.map(ref)]);
  }),
  of("linearize", (d) => {
    const args = points(d);
    const f = arrayFunction(d, args, forward);
    const tangents = args.map(({ shape }) => exactly(d, shape));
    d.stepMany("linearize", [f, args.map(ref), tangents.map(ref)]);
  }),
  of("vjp", (d) => {
    const args = points(d);
    const f = body(d, args, (inner, [first]) => ref(conforming(inner, first)), reverse);
    const cotangent = exactly(d, args[0].shape);
    d.stepMany("vjp", [f, args.map(ref), ref(cotangent)], [carried]);
  }),
  of("linearTranspose", (d) => {
    const x = operand(d, { fits: (s) => s.length === 1, otherwise: () => [3], interval: point });
    const matrix = exactly(d, [2, x.shape[0]], { interval: point });
    const inner = d.inner();
    const own = inner.newParameter(x);
    const scaled = inner.step("numpy.multiply", [ref(own), 0.7]);
    const product = inner.step("numpy.matmul", [ref(matrix), ref(scaled)]);
    const f = { function: inner.finish(ref(product)) };
    d.stepMany("linearTranspose", [f, [ref(x)], ref(exactly(d, [2]))]);
  }),
];

const jacobians: readonly Row[] = [
  ...["jacfwd", "jacrev"].map((name) =>
    of(name, (d) => {
      const args = d.choices.chance(0.3) ? [at(d, 4), at(d, 4)] : [at(d, 4)];
      const demands = name === "jacfwd" ? forward : reverse;
      const f = wrapped(
        d,
        body(d, args, (inner, [first]) => ref(conforming(inner, first)), demands),
      );
      const argnums = args.length === 1 ? [] : [options({ argnums: d.choices.oneOf([0, 1, [0, 1]]) })];
      applied(d, { call: name, args: [f, ...argnums] }, args.map(ref));
    }),
  ),
  of("hessian", (d) => {
    const x = at(d, 4);
    const f = scalarFunction(d, [x], { forward: true, reverse: true });
    applied(d, { call: "hessian", args: [f] }, [ref(x)]);
  }),
];

// vmap ---------------------------------------------------------------------------------------------------------------

const mapped = (d: Draft): Value =>
  operand(d, { interval: point, fits: (s) => s.length > 0 && sizeOf(s) > 0 && s.length < 4 });

const vmaps: readonly Row[] = [
  of("vmap", (d) => {
    const x = mapped(d);
    const axis = d.choices.integer(0, x.shape.length - 1);
    const shared = d.choices.chance(0.4) ? [at(d)] : [];
    const f = wrapped(d, body(d, [sliced(x, axis), ...shared], anyResults));
    const spelledAxis = d.choices.chance(0.3) ? axis - x.shape.length : axis;
    const inAxes: Expression = shared.length === 0 ? spelledAxis : [spelledAxis, null];
    const outAxes = d.choices.chance(0.3) ? { outAxes: -1 } : {};
    applied(d, { call: "vmap", args: [f, options({ inAxes, ...outAxes })] }, [x, ...shared].map(ref));
  }),
  // vmap(grad(f)), vmap(hessian(f)) ...
  ...["grad", "valueAndGrad", "jacfwd", "jacrev"].map((name) =>
    of("vmap", (d) => {
      const x = operand(d, {
        interval: point,
        fits: (s) => s.length > 0 && sizeOf(s) > 0 && sizeOf(s) <= 9,
        otherwise: () => [2, 3],
      });
      const demands = name === "jacfwd" ? forward : reverse;
      const f = scalarFunction(d, [{ ...x, ...sliced(x, 0) }], demands);
      const g = wrapped(d, { call: name, args: [f] });
      applied(d, { call: "vmap", args: [g, options({ inAxes: 0 })] }, [ref(x)]);
    }),
  ),
  // one function over two axes
  of("vmap", (d) => {
    const x = operand(d, {
      interval: point,
      fits: (s) => s.length > 1 && sizeOf(s) > 0,
      otherwise: () => [2, 3],
    });
    const f = body(d, [sliced({ ...x, ...sliced(x, 0) }, 0)], anyResults);
    const once: Expression = { call: "vmap", args: [f, options({ inAxes: 0 })] };
    applied(d, { call: "vmap", args: [wrapped(d, once), options({ inAxes: 0 })] }, [ref(x)]);
  }),
];

// wrappers and rules -------------------------------------------------------------------------------------------------

const wrappers: readonly Row[] = [
  of("jit", (d) => {
    const args = points(d);
    const f = body(d, args, anyResults);
    applied(d, { call: "jit", args: [f] }, args.map(ref));
  }),
  of("checkpoint", (d) => {
    const args = points(d);
    const f = body(d, args, anyResults);
    const policy = d.choices.oneOf(["everythingSaveable", "nothingSaveable", "dotsSaveable"]);
    const given = d.choices.chance(0.5) ? [] : [options({ policy })];
    applied(d, { call: "checkpoint", args: [f, ...given] }, args.map(ref));
  }),
];

/** Closed functions: JAX refuses to differentiate a rule by what it closes over. */
const sealed = { sealed: true };

function customJvp(d: Draft, x: Value): Expression {
  const f = body(d, [x], (inner, [own]) => ref(conforming(inner, own)), sealed);
  // A slope of the user's own: 1.5 cos(x) dx, which no derivative of f equals.
  const rule = d.inner(sealed);
  const [primal, tangent] = [rule.newParameter(x), rule.newParameter(x)];
  const [y] = rule.stepMany("apply", [f, ref(primal)]);
  const slope = rule.step("numpy.multiply", [ref(rule.step("numpy.cos", [ref(primal)])), 1.5]);
  const dy = rule.step("numpy.multiply", [ref(slope), ref(tangent)]);
  return { call: "customJvp", args: [f, { function: rule.finish([ref(y), ref(dy)]) }] };
}

function customVjp(d: Draft, x: Value): Expression {
  const f = body(d, [x], (inner, [own]) => ref(conforming(inner, own)), sealed);
  const fwd = d.inner(sealed);
  const primal = fwd.newParameter(x);
  const [y] = fwd.stepMany("apply", [f, ref(primal)]);
  const slope = fwd.step("numpy.cos", [ref(primal)]);
  const bwd = d.inner(sealed);
  const [residual, cotangent] = [bwd.newParameter(x), bwd.newParameter(x)];
  const product = bwd.step("numpy.multiply", [ref(residual), ref(cotangent)]);
  const forwardRule = { function: fwd.finish([ref(y), ref(slope)]) };
  return { call: "customVjp", args: [f, forwardRule, { function: bwd.finish([ref(product)]) }] };
}

const rules: readonly Row[] = [
  of("customJvp", (d) => {
    const x = at(d);
    applied(d, customJvp(d, x), [ref(x)], [carried]);
  }),
  of("customVjp", (d) => {
    if (d.demands.forward) return;
    const x = at(d);
    applied(d, customVjp(d, x), [ref(x)], [carried]);
  }),
  // Mapped: the rule sees single examples.
  of("customJvp", (d) => {
    const x = mapped(d);
    const each = { ...x, ...sliced(x, 0) };
    applied(d, { call: "vmap", args: [customJvp(d, each), options({ inAxes: 0 })] }, [ref(x)], [carried]);
  }),
  of("customVjp", (d) => {
    if (d.demands.forward) return;
    const x = mapped(d);
    const f = customVjp(d, { ...x, ...sliced(x, anAxisOf(x)) });
    applied(d, { call: "vmap", args: [f, options({ inAxes: anAxisOf(x) })] }, [ref(x)], [carried]);
  }),
];

const anAxisOf = ({ shape }: Value): number => shape.length - 1;

export const transformationRows: readonly Row[] = [
  ...gradients,
  ...directional,
  ...jacobians,
  ...vmaps,
  ...wrappers,
  ...rules,
];
