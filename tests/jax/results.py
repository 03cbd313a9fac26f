"""What JAX makes of a case: its value, pullback, pushforward, Jacobian, and its value under vmap."""

import jax
import jax.numpy as jnp
import numpy as np

import exactness
from arguments import is_array
from calls import CALLS
from encoding import decode, encode

COTANGENTS = [1, -0.5, 2, 0.75, -1.25, 0.5, -2, 1.5]
TANGENTS = [0.5, -1, 1.5, -0.25, 2, 1, -0.75]

# XLA's simplifier multiplies where the program divides by a constant, and what is to be exact is not.
UNSIMPLIFIED = {"xla_disable_hlo_passes": "algsimp,constant_folding"}


def is_simplified(name):
    """Without its simplifier XLA knows no negative paddings, and fails at some scatters and empty products."""
    paddings = name in ("lax.pad", "lax.cummax", "lax.cummin")
    return paddings or name.startswith("index.at.") or not exactness.is_exact(name)


def pattern(values, shape, dtype, offset):
    """The same few dyadic numbers over and over, from the offset on."""
    size = int(np.prod(shape))
    return np.array([values[(k + offset) % len(values)] for k in range(size)], dtype=dtype).reshape(shape)


def leaves_of(args):
    if is_array(args):
        return [args]
    if isinstance(args, (list, tuple)):
        return [leaf for arg in args for leaf in leaves_of(arg)]
    return [leaf for arg in args.values() for leaf in leaves_of(arg)] if isinstance(args, dict) else []


def with_leaves(args, leaves):
    """`args` with its arrays replaced, in order; `leaves` is an iterator."""
    if is_array(args):
        return next(leaves)
    if isinstance(args, (list, tuple)):
        return [with_leaves(arg, leaves) for arg in args]
    return {key: with_leaves(arg, leaves) for key, arg in args.items()} if isinstance(args, dict) else args


def mentions_float64(args):
    if isinstance(args, (list, tuple)):
        return any(mentions_float64(arg) for arg in args)
    if isinstance(args, dict):
        return any(mentions_float64(arg) for arg in args.values())
    return args.dtype == np.float64 if is_array(args) else isinstance(args, str) and args == "float64"


def is_float(x):
    return jnp.issubdtype(x.dtype, jnp.floating)


class Program:
    """A case as a function of its arrays, to a list of arrays."""

    def __init__(self, case):
        self.name = case.name
        self.args = decode(encode(list(case.args)), np.asarray)
        self.leaves = leaves_of(self.args)

    def __call__(self, *leaves):
        out = CALLS[self.name](*with_leaves(self.args, iter(leaves)))
        return [jnp.asarray(y) for y in (out if isinstance(out, (list, tuple)) else [out])]

    def of_floats(self, leaves):
        """As a function of the float arrays to the float results, and those arrays."""
        at = [k for k, x in enumerate(leaves) if is_float(x)]

        def f(*floats):
            whole = list(leaves)
            for k, x in zip(at, floats):
                whole[k] = x
            return [y for y in self(*whole) if is_float(y)]

        return f, [leaves[k] for k in at]


def vmap_plan(program, number):
    """in_axes and the number of lanes: all arrays along axis 0, the last or axis 1 (3 lanes), or the first alone."""
    ranks = [x.ndim for x in program.leaves]
    count = len(ranks)
    match number % 4:
        case 0:
            return [0] * count, 2
        case 1:
            return list(ranks), 2
        case 2:
            return [0] + [None] * (count - 1), 2
        case _:
            return [min(1, rank) for rank in ranks], 3


def lanes(x, axis, count, rotates):
    """x itself, and its rotations by 1, 2, ... (or x again), along a new axis."""
    if axis is None:
        return x
    turned = [np.roll(np.ravel(x), k if rotates else 0).reshape(x.shape) for k in range(count)]
    return np.stack(turned, axis)


def compute(program, leaves, case, plan, parts):
    """Those of "value", "derivatives", "jacobian", "vmap" and "nearby" that are asked for and that the case has, as
    numpy arrays, and the weakness of the values. "derivatives" is [vjp, jvp], "nearby" is [value, vjp, jvp] at the
    leaves and their neighbours, along a first axis.
    """
    given = [jnp.asarray(x) for x in leaves]
    if not case.traced:
        value = program(*given)
        return {"value": [np.asarray(y) for y in value]}, [is_weak(y) for y in value]
    stacked = []
    if plan is not None:
        stacked = [jnp.asarray(lanes(x, axis, plan[1], case.rotates)) for x, axis in zip(leaves, plan[0])]
    around = [jnp.asarray(neighbours(x)) for x in leaves]

    def run(derivative):
        f = jax.jit(
            lambda *xs: everything(program, *xs, plan, parts, derivative),
            compiler_options=None if is_simplified(program.name) else UNSIMPLIFIED,
        )
        return f(given, stacked, around)

    try:
        out = run(case.derivative)
    except (NotImplementedError, ValueError) as error:
        if "ifferentiation rule" not in str(error) and "gradients are only implemented" not in str(error):
            raise
        out = run(False)
    return jax.tree.map(np.asarray, out), [is_weak(y) for y in out["value"]]


def is_weak(x):
    """Of booleans it means nothing."""
    return bool(x.weak_type) and x.dtype != bool


def neighbours(x):
    """x and seven arrays a few float32 ulps from it; zeros and infinities stay."""
    if not is_float(x):
        return np.stack([x] * 8)
    steps = np.array([[0], [3], [-5], [8], [-9], [14], [-17], [21]]) + np.arange(x.size) % 3
    steps[0] = 0
    turned = np.ravel(x).astype(np.float32) * (1 + steps * 2.0**-23)
    return turned.astype(np.float32).astype(x.dtype).reshape(8, *x.shape)


def everything(program, given, stacked, around, plan, parts, derivative):
    out = {"value": program(*given)}
    f, floats = program.of_floats(given)
    differentiable = derivative and floats and any(is_float(y) for y in out["value"])
    if differentiable and "derivatives" in parts:
        out["derivatives"] = both(program, given)
    if differentiable and "jacobian" in parts:
        y, pullback = jax.vjp(f, *floats)
        out["jacobian"] = jax.vmap(pullback)(unit_cotangents(y)) if sum(part.size for part in y) > 0 else []
    if plan is not None and "vmap" in parts:
        out["vmap"] = jax.vmap(program, in_axes=tuple(plan[0]))(*stacked)
    if around and "nearby" in parts:
        out["nearby"] = jax.vmap(lambda *xs: [program(*xs), *(both(program, xs) if differentiable else [])])(
            *around
        )
    return out


def both(program, leaves):
    """The pullback of the cotangents, and the pushforward of the tangents."""
    f, floats = program.of_floats(leaves)
    y, pullback = jax.vjp(f, *floats)
    return [list(pullback(cotangents(y))), jax.jvp(f, tuple(floats), tuple(tangents(floats)))[1]]


def cotangents(y):
    return [jnp.asarray(pattern(COTANGENTS, part.shape, part.dtype, k)) for k, part in enumerate(y)]


def tangents(floats):
    return [jnp.asarray(pattern(TANGENTS, x.shape, x.dtype, k)) for k, x in enumerate(floats)]


def unit_cotangents(y):
    """One for each element of the results, along a new first axis."""
    size = sum(part.size for part in y)
    ends = np.cumsum([part.size for part in y])[:-1]
    parts = np.split(np.eye(size), ends, axis=1)
    return [jnp.asarray(part.reshape(size, *one.shape), one.dtype) for part, one in zip(parts, y)]
