/**
 * What every primitive is lowered to, as the language of loops defines it, before any pass or target has seen it: nothing outside an array
 * or not yet written is read, and the results are those of the targets, bit for bit.
 */
import { describe, expect, test } from "vitest";
import { expandIntrinsics } from "../../src/compiler/intrinsics/expand.js";
import { lower } from "../../src/compiler/lower.js";
import { dtypes } from "../../src/ir/dtype.js";
import { CotangentError } from "../../src/ir/errors.js";
import { interpret } from "../../src/ir/interpret.js";
import type { Case } from "./case.js";
import { allCases } from "./cases/all.js";
import { eagerly, type Subject, subjectOf } from "./subject.js";

/** The subjects of the dtypes that the primitive takes. */
const subjectsOf = (case_: Case): readonly Subject[] =>
  dtypes.flatMap((dtype) => {
    try {
      return [subjectOf(case_, dtype)];
    } catch (error) {
      if (error instanceof CotangentError) return [];
      throw error;
    }
  });

describe.each(["tiles", "elements"] as const)("as %s", (schedule) => {
  test.each(allCases.flatMap((case_) => ("own" in case_ ? [] : [[case_.primitive.name, case_] as const])))(
    "%s",
    (_, case_) => {
      const subjects = subjectsOf(case_);
      expect(subjects.length).toBeGreaterThan(0);
      for (const subject of subjects) {
        const { program, outputs } = lower(subject.jaxpr, schedule);
        const inputs = subject.inputs.map((x) => x.concrete("the matrix").values);
        const computed = interpret(expandIntrinsics(program), inputs);
        const actual = outputs.map(({ kind, index }) => (kind === "buffer" ? computed : inputs)[index]);
        const expected = eagerly(subject).map((x) => x.dataSync());
        expect(actual, `${subject.name} of ${subject.dtype}`).toEqual(expected);
      }
    },
  );
});
