/** Laws about targets and about transformations held against each other, for functions of float64 arrays; besides src/testing/laws. */
import { setDefaultTarget } from "cotangent";
import type { NDArray } from "../../src/autodiff/array.js";
import { disableJit } from "../../src/autodiff/transforms/disable-jit.js";
import { jit } from "../../src/autodiff/transforms/jit-function.js";
import { jvp, linearize } from "../../src/autodiff/transforms/linearize.js";
import { setEagerTarget } from "../../src/compiler/targets/registry.js";
import { ArgumentError } from "../../src/ir/errors.js";
import { directions } from "../../src/testing/arrays.js";
import { findGradientFault } from "../../src/testing/check-grads.js";
import {
  conditionNumber,
  expectRounded,
  expectSameBits,
  IllConditioned,
  LawViolation,
} from "../../src/testing/comparison.js";
import { gradient, weighted } from "../../src/testing/derivatives.js";
import type { ArraysFunction, Law } from "../../src/testing/law.js";
import { errorOf } from "../../src/testing/outcomes.js";

type Arrays = readonly NDArray[];

/** js and wasm give the same bits for the jitted function. */
export const targetsAgree: Law = ({ f, inputs }) => {
  const on = (target: string): Arrays => jit((...xs: NDArray[]) => [...f(xs)], { target })(...inputs);
  expectSameBits("wasm gives the bits of js", on("wasm"), on("js"));
};

/** The same operation by operation. */
export const eagerTargetsAgree: Law = ({ f, inputs }) => {
  expectSameBits("operations on wasm give the bits of those on js", onEager("wasm", f, inputs), f(inputs));
};

function onEager(target: "js" | "wasm", f: ArraysFunction, inputs: Arrays): Arrays {
  setEagerTarget(target);
  setDefaultTarget(target);
  try {
    return f(inputs);
  } finally {
    setEagerTarget("js");
    setDefaultTarget(null);
  }
}

const gradientOf: (subject: Parameters<Law>[0]) => ArraysFunction = ({ f, inputs, seed }) =>
  gradient(weighted(f, directions(f(inputs), seed)));

/** js and wasm give the same bits for the jitted gradient. */
export const gradientTargetsAgree: Law = (subject) => targetsAgree({ ...subject, f: gradientOf(subject) });

/** jit of the gradient is the eager gradient to 1e-12: an inner jit may add up cotangents in another order. */
export const gradientJitIsEager: Law = (subject) => {
  const { inputs, seed } = subject;
  const slopes = gradientOf(subject);
  const compiled = jit((...xs: NDArray[]) => [...slopes(xs)])(...inputs);
  expectRounded("jit of the gradient is the eager gradient", compiled, slopes(inputs), 1e-12, () =>
    conditionNumber(slopes, inputs, seed),
  );
};

/** linearize(f, x)[1](v) = jvp(f, x, v)[1], to 1e-12, and both have the value, bit for bit. */
export const linearizeIsJvp: Law = ({ f, inputs, seed }) => {
  const vs = directions(inputs, seed + 1);
  const args = (...xs: NDArray[]): NDArray[] => [...f(xs)];
  const [value, push] = linearize(args, [...inputs]);
  const [primals, tangents] = jvp(args, [...inputs], vs);
  expectSameBits("linearize gives the value", value, primals);
  expectRounded("linearize is jvp", push(...vs), tangents, 1e-12, () =>
    conditionNumber((xs) => jvp(args, [...xs], vs)[1], inputs, seed),
  );
};

/** Without compilation a function gives the same, to 1e-12: loops run in JavaScript then, and add up cotangents one by one. */
export const disableJitIsNone: Law = ({ f, inputs, seed }) => {
  let uncompiled: Arrays;
  try {
    uncompiled = disableJit(() => f(inputs));
  } catch (error) {
    const hasNoTurns = error instanceof ArgumentError && error.message.includes("a loop of no turns");
    throw hasNoTurns ? new IllConditioned("a loop of no turns, which disableJit refuses") : error;
  }
  expectRounded("disableJit changes no value", uncompiled, f(inputs), 1e-12, () =>
    conditionNumber(f, inputs, seed),
  );
};

/** <vjp(f, x)[1](ct), v> = <ct, d/dt f(x + t v)>: reverse mode alone, against differences. */
export const pullbackIsDifference: Law = ({ f, inputs }) => {
  const args = (...xs: NDArray[]): NDArray[] => [...f(xs)];
  const fault = findGradientFault(args, [...inputs], { modes: ["rev"], order: 1 });
  if (fault === null) return;
  if (fault.kind !== "wrong") throw new IllConditioned(fault.kind);
  throw new LawViolation(errorOf(fault).message);
};

/** Those that hold of any program of the vocabulary. */
export const moreLaws: Readonly<Record<string, Law>> = {
  targetsAgree,
  eagerTargetsAgree,
  gradientTargetsAgree,
  gradientJitIsEager,
  linearizeIsJvp,
  disableJitIsNone,
};
