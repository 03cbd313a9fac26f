"""Arguments of our calls as JAX wants them."""

import jax
import jax.numpy as jnp
import numpy as np

SNAKE = {
    "equalNan": "equal_nan",
    "fillValue": "fill_value",
    "constantValues": "constant_values",
    "leftSide": "left_side",
    "transposeA": "transpose_a",
    "unitDiagonal": "unit_diagonal",
    "symmetrizeInput": "symmetrize_input",
}


def is_number(x):
    return isinstance(x, (int, float)) and not isinstance(x, bool)


def arr(x):
    """An operand: nested lists are float32 (bool where all are booleans), a number alone a weak float."""
    if isinstance(x, (list, tuple)):
        return jnp.asarray(from_list(x))
    return float(x) if is_number(x) else x


def from_list(x):
    values = np.array(x)
    return values if values.dtype == bool else values.astype(np.float32)


def operands(*xs):
    """Operands that meet: a number takes its partner's dtype; where there are but numbers they are floats."""
    numbers_alone = all(is_number(x) for x in xs)
    return [arr(x) if numbers_alone or not is_number(x) else x for x in xs]


def indices(x):
    """Positions: lists and whole numbers are int32."""
    if isinstance(x, (list, tuple)):
        return jnp.asarray(np.array(x, dtype=np.int32))
    return int(x) if is_number(x) else x


def ax(axis):
    """An axis, several or None: lists become tuples, all the way down."""
    return tuple(ax(a) for a in axis) if isinstance(axis, list) else axis


def opts(options):
    """The options of a call as keyword arguments."""
    return {SNAKE.get(key, key): ax(value) for key, value in (options or {}).items()}


def dtype_of(options, default):
    return (options or {}).get("dtype", default)


def strong(x):
    """A number as the float32 that `array` and `full` make of it."""
    return jnp.float32(x) if is_number(x) else arr(x)


def is_array(x):
    return isinstance(x, (jax.Array, np.ndarray))
