"""Values as JSON, as encoding.ts has them.

An array is {"dtype", "shape", "data"} with the base64 of its little-endian bytes (bool: a byte of 0 or 1 each), so
that -0, NaN and the infinities are kept. A number that JSON lacks is {"number": "nan" | "inf" | "-inf" | "-0"}. All
else is itself. JavaScript has no 1.0: whole floats are read back as ints.
"""

import base64
import math

import jax
import jax.numpy as jnp
import numpy as np

DTYPES = {"float32": "<f4", "float64": "<f8", "int32": "<i4", "uint32": "<u4", "bool": "|b1"}
# Under x64 JAX counts in 64 bits; here integers have 32.
NARROWED = {"int64": "int32", "uint64": "uint32"}


def encode(value):
    """Arrays, numbers, lists, tuples and dicts as JSON."""
    if isinstance(value, (jax.Array, np.ndarray, np.generic)):
        return encode_array(np.asarray(value))
    if isinstance(value, (list, tuple)):
        return [encode(part) for part in value]
    if isinstance(value, dict):
        return {key: encode(part) for key, part in value.items()}
    if isinstance(value, float):
        return encode_number(value)
    return value


def encode_array(values):
    dtype = NARROWED.get(values.dtype.name, values.dtype.name)
    data = np.ascontiguousarray(values).astype(DTYPES[dtype]).tobytes()
    return {"dtype": dtype, "shape": list(values.shape), "data": base64.b64encode(data).decode()}


def encode_number(value):
    if math.isnan(value):
        return {"number": "nan"}
    if math.isinf(value):
        return {"number": "inf" if value > 0 else "-inf"}
    if value == 0 and math.copysign(1, value) < 0:
        return {"number": "-0"}
    return int(value) if value.is_integer() else value


def decode(value, array=jnp.asarray):
    """What `encode` gives, back: arrays by `array` of a numpy array."""
    if isinstance(value, list):
        return [decode(part, array) for part in value]
    if isinstance(value, dict):
        if set(value) == {"dtype", "shape", "data"}:
            return array(decode_array(value))
        if set(value) == {"number"}:
            return float(value["number"])
        return {key: decode(part, array) for key, part in value.items()}
    return value


def decode_array(value):
    """As a numpy array."""
    flat = np.frombuffer(base64.b64decode(value["data"]), dtype=DTYPES[value["dtype"]])
    return flat.reshape(value["shape"])
