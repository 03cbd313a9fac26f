/** The options of `npm run bench`. */
import { Command, InvalidArgumentError } from "commander";
import { workloads } from "../workloads/workload.js";
import { contenders } from "./contenders.js";

export interface Options {
  /** A line of JSON for each workload and contender, before the tables. */
  readonly json: boolean;
  /** Workloads, by id or by the first word of it: W5 is all three forms. */
  readonly only: readonly string[];
  readonly targets: readonly string[];
  /** Few short rounds: to see that all works. */
  readonly quick: boolean;
  /** Replaces the tables in docs/performance.md. */
  readonly write: boolean;
}

const listOf =
  (names: readonly string[]) =>
  (text: string): readonly string[] => {
    const chosen = text.split(",").map((name) => name.trim());
    const unknown = chosen.find((name) => !names.includes(name));
    if (unknown === undefined) return chosen;
    throw new InvalidArgumentError(`there is no ${unknown}; there are ${names.join(", ")}.`);
  };

const firstWord = (id: string): string => id.split(" ")[0];
const workloadNames = [...new Set(workloads.flatMap(({ id }) => [firstWord(id), id]))];
const contenderNames = contenders.map(({ name }) => name);

/** The arguments after the script's name -> options. Faults and `--help` end the process with a line. */
export function decodeOptions(args: readonly string[]): Options {
  return new Command("npm run bench --")
    .description(
      "Times our targets, the peers and the yardstick in C on the same work, after comparing their answers.",
    )
    .option("--json", "a line of JSON for each workload and contender, then the tables", false)
    .option("--only <W1,W8,...>", "these workloads", listOf(workloadNames), workloadNames)
    .option("--targets <js,wasm,...>", "these contenders", listOf(contenderNames), contenderNames)
    .option("--quick", "few short rounds, to see that all works", false)
    .option("--write", "put the tables into docs/performance.md", false)
    .addHelpText(
      "after",
      `\nContenders: ${contenderNames.join(", ")}.\nA script of bench/: npm run bench -- bench/memory.ts`,
    )
    .allowExcessArguments(false)
    .parse([...args], { from: "user" })
    .opts<Options>();
}

/** Whether `--only` names a workload. */
export const isChosen = (only: readonly string[], id: string): boolean =>
  only.includes(id) || only.includes(firstWord(id));
