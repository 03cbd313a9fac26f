/**
 * Groups of many shapes at once, more than stay open: what a group comes to depend on after another was closed, and what reads an
 * array that is then written over.
 */
import { makeJaxpr, type NDArray, numpy as np } from "cotangent";
import { expect, test } from "vitest";
import { closeConstvars, type Jaxpr } from "../../../src/autodiff/jaxpr.js";
import { eqnsOf, fuse } from "../../../src/compiler/fuse.js";
import { generator } from "../random-program.js";

/** Every equation once, after all it reads, and an array's readers before what writes over it. */
function expectOrder(jaxpr: Jaxpr): void {
  const order = fuse(jaxpr).flatMap(eqnsOf);
  expect(new Set(order).size).toBe(jaxpr.eqns.length);
  const bound = new Set<unknown>(jaxpr.invars);
  const overwritten = new Set<unknown>();
  for (const eqn of order) {
    for (const operand of eqn.operands) {
      if (operand.kind === "literal") continue;
      if (!bound.has(operand)) throw new Error(`${eqn.primitive.name} comes before what it reads`);
      expect(overwritten.has(operand), "read after it was written over").toBe(false);
    }
    const { lower } = eqn.primitive;
    if (lower.kind === "nest" && lower.inPlace !== undefined) overwritten.add(eqn.operands[lower.inPlace]);
    for (const out of eqn.outs) bound.add(out);
  }
}

const jaxprOf = (f: (x: NDArray) => NDArray): Jaxpr => closeConstvars(makeJaxpr(f)(np.ones([80])).jaxpr);

test("units come after what they read, however many shapes take turns", () => {
  for (let seed = 0; seed < 40; seed++) {
    const jaxpr = jaxprOf((x) => {
      const random = generator(seed);
      const values: NDArray[] = [x];
      for (let i = 0; i < 300; i++) {
        const value = values[Math.floor(random() ** 0.6 * values.length)];
        const size = 1 + Math.floor(random() * Math.min(70, value.shape[0]));
        const part = value.slice([0, size]);
        const others = values.filter((other) => other.shape[0] === size);
        const other = others[Math.floor(random() * others.length)];
        values.push(other === undefined || random() < 0.3 ? part.mul(2) : part.add(other));
        if (random() < 0.2) values.push(x.mul(values[values.length - 1].sum()));
      }
      return values.reduce((total, value) => total.add(value.sum()), np.zeros([]));
    });
    expect(new Set(jaxpr.eqns.map(({ outs }) => outs[0].aval.shape.join())).size).toBeGreaterThan(30);
    expectOrder(jaxpr);
  }
});

test("an update in place comes after every reader of the old value, however many there are", () => {
  expectOrder(
    jaxprOf((x) => {
      const old = x.mul(2);
      const early = x.slice([0, 7]).mul(3);
      let total = early.sum();
      for (let i = 0; i < 100; i++) total = total.add(old.sum());
      // Of the shape of `early`, whose loop would be the place for it.
      const late = old.at(0).set(5).slice([0, 7]).mul(3);
      return total.add(late.sum());
    }),
  );
});
