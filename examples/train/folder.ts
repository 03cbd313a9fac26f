/** The folder of a run: what is written there while it goes on, and how a run is found again. */
import { realpath, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  type Checkpoint,
  decodeCheckpoint,
  decodeCheckpointMetadata,
  encodeCheckpoint,
  explainCheckpointFault,
} from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { type Config, decodeConfig, encodeConfig } from "./config.js";
import { claimFolder, ensureFolder, readBytes, removeLeftovers, writeAtomically } from "./files.js";
import { columns, numbersOf, type Row, rowFrom } from "./metrics.js";
import { appendMetrics, resumeMetrics, startMetrics } from "./metrics-file.js";
import type { Complaint } from "./reason.js";

export const names = {
  checkpoint: "checkpoint.safetensors",
  metrics: "metrics.csv",
  config: "config.json",
  samples: "samples.csv",
  svg: "picture.svg",
  png: "picture.png",
  scores: "scores.txt",
} as const;

/** A checkpoint of more bytes than this is none of ours. */
const mostBytes = 2 ** 31;

/** What a folder knows of a run that began earlier. */
export interface Found {
  readonly folder: string;
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly config: Config;
}

/** The checkpoint in a folder, or the file itself, and the configuration in it. */
export const findRun = (path: string): TE.TaskEither<Complaint, Found> =>
  pipe(
    TE.fromTask(() => isFolder(path)),
    TE.map((inFolder) =>
      inFolder ? { folder: path, file: join(path, names.checkpoint) } : { folder: dirname(path), file: path },
    ),
    TE.bind("bytes", ({ file }) => readBytes(file, { atMost: mostBytes })),
    TE.bind("config", ({ file, bytes }) =>
      TE.fromEither(
        pipe(
          decodeCheckpointMetadata(bytes),
          E.mapLeft(explainCheckpointFault),
          E.chain(({ config }) =>
            config === undefined
              ? E.left("there is no configuration in it: another program wrote it")
              : decodeConfig(config),
          ),
          E.mapLeft((complaint) => `${file}: ${complaint}`),
        ),
      ),
    ),
  );

/** The state in a checkpoint. `like` is the state that the run began with. */
export const stateIn = <S>({ file, bytes }: Found, like: S): E.Either<Complaint, Checkpoint<S>["state"]> =>
  pipe(
    decodeCheckpoint(bytes, like),
    E.bimap(
      (fault) => `${file}: ${explainCheckpointFault(fault)}`,
      ({ state }) => state as S, // sound: a state is a tree of arrays, and decoding gives the tree of `like`
    ),
  );

/**
 * A new run takes the folder over: first the checkpoint of its beginning, after which no older one can be taken for its own.
 */
export const beginRun = (folder: string, state: unknown, config: Config): TE.TaskEither<Complaint, void> =>
  pipe(
    prepareFolder(folder),
    TE.chain(() => writeCheckpoint(folder, state, config)),
    TE.chain(() => startMetrics(join(folder, names.metrics), columns)),
    TE.chain(() => writeAtomically(join(folder, names.config), encodeConfig(config))),
    TE.chainFirstTaskK(() => () => removeEndings(folder)),
  );

/** A picture of an earlier run beside the checkpoint of this one would be taken for its own. */
const removeEndings = (folder: string): Promise<unknown> =>
  Promise.all(
    [names.samples, names.scores, names.svg, names.png].map((name) =>
      rm(join(folder, name), { force: true }).catch(() => undefined),
    ),
  );

/** The rows up to the checkpoint's step; those after it are cut. What a kill at the very beginning left out is written. */
export const resumeRun = (
  { folder, config }: Found,
  step: number,
): TE.TaskEither<Complaint, readonly Row[]> =>
  pipe(
    prepareFolder(folder),
    TE.chain(() => resumeMetrics(join(folder, names.metrics), columns, step)),
    TE.chainFirst(() => writeAtomically(join(folder, names.config), encodeConfig(config))),
    TE.map((rows) => rows.map(rowFrom)),
  );

/** Rows first: a checkpoint never is ahead of them. */
export const saveRun = (
  folder: string,
  rows: readonly Row[],
  state: unknown,
  config: Config,
): TE.TaskEither<Complaint, void> =>
  pipe(
    appendMetrics(join(folder, names.metrics), rows.map(numbersOf)),
    TE.chain(() => writeCheckpoint(folder, state, config)),
  );

/** Texts and bytes by the name of their file. */
export const writeOutputs = (
  folder: string,
  outputs: readonly (readonly [name: string, content: string | Uint8Array])[],
): TE.TaskEither<Complaint, void> =>
  outputs.reduce<TE.TaskEither<Complaint, void>>(
    (written, [name, content]) =>
      pipe(
        written,
        TE.chain(() => writeAtomically(join(folder, name), content)),
      ),
    TE.right(undefined),
  );

/** A file of points that stands where an output goes would be lost. */
export const notOverwriting =
  (folder: string, points: string): TE.TaskEither<Complaint, void> =>
  async () => {
    const [within, file] = await Promise.all(
      [folder, points].map((path) => realpath(path).catch(() => path)),
    );
    return Object.values(names).some((name) => join(within, name) === file)
      ? E.left(`${points}: this run would write over its points; give another folder with --out`)
      : E.right(undefined);
  };

/** Made and found writable, and claimed until it is released; what killed writers left behind is removed. */
export const prepareFolder = (folder: string): TE.TaskEither<Complaint, void> =>
  pipe(
    ensureFolder(folder),
    TE.chain(() => claimFolder(folder)),
    TE.chain(() => removeLeftovers(folder)),
    TE.map(() => undefined),
  );

const writeCheckpoint = (folder: string, state: unknown, config: Config): TE.TaskEither<Complaint, void> =>
  pipe(
    TE.fromIO(() => encodeCheckpoint(state, { config: encodeConfig(config) })),
    TE.chain((bytes) => writeAtomically(join(folder, names.checkpoint), bytes)),
  );

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => true, // what is not there is complained of by its checkpoint's name
  );
