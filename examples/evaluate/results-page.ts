/** Outcomes as a page of Markdown. Nothing in it depends on the clock: the same scores give the same page. */
import { dataSets } from "cotangent/ebm";
import type { DataSetName } from "../train/input.js";
import type { Job, Outcome } from "./job.js";

export function resultsPage(outcomes: readonly Outcome[], iterations: number): string {
  const sets = [...new Set(outcomes.map(({ job }) => job.set))];
  const scores = (set: DataSetName, way: Job["way"]): readonly number[] =>
    outcomes.flatMap(({ job, score }) => (job.set === set && job.way === way ? [score.mean] : []));
  const plain = sets.filter((set) => scores(set, "plain").length > 0);
  const errors = outcomes.map(({ score }) => score.standardError).filter(Number.isFinite);
  return `# How well it learns

Made by \`npm run evaluate\`. KL(data || model) in nats: 0 is perfect. ${iterations.toLocaleString("en")} training steps, scored on
20,000 points that were not trained on, by log Z from quadrature; standard errors of single scores are at most
${Math.max(...errors).toFixed(4)}. Seeds change the data, the parameters at the start, the batches and the chains.

The floor is what the same network learns in as many steps from exact gradients, log Z summed over a grid instead of chains. The
ratio says what chains cost.

| data set | entropy | KL, mean | worst | each seed | floor, mean | each seed | ratio |
|---|---|---|---|---|---|---|---|
${sets.map((set) => row(set, scores(set, "default"), scores(set, "exact"))).join("\n")}

## The article's plain way

Annealed Langevin steps from the data, without a correction and without hops: \`npm start -- --recipe plain --iterations ${iterations}\`.

| data set | KL, mean | worst | each seed |
|---|---|---|---|
${plain.map((set) => `| ${set} | ${summary(scores(set, "plain"))} |`).join("\n")}
`;
}

const row = (set: DataSetName, chains: readonly number[], exact: readonly number[]): string =>
  `| ${set} | ${dataSets[set].entropy.toFixed(4)} | ${summary(chains)} | ${nats(mean(exact))} | ${listed(exact)} ` +
  `| ${(mean(chains) / mean(exact)).toFixed(2)} |`;

const summary = (scores: readonly number[]): string =>
  `${nats(mean(scores))} | ${nats(Math.max(...scores))} | ${listed(scores)}`;

const mean = (scores: readonly number[]): number => scores.reduce((sum, x) => sum + x, 0) / scores.length;
const nats = (score: number): string => score.toFixed(4);
const listed = (scores: readonly number[]): string => scores.map(nats).join(" ");
