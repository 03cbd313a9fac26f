/** What a run ends with: the picture, samples and scores as the contents of files. */
import { type NDArray, vmap } from "cotangent";
import { encodePoints, scalingMaps } from "cotangent/ebm";
import type { Config } from "./config.js";
import { names } from "./folder.js";
import type { Input } from "./input.js";
import type { EnergyOf, Judge } from "./judge.js";
import type { Row } from "./metrics.js";
import { drawPicture, renderPng } from "./picture.js";
import type { Verdict } from "./verdict.js";

export interface Ended {
  readonly config: Config;
  readonly input: Input;
  /** Steps taken. */
  readonly step: number;
  /** Of the last steps, or of all. */
  readonly rows: readonly Row[];
  readonly judge: Judge | null;
  readonly energy: EnergyOf;
  /** In scaled units: f32[n, d] */
  readonly samples: NDArray;
  readonly verdict: Verdict;
}

type Output = readonly [name: string, content: string | Uint8Array];

/** Points of each kind that the picture shows at most. */
const drawn = 3000;

export function outputsOf({
  config,
  input,
  step,
  rows,
  judge,
  energy,
  samples,
  verdict,
}: Ended): readonly Output[] {
  const { forward, backward } = scalingMaps(input.scaling);
  const inOwnUnits = backward(samples);
  const svg = drawPicture({
    title: `The learned energy of ${input.title}`,
    subtitle: subtitleOf(config, step),
    caption: verdict.caption,
    names: input.names,
    data: input.points,
    samples: inOwnUnits,
    drawn,
    density:
      input.names.length > 2 ? null : (points) => vmap(energy)(forward(points)).astype("float64").neg(),
    ...curvesOf(rows, judge),
  });
  return [
    [names.samples, encodePoints(input.names, inOwnUnits)],
    [names.scores, `${verdict.lines.join("\n")}\n`],
    [names.svg, svg],
    [names.png, renderPng(svg)],
  ];
}

function subtitleOf(config: Config, steps: number): string {
  const { iterations, negatives, chains, batch, hops, langevinSteps, firstStep, lastStep, metropolis, seed } =
    config;
  const count =
    steps < iterations ? `stopped at ${steps} of ${iterations} iterations` : `${iterations} iterations`;
  const walk = `${hops > 0 ? `${hops} hops and ` : ""}${langevinSteps} ${metropolis ? "corrected" : "plain"} Langevin steps`;
  const walkers =
    negatives === "persistent"
      ? `${chains} persistent chains`
      : negatives === "data"
        ? `${batch} chains from data`
        : `${chains} chains from noise`;
  return `${count}, ${walkers}, ${walk} from ${firstStep} to ${lastStep}, seed ${seed}`;
}

function curvesOf(rows: readonly Row[], judge: Judge | null) {
  const step = rows.map((row) => row.step);
  const column = (name: keyof Row): number[] => rows.map((row) => row[name]);
  const scored = rows.filter(({ score }) => !Number.isNaN(score));
  const rates = [
    { name: "hops", value: column("acceptHops") },
    { name: "first", value: column("acceptFirst") },
    { name: "middle", value: column("acceptMiddle") },
    { name: "last", value: column("acceptLast") },
  ];
  return {
    curves: {
      step,
      dataEnergy: column("dataEnergy"),
      sampleEnergy: column("sampleEnergy"),
      loss: column("loss"),
    },
    scores:
      judge === null || scored.length === 0
        ? null
        : {
            name: judge.name,
            values: scored.map((row) => ({ step: row.step, mean: row.score, standardError: row.scoreError })),
          },
    acceptance: rates
      .filter(({ value }) => value.some((rate) => !Number.isNaN(rate)))
      .map(({ name, value }) => ({ name, step, value })),
  };
}
