"""Rows of reductions, running reductions, statistics and sorting."""

import numpy as np

from cases import INF, NAN, cases, f32, i32, matrix

# (shape, axis, options)
OVER = [
    ((5,), None, None), ((2, 3), 0, None), ((2, 3), -1, None), ((2, 3), None, {"keepdims": True}),
    ((2, 3, 2), [0, -1], None), ((2, 3, 2), 1, {"keepdims": True}), ((), None, None), ((1,), 0, None),
    ((1, 1), None, None), ((17,), 0, None), ((3, 40), -1, None), ((2, 3, 2), [2, 0], {"keepdims": True}),
]  # fmt: skip
SUMS = ["sum", "prod", "mean", "std", "var_"]
EXTREMES = ["max", "min", "ptp"]
POSITIONS = ["argmax", "argmin"]
LOGIC = ["all", "any", "countNonzero"]
SPECIAL = [
    f32(1.0, NAN, 2.0), f32(INF, 1.0), f32(INF, -INF, 1.0), f32(-INF, -INF), f32(0.0, -0.0), f32(-0.0, -0.0),
    f32(2.0, 2.0, 1.0, 2.0), f32(0.0, 2.0, 3.0), f32(0.0, 0.0, 3.0), f32(3.0, 3.0, 3.0),
]  # fmt: skip


def given(axis, options):
    return [] if axis is None and options is None else [axis] if options is None else [axis, options]


for name in SUMS + EXTREMES + POSITIONS + LOGIC + ["median", "average", "logsumexp"]:
    t = cases(f"numpy.{name}")
    for n, (shape, axis, options) in enumerate(OVER):
        if name in POSITIONS and isinstance(axis, list):
            axis = axis[0]
        if name == "average" and shape == ():
            continue
        t.add(t.of("float64" if n % 4 == 3 else "float32", shape), *given(axis, options))
    for x in SPECIAL:
        # JAX's products of infinities have the derivative NaN.
        derivative = name != "prod" or not np.isinf(x).any()
        t.add(x, derivative=derivative)
        if x.shape == (3,):
            t.add(x.astype(np.float64), derivative=derivative)
    for axis in [None, 0]:
        t.add(t.i32((2, 3)), axis)
    t.add(t.few((3, 3)), 1)
    if name not in ("median",):
        t.add(t.u32((4,)))
        if name not in ("ptp",):
            t.add(t.bools((2, 3)), 1)
    if name in SUMS + LOGIC + ["logsumexp"]:
        for shape, axis in [((0,), None), ((2, 0), 0), ((0, 2), 0)]:
            if name not in ("mean", "std", "var_", "logsumexp") or shape == (2, 0):
                t.add(t.f32(shape), axis)
    if name in SUMS + EXTREMES:
        t.add([[1, 2.5], [3, -4]], 0)

for name in ["std", "var_"]:
    t = cases(f"numpy.{name}")
    for dtype in ["float32", "float64", "int32"]:
        t.add(t.of(dtype, (2, 4)), 1, {"ddof": 1})
        t.add(t.of(dtype, (4,)), None, {"ddof": 2, "keepdims": True})
    t.add(
        t.f32((1,)), None, {"ddof": 1}, derivative=name == "std"
    )  # JAX's vjp and jvp of var differ: NaN and 0
t = cases("numpy.average")
for dtype in ["float32", "float64"]:
    t.add(t.of(dtype, (2, 3)), 1, {"weights": t.of(dtype, (3,), 0.1, 1)})
    t.add(t.of(dtype, (2, 3)), None, {"weights": t.of(dtype, (2, 3), 0.1, 1)})
    t.add(t.of(dtype, (2, 3)), 0, {"weights": t.of(dtype, (2, 3), 0.1, 1), "keepdims": True})
t.add(t.i32((2, 3)), 0, {"weights": t.i32((2,), 1, 4)})
t = cases("numpy.logsumexp")
t.add(f32(1000.0, 1000.0))
t.add(f32(-1000.0, -1001.0))
t.add(matrix([[-INF, 1], [-INF, -INF], [INF, 0]]), 1)
for name in ["cumsum", "cumprod"]:
    t = cases(f"numpy.{name}")
    for n, (shape, axis, _) in enumerate(OVER):
        axis = axis[0] if isinstance(axis, list) else axis
        t.add(t.of("float64" if n % 4 == 3 else "float32", shape), *([] if axis is None else [axis]))
    for x in SPECIAL:
        t.add(x)
    t.add(t.i32((2, 3)), 1)
    t.add(t.u32((4,)))
    t.add(t.bools((5,)))
    t.add(t.f32((0,)), 0)
    t.add(t.f32((2, 0)), -1)

t = cases("numpy.quantile")
for n, (shape, axis, options) in enumerate(OVER):
    t.add(t.of("float64" if n % 4 == 3 else "float32", shape), [0.25, 0.5][n % 2], *given(axis, options))
for method in ["linear", "lower", "higher", "midpoint", "nearest"]:
    t.add(t.f32((2, 5)), 0.3, 1, {"method": method})
    t.add(t.f64((6,)), 0.5, None, {"method": method})
t.add(t.f32((2, 5)), [0, 0.1, 0.75, 1], -1)
t.add(t.f32((2, 5)), f32(0.1, 0.75), 0, {"keepdims": True})
t.add(t.i32((6,)), 0.4)
t.add(f32(1.0, NAN, 2.0), 0.5)
t.add(f32(2.0, 2.0, 1.0, 2.0), 0.5)
t.add(f32(INF, 1.0, 2.0), 0.5)

# nn ---------------------------------------------------------------------------------------------------------

for name in ["softmax", "logSoftmax", "logsumexp"]:
    t = cases(f"nn.{name}")
    default = [] if name == "logsumexp" else None
    for n, (shape, axis, _) in enumerate(OVER):
        if shape == () or (name != "logsumexp" and axis is None):
            continue
        t.add(t.of("float64" if n % 4 == 3 else "float32", shape, -4, 4), *([] if axis is None else [axis]))
    for shape in [(5,), (2, 3), (1,), (1, 1), (17,), (3, 2, 2)]:
        t.add(t.f32(shape, -4, 4))
        t.add(t.f64(shape, -4, 4))
    for x in [
        f32(1000.0, 1000.0, 999.0),
        f32(-INF, 0.0),
        f32(-1000.0, 0.0),
        f32(NAN, 1.0),
        f32(3.0, 3.0, 3.0),
    ]:
        t.add(x)
    t.add(t.i32((3,)))

# lax --------------------------------------------------------------------------------------------------------

LAX_OVER = [
    ((5,), [0]), ((2, 3), [0]), ((2, 3), [1]), ((2, 3), [0, 1]), ((2, 3, 2), [0, 2]), ((2, 3, 2), [1]), ((), []),
    ((1,), [0]), ((1, 1), [0, 1]), ((17,), [0]), ((3, 40), [1]), ((0,), [0]), ((2, 0), [0]), ((0, 2), [0]),
]  # fmt: skip
for name in ["reduceSum", "reduceProd", "reduceMax", "reduceMin"]:
    t = cases(f"lax.{name}")
    for n, (shape, axes) in enumerate(LAX_OVER):
        t.add(t.of("float64" if n % 4 == 3 else "float32", shape), axes)
    for x in SPECIAL:
        t.add(x, [0], derivative=name != "reduceProd" or not np.isinf(x).any())
    t.add(t.i32((2, 3)), [1])
    t.add(t.u32((2, 3)), [0])
for name in ["reduceAnd", "reduceOr"]:
    t = cases(f"lax.{name}")
    for shape, axes in LAX_OVER:
        t.add(t.bools(shape), axes)
        t.add(t.i32(shape, -1000, 1000), axes)
    t.add(t.u32((2, 3), 0, 1 << 31), [0])
for name in ["argmax", "argmin"]:
    t = cases(f"lax.{name}")
    for n, (shape, axes) in enumerate(LAX_OVER[:11]):
        if shape:
            t.add(t.of("float64" if n % 4 == 3 else "float32", shape), axes[0])
    for x in SPECIAL:
        t.add(x, 0)
    t.add(t.i32((2, 3)), 1, "uint32")
    t.add(t.u32((2, 3)), 0)
for name in ["cumsum", "cumprod", "cummax", "cummin", "cumlogsumexp"]:
    t = cases(f"lax.{name}")
    for n, (shape, axes) in enumerate(LAX_OVER):
        if shape:
            t.add(t.of("float64" if n % 4 == 3 else "float32", shape), axes[-1], {"reverse": n % 2 == 1})
    for x in SPECIAL:
        if name != "cumlogsumexp" or not np.isneginf(x).any():
            t.add(x)
    t.add(t.few((6,)), 0, {"reverse": True})
    if name != "cumlogsumexp":
        t.add(t.i32((2, 3)), 1)
        t.add(t.u32((2, 3)), 0)

# sorting ----------------------------------------------------------------------------------------------------

ORDER = [
    ((5,), -1),
    ((2, 3), 0),
    ((2, 3), 1),
    ((2, 3, 2), 1),
    ((1,), 0),
    ((1, 1), 0),
    ((17,), -1),
    ((0,), 0),
    ((2, 0), -1),
]
ODD = [
    f32(1.0, NAN, -INF, INF, 0.0, -0.0, -1.0),
    f32(0.0, -0.0, 0.0, -0.0),
    f32(2.0, 2.0, 1.0, 2.0),
    f32(NAN, NAN, 1.0),
]
for name in ["sort", "argsort"]:
    t = cases(f"numpy.{name}")
    for n, (shape, axis) in enumerate(ORDER):
        t.add(t.of("float64" if n % 4 == 3 else "float32", shape), axis)
    for x in ODD:
        t.add(x)
        t.add(x, 0, {"descending": True})
    t.add(t.few((3, 4)), None)
    t.add(t.few((9,)))
    t.add(t.few((3, 4)), 0, {"descending": True})
    t.add(t.i32((7,)))
    t.add(t.u32((7,)))
    t.add(t.bools((5,)))
t = cases("lax.sort")
for n, (shape, axis) in enumerate(ORDER):
    t.add(t.f32(shape), axis)
    t.add(t.f64(shape), axis)
for x in ODD:
    t.add(x)
t.add(t.i32((7,)))
t.add(t.u32((7,)))
for name in ["sortKeyVal", "sortMany"]:
    t = cases(f"lax.{name}")
    for n, (shape, axis) in enumerate(ORDER):
        key, other = t.of("float64" if n % 4 == 3 else "float32", shape), t.f32(shape)
        t.add(key, other, axis) if name == "sortKeyVal" else t.add([key, other], {"dimension": axis})
    for x in [
        *ODD,
        t.few((6,)),
        t.i32((6,)),
        t.u32((6,)),
        t.i32((3, 2)),
        t.few((2, 5)),
        t.few((1, 4)),
        t.i32((17,), 0, 3),
    ]:
        other = t.f32(x.shape)
        t.add(x, other) if name == "sortKeyVal" else t.add([x, other], {"numKeys": 2})
t = cases("lax.sortMany")
t.add([t.few((6,)), t.few((6,)), t.i32((6,))], {"numKeys": 2})
t = cases("lax.topK")
for n, (shape, k) in enumerate(
    [
        ((5,), 2),
        ((2, 3), 1),
        ((2, 3), 3),
        ((2, 3, 2), 2),
        ((1,), 1),
        ((1, 1), 1),
        ((17,), 4),
        ((5,), 0),
        ((2, 3), 0),
    ]
):
    t.add(t.f32(shape), k)
    t.add(t.f64(shape), k)
for x in [f32(2.0, 2.0, 1.0, 2.0), f32(1.0, INF, -INF, 0.5), t.few((2, 6)), t.i32((6,)), t.u32((6,))]:
    t.add(x, 3)
t = cases("numpy.searchsorted")
for side in ["left", "right"]:
    for shape in [(5,), (2, 3), (), (0,), (1, 1)]:
        t.add(np.sort(t.f32((6,))), t.f32(shape), {"side": side}, rotates=False)
        t.add(np.sort(t.f64((7,))), t.f64(shape), {"side": side}, rotates=False)
    t.add(
        f32(-1.0, 0.0, 0.0, 1.0),
        f32(-2.0, -1.0, 0.0, 1.0, 2.0, NAN, INF, -INF),
        {"side": side},
        rotates=False,
    )
    t.add(f32(0.0, 1.0, NAN), f32(0.5, NAN, 2.0), {"side": side}, rotates=False)
    t.add(i32(1, 3, 3, 7), i32(0, 3, 8), {"side": side}, rotates=False)
    t.add(i32(1, 3, 3, 7), f32(0.5, 3.0, 8.0), {"side": side}, rotates=False)
t.add(f32(1.0, 2.0), f32(1.5), rotates=False)
t.add(f32(1.0, 2.0, 5.0), 3, rotates=False)
t = cases("numpy.unique")
s = cases("numpy.nonzero")
for shape in [(5,), (2, 3), (0,), (1, 1), (17,), (1,), (2, 0)]:
    for dtype in ["float32", "int32", "float64"]:
        t.add(t.few(shape) if dtype == "float32" else t.of(dtype, shape), traced=False)
        s.add(s.few(shape) if dtype == "float32" else s.of(dtype, shape), traced=False)
for x in [f32(NAN, 1.0, NAN, 0.0, INF, -INF), t.u32((5,)), t.bools((4,)), t.bools((2, 3))]:
    t.add(x, traced=False)
    s.add(x, traced=False)
t = cases("numpy.interp")
for n, shape in enumerate([(5,), (2, 3), (), (0,), (1, 1), (17,), (3, 1)]):
    dtype = "float64" if n % 3 == 2 else "float32"
    t.add(t.of(dtype, shape, -1, 5), np.sort(t.of(dtype, (4,), 0, 4)), t.of(dtype, (4,)), rotates=False)
    t.add(
        t.of(dtype, shape, -1, 5), np.arange(4).astype(dtype), t.of(dtype, (4,)), {"left": -1}, rotates=False
    )
for x in [f32(0.0, 1.0, 2.0, 3.0, 4.0), f32(NAN, INF, -INF, -1.0, 9.0)]:
    t.add(x, f32(0.0, 1.0, 3.0), t.f32((3,)), rotates=False)
    t.add(x, f32(0.0, 1.0, 1.0, 3.0), t.f32((4,)), {"left": -1, "right": 7}, rotates=False)
t.add(f32(0.5, 2.0), f32(1.0), f32(3.0), rotates=False)
t.add(i32(0, 2), i32(1, 3), i32(5, 6), rotates=False)
