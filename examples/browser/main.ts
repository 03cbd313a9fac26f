/** The page: what happens goes through one function, and what follows from it is drawn once a frame of the display. */
import * as E from "fp-ts/lib/Either.js";
import type { FromTrainer, ToTrainer } from "./messages.js";
import { decodeLink, encodeLink } from "./model/link.js";
import { extent } from "./model/painting.js";
import { defaults, type Settings } from "./model/settings.js";
import { changed, initialPage, type PageEvent, type PageState } from "./model/state.js";
import type { Box } from "./model/view.js";
import { energyChart, scoreChart } from "./page/charts.js";
import { controlsOf } from "./page/controls.js";
import { context2d, find, setText } from "./page/element.js";
import { painterOn } from "./page/painter.js";
import { planePainter } from "./page/plane.js";
import { readingsOf } from "./page/readings.js";
import { copyLink, drawPicture, save, saveBlob } from "./page/share.js";

let state: PageState = initialPage;
let drawn: PageState | null = null;

const trainer = new Worker(new URL("./train-worker.js", import.meta.url), { type: "module" });
const tell = (message: ToTrainer): void => trainer.postMessage(message);

function happen(event: PageEvent): void {
  const change = changed(state, event);
  state = change.state;
  for (const message of change.say) tell(message);
  schedule();
}

trainer.addEventListener("message", ({ data }: MessageEvent<FromTrainer>) => {
  if (data.kind === "frame") tell({ kind: "seen" });
  if (data.kind === "exported" && data.run === state.run) {
    save(data.files);
    status(
      `${data.files.map(({ name }) => name).join(" and ")} saved. Put ${data.files.length > 1 ? "the checkpoint" : "it"} ` +
        "into a folder of its own: npm start -- --resume FOLDER goes on from it" +
        (data.files.length > 1
          ? `, where ${data.files[1].name} is in the folder that npm is started in.`
          : "."),
    );
  }
  happen({ kind: "heard", message: data });
});
trainer.addEventListener("error", (event) => {
  const text = `The worker has stopped: ${event.message}. Load the page again.`;
  happen({ kind: "notice", text });
});

// Controls.
/** Browsers refuse an address that changes with every pixel of a slider. */
const linkDelay = 150;
let isLinkOld = false;
const controls = controlsOf(() => state.settings, choose);
function choose(settings: Settings): void {
  happen({ kind: "choose", settings });
  if (!isLinkOld) setTimeout(writeLink, linkDelay);
  isLinkOld = true;
}
function writeLink(): void {
  isLinkOld = false;
  history.replaceState(null, "", `#${encodeLink(state.settings)}`);
}
const press = (id: string, act: () => void): void =>
  find(id, HTMLButtonElement).addEventListener("click", act);
press("train", () => happen({ kind: state.phase === "running" ? "pause" : "train" }));
press("step", () => happen({ kind: "step" }));
press("reset", () => happen({ kind: "reset" }));
press("link", () => {
  writeLink();
  void copyLink().then(status);
});
press("checkpoint", () => tell({ kind: "export" }));
press("picture", () => {
  void drawPicture(state, boxOf(state)).then(
    (blob) => saveBlob("energy.png", blob),
    (error: unknown) =>
      status(`There is no picture: ${error instanceof Error ? error.message : String(error)}`),
  );
});
const status = (text: string): void => setText(find("status", HTMLElement), text);

// The plane.
const canvas = find("plane", HTMLCanvasElement);
const paintPlane = planePainter();
const paintedBox: Box = { lower: [-extent, -extent], upper: [extent, extent] };
const boxOf = ({ info, settings }: PageState): Box =>
  settings.source.kind === "painting" ? paintedBox : (info?.box ?? paintedBox);
let isStale = true;
const painter = painterOn({
  canvas,
  box: paintedBox,
  onChange: () => {
    isStale = true;
    schedule();
  },
  onStroke: (painting) => choose({ ...state.settings, source: { kind: "painting", painting } }),
});
new ResizeObserver(() => {
  const size = Math.round(canvas.clientWidth * Math.min(2, devicePixelRatio));
  if (size === canvas.width || size === 0) return;
  canvas.width = size;
  canvas.height = size;
  isStale = true;
  schedule();
}).observe(canvas);

// Drawing.
const readings = readingsOf();
const energies = energyChart(find("energies", HTMLElement));
const scores = scoreChart(find("scores", HTMLElement));

/** Whoever wants less motion sees two frames a second. */
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const calmInterval = 500;
let isScheduled = false;
let drawnAt = 0;

function schedule(): void {
  if (isScheduled) return;
  isScheduled = true;
  const wait = calm.matches && state.phase === "running" ? drawnAt + calmInterval - performance.now() : 0;
  if (wait > 0) setTimeout(() => requestAnimationFrame(draw), wait);
  else requestAnimationFrame(draw);
}

function draw(): void {
  isScheduled = false;
  drawnAt = performance.now();
  const before = drawn;
  drawn = state;
  const { settings, info, frame } = state;
  readings.show(state);
  if (
    before?.settings !== settings ||
    before.info !== info ||
    before.targets !== state.targets ||
    before.device !== state.device
  ) {
    controls.show(state);
    painter.allow(settings.source.kind === "painting" ? settings.source.painting : null);
  }
  if (before?.history !== state.history) energies.show(state.history);
  if (before?.scores !== state.scores) scores.show(state.scores);
  if (isStale || before?.frame !== frame || before.info !== info || before.settings !== settings) {
    isStale = false;
    const draft = painter.draft();
    const blank =
      state.phase === "empty" && settings.source.kind === "painting" ? settings.source.painting : null;
    paintPlane(context2d(canvas), canvas.width, {
      box: boxOf(state),
      frame,
      surface: settings.surface,
      points: info?.points ?? null,
      painting: draft ?? blank,
      cursor: painter.cursor(),
    });
  }
}

// The link.
function followLink(): void {
  const decoded = decodeLink(location.hash);
  const settings = E.isRight(decoded) ? decoded.right : defaults;
  happen({ kind: "choose", settings });
  if (E.isLeft(decoded)) {
    const text = `The link cannot be read: ${decoded.left}. These are the usual settings.`;
    happen({ kind: "notice", text });
  }
}
addEventListener("hashchange", followLink);
followLink();
