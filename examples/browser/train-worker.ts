/** The worker that trains. Messages are taken one at a time, and between two frames there is a turn for them. */
import type { FromTrainer, ToTrainer } from "./messages.js";
import { judgeOf } from "./training/judge-client.js";
import { reportTargets } from "./training/targets.js";
import { trainerOf } from "./training/trainer.js";

const say = (message: FromTrainer, buffers: readonly ArrayBuffer[] = []): void =>
  self.postMessage(message, { transfer: [...buffers] });

const judgeWorker = new Worker(new URL("./judge-worker.js", import.meta.url), { type: "module" });
const trainer = trainerOf(say, judgeOf(judgeWorker, say));

const inbox: ToTrainer[] = [];
let wake: () => void = () => undefined;
self.addEventListener("message", ({ data }: MessageEvent<ToTrainer>) => {
  inbox.push(data);
  wake();
});

/** A turn of the event loop, in which messages arrive. A timer's would be 4 ms. */
const { port1, port2 } = new MessageChannel();
const turn = (): Promise<void> =>
  new Promise((done) => {
    port1.onmessage = () => done();
    port2.postMessage(null);
  });

say({ kind: "hello", targets: reportTargets() });
for (;;) {
  await turn();
  const message = inbox.shift();
  if (message !== undefined) await trainer.take(message);
  else if (trainer.isReady()) await trainer.advance();
  else await new Promise<void>((done) => (wake = done));
}
