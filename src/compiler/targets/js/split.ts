/**
 * Splits long or often repeated text into functions.
 *
 * V8 stops optimising a function above 60 kB of bytecode (500 operations in one function ran at 6 ns each, 5,000 at 82),
 * and code that is reached by a call may run optimised from its next call on, whatever its caller runs in. So runs of
 * statements are grouped into functions of at most about `operationLimit` operations, and what is heavy within the turn
 * of a serial loop is a function called each turn.
 *
 * A run can move out if it does not leave the loop around it, nothing after it sees its names, and it assigns at most one
 * name of its surroundings: that one the function returns.
 */
import type { Fragment } from "./fragment.js";
import { fragment, indent, sequence } from "./fragment.js";

/** Operations in one function. */
export const operationLimit = 300;

/** A loop nest of so many operations is worth a call. */
const heavyWork = 500;

/** Takes the text of a new function and returns its name. */
export type DefineFunction = (text: (name: string) => readonly string[]) => string;

/** The run as a function and the call of it; undefined if it cannot move. */
function moveOut(run: Fragment, define: DefineFunction): Fragment | undefined {
  if (run.isFixed || run.assigns.size > 1) return undefined;
  const parameters = [...new Set([...run.mentions, ...run.assigns])];
  const [result] = run.assigns;
  const name = define((own) => [
    `function ${own}(${parameters.join(", ")}) {`,
    ...indent(run.lines),
    ...(result === undefined ? [] : [`  return ${result};`]),
    "}",
  ]);
  const call = `${name}(${parameters.join(", ")});`;
  return fragment({
    lines: [result === undefined ? call : `${result} = ${call}`],
    operations: 1 + parameters.length,
    work: run.work,
    mentions: run.mentions,
    assigns: run.assigns,
  });
}

/**
 * Cuts a body into the shortest consecutive runs that keep their names to themselves. A name whose last mention is more
 * than `operationLimit` operations away does not hold a run together: it stays where it is and is passed on.
 */
function closedRuns(body: readonly Fragment[]): readonly (readonly Fragment[])[] {
  const lastMention = new Map<string, number>();
  const operationsBefore = [0];
  body.forEach((each, i) => {
    for (const name of each.mentions) lastMention.set(name, i);
    for (const name of each.assigns) lastMention.set(name, i);
    operationsBefore.push(operationsBefore[i] + each.operations);
  });
  const runs: (readonly Fragment[])[] = [];
  for (let begin = 0; begin < body.length; ) {
    let end = begin;
    for (let i = begin; i <= end; i++) {
      for (const name of body[i].declares) {
        const last = lastMention.get(name) ?? i;
        if (operationsBefore[last + 1] - operationsBefore[begin] <= operationLimit) end = Math.max(end, last);
      }
    }
    runs.push(body.slice(begin, end + 1));
    begin = end + 1;
  }
  return runs;
}

/** Whether nothing after the run can see the names it declares. */
const isClosed = (run: readonly Fragment[], after: ReadonlySet<string>): boolean =>
  run.every((each) => [...each.declares].every((name) => !after.has(name)));

/** The names that are mentioned after each run. */
function mentionedAfter(runs: readonly (readonly Fragment[])[]): readonly ReadonlySet<string>[] {
  const lastRun = new Map<string, number>();
  runs.forEach((run, i) => {
    for (const each of run) for (const name of [...each.mentions, ...each.assigns]) lastRun.set(name, i);
  });
  return runs.map((run, i) => {
    const later = new Set<string>();
    for (const each of run)
      for (const name of each.declares) if ((lastRun.get(name) ?? -1) > i) later.add(name);
    return later;
  });
}

/** Within the turn of a serial loop: every run with a heavy loop nest becomes a function. */
export function splitHeavy(body: readonly Fragment[], define: DefineFunction): readonly Fragment[] {
  const isHeavy = (each: Fragment): boolean => each.hasLoop && each.work >= heavyWork;
  const runs = closedRuns(body);
  const later = mentionedAfter(runs);
  return runs.flatMap((run, i) => {
    if (!run.some(isHeavy)) return run;
    const moved = isClosed(run, later[i]) ? moveOut(sequence(run), define) : undefined;
    if (moved !== undefined) return [moved];
    return run.map((each) =>
      isHeavy(each) && each.declares.size === 0 ? (moveOut(each, define) ?? each) : each,
    );
  });
}

/** A body of more than `operationLimit` operations with its runs grouped into functions, calls of calls if need be. */
export function splitLong(body: readonly Fragment[], define: DefineFunction): readonly Fragment[] {
  const total = body.reduce((operations, each) => operations + each.operations, 0);
  if (total <= operationLimit) return body;
  const runs = closedRuns(body);
  const later = mentionedAfter(runs);
  const grouped: Fragment[] = [];
  let group: Fragment[] = [];
  let groupOperations = 0;
  const flush = (): void => {
    if (group.length > 0) grouped.push(moveOut(sequence(group), define) ?? sequence(group));
    group = [];
    groupOperations = 0;
  };
  runs.forEach((run, i) => {
    const whole = sequence(run);
    const canMove = isClosed(run, later[i]) && !whole.isFixed && whole.assigns.size === 0;
    if (!canMove || groupOperations + whole.operations > operationLimit) flush();
    if (canMove) {
      group.push(whole);
      groupOperations += whole.operations;
    } else {
      grouped.push(...run.map((each) => moveLong(each, define)));
    }
  });
  flush();
  const after = grouped.reduce((operations, each) => operations + each.operations, 0);
  return grouped.length < body.length && after < total ? splitLong(grouped, define) : grouped;
}

/** A fragment of a run that cannot move as a whole: by itself, if it is long. */
const moveLong = (each: Fragment, define: DefineFunction): Fragment =>
  each.operations > operationLimit / 4 && each.declares.size === 0 ? (moveOut(each, define) ?? each) : each;
