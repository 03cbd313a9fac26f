"""Rows of products and of linear algebra."""

import numpy as np

from cases import INF, NAN, cases, f32, i32, matrix

DTYPES = ["float32", "float64", "int32"]


def pairs(name, shapes, *rest):
    """Two arrays of these shapes in each dtype."""
    t = cases(name)
    for left, right in shapes:
        for dtype in DTYPES:
            t.add(t.of(dtype, left), t.of(dtype, right), *rest)


VECTORS = [((3,), (3,)), ((1,), (1,)), ((0,), (0,)), ((17,), (17,))]
pairs(
    "numpy.dot",
    [
        *VECTORS,
        ((2, 3), (3, 4)),
        ((2, 3), (3,)),
        ((), (3,)),
        ((2, 3), (2, 3, 4)),
        ((2, 0), (0, 3)),
        ((1, 1), (1, 1)),
    ],
)
pairs(
    "numpy.matmul",
    [
        *VECTORS,
        ((2, 3), (3, 4)),
        ((2, 3), (3,)),
        ((3,), (3, 2)),
        ((2, 2, 3), (3, 2)),
        ((2, 1, 2, 3), (3, 3, 1)),
        ((2, 0), (0, 3)),
        ((1, 1), (1, 1)),
        ((5, 40), (40, 2)),
    ],
)
pairs("numpy.vdot", [*VECTORS, ((2, 3), (2, 3)), ((2, 3), (3, 2)), ((2, 2), (4,))])
pairs("numpy.inner", [*VECTORS, ((2, 3), (4, 3)), ((), (3,)), ((2, 0), (1, 0)), ((2, 2, 3), (3,))])
pairs("numpy.outer", [*VECTORS, ((2,), (3,)), ((2, 2), (3,)), ((), (2,)), ((0,), (2,))])
pairs(
    "numpy.kron",
    [((2,), (3,)), ((2, 2), (1, 3)), ((2,), (2, 2)), ((1,), (1,)), ((), (2,)), ((0,), (2,)), ((2, 3), (2,))],
)
pairs("numpy.vecdot", [*VECTORS, ((2, 3), (2, 3)), ((2, 3), (3,)), ((2, 1, 3), (4, 3)), ((2, 0), (2, 0))])
pairs(
    "numpy.matvec",
    [
        ((2, 3), (3,)),
        ((2, 2, 3), (3,)),
        ((2, 3), (4, 3)),
        ((1, 1), (1,)),
        ((2, 0), (0,)),
        ((2, 2, 3), (2, 3)),
        ((5, 17), (17,)),
    ],
)
pairs(
    "numpy.vecmat",
    [
        ((2,), (2, 3)),
        ((2,), (2, 2, 3)),
        ((4, 2), (2, 3)),
        ((1,), (1, 1)),
        ((0,), (0, 2)),
        ((2, 2), (2, 2, 3)),
        ((17,), (17, 5)),
    ],
)
pairs(
    "numpy.cross",
    [((3,), (3,)), ((2, 3), (3,)), ((2, 3), (2, 3)), ((1, 3), (2, 3)), ((0, 3), (3,)), ((2, 1, 3), (4, 3))],
)
pairs("numpy.cross", [((3, 2), (3, 2))], 0)
pairs("numpy.tensordot", [((2, 3), (2, 3)), ((2, 3, 4), (3, 4))])
pairs("numpy.tensordot", [((2, 3), (3, 2)), ((3,), (3,)), ((2, 0), (0, 2))], 1)
pairs("numpy.tensordot", [((2,), (3,)), ((1, 1), (1,))], 0)
pairs("numpy.tensordot", [((2, 3, 4), (3, 2, 5))], [[0, 1], [1, 0]])
pairs("numpy.tensordot", [((2, 3), (4, 3))], [1, -1])
for name in ["numpy.dot", "numpy.matmul", "numpy.inner", "numpy.vdot"]:
    t = cases(name)
    t.add(f32(1.0, NAN, 2.0), f32(1.0, 1.0, 1.0))
    t.add(f32(INF, 1.0), f32(0.0, 1.0))
    t.add(t.f32((2, 2)), t.i32((2, 2)))
    t.add(t.i32((3,)), t.bools((3,)))
    t.add([1, 2.5], t.f32((2,)))
t = cases("numpy.einsum")
for subscripts, shapes in [
    ("ij,jk->ik", [(2, 3), (3, 4)]), ("ij,jk", [(2, 3), (3, 2)]), ("i,i->", [(3,), (3,)]), ("ii->i", [(3, 3)]),
    ("ii", [(3, 3)]), ("ij->ji", [(2, 3)]), ("ij->", [(2, 3)]), ("bij,bjk->bik", [(2, 2, 3), (2, 3, 2)]),
    ("i,j,k->ijk", [(2,), (3,), (2,)]), ("...i,...i->...", [(2, 3), (2, 3)]), ("ij,ij->ij", [(2, 3), (2, 3)]),
    ("ij,j,i->", [(2, 3), (3,), (2,)]), ("ij,jk->ki", [(1, 1), (1, 1)]), ("ij,jk->ik", [(2, 0), (0, 2)]),
]:  # fmt: skip
    for dtype in DTYPES[: 3 if len(shapes) == 2 else 2]:
        t.add(subscripts, *[t.of(dtype, shape) for shape in shapes])
t = cases("lax.dotGeneral")
for left, right, numbers in [
    ((2, 3), (3, 4), [[[1], [0]], [[], []]]), ((3,), (3,), [[[0], [0]], [[], []]]),
    ((2, 2, 3), (2, 3, 2), [[[2], [1]], [[0], [0]]]), ((2, 3, 4), (4, 3), [[[2, 1], [0, 1]], [[], []]]),
    ((2,), (3,), [[[], []], [[], []]]), ((2, 3), (2, 3), [[[], []], [[0, 1], [0, 1]]]),
    ((2, 0), (0, 3), [[[1], [0]], [[], []]]),
    ((2, 3, 2), (3, 2, 4), [[[2], [1]], [[1], [0]]]),
]:  # fmt: skip
    for dtype in DTYPES:
        t.add(t.of(dtype, left), t.of(dtype, right), numbers)
pairs(
    "lax.dot",
    [*VECTORS, ((2, 3), (3, 4)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 0), (0, 3)), ((1, 1), (1, 1))],
)

# linear algebra ---------------------------------------------------------------------------------------------

t = cases("numpy.linalg.norm")
for dtype in ["float32", "float64"]:
    for shape in [(3,), (2, 3), (2, 3, 2), (), (1,), (17,)]:
        t.add(t.of(dtype, shape))
    for order in [0, 1, 2, 3, -1, 0.5, INF, -INF]:
        t.add(t.of(dtype, (4,)), {"ord": order})
    for order in ["fro", 1, -1, INF, -INF]:
        t.add(t.of(dtype, (2, 3)), {"ord": order})
    t.add(t.of(dtype, (2, 3, 2)), {"axis": 1, "keepdims": True})
    t.add(t.of(dtype, (2, 3, 2)), {"ord": 1, "axis": [0, 2]})
    t.add(t.of(dtype, (2, 3, 2)), {"ord": "fro", "axis": [2, -2], "keepdims": True})
t.add(f32(0.0, 0.0))
t.add(f32(0.0, 0.0), {"ord": 1})
t.add(f32(1.0, -1.0, 1.0), {"ord": INF})
t.add(f32(NAN, 1.0))
t.add(t.i32((3,)))
t.add(t.f32((0,)))


def positive(t, dtype, n, batch=()):
    """A matrix with eigenvalues from about 1 up."""
    a = t.random.uniform(-1, 1, (*batch, n, n))
    return (a @ np.swapaxes(a, -1, -2) + np.eye(n)).astype(dtype)


def regular(t, dtype, n, batch=()):
    return (t.random.uniform(-1, 1, (*batch, n, n)) + 2 * np.eye(n)).astype(dtype)


SIZES = [(1, ()), (2, ()), (3, ()), (5, ()), (2, (2,)), (3, (2, 1)), (0, ())]
for name in ["numpy.linalg.cholesky", "lax.linalg.cholesky"]:
    t = cases(name)
    for n, batch in SIZES:
        for dtype in ["float32", "float64"]:
            t.add(positive(t, dtype, n, batch), rotates=False)
    for x in [matrix([[1, 2], [2, 1]]), matrix([[NAN, 0], [0, 1]]), matrix([[4, 7], [2, 5]])]:
        t.add(x, rotates=False, derivative=False)
    for n in [2, 3, 4]:
        t.add(
            regular(t, "float32", n) * 2,
            *([{"upper": True}] if name.startswith("numpy") else []),
            rotates=False,
        )
for name in ["inv", "det", "slogdet"]:
    t = cases(f"numpy.linalg.{name}")
    for n, batch in SIZES:
        for dtype in ["float32", "float64"]:
            # JAX's determinant of no elements has no derivative.
            t.add(regular(t, dtype, n, batch), rotates=False, derivative=n > 0 or name != "det")
    t.add(i32(*[2, 1, 1, 3]).reshape(2, 2), rotates=False)
    for n in [2, 3, 4, 4]:
        t.add(-regular(t, "float64", n), rotates=False)
    t.add(matrix([[0, 2], [1, 3]]), rotates=False)
    if name == "det":
        t.add(matrix([[1, 2], [2, 4]]), rotates=False)
t = cases("numpy.linalg.solve")
for n, batch in SIZES:
    for dtype in ["float32", "float64"]:
        t.add(regular(t, dtype, n, batch), t.of(dtype, (*batch, n, 2)), rotates=False)
for n in [1, 2, 3, 5]:
    t.add(regular(t, "float32", n), t.f32((n,)), rotates=False)
t.add(regular(t, "float32", 2, (2,)), t.f32((2, 3)), rotates=False)
t.add(matrix([[0, 2], [1, 3]]), t.f32((2,)), rotates=False)
t.add(i32(2, 1, 1, 3).reshape(2, 2), i32(1, 2), rotates=False)
for name in ["numpy.linalg.lu", "lax.linalg.lu"]:
    t = cases(name)
    for n, batch in SIZES:
        for dtype in ["float32", "float64"]:
            t.add(regular(t, dtype, n, batch), rotates=False)
    for shape in [(2, 3), (3, 2), (4, 2), (1, 3)]:
        t.add(t.f32(shape), rotates=False)
    t.add(matrix([[0, 2], [1, 3]]), rotates=False)
    t.add(matrix([[1, 2, 3], [4, 5, 6], [7, 8, 10]]), rotates=False)
for name in ["numpy.linalg.triangularSolve", "lax.linalg.triangularSolve"]:
    t = cases(name)
    for k, (n, batch) in enumerate(SIZES):
        for dtype in ["float32", "float64"]:
            options = {"leftSide": True, "lower": k % 2 == 0, "transposeA": k % 3 == 0}
            t.add(regular(t, dtype, n, batch), t.of(dtype, (*batch, n, 2)), options, rotates=False)
    for left in [True, False]:
        for lower in [True, False]:
            for unit in [True, False]:
                b = t.f32((3, 2) if left else (2, 3))
                options = {"leftSide": left, "lower": lower, "unitDiagonal": unit}
                t.add(regular(t, "float32", 3), b, options, rotates=False)
