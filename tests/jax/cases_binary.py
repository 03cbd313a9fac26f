"""Rows of elementwise functions of two arrays or more."""

import numpy as np

from cases import INF, NAN, cases, f32, f64, i32, u32

SHAPES = [
    ((3,), (3,)), ((2, 3), (3,)), ((2, 1), (1, 3)), ((), (3,)), ((3,), ()), ((0,), (1,)), ((1,), (3,)),
    ((2, 3), (2, 3)), ((), ()), ((2, 1, 2), (3, 1)), ((1, 1), (1, 1)), ((2, 0), (1, 0)), ((17,), (17,)),
]  # fmt: skip
# lax: one rank, or a scalar
LAX_SHAPES = [
    ((3,), (3,)), ((2, 3), (2, 3)), ((), ()), ((0,), (0,)), ((1, 1), (1, 1)), ((17,), (17,)), ((2, 0), (2, 0)),
    ((2, 1, 2), (2, 1, 2)), ((1,), (1,)), ((5,), (5,)),
]  # fmt: skip
GRID = [NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0, 0.5, -2.0, 3.0]
PAIRS = np.array([(x, y) for x in GRID for y in GRID])

# name -> (interval of x, interval of y, takes integers, takes bools)
NUMPY_BINARY = {
    "add": (-2, 2, -2, 2, True, True), "subtract": (-2, 2, -2, 2, True, False),
    "multiply": (-2, 2, -2, 2, True, True), "divide": (-2, 2, 0.3, 3, True, True),
    "floorDivide": (-9, 9, 0.3, 3, True, True), "remainder": (-9, 9, 0.3, 3, True, True),
    "mod": (-9, 9, -3, -0.3, True, True), "fmod": (-9, 9, 0.3, 3, True, False),
    "divmod": (-9, 9, 0.3, 3, True, True), "power": (0.3, 3, -2, 2, True, True), "hypot": (-2, 2, -2, 2, False, False),
    "maximum": (-2, 2, -2, 2, True, True), "minimum": (-2, 2, -2, 2, True, True),
    "logaddexp": (0.5, 3, 0.5, 3, True, False), "logaddexp2": (0.5, 3, 0.5, 3, True, False),
    "arctan2": (-2, 2, -2, 2, True, False), "equal": (-2, 2, -2, 2, True, True),
    "notEqual": (-2, 2, -2, 2, True, True), "less": (-2, 2, -2, 2, True, True),
    "lessEqual": (-2, 2, -2, 2, True, True), "greater": (-2, 2, -2, 2, True, True),
    "greaterEqual": (-2, 2, -2, 2, True, True), "logicalAnd": (-2, 2, -2, 2, True, True),
    "logicalOr": (-2, 2, -2, 2, True, True), "logicalXor": (-2, 2, -2, 2, True, True),
    "isclose": (-2, 2, -2, 2, True, True), "allclose": (-2, 2, -2, 2, True, True),
    "arrayEqual": (-2, 2, -2, 2, True, True),
}  # fmt: skip

for name, (a, b, c, d, integers, bools) in NUMPY_BINARY.items():
    t = cases(f"numpy.{name}")
    for n, (left, right) in enumerate(SHAPES):
        if n % 3 == 2:
            t.add(t.f64(left, a, b), t.f64(right, c, d))
        else:
            t.add(t.f32(left, a, b), t.f32(right, c, d))
    # JAX guards infinities by 0 in the derivatives of logaddexp: that at (0, inf) is (1, 1).
    guarded = not name.startswith("logaddexp")
    t.add(f32(*PAIRS[:, 0]), f32(*PAIRS[:, 1]), derivative=guarded)
    t.add(f64(*PAIRS[:, 0]), f64(*PAIRS[:, 1]), derivative=guarded)
    t.add(t.few((9,)), t.few((9,)))
    t.add(t.f32((3,), a, b), t.f64((3,), c, d))
    t.add(t.f32((3,), a, b), (c + d) / 2 + 0.25)
    t.add((a + b) / 2 + 0.5, t.f32((2, 2), c, d))
    t.add(t.f32((3,), a, b), 2)
    t.add([a + 0.5, b], t.f32((2,), c, d))
    if integers:
        t.add(t.i32((6,)), t.i32((6,), 1, 5))
        t.add(i32(7, -7, 7, -7, 0, 5, -2147483648), i32(3, 3, -3, -3, 5, 1, 2))
        t.add(t.u32((4,)), t.u32((4,), 1, 5))
        t.add(t.i32((3,)), t.u32((3,), 1, 5))
        t.add(t.i32((3,)), 2.5)
        t.add(t.i32((3,)), 2)
        t.add(t.i32((2, 1)), t.f32((3,), c, d))
    if bools:
        t.add(t.bools((4,)), t.i32((4,), 1, 3))
        t.add(t.bools((4,)), t.bools((4,)))

for name in ["divide", "floorDivide", "remainder", "mod", "fmod", "divmod"]:
    cases(f"numpy.{name}").add(i32(5, -5, 0, 2147483647), i32(0, 0, 0, -1))
    cases(f"numpy.{name}").add(u32(5, 0, 4294967295), u32(0, 0, 7))
    cases(f"numpy.{name}").add(f32(6.0, -6.0, 5.5, -5.5, 1e10), f32(3.0, 3.0, -2.0, 2.0, 3.0))

t = cases("numpy.power")
for n in [0, 1, 2, 3, -1, -2, 0.5]:
    t.add(t.f32((3,), 0.5, 2.0), n)
    t.add(f32(0.0, -0.0, 1.0, -1.0, INF, -INF, NAN), n)
t.add(f32(0.0, 0.0, 0.0, 2.0, 2.0), f32(0.0, 1.0, 2.0, 0.0, 1.0))
t.add(f32(0.0, -1.5, 2.0, 0.0), i32(0, 3, -2, 2))
t.add(i32(2, -3, 0, 5), i32(10, 3, 0, 2))
t.add(2, t.f32((3,)))
t.add(i32(2, 3), 3)
t.add(i32(2, 3), 0.5)
t = cases("numpy.arctan2")
t.add(f32(0.0, 0.0, -0.0, -0.0, 1e-10), f32(1.0, -1.0, 1.0, -1.0, -1e10))
t = cases("numpy.hypot")
t.add(f32(1e30, 3e-20, 0.0), f32(1e30, 4e-20, 0.0), derivative=False)  # JAX's underflows
t.add(f32(3e10, 3e-10, 0.0, 1.0), f32(4e10, 4e-10, 0.0, 0.0))
for name in ["numpy.logaddexp", "numpy.logaddexp2"]:
    cases(name).add(f32(-INF, 1.0, 2.0, -INF, 300.0), f32(1.0, -INF, 2.0, 2.5, -300.0))
t.add(t.i32((3,)), t.i32((3,)))
t = cases("numpy.isclose")
for options in [{"rtol": 0.5}, {"atol": 1}, {"equalNan": True}]:
    t.add(f32(1.0, NAN, INF, 0.0), f32(1.4, NAN, INF, 0.7), options)
    cases("numpy.allclose").add(f32(1.0, NAN, INF, 0.0), f32(1.4, NAN, INF, 0.7), options)
cases("numpy.arrayEqual").add(t.f32((3,)), t.f32((2, 2)))
cases("numpy.arrayEqual").add(i32(1, 2), f32(1.0, 2.0))

for name in ["bitwiseAnd", "bitwiseOr", "bitwiseXor", "leftShift", "rightShift"]:
    t = cases(f"numpy.{name}")
    shifts = name.endswith("Shift")
    top = 31 if shifts else 1000
    for left, right in SHAPES:
        t.add(t.i32(left, -1000, 1000), t.i32(right, 0, top))
    for left, right in SHAPES[:5]:
        t.add(t.u32(left, 0, 1 << 31), t.u32(right, 0, top))
    t.add(i32(-1, -8, 7, 2147483647, -2147483648), i32(0, 31, 32, 33, 40))
    t.add(u32(1, 8, 7, 4294967295, 2147483648), u32(0, 31, 32, 33, 40))
    t.add(t.i32((3,)), 3)
    t.add(t.i32((3,)), t.u32((3,)))
    if not shifts:
        t.add(t.bools((4,)), t.bools((4,)))

# lax --------------------------------------------------------------------------------------------------------

LAX_BINARY = {
    "add": (-2, 2, -2, 2, True), "sub": (-2, 2, -2, 2, True), "mul": (-2, 2, -2, 2, True), "div": (-2, 2, 0.3, 3, True),
    "rem": (-9, 9, 0.3, 3, True), "max": (-2, 2, -2, 2, True), "min": (-2, 2, -2, 2, True),
    "nextafter": (-2, 2, -2, 2, False), "pow": (0.3, 3, -2, 2, False), "atan2": (-2, 2, -2, 2, False),
    "eq": (-2, 2, -2, 2, True), "ne": (-2, 2, -2, 2, True), "lt": (-2, 2, -2, 2, True), "le": (-2, 2, -2, 2, True),
    "gt": (-2, 2, -2, 2, True), "ge": (-2, 2, -2, 2, True),
}  # fmt: skip

for name, (a, b, c, d, integers) in LAX_BINARY.items():
    t = cases(f"lax.{name}")
    for n, (left, right) in enumerate(LAX_SHAPES):
        t.add(t.f32(left, a, b), t.f32(right, c, d))
        if n % 2 == 0:
            t.add(t.f64(left, a, b), t.f64(right, c, d))
    t.add(f32(*PAIRS[:, 0]), f32(*PAIRS[:, 1]))
    t.add(f64(*PAIRS[:, 0]), f64(*PAIRS[:, 1]))
    t.add(t.few((9,)), t.few((9,)))
    t.add(t.f32((3,), a, b), (c + d) / 2 + 0.25)
    t.add((a + b) / 2 + 0.5, t.f32((2, 2), c, d))
    if integers:
        t.add(t.i32((6,)), t.i32((6,), 1, 5))
        t.add(t.u32((4,)), t.u32((4,), 1, 5))
        t.add(i32(7, -7, 7, -7, 0, 5), i32(3, 3, -3, -3, 5, 1))
for name in [
    "bitwiseAnd",
    "bitwiseOr",
    "bitwiseXor",
    "shiftLeft",
    "shiftRightLogical",
    "shiftRightArithmetic",
]:
    t = cases(f"lax.{name}")
    shifts = name.startswith("shift")
    top = 31 if shifts else 1000
    for left, right in LAX_SHAPES:
        t.add(t.i32(left, -1000, 1000), t.i32(right, 0, top))
        t.add(t.u32(left, 0, 1 << 31), t.u32(right, 0, top))
    t.add(i32(-1, -8, 7, 2147483647, -2147483648), i32(0, 31, 32, 33, 40))
    t.add(u32(1, 8, 7, 4294967295, 2147483648), u32(0, 31, 32, 33, 40))
    t.add(t.i32((3,)), 3)
    if not shifts:
        t.add(t.bools((4,)), t.bools((4,)))
for name in ["eq", "ne"]:
    t = cases(f"lax.{name}")
    t.add(t.bools((4,)), t.bools((4,)))
t = cases("lax.pow")
t.add(f32(0.0, 0.0, 0.0, 2.0, 2.0), f32(0.0, 1.0, 2.0, 0.0, 1.0))
t.add(f32(0.0, -1.5, 2.0, 0.0), i32(0, 3, -2, 2))

# special functions; JAX's polygamma and zeta have no derivative in the order, so that is a number here
for name in ["polygamma", "zeta"]:
    t = cases(f"lax.{name}")
    for order in [1, 2, 3, 5]:
        for shape in [(3,), (2, 2), ()]:
            t.add(order + (name == "zeta"), t.f32(shape, 0.5, 6.0))
            t.add(order + (name == "zeta"), t.f64(shape, 0.5, 6.0))
    t.add(2, f32(NAN, 1.0, 20.0, 100.0), derivative=False)  # at infinity JAX's are NaN, ours 0
    t.add(2, t.f32((0,)))
t = cases("lax.randomGammaGrad")  # made of while loops, so without vjp
for left, right in LAX_SHAPES:
    t.add(t.f32(left, 0.2, 5.0), t.f32(right, 0.2, 5.0), derivative=False)
    t.add(t.f64(left, 0.2, 5.0), t.f64(right, 0.2, 5.0), derivative=False)
t.add(f32(0.1, 20.0, 3.0, 1.0, NAN), f32(0.01, 18.0, 0.0, 9.0, 1.0), derivative=False)

# choices ----------------------------------------------------------------------------------------------------

t = cases("numpy.where")
for left, right in SHAPES:
    t.add(t.bools(np.broadcast_shapes(left, right)), t.f32(left), t.f32(right))
for dtype in ["float64", "int32", "uint32", "bool"]:
    t.add(t.bools((3,)), t.of(dtype, (3,)), t.of(dtype, (3,)))
t.add(t.bools((2, 1)), t.f32((3,)), t.i32((2, 3)))
t.add(t.i32((3,), 0, 2), t.f32((3,)), 0)
t.add(t.bools((3,)), 1.5, t.i32((3,)))
t.add(t.bools((3,)), 1, t.i32((3,)))
t.add(t.f32((3,)), t.f32((3,)), NAN)
t.add(t.bools(()), t.f32((2,)), t.f64((2,)))
t.add([True, False], t.f32((2,)), f32(NAN, INF))

t = cases("numpy.select")
for n, (left, right) in enumerate(SHAPES):
    whole = np.broadcast_shapes(left, right)
    t.add([t.bools(whole), t.bools(whole)], [t.f32(left), t.f32(right)], 0 if n % 2 else 1.5)
for dtype in ["float64", "int32", "float32", "uint32"]:
    t.add([t.bools((3,)), t.bools((3,)), t.bools((3,))], [t.of(dtype, (3,)) for _ in range(3)])
for n in range(3):
    t.add([t.bools((2, 2))], [t.f32((2, 2))], n)

t = cases("numpy.clip")
for shape in [(5,), (2, 3), (), (0,), (1, 1), (17,)]:
    t.add(t.f32(shape, -3, 3), -1, 1)
    t.add(t.f64(shape, -3, 3), -0.5, 1.25)
t.add(f32(-1.0, 1.0, 0.0, -2.0, 2.0, NAN, INF, -INF, -0.0), -1, 1)
t.add(f32(-1.0, 1.0, 0.0, 2.0), f32(-1.0, -1.0, 0.0, 2.0), f32(1.0, 1.0, 0.0, 2.0))
t.add(t.f32((2, 3)), None, t.f32((3,)))
t.add(t.f32((2, 3)), t.f32((2, 1)), None)
t.add(t.f32((2, 3)))
t.add(t.i32((5,)), -1, 3)
t.add(t.i32((5,)), None, 2.5)
t.add(t.u32((5,)), 2, 4)
t.add(t.f32((3,)), 1, -1)
t.add(t.f32((3,)), t.f64((3,), -2, -1), t.f64((3,), 1, 2))

t = cases("lax.clamp")
for shape in [(5,), (2, 3), (), (0,), (1, 1), (17,)]:
    t.add(-1, t.f32(shape, -3, 3), 1)
    t.add(t.f64((), -1, 0), t.f64(shape, -3, 3), t.f64((), 0, 1), vmap=shape == (), derivative=shape == ())
    t.add(t.f32(shape, -2, -0.5), t.f32(shape, -3, 3), t.f32(shape, 0.5, 2))
t.add(-1, f32(-1.0, 1.0, 0.0, -2.0, 2.0, NAN, INF, -INF, -0.0), 1)
t.add(f32(-1.0, -1.0, 0.0, 2.0), f32(-1.0, 1.0, 0.0, 2.0), f32(1.0, 1.0, 0.0, 2.0))
t.add(-1, t.i32((5,)), 3)
t.add(2, t.u32((5,)), 4)

t = cases("lax.select")
s = cases("lax.selectN")
for left, _ in LAX_SHAPES:
    for dtype in ["float32", "float64", "int32"]:
        t.add(t.bools(left), t.of(dtype, left), t.of(dtype, left))
        s.add(s.bools(left), s.of(dtype, left), s.of(dtype, left))
for dtype in ["uint32", "bool"]:
    t.add(t.bools((3,)), t.of(dtype, (3,)), t.of(dtype, (3,)))
s.add(s.i32((4,), 0, 3), s.f32((4,)), s.f32((4,)), s.f32((4,)))
s.add(s.i32((), 0, 3), s.f32((4,)), s.f32((4,)), s.f32((4,)))
s.add(
    i32(-1, 0, 2, 5), s.f32((4,)), s.f32((4,)), s.f32((4,)), derivative=False
)  # JAX's forgets those outside
t.add(np.array(True), t.f32((3,)), t.f32((3,)))
t.add(t.bools((3,)), f32(NAN, INF, -0.0), t.f32((3,)))

# dtypes -----------------------------------------------------------------------------------------------------

ODD = [0.0, -0.0, 1.9, -1.9, NAN, INF, -INF, 3e9, -3e9, 5e9, 0.5]
WHOLE = {
    "int32": i32(0, 1, -1, 2147483647, -2147483648, 16777217),
    "uint32": u32(0, 1, 4294967295, 2147483648, 16777217),
}
for name in ["numpy.astype", "lax.convertElementType"]:
    t = cases(name)
    for target in ["float32", "float64", "int32", "uint32", "bool"]:
        t.add(f32(*ODD), target)
        t.add(f64(*ODD, 0.1, 16777217.0, 1e300), target)
        t.add(WHOLE["int32"], target)
        t.add(WHOLE["uint32"], target)
        t.add(t.bools((2, 2)), target)
    t.add(t.f32((2, 0)), "int32")
    t.add(t.f32(()), "float64")
t = cases("lax.bitcastConvertType")
for shape in [(3,), (2, 2), (), (0,), (1, 1), (5,)]:
    t.add(t.f32(shape), "int32")
    t.add(t.f32(shape), "uint32")
    t.add(t.i32(shape, 0, 1 << 30), "float32")
    t.add(t.u32(shape, 0, 1 << 30), "int32")
t.add(f32(0.0, -0.0, INF, -INF, 1.0), "uint32")
t.add(i32(-1, 0), "uint32")
