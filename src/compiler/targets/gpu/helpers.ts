/**
 * Functions that kernels call, in the JavaScript that gpu.js translates. Words are floats from 0 to 65535. Of gpu.js's language
 * they use what is the same in every mode: floats, comparisons, `if`, loops with constant bounds, one `return` at the end.
 *
 * Where rounding matters `Math.fround` says so: of the modes only `cpu` computes in doubles. `one` is the number 1 that the
 * compiler of a driver cannot see: a product with it keeps (a + b) - a from becoming b.
 */

export interface Helper {
  readonly parameters: readonly string[];
  readonly body: string;
  /** Helpers that it calls. */
  readonly calls: readonly HelperName[];
  /** Numbers handed to every kernel that it wants too, after its parameters. */
  readonly wants: readonly Given[];
}

/** Numbers that have no literal (see `numberText`), or must not be seen by a driver's compiler. */
export type Given = "infinity" | "nan" | "one";

export type HelperName = keyof typeof texts;

type Text = readonly [parameters: string, body: string, calls?: readonly string[], wants?: readonly Given[]];

const texts = {
  /** 2^n, -126 <= n <= 127. */
  powerOfTwo: [
    "n",
    `let r = ${2 ** -126}; let m = n + 126;
     if (m >= 128) { r = 4; m = m - 128; }
     if (m >= 64) { r = r * ${2 ** 64}; m = m - 64; }
     if (m >= 32) { r = r * ${2 ** 32}; m = m - 32; }
     if (m >= 16) { r = r * 65536; m = m - 16; }
     if (m >= 8) { r = r * 256; m = m - 8; }
     if (m >= 4) { r = r * 16; m = m - 4; }
     if (m >= 2) { r = r * 4; m = m - 2; }
     if (m >= 1) { r = r * 2; }
     return r;`,
  ],
  /** 2^n, 0 <= n <= 16. */
  smallPowerOfTwo: [
    "n",
    `let r = 1; let m = n;
     if (m >= 16) { r = 65536; m = m - 16; }
     if (m >= 8) { r = r * 256; m = m - 8; }
     if (m >= 4) { r = r * 16; m = m - 4; }
     if (m >= 2) { r = r * 4; m = m - 2; }
     if (m >= 1) { r = r * 2; }
     return r;`,
  ],
  /** floor(log2 a) for finite a > 0. */
  exponentOf: [
    "a",
    `let m = a; let e = 0;
     if (m < ${2 ** -63}) { m = m * ${2 ** 64}; e = e - 64; }
     if (m < ${2 ** -63}) { m = m * ${2 ** 64}; e = e - 64; }
     if (m < 1) { m = m * ${2 ** 64}; e = e - 64; }
     if (m >= ${2 ** 64}) { m = m * ${2 ** -64}; e = e + 64; }
     if (m >= ${2 ** 32}) { m = m * ${2 ** -32}; e = e + 32; }
     if (m >= 65536) { m = m * ${2 ** -16}; e = e + 16; }
     if (m >= 256) { m = m * ${2 ** -8}; e = e + 8; }
     if (m >= 16) { m = m * 0.0625; e = e + 4; }
     if (m >= 4) { m = m * 0.25; e = e + 2; }
     if (m >= 2) { e = e + 1; }
     return e;`,
  ],
  /** a / 2^exponentOf(a), from 1 to 2. */
  significandOf: [
    "a",
    `let m = a;
     if (m < ${2 ** -63}) { m = m * ${2 ** 64}; }
     if (m < ${2 ** -63}) { m = m * ${2 ** 64}; }
     if (m < 1) { m = m * ${2 ** 64}; }
     if (m >= ${2 ** 64}) { m = m * ${2 ** -64}; }
     if (m >= ${2 ** 32}) { m = m * ${2 ** -32}; }
     if (m >= 65536) { m = m * ${2 ** -16}; }
     if (m >= 256) { m = m * ${2 ** -8}; }
     if (m >= 16) { m = m * 0.0625; }
     if (m >= 4) { m = m * 0.25; }
     if (m >= 2) { m = m * 0.5; }
     return m;`,
  ],
  /** 1 where the sign bit of x is set (0 for NaN). */
  signOf: ["x", `let s = 0; if (x < 0) { s = 1; } if (x === 0) { if (1 / x < 0) { s = 1; } } return s;`],
  /** The upper word of the bits of x; all NaNs have the same. The first case is the usual one: integers that a sum left in the last places. */
  bitsHigh: [
    "x, e, m",
    `let a = Math.abs(x); let r = 0;
     if (a >= 8388608 && a < 16777216) { r = 19200 + Math.floor((a - 8388608) * ${2 ** -16}); }
     else { if (a <= ${3.4028234663852886e38}) {
       if (a > 0) {
         if (e < -126) { r = Math.floor(a * ${2 ** 100} * ${2 ** 33}); }
         else { let g = Math.floor((m - 1) * 128); r = (e + 127) * 128 + g; }
       }
     } else { r = 32640; if (!(x === x)) { r = 32704; } } }
     if (x === x) { let s = signOf(x); r = r + s * 32768; }
     return r;`,
    ["signOf"],
  ],
  /** The lower word of the bits of x. */
  bitsLow: [
    "x, e, m",
    `let a = Math.abs(x); let r = 0;
     if (a >= 8388608 && a < 16777216) { let b = a - 8388608; let g = Math.floor(b * ${2 ** -16}); r = b - g * 65536; }
     else { if (a > 0) {
       if (a <= ${3.4028234663852886e38}) {
         let f = m * 8388608;
         if (e < -126) { f = a * ${2 ** 100} * ${2 ** 49}; }
         let g = Math.floor(f * ${2 ** -16});
         r = f - g * 65536;
       }
     } }
     return r;`,
  ],
  /** The float with these bits. */
  floatOfBits: [
    "low, high",
    `let s = 0; if (high >= 32768) { s = 1; }
     let h = high - s * 32768;
     let e = Math.floor(h * 0.0078125);
     let f = (h - e * 128) * 65536 + low;
     let r = 0;
     if (e >= 255) { r = infinity; if (f > 0) { r = nan; } }
     else {
       if (e < 1) { r = f * ${2 ** -100} * ${2 ** -49}; }
       else { r = (1 + f * ${2 ** -23}) * powerOfTwo(e - 127); }
     }
     if (s > 0) { r = -r; }
     return r;`,
    ["powerOfTwo"],
    ["infinity", "nan"],
  ],
  /** The float whose bits are x 2^23: a power of two, with the sign that the ninth bit of x says. */
  powerOfBits: [
    "x",
    `let q = Math.floor(x * ${2 ** -9});
     let e = x - q * 512;
     let s = 1; if (e >= 256) { e = e - 256; s = -1; }
     let r = 0;
     if (e > 0) { r = infinity; if (e < 255) { r = powerOfTwo(e - 127); } }
     return s * r;`,
    ["powerOfTwo"],
    ["infinity"],
  ],
  /** floor(x / y) for integers 0 <= x < 2^24, 0 < y < 2^24: a driver's division may be off by some ulp. */
  quotientOf: [
    "x, y",
    `let q = Math.floor(x / y);
     let r = x - q * y;
     if (r < 0) { q = q - 1; }
     if (r >= y) { q = q + 1; }
     return q;`,
  ],
  /** x / y of LoopIR for integers below 2^24 in size: it truncates, and x / 0 is -1. */
  divideSmall: [
    "x, y",
    `let r = -1;
     if (!(y === 0)) {
       let q = quotientOf(Math.abs(x), Math.abs(y));
       r = q;
       if (x < 0) { r = -r; }
       if (y < 0) { r = -r; }
     }
     return r;`,
    ["quotientOf"],
  ],
  /** Bits that are set in a word. */
  populationOf: [
    "x",
    `let n = 0; let m = x;
     for (let i = 0; i < 16; i++) { let h = Math.floor(m * 0.5); n = n + m - h * 2; m = h; }
     return n;`,
  ],
  /** Zeros before the first set bit of a word. */
  leadingZerosOf: [
    "x",
    `let n = 16; let m = x;
     for (let i = 0; i < 16; i++) { if (m >= 1) { n = n - 1; } m = Math.floor(m * 0.5); }
     return n;`,
  ],
  /** The lower word of an integer that is a float. */
  lowWordOf: ["x", `let q = Math.floor(x * ${2 ** -16}); return x - q * 65536;`],
  /** The upper word of one from -2^31 to 2^32. */
  highWordOf: ["x", `let q = Math.floor(x * ${2 ** -16}); if (q < 0) { q = q + 65536; } return q;`],
  /** x truncated and brought into [least, most + 1], of which NaN is 0. */
  saturated: [
    "x, least, most",
    `let t = 0;
     if (x === x) { t = Math.trunc(x); if (x <= least) { t = least; } if (x >= most) { t = most; } }
     return t;`,
  ],
  /** x rounded to an integer, ties to even. */
  roundToEven: [
    "x",
    `let a = Math.abs(x); let r = x;
     if (a < 8388608) {
       let f = Math.floor(a); let d = a - f; let h = Math.floor(f * 0.5);
       let s = f;
       if (d > 0.5) { s = f + 1; }
       if (d === 0.5) { if (f - h * 2 > 0) { s = f + 1; } }
       let n = signOf(x);
       r = s;
       if (n > 0) { r = -s; }
     }
     return r;`,
    ["signOf"],
  ],
  /** The larger: NaN if either is, and -0 < 0. */
  maximumOf: [
    "x, y",
    `let r = x + y;
     if (x > y) { r = x; }
     if (y > x) { r = y; }
     if (x === y) { if (!(x === 0)) { r = x; } }
     return r;`,
  ],
  minimumOf: [
    "x, y",
    `let r = -(-x - y);
     if (x < y) { r = x; }
     if (y < x) { r = y; }
     if (x === y) { if (!(x === 0)) { r = x; } }
     return r;`,
  ],
  /** The remainder of x / y with the sign of x, exactly: y doubled as often as it fits, and taken away on the way back. */
  remainderOf: [
    "x, y",
    `let a = Math.abs(x); let b = Math.abs(y); let r = nan;
     if (a < infinity) {
       if (b > 0) {
         r = a;
         if (a >= b) {
           if (b < infinity) {
             let k = 0; let h = a * 0.5; let c = b;
             for (let i = 0; i < 300; i++) { if (c <= h) { c = c * 2; k = k + 1; } }
             for (let j = 0; j < 301; j++) {
               if (k >= 0) { if (r >= c) { r = r - c; } c = c * 0.5; k = k - 1; }
             }
           }
         }
         let s = signOf(x);
         if (s > 0) { r = -r; }
       }
     }
     return r;`,
    ["signOf"],
    ["infinity", "nan"],
  ],
  /** x y + z: the product's rounding error (Dekker) and the sum's (Knuth) are added to the sum before it is handed out. */
  fusedMultiplyAdd: [
    "x, y, z",
    `let p = Math.fround(x * y);
     let s = Math.fround(p + z);
     let r = s;
     if (Math.abs(s) < infinity) {
       if (Math.abs(x) < ${2 ** 60}) { if (Math.abs(y) < ${2 ** 60}) {
         let cx = Math.fround(x * 4097); let dx = Math.fround(cx - x) * one;
         let hx = Math.fround(cx - dx); let lx = Math.fround(x - hx);
         let cy = Math.fround(y * 4097); let dy = Math.fround(cy - y) * one;
         let hy = Math.fround(cy - dy); let ly = Math.fround(y - hy);
         let e1 = Math.fround(Math.fround(hx * hy) - p) * one;
         let e2 = Math.fround(e1 + Math.fround(hx * ly)) * one;
         let e3 = Math.fround(e2 + Math.fround(lx * hy)) * one;
         let e = Math.fround(e3 + Math.fround(lx * ly)) * one;
         let t = s * one;
         let b = Math.fround(t - p) * one;
         let u = Math.fround(t - b) * one;
         let v = Math.fround(p - u) * one;
         let w = Math.fround(z - b) * one;
         let f = Math.fround(v + w) * one;
         let g = Math.fround(e + f) * one;
         r = Math.fround(s + g);
       } }
     }
     return r;`,
    [],
    ["infinity", "one"],
  ],
} as const satisfies Readonly<Record<string, Text>>;

/** The helper of this name. */
export function helperOf(name: HelperName): Helper {
  const [parameters, body, calls = [], wants = []]: Text = texts[name];
  return {
    parameters: parameters.split(", "),
    body,
    // Sound: they are written above, among the names of the same table (a test looks each of them up).
    calls: calls as readonly HelperName[],
    wants,
  };
}

export const helperNames: readonly string[] = Object.keys(texts);
