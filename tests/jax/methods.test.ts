/** The methods of arrays are numpy's functions: the rows of those functions hold for them. */
import { NDArray } from "cotangent";
import { describe, expect, test } from "vitest";
import { isEncodedArray } from "./encoding.js";
import { valueDifferences } from "./held-to-jax.js";
import { readRows } from "./read-rows.js";

/** Methods with other names than numpy's functions. */
const renamed: Readonly<Record<string, string>> = {
  sub: "subtract",
  mul: "multiply",
  div: "divide",
  pow: "power",
  neg: "negative",
  flatten: "ravel",
  T: "transpose",
};

/** What is no function of numpy: reading values, and indexing, whose rows are `index`'s own. */
const own = [
  "constructor",
  "shape",
  "dtype",
  "weakType",
  "ndim",
  "size",
  "js",
  "jsAsync",
  "blockUntilReady",
  "item",
  "dataSync",
  "data",
  "slice",
  "at",
];

const rows = readRows("numpy");
const methods = Object.getOwnPropertyNames(NDArray.prototype).filter((name) => !own.includes(name));

describe("as a method", () => {
  test.each(methods)("x.%s is numpy's", (method) => {
    const given = (rows[`numpy.${renamed[method] ?? method}`] ?? []).filter(
      ({ args }) => isEncodedArray(args[0]) && (method !== "T" || args.length === 1),
    );
    const found = valueDifferences(`method.${method}`, given);
    expect(found, found.join("\n")).toEqual([]);
    expect(given.length).toBeGreaterThan(method === "T" ? 2 : 10);
  });
});
