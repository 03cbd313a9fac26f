/** What programs of the public functions, in all dtypes, are held to: targets, compilation, batching and modes against each other. */
import { jit, type NDArray, numpy as np, setDefaultTarget } from "cotangent";
import { setEagerTarget } from "../../src/compiler/targets/registry.js";
import { LawViolation } from "../../src/testing/comparison.js";
import { evaluated, judge } from "../jax-programs/compare-case.js";
import { tolerances } from "../jax-programs/judge.js";
import {
  type ArraysFunction,
  type Point,
  type Quantity,
  type QuantityName,
  quantitiesOfFunction,
} from "../jax-programs/quantities.js";
import { encoded } from "../jax-programs/values.js";

/** A function at a point; `callsJit`: it has jits inside, under which cotangents may be added up in another order. */
export interface PublicSubject {
  readonly f: ArraysFunction;
  readonly point: Point;
  readonly wide: boolean;
  readonly callsJit: boolean;
}

/** Throws where it does not hold of a quantity. Gives the number of results compared. */
export type PublicCheck = (subject: PublicSubject, name: QuantityName) => number;

type Arrays = readonly NDArray[];

/** The named quantity, or null where the function does not have it (no float inputs, no derivative in that mode). */
const quantityOf = ({ f, point }: PublicSubject, name: QuantityName): Quantity | null =>
  quantitiesOfFunction(f, point).find((quantity) => quantity.name === name) ?? null;

const withQuantity =
  (check: (quantity: Quantity, subject: PublicSubject) => number): PublicCheck =>
  (subject, name) => {
    const quantity = quantityOf(subject, name);
    return quantity === null ? 0 : check(quantity, subject);
  };

/** Jitted, js and wasm give the same bits. */
export const targetsAgree: PublicCheck = withQuantity(({ eager, inputs }) => {
  const on = (target: string): Arrays => jit(eager, { target })(...inputs);
  return expectBits("wasm, js", on("wasm"), on("js"));
});

/** Operation by operation, js and wasm give the same bits. */
export const eagerTargetsAgree: PublicCheck = withQuantity(({ eager, inputs }) => {
  const on = (target: "js" | "wasm"): Arrays => {
    setEagerTarget(target);
    setDefaultTarget(target);
    try {
      return eager(...inputs);
    } finally {
      setEagerTarget("js");
      setDefaultTarget(null);
    }
  };
  return expectBits("eager wasm, eager js", on("wasm"), on("js"));
});

/** jit changes no bit; with jits inside, a gradient only to rounding. */
export const jitIsEager: PublicCheck = withQuantity((quantity, { wide, callsJit }) => {
  const { name, eager, jitted, inputs } = quantity;
  const [compiled, plain] = [jitted(...inputs), eager(...inputs)];
  if (!callsJit || name === "value" || name === "vmap") return expectBits("jit, eager", compiled, plain);
  return expectNear("jit, eager", compiled, plain, tolerances(quantity, compiled, wide));
});

/** vmap is a loop over the examples of the batch. */
export const vmapIsLoop: PublicCheck = (subject) => {
  const mapped = quantityOf(subject, "vmap");
  if (mapped === null) return 0;
  const { f, point, wide } = subject;
  const results = mapped.eager(...mapped.inputs);
  const size = results[0]?.shape[0] ?? 0;
  const allowed = tolerances(mapped, results, wide);
  const examples = Array.from({ length: size }, (_, k) =>
    f(
      ...point.batch.map((x, i) => {
        const axis = point.inAxes[i];
        return axis === null ? x : np.take(x, np.array(k, { dtype: "int32" }), axis);
      }),
    ),
  );
  const stacked = results.map((_, i) =>
    np.stack(
      examples.map((outputs) => outputs[i]),
      0,
    ),
  );
  return expectNear("vmap, loop", results, stacked, allowed);
};

/** <w, J v> = <J^T w, v>: forward mode against reverse mode, in programs of float64. */
export const modesAgree: PublicCheck = (subject) => {
  const [pushed, pulled] = [quantityOf(subject, "jvp"), quantityOf(subject, "grad")];
  const { point, wide } = subject;
  if (pushed === null || pulled === null || !wide) return 0;
  const [tangents, slopes] = [pushed.eager(...pushed.inputs), pulled.eager(...pulled.inputs)];
  tolerances(pushed, tangents, wide); // throws where rounding decides
  tolerances(pulled, slopes, wide);
  const weights = point.weights.flatMap((w) => w ?? []);
  const [left, right] = [products(weights, tangents), products(slopes, point.tangents)];
  const size = Math.max(1e-3, ...[...left, ...right].map(Math.abs));
  const off = Math.abs(sum(left) - sum(right));
  if (off <= 1e-8 * size) return 1;
  throw new LawViolation(`forward and reverse mode: <w, J v> is ${sum(left)}, <J^T w, v> is ${sum(right)}`);
};

/** Eagerly and jitted, the quantities are what JAX gave, to what rounding may do. */
export function jaxAgrees(
  { f, point, wide }: PublicSubject,
  answer: { readonly [N in QuantityName]?: Arrays },
): void {
  const quantities = quantitiesOfFunction(f, point).filter(({ name }) => answer[name] !== undefined);
  const theirs = Object.fromEntries(Object.entries(answer).map(([name, list]) => [name, list.map(encoded)]));
  const { differences } = judge(evaluated(quantities, wide), theirs);
  if (differences.length > 0) throw new LawViolation(differences.join("\n"));
}

export const publicChecks = { targetsAgree, eagerTargetsAgree, jitIsEager, vmapIsLoop, modesAgree } as const;
export type PublicCheckName = keyof typeof publicChecks;

// comparison -----------------------------------------------------------------------------------------------------------

const products = (xs: Arrays, ys: Arrays): number[] =>
  xs.flatMap((x, i) => {
    const y = ys[i].dataSync();
    return Array.from(x.dataSync(), (value, k) => value * y[k]);
  });

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const typeOf = ({ dtype, shape }: NDArray): string => `${dtype}[${shape.join(",")}]`;

function expectTypes(what: string, xs: Arrays, ys: Arrays): void {
  const [x, y] = [xs, ys].map((list) => list.map(typeOf).join(", "));
  if (x !== y) throw new LawViolation(`${what}: other types: ${x} and ${y}`);
}

/** Same types, same bits; NaN equals NaN. */
function expectBits(what: string, xs: Arrays, ys: Arrays): number {
  expectTypes(what, xs, ys);
  xs.forEach((x, i) => {
    const [a, b] = [x.dataSync(), ys[i].dataSync()];
    const k = Array.from(a).findIndex((value, j) => !Object.is(value, b[j]));
    if (k >= 0) throw new LawViolation(`${what}: other bits: result ${i} has ${a[k]} and ${b[k]} at ${k}`);
  });
  return xs.length;
}

/** Same types, and each result as near as allowed. */
function expectNear(what: string, xs: Arrays, ys: Arrays, allowed: readonly number[]): number {
  expectTypes(what, xs, ys);
  xs.forEach((x, i) => {
    const [a, b] = [x.dataSync(), ys[i].dataSync()];
    a.forEach((value, k) => {
      const isNear = Object.is(value, b[k]) || Math.abs(value - b[k]) <= allowed[i];
      if (!isNear) {
        throw new LawViolation(
          `${what}: other values: result ${i} has ${value} and ${b[k]} at ${k}, allowed ${allowed[i]}`,
        );
      }
    });
  });
  return xs.length;
}
