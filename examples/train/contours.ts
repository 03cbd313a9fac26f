/** The energy on a grid of cells, and its filled contours as SVG paths. */
import { type NDArray, numpy as np, vmap } from "cotangent";
import { contours } from "d3-contour";

/** A rectangle of the plane. */
export interface Frame {
  readonly x: readonly [low: number, high: number];
  readonly y: readonly [low: number, high: number];
}

/** The energy at the centres of size * size cells of a frame, row by row from low y to high, above its least value. */
export interface EnergyGrid {
  readonly frame: Frame;
  readonly size: number;
  readonly values: readonly number[];
}

/** E on the frame's grid. `energy` is of one position, f32[2] -> f32[]. */
export function energyGrid(energy: (x: NDArray) => NDArray, frame: Frame, size = 240): EnergyGrid {
  const centres = ([low, high]: readonly [number, number]): NDArray =>
    np
      .arange(size)
      .astype("float32")
      .add(0.5)
      .mul((high - low) / size)
      .add(low);
  const [x, y] = np.meshgrid([centres(frame.x), centres(frame.y)]);
  const energies = vmap(energy)(np.stack([x.ravel(), y.ravel()], 1));
  return { frame, size, values: Array.from(energies.sub(energies.min()).dataSync()) };
}

/** A region of the plane, by the level that it lies above. */
export interface Band {
  readonly level: number;
  /** An SVG path, to be filled by the even-odd rule. */
  readonly path: string;
}

/** For each level the region where the energy is at least that: painted in order, they make filled contours. */
export function bands(
  { size, values }: EnergyGrid,
  levels: readonly number[],
  place: (column: number, row: number) => string,
): Band[] {
  const ring = (points: readonly Point[]): string =>
    `M${withoutStraights(points)
      .map(([column, row]) => place(column, row))
      .join("L")}Z`;
  return contours()
    .size([size, size])
    .thresholds([...levels])([...values])
    .map(({ value, coordinates }) => ({
      level: value,
      path: coordinates.flatMap((polygon) => polygon.map(ring)).join(""),
    }));
}

type Point = readonly number[];

/** The ring without the points between others on one grid line: rings run along the edge of the frame cell by cell. */
const withoutStraights = (ring: readonly Point[]): readonly Point[] =>
  ring.filter((point, i) => {
    if (i === 0 || i === ring.length - 1) return true;
    return [0, 1].every((axis) => point[axis] !== ring[i - 1][axis] || point[axis] !== ring[i + 1][axis]);
  });
