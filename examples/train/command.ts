/** The command without its process: arguments in, files and an exit code out. */
import { dirname, join } from "node:path";
import { type NDArray, setDefaultTarget, TargetError } from "cotangent";
import { initialState } from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import { releaseFolder } from "./files.js";
import { names, saveRun, writeOutputs } from "./folder.js";
import { judgeOf } from "./judge.js";
import { keysOf } from "./keys.js";
import type { Row } from "./metrics.js";
import { type Parts, samplesOf, withParts } from "./model.js";
import { decodeOptions, type ResumeOptions, type Target, type TrainOptions } from "./options.js";
import { type Begun, type Plan, planOf } from "./plan.js";
import type { Progress, Trial } from "./progress.js";
import { type Complaint, reasonOf } from "./reason.js";
import { runSession, type State } from "./session.js";
import { acceptanceLines, verdictOf } from "./verdict.js";

/** What the command sees of the world. */
export interface Terminal {
  readonly say: (line: string) => void;
  /** The one line with which bad input ends. */
  readonly complain: (line: string) => void;
  readonly progress: (iterations: number) => Progress;
  /** Of a way to train that is tried. */
  readonly trial: (name: string, iterations: number) => Trial;
  /** Runs the training. Asked after each of its steps: somebody pressed Ctrl-C. Before and after there is nothing to save. */
  readonly whileStoppable: <A>(run: (isStopping: () => boolean) => Promise<A>) => Promise<A>;
}

/** Done; bad input, or a run that failed; stopped, by the shell's convention 128 + SIGINT. */
export const exitCodes = { done: 0, failed: 2, stopped: 130 } as const;

export async function command(args: readonly string[], terminal: Terminal): Promise<number> {
  const decoded = decodeOptions(args);
  if (E.isLeft(decoded)) {
    if (decoded.left.kind === "answered") return exitCodes.done;
    terminal.complain(decoded.left.message);
    return exitCodes.failed;
  }
  setDefaultTarget(hostTarget(decoded.right.target));
  const ended = await main(decoded.right, terminal)().finally(() => releaseFolders(decoded.right));
  if (E.isLeft(ended)) {
    terminal.complain(ended.left);
    return exitCodes.failed;
  }
  const { folder, isWhole } = ended.right;
  terminal.say(`wrote ${join(folder, names.png)}, and beside it ${others.join(", ")}`);
  if (isWhole) return exitCodes.done;
  terminal.say(`stopped; to go on: npm start -- --resume ${folder}`);
  return exitCodes.stopped;
}

/** What a device's results are scored, sampled and drawn on. */
const hostTarget = (target: Target): Target => (target === "gpu" ? "wasm" : target);

/** What was not claimed by this run stays as it is. */
const releaseFolders = (options: TrainOptions | ResumeOptions): Promise<unknown> =>
  Promise.all(
    (options.kind === "train" ? [options.out] : [options.from, dirname(options.from)]).map(releaseFolder),
  );

const others = [names.svg, names.scores, names.samples, names.metrics, names.config, names.checkpoint];

interface Ending {
  readonly folder: string;
  readonly isWhole: boolean;
}

const main = (options: TrainOptions | ResumeOptions, terminal: Terminal): TE.TaskEither<Complaint, Ending> =>
  pipe(
    planOf(options, terminal),
    TE.chain((plan) =>
      withParts(plan.config, plan.input.names.length, (parts) => run(plan, parts, options, terminal)),
    ),
  );

/** Trains, then samples, scores and draws what there is. */
function run<C>(
  plan: Plan,
  parts: Parts<C>,
  options: TrainOptions | ResumeOptions,
  terminal: Terminal,
): TE.TaskEither<Complaint, Ending> {
  const { config, folder } = plan;
  return pipe(
    plan.begin(initialState(keysOf(config.seed).training, parts)),
    TE.chain((begun) => trained(plan, parts, begun, options.target, terminal)),
    TE.chain((ended) =>
      pipe(
        () => presented(plan, parts, ended, terminal),
        TE.map(() => ({ folder, isWhole: stepOf(ended.state) >= config.iterations })),
      ),
    ),
  );
}

/** The rest of the steps, each of which becomes a row. */
function trained<C>(
  { config, input, folder }: Plan,
  parts: Parts<C>,
  { state, rows: before }: Begun<State<C>>,
  target: Target,
  terminal: Terminal,
): TE.TaskEither<Complaint, Begun<State<C>>> {
  const { iterations, checkpointEvery } = config;
  const rows: Row[] = [...before];
  const progress = terminal.progress(iterations);
  const session = {
    parts,
    target,
    iterations,
    checkpointEvery,
    points: input.train,
    judge: judgeOf(input),
    save: (unsaved: readonly Row[], reached: State<C>) => saveRun(folder, unsaved, reached, config)(),
    onRow: (row: Row): void => {
      rows.push(row);
      progress.report(row);
    },
  };
  return pipe(
    () =>
      terminal.whileStoppable((isStopping) =>
        runSession({ ...session, isStopping }, state)
          .catch(orComplaint<State<C>>)
          .finally(progress.stop),
      ),
    TE.map((last) => ({ state: last, rows })),
  );
}

/** What a target cannot do here is a complaint; any other error is a fault of ours, and is thrown. */
function orComplaint<A>(error: unknown): E.Either<Complaint, A> {
  if (error instanceof TargetError) return E.left(`--target: ${reasonOf(error)}`);
  throw error;
}

async function presented<C>(
  { config, input, folder }: Plan,
  parts: Parts<C>,
  { state, rows }: Begun<State<C>>,
  terminal: Terminal,
): Promise<E.Either<Complaint, void>> {
  const { params } = state;
  const step = stepOf(state);
  if (step < config.iterations)
    terminal.say(`stopped after step ${step}; what is learned so far is scored and drawn`);
  const keys = keysOf(config.seed);
  const judge = judgeOf(input);
  const energy = (y: NDArray): NDArray => parts.energy(params, y);
  const samples = samplesOf(energy, input.names.length, keys.samples, config.samples);
  const { lines, caption } = verdictOf(keys.verdict, input, judge, energy, samples);
  const verdict = { lines: [...lines, ...acceptanceLines(rows)], caption };
  for (const line of verdict.lines) terminal.say(line);
  // Loaded only now: what draws takes longer to load than a fault or --help should take to be answered.
  const { outputsOf } = await import("./outputs.js");
  return writeOutputs(folder, outputsOf({ config, input, step, rows, judge, energy, samples, verdict }))();
}

/** Steps taken, of which the rows may be fewer: those before a checkpoint that came alone are not known. */
const stepOf = <C>({ step }: State<C>): number => Number(step.item());
