"""Adds the gamma function's relatives to goldens/intrinsics.json: operands and correctly rounded values as hexadecimal bits.

    python tests/compiler/make_gamma_goldens.py            needs numpy and mpmath; rows of the other functions stay

The points keep away from the zeros, where a relative error has no bound: a value is at least a quarter of the sum of the
sizes of the terms that reflection and recurrence make it of.
"""

import json
import pathlib
import random
import sys

import mpmath as mp
import numpy as np

mp.mp.dps = 60
PATH = pathlib.Path(__file__).parent / "goldens" / "intrinsics.json"
FLOATS = {"float32": np.float32, "float64": np.float64}


def hexadecimal(dtype, x):
    return np.array(x, ">f4" if dtype == "float32" else ">f8").tobytes().hex()


def rounded(dtype, exact):
    """Correctly rounded: through float64 only where that is the dtype (float32 rounds the mpf's own digits)."""
    if dtype == "float64":
        return float(exact)
    with mp.workprec(24):
        return float(+exact)


def spread(rng, low, high):
    """Log-uniform."""
    return float(mp.e ** rng.uniform(float(mp.log(low)), float(mp.log(high))))


def lgamma(x):
    value = mp.log(abs(mp.gamma(x))) if abs(x) < 1e4 else mp.loggamma(x).real
    if x > 0:
        return value, abs(value)
    mirrored = mp.loggamma(-x).real
    return value, abs(mirrored) + abs(value + mirrored)


def digamma(x):
    value = mp.digamma(x)
    return value, abs(value) if x > 0 else abs(mp.digamma(1 - x)) + abs(mp.pi / mp.tan(mp.pi * x))


def zeta(s, q):
    """Sums q + k, k = 0, 1, ...: for q < 0 the first terms one by one, as the function's continuation is another."""
    count = max(0, int(mp.ceil(-q)))
    terms = [(q + k) ** -s for k in range(count)]
    rest = mp.zeta(s, q + count)
    return sum(terms) + rest, sum(abs(t) for t in terms) + rest


def polygamma(m, x):
    value, size = zeta(m + 1, x)
    return (-1) ** (int(m) + 1) * mp.factorial(m) * value, mp.factorial(m) * size


def random_gamma_grad(a, x):
    """-(S (log x - psi(a + 1)) + dS/da) x / a with S the series of the distribution function, to many digits."""
    with mp.workdps(60 + int(max(0, 3 * (x - a) ** 2 / (2 * max(a, 1)) / 2.3)) if x < 10 * a + 200 else 900):
        a, x = mp.mpf(a), mp.mpf(x)
        term, total, slope, slopes, r = mp.mpf(1), mp.mpf(1), mp.mpf(0), mp.mpf(0), a
        while True:
            r += 1
            slope = (slope - term / r) * x / r
            term *= x / r
            total += term
            slopes += slope
            if r > x and term < total * mp.eps and abs(slope) < abs(slopes) * mp.eps:
                break
        value = -(total * (mp.log(x) - mp.digamma(a + 1)) + slopes) * x / a
    return +value, value


def points_of_one(name, dtype, rng, count):
    greatest = 1e36 if dtype == "float32" else 1e300
    least = 1e-37 if dtype == "float32" else 1e-300
    fixed = [0.5, 0.75, 1.25, 1.4, 1.5, 1.75, 2.5, 2.75, 3, 7.5, 8, 8.5, 20, -0.25, -0.5, -1.5, -2.5, -3.5, -10.5]
    yield from ((x,) for x in fixed)
    for k in range(count):
        kind = k % 6
        if kind == 0:
            yield (spread(rng, least, 0.3),)
        elif kind == 1:
            yield (rng.uniform(0.2, 3),)
        elif kind == 2:
            yield (rng.uniform(2, 12),)
        elif kind == 3:
            yield (spread(rng, 8, greatest),)
        elif kind == 4:
            yield (-rng.uniform(0, 6),)
        else:
            yield (-spread(rng, 1e-6, 2000),)


def points_of_zeta(name, dtype, rng, count):
    orders = (lambda: rng.choice([2, 3, 4, 5, 6, 9, 16])) if name == "zeta" else (lambda: rng.choice([1, 2, 3, 4, 5, 8, 15]))
    for k in range(count):
        kind = k % 5
        s = float(orders())
        if kind == 0:
            yield s, spread(rng, 1e-2, 1)
        elif kind == 1:
            yield s, rng.uniform(0.5, 12)
        elif kind == 2:
            yield s, spread(rng, 8, 1e2 if dtype == "float32" else 1e10)
        elif kind == 3:
            yield s, -rng.uniform(0, 30)
        else:
            yield (rng.uniform(1.1, 20) if name == "zeta" else s), rng.uniform(0.1, 5)


def points_of_grad(name, dtype, rng, count):
    for k in range(count):
        a = spread(rng, 1e-3, 1) if k % 3 == 0 else spread(rng, 0.3, 60) if k % 3 == 1 else spread(rng, 30, 3e4)
        x = rng.gammavariate(a, 1) if k % 4 else max(0.01, a + 4 * rng.gauss(0, 1) * a**0.5)
        if k % 12 == 9:
            x = spread(rng, 0.3, 40)
        if x > 1e-30:
            yield a, x


FUNCTIONS = {
    "lgamma": (lgamma, points_of_one),
    "digamma": (digamma, points_of_one),
    "zeta": (zeta, points_of_zeta),
    "polygamma": (polygamma, points_of_zeta),
    "randomGammaGrad": (random_gamma_grad, points_of_grad),
}


def rows(name, dtype, count):
    exact, points = FUNCTIONS[name]
    rng = random.Random(f"{name} {dtype} 20261123")
    out = []
    for point in points(name, dtype, rng, count):
        operands = [float(FLOATS[dtype](v)) for v in point]
        if operands[-1] <= 0 and operands[-1] == np.floor(operands[-1]):
            continue
        value, size = exact(*[mp.mpf(v) for v in operands])
        if 4 * abs(value) < abs(size) or not 1e-35 < abs(value) < 1e37:
            continue
        out.append("".join(hexadecimal(dtype, v) for v in [*operands, rounded(dtype, value)]))
    return " ".join(out)


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 72
    path = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else PATH
    goldens = json.loads(PATH.read_text())
    for name in FUNCTIONS:
        goldens[name] = {dtype: rows(name, dtype, count) for dtype in FLOATS}
    path.write_text(json.dumps(goldens, indent=1) + "\n")
