/**
 * Calls the public functions with wrong types, shapes, trees and options, mixed with right ones. A call may give a value or a
 * refusal in words; anything else is a fault, and is printed with the index that makes it again.
 *
 *     npm run fuzz:misuse -- --calls 100000 --seed 1 [--from <index>] [--only <index>] [--skip <names>]
 */
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { type Fault, fuzz } from "../tests/errors/misuse/fuzz.js";

const { values } = parseArgs({
  options: {
    calls: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    from: { type: "string", default: "0" },
    skip: { type: "string" },
  },
});
const seed = Number(values.seed);
const only = values.only === undefined ? null : Number(values.only);
const first = only ?? Number(values.from);
const [from, to] = [first, only === null ? first + Number(values.calls) : only + 1];

// A call that never returns cannot be judged by its own thread.
const current = new Int32Array(new SharedArrayBuffer(4));
const watch = new Worker(
  `const { workerData } = require("node:worker_threads");
   let last = -1;
   setInterval(() => {
     const now = Atomics.load(workerData, 0);
     if (now === last) {
       require("node:fs").writeSync(2, "call " + now + " hangs\\n"); // the main thread could not print it
       process.kill(process.pid, "SIGKILL");
     }
     last = now;
   }, 30000);`,
  { eval: true, workerData: current },
);
watch.unref();

const started = performance.now();
const skip = values.skip === undefined ? null : new RegExp(values.skip);
const { calls, refusals, faults, slowest } = fuzz(seed, from, to, (index) => {
  Atomics.store(current, 0, index);
});
const counted = faults.filter(({ name }) => skip === null || !skip.test(name));

/** One entry for each kind of fault: the function and the words, numbers aside. */
const kinds = new Map<string, Fault[]>();
for (const fault of counted) {
  const kind = `${fault.name}: ${fault.what.replace(/\d+/g, "#")}`;
  kinds.set(kind, [...(kinds.get(kind) ?? []), fault]);
}
for (const [, [fault, ...more]] of kinds) {
  console.log(
    `${fault.name} (${1 + more.length}x): ${fault.what}\n    ${fault.args}\n    --seed ${seed} --only ${fault.index}`,
  );
  console.log(fault.stack.split("\n").slice(0, 3).join("\n"));
}
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(
  `${calls} calls with seed ${seed} in ${seconds} s: ${refusals} refused, ${calls - refusals - faults.length} gave a value, ` +
    `${counted.length} faults of ${kinds.size} kinds; the slowest took ${slowest.milliseconds.toFixed(0)} ms (${slowest.name})`,
);
process.exit(counted.length === 0 ? 0 : 1);
