/** Functions that rows are given: as functions, and as code. */
import type { NDArray } from "../../autodiff/array.js";
import { type Interval, runProgram } from "../program.js";
import type { Body } from "./draft.js";

/** The body as a function of its parameters, given the values it closes over. */
export const callOf =
  ({ program }: Body, captured: readonly NDArray[]) =>
  (...parameters: NDArray[]): NDArray =>
    runProgram(program, [...parameters, ...captured])[0];

/** `body(c, x, v3)` */
export const callText = (f: string, parameters: readonly string[], captured: readonly string[]): string =>
  `${f}(${[...parameters, ...captured].join(", ")})`;

/** `(a: NDArray) => body(a, v3)` */
export const functionText = (f: string, captured: readonly string[]): string =>
  `(a: NDArray) => ${callText(f, ["a"], captured)}`;

/** What a body that keeps its type gives. */
export const kept: Interval = [-1.5, 1.5];
/** Derivatives: nothing is known of their size. */
export const unbounded: Interval = [-1e3, 1e3];
