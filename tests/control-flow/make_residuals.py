"""Writes goldens/residuals.json: the shapes of what JAX 0.10.2's scan stacks for reverse mode.

    python tests/control-flow/make_residuals.py
"""
import json
import pathlib

import jax
import jax.numpy as jnp
from jax import lax

one = jnp.float32(1)
xs8 = jnp.arange(8.0)


def rnn(w, h, xs):
    return lax.scan(lambda h, x: (jnp.tanh(w @ h + x), None), h, xs)[0].sum()


def gradient_steps(x0, k):
    return lax.scan(lambda x, _: (x - k * x * x * x, None), x0, None, length=8)[0].sum()


programs = {
    "product": (lambda xs: lax.scan(lambda c, x: (c * x, None), one, xs)[0], (xs8,)),
    "sines": (lambda c: lax.scan(lambda c, _: (jnp.sin(c), None), c, None, length=8)[0], (one,)),
    "recurrent network": (rnn, (jnp.ones((4, 4)), jnp.ones(4), jnp.ones((8, 4)))),
    "loop-invariant factor": (
        lambda w, xs: lax.scan(lambda c, x: (c + jnp.sin(w) * x * x, None), one, xs)[0],
        (one, xs8),
    ),
    "gradient steps": (gradient_steps, (jnp.ones(4), jnp.float32(0.1))),
    "linear": (lambda xs: lax.scan(lambda c, x: (c + x, c * 2), one, xs)[1].sum(), (xs8,)),
}


def residuals(f, args):
    jaxpr = jax.make_jaxpr(jax.grad(f))(*args)
    forward, backward = [eqn for eqn in jaxpr.eqns if eqn.primitive.name == "scan"]
    stacked = forward.outvars[forward.params["num_carry"] :]
    read = [v for v in backward.invars if not isinstance(v, jax.extend.core.Literal)]
    return [list(v.aval.shape) for v in stacked if v in read]


import jax.extend  # noqa: E402

here = pathlib.Path(__file__).parent
shapes = {name: residuals(f, args) for name, (f, args) in programs.items()}
(here / "goldens" / "residuals.json").write_text(json.dumps(shapes) + "\n")
print(shapes)
