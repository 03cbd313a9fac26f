/**
 * npm start: trains an energy-based model on points, 8 gaussians or a file of yours, and ends with a picture, a score, samples
 * and a checkpoint. `npm start -- --help` lists the options. The parts are in examples/train, the mathematics in src/ebm and
 * src/sampling.
 */
import { command } from "./train/command.js";
import { progress, trial } from "./train/progress.js";

let isStopping = false;
const stop = (): void => {
  isStopping = true;
};
// Whoever read what is said here has gone (`npm start | head`): as if they had pressed Ctrl-C, so that nothing is lost.
for (const stream of [process.stdout, process.stderr]) stream.on("error", stop);

process.exitCode = await command(process.argv.slice(2), {
  say: (line) => console.log(line),
  complain: (line) => console.error(`train: ${line}`),
  progress: (iterations) => progress(iterations),
  trial: (name, iterations) => trial(name, iterations),
  // During training the first Ctrl-C asks to stop after the step at hand; any other ends the process as ever.
  whileStoppable: (run) => {
    process.once("SIGINT", stop);
    return run(() => isStopping).finally(() => process.off("SIGINT", stop));
  },
});
