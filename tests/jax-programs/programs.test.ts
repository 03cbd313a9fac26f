/** Stored random programs against JAX's answers; `npm run fuzz:jax` makes and compares thousands, and needs Python. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { lookUp } from "../jax/calls.js";
import { evaluate, judge } from "./compare-case.js";
import { generate } from "./generate.js";
import { higherOrder } from "./higher-order.js";
import type { Answer } from "./jax-process.js";
import { type Case, callsOf } from "./program.js";
import { excused, publicNames } from "./uses.js";
import { vocabulary } from "./vocabulary/vocabulary.js";

interface Stored {
  readonly case: Case;
  readonly answer: Answer;
}

// What make-fixture.ts writes.
const stored = JSON.parse(
  gunzipSync(readFileSync(new URL("goldens/programs.json.gz", import.meta.url))).toString(),
) as readonly Stored[];

describe("a stored random program gives what JAX gives, in value, grad, jvp, vmap and vmap of grad, eagerly and jitted", () => {
  test.each(stored.map((each) => [`${each.case.index}`, each] as const))(
    "case %s",
    (_, { case: asked, answer }) => {
      const { differences, compared } = judge(evaluate(asked), answer);
      expect(differences).toEqual([]);
      expect(compared).toBeGreaterThan(0);
    },
  );
});

test("the stored programs hold every transformation and every loop", () => {
  const calls = new Set(stored.flatMap((each) => callsOf(each.case.program)));
  expect(Object.keys(higherOrder).filter((name) => !calls.has(name))).toEqual([]);
});

describe("the generator", () => {
  test("gives the same case for the same seed and index, and others for others", () => {
    const text = (seed: number, index: number): string => JSON.stringify(generate(seed, index));
    for (const index of [0, 1, 2, 3]) {
      expect(text(11, index)).toBe(text(11, index));
      expect(text(11, index)).not.toBe(text(12, index));
      expect(text(11, index)).not.toBe(text(11, index + 4));
    }
  });

  test("draws every public function, or says why not", () => {
    const drawn = new Set(vocabulary.map(({ name }) => name));
    expect(publicNames().filter((name) => !drawn.has(name) && excused[name] === undefined)).toEqual([]);
    expect(Object.keys(excused).filter((name) => drawn.has(name) || lookUp(name) === undefined)).toEqual([]);
  });
});
