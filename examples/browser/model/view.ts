/** The part of the plane that is seen, and where its points are on a square of pixels: y points up, rows of pixels down. */

export interface Box {
  readonly lower: readonly [x: number, y: number];
  readonly upper: readonly [x: number, y: number];
}

/** The pixel of a point, fractions included, on a square of `size` pixels a side. */
export const toPixel = ({ lower, upper }: Box, size: number, x: number, y: number): [number, number] => [
  ((x - lower[0]) / (upper[0] - lower[0])) * size,
  ((upper[1] - y) / (upper[1] - lower[1])) * size,
];

/** Law: toPixel(box, size, ...toPoint(box, size, column, row)) is [column, row]. */
export const toPoint = (
  { lower, upper }: Box,
  size: number,
  column: number,
  row: number,
): [number, number] => [
  lower[0] + (column / size) * (upper[0] - lower[0]),
  upper[1] - (row / size) * (upper[1] - lower[1]),
];

/** The points at the middles of cells x cells pixels, row by row from the top: f64[2 cells^2], x and y in turns. */
export function middles(box: Box, cells: number): Float64Array {
  const points = new Float64Array(2 * cells * cells);
  for (let row = 0; row < cells; row++) {
    for (let column = 0; column < cells; column++) {
      const [x, y] = toPoint(box, cells, column + 0.5, row + 0.5);
      points[2 * (row * cells + column)] = x;
      points[2 * (row * cells + column) + 1] = y;
    }
  }
  return points;
}
