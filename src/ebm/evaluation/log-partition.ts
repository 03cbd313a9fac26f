/**
 * log Z = log of the integral of exp(-E), by the midpoint rule on a grid that grows until it holds the mass and is cut
 * finer until the sum settles. For one or two coordinates: a grid of more has too many cells.
 *
 * The midpoint rule has an error that falls faster than any power of the spacing where the density is smooth and vanishes
 * at the edges (Trefethen and Weideman, "The exponentially convergent trapezoidal rule", 2014): once cells are as small as
 * the narrowest well's standard deviation, log Z is right to many digits. Around the box, where next to nothing lies,
 * coarse cells do.
 */
import * as E from "fp-ts/lib/Either.js";
import { pipe } from "fp-ts/lib/function.js";
import { checkInteger, readOptions } from "../../ir/arguments.js";
import { describe } from "../../ir/describe.js";
import { ArgumentError } from "../../ir/errors.js";
import type { FloatDType } from "../../random/shape.js";
import { type Box, checkBox, scaled, spacingOf, widened } from "./box.js";
import { cellSums, type Masses, type SumCells } from "./cell-masses.js";
import type { QuadratureFault } from "./quadrature-fault.js";
import type { PointEnergy } from "./rows.js";

/** What was found, and on which grid. All lengths are in units of the energy's argument. */
export interface Quadrature {
  /** log of the integral of exp(-E), in nats */
  readonly logZ: number;
  /** What log Z moved by when the cells were last halved: far above its error where the density is smooth. */
  readonly moved: number;
  /** The box that is cut into fine cells. */
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  /** A cell's sides, and how many cells the box has. */
  readonly spacing: readonly number[];
  readonly cells: number;
  /** The share of the mass around the box, out to 64 times its width. */
  readonly edgeMass: number;
  /** The share of the mass outside the range given, that range made a tenth wider. Training never sees what lies there. */
  readonly beyondRange: number;
}

export interface LogPartitionOptions {
  /** The first box is the range with every side moved out by this; 1 by default, for data of unit variance. */
  readonly margin?: number;
  /** Cells a side of the first grid: an even number; 128 by default, and 1024 on the line. */
  readonly cells?: number;
  /** The finest grid may have this many in all; 2^22 by default. */
  readonly mostCells?: number;
  /** The share of the mass that may lie around the box; 1e-4 by default. */
  readonly edgeTolerance?: number;
  /** What halving the cells may move log Z by; 1e-3 by default. */
  readonly tolerance?: number;
  /** Of the points at which the energy is evaluated; float32 by default. Sums are float64 in any case. */
  readonly dtype?: FloatDType;
}

type Settings = Required<LogPartitionOptions> & { readonly range: Box };

/**
 * log Z of an energy, by quadrature on a box about `range`, the range of the data.
 *
 * The box begins as the range with a margin and doubles until next to nothing lies around it; then its cells are halved
 * until log Z settles. Each grid has so many cells a side, whatever its width.
 *
 * @param energy of one point, f32[d] -> f32[], d = 1 or 2; Infinity where the density is 0
 * @returns a fault where an energy is NaN, Z is infinite, or a well is too narrow for the grid
 * @throws ShapeError when the box has other than one or two coordinates, or the energy is no scalar
 * @example
 * const gaussian = (x: NDArray) => x.square().sum().div(2);
 * logPartition(gaussian, { lower: [-3, -3], upper: [3, 3] }) // right({ logZ: 1.837877..., ... }): log(2 pi)
 */
export function logPartition(
  energy: PointEnergy,
  range: Box,
  options: LogPartitionOptions = {},
): E.Either<QuadratureFault, Quadrature> {
  const settings = readSettings(range, options);
  const sum = cellSums("ebm.logPartition", energy, settings.dtype);
  return pipe(
    grown(sum, settings, widened(range, settings.margin), mostDoublings),
    E.chain((found) => refined(sum, settings, found, 2 * settings.cells)),
  );
}

function readSettings(range: Box, options: LogPartitionOptions): Settings {
  const operation = "ebm.logPartition";
  checkBox(operation, range);
  const {
    margin = 1,
    cells = range.lower.length === 1 ? 1024 : 128,
    mostCells = 2 ** 22,
    edgeTolerance = 1e-4,
    tolerance = 1e-3,
    dtype = "float32",
  } = readOptions(operation, options, {
    margin: "number",
    cells: "integer",
    mostCells: "integer",
    edgeTolerance: "number",
    tolerance: "number",
    dtype: ["float32", "float64"],
  });
  checkInteger(operation, "cells / 2", cells / 2, 1, 2 ** 12);
  checkInteger(operation, "mostCells", mostCells, 1, 2 ** 30);
  for (const [name, value] of Object.entries({ margin, edgeTolerance, tolerance })) {
    if (value > 0 && value < Number.POSITIVE_INFINITY) continue;
    throw new ArgumentError(`${operation}: ${name} must be positive, got ${describe(value)}`);
  }
  return { margin, cells, mostCells, edgeTolerance, tolerance, dtype, range: scaled(range, 1.1) };
}

/** The box is never made wider than 2^10 times the first. */
const mostDoublings = 10;

/** Boxes of 4, 8 ... 64 times the width are looked at too, with one chunk of cells each: wells far away would lie there. */
const farFactors = [4, 8, 16, 32, 64] as const;
const farCells = (dimension: number): number => (dimension === 1 ? 4096 : 64);

/** A box, and the integrals of exp(-E) in it and around it, by coarse cells. All masses are over exp(log). */
interface Grown {
  readonly box: Box;
  readonly log: number;
  readonly core: number;
  readonly ring: number;
  readonly ringBeyond: number;
}

/** The first box, each twice as wide as the one before, that has next to nothing around it. */
function grown(
  sum: SumCells,
  settings: Settings,
  box: Box,
  doublings: number,
): E.Either<QuadratureFault, Grown> {
  return pipe(
    around(sum, settings, box),
    E.chain((found): E.Either<QuadratureFault, Grown> => {
      const edgeMass = found.ring / (found.core + found.ring);
      if (edgeMass <= settings.edgeTolerance) return E.right(found);
      return doublings === 0
        ? E.left({ kind: "unbounded", box, edgeMass, tolerance: settings.edgeTolerance })
        : grown(sum, settings, scaled(box, 2), doublings - 1);
    }),
  );
}

/** The box and what lies around it: to twice its width by cells as in it, and from there by wider and wider ones. */
function around(sum: SumCells, { cells, range }: Settings, box: Box): E.Either<QuadratureFault, Grown> {
  const near = pipe(
    sum({ box: scaled(box, 2), cells: 2 * cells, core: box, range }),
    E.map((masses): Grown => ({ box, ...masses })),
  );
  const wider = { cells: farCells(box.lower.length), range };
  return farFactors.reduce(
    (so, factor) =>
      pipe(
        so,
        E.chain((before) =>
          pipe(
            sum({ ...wider, box: scaled(box, factor), core: scaled(box, factor / 2) }),
            E.map((masses) => joined(before, masses)),
            E.orElse((fault) => (fault.kind === "noMass" ? E.right(before) : E.left(fault))),
          ),
        ),
      ),
    near,
  );
}

/** Adds what lies in a further ring. */
function joined(before: Grown, { log, ring, ringBeyond }: Masses): Grown {
  const top = Math.max(before.log, log);
  const [a, b] = [Math.exp(before.log - top), Math.exp(log - top)];
  return {
    box: before.box,
    log: top,
    core: a * before.core,
    ring: a * before.ring + b * ring,
    ringBeyond: a * before.ringBeyond + b * ringBeyond,
  };
}

/** log Z with so many cells a side of the box, or twice as many and so on until it moves no longer. */
function refined(
  sum: SumCells,
  settings: Settings,
  found: Grown,
  cells: number,
  before = logOf(found, found.core + found.ring),
): E.Either<QuadratureFault, Quadrature> {
  const { box } = found;
  return pipe(
    sum({ box, cells, core: box, range: settings.range }),
    E.chain((fine): E.Either<QuadratureFault, Quadrature> => {
      const logZ = logAddExp(logOf(fine, fine.core), logOf(found, found.ring));
      const moved = Math.abs(logZ - before);
      const total = cells ** box.lower.length;
      const spacing = spacingOf(box, cells);
      if (moved <= settings.tolerance) {
        const edgeMass = Math.exp(logOf(found, found.ring) - logZ);
        const beyond = logAddExp(logOf(fine, fine.coreBeyond), logOf(found, found.ringBeyond));
        const beyondRange = Math.exp(beyond - logZ);
        return E.right({ logZ, moved, ...box, spacing, cells: total, edgeMass, beyondRange });
      }
      return total * 2 ** box.lower.length > settings.mostCells
        ? E.left({ kind: "unresolved", cells: total, spacing, moved, tolerance: settings.tolerance })
        : refined(sum, settings, found, 2 * cells, logZ);
    }),
  );
}

/** The log of a mass that is given over exp(log). */
const logOf = ({ log }: { readonly log: number }, mass: number): number => log + Math.log(mass);

/** log(exp(a) + exp(b)); -Infinity is the log of nothing. */
function logAddExp(a: number, b: number): number {
  const top = Math.max(a, b);
  return top === Number.NEGATIVE_INFINITY ? top : top + Math.log1p(Math.exp(Math.min(a, b) - top));
}
