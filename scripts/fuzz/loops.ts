/** Random LoopIR programs: what the targets make of them, all passes on, against the interpreter. */
import type { Program } from "../../src/ir/loop-ir.js";
import { showProgram } from "../../src/ir/print-loops.js";
import { randomLoop } from "../../tests/compiler/random-loop.js";
import { randomProgram } from "../../tests/compiler/random-program.js";
import { type LoopCheckName, type LoopSubject, loopChecks, meaningOf } from "../../tests/fuzz/loop-checks.js";
import type { Choices } from "../../tests/jax-programs/random-choices.js";
import { inComment, testText } from "./as-test.js";
import { type Case, type Kind, likeness, messageOf, numberFrom, type Origin } from "./case.js";
import { loopCode } from "./loop-code.js";
import { withMeaning } from "./loop-kinds.js";
import { shrunkLoops } from "./shrink-loops.js";

export const loopKind: Kind = { name: "loops", weight: 16, draw };

const checkNames = Object.keys(loopChecks) as LoopCheckName[]; // the keys of a record of ours
/** About lanes, and what is left over of them. */
const extents = [1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 21, 31, 33];

function draw(choices: Choices, origin: Origin): Case {
  const check = choices.oneOf(checkNames);
  const seed = numberFrom(choices);
  const wide = choices.chance(0.5);
  const long = choices.chance(0.05) ? 40 : choices.integer(1, 8);
  const subject: LoopSubject = wide
    ? { ...randomLoop(seed, choices.oneOf(extents)), parameters: [] }
    : meaningful(randomProgram(seed, long));
  const uses = statementsIn(subject.program);
  return {
    kind: "loops",
    check,
    operations: [...uses.values()].reduce((sum, times) => sum + times, 0),
    uses,
    show: () => showProgram(subject.program),
    judge: () => {
      loopChecks[check](subject);
      return subject.program.outputs.length;
    },
    shrunk: (error) => {
      let last = error;
      const fails = (candidate: LoopSubject): boolean => {
        try {
          meaningOf(candidate);
        } catch {
          return false;
        }
        try {
          loopChecks[check](candidate);
        } catch (other) {
          if (likeness(other) !== likeness(error)) return false;
          last = other;
          return true;
        }
        return false;
      };
      const small = shrunkLoops(subject, fails);
      const message = messageOf(last);
      const test = testText({
        origin,
        finding: `${check}: ${inComment(message)}`,
        imports: [
          `import { ${check} } from "../fuzz/loop-checks.js";`,
          'import type { Program } from "../../src/ir/loop-ir.js";',
        ],
        definitions: loopCode(small),
        title: `${check} holds of a program of loops`,
        statement: `${check}({ program, inputs, parameters });`,
        typed: true,
      });
      return { message: `${message}\n${showProgram(small.program)}`, test };
    },
  };
}

const meaningful = (subject: LoopSubject): LoopSubject => ({
  ...subject,
  program: withMeaning(subject.program),
});

/** How often each kind of statement and each operation stands in the program. */
function statementsIn(program: Program): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const seen = new Set<object>();
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || seen.has(value)) return;
    seen.add(value);
    if ("kind" in value && typeof value.kind === "string") {
      const key = `statement ${value.kind}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    for (const each of Object.values(value)) visit(each);
  };
  visit(program.body);
  return counts;
}
