/** All passes in their order: what came out of them goes through them unseen. */
import { lax, type NDArray, numpy as np } from "cotangent";
import { expect, test } from "vitest";
import { subJaxprsOf } from "../../../src/compiler/simplify/pass.js";
import { simplify } from "../../../src/compiler/simplify/simplify.js";
import { linesOf, traced } from "./text.js";

const vector = np.array([1, 2, 3]);

test("what came out is simple: it is its own simplification, and so is the body of each of its loops", () => {
  const f = (w: NDArray, x: NDArray) =>
    lax.scan((c: NDArray) => [c.mul(1).add(np.sin(w)), c.neg().neg()], x, null, { length: 3 });
  const jaxpr = traced((w, x) => f(w, x), vector, vector);
  for (const schedule of ["tiles", "elements"] as const) {
    const simple = simplify(jaxpr, schedule);
    expect(linesOf(simple)).not.toEqual(linesOf(jaxpr));
    expect(simplify(simple, schedule)).toBe(simple);
    const bodies = simple.eqns.flatMap(subJaxprsOf);
    expect(bodies).toHaveLength(1);
    for (const body of bodies) expect(simplify(body, schedule)).toBe(body);
  }
});
