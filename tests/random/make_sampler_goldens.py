"""Draws and their gradients by JAX, for goldens/samplers.json.

    JAX_PLATFORMS=cpu python tests/random/make_sampler_goldens.py            JAX 0.10.2

float32 rows are drawn with 64-bit types off, float64 rows and all gradients with them on. A gradient is that of the sum of
the draws times 1, 2, 3, ...
"""

import json
import pathlib

import jax
import jax.numpy as jnp
import numpy as np
from jax import random

PATH = pathlib.Path(__file__).parent.parent / "goldens" / "samplers.json"
COV = [[2.0, 0.5], [0.5, 1.0]]
COVS = [[[2.0, 0.5], [0.5, 1.0]], [[1.0, -0.3], [-0.3, 0.7]], [[4.0, 1.0], [1.0, 3.0]]]


def samplers(dtype):
    """name -> (key -> draw)"""
    array = lambda x: jnp.array(x, dtype)
    return {
        "gamma shapes": lambda k: random.gamma(k, array([0.05, 0.5, 1.0, 1.5, 3.0, 10.0, 100.0, 1e4]), dtype=dtype),
        "gamma broadcast": lambda k: random.gamma(k, array([[0.3], [7.0]]), (2, 5), dtype),
        "gamma scalar": lambda k: random.gamma(k, 2.5, dtype=dtype),
        "gamma long": lambda k: random.gamma(k, 0.8, (200,), dtype),
        "gamma edges": lambda k: random.gamma(k, array([0.0, -1.0, np.nan, np.inf, 1e-30]), dtype=dtype),
        "loggamma shapes": lambda k: random.loggamma(k, array([1e-4, 0.01, 0.5, 1.0, 3.0, 100.0]), dtype=dtype),
        "loggamma broadcast": lambda k: random.loggamma(k, 0.2, (3, 2), dtype),
        "beta arrays": lambda k: random.beta(k, array([0.01, 0.5, 2.0, 30.0]), array([[0.02], [3.0]]), dtype=dtype),
        "beta shape": lambda k: random.beta(k, 0.5, 0.5, (2, 3), dtype),
        "dirichlet small": lambda k: random.dirichlet(k, array([0.01, 0.02, 0.03]), (4,), dtype),
        "dirichlet batch": lambda k: random.dirichlet(k, array([[1.0, 2.0, 3.0], [0.5, 5.0, 50.0]]), dtype=dtype),
        "dirichlet broadcast": lambda k: random.dirichlet(k, array([1.0, 2.0]), (2, 3), dtype),
        "t arrays": lambda k: random.t(k, array([0.5, 1.0, 3.0, 50.0]), (2, 4), dtype),
        "t scalar": lambda k: random.t(k, 2.0, dtype=dtype),
        "multivariateNormal batch": lambda k: random.multivariate_normal(k, jnp.zeros(2, dtype), array(COVS), dtype=dtype),
        "multivariateNormal shape": lambda k: random.multivariate_normal(k, array([[1.0, -1.0]]), array(COV), (4, 3), dtype),
        "generalizedNormal": lambda k: random.generalized_normal(k, 1.5, (5,), dtype),
        "ball 3 2": lambda k: random.ball(k, 3, 2, (4,), dtype),
        "ball 2 1": lambda k: random.ball(k, 2, 1, (3, 2), dtype),
        "ball 4 0.5": lambda k: random.ball(k, 4, 0.5, (), dtype),
    }


def integers():
    return {
        "poisson small": lambda k: random.poisson(k, jnp.array([0.0, 0.01, 0.5, 1.0, 5.0, 9.9])),
        "poisson 3": lambda k: random.poisson(k, 3.0, (100,)),
        "poisson 20": lambda k: random.poisson(k, 20.0, (100,)),
        "poisson large": lambda k: random.poisson(k, jnp.array([10.0, 30.0, 100.0, 300.0, 1000.0])),
        "poisson mixed": lambda k: random.poisson(k, jnp.array([[2.0], [15.0]]), (2, 4)),
        "poisson edges": lambda k: random.poisson(k, jnp.array([-1.0, np.nan])),
    }


def gradients():
    """name -> (function of parameters, parameters); float64"""
    array = lambda x: jnp.array(x, jnp.float64)
    dtype = jnp.float64
    key = random.PRNGKey(5)
    weighed = lambda x: jnp.sum(x * (1.0 + jnp.arange(x.size, dtype=dtype).reshape(x.shape)))
    return {
        "gamma": (lambda a: weighed(random.gamma(key, a, dtype=dtype)), [array([0.05, 0.5, 1.0, 3.0, 10.0, 90.0])]),
        "gamma broadcast": (lambda a: weighed(random.gamma(key, a, (5,), dtype)), [array(2.5)]),
        "loggamma": (lambda a: weighed(random.loggamma(key, a, dtype=dtype)), [array([0.1, 0.5, 1.0, 3.0, 30.0])]),
        "beta": (lambda a, b: weighed(random.beta(key, a, b, dtype=dtype)), [array([0.5, 2.0, 7.0]), array([0.8, 3.0, 1.5])]),
        "dirichlet": (lambda a: weighed(random.dirichlet(key, a, (3,), dtype)), [array([0.7, 2.0, 5.0])]),
        "t": (lambda df: weighed(random.t(key, df, (2, 3), dtype)), [array([1.5, 4.0, 20.0])]),
        "multivariateNormal": (
            lambda m, c: weighed(random.multivariate_normal(key, m, c, (3,), dtype)),
            [array([1.0, -1.0]), array(COV)],
        ),
    }


def listed(x):
    """Numbers, with names for what JSON has none for."""
    return [v if np.isfinite(v) else str(v) for v in np.asarray(x).ravel().tolist()]


def row(x):
    return {"shape": list(x.shape), "values": listed(x)}


if __name__ == "__main__":
    key = lambda: random.PRNGKey(11)
    out = {"meta": {"jax": jax.__version__, "key": 11, "gradients' key": 5}}
    out["float32"] = {name: row(f(key())) for name, f in samplers(jnp.float32).items()}
    out["int32"] = {name: row(f(key())) for name, f in integers().items()}
    jax.config.update("jax_enable_x64", True)
    out["float64"] = {name: row(f(key())) for name, f in samplers(jnp.float64).items()}
    out["gradients"] = {
        name: [row(g) for g in jax.grad(f, argnums=tuple(range(len(xs))))(*xs)] for name, (f, xs) in gradients().items()
    }
    lines = []
    for kind, rows in out.items():
        body = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in rows.items())
        lines.append(f"{json.dumps(kind)}: {{\n{body}\n}}")
    PATH.write_text("{\n" + ",\n".join(lines) + "\n}\n")
