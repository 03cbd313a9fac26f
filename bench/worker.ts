/**
 * The process of one contender at one workload: worker.ts <contender> <workload> <sizes as JSON>. It calls once, answers, and
 * then measures a round for every line on its standard input. python/contender.py does the same.
 */
import { createInterface } from "node:readline";
import { loadContender } from "./compare/load.js";
import type { FromWorker, ToWorker } from "./compare/protocol.js";
import type { Run, Sizes, WorkloadId } from "./workloads/workload.js";

const send = (message: FromWorker): void => void process.stdout.write(`${JSON.stringify(message)}\n`);
// What libraries have to say does not belong among the messages.
console.log = console.error;

/** Milliseconds for one of `count` calls. */
async function measure({ call }: Run, count: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    const result = call();
    if (result instanceof Promise) await result; // an await costs as much as a small call
  }
  return (performance.now() - start) / count;
}

const processorMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Runs at least once and until `ms` of processor time are gone; milliseconds for one call at best. */
async function warmUp(run: Run, ms: number): Promise<number> {
  const end = processorMs() + ms;
  let least = Number.POSITIVE_INFINITY;
  let count = 1;
  do {
    const each = await measure(run, count);
    least = Math.min(least, each);
    if (each * count < 1) count *= 2;
  } while (processorMs() < end);
  return least;
}

async function serve(run: Run): Promise<void> {
  const firstMs = await measure(run, 1);
  const answers = await run.answers();
  const { share = 1 } = run;
  send({
    kind: "ready",
    firstMs: firstMs / share,
    callMs: firstMs,
    answers,
    codeBytes: run.codeBytes?.(),
    share,
  });
  let callMs = firstMs;
  for await (const line of createInterface({ input: process.stdin })) {
    const request: ToWorker = JSON.parse(line); // written by compare/contest.ts
    switch (request.kind) {
      case "warm":
        callMs = await warmUp(run, request.ms);
        send({ kind: "timed", ms: callMs / share, callMs });
        break;
      case "round": {
        const ms = await measure(run, Math.max(1, Math.round(request.ms / callMs)));
        send({ kind: "timed", ms: ms / share, callMs: ms });
        break;
      }
      case "end":
        send({ kind: "ended", rssMb: process.resourceUsage().maxRSS / 1024 });
        process.exit();
    }
  }
}

const [name, id, sizes] = process.argv.slice(2);
try {
  const contender = await loadContender(name);
  const make = contender[id as WorkloadId]; // compare/contest.ts names none that there is not
  if (make === undefined) send({ kind: "absent" });
  else await serve(await make(JSON.parse(sizes) as Sizes));
} catch (error) {
  send({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  console.error(error);
}
