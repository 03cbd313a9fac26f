/**
 * npm start: trains an energy-based model on points, 8 gaussians or a file of yours, and ends with a picture, a score, samples
 * and a checkpoint. `npm start -- --help` lists the options. The parts are in examples/train, the mathematics in src/ebm and
 * src/sampling.
 */
import { command } from "./train/command.js";
import { progress } from "./train/progress.js";

/** The first Ctrl-C asks to stop after the step at hand; a second one ends the process as ever. */
let isStopping = false;
process.once("SIGINT", () => {
  isStopping = true;
});

process.exitCode = await command(process.argv.slice(2), {
  say: (line) => console.log(line),
  complain: (line) => console.error(`train: ${line}`),
  progress: (iterations) => progress(iterations),
  isStopping: () => isStopping,
});
