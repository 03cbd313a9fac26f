"""The table of cases: a name of a public function and the arguments it is called with, in our spelling. Values come
from generators seeded by the function's name, so that a function's rows depend on its own table alone.
"""

import zlib
from dataclasses import dataclass

import numpy as np

NAN, INF = float("nan"), float("inf")


@dataclass(frozen=True)
class Case:
    name: str
    args: tuple
    # Whether the lanes of vmap may be rotations of the arguments, or must be equal to them (sorted vectors).
    rotates: bool = True
    # Whether rows of derivatives are made.
    derivative: bool = True
    vmap: bool = True
    # Whether it can be traced: not where shapes depend on values.
    traced: bool = True


class Table:
    """The cases of one function, and values for them."""

    def __init__(self, name):
        self.name = name
        self.cases = []
        self.random = np.random.RandomState(zlib.crc32(name.encode()))

    def add(self, *args, **flags):
        self.cases.append(Case(self.name, args, **flags))

    def f32(self, shape, low=-2.0, high=2.0):
        """Random numbers of a full mantissa."""
        return np.asarray(self.random.uniform(low, high, shape)).astype(np.float32)

    def f64(self, shape, low=-2.0, high=2.0):
        return np.asarray(self.random.uniform(low, high, shape))

    def i32(self, shape, low=-5, high=6):
        return np.asarray(self.random.randint(low, high, shape)).astype(np.int32)

    def u32(self, shape, low=0, high=9):
        return np.asarray(self.random.randint(low, high, shape)).astype(np.uint32)

    def bools(self, shape):
        return np.asarray(self.random.randint(0, 2, shape)).astype(bool)

    def few(self, shape):
        """float32 multiples of 1/2 with many ties."""
        return np.asarray(self.random.randint(-2, 3, shape)).astype(np.float32) / 2

    def of(self, dtype, shape, low=-2.0, high=2.0):
        match dtype:
            case "float32":
                return self.f32(shape, low, high)
            case "float64":
                return self.f64(shape, low, high)
            case "int32":
                return self.i32(shape)
            case "uint32":
                return self.u32(shape)
            case "bool":
                return self.bools(shape)


def f32(*values):
    return np.array(values, dtype=np.float32)


def f64(*values):
    return np.array(values, dtype=np.float64)


def i32(*values):
    return np.array(values, dtype=np.int32)


def u32(*values):
    return np.array(values, dtype=np.uint32)


def matrix(rows, dtype=np.float32):
    return np.array(rows, dtype=dtype)


class Cases:
    """All tables, in the order in which they were begun."""

    def __init__(self):
        self.tables = {}

    def __call__(self, name):
        return self.tables.setdefault(name, Table(name))


cases = Cases()
