/**
 * npm start: trains an energy-based model on points of the plane, 8 gaussians or a file of yours, prints the loss as it
 * goes, and draws the energy with the data and with samples of the model. `npm start -- --help` lists the options.
 */
import { basename, join } from "node:path";
import { type NDArray, optim, random } from "cotangent";
import {
  contrastiveDivergence,
  dataSets,
  eightGaussiansCentres,
  explainPointsFault,
  initialState,
  mlpEnergy,
  occupancy,
  restore,
  type Standardization,
  standardization,
  standardize,
  train,
  trainStep,
} from "cotangent/ebm";
import { geometric, langevinSampling } from "cotangent/sampling";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { energyGrid } from "./train/contours.js";
import { decodeOptions, type Options } from "./train/options.js";
import { drawPicture, frameAround } from "./train/picture.js";
import { progress } from "./train/progress.js";
import { type Complaint, inFile, readPoints } from "./train/read-points.js";
import { ensureFolder, writeAtomically } from "./train/write-atomically.js";

/** Where the points come from, the points, and how to make their variance 1. */
interface Input {
  readonly name: string;
  readonly points: NDArray;
  readonly units: Standardization;
}

/** Energies have left the numbers: step sizes or the learning rate were too large. */
class Diverged extends Error {
  constructor(iteration: number) {
    super(
      `training diverged at iteration ${iteration}: the loss is not finite; ` +
        "lower --first-step or --learning-rate",
    );
  }
}

/** Rows of a built-in data set. */
const builtInRows = 10_000;

const pointsOf = (options: Options, key: random.Key): TE.TaskEither<Complaint, Input> => {
  const { data: file, dataset: name } = options;
  const found = file === undefined ? TE.right(dataSets[name](key, builtInRows)) : readPoints(file);
  const explain = file === undefined ? explainPointsFault : inFile(file);
  return pipe(
    found,
    TE.chainEitherK((points) =>
      pipe(
        standardization(points),
        E.bimap(explain, (units) => ({ name: file ?? name, points, units })),
      ),
    ),
  );
};

/** Trains, samples and draws. Everything random comes from the seed, so the same options give the same picture. */
function run(options: Options, { name, points, units }: Input, key: random.Key): string {
  const { iterations, batch, steps, firstStep, lastStep, learningRate, alpha } = options;
  const [trainingKey, startsKey, samplesKey] = random.split(key, 3);

  const { init, energy } = mlpEnergy();
  const training = {
    init,
    energy,
    alpha,
    batchSize: batch,
    optimizer: optim.adam(optim.cosineDecay(learningRate, iterations), { b1: 0 }),
    negatives: contrastiveDivergence({ steps, stepSize: geometric(firstStep, lastStep, steps) }),
  };
  const bar = progress(iterations);
  const { params } = pipe(
    initialState(trainingKey, training),
    train(trainStep(training), standardize(units)(points), {
      iterations,
      onStep: ({ iteration, metrics }) => {
        bar.report(iteration, metrics);
        if (!Number.isFinite(metrics.loss.item())) throw new Diverged(iteration);
      },
    }),
  );
  bar.stop();

  const starts = random.normal(startsKey, [options.samples, 2]).mul(1.5);
  const samples = pipe(
    langevinSampling(samplesKey, (y) => energy(params, y), starts, finalSampling),
    restore(units),
  );
  if (name === "8gaussians") console.log(`share of samples by mode: ${shares(samples)}`);

  const { mean, sd } = units;
  const energyOf = (x: NDArray): NDArray => energy(params, x.sub(mean).div(sd).astype("float32"));
  return drawPicture({
    title: `The learned energy of ${basename(name)}`,
    subtitle: `${iterations} iterations, ${steps} Langevin steps from ${firstStep} to ${lastStep}, ${batch} chains, seed ${options.seed}`,
    grid: energyGrid(energyOf, frameAround(points)),
    data: points,
    drawn: options.samples,
    samples,
  });
}

/** From wide noise: long enough that every chain falls into a well and settles there. */
const finalSampling = { steps: 100, stepSize: geometric(0.02, 0.0005, 100) };

const shares = (samples: NDArray): string =>
  Array.from(occupancy(samples, eightGaussiansCentres()).dataSync(), (p) => `${(100 * p).toFixed(1)}%`).join(
    " ",
  );

const main = (options: Options): TE.TaskEither<Complaint, string> => {
  const [dataKey, runKey] = random.split(random.key(options.seed));
  const file = join(options.out, "picture.svg");
  return pipe(
    pointsOf(options, dataKey),
    TE.chainFirst(() => ensureFolder(options.out)),
    TE.chainEitherK((input) => E.tryCatch(() => run(options, input, runKey), divergence)),
    TE.chain((picture) => writeAtomically(file, picture)),
    TE.map(() => file),
  );
};

/** Divergence is a complaint; any other error is a fault of the program and goes on. */
const divergence = (error: unknown): Complaint => {
  if (error instanceof Diverged) return error.message;
  throw error;
};

/** Says the one line that there is to say, and ends with exit code 2. */
const complain = (message: Complaint): void => {
  console.error(`train: ${message}`);
  process.exitCode = 2;
};

const decoded = decodeOptions(process.argv.slice(2));
if (E.isRight(decoded)) {
  const outcome = await main(decoded.right)();
  if (E.isRight(outcome)) console.log(`wrote ${outcome.right}`);
  else complain(outcome.left);
} else if (decoded.left.kind === "fault") complain(decoded.left.message);
