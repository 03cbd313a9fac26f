/** Nothing that can stand in a jaxpr is left out of the matrix. */
import { expect, test } from "vitest";
import { firstOrderPrimitives } from "../../src/autodiff/primitives/registry.js";
import "../../src/index.js";
import { allCases } from "./cases/all.js";
import { exportedPrimitives, hiddenPrimitives } from "./primitives.js";

const names = allCases.map(({ primitive }) => primitive.name);

test("every primitive has a case, and every case is of a primitive", async () => {
  const found = [...(await exportedPrimitives()).keys()];
  expect(found.filter((name) => !names.includes(name))).toEqual([]);
  expect(names.filter((name) => !found.includes(name))).toEqual([]);
});

test("a primitive has one case", () => {
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});

test("no primitive hides in a module", () => {
  expect(hiddenPrimitives()).toEqual([]);
});

test("every primitive of the registry has a case", () => {
  expect(firstOrderPrimitives.map(({ name }) => name).filter((name) => !names.includes(name))).toEqual([]);
});
