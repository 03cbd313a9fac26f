/** What one sees while it trains: a bar on a terminal, plain lines anywhere else. No colours, so NO_COLOR has its way. */
import { Presets, SingleBar } from "cli-progress";

/** What a step measured, in nats. */
export interface Reading {
  /** From 1 on. */
  readonly step: number;
  readonly loss: number;
  readonly dataEnergy: number;
  readonly sampleEnergy: number;
}

export interface Progress {
  readonly report: (reading: Reading) => void;
  readonly stop: () => void;
}

export interface Trial {
  readonly report: (step: number) => void;
  readonly stop: () => void;
}

/** Of a run of `total` steps. A run that is resumed begins with a later step than 1. */
export const progress = (total: number, stream: NodeJS.WriteStream = process.stdout): Progress => {
  const pace = stopwatch();
  return stream.isTTY ? bar(total, stream, pace) : lines(total, stream, pace);
};

/** Signals are left alone: the bar's own way with them would swallow a SIGTERM. The cursor and the wrapping
 * of lines stay as they are, since a killed process does not bring them back.
 */
const common = { barsize: 20, fps: 10, gracefulExit: false, hideCursor: false, linewrap: true } as const;

function bar(total: number, stream: NodeJS.WriteStream, pace: Pace): Progress {
  const format = "{bar} {value}/{total}  {rate}  {energies}  {left} left";
  const single = new SingleBar({ ...common, format, stream }, Presets.shades_classic);
  single.start(total, 0, { rate: "", energies: "", left: "" });
  return {
    report: (reading) => {
      const rate = pace(reading.step);
      single.update(reading.step, {
        rate: showRate(rate),
        energies: showEnergies(reading),
        left: rate === null ? "?" : showSeconds((total - reading.step) / rate),
      });
    },
    stop: () => single.stop(),
  };
}

/** A candidate that is tried: a bar that goes away on a terminal, nothing anywhere else. */
export function trial(name: string, total: number, stream: NodeJS.WriteStream = process.stdout): Trial {
  if (!stream.isTTY) return { report: () => undefined, stop: () => undefined };
  const single = new SingleBar(
    { ...common, format: `{bar} {value}/{total}  ${name}`, clearOnComplete: true, stream },
    Presets.shades_classic,
  );
  single.start(total, 0);
  return { report: (step) => single.update(step), stop: () => single.stop() };
}

function lines(total: number, stream: NodeJS.WriteStream, pace: Pace): Progress {
  const every = Math.max(1, Math.round(total / 20));
  return {
    report: (reading) => {
      const { step } = reading;
      const rate = pace(step);
      if (step !== 1 && step % every !== 0 && step !== total) return;
      const count = String(step).padStart(String(total).length);
      const left = rate === null || step === total ? "" : `  ${showSeconds((total - step) / rate)} left`;
      stream.write(`${`${count}/${total}  ${showEnergies(reading)}  ${showRate(rate)}${left}`.trimEnd()}\n`);
    },
    stop: () => undefined,
  };
}

/** Steps a second, from the second step seen on: the first is the one in which programs are compiled. */
type Pace = (step: number) => number | null;

function stopwatch(): Pace {
  let begun: { readonly step: number; readonly time: number } | null = null;
  return (step) => {
    const time = performance.now();
    begun ??= { step, time };
    return time > begun.time && step > begun.step ? (1000 * (step - begun.step)) / (time - begun.time) : null;
  };
}

const showRate = (rate: number | null): string =>
  rate === null ? "" : `${(rate < 10 ? rate.toFixed(1) : rate.toFixed(0)).padStart(4)} it/s`;

/** Numbers at a fixed width, so that columns stand still. */
const showEnergies = ({ loss, dataEnergy, sampleEnergy }: Reading): string => {
  const text = (value: number): string => value.toFixed(3).padStart(7);
  return `loss ${text(loss)}  E(data) ${text(dataEnergy)}  E(samples) ${text(sampleEnergy)}`;
};

/** 7 -> "7 s", 754 -> "12:34", 45296 -> "12:34:56" */
function showSeconds(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  const two = (n: number): string => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours === 0 ? `${minutes}:${two(whole % 60)}` : `${hours}:${two(minutes)}:${two(whole % 60)}`;
}
