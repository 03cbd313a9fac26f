/** What one sees while it trains: a bar on a terminal, plain lines anywhere else. No colours, so NO_COLOR has its way. */
import { Presets, SingleBar } from "cli-progress";
import type { LossMetrics } from "cotangent/ebm";

export interface Progress {
  readonly report: (iteration: number, metrics: LossMetrics) => void;
  readonly stop: () => void;
}

/** Numbers at a fixed width, so that columns stand still. */
const shown = (metrics: LossMetrics): Record<"loss" | "data" | "samples", string> => {
  const text = (value: { item(): number | boolean }): string => Number(value.item()).toFixed(3).padStart(7);
  return { loss: text(metrics.loss), data: text(metrics.dataEnergy), samples: text(metrics.sampleEnergy) };
};

const bar = (total: number, stream: NodeJS.WriteStream): Progress => {
  const single = new SingleBar(
    {
      format:
        "{bar} {value}/{total}  loss {loss}  E(data) {data}  E(samples) {samples}  {eta_formatted} left",
      barsize: 24,
      etaBuffer: 30,
      hideCursor: true,
      stream,
    },
    Presets.shades_classic,
  );
  single.start(total, 0, { loss: "", data: "", samples: "" });
  return {
    report: (iteration, metrics) => single.update(iteration, shown(metrics)),
    stop: () => single.stop(),
  };
};

const lines = (total: number, stream: NodeJS.WriteStream): Progress => {
  const every = Math.max(1, Math.round(total / 20));
  return {
    report: (iteration, metrics) => {
      if (iteration !== 1 && iteration % every !== 0 && iteration !== total) return;
      const { loss, data, samples } = shown(metrics);
      const count = String(iteration).padStart(String(total).length);
      stream.write(`${count}/${total}  loss ${loss}  E(data) ${data}  E(samples) ${samples}\n`);
    },
    stop: () => undefined,
  };
};

export const progress = (total: number, stream: NodeJS.WriteStream = process.stdout): Progress =>
  stream.isTTY ? bar(total, stream) : lines(total, stream);
