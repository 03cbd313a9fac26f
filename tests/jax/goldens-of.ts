/** One test for each function of a golden file. */
import { describe, expect, test } from "vitest";
import type { Namespace } from "./golden-rows.js";
import { differences } from "./held-to-jax.js";
import { readRows } from "./read-rows.js";

/** `share` of `of`: every of-th function, so that several files divide a namespace between them. */
export function goldensOf(namespace: Namespace, share = 0, of = 1): void {
  const rows = Object.entries(readRows(namespace)).filter((_, k) => k % of === share);
  describe(`${namespace} is JAX's, in value, vjp, jvp, vmap and under jit`, () => {
    test.each(rows)("%s", (name, cases) => {
      const found = differences(name, cases);
      expect(
        found,
        `${found.length} differences in ${cases.length} rows of ${name}\n${found.join("\n")}\n`,
      ).toEqual([]);
    });
  });
}
