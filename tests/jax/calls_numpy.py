"""numpy and numpy.linalg: our public name -> JAX's function of the arguments as our call takes them."""

import jax
import jax.numpy as jnp
import numpy as np

from arguments import arr, ax, dtype_of, from_list, indices, is_array, is_number, operands, opts, strong

UNARY = {
    "negative": "negative", "positive": "positive", "reciprocal": "reciprocal", "square": "square", "sqrt": "sqrt",
    "cbrt": "cbrt", "abs": "abs", "sign": "sign", "exp": "exp", "exp2": "exp2", "expm1": "expm1", "log": "log",
    "log2": "log2", "log10": "log10", "log1p": "log1p", "sin": "sin", "cos": "cos", "tan": "tan", "arcsin": "arcsin",
    "arccos": "arccos", "arctan": "arctan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "arcsinh": "arcsinh",
    "arccosh": "arccosh", "arctanh": "arctanh", "sinc": "sinc", "floor": "floor", "ceil": "ceil", "trunc": "trunc",
    "rint": "rint", "isfinite": "isfinite", "isnan": "isnan", "isinf": "isinf", "isposinf": "isposinf",
    "isneginf": "isneginf", "signbit": "signbit", "logicalNot": "logical_not", "bitwiseNot": "bitwise_not",
    "invert": "invert", "ravel": "ravel", "matrixTranspose": "matrix_transpose", "unique": "unique",
}  # fmt: skip

BINARY = {
    "add": "add", "subtract": "subtract", "multiply": "multiply", "divide": "divide", "floorDivide": "floor_divide",
    "remainder": "remainder", "mod": "mod", "fmod": "fmod", "divmod": "divmod", "hypot": "hypot", "power": "power",
    "maximum": "maximum", "minimum": "minimum", "logaddexp": "logaddexp", "logaddexp2": "logaddexp2",
    "arctan2": "arctan2", "equal": "equal", "notEqual": "not_equal", "less": "less", "lessEqual": "less_equal",
    "greater": "greater", "greaterEqual": "greater_equal", "arrayEqual": "array_equal", "logicalAnd": "logical_and",
    "logicalOr": "logical_or", "logicalXor": "logical_xor", "bitwiseAnd": "bitwise_and", "bitwiseOr": "bitwise_or",
    "bitwiseXor": "bitwise_xor", "leftShift": "left_shift", "rightShift": "right_shift", "dot": "dot",
    "matmul": "matmul", "vdot": "vdot", "inner": "inner", "outer": "outer", "kron": "kron", "vecdot": "vecdot",
    "matvec": "matvec", "vecmat": "vecmat",
}  # fmt: skip

REDUCTIONS = {
    "sum": "sum", "prod": "prod", "max": "max", "min": "min", "ptp": "ptp", "argmax": "argmax", "argmin": "argmin",
    "all": "all", "any": "any", "countNonzero": "count_nonzero", "mean": "mean", "var_": "var", "std": "std",
    "median": "median", "average": "average",
}  # fmt: skip


def unary(f):
    return lambda x: f(arr(x))


def binary(f):
    return lambda x, y: f(*operands(x, y))


def reduction(f):
    return lambda x, axis=None, o=None: f(arr(x), axis=ax(axis), **opts(o))


def clip(x, low=None, high=None):
    return jnp.clip(
        arr(x), None if low is None else operands(x, low)[1], None if high is None else operands(x, high)[1]
    )


def array(value, o=None):
    return jnp.array(contents(value), dtype=dtype_of(o, None))


def contents(value):
    """Numbers make float32 whatever they are; lists may hold arrays, whose dtype numbers take."""
    if not isinstance(value, list):
        return strong(value)
    if holds_array(value):
        return jnp.stack(jnp.broadcast_arrays(*[v if is_number(v) else contents(v) for v in value]))
    return jnp.asarray(from_list(value))


def holds_array(value):
    return is_array(value) or (isinstance(value, list) and any(holds_array(v) for v in value))


def asarray(value, o=None):
    return jnp.asarray(arr(value), dtype=dtype_of(o, None))


def full(shape, value, o=None):
    return jnp.full(ax(shape), strong(value), dtype=dtype_of(o, None))


def full_like(like, value, o=None):
    return jnp.full_like(arr(like), arr(value), dtype=dtype_of(o, None))


def arange(start, stop=None, step=None, o=None):
    whole = all(isinstance(x, int) for x in (start, stop, step) if x is not None)
    return jnp.arange(start, stop, step, dtype=dtype_of(o, "int32" if whole else "float32"))


def linspace(start, stop, num=50, o=None):
    return jnp.linspace(*operands(start, stop), num, **opts(o))


def logspace(start, stop, num=50, o=None):
    return jnp.logspace(*operands(start, stop), num, **opts(o))


def repeat(x, repeats, axis=None):
    return jnp.repeat(arr(x), np.array(repeats) if isinstance(repeats, list) else repeats, axis=axis)


def split(x, sections, axis=0):
    return jnp.split(arr(x), np.array(sections) if isinstance(sections, list) else sections, axis=axis)


def many(f):
    """Of a list of arrays, which promote together."""
    return lambda arrays, *rest: f(operands(*arrays), *rest)


def average(x, axis=None, o=None):
    o = dict(o or {})
    weights = o.pop("weights", None)
    return jnp.average(arr(x), axis=ax(axis), weights=None if weights is None else arr(weights), **opts(o))


def quantile(x, q, axis=None, o=None):
    return jnp.quantile(arr(x), arr(q), axis=ax(axis), **opts(o))


def where(test, x, y):
    return jnp.where(arr(test), *operands(x, y))


def select(tests, choices, otherwise=0):
    return jnp.select([arr(t) for t in tests], operands(*choices), otherwise)


def logsumexp(x, axis=None, o=None):
    return jax.scipy.special.logsumexp(arr(x), axis=ax(axis), **opts(o))


def sorting(f):
    return lambda x, axis=-1, o=None: f(arr(x), axis=axis, **opts(o))


def pairwise(f):
    return lambda x, y, o=None: f(*operands(x, y), **opts(o))


def interp(x, xp, fp, o=None):
    return jnp.interp(*operands(x, xp), arr(fp), **opts(o))


def norm(x, o=None):
    return jnp.linalg.norm(arr(x), **opts(o))


def triangular_solve(a, b, o=None):
    return jax.lax.linalg.triangular_solve(*operands(a, b), **opts(o))


NUMPY = {
    **{name: unary(getattr(jnp, theirs)) for name, theirs in UNARY.items()},
    **{name: binary(getattr(jnp, theirs)) for name, theirs in BINARY.items()},
    **{name: reduction(getattr(jnp, theirs)) for name, theirs in REDUCTIONS.items()},
    "clip": clip,
    "array": array,
    "asarray": asarray,
    "full": full,
    "zeros": lambda shape, o=None: jnp.zeros(ax(shape), dtype_of(o, "float32")),
    "ones": lambda shape, o=None: jnp.ones(ax(shape), dtype_of(o, "float32")),
    "fullLike": full_like,
    "zerosLike": lambda like, o=None: jnp.zeros_like(arr(like), dtype_of(o, None)),
    "onesLike": lambda like, o=None: jnp.ones_like(arr(like), dtype_of(o, None)),
    "arange": arange,
    "linspace": linspace,
    "logspace": logspace,
    "eye": lambda n, m=None, o=None: jnp.eye(n, m, **{"dtype": "float32", **opts(o)}),
    "identity": lambda n, o=None: jnp.identity(n, dtype_of(o, "float32")),
    "tri": lambda n, m=None, k=0, o=None: jnp.tri(n, m, k, dtype_of(o, "float32")),
    "tril": lambda x, k=0: jnp.tril(arr(x), k),
    "triu": lambda x, k=0: jnp.triu(arr(x), k),
    "diag": lambda x, k=0: jnp.diag(arr(x), k),
    "diagonal": lambda x, k=0, axis1=0, axis2=1: jnp.diagonal(arr(x), k, axis1, axis2),
    "trace": lambda x, k=0, axis1=0, axis2=1: jnp.trace(arr(x), k, axis1, axis2),
    "round": lambda x, decimals=0: jnp.round(arr(x), decimals),
    "nanToNum": lambda x, o=None: jnp.nan_to_num(arr(x), **opts(o)),
    "astype": lambda x, dtype: jnp.asarray(arr(x)).astype(dtype),
    "cumsum": lambda x, axis=None: jnp.cumsum(arr(x), axis),
    "cumprod": lambda x, axis=None: jnp.cumprod(arr(x), axis),
    "average": average,
    "quantile": quantile,
    "logsumexp": logsumexp,
    "isclose": pairwise(jnp.isclose),
    "allclose": pairwise(jnp.allclose),
    "searchsorted": pairwise(jnp.searchsorted),
    "where": where,
    "select": select,
    "sort": sorting(jnp.sort),
    "argsort": sorting(jnp.argsort),
    "nonzero": lambda x: list(jnp.nonzero(arr(x))),
    "take": lambda x, i, axis=None, o=None: jnp.take(arr(x), indices(i), axis, **opts(o)),
    "takeAlongAxis": lambda x, i, axis=-1, o=None: jnp.take_along_axis(arr(x), indices(i), axis, **opts(o)),
    "interp": interp,
    "concatenate": many(jnp.concatenate),
    "stack": many(jnp.stack),
    "hstack": many(jnp.hstack),
    "vstack": many(jnp.vstack),
    "meshgrid": lambda arrays, o=None: list(jnp.meshgrid(*[arr(x) for x in arrays], **opts(o))),
    "split": split,
    "tile": lambda x, times: jnp.tile(arr(x), ax(times)),
    "repeat": repeat,
    "pad": lambda x, width, o=None: jnp.pad(arr(x), ax(width), **opts(o)),
    "reshape": lambda x, shape: jnp.reshape(arr(x), ax(shape)),
    "expandDims": lambda x, axis: jnp.expand_dims(arr(x), ax(axis)),
    "squeeze": lambda x, axis=None: jnp.squeeze(arr(x), ax(axis)),
    "broadcastTo": lambda x, shape: jnp.broadcast_to(arr(x), ax(shape)),
    "transpose": lambda x, axes=None: jnp.transpose(arr(x), ax(axes)),
    "moveaxis": lambda x, source, to: jnp.moveaxis(arr(x), ax(source), ax(to)),
    "swapaxes": lambda x, axis1, axis2: jnp.swapaxes(arr(x), axis1, axis2),
    "flip": lambda x, axis=None: jnp.flip(arr(x), ax(axis)),
    "roll": lambda x, shift, axis=None: jnp.roll(arr(x), ax(shift), ax(axis)),
    "rot90": lambda x, k=1, axes=(0, 1): jnp.rot90(arr(x), k, ax(axes)),
    "einsum": lambda subscripts, *xs: jnp.einsum(subscripts, *operands(*xs)),
    "tensordot": lambda x, y, axes=2: jnp.tensordot(*operands(x, y), axes=ax(axes)),
    "cross": lambda x, y, axis=-1: jnp.cross(*operands(x, y), axis=axis),
    "linalg.norm": norm,
    "linalg.cholesky": lambda a, o=None: jnp.linalg.cholesky(arr(a), **{"symmetrize_input": True, **opts(o)}),
    "linalg.triangularSolve": triangular_solve,
    "linalg.lu": lambda a: list(jax.lax.linalg.lu(arr(a))),
    "linalg.solve": binary(jnp.linalg.solve),
    "linalg.inv": unary(jnp.linalg.inv),
    "linalg.det": unary(jnp.linalg.det),
    "linalg.slogdet": lambda a: list(jnp.linalg.slogdet(arr(a))),
}
