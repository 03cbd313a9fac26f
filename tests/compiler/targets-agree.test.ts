/** A few of what `npm run compare:targets` compares whole. */
import { expect, test } from "vitest";
import { namespaces } from "../jax/golden-rows.js";
import { goldenRowsAgree, randomProgramAgrees, together, trainingAgrees } from "./targets-agree.js";

test.each(namespaces)("golden rows of %s give the same bits on js and on wasm", (namespace) => {
  const { compared, differences } = goldenRowsAgree(namespace, 97);
  expect(differences).toEqual([]);
  expect(compared).toBeGreaterThan(0);
});

test("random programs give the same bits on js and on wasm, in value, grad, jvp, vmap and vmap of grad", () => {
  const { compared, differences } = together(Array.from({ length: 25 }, (_, i) => randomProgramAgrees(5, i)));
  expect(differences).toEqual([]);
  expect(compared).toBeGreaterThan(100);
});

test("training an energy gives the same parameters on js and on wasm", () => {
  const { compared, differences } = trainingAgrees(2);
  expect(differences).toEqual([]);
  expect(compared).toBeGreaterThan(4);
});
