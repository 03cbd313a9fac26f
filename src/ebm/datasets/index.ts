/** Points of the plane with a known density, for trying things out: each set samples, and knows exactly what it samples. */
import { checkerboard } from "./checkerboard.js";
import type { DataSet } from "./data-set.js";
import { eightGaussians } from "./eight-gaussians.js";
import { mixture } from "./mixture.js";
import { moons } from "./moons.js";
import { pinwheel } from "./pinwheel.js";
import { rings } from "./rings.js";
import { swissRoll } from "./swiss-roll.js";
import { twoSpirals } from "./two-spirals.js";

export type { DataSet } from "./data-set.js";
export { eightGaussiansCentres } from "./eight-gaussians.js";
export { occupancy } from "./occupancy.js";

/** All of them, by name. */
export const dataSets = {
  "8gaussians": eightGaussians,
  moons,
  checkerboard,
  pinwheel,
  swissroll: swissRoll,
  "2spirals": twoSpirals,
  rings,
  mixture,
} as const satisfies Readonly<Record<string, DataSet>>;
