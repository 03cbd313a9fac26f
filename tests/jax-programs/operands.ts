/** How rows find their operands: earlier values that fit, led into the domain asked for, or new inputs. */
import { type Draft, NoFit } from "./draft.js";
import type { Expression } from "./program.js";
import {
  broadcast,
  type Interval,
  isFloat,
  type Kind,
  kindOf,
  ref,
  sameShape,
  sizeOf,
  usual,
  type Value,
} from "./values.js";

export interface Wanted {
  /** Default: float. */
  readonly kinds?: readonly Kind[];
  /** Null: whatever its elements. Default [-4, 4]. */
  readonly interval?: Interval | null;
  readonly fits?: (shape: readonly number[]) => boolean;
  /** The shape of a new input. */
  readonly otherwise?: () => readonly number[];
}

const inputLimit = 6;
const intervals: Readonly<Record<Kind, Interval>> = {
  float: usual,
  int: [-6, 6],
  uint: [0, 9],
  bool: [0, 1],
};

/** An axis that would be too much has one element. */
export function newShape({ choices, root }: Draft, minRank = 0, maxRank = root.style.maxRank): number[] {
  const { sizes, otherSizes, sizeLimit } = root.style;
  const rank = choices.integer(minRank, Math.max(minRank, maxRank));
  const isOther = choices.chance(0.02);
  let size = 1;
  return Array.from({ length: rank }, () => {
    const wanted = choices.oneOf(isOther ? otherSizes : sizes);
    if (size * wanted > 4 * sizeLimit) return 1;
    size *= Math.max(wanted, 1);
    return wanted;
  });
}

/** An earlier value, mostly a late one, or a new input. */
export function operand(draft: Draft, wanted: Wanted = {}): Value {
  const { choices } = draft;
  const { sizeLimit } = draft.root.style;
  const { kinds = ["float"], interval, fits = () => true } = wanted;
  const found = draft.visible.filter(
    ({ dtype, shape }) => kinds.includes(kindOf(dtype)) && sizeOf(shape) <= sizeLimit && fits(shape),
  );
  const full = draft.root.inputs.length >= inputLimit;
  const value =
    found.length > 0 && (full || choices.chance(0.8))
      ? found[found.length - 1 - Math.min(choices.integer(0, found.length - 1), choices.integer(0, 5))]
      : newOperand(draft, choices.oneOf(kinds), wanted);
  return interval === null ? value : lead(draft, value, interval ?? intervals[kindOf(value.dtype)]);
}

function newOperand(draft: Draft, kind: Kind, { interval, fits = () => true, otherwise }: Wanted): Value {
  let shape = otherwise?.() ?? newShape(draft);
  for (let tries = 0; tries < 20 && !fits(shape); tries++) shape = otherwise?.() ?? newShape(draft);
  if (!fits(shape)) throw new NoFit("no shape fits");
  const [low, high] = interval ?? intervals[kind];
  const [least, most] = kind === "float" ? [-1.5, 1.5] : intervals[kind];
  const both: Interval = [Math.max(low, least), Math.min(high, most)];
  return draft.newInput(kind, shape, both[0] < both[1] ? both : [low, high]);
}

/** The value itself where it lies in the domain; otherwise led there, floats smoothly and with slopes up to 1. */
export function lead(draft: Draft, value: Value, domain: Interval): Value {
  const [low, high] = value.interval;
  if (domain[0] <= low && high <= domain[1]) return value;
  if (value.dtype === "bool") throw new NoFit("bools stay as they are");
  if (!isFloat(value.dtype)) return leadInteger(draft, value, domain);
  const middle = (domain[0] + domain[1]) / 2;
  const radius = (domain[1] - domain[0]) / 2;
  const width = high - low;
  const small = width > 24 && Number.isFinite(width) ? scaled(draft, value, 8 / width) : value;
  const squash = draft.choices.oneOf(["numpy.sin", "numpy.sin", "numpy.tanh", "lax.sin", "lax.tanh"]);
  const unit = draft.step(squash, [ref(small)], [-1, 1]);
  const wide = radius === 1 ? unit : scaled(draft, unit, radius);
  return middle === 0 ? wide : draft.step("numpy.add", [ref(wide), middle], domain);
}

function scaled(draft: Draft, value: Value, factor: number): Value {
  const [low, high] = value.interval;
  return draft.step("numpy.multiply", [ref(value), factor], [low * factor, high * factor]);
}

function leadInteger(draft: Draft, value: Value, domain: Interval): Value {
  const low = Math.ceil(domain[0]);
  const size = Math.floor(domain[1]) - low + 1;
  if (size < 1 || (value.dtype === "uint32" && low < 0)) throw new NoFit("no integers there");
  const rest = draft.step("numpy.remainder", [ref(value), size], [0, size - 1]);
  return low === 0 ? rest : draft.step("numpy.add", [ref(rest), low], [low, low + size - 1]);
}

/** A value that broadcasts with the given shape; sometimes a number. */
export function partner(draft: Draft, shape: readonly number[], wanted: Wanted = {}): Value | number {
  const { choices } = draft;
  const { interval = usual, kinds = ["float"] } = wanted;
  const { sizeLimit } = draft.root.style;
  if (interval !== null && choices.chance(0.15)) return numberIn(draft, interval, kinds[0]);
  const fits = (other: readonly number[]): boolean => {
    const both = broadcast(shape, other);
    return both !== null && sizeOf(both) <= sizeLimit && (wanted.fits?.(other) ?? true);
  };
  const otherwise = (): number[] => {
    const tail = shape.slice(choices.chance(0.3) ? choices.integer(0, shape.length) : 0);
    return tail.map((n) => (choices.chance(0.2) ? 1 : n));
  };
  return operand(draft, { ...wanted, fits, otherwise });
}

/** A literal of the interval; integers for kinds that are not floats. */
export function numberIn({ choices }: Draft, [low, high]: Interval, kind: Kind = "float"): number {
  const [least, most] = [Math.max(low, -8), Math.min(high, 8)];
  if (kind !== "float") return choices.integer(Math.ceil(least), Math.floor(most));
  return Math.round(choices.uniform(least, most) * 64) / 64;
}

/** A value of exactly this shape: an earlier one, a new input, or one broadcast to it. */
export function exactly(draft: Draft, shape: readonly number[], wanted: Omit<Wanted, "fits"> = {}): Value {
  const { choices } = draft;
  const canGrow = draft.root.inputs.length < inputLimit;
  if (!canGrow || choices.chance(0.2)) {
    const smaller = operand(draft, {
      ...wanted,
      fits: (other) => sameShape(broadcast(shape, other) ?? [-1], shape),
      otherwise: () => shape,
    });
    if (sameShape(smaller.shape, shape)) return smaller;
    return draft.step("numpy.broadcastTo", [ref(smaller), [...shape]], smaller.interval);
  }
  return operand(draft, { ...wanted, fits: (other) => sameShape(other, shape), otherwise: () => shape });
}

export const asExpression = (value: Value | number): Expression =>
  typeof value === "number" ? value : ref(value);
export const intervalOf = (value: Value | number): Interval =>
  typeof value === "number" ? [value, value] : value.interval;
export const shapeOf = (value: Value | number): readonly number[] =>
  typeof value === "number" ? [] : value.shape;
