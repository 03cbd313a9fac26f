/** Our jaxprs beside those that JAX 0.10.2 prints for the same programs (make_jax_jaxprs.py). */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { canonicalNames, type Difference, differences, oneLine } from "./differences.js";
import { type ProgramName, programs } from "./programs.js";

const goldens: { readonly jaxprs: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync(new URL("./goldens/jax.json", import.meta.url), "utf8"),
);

const isProgram = (name: string): name is ProgramName => name in programs;

const rows = Object.entries(goldens.jaxprs).map(([name, jax]) => {
  if (!isProgram(name)) throw new Error(`goldens/jax.json has ${name}, programs.ts has not`);
  const explained: readonly Difference[] | undefined = differences[name];
  if (explained === undefined) throw new Error(`differences.ts does not speak of ${name}`);
  return { name, jax, explained };
});

describe("the jaxpr is JAX's, the differences in differences.ts aside", () => {
  test.each(rows)("$name", ({ name, jax, explained }) => {
    const rewritten = explained.reduce((text, { rewrite, why }) => {
      const next = rewrite(text);
      expect(next, `"${why}" changes nothing`).not.toBe(text);
      return next;
    }, oneLine(jax));
    expect(canonicalNames(oneLine(String(programs[name]())))).toBe(canonicalNames(rewritten));
  });

  test.each(rows.filter(({ explained }) => explained.length === 0))(
    "$name: to the letter",
    ({ name, jax }) => {
      expect(String(programs[name]())).toBe(jax);
    },
  );
});
