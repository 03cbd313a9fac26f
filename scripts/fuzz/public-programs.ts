/** Random programs of all public functions in all dtypes: targets, compilation, batching and modes against each other. */
import { type PublicCheckName, type PublicSubject, publicChecks } from "../../tests/fuzz/public-checks.js";
import { programCode } from "../../tests/jax-programs/as-code.js";
import type { StyleName } from "../../tests/jax-programs/draft.js";
import { generate } from "../../tests/jax-programs/generate.js";
import { higherOrder } from "../../tests/jax-programs/higher-order.js";
import { toFunction } from "../../tests/jax-programs/interpret.js";
import { callsOf, type Case as Program } from "../../tests/jax-programs/program.js";
import { type ArraysFunction, pointOf, quantityNames } from "../../tests/jax-programs/quantities.js";
import type { Choices } from "../../tests/jax-programs/random-choices.js";
import { smallestAtOnce } from "../../tests/jax-programs/shrink.js";
import { type Case, count, isIllConditioned, type Kind, messageOf, type Origin } from "./case.js";
import { callsJit, pointCode, publicTest } from "./public-test.js";

export const publicKind: Kind = { name: "public functions", weight: 12, draw };

const checks: readonly PublicCheckName[] = [
  "targetsAgree",
  "targetsAgree",
  "eagerTargetsAgree",
  "jitIsEager",
  "vmapIsLoop",
  "modesAgree",
];
const styleNames: readonly StyleName[] = ["plain", "plain", "odd", "odd", "deep", "deep"];
const triesAtMost = 150;

function draw(choices: Choices, origin: Origin): Case {
  const style = choices.chance(0.02) ? "large" : choices.oneOf(styleNames);
  const check = choices.oneOf(checks);
  const quantity = check === "vmapIsLoop" || check === "modesAgree" ? "value" : choices.oneOf(quantityNames);
  const program = generate(origin.seed, origin.index, 0, style);
  const uses = new Map<string, number>();
  const calls = callsOf(program.program);
  count(
    uses,
    "function",
    calls.filter((name) => !(name in higherOrder)),
  );
  count(
    uses,
    "transformation",
    calls.filter((name) => name in higherOrder && name !== "apply"),
  );
  const judge = (asked: Program): number => publicChecks[check](subjectOf(asked), quantity);
  return {
    kind: "public functions",
    check: quantity === "value" ? check : `${check} of ${quantity}`,
    operations: calls.length,
    uses,
    show: () => `${style}: ${quantity} of\n${programCode(program)}\n${pointCode(program)}`,
    judge: () => judge(program),
    shrunk: (error) => {
      const difference = (asked: Program): string | null => {
        try {
          judge(asked);
        } catch (other) {
          return isIllConditioned(other) ? null : messageOf(other);
        }
        return null;
      };
      const small = smallestAtOnce(program, messageOf(error), difference, triesAtMost);
      return publicTest(small.asked, small.difference, check, quantity, origin);
    },
  };
}

const subjectOf = (asked: Program): PublicSubject => ({
  // A program's result is a list of values.
  f: toFunction(asked.program) as ArraysFunction,
  point: pointOf(asked),
  wide: asked.wide,
  callsJit: callsJit(asked),
});
