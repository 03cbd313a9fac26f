/** A set-up file of vitest, for runs that look at what test files reach: writes it down after each. */
import { writeFileSync } from "node:fs";
import { afterAll } from "vitest";
import { evaluatedSites } from "./instrument.js";

afterAll(() => {
  const to = process.env["MUTATE_HITS"];
  if (to === undefined) throw new Error("MUTATE_HITS names the file to write to");
  const hits = Object.entries(globalThis.$hits ?? {});
  const reached = Object.fromEntries(hits.map(([file, bytes]) => [file, evaluatedSites(bytes)]));
  writeFileSync(to, JSON.stringify(reached));
});
