import { checkJaxpr } from "cotangent";
import { describe, expect, test } from "vitest";
import { programs } from "./programs.js";

const fileName = (name: string): string => `./snapshots/${name.replaceAll(" ", "-")}.txt`;

describe.each(Object.entries(programs))("the jaxpr of %s", (name, jaxpr) => {
  test("has the committed text", async () => {
    await expect(`${jaxpr()}\n`).toMatchFileSnapshot(fileName(name));
  });

  test("passes the type checker", () => {
    const { jaxpr: traced } = jaxpr();
    expect(checkJaxpr(traced)).toBe(traced);
  });
});
