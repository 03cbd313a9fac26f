/** exp(-E) summed over the cells of one grid, by the region a cell lies in. */
import * as E from "fp-ts/lib/Either.js";
import type { NDArray } from "../../autodiff/array.js";
import { jit } from "../../autodiff/transforms/jit-function.js";
import { foriLoop } from "../../lax/index.js";
import * as np from "../../numpy/index.js";
import type { FloatDType } from "../../random/shape.js";
import { type Box, midpoints, spacingOf } from "./box.js";
import type { QuadratureFault } from "./quadrature-fault.js";
import { batchedEnergy, chunkSize, type PointEnergy } from "./rows.js";

/** A grid of `cells` cells a side on `box`. Cells are told apart by whether they lie in `core` and in `range`. */
export interface Grid {
  readonly box: Box;
  readonly cells: number;
  readonly core: Box;
  readonly range: Box;
}

/** exp(log) times these sums is the integral of exp(-E) over the cells of a region, by the midpoint rule. */
export interface Masses {
  readonly log: number;
  readonly core: number;
  /** What of the core lies outside the range. */
  readonly coreBeyond: number;
  /** Around the core. */
  readonly ring: number;
  readonly ringBeyond: number;
}

export type SumCells = (grid: Grid) => E.Either<QuadratureFault, Masses>;

/**
 * The sums over any grid, by one compiled loop over chunks of cells, in float64. The largest exponent so far is taken out,
 * and what was summed before is scaled when a larger one comes: nothing overflows.
 *
 * @param dtype of the points at which the energy is evaluated
 */
export function cellSums(operation: string, energy: PointEnergy, dtype: FloatDType): SumCells {
  const energies = batchedEnergy(operation, energy);
  const loop = jit((grid: TracedGrid): Sums => {
    const chunks = np.floorDivide(grid.total.add(chunkSize - 1), chunkSize);
    const start: Sums = {
      top: np.array(-Number.MAX_VALUE, float64),
      sums: np.zeros([4], float64),
      bad: noCell,
    };
    return foriLoop(0, chunks, (i, sums: Sums) => addChunk(energies, dtype, grid, i, sums), start);
  });
  const energyAt = jit((x: NDArray) => energies(x.expandDims(0)));
  return (grid) => {
    const traced = tracedGrid(grid);
    const { top, sums, bad } = loop(traced);
    if (Number(bad.item()) < Number(traced.total.item())) {
      const at = midpoints(bad.reshape([1]), traced.cells, traced.lower, traced.spacing).reshape([-1]);
      const found = Number(energyAt(at.astype(dtype)).reshape([]).item());
      return E.left({ kind: "notFinite", at: Array.from(at.dataSync()), energy: found });
    }
    const [core, coreBeyond, ring, ringBeyond] = sums.dataSync();
    if (core + ring === 0) return E.left({ kind: "noMass", box: grid.box });
    const cellVolume = spacingOf(grid.box, grid.cells).reduce((volume, side) => volume * side, 1);
    return E.right({
      log: Number(top.item()) + Math.log(cellVolume),
      core,
      coreBeyond,
      ring,
      ringBeyond,
    });
  };
}

/** A grid as arrays, so that all grids of one energy are one program. */
interface TracedGrid {
  /** i32[]: cells a side, and in all */
  readonly cells: NDArray;
  readonly total: NDArray;
  /** f64[d] */
  readonly lower: NDArray;
  readonly spacing: NDArray;
  readonly core: TracedBox;
  readonly range: TracedBox;
}

interface TracedBox {
  readonly lower: NDArray;
  readonly upper: NDArray;
}

/** What the loop carries. */
interface Sums {
  /** f64[]: the largest -E so far */
  readonly top: NDArray;
  /** f64[4]: exp(-E - top) summed over core, core beyond the range, ring, ring beyond the range */
  readonly sums: NDArray;
  /** i32[]: the first cell with an energy that is NaN or -Infinity, or a number beyond all cells */
  readonly bad: NDArray;
}

const float64 = { dtype: "float64" } as const;
const noCell = np.array(2 ** 31 - 1, { dtype: "int32" });

function tracedGrid({ box, cells, core, range }: Grid): TracedGrid {
  const vector = (values: readonly number[]): NDArray => np.array(values, float64);
  const traced = ({ lower, upper }: Box): TracedBox => ({ lower: vector(lower), upper: vector(upper) });
  return {
    cells: np.array(cells, { dtype: "int32" }),
    total: np.array(cells ** box.lower.length, { dtype: "int32" }),
    lower: vector(box.lower),
    spacing: vector(spacingOf(box, cells)),
    core: traced(core),
    range: traced(range),
  };
}

function addChunk(
  energies: (x: NDArray) => NDArray,
  dtype: FloatDType,
  grid: TracedGrid,
  i: NDArray,
  { top, sums, bad }: Sums,
): Sums {
  const index = np.arange(chunkSize).astype("int32").add(i.mul(chunkSize));
  const isCell = np.less(index, grid.total);
  const x = midpoints(np.minimum(index, grid.total.sub(1)), grid.cells, grid.lower, grid.spacing);
  const energy = energies(x.astype(dtype));
  const isBad = np.logicalOr(np.isnan(energy), np.equal(energy, Number.NEGATIVE_INFINITY));
  const counts = np.logicalAnd(isCell, np.logicalNot(isBad));
  const logs = np.where(counts, energy.neg(), Number.NEGATIVE_INFINITY);
  const nextTop = np.maximum(top, logs.max());
  const weights = np.exp(logs.sub(nextTop));
  const inCore = isWithin(x, grid.core);
  const inRing = np.logicalNot(inCore);
  const beyond = np.logicalNot(isWithin(x, grid.range));
  const regions = np.stack([inCore, np.logicalAnd(inCore, beyond), inRing, np.logicalAnd(inRing, beyond)]);
  const added = np.where(regions, weights, 0).sum(1);
  return {
    top: nextTop,
    sums: sums.mul(np.exp(top.sub(nextTop))).add(added),
    bad: np.minimum(bad, np.where(np.logicalAnd(isCell, isBad), index, noCell).min()),
  };
}

/** f64[m, d] -> bool[m] */
const isWithin = (x: NDArray, { lower, upper }: TracedBox): NDArray =>
  np.logicalAnd(np.greaterEqual(x, lower), np.lessEqual(x, upper)).all(1);
