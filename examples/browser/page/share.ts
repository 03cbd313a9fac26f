/** What a person takes away: a link, a picture, files. */

import type { File } from "../messages.js";
import type { PageState } from "../model/state.js";
import type { Box } from "../model/view.js";
import { context2d } from "./element.js";
import { planePainter } from "./plane.js";
import { showScore } from "./readings.js";

/** Downloads files one after the other. */
export function save(files: readonly File[]): void {
  for (const { name, type, bytes } of files) saveBlob(name, new Blob([bytes], { type }));
}

export function saveBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const anchor = document.createElement("a");
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // the download has begun by then
}

/** Copies the page's address. Where that is not allowed, it says where the address is. */
export async function copyLink(): Promise<string> {
  try {
    await navigator.clipboard.writeText(location.href);
    return "The link is copied. It carries all settings and painted points.";
  } catch {
    return "The link is in the address bar: copy it from there.";
  }
}

const picture = { size: 1200, edge: 48, header: 112, footer: 120 };

/** The plane as it is, with its title and its score. */
export function drawPicture(state: PageState, box: Box): Promise<Blob> {
  const { size, edge, header, footer } = picture;
  const canvas = document.createElement("canvas");
  canvas.width = size + 2 * edge;
  canvas.height = size + header + footer;
  const context = context2d(canvas);
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  const write = (text: string, row: number, font: string, ink: string): void => {
    context.font = `${font} system-ui, sans-serif`;
    context.fillStyle = ink;
    context.fillText(text, edge, row, size);
  };
  const { settings, step, scores, frame, info } = state;
  const { source, hidden, hops, langevinSteps, stepSize, learningRate, iterations, seed } = settings;
  const name = source.kind === "dataset" ? source.name : "painted points";
  const score = scores.at(-1);
  write(`The learned ${settings.surface} of ${name}`, 52, "600 34px", "#1a1a1e");
  write(
    `step ${step} of ${iterations}${score === undefined ? "" : `    KL(data || model) at step ${score.step}: ${showScore(score)} nats`}`,
    92,
    "24px",
    "#55555e",
  );
  context.save();
  context.translate(edge, header);
  const points = info?.points ?? null;
  const plane = { box, frame, surface: settings.surface, points, painting: null, cursor: null };
  planePainter()(context, size, plane);
  context.restore();
  const foot = header + size;
  write(
    `white: samples of the model; blue: data. Network ${hidden.join(", ")}; learning rate ${learningRate}; seed ${seed}`,
    foot + 48,
    "22px",
    "#55555e",
  );
  write(
    `${hops} hops and ${langevinSteps} Langevin steps from ${stepSize} a step of training; trained in a page by cotangent`,
    foot + 84,
    "22px",
    "#55555e",
  );
  return new Promise((done, fail) => {
    canvas.toBlob(
      (blob) => (blob === null ? fail(new Error("the picture is too large")) : done(blob)),
      "image/png",
    );
  });
}
