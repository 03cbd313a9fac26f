/** Special functions in plain JavaScript, from series and recurrences: right to about 1e-13 where examples use them. */

/** 2/sqrt(pi) sum of (-1)^n x^(2n+1) / (n! (2n+1)), for |x| up to 3; digits are lost beyond. */
export function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n++) {
    term *= -(x * x) / n;
    const next = sum + term / (2 * n + 1);
    if (next === sum) break;
    sum = next;
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** The continued fraction of Laplace from 1.5 on, 1 - erf below. */
export function erfc(x: number): number {
  if (x < 1.5) return 1 - erf(x);
  let tail = x;
  for (let k = 200; k >= 1; k--) tail = x + k / 2 / tail;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail);
}

/** The x with erf x = y, by Newton's iteration. */
export function erfInv(y: number): number {
  let x = y;
  for (let k = 0; k < 60; k++) {
    const residual = y > 0.5 ? 1 - y - erfc(x) : y < -0.5 ? erfc(-x) - (1 + y) : erf(x) - y;
    x -= residual * (Math.sqrt(Math.PI) / 2) * Math.exp(x * x);
  }
  return x;
}

const bernoulli = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510];

/** log Gamma(x) for x > 0: Stirling's series from 12 on, reached by the recurrence. */
export function lgamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 12; y++) shift += Math.log(y);
  const series = bernoulli.reduce((sum, b, k) => sum + b / ((2 * k + 1) * (2 * k + 2) * y ** (2 * k + 1)), 0);
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift;
}

/** Its derivative. */
export function digamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 12; y++) shift += 1 / y;
  const series = bernoulli.reduce((sum, b, k) => sum + b / ((2 * k + 2) * y ** (2 * k + 2)), 0);
  return Math.log(y) - 0.5 / y - series - shift;
}

/** sum over k >= 0 of (q + k)^-s for s > 1, q > 0: the first terms, then Euler and Maclaurin's formula. */
export function zeta(s: number, q: number): number {
  let sum = 0;
  let y = q;
  for (; y < 14; y++) sum += y ** -s;
  sum += y ** (1 - s) / (s - 1) + 0.5 * y ** -s;
  let factor = s;
  for (let k = 0; k < bernoulli.length; k++) {
    // B_2j / (2j)! s (s + 1) ... (s + 2j - 2) y^(-s - 2j + 1)
    sum += (bernoulli[k] * factor * y ** (-s - 2 * k - 1)) / factorial(2 * k + 2);
    factor *= (s + 2 * k + 1) * (s + 2 * k + 2);
  }
  return sum;
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));

/** (-1)^(m + 1) m! zeta(m + 1, x), and digamma for m = 0. */
export const polygamma = (m: number, x: number): number =>
  m === 0 ? digamma(x) : (m % 2 === 0 ? -1 : 1) * factorial(m) * zeta(m + 1, x);

/** The distribution function of Gamma(a, 1): x^a e^-x / Gamma(a + 1) sum of x^n / ((a + 1) ... (a + n)). */
function gammaDistribution(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; n < 500 && term > 1e-18 * sum; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return Math.exp(a * Math.log(x) - x - lgamma(a + 1)) * sum;
}

/** dx/da at a fixed value of the distribution function: -(dF/da) / f, dF/da by differences, extrapolated. */
export function gammaSampleSlope(a: number, x: number): number {
  const slope = (h: number): number => (gammaDistribution(a + h, x) - gammaDistribution(a - h, x)) / (2 * h);
  const h = 2 ** -3 * Math.min(a, 1);
  // Richardson: errors in h^2, h^4, ... go one after the other.
  let row = Array.from({ length: 6 }, (_, k) => slope(h / 2 ** k));
  for (let j = 1; row.length > 1; j++)
    row = row.slice(1).map((fine, i) => fine + (fine - row[i]) / (4 ** j - 1));
  const density = Math.exp((a - 1) * Math.log(x) - x - lgamma(a));
  return -row[0] / density;
}

/** dx/da of a gamma sample x, or of its logarithm. */
export const gammaSlopeOf = (a: number, sample: number, isLogarithm: boolean): number =>
  isLogarithm ? gammaSampleSlope(a, Math.exp(sample)) / Math.exp(sample) : gammaSampleSlope(a, sample);
