"""Writes linalg.json: numpy.linalg as JAX computes it in float64, with first and second derivatives, and under vmap.

Run where JAX 0.10.2 is installed:  JAX_PLATFORMS=cpu python tests/numpy/goldens/make_linalg.py

Matrices are well conditioned, so that tolerances mean something for second derivatives in float32 too. Inputs are multiples
of 1/64, which float32 holds exactly, so that one row serves both dtypes. `condition` is what an error of one rounding in the
inputs grows by at most: the tolerance of the test is derived from it.
"""

import json
import pathlib

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
random = np.random.default_rng(7)
OPTIONS = {
    "leftSide": "left_side",
    "lower": "lower",
    "transposeA": "transpose_a",
    "unitDiagonal": "unit_diagonal",
    "symmetrizeInput": "symmetrize_input",
}
CALLS = {
    "cholesky": jnp.linalg.cholesky,
    "triangularSolve": jax.lax.linalg.triangular_solve,
    "lu": jax.lax.linalg.lu,
    "solve": jnp.linalg.solve,
    "inv": jnp.linalg.inv,
    "det": jnp.linalg.det,
    "slogdet": jnp.linalg.slogdet,
    "norm": jnp.linalg.norm,
}


def eighths(*shape):
    return random.integers(-16, 17, shape) / 8


def regular(*shape):
    return eighths(*shape) + 5 * np.eye(*shape[-2:])


def definite(*shape):
    x = eighths(*shape)
    return x @ np.swapaxes(x, -1, -2) + 8 * np.eye(shape[-1])


def pivoted(*shape):
    """For LU: what pivots divide by is large, and rows are exchanged."""
    return (eighths(*shape) + 5 * np.eye(*shape[-2:]))[..., ::-1, :]


def singular(n):
    """Of rank n - 1: the last row is the sum of the others."""
    a = regular(n, n)
    a[-1] = a[:-1].sum(axis=0)
    return a


def condition(name, args, options):
    """kappa_2 of the matrix; of LU the largest of the leading blocks', of triangles that of the triangle."""
    if name == "norm":
        return 1.0
    a = np.reshape(args[0], (-1, *np.shape(args[0])[-2:]))
    if name == "triangularSolve":
        a = np.tril(a) if options.get("lower") else np.triu(a)
        if options.get("unitDiagonal"):
            eye = np.eye(a.shape[-1])
            a = a * (1 - eye) + eye
    if name == "lu":
        permutation = np.reshape(jax.lax.linalg.lu(jnp.array(args[0]))[2], (len(a), -1))
        blocks = [m[p][:k, :k] for m, p in zip(a, permutation) for k in range(1, min(m.shape) + 1)]
    else:
        blocks = list(a)
    return float(max([1.0, *[spread(block) for block in blocks if block.size]]))


def spread(matrix):
    """The largest singular value over the smallest that is not 0."""
    values = np.linalg.svd(matrix, compute_uv=False)
    return values[0] / values[values > 1e-10 * values[0]][-1]


def scale(name, a):
    """What cancels in a determinant: Hadamard's bound, the product of the rows' lengths."""
    if name != "det":
        return 0.0
    return round(float(np.max(np.prod(np.linalg.norm(a, axis=-1), axis=-1))), 3)


def encoded(x):
    flat = [float(v) for v in np.ravel(x)]
    special = lambda v: "nan" if np.isnan(v) else "inf" if v > 0 else "-inf"
    return {"shape": list(np.shape(x)), "values": [v if np.isfinite(v) else special(v) for v in flat]}


rows = []


def row(name, *args, second=True, example=None, **options):
    """`example`: the arguments of a second example for vmap; `second`: whether there is a second derivative."""
    theirs = {OPTIONS.get(key, key): value for key, value in options.items()}
    if "ord" in theirs:
        theirs["ord"] = {"inf": np.inf, "-inf": -np.inf}.get(theirs["ord"], theirs["ord"])
    if isinstance(theirs.get("axis"), list):
        theirs["axis"] = tuple(theirs["axis"])
    upper = theirs.pop("upper", False)

    def f(*xs):
        outs = CALLS[name](*xs, **({**theirs, "upper": True} if upper else theirs))
        return list(outs) if isinstance(outs, (tuple, list)) else [outs]

    floats = lambda *xs: [out for out in f(*xs) if out.dtype == jnp.float64]
    xs = [jnp.array(x, jnp.float64) for x in args]
    tangents = [jnp.array(eighths(*x.shape)) for x in xs]
    outs = f(*xs)
    _, touts = jax.jvp(floats, xs, tangents)
    cotangents = [jnp.array(eighths(*out.shape)) for out in floats(*xs)]
    pulled = lambda *ys: list(jax.vjp(floats, *ys)[1](cotangents))
    examples = [jnp.array(x, jnp.float64) for x in (example or [-x for x in args] if name != "cholesky" else [2 * args[0]])]
    stacked = [jnp.stack([x, y]) for x, y in zip(xs, examples)]
    rows.append(
        {
            "call": name,
            "options": options,
            "condition": round(max(condition(name, xs, theirs), condition(name, examples, theirs)), 3),
            "scale": scale(name, xs[0]),
            "args": [encoded(x) for x in xs],
            "tangents": [encoded(x) for x in tangents],
            "cotangents": [encoded(x) for x in cotangents],
            "outs": [encoded(x) for x in outs],
            "jvp": [encoded(x) for x in touts],
            "vjp": [encoded(x) for x in pulled(*xs)],
            "second": [encoded(x) for x in jax.jvp(pulled, xs, tangents)[1]] if second else None,
            "example": [encoded(x) for x in examples],
            "vmap": [encoded(x[1]) for x in jax.vmap(f)(*stacked)],
        }
    )


for shape in [(1, 1), (2, 2), (5, 5), (2, 3, 3)]:
    row("cholesky", definite(*shape))
row("cholesky", definite(3, 3) + np.triu(eighths(3, 3), 1))
row("cholesky", definite(3, 3), upper=True)
for left in [True, False]:
    for lower in [True, False]:
        for transpose in [True, False]:
            b = eighths(3, 2) if left else eighths(2, 3)
            row("triangularSolve", regular(3, 3), b, leftSide=left, lower=lower, transposeA=transpose)
row("triangularSolve", eighths(3, 3) / 4, eighths(3, 9), leftSide=True, lower=True, unitDiagonal=True)
row("triangularSolve", regular(2, 3, 3), eighths(2, 3), leftSide=True)
row("triangularSolve", regular(3, 3), eighths(3), lower=True)
for shape in [(1, 1), (3, 3), (5, 3), (3, 5), (2, 3, 3), (6, 6)]:
    row("lu", pivoted(*shape), example=[pivoted(*shape)])
for a, b in [((1, 1), (1,)), ((3, 3), (3,)), ((5, 5), (5, 2)), ((3, 3), (2, 3, 1)), ((2, 3, 3), (3,)), ((2, 1, 2, 2), (3, 2, 2))]:
    row("solve", regular(*a), eighths(*b))
for shape in [(1, 1), (2, 2), (4, 4), (2, 3, 3)]:
    row("inv", regular(*shape))
for shape in [(1, 1), (2, 2), (3, 3), (4, 4), (6, 6), (2, 4, 4)]:
    row("det", regular(*shape))
    row("slogdet", regular(*shape))
for n in [2, 3, 4, 5]:
    row("det", singular(n), second=False, example=[regular(n, n)])
for ord in [None, 1, -1, 2, 3, 0.5, 0, "inf", "-inf"]:
    row("norm", eighths(5) + 0.0625, ord=ord)
    row("norm", np.zeros(3), ord=ord, second=False)
for ord in [None, "fro", 1, -1, "inf", "-inf"]:
    row("norm", eighths(2, 3) + 0.0625, ord=ord)
    row("norm", np.zeros((2, 3)), ord=ord, second=False)
row("norm", eighths(2, 3, 2), ord=1, axis=[2, 0], keepdims=True, second=False)
row("norm", eighths(2, 3, 2), ord=None, axis=1, second=False)
row("norm", eighths(2, 3, 2), ord=None)

path = pathlib.Path(__file__).with_name("linalg.json")
text = ",\n".join(json.dumps(each, separators=(",", ":")) for each in rows)
path.write_text(f"[\n{text}\n]\n")
print(len(rows), "rows,", path.stat().st_size, "bytes")
