/** What the training worker does with each message, and what it does between them. */
import { TargetError } from "cotangent";
import { scalingMaps } from "cotangent/ebm";
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import * as TE from "fp-ts/lib/TaskEither.js";
import type { FromTrainer, ToTrainer } from "../messages.js";
import type { Settings } from "../model/settings.js";
import { inputOf, type PageInput } from "./input.js";
import type { Judge } from "./judge.js";
import { type Machine, machineOf, type Reading } from "./machine.js";
import { recipeOf } from "./recipe.js";
import { deviceOf, prepareTarget } from "./targets.js";

export interface Trainer {
  readonly take: (message: ToTrainer) => Promise<void>;
  /** Whether there is anything to do without a message: it trains, and the page keeps up with the frames. */
  readonly isReady: () => boolean;
  /** Some steps, and the frame after them. */
  readonly advance: () => Promise<void>;
}

export type Say = (message: FromTrainer, buffers?: readonly ArrayBuffer[]) => void;

/** Cells a side of the surface while it moves, and when it stands still. */
const cells = { moving: 96, still: 192 } as const;

/** A frame is sent after so many milliseconds, however few steps they were. */
const frameTime = 200;

/** Frames that the page has not answered to. */
const mostUnseen = 2;

interface Run {
  readonly number: number;
  readonly settings: Settings;
  readonly input: PageInput;
  readonly machine: Machine;
}

export function trainerOf(say: Say, judge: Judge): Trainer {
  let run: Run | null = null;
  let isTraining = false;
  let unseen = 0;

  const fail = (number: number, reason: string): void => {
    run = null;
    isTraining = false;
    say({ kind: "failed", run: number, reason });
  };

  const begin = async (number: number, settings: Settings): Promise<void> => {
    run = null;
    isTraining = false;
    unseen = 0;
    const made = pipe(
      await attempt(() => prepareTarget(settings.target)),
      E.chain(() => inputOf(settings)),
      E.bindTo("input"),
      E.bind("machine", ({ input }) => machineOf(settings, input, null)),
    );
    if (E.isLeft(made)) return fail(number, made.left);
    const { input, machine } = made.right;
    run = { number, settings, input, machine };
    beginJudge(judge, run);
    const { box, shown: points } = input;
    say({ kind: "begun", run: number, box, points, parameters: machine.parameters });
    await frame(run, [], cells.still);
  };

  /** The same state under other settings: whatever they change is compiled anew. */
  const adjust = async (settings: Settings): Promise<void> => {
    if (run === null) return;
    const { number, input, machine } = run;
    if (isSameProgram(run.settings, settings)) {
      run = { ...run, settings };
      return;
    }
    const state = await machine.checkpoint();
    const made = pipe(
      await attempt(() => prepareTarget(settings.target)),
      E.chain(() => machineOf(settings, input, state)),
    );
    if (E.isLeft(made)) return fail(number, made.left);
    run = { ...run, settings, machine: made.right };
  };

  const frame = async (
    { number, machine, settings }: Run,
    readings: readonly Reading[],
    size: number,
  ): Promise<void> => {
    const dataEnergy = Float32Array.from(readings, (reading) => reading.dataEnergy);
    const sampleEnergy = Float32Array.from(readings, (reading) => reading.sampleEnergy);
    const samples = await machine.samples();
    const surface = await machine.surface(size);
    unseen++;
    say(
      {
        kind: "frame",
        run: number,
        step: machine.step(),
        dataEnergy,
        sampleEnergy,
        samples,
        surface,
        cells: size,
        device: deviceOf(settings.target),
      },
      [dataEnergy.buffer, sampleEnergy.buffer, samples.buffer, surface.buffer],
    );
  };

  const score = async ({ number, machine }: Run): Promise<void> =>
    judge.judge({ kind: "judge", run: number, step: machine.step(), params: await machine.params() });

  /** At most so many steps, until it is time for a frame. */
  const train = async (now: Run, most: number): Promise<void> => {
    const { machine } = now;
    const readings: Reading[] = [];
    const began = performance.now();
    while (readings.length < most && performance.now() - began < frameTime && left(now) > 0) {
      const taken = await machine.advance();
      if (E.isLeft(taken)) return fail(now.number, taken.left);
      readings.push(taken.right);
    }
    const isDone = left(now) === 0;
    if (isDone) isTraining = false;
    await frame(now, readings, isDone || !isTraining ? cells.still : cells.moving);
    if (isDone || !isTraining || judge.isDue()) await score(now);
    if (isDone) say({ kind: "done", run: now.number });
  };

  return {
    isReady: () => run !== null && isTraining && unseen < mostUnseen,
    advance: async () => {
      if (run !== null) await guarded(run, (now) => train(now, now.settings.speed));
    },
    take: async (message) => {
      switch (message.kind) {
        case "begin":
          return begin(message.run, message.settings).catch((error: unknown) =>
            fail(message.run, sentenceOf(error)),
          );
        case "seen":
          unseen = Math.max(0, unseen - 1);
          return;
        case "train":
          isTraining = run !== null;
          return;
        case "pause":
        case "step":
        case "adjust":
        case "export":
          if (run !== null) await guarded(run, (now) => answer(now, message));
      }
    },
  };

  async function answer(
    now: Run,
    message: Extract<ToTrainer, { readonly kind: "pause" | "step" | "adjust" | "export" }>,
  ): Promise<void> {
    switch (message.kind) {
      case "pause": {
        const wasTraining = isTraining;
        isTraining = false;
        if (!wasTraining) return;
        await frame(now, [], cells.still);
        return score(now);
      }
      case "step":
        isTraining = false;
        return train(now, 1);
      case "adjust":
        return adjust(message.settings);
      case "export": {
        const { checkpointFiles } = await import("./checkpoint-files.js");
        const files = await checkpointFiles(now.settings, now.input, now.machine);
        return say({ kind: "exported", run: now.number, files });
      }
    }
  }

  /** What the library throws ends the run, with its message; a device that fails gives way to wasm. */
  async function guarded(now: Run, act: (now: Run) => Promise<void>): Promise<void> {
    await act(now)
      .catch((error: unknown) => {
        const { settings } = run ?? now;
        if (settings.target === "wasm" || !(error instanceof TargetError)) throw error;
        return fallBack(run ?? now, sentenceOf(error));
      })
      .catch((error: unknown) => fail(now.number, sentenceOf(error)));
  }

  async function fallBack(now: Run, reason: string): Promise<void> {
    const machine = now.machine.onHost();
    run = { ...now, settings: { ...now.settings, target: "wasm" }, machine };
    say({ kind: "fellBack", run: now.number, step: machine.step(), reason });
    await frame(run, [], isTraining ? cells.moving : cells.still);
  }
}

const left = ({ machine, settings }: Run): number => Math.max(0, settings.iterations - machine.step());

/** How many steps a frame has concerns the page alone. */
const isSameProgram = (a: Settings, b: Settings): boolean =>
  JSON.stringify([recipeOf(a), a.target]) === JSON.stringify([recipeOf(b), b.target]);

function beginJudge(judge: Judge, { number, settings, input }: Run): void {
  const { heldOut, logDensities, range, scaling } = input;
  judge.begin({
    kind: "begin",
    run: number,
    hidden: settings.hidden,
    heldOut: Float32Array.from(heldOut.dataSync()),
    logDensities,
    logJacobian: scalingMaps(scaling).logJacobian,
    range,
  });
}

const attempt = (act: () => Promise<void>): Promise<E.Either<string, void>> => TE.tryCatch(act, sentenceOf)();

const sentenceOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ");
