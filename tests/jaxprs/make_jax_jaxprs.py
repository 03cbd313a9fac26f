"""Writes goldens/jax.json: the jaxprs that JAX 0.10.2 prints for the programs of programs.ts of the same names.

    python tests/jaxprs/make_jax_jaxprs.py
"""
import json
import pathlib

import jax
import jax.numpy as jnp
from jax import lax

x3 = jnp.array([0.0, 1.0, 2.0])
a23 = jnp.ones((2, 3))
table = jnp.array([10.0, 20.0, 30.0])


def product(xs):
    return lax.scan(lambda c, x: (c * x, None), 1.0, xs)[0]


def doubled_up_to(limit, x):
    return lax.while_loop(lambda c: c < limit, lambda c: c * 2, x)


def branches(p, x):
    return lax.cond(p > 0, jnp.sin, jnp.cos, x)


@jax.custom_jvp
def softplus(x):
    return jnp.log(jnp.exp(x) + 1)


softplus.defjvp(lambda primals, tangents: (softplus(*primals), tangents[0] * 2))


@jax.custom_vjp
def clippedGradient(x):
    return jnp.sin(x)


clippedGradient.defvjp(lambda x: (jnp.sin(x), x), lambda x, ct: (ct * x,))


def double(y):
    return y * 2


def unused(x):
    jnp.cos(x)
    return jnp.sin(x)


def scan_with_closure(w, xs):
    return lax.scan(lambda c, x: (c * w + x, None), 0.0, xs, reverse=True)[0]


programs = {
    "arithmetic": (lambda x, y: -(x * 2 + y - x / y), (x3, x3)),
    "matrix product": (lambda a, b: a @ b, (a23, x3)),
    "unused results": (unused, (x3,)),
    "array constants": (lambda x: (x + table * 2) * table, (x3,)),
    "grad": (jax.grad(lambda x: jnp.sum(jnp.sin(x) * x)), (x3,)),
    "jvp": (lambda x: jax.jvp(jnp.tanh, (x,), (x,)), (x3,)),
    "grad of grad": (jax.grad(jax.grad(lambda x: x * x * x)), (2.0,)),
    "vmap": (jax.vmap(lambda a, b: jnp.dot(a, b), (0, None)), (a23, x3)),
    "vmap of grad": (jax.vmap(jax.grad(lambda x: jnp.sin(x) * x)), (x3,)),
    "jit in jit": (lambda x: jax.jit(lambda y: jax.jit(double)(y) + 1)(x) + x, (x3,)),
    "scan": (lambda xs: lax.scan(lambda c, x: (c * x, c + x), 1.0, xs), (x3,)),
    "scan closing over a tracer": (scan_with_closure, (1.0, x3)),
    "grad of scan": (jax.grad(product), (x3,)),
    "vmap of scan": (jax.vmap(product), (a23,)),
    "while": (lambda x: doubled_up_to(jnp.array(10.0), x), (1.0,)),
    "foriLoop with static bounds": (lambda x: lax.fori_loop(0, 10, lambda i, c: c * x, 1.0), (2.0,)),
    "cond": (lambda x: branches(x, x), (1.0,)),
    "vmap of cond with one predicate": (jax.vmap(branches, (None, 0)), (1.0, x3)),
    "switch": (lambda i, x: lax.switch(i, [jnp.sin, jnp.cos, jnp.tanh], x), (jnp.int32(1), 1.0)),
    "grad of checkpoint": (jax.grad(jax.checkpoint(lambda x: jnp.sin(jnp.sin(x)))), (2.0,)),
    "customJvp": (lambda x: softplus(x), (1.0,)),
    "grad of customVjp": (jax.grad(lambda x: clippedGradient(x)), (1.0,)),
}

here = pathlib.Path(__file__).parent
texts = {name: str(jax.make_jaxpr(f)(*args)) for name, (f, args) in programs.items()}
(here / "goldens" / "jax.json").write_text(json.dumps({"jax": jax.__version__, "jaxprs": texts}, indent=1) + "\n")
