"""Rows of indexing: x.slice and x.at, take, dynamic slices, gathers and scatters."""

import numpy as np

from cases import cases, f32, i32, u32

DTYPES = ["float32", "float64", "int32"]

# (shape, index): what x[index] is in NumPy
INDICES = [
    ((5,), [1]), ((5,), [-1]), ((5,), [[1, 4]]), ((5,), [[-3, 5]]), ((5,), [[0, 5, 2]]), ((5,), [[4, 0, -1]]),
    ((2, 3), [1]), ((2, 3), [[], 0]), ((2, 3), ["...", -1]), ((2, 3), [None, 1]), ((2, 3), [[], None, [1, 3]]),
    ((2, 3, 2), [0, "...", 1]), ((3,), [i32(2, 0, -1)]), ((2, 3), [[], i32(2, 0)]), ((2, 3), [i32(1, 0), i32(2, -1)]),
    ((2, 3), [i32(1, 0).reshape(2, 1), i32(2, 1)]), ((2, 3, 2), [i32(0, 1), [], i32(1, 0)]),
    ((2, 3, 2), [0, [], i32(1, 1)]),
    ((4,), [i32(1, 1, 1)]), ((4,), [[2, 2]]), ((0,), [[]]), ((1,), [0]), ((2, 6), [i32(0), [1, 6, 2]]), ((), [None]),
    ((3, 3), [[0, 2], i32(0, 2)]),
]  # fmt: skip


def picked(shape, index):
    """The shape of what the index names."""
    parts = tuple(
        (
            (slice(*part) if part else slice(None))
            if isinstance(part, list)
            else Ellipsis if isinstance(part, str) else part
        )
        for part in index
    )
    return np.zeros(shape)[parts].shape


for name in ["index.slice", "index.at.get"]:
    t = cases(name)
    for n, (shape, index) in enumerate(INDICES):
        t.add(t.of(DTYPES[n % 3], shape), index, rotates=False)
        if name == "index.slice":
            t.add(t.of(DTYPES[(n + 1) % 3], shape), index, rotates=False)
cases("index.slice").add(cases("index.slice").bools((3,)), [i32(0, 2)], rotates=False)
cases("index.slice").add(f32(1.0, 2.0, 3.0), [np.array([True, False, True])], traced=False)
for kind in ["set", "add", "multiply", "min", "max"]:
    t = cases(f"index.at.{kind}")
    for n, (shape, index) in enumerate(INDICES):
        dtype = DTYPES[n % 3]
        if kind == "set" and n == 18:
            continue
        # Of updates to one place JAX's cotangents for the least leave rounding errors where nothing is taken.
        derivative = n != 18 or kind not in ("min", "max")
        t.add(
            t.of(dtype, shape), index, t.of(dtype, picked(shape, index)), rotates=False, derivative=derivative
        )
        if n % 4 == 0:
            t.add(t.of(dtype, shape), index, 2, rotates=False)
    t.add(t.f32((2, 3)), [1], t.f32((3,)), rotates=False)
    t.add(t.f32((2, 3)), [[], 1], t.f32(()), rotates=False)
    t.add(t.f32((3,)), [i32(7, 0)], f32(5.0, 6.0), rotates=False)

# take -------------------------------------------------------------------------------------------------------

t = cases("numpy.take")
for n, (shape, at, *rest) in enumerate([
    ((5,), i32(0, 4, 2)), ((5,), i32(-1, 1)), ((2, 3), i32(0, 5)), ((2, 3), i32(2, 0), 1), ((2, 3), i32(1, 1, 0), 0),
    ((2, 3), i32([1], [0]), -1), ((5,), i32()), ((5,), np.array(2, dtype=np.int32)), ((1,), i32(0)),
    ((2, 3, 2), i32(1), 1),
    ((5,), i32(7, -9, 1)), ((5,), u32(1, 2)),
]):  # fmt: skip
    for dtype in ["float32", DTYPES[1 + n % 2]]:
        t.add(t.of(dtype, shape), at, *rest, rotates=False)
for mode in ["fill", "clip", "wrap"]:
    t.add(t.f32((3,)), i32(0, 3, -1, -4, 7), None, {"mode": mode}, rotates=False)
    t.add(t.i32((3,)), i32(0, 3, -1, -4, 7), None, {"mode": mode}, rotates=False)
t.add(t.f32((3,)), i32(0, 3), 0, {"fillValue": 9}, rotates=False)
t.add(t.bools((3,)), i32(0, 3), rotates=False)
t.add(t.u32((3,)), i32(0, 3), rotates=False)
t.add(t.f32((2, 3)), 1, 1, rotates=False)
t.add(t.f32((4,)), [0, 2], rotates=False)
t = cases("numpy.takeAlongAxis")
for n, (shape, at, *rest) in enumerate([
    ((5,), i32(0, 4, 2), 0), ((2, 3), i32([2, 0], [1, 1]), 1), ((2, 3), i32([1, 0, 1]), 0), ((2, 3), i32([2], [0])),
    ((2, 3), i32([-1, 0], [1, -2])), ((1, 3), i32([2, 0], [1, 1]), 1), ((2, 3), i32([0, 1]), 1), ((5,), i32(), 0),
    ((2, 3), i32(5, 0, 1), None), ((1, 1), i32([0]), 0),
]):  # fmt: skip
    at = np.asarray(at)
    for dtype in ["float32", DTYPES[1 + n % 2]]:
        t.add(t.of(dtype, shape), at, *rest, rotates=False)
for mode in ["fill", "clip"]:
    t.add(t.f32((3,)), i32(0, 3, -1, -4, 7), 0, {"mode": mode}, rotates=False)
t.add(t.u32((3,)), i32(0, 3), 0, rotates=False)

# lax: dynamic slices ----------------------------------------------------------------------------------------

t = cases("lax.dynamicSlice")
s = cases("lax.dynamicUpdateSlice")
for n, (shape, starts, sizes) in enumerate([
    ((5,), [1], [3]), ((5,), [4], [3]), ((5,), [-2], [2]), ((2, 3), [0, 1], [2, 2]), ((2, 3), [1, 2], [1, 1]),
    ((2, 3), [5, -9], [1, 2]), ((), [], []), ((1,), [0], [1]), ((5,), [2], [0]), ((3, 2, 2), [1, 0, 1], [2, 2, 1]),
]):  # fmt: skip
    for k, dtype in enumerate(DTYPES):
        at = [np.array(x, dtype=np.int32) for x in starts] if k != 1 else starts
        t.add(t.of(dtype, shape), at, sizes, rotates=False)
        s.add(s.of(dtype, shape), s.of(dtype, tuple(sizes)), at, rotates=False)
t.add(t.f32((2, 3)), i32(1, 1), [1, 2], rotates=False)
s.add(s.f32((2, 3)), s.f32((1, 2)), i32(1, 1), rotates=False)
for name in ["dynamicSliceInDim", "dynamicIndexInDim", "dynamicUpdateSliceInDim", "dynamicUpdateIndexInDim"]:
    t = cases(f"lax.{name}")
    for shape, start, axis in [
        ((5,), 1, 0),
        ((5,), 9, 0),
        ((5,), -1, 0),
        ((2, 3), 1, 1),
        ((2, 3), 0, -1),
        ((2, 3), 1, 0),
        ((1,), 0, 0),
    ]:
        for k, dtype in enumerate(DTYPES):
            at = start if k == 1 else np.array(start, dtype=np.int32)
            x = t.of(dtype, shape)
            size = min(2, shape[axis])
            window = tuple(size if a == axis % len(shape) else n for a, n in enumerate(shape))
            without = tuple(n for a, n in enumerate(shape) if a != axis % len(shape))
            match name:
                case "dynamicSliceInDim":
                    t.add(x, at, size, axis, rotates=False)
                case "dynamicIndexInDim":
                    t.add(x, at, axis, k == 0, rotates=False)
                case "dynamicUpdateSliceInDim":
                    t.add(x, t.of(dtype, window), at, axis, rotates=False)
                case _:
                    t.add(x, t.of(dtype, without), at, axis, rotates=False)

# lax: gathers and scatters ----------------------------------------------------------------------------------

# (operand, indices, offset axes, collapsed axes, index map, sizes, further numbers)
GATHERS = [
    ((5,), i32([0], [3], [2]), [], [0], [0], [1], {}), ((2, 3), i32([1], [0]), [1], [0], [0], [1, 3], {}),
    ((2, 3), i32([1, 2], [0, 0]), [], [0, 1], [0, 1], [1, 1], {}), ((2, 3), i32([0], [1]), [0, 1], [], [1], [2, 2], {}),
    ((5,), i32([1]), [1], [], [0], [2], {}), ((5,), np.zeros((0, 1), np.int32), [1], [], [0], [2], {}),
    ((2, 3), i32([2], [1]), [], [1], [1], [1, 1], {"operandBatchingDims": [0], "batching": [0]}),
]  # fmt: skip
t = cases("lax.gather")
for shape, at, offset, collapsed, index_map, sizes, more in GATHERS:
    numbers = {"offsetDims": offset, "collapsedSliceDims": collapsed, "startIndexMap": index_map}
    if more:
        numbers |= {
            "operandBatchingDims": more["operandBatchingDims"],
            "startIndicesBatchingDims": more["batching"],
        }
    for dtype in ["float32", "float64", "int32", "float32"]:
        t.add(t.of(dtype, shape), at, numbers, sizes, rotates=False)
OUTSIDE = {"offsetDims": [], "collapsedSliceDims": [0], "startIndexMap": [0]}
for mode in ["fill", "clip"]:
    for dtype in ["float32", "int32", "uint32", "bool"]:
        t.add(t.of(dtype, (3,)), i32([0], [3], [-1], [7]), OUTSIDE, [1], {"mode": mode}, rotates=False)
t.add(t.f32((3,)), i32([0], [3]), OUTSIDE, [1], {"mode": "fill", "fillValue": 9}, rotates=False)

for name in ["scatter", "scatterAdd", "scatterMul", "scatterMin", "scatterMax"]:
    t = cases(f"lax.{name}")
    for n, (shape, at, offset, collapsed, index_map, sizes, more) in enumerate(GATHERS):
        if (more and name == "scatterMul") or (n == 3 and name == "scatter"):
            continue  # JAX leaves the order of overlapping windows open
        numbers = {
            "updateWindowDims": offset,
            "insertedWindowDims": collapsed,
            "scatterDimsToOperandDims": index_map,
        }
        if more:
            numbers |= {
                "operandBatchingDims": more["operandBatchingDims"],
                "scatterIndicesBatchingDims": more["batching"],
            }
        kept = [
            size
            for axis, size in enumerate(sizes)
            if axis not in collapsed and axis not in more.get("operandBatchingDims", [])
        ]
        batch = list(at.shape[:-1])
        updates = [0] * (len(batch) + len(offset))
        for axis, size in zip(offset, kept):
            updates[axis] = size
        free = [axis for axis in range(len(updates)) if axis not in offset]
        for axis, size in zip(free, batch):
            updates[axis] = size
        # scatterMul's derivative needs windows that do not overlap.
        options = [{"uniqueIndices": True}] if name == "scatterMul" else []
        for dtype in ["float32", "float64", "int32", "float32"]:
            t.add(t.of(dtype, shape), at, t.of(dtype, tuple(updates)), numbers, *options, rotates=False)
    inside = {"updateWindowDims": [], "insertedWindowDims": [0], "scatterDimsToOperandDims": [0]}
    for mode in ["fill", "clip"]:
        # JAX's derivative is NaN where the windows of scatterMin and scatterMax are moved inside.
        derivative = name != "scatterMul" and (mode == "fill" or name not in ("scatterMin", "scatterMax"))
        t.add(
            t.f32((3,)),
            i32([0], [3], [-1]),
            t.f32((3,)),
            inside,
            {"mode": mode},
            rotates=False,
            derivative=derivative,
        )
    if name != "scatter":
        t.add(t.i32((3,)), i32([1], [1], [0]), t.i32((3,)), inside, rotates=False)
    if name in ("scatterAdd", "scatterMin", "scatterMax"):
        t.add(t.f32((3,)), i32([1], [1], [0]), t.f32((3,)), inside, rotates=False)
        t.add(f32(1.0, 2.0, 2.0), i32([1], [1], [0]), f32(2.0, 2.0, 1.0), inside, rotates=False)

# nn ---------------------------------------------------------------------------------------------------------

t = cases("nn.oneHot")
for n, shape in enumerate([(3,), (2, 2), (), (0,), (1,), (1, 1), (5,)]):
    t.add(t.i32(shape, -1, 4), 3)
    t.add(t.i32(shape, 0, 3), 3, {"dtype": ["int32", "float64", "bool", "uint32"][n % 4]})
    t.add(t.u32(shape, 0, 3), 4, {"axis": [0, -1][n % 2]})
t.add([0, 2], 3)
t.add(1, 2)
