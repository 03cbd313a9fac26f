/**
 * Scores while training goes on: the quadrature takes a tenth of a second or more, so it has a worker of its own, which is given
 * the parameters now and then. It is idle most of the time, so that a machine of one core trains all the same.
 */
import type { FromJudge, ToJudge } from "../messages.js";
import type { Judge } from "./judge.js";

/** Of the time the judge takes a third at most; and a person can read about two scores a second. */
const restFactor = 2;
const leastRest = 400;

export function judgeOf(worker: Worker, hear: (message: FromJudge) => void): Judge {
  let asked: number | null = null; //   when
  let begun: { readonly run: number; readonly step: number } = { run: 0, step: 0 };
  let nextAt = 0;
  let waiting: ToJudge | null = null;
  const say = (message: ToJudge): void => worker.postMessage(message);
  const ask = (request: ToJudge): void => {
    asked = performance.now();
    say(request);
  };
  worker.addEventListener("message", ({ data }: MessageEvent<FromJudge>) => {
    const now = performance.now();
    nextAt = now + Math.max(leastRest, restFactor * (now - (asked ?? now)));
    asked = null;
    hear(data);
    if (waiting === null) return;
    const request = waiting;
    waiting = null;
    ask(request);
  });
  // It did not load, or what it ran into is none of the faults that it knows: there is no score, and training goes on.
  worker.addEventListener("error", ({ message }) => {
    asked = Number.POSITIVE_INFINITY;
    hear({ kind: "noScore", ...begun, reason: `the worker that scores has stopped (${message})` });
  });
  return {
    begin: (message) => {
      begun = { run: message.run, step: 0 };
      waiting = null;
      nextAt = 0;
      say(message);
    },
    isDue: () => asked === null && performance.now() >= nextAt,
    judge: (request) => {
      if (asked === null) ask(request);
      else waiting = request;
    },
  };
}
