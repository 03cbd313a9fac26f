/** Calls of public functions, right ones made wrong in places; each is a function of (seed, index). */
import {
  debugInfs,
  debugKeyReuse,
  debugNans,
  grad,
  jit,
  NDArray,
  numpy as np,
  setDefaultTarget,
  vmap,
} from "cotangent";
import fc from "fast-check";
import { type Callee, callees } from "./calls.js";
import { faultOfError, faultOfResult, isTame } from "./judge.js";
import { type Choices, choicesOf } from "./random.js";
import { right, rightOptions, wrong } from "./values.js";

export interface Fault {
  readonly index: number;
  readonly name: string;
  readonly what: string;
  readonly args: string;
  readonly stack: string;
}

export interface Report {
  readonly calls: number;
  readonly refusals: number;
  readonly faults: readonly Fault[];
  readonly slowest: { readonly milliseconds: number; readonly index: number; readonly name: string };
}

/** More milliseconds of the processor's time are taken for a hang: a busy machine does not add to them. */
const patience = 3000;

/** Runs calls `from` to `to`; `onCall` is told each index before its call, for those who watch over hangs. */
export function fuzz(
  seed: number,
  from: number,
  to: number,
  onCall: (index: number) => void = () => {},
): Report {
  const faults: Fault[] = [];
  let refusals = 0;
  let slowest = { milliseconds: 0, index: from, name: "" };
  const { log } = console;
  console.log = () => {};
  try {
    for (let index = from; index < to; index++) {
      onCall(index);
      const started = process.cpuUsage();
      const { callee, args, outcome } = makeCall(seed, index);
      const milliseconds = process.cpuUsage(started).user / 1000;
      if (milliseconds > slowest.milliseconds) slowest = { milliseconds, index, name: callee.name };
      const what = milliseconds > patience ? `took ${Math.round(milliseconds)} ms` : outcome.fault;
      if (what !== null)
        faults.push({ index, name: callee.name, what, args: showArguments(args), stack: outcome.stack });
      if (outcome.refused) refusals++;
    }
  } finally {
    console.log = log;
  }
  return { calls: to - from, refusals, faults, slowest };
}

interface Outcome {
  readonly fault: string | null;
  readonly refused: boolean;
  readonly stack: string;
}

function makeCall(seed: number, index: number): { callee: Callee; args: unknown[]; outcome: Outcome } {
  const choices = choicesOf(seed, index);
  const callee = choices.pick(callees);
  const [first, then = "x"] = callee.template.split(";").map((part) => part.trim());
  const args = terminating(choices, callee.name, mutated(choices, argumentsOf(choices, first)));
  const self = callee.isMethod ? right.array(choices) : undefined;
  const isInside = choices.chance(0.25);
  let stack = "";
  const attempt = (call: () => unknown): Outcome & { readonly result?: unknown } => {
    try {
      const result = call();
      if (result instanceof Promise) result.catch(() => {}); // of x.data(), or a caller's own
      const fault = faultOfResult(callee.name, result, !isInside && isTame(args) && isTame(self));
      return { fault, refused: false, stack, result };
    } catch (error) {
      stack = error instanceof Error ? (error.stack ?? "").split("\n").slice(1, 5).join("\n") : "";
      return { fault: faultOfError(error), refused: true, stack };
    } finally {
      debugNans(false);
      debugInfs(false);
      debugKeyReuse(false);
      setDefaultTarget("js");
    }
  };
  let outcome = isInside
    ? attempt(() => insideOf(choices, callee, self, args))
    : attempt(() => callee.call.apply(self, args));
  // What comes back may be functions: an optimiser's update, a pullback. They are called too.
  for (let depth = 0; depth < 2 && outcome.fault === null && !outcome.refused; depth++) {
    const f = functionIn(choices, outcome.result);
    if (f === null || args.includes(outcome.result)) break;
    const next = mutated(choices, argumentsOf(choices, choices.chance(0.7) ? then : "tree tree tree"));
    args.push("then", ...next);
    outcome = attempt(() => f(...next) ?? null);
  }
  return { callee, args, outcome };
}

/** The same call where its first array is a tracer, and the derivative or batch of what comes of it. */
function insideOf(choices: Choices, callee: Callee, self: unknown, args: readonly unknown[]): unknown {
  const at = callee.isMethod ? -1 : args.findIndex((arg) => arg instanceof NDArray);
  const given = callee.isMethod ? self : at < 0 ? 0.5 : args[at];
  const body = (tracer: NDArray): NDArray => {
    const traced = args.map((arg, i) => (i === at ? tracer : arg));
    const result = callee.call.apply(callee.isMethod ? tracer : undefined, traced);
    if (result instanceof Promise) result.catch(() => {}); // of tracer.data()
    return np.sum(result instanceof NDArray ? np.astype(result, "float32") : tracer);
  };
  const x = given as NDArray; // an array, or a number, which is one too
  switch (choices.below(4)) {
    case 0:
      return jit(body)(x);
    case 1:
      return grad(body)(x);
    case 2:
      return vmap(body)(np.stack([x, x]));
    default:
      return jit(vmap(grad(body)))(np.stack([x, x]));
  }
}

function functionIn(choices: Choices, result: unknown): ((...args: unknown[]) => unknown) | null {
  const isOwn = (value: unknown): value is (...args: unknown[]) => unknown => typeof value === "function";
  if (isOwn(result)) return result;
  // The functions of an arbitrary are fast-check's own.
  if (typeof result !== "object" || result === null || result instanceof fc.Arbitrary) return null;
  const found = Object.values(result).filter(isOwn);
  return found.length === 0 ? null : choices.pick(found);
}

function argumentsOf(choices: Choices, template: string): unknown[] {
  const words = template.match(/\{[^}]*\}|\S+/g) ?? [];
  return words.map((word) => {
    if (!word.startsWith("{")) return right[word](choices);
    const names = word
      .slice(1, -1)
      .split(" ")
      .filter((name) => name !== "" && choices.chance(0.5));
    return Object.fromEntries(
      names.map((name) => [name === "float" ? "dtype" : name, rightOptions[name](choices)]),
    );
  });
}

/** A third of the calls stay right; the others are made wrong in one place or more. */
function mutated(choices: Choices, args: unknown[]): unknown[] {
  const { below, chance, pick } = choices;
  const out = [...args];
  if (chance(0.3)) return out;
  const junk = (): unknown => pick(wrong)(choices);
  for (let times = 1 + below(2); times > 0; times--) {
    const at = below(out.length + 1);
    switch (below(7)) {
      case 0:
        out.splice(at, 1);
        break;
      case 1:
        out.splice(at, 0, junk());
        break;
      case 2: {
        const other = below(out.length + 1);
        if (at < out.length && other < out.length) [out[at], out[other]] = [out[other], out[at]];
        break;
      }
      case 3:
        if (at < out.length) out[at] = spoiled(choices, out[at], junk());
        break;
      default:
        if (at < out.length) out[at] = junk();
    }
  }
  return out;
}

/** A while loop of other functions may be right and endless, which no library can refuse: it keeps its own. */
function terminating(choices: Choices, name: string, args: unknown[]): unknown[] {
  const isLoop = name === "lax.whileLoop" && typeof args[0] === "function" && typeof args[1] === "function";
  return isLoop ? [right.below(choices), right.step(choices), ...args.slice(2)] : args;
}

/** A list or plain object with one entry wrong. */
function spoiled({ pick }: Choices, value: unknown, junk: unknown): unknown {
  if (Array.isArray(value)) {
    const at = pick([...value.keys(), value.length]);
    return value.map((entry, i) => (i === at ? junk : entry)).concat(at === value.length ? [junk] : []);
  }
  if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    return { ...value, [pick([...Object.keys(value), "unknown", ...Object.keys(rightOptions)])]: junk };
  }
  return junk;
}

/** For reading a report. */
function showArguments(args: readonly unknown[]): string {
  const seen = new Set<unknown>();
  const show = (value: unknown): string => {
    if (typeof value === "function") return `function ${value.name}`;
    if (typeof value !== "object" || value === null)
      return typeof value === "bigint" ? `${value}n` : String(value);
    if (seen.has(value)) return "(itself)";
    seen.add(value);
    if (Array.isArray(value)) return `[${Array.from(value, show).join(", ")}]`;
    if (Object.getPrototypeOf(value) !== Object.prototype) return describeInstance(value);
    return `{${Object.entries(value)
      .map(([key, part]) => `${key}: ${show(part)}`)
      .join(", ")}}`;
  };
  return args
    .map((arg) => show(arg))
    .join(" | ")
    .slice(0, 300);
}

const describeInstance = (value: object): string =>
  "aval" in value
    ? Object.prototype.toString.call(value) && `array[${(value as { shape?: unknown }).shape}]`
    : "an instance";
