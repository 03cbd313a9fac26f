"""lax, but for control flow: our public name -> JAX's function of our call's arguments. Nothing is promoted."""

import jax.numpy as jnp
from jax import lax

from arguments import arr, ax, indices, is_array, is_number, opts

UNARY = {
    "neg": "neg", "abs": "abs", "sign": "sign", "square": "square", "sqrt": "sqrt", "rsqrt": "rsqrt", "cbrt": "cbrt",
    "exp": "exp", "exp2": "exp2", "expm1": "expm1", "log": "log", "log1p": "log1p", "logistic": "logistic",
    "sin": "sin", "cos": "cos", "tan": "tan", "asin": "asin", "acos": "acos", "atan": "atan", "sinh": "sinh",
    "cosh": "cosh", "tanh": "tanh", "asinh": "asinh", "acosh": "acosh", "atanh": "atanh", "erf": "erf", "erfc": "erfc",
    "erfInv": "erf_inv", "lgamma": "lgamma", "digamma": "digamma", "floor": "floor", "ceil": "ceil",
    "isFinite": "is_finite", "bitwiseNot": "bitwise_not", "populationCount": "population_count", "clz": "clz",
    "stopGradient": "stop_gradient",
}  # fmt: skip

BINARY = {
    "add": "add", "sub": "sub", "mul": "mul", "div": "div", "rem": "rem", "max": "max", "min": "min",
    "nextafter": "nextafter", "pow": "pow", "atan2": "atan2", "eq": "eq", "ne": "ne", "lt": "lt", "le": "le",
    "gt": "gt", "ge": "ge", "bitwiseAnd": "bitwise_and", "bitwiseOr": "bitwise_or", "bitwiseXor": "bitwise_xor",
    "shiftLeft": "shift_left", "shiftRightLogical": "shift_right_logical",
    "shiftRightArithmetic": "shift_right_arithmetic", "polygamma": "polygamma", "zeta": "zeta",
    "randomGammaGrad": "random_gamma_grad",
}  # fmt: skip

REDUCTIONS = {
    "reduceSum": "reduce_sum", "reduceProd": "reduce_prod", "reduceMax": "reduce_max", "reduceMin": "reduce_min",
    "reduceAnd": "reduce_and", "reduceOr": "reduce_or",
}  # fmt: skip

CUMULATIVES = ["cumsum", "cumprod", "cummax", "cummin", "cumlogsumexp"]

MODES = {
    "promiseInBounds": lax.GatherScatterMode.PROMISE_IN_BOUNDS,
    "clip": lax.GatherScatterMode.CLIP,
    "fill": lax.GatherScatterMode.FILL_OR_DROP,
}

ROUNDING = {
    "awayFromZero": lax.RoundingMethod.AWAY_FROM_ZERO,
    "toNearestEven": lax.RoundingMethod.TO_NEAREST_EVEN,
}


def beside(*xs):
    """Operands of one dtype: a number is a scalar of the first array's."""
    arrays = [x if is_number(x) else arr(x) for x in xs]
    dtype = next((x.dtype for x in arrays if is_array(x)), jnp.float32)
    return [jnp.asarray(x, dtype) if is_number(x) else x for x in arrays]


def unary(f):
    return lambda x: f(arr(x))


def binary(f):
    return lambda x, y: f(*beside(x, y))


def reduction(f):
    return lambda x, axes: f(arr(x), [axis % arr(x).ndim for axis in axes])


def cumulative(f):
    return lambda x, axis=0, o=None: f(arr(x), axis % arr(x).ndim, **opts(o))


def select(test, yes, no):
    return lax.select(test, *beside(yes, no))


def dynamic_slice(x, starts, sizes):
    return lax.dynamic_slice(arr(x), starts_of(starts), sizes)


def starts_of(starts):
    return starts if is_array(starts) else [indices(start) for start in starts]


def dynamic_update_slice(x, update, starts):
    a, window = beside(x, update)
    return lax.dynamic_update_slice(a, window, starts_of(starts))


def pad(x, value, config):
    a, padding = beside(x, value)
    return lax.pad(a, padding, ax(config))


def dot_general(x, y, numbers):
    return lax.dot_general(*beside(x, y), ax(numbers))


def gather(x, at, numbers, sizes, o=None):
    o = o or {}
    dims = lax.GatherDimensionNumbers(
        offset_dims=ax(numbers["offsetDims"]),
        collapsed_slice_dims=ax(numbers["collapsedSliceDims"]),
        start_index_map=ax(numbers["startIndexMap"]),
        operand_batching_dims=ax(numbers.get("operandBatchingDims", [])),
        start_indices_batching_dims=ax(numbers.get("startIndicesBatchingDims", [])),
    )
    mode = MODES[o.get("mode", "promiseInBounds")]
    return lax.gather(arr(x), indices(at), dims, ax(sizes), mode=mode, fill_value=o.get("fillValue"))


def scatter(f):
    def apply(x, at, updates, numbers, o=None):
        o = o or {}
        dims = lax.ScatterDimensionNumbers(
            update_window_dims=ax(numbers["updateWindowDims"]),
            inserted_window_dims=ax(numbers["insertedWindowDims"]),
            scatter_dims_to_operand_dims=ax(numbers["scatterDimsToOperandDims"]),
            operand_batching_dims=ax(numbers.get("operandBatchingDims", [])),
            scatter_indices_batching_dims=ax(numbers.get("scatterIndicesBatchingDims", [])),
        )
        a, values = beside(x, updates)
        mode = MODES[o.get("mode", "fill")]
        return f(a, indices(at), values, dims, unique_indices=o.get("uniqueIndices", False), mode=mode)

    return apply


def sort_many(xs, o=None):
    o = o or {}
    dimension = o.get("dimension", -1)
    return list(lax.sort(tuple(arr(x) for x in xs), dimension=dimension, num_keys=o.get("numKeys", 1)))


def clamp(low, x, high):
    value, lowest, highest = beside(x, low, high)
    return lax.clamp(lowest, value, highest)


def dynamic_update(f):
    return lambda x, update, at, axis: f(*beside(x, update), indices(at), axis)


def cholesky(a, o=None):
    o = o or {}
    lower = lax.linalg.cholesky(arr(a), symmetrize_input=o.get("symmetrizeInput", True))
    return jnp.swapaxes(lower, -1, -2) if o.get("upper") else lower


LAX = {
    **{name: unary(getattr(lax, theirs)) for name, theirs in UNARY.items()},
    **{name: binary(getattr(lax, theirs)) for name, theirs in BINARY.items()},
    **{name: reduction(getattr(lax, theirs)) for name, theirs in REDUCTIONS.items()},
    **{name: cumulative(getattr(lax, name)) for name in CUMULATIVES},
    "integerPow": lambda x, n: lax.integer_pow(arr(x), n),
    "round": lambda x, method="awayFromZero": lax.round(arr(x), ROUNDING[method]),
    "select": select,
    "selectN": lambda which, *cases: lax.select_n(arr(which), *beside(*cases)),
    "clamp": clamp,
    "convertElementType": lambda x, dtype: lax.convert_element_type(arr(x), dtype),
    "bitcastConvertType": lambda x, dtype: lax.bitcast_convert_type(arr(x), dtype),
    "argmax": lambda x, axis, dtype="int32": lax.argmax(arr(x), axis % arr(x).ndim, dtype),
    "argmin": lambda x, axis, dtype="int32": lax.argmin(arr(x), axis % arr(x).ndim, dtype),
    "sortMany": sort_many,
    "sort": lambda x, dimension=-1: lax.sort(arr(x), dimension),
    "sortKeyVal": lambda k, v, dimension=-1: list(lax.sort_key_val(arr(k), arr(v), dimension)),
    "topK": lambda x, k: list(lax.top_k(arr(x), k)),
    "iota": lambda dtype, size: lax.iota(dtype, size),
    "broadcastedIota": lambda dtype, shape, dimension: lax.broadcasted_iota(dtype, ax(shape), dimension),
    "full": lambda shape, value, dtype="float32": lax.full(ax(shape), value, dtype),
    "fullLike": lambda x, value: lax.full_like(arr(x), value),
    "reshape": lambda x, sizes: lax.reshape(arr(x), ax(sizes)),
    "transpose": lambda x, permutation: lax.transpose(arr(x), ax(permutation)),
    "broadcast": lambda x, sizes: lax.broadcast(arr(x), ax(sizes)),
    "broadcastInDim": lambda x, shape, dims: lax.broadcast_in_dim(arr(x), ax(shape), ax(dims)),
    "expandDims": lambda x, dims: lax.expand_dims(arr(x), ax(dims)),
    "squeeze": lambda x, dims: lax.squeeze(arr(x), ax(dims)),
    "concatenate": lambda xs, dimension: lax.concatenate(beside(*xs), dimension % arr(xs[0]).ndim),
    "rev": lambda x, dims: lax.rev(arr(x), [d % arr(x).ndim for d in dims]),
    "pad": pad,
    "slice": lambda x, start, limit, strides=None: lax.slice(arr(x), start, limit, strides),
    "sliceInDim": lambda x, start, limit, stride=1, axis=0: lax.slice_in_dim(
        arr(x), start, limit, stride, axis
    ),
    "indexInDim": lambda x, index, axis=0, keepdims=True: lax.index_in_dim(arr(x), index, axis, keepdims),
    "dotGeneral": dot_general,
    "dot": lambda x, y: lax.dot(*beside(x, y)),
    "dynamicSlice": dynamic_slice,
    "dynamicUpdateSlice": dynamic_update_slice,
    "dynamicSliceInDim": lambda x, at, size, axis=0: lax.dynamic_slice_in_dim(
        arr(x), indices(at), size, axis
    ),
    "dynamicIndexInDim": lambda x, at, axis=0, keepdims=True: lax.dynamic_index_in_dim(
        arr(x), indices(at), axis, keepdims
    ),
    "dynamicUpdateSliceInDim": dynamic_update(lax.dynamic_update_slice_in_dim),
    "dynamicUpdateIndexInDim": dynamic_update(lax.dynamic_update_index_in_dim),
    "gather": gather,
    "scatter": scatter(lax.scatter),
    "scatterAdd": scatter(lax.scatter_add),
    "scatterMul": scatter(lax.scatter_mul),
    "scatterMin": scatter(lax.scatter_min),
    "scatterMax": scatter(lax.scatter_max),
    "linalg.cholesky": cholesky,
    "linalg.triangularSolve": lambda a, b, o=None: lax.linalg.triangular_solve(*beside(a, b), **opts(o)),
    "linalg.lu": lambda a: list(lax.linalg.lu(arr(a))),
}
