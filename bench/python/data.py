"""The numbers that every contender works on: ../workloads/data.ts in NumPy, the same bits."""

import numpy as np


def _uniform_at(stream, i):
    with np.errstate(over="ignore"):
        h = np.uint32(stream * 0x9E3779B9 & 0xFFFFFFFF) + i.astype(np.uint32) * np.uint32(0x6D2B79F5)
        h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
        h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
        return (h ^ (h >> np.uint32(16))).astype(np.float64) / 2**32


def uniforms(stream, count):
    return _uniform_at(stream, np.arange(count)).astype(np.float32)


def normals(stream, count, scale=1.0):
    u = _uniform_at(stream, np.arange(4 * count)).reshape(count, 4)
    total = u[:, 0] + u[:, 1] + u[:, 2] + u[:, 3]
    return ((total - 2) * (np.sqrt(3) * scale)).astype(np.float32)


def layers(sizes):
    """[(w, b), ...]"""
    return [
        (normals(10 + 2 * i, m * n, 1 / np.sqrt(m)).reshape(m, n), normals(11 + 2 * i, n, 0.1))
        for i, (m, n) in enumerate(zip(sizes[:-1], sizes[1:]))
    ]


def energy_sizes(hidden):
    return [2, hidden, hidden, 1]


_HALF = np.sqrt(0.5)
_CENTRES = np.array(
    [[1, 0], [_HALF, _HALF], [0, 1], [-_HALF, _HALF], [-1, 0], [-_HALF, -_HALF], [0, -1], [_HALF, -_HALF]]
)


def points(count):
    which = np.floor(8 * _uniform_at(30, np.arange(count))).astype(int)
    return (2 * _CENTRES[which] + normals(31, 2 * count, 0.1).reshape(count, 2)).astype(np.float32)


BATCHES = 8


def starts(chains):
    return normals(40, 2 * chains, 2).reshape(chains, 2)


ANNEALED = (0.05, 0.005)
PLAIN_STEP = 0.01
CHAIN_START = (0.5, -0.25)
DESCENT_STEPS = 1000
REGULARIZATION = 0.1
LEARNING_RATE = 1e-3
SCALAR_POINT = 0.5


def images(count, size):
    return uniforms(50, count * size).reshape(count, size)


def labels(count, classes):
    return np.arange(count) % classes


def left_factor(size):
    return normals(60, size * size).reshape(size, size)


def right_factor(size):
    return normals(61, size * size).reshape(size, size)


def long_vector(size):
    return normals(70, size)


def product_answers(c):
    return {"first": float(c[0, 0]), "trace": float(np.trace(c.astype(np.float64)))}


def gradient_answers(g):
    return {"first": float(g[0]), "square": float(np.square(g.astype(np.float64)).sum())}


def hessian_answers(h):
    h = h.astype(np.float64)
    return {
        "meanTrace": float(np.trace(h, axis1=1, axis2=2).mean()),
        "square": float(np.square(h).sum(axis=(1, 2)).mean()),
    }


def sum_of_squares(arrays):
    return float(sum(np.square(np.asarray(a, dtype=np.float64)).sum() for a in arrays))
