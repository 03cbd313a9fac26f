/** A process that runs the cases it is sent. */
import "../../src/testing/index.js";
import { messageOf } from "./case.js";
import { kinds } from "./kinds.js";
import type { Report, Work } from "./messages.js";
import { runCase } from "./run-case.js";
import { emptyTally, type Tally, tallied } from "./tally.js";

const tell = (report: Report): void => {
  process.send?.(report);
};

process.on("message", (work: Work) => {
  let tally: Tally = emptyTally;
  for (let index = work.from; index < work.to; index++) {
    tell({ type: "at", index });
    const origin = { seed: work.seed, index };
    try {
      const { drawn, ending, failing } = runCase(kinds, origin, () => tell({ type: "shrinking" }));
      tally = tallied(tally, drawn, ending);
      if (failing !== null) tell({ type: "found", found: { ...origin, ...failing, kind: drawn.kind } });
    } catch (error) {
      const message = `drawing the case failed: ${messageOf(error)}`;
      tell({ type: "found", found: { ...origin, kind: "generator", message, test: "" } });
    }
  }
  tell({ type: "done", tally, megabytes: process.memoryUsage().rss / 1e6 });
});
