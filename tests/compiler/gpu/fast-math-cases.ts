/** Elementary functions under fastMath, on cards the drivers' own, and how far those may be off. */
import { jit, type NDArray, nn, numpy as np, random } from "cotangent";

export interface FastCase {
  readonly name: string;
  readonly f: (x: NDArray) => NDArray;
  /** What WGSL promises, relative to the larger of 1 and the value: 2^-11 of sines, a few roundings of the others. */
  readonly tolerance: number;
}

const sines = 2 ** -11;
const rounded = 2 ** -19;

export const fastCases: readonly FastCase[] = [
  { name: "sin", f: np.sin, tolerance: sines },
  { name: "cos", f: np.cos, tolerance: sines },
  { name: "tan", f: (x) => np.tan(x.div(3)), tolerance: 4 * sines },
  { name: "exp", f: (x) => np.exp(x.neg()), tolerance: rounded },
  { name: "log", f: (x) => np.log(np.abs(x).add(0.01)), tolerance: rounded },
  { name: "tanh", f: np.tanh, tolerance: rounded },
  { name: "tanh far out", f: (x) => np.tanh(x.mul(100)), tolerance: rounded },
  { name: "logistic", f: nn.sigmoid, tolerance: rounded },
  { name: "logistic far out", f: (x) => nn.sigmoid(x.mul(100)), tolerance: rounded },
];

export const fastPoints = (): NDArray => random.normal(random.key(7), [400]);

/** The elements that a case gives on a target. */
export const fastAnswer = async ({ f }: FastCase, target: string): Promise<readonly number[]> =>
  Array.from(await jit(f, { target, fastMath: true })(fastPoints()).data());

/** A line for each element that is further off than the tolerance. */
export const tooFarOff = ({ name, tolerance }: FastCase, got: readonly number[], exact: readonly number[]) =>
  exact.flatMap((value, i) =>
    Math.abs(got[i] - value) <= tolerance * Math.max(1, Math.abs(value))
      ? []
      : [`${name}[${i}] is ${got[i]}, not ${value}`],
  );
