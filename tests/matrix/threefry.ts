/** Threefry-2x32 in plain JavaScript, and the draws that samples by rejection are made of. */
import { bitsAs } from "./plain.js";
import { erfInv } from "./special-functions.js";

export type Words = readonly [number, number];

const rotations = [
  [13, 15, 26, 6],
  [17, 29, 16, 24],
];

/** Twenty rounds, a part of the key added after every four: Salmon and others (2011), section 3. */
export function threefry([k0, k1]: Words, [c0, c1]: Words): Words {
  const parts = [k0, k1, k0 ^ k1 ^ 0x1bd11bda];
  let x = (c0 + k0) >>> 0;
  let y = (c1 + k1) >>> 0;
  for (let group = 0; group < 5; group++) {
    for (const by of rotations[group % 2]) {
      x = (x + y) >>> 0;
      y = (((y << by) | (y >>> (32 - by))) ^ x) >>> 0;
    }
    x = (x + parts[(group + 1) % 3]) >>> 0;
    y = (y + parts[(group + 2) % 3] + group + 1) >>> 0;
  }
  return [x, y];
}

/** What the floats of a dtype are made of. */
type Float = "float32" | "float64";

const split = (key: Words, count: number): Words[] =>
  Array.from({ length: count }, (_, i) => threefry(key, [0, i]));

/** On [0, 1): 23 or 52 random bits under the exponent of 1. */
function uniform(key: Words, dtype: Float): number {
  const [high, low] = threefry(key, [0, 0]);
  if (dtype === "float32") return bitsAs("uint32", [((high ^ low) >>> 9) | 0x3f800000], "float32")[0] - 1;
  const words = [((high << 20) | (low >>> 12)) >>> 0, ((high >>> 12) | 0x3ff00000) >>> 0];
  return bitsAs("uint32", words, "float64")[0] - 1;
}

function normal(key: Words, dtype: Float): number {
  const lowest = dtype === "float32" ? -1 + 2 ** -24 : -1 + 2 ** -53;
  return Math.SQRT2 * erfInv(Math.max(2 * uniform(key, dtype) + lowest, lowest));
}

/** Gamma(a, 1) by Marsaglia and Tsang's rejection (2000), or its logarithm, with the keys split as jax.random.gamma does. */
export function gammaSample(
  key: Words,
  counter: number,
  shape: number,
  dtype: Float,
  logSpace: boolean,
): number {
  const [loopKey, boostKey] = split(threefry(key, [0, counter]), 2);
  const d = (shape >= 1 ? shape : shape + 1) - 1 / 3;
  const cube = accepted(loopKey, d, dtype);
  const rest = 1 - uniform(boostKey, dtype);
  const boost = shape >= 1 ? 0 : Math.log(rest) / shape;
  const logarithm = Math.log(d) + Math.log(cube) + boost;
  return logSpace ? logarithm : d * cube * Math.exp(boost);
}

function accepted(first: Words, d: number, dtype: Float): number {
  const c = 1 / 3 / Math.sqrt(d);
  for (let key = first; ; ) {
    const [next, normalKey, uniformKey] = split(key, 3);
    key = next;
    const x = positive(normalKey, c, dtype);
    const cube = (1 + c * x) ** 3;
    const u = uniform(uniformKey, dtype);
    if (u < 1 - 0.0331 * x ** 4 || Math.log(u) < x ** 2 / 2 + d * (1 - cube + Math.log(cube))) return cube;
  }
}

/** A normal x with 1 + c x > 0. */
function positive(first: Words, c: number, dtype: Float): number {
  for (let key = first; ; ) {
    const [next, part] = split(key, 2);
    key = next;
    const x = normal(part, dtype);
    if (1 + c * x > 0) return x;
  }
}
