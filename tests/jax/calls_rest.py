"""nn, random's samplers, arrays' methods, indexing: our public name -> JAX's function of our call's arguments."""

import jax
import jax.numpy as jnp
from jax import random

from arguments import arr, ax, indices, is_number, operands, opts
from calls_numpy import NUMPY

NN = {
    "relu": lambda x: jax.nn.relu(arr(x)),
    "silu": lambda x: jax.nn.silu(arr(x)),
    "swish": lambda x: jax.nn.swish(arr(x)),
    "gelu": lambda x, o=None: jax.nn.gelu(arr(x), **opts(o)),
    "sigmoid": lambda x: jax.nn.sigmoid(arr(x)),
    "softplus": lambda x: jax.nn.softplus(arr(x)),
    "tanh": lambda x: jax.nn.tanh(arr(x)),
    "elu": lambda x, alpha=1: jax.nn.elu(arr(x), alpha),
    "leakyRelu": lambda x, slope=0.01: jax.nn.leaky_relu(arr(x), slope),
    "softmax": lambda x, axis=-1: jax.nn.softmax(arr(x), ax(axis)),
    "logSoftmax": lambda x, axis=-1: jax.nn.log_softmax(arr(x), ax(axis)),
    "logsumexp": NUMPY["logsumexp"],
    "oneHot": lambda x, classes, o=None: jax.nn.one_hot(
        indices(x), classes, **{"dtype": "float32", **opts(o)}
    ),
}

# random -----------------------------------------------------------------------------------------------------


def of_shape(f):
    """Samplers of (key, shape, { dtype })."""
    return lambda key, shape=(), o=None: f(key, tuple(shape), **{"dtype": "float32", **opts(o)})


def of_parameters(f):
    """Samplers of (key, parameters..., shape, { dtype })."""

    def draw(key, *rest):
        *parameters, shape, o = rest
        shaped = None if shape is None else tuple(shape)
        return f(key, *[arr(p) for p in parameters], shape=shaped, **opts(o))

    return draw


def padded(f, count):
    """The arguments of `of_parameters(f)`, with the shape and the options it may lack."""
    return lambda key, *rest: of_parameters(f)(key, *rest, *[None] * (count + 2 - len(rest)))


def categorical(key, logits, o=None):
    o = o or {}
    shape = None if o.get("shape") is None else tuple(o["shape"])
    return random.categorical(key, arr(logits), o.get("axis", -1), shape, replace=o.get("replace", True))


def choice(key, values, shape=(), o=None):
    o = dict(o or {})
    p = o.pop("p", None)
    a = values if is_number(values) else arr(values)
    return random.choice(key, a, tuple(shape), p=None if p is None else arr(p), **opts(o))


def truncated_normal(key, lower, upper, shape=None, o=None):
    return random.truncated_normal(
        key,
        *operands(lower, upper),
        None if shape is None else tuple(shape),
        **{"dtype": "float32", **opts(o)},
    )


def permutation(key, x, o=None):
    return random.permutation(key, x if is_number(x) else arr(x), **opts(o))


RANDOM = {
    "key": lambda seed: random.PRNGKey(seed),
    "split": lambda key, num=2: random.split(key, ax(num)),
    "foldIn": random.fold_in,
    "keyData": lambda key: key,
    "wrapKeyData": lambda data: data,
    "bits": lambda key, shape=(): random.bits(key, tuple(shape)),
    "uniform": of_shape(random.uniform),
    "normal": of_shape(random.normal),
    "randint": lambda key, shape, lo, hi, o=None: random.randint(
        key, tuple(shape), indices(lo), indices(hi), **{"dtype": "int32", **opts(o)}
    ),
    "bernoulli": lambda key, p=0.5, shape=None, o=None: random.bernoulli(
        key, arr(p), None if shape is None else tuple(shape), **opts(o)
    ),
    "exponential": of_shape(random.exponential),
    "gumbel": of_shape(random.gumbel),
    "laplace": of_shape(random.laplace),
    "logistic": of_shape(random.logistic),
    "cauchy": of_shape(random.cauchy),
    "rademacher": lambda key, shape=(), o=None: random.rademacher(
        key, tuple(shape), **{"dtype": "int32", **opts(o)}
    ),
    "truncatedNormal": truncated_normal,
    "categorical": categorical,
    "permutation": permutation,
    "choice": choice,
    "gamma": padded(random.gamma, 1),
    "loggamma": padded(random.loggamma, 1),
    "beta": padded(random.beta, 2),
    "dirichlet": padded(random.dirichlet, 1),
    "poisson": padded(random.poisson, 1),
    "t": padded(random.t, 1),
    "multivariateNormal": padded(random.multivariate_normal, 2),
    "generalizedNormal": lambda key, p, shape=(), o=None: random.generalized_normal(
        key, p, tuple(shape), **opts(o)
    ),
    "ball": lambda key, d, p=2, shape=(), o=None: random.ball(key, d, p, tuple(shape), **opts(o)),
}

# methods and indexing ---------------------------------------------------------------------------------------

RENAMED = {
    "sub": "subtract",
    "mul": "multiply",
    "div": "divide",
    "pow": "power",
    "neg": "negative",
    "flatten": "ravel",
}
SAME = """add floorDivide mod abs sign square sqrt exp log round clip equal notEqual less lessEqual greater greaterEqual
sum prod mean std var_ min max argmin argmax all any cumsum cumprod dot matmul reshape ravel transpose moveaxis swapaxes
expandDims squeeze broadcastTo flip repeat sort argsort take diagonal astype""".split()

METHODS = {
    **{name: NUMPY[name] for name in SAME},
    **{name: NUMPY[theirs] for name, theirs in RENAMED.items()},
    "T": jnp.transpose,
    "iterate": lambda x: list(x),
}


def index(parts):
    """[] is a whole axis, [start, stop, step] a range, null a new axis, "..." the rest."""
    return tuple(index_part(part) for part in parts)


def index_part(part):
    if isinstance(part, list):
        return slice(*part) if part else slice(None)
    return Ellipsis if part == "..." else part


def update(name):
    """Of (x, index, value), in the dtype of x."""

    def apply(x, at, value):
        return getattr(x.at[index(at)], name)(jnp.asarray(arr(value), x.dtype))

    return apply


INDEX = {
    "slice": lambda x, at: x[index(at)],
    "at.get": lambda x, at: x.at[index(at)].get(),
    **{f"at.{name}": update(name) for name in ["set", "add", "multiply", "min", "max"]},
}
