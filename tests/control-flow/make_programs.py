"""Writes goldens/programs.json: values and derivatives, by JAX 0.10.2 in float64, of the programs of programs.ts.

    python tests/control-flow/make_programs.py
"""
import json
import pathlib

import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp  # noqa: E402
from jax import lax  # noqa: E402


def scan_tree(w, xs):
    def body(c, x):
        return {"a": c["a"] * w + x, "n": c["n"] + 1}, (c["a"], x * c["n"])

    c, (ys, zs) = lax.scan(body, {"a": w, "n": 0}, xs)
    return c["a"] + jnp.sum(ys * zs) + c["n"]


def nested(w, xs):
    def outer(c, x):
        return lax.scan(lambda d, y: (jnp.sin(d * y) + x, None), c, xs)[0], c

    c, ys = lax.scan(outer, w, xs)
    return c + ys.sum()


def while_in_scan(w, xs):
    def body(c, x):
        return lax.while_loop(lambda v: v < 4.0, lambda v: v * 1.5 + x * x, c * c) * 0.1, None

    return lax.scan(body, w, xs)[0]


programs = {
    "scan": lambda w, xs: lax.scan(lambda c, x: (jnp.sin(c) * x + w, c * x), w, xs)[1].sum(),
    "scan in reverse": lambda w, xs: lax.scan(lambda c, x: (c * x + w, c), w, xs, reverse=True)[0],
    "scan of trees": scan_tree,
    "scan without xs": lambda w, xs: lax.scan(lambda c, _: (jnp.cos(c) * xs[1], None), w, None, length=5)[0],
    "scan without carry": lambda w, xs: lax.scan(lambda c, x: (c, jnp.exp(x * w)), None, xs)[1].sum(),
    "map": lambda w, xs: lax.map(lambda x: x * x * w, xs).prod(),
    "scan in scan": nested,
    "foriLoop with static bounds": lambda w, xs: lax.fori_loop(0, 4, lambda i, c: c * w + xs[i], w),
    "foriLoop with traced bounds": lambda w, xs: lax.fori_loop(0, jnp.int32(w + 2), lambda i, c: c * w + xs[1], w),
    "whileLoop": lambda w, xs: lax.while_loop(lambda c: c[0] < 9.0, lambda c: (c[0] * 1.5 + w, c[1] + xs[0] * c[0]), (w, w))[1],
    "cond taken": lambda w, xs: lax.cond(w > 0, lambda a, b: jnp.sin(a) * b.sum(), lambda a, b: a * b.prod(), w, xs),
    "cond not taken": lambda w, xs: lax.cond(w < 0, lambda a, b: jnp.sin(a) * b.sum(), lambda a, b: a * b.prod(), w, xs),
    "switch": lambda w, xs: lax.switch(1, [lambda a: a, lambda a: jnp.exp(a) * xs[2], lambda a: a * a], w) * w,
    "cond in scan": lambda w, xs: lax.scan(
        lambda c, x: (lax.cond(x > 0.7, lambda v: v * x * w, lambda v: jnp.sin(v) + w, c), None), w, xs
    )[0],
    "scan in cond": lambda w, xs: lax.cond(w > 0, lambda v: lax.scan(lambda c, x: (c * x + v, None), v, xs)[0], lambda v: v, w),
    "while in scan": while_in_scan,
    "associativeScan": lambda w, xs: (lax.associative_scan(jnp.multiply, xs * w) * xs).sum(),
}
forward_only = {"foriLoop with traced bounds", "whileLoop", "while in scan"}

w, xs = jnp.float64(0.8), jnp.array([0.5, 1.25, -0.75, 2.0])
dw, dxs = jnp.float64(0.3), jnp.array([1.0, -0.5, 0.25, 2.0])


def flat(tree):
    return [float(v) for leaf in jax.tree.leaves(tree) for v in leaf.ravel()]


def row(name, f):
    pushed = lambda w, xs: jax.jvp(f, (w, xs), (dw, dxs))[1]  # noqa: E731
    out = {
        "value": float(f(w, xs)),
        "jvp": float(pushed(w, xs)),
        "second": float(jax.jvp(pushed, (w, xs), (dw, dxs))[1]),
    }
    if name not in forward_only:
        out["grad"] = flat(jax.grad(f, (0, 1))(w, xs))
        out["hvp"] = flat(jax.jvp(jax.grad(f, (0, 1)), (w, xs), (dw, dxs))[1])
    return out


here = pathlib.Path(__file__).parent
rows = {name: row(name, f) for name, f in programs.items()}
(here / "goldens" / "programs.json").write_text(json.dumps(rows, indent=1) + "\n")
