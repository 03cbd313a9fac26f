"""The calls that take functions, with JAX: ours on the left, and each takes its arguments as ours does."""
import jax
from jax import lax


def _snake(name):
    return "".join("_" + c.lower() if c.isupper() else c for c in name)


def _keywords(options):
    """{ inAxes: [0, null] } -> in_axes=(0, None)"""
    tuples = {k: tuple(v) if isinstance(v, list) else v for k, v in (options or {}).items()}
    return {_snake(k): v for k, v in tuples.items()}


def _scan(f, init, xs, options=None):
    carry, ys = lax.scan(lambda c, x: tuple(f(c, x)), init, xs, **_keywords(options))
    return [carry, ys]


def _custom_jvp(f, rule):
    g = jax.custom_jvp(f)
    g.defjvp(lambda primals, tangents: tuple(rule(list(primals), list(tangents))))
    return g


def _custom_vjp(f, forward, backward):
    g = jax.custom_vjp(f)
    g.defvjp(lambda *args: tuple(forward(*args)), lambda residuals, ct: tuple(backward(residuals, ct)))
    return g


def _pullback(f, primals, cotangent):
    y, pull = jax.vjp(f, *primals)
    return [y, list(pull(cotangent))]


def _pushforward(f, primals, tangents):
    y, push = jax.linearize(f, *primals)
    return [y, push(*tangents)]


POLICIES = {
    "everythingSaveable": jax.checkpoint_policies.everything_saveable,
    "nothingSaveable": jax.checkpoint_policies.nothing_saveable,
    "dotsSaveable": jax.checkpoint_policies.dots_saveable,
}

HIGHER_ORDER = {
    "lax.scan": _scan,
    "lax.whileLoop": lax.while_loop,
    "lax.foriLoop": lax.fori_loop,
    "lax.cond": lax.cond,
    "lax.switch": lambda index, branches, *operands: lax.switch(index, branches, *operands),
    "lax.map": lax.map,
    "lax.associativeScan": lambda f, xs, options=None: lax.associative_scan(f, xs, **(options or {})),
    "grad": lambda f, options=None: jax.grad(f, **_keywords(options)),
    "valueAndGrad": lambda f, options=None: jax.value_and_grad(f, **_keywords(options)),
    "jvp": lambda f, primals, tangents: jax.jvp(f, tuple(primals), tuple(tangents)),
    "vjp": _pullback,
    "linearize": _pushforward,
    "linearTranspose": lambda f, primals, cotangent: jax.linear_transpose(f, *primals)(cotangent),
    "jacfwd": lambda f, options=None: jax.jacfwd(f, **_keywords(options)),
    "jacrev": lambda f, options=None: jax.jacrev(f, **_keywords(options)),
    "hessian": lambda f, options=None: jax.hessian(f, **_keywords(options)),
    "vmap": lambda f, options: jax.vmap(f, **_keywords(options)),
    "jit": lambda f: jax.jit(f),
    "checkpoint": lambda f, options=None: jax.checkpoint(f, policy=POLICIES[(options or {}).get("policy", "nothingSaveable")]),
    "customJvp": _custom_jvp,
    "customVjp": _custom_vjp,
    "apply": lambda f, *args: f(*args),
}
