/** The value: eager against plain JavaScript; and jit against eager, bit for bit. */
import type { Runs } from "../runs.js";
import { placeOf } from "../subject.js";
import { BrokenLaw, expectBits, expectPlain } from "./comparison.js";

/** What runs eagerly on the target is what plain JavaScript gives. */
export function valueIsPlain({ subject, eager }: Runs): void {
  const { case_, examples, inputs, starts, dtype } = subject;
  const ulps = dtype === "float64" || dtype === "float32" ? (case_.ulps?.[dtype] ?? 0) : 0;
  const expected = examples.flatMap(({ value, operands }, i) => [
    ...value(inputs.slice(starts[i], starts[i] + operands.length)),
  ]);
  const outs = eager();
  if (outs.length !== expected.length)
    throw new BrokenLaw(`${outs.length} outputs, and ${expected.length} plain ones`);
  outs.forEach((out, i) => {
    expectPlain(placeOf(subject, i), out, expected[i], ulps);
  });
}

/** One program of all examples gives the bits that its equations give one by one. */
export function jitIsEager({ subject, eager, value }: Runs): void {
  const plain = eager();
  value(subject.inputs).forEach((out, i) => {
    expectBits(placeOf(subject, i), out, plain[i]);
  });
}
