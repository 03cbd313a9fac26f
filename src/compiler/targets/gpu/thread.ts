/** What one thread does: from its element back to the turns that write it, and what these compute. */
import { InternalError } from "../../../ir/errors.js";
import type { Expr, Loop, Store } from "../../../ir/loop-ir.js";
import { conflict, findConflict } from "./conflicts.js";
import { elementValue, expressionValue, expressionValues, positionText } from "./expressions.js";
import {
  type Affine,
  type Axis,
  affineOf,
  coversAll,
  type Definitions,
  indexDefinitions,
  orderedAxes,
  substitute,
} from "./indices.js";
import { quotientText } from "./integers.js";
import { refuse } from "./refusal.js";
import { assignValues, mutableValue, type Scope, writeCall, writeStatements } from "./statements.js";
import {
  assignedIn,
  type HostVariables,
  isParallel,
  neededFor,
  type StoreSite,
  storesOf,
  tempsIn,
  type Unit,
} from "./unit.js";
import { flagValue, floatValue, type KernelValue, smallValue, wordsValue } from "./values.js";
import type { KernelWriter } from "./writer.js";

/**
 * The body of the kernel of one store.
 *
 * @throws Refusal where threads cannot know which turns are theirs, or would read what they have written
 */
export function writeThread(k: KernelWriter, unit: Unit, site: StoreSite, host: HostVariables): void {
  const { store, loops } = site;
  const { buffer } = store;
  if (tempsIn(unit.statements).has(buffer)) conflict("it keeps an array for each of its turns");
  const assigned = assignedIn(unit.statements);
  const written = new Set(storesOf(unit).map((each) => each.store.buffer));
  const definitions = indexDefinitions(unit.statements, assigned, written);
  const needed = neededFor(unit, store);
  const place = placeOf(site, definitions);
  const threads = new Set(
    loops
      .filter((loop) => isParallel(loop) && place.axes.some(({ id }) => id === loop.index.id))
      .map(({ index }) => index.id),
  );
  const isRegister = findConflict(unit, site, needed, definitions, threads);
  const isWhole = isConstantZero(place.base) && coversAll(place.axes, Number(buffer.size));

  for (const [id, { least, most }] of host) k.setVariable(id, [smallValue(k.hostVariable(id), least, most)]);
  const element = writeElement(k, store);
  const result = mutableValue(
    k,
    !isWhole || site.isConditional || isRegister ? elementValue(k, buffer, element) : nothingOf(store),
  );
  if (isRegister) k.register = { buffer, value: result };
  const turns = takeApart(k, element, place, isWhole, threads);
  const scope: Scope = {
    isNeeded: (statement) => needed.has(statement),
    assigned,
    isThread: (loop: Loop) => threads.has(loop.index.id),
    onStore: (each) => {
      if (each === store) writeResult(k, store, turns.serial, result);
    },
  };
  const body = (): void => writeStatements(k, unit.statements, scope);
  if (turns.test === null) body();
  else k.braces(`if (${turns.test})`, body);
  k.line(`return ${resultText(result)};`);
}

const isInteger = ({ buffer: { dtype } }: Store): boolean => dtype === "int32" || dtype === "uint32";

/** The number of the thread's element. Of integers each thread returns one word, the first half of them the lower ones. */
function writeElement(k: KernelWriter, store: Store): string {
  k.line("let p = this.thread.x;");
  if (!isInteger(store)) return "p";
  const size = Number(store.buffer.size);
  k.line(`let upper = p >= ${size} ? 1 : 0;`);
  k.line(`let e = p - upper * ${size};`);
  return "e";
}

function nothingOf(store: Store): KernelValue {
  if (isInteger(store)) return wordsValue("0", "0");
  return store.buffer.dtype === "bool" ? flagValue("(0 > 1)") : floatValue("0");
}

function resultText(result: KernelValue): string {
  switch (result.kind) {
    case "float":
      return result.text;
    case "flag":
      return `${result.text} ? 1 : 0`;
    case "words":
      return `upper > 0 ? ${result.high} : ${result.low}`;
    case "small":
      throw new InternalError("a kernel returns a constant");
    default:
      return result satisfies never;
  }
}

/** The thread's element takes the value, if this is its turn; of several lanes the one that it is. */
function writeResult(
  k: KernelWriter,
  store: Store,
  serial: ReadonlyMap<number, string>,
  result: KernelValue,
): void {
  const write = (): void => {
    const values = expressionValues(k, store.value, writeCall);
    const assign = (lane: number): void =>
      assignValues(k, [result], [values[values.length === 1 ? 0 : lane]]);
    const mine = serial.get(laneId);
    if (mine === undefined) {
      assign(0);
      return;
    }
    for (let lane = 0; lane < store.value.lanes; lane++)
      k.braces(`if (${mine} === ${lane})`, () => assign(lane));
  };
  const tests = [...serial]
    .filter(([id]) => id !== laneId)
    .map(([id, text]) => `${positionText(k.variable(indexOf(id))[0])} === ${text}`);
  if (tests.length === 0) write();
  else k.braces(`if (${tests.join(" && ")})`, write);
}

const indexOf = (id: number) => ({ kind: "var", id, dtype: "int32", lanes: 1 }) as const;

// places ---------------------------------------------------------------------------------------------------------------

/** Where a store writes: from `base` on, as far as the turns of the loops in its position go. */
interface Place {
  /** The largest steps first. */
  readonly axes: readonly Axis[];
  /** Loops that count down, with the position of their first turn in `base`. */
  readonly reversed: ReadonlySet<number>;
  readonly base: Affine;
}

/** The axis of a store's lanes. */
const laneId = -1;

function placeOf({ store, loops }: StoreSite, definitions: Definitions): Place {
  if (store.index.lanes !== 1) refuse("it writes elements that lie apart at once");
  const affine = affineOf(substitute(store.index, definitions));
  const axes: Axis[] = [];
  const reversed = new Set<number>();
  const coefficients = new Map(affine.coefficients);
  let { constant } = affine;
  for (const { index, extent } of loops) {
    const coefficient = coefficients.get(index.id) ?? 0;
    if (coefficient === 0) continue;
    coefficients.delete(index.id);
    if (extent.kind !== "const") return refuse("how far it writes is known at run time only");
    const turns = Number(extent.value);
    if (coefficient < 0) {
      reversed.add(index.id);
      constant += coefficient * (turns - 1);
    }
    axes.push({ id: index.id, coefficient: Math.abs(coefficient), extent: turns });
  }
  const { lanes } = store.value;
  if (lanes > 1) axes.push({ id: laneId, coefficient: 1, extent: lanes });
  const ordered = orderedAxes(axes);
  if (ordered === null) return refuse("two of its turns may write the same element");
  return { axes: ordered, reversed, base: { ...affine, constant, coefficients } };
}

const isConstantZero = ({ constant, coefficients, others }: Affine): boolean =>
  constant === 0 && others.length === 0 && [...coefficients.values()].every((c) => c === 0);

interface Turns {
  /** Of loops that the thread goes through: the turn that writes its element. */
  readonly serial: ReadonlyMap<number, string>;
  /** Whether the loops write the element at all; null where they write all. */
  readonly test: string | null;
}

/** From an element to loop indices: those of threads are variables from then on. */
function takeApart(
  k: KernelWriter,
  element: string,
  { axes, reversed, base }: Place,
  isWhole: boolean,
  threads: ReadonlySet<number>,
): Turns {
  const serial = new Map<number, string>();
  const tests: string[] = [];
  let rest = element;
  if (!isConstantZero(base)) {
    const distance = k.name(`${element} - (${baseText(k, base)})`);
    tests.push(`${distance} >= 0`);
    // Threads that write nothing find turns all the same, which must be turns that there are.
    rest = k.name(`${distance} >= 0 ? ${distance} : 0`);
  }
  axes.forEach(({ id, coefficient, extent }, i) => {
    const isLast = coefficient === 1 && i === axes.length - 1;
    const turn = isLast
      ? rest
      : k.name(quotientText(k, rest, smallValue(String(coefficient), coefficient, coefficient)));
    rest = isLast ? "0" : k.name(`${rest} - ${turn} * ${coefficient}`);
    if (!isWhole) tests.push(`${turn} < ${extent}`);
    const index = reversed.has(id) ? k.name(`${extent - 1} - ${turn}`) : turn;
    if (threads.has(id)) k.setVariable(id, [smallValue(index, 0, extent - 1)]);
    else serial.set(id, index);
  });
  if (isWhole) return { serial, test: null };
  if (rest !== "0") tests.push(`${rest} === 0`);
  return { serial, test: tests.map((test) => `(${test})`).join(" && ") };
}

/** The position that loops count from: of numbers, of variables of the host, of what lies in memory. */
function baseText(k: KernelWriter, { constant, coefficients, others }: Affine): string {
  const terms = [String(constant)];
  for (const [id, coefficient] of coefficients) {
    if (coefficient === 0) continue;
    if (!k.hasVariable(id)) refuse("where it writes is computed as it goes");
    terms.push(`${coefficient} * ${k.name(positionText(k.variable(indexOf(id))[0]))}`);
  }
  for (const { coefficient, expr } of others) {
    if (!isKnownBefore(k, expr)) refuse("where it writes depends on data (a scatter)");
    terms.push(`${coefficient} * ${k.name(positionText(expressionValue(k, expr, writeCall)))}`);
  }
  return terms.join(" + ");
}

/** Whether an expression is made of what the kernel knows before its loops. */
const isKnownBefore = (k: KernelWriter, expr: Expr): boolean => {
  switch (expr.kind) {
    case "var":
      return k.hasVariable(expr.id);
    case "const":
      return true;
    case "load":
      return isKnownBefore(k, expr.index);
    case "unary":
    case "cast":
    case "bitcast":
      return isKnownBefore(k, expr.x);
    case "binary":
    case "compare":
      return isKnownBefore(k, expr.x) && isKnownBefore(k, expr.y);
    case "select":
      return [expr.test, expr.yes, expr.no].every((x) => isKnownBefore(k, x));
    default:
      return false;
  }
};
