/** Every mistake is answered with an error of the right class, and with these words. */
import { describe, expect, test } from "vitest";
import { rowsByArea } from "./rows/index.js";
import { thrownBy } from "./thrown.js";

describe.each(Object.entries(rowsByArea))("%s:", (_, rows) => {
  test.each(rows)("%s", (_title, run, kind, message) => {
    const { name, message: said } = thrownBy(run);
    expect(`${name}: ${said}`).toBe(`${kind}: ${message}`);
  });
});
