/**
 * Points that a person paints. A painting is a list of dabs, and it is a density: the mixture of a Gaussian about each dab, all of
 * one width and of equal weights. So there is a true density to compare with, as for the built-in data sets.
 */

/** A dab's place on a lattice of `steps` x `steps` cells over the plane, from 0. */
export interface Dab {
  readonly column: number;
  readonly row: number;
}

export interface Painting {
  readonly dabs: readonly Dab[];
  /** The standard deviation of the points about a dab, in units of the plane. */
  readonly brush: number;
}

/** A point of the plane, in its units; y points up. */
export type Point = readonly [x: number, y: number];

/** The plane that is painted on: -extent <= x, y <= extent. */
export const extent = 4;
export const steps = 512;
export const mostDabs = 800;
/** Points that are drawn about each dab. */
export const pointsPerDab = 24;
export const brushes = [0.12, 0.25, 0.5] as const;

export const emptyPainting: Painting = { dabs: [], brush: brushes[1] };

/** The middle of a dab's cell. */
export const centreOf = ({ column, row }: Dab): Point => [coordinate(column), coordinate(row)];

const coordinate = (cell: number): number => ((cell + 0.5) / steps) * 2 * extent - extent;

/** The dab of a point; one outside of the plane is moved to its edge. */
export const dabAt = ([x, y]: Point): Dab => ({ column: cellOf(x), row: cellOf(y) });

const cellOf = (x: number): number =>
  Math.min(steps - 1, Math.max(0, Math.floor(((x + extent) / (2 * extent)) * steps)));

/**
 * The painting with dabs along the line from one point to another, a brush's width apart, the end included and the beginning left
 * out. What is more than `mostDabs` is left out.
 */
export function stroke(painting: Painting, from: Point | null, to: Point): Painting {
  const places = from === null ? [to] : along(from, to, painting.brush);
  const dabs = [...painting.dabs, ...places.map(dabAt)].slice(0, mostDabs);
  return { ...painting, dabs };
}

function along([x0, y0]: Point, [x1, y1]: Point, spacing: number): Point[] {
  const count = Math.floor(Math.hypot(x1 - x0, y1 - y0) / spacing);
  return Array.from({ length: count }, (_, i): Point => {
    const part = ((i + 1) * spacing) / Math.hypot(x1 - x0, y1 - y0);
    return [x0 + part * (x1 - x0), y0 + part * (y1 - y0)];
  });
}

/** Where the next stroke goes on from, after one to `to`: the last dab that was set. */
export const strokeEnd = (from: Point | null, to: Point, brush: number): Point =>
  from === null ? to : (along(from, to, brush).at(-1) ?? from);

/**
 * log p of the mixture at each point, in nats: log of the mean over dabs of N(x; dab, brush^2 I). f64[2 n] -> f64[n]
 */
export function logDensityOf({ dabs, brush }: Painting, points: ArrayLike<number>): Float64Array {
  const xs = Float64Array.from(dabs, (dab) => centreOf(dab)[0]);
  const ys = Float64Array.from(dabs, (dab) => centreOf(dab)[1]);
  const scale = -0.5 / brush ** 2;
  const normalizer = Math.log(dabs.length * 2 * Math.PI * brush ** 2);
  const exponents = new Float64Array(dabs.length);
  return Float64Array.from({ length: points.length / 2 }, (_, i) => {
    let top = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < exponents.length; k++) {
      exponents[k] = scale * ((points[2 * i] - xs[k]) ** 2 + (points[2 * i + 1] - ys[k]) ** 2);
      if (exponents[k] > top) top = exponents[k];
    }
    let sum = 0;
    for (const exponent of exponents) sum += Math.exp(exponent - top);
    return top + Math.log(sum) - normalizer;
  });
}

/** Digits of 64, as in base64url. */
const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Dabs as text: three digits each. Law: decodeDabs(encodeDabs(dabs)) is dabs. */
export const encodeDabs = (dabs: readonly Dab[]): string =>
  dabs
    .map(({ column, row }) => column * steps + row)
    .map((n) => digits[n >> 12] + digits[(n >> 6) & 63] + digits[n & 63])
    .join("");

/** Null where the text is none that encodeDabs gives. */
export function decodeDabs(text: string): readonly Dab[] | null {
  if (text.length % 3 !== 0 || text.length > 3 * mostDabs) return null;
  const values = Array.from(text, (digit) => digits.indexOf(digit));
  if (values.includes(-1)) return null;
  return Array.from({ length: text.length / 3 }, (_, i) => {
    const n = (values[3 * i] << 12) | (values[3 * i + 1] << 6) | values[3 * i + 2];
    return { column: Math.floor(n / steps), row: n % steps };
  });
}
