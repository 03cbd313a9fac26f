"""Rows of elementwise functions of one array: random values, special ones, extremes, kinks, sizes 0 and 1."""

import numpy as np

from cases import INF, NAN, cases, f32, f64, i32, u32

# name -> the interval of random values; the same for numpy's and lax's spelling
ANYWHERE = (-2.0, 2.0)
DOMAINS = {
    "negative": ANYWHERE, "positive": ANYWHERE, "reciprocal": (0.3, 3.0), "square": ANYWHERE, "sqrt": (0.1, 9.0),
    "cbrt": (-9.0, 9.0), "abs": ANYWHERE, "sign": ANYWHERE, "exp": (-5.0, 5.0), "exp2": (-5.0, 5.0),
    "expm1": (-1.0, 3.0), "log": (0.1, 9.0), "log2": (0.1, 9.0), "log10": (0.1, 9.0), "log1p": (-0.8, 5.0),
    "sin": (-7.0, 7.0), "cos": (-7.0, 7.0), "tan": (-1.4, 1.4), "arcsin": (-0.9, 0.9), "arccos": (-0.9, 0.9),
    "arctan": (-5.0, 5.0), "sinh": (-3.0, 3.0), "cosh": (-3.0, 3.0), "tanh": (-1.0, 1.0), "arcsinh": (-5.0, 5.0),
    "arccosh": (1.1, 9.0), "arctanh": (-0.9, 0.9), "sinc": (-0.9, 0.9), "floor": (-4.0, 4.0), "ceil": (-4.0, 4.0),
    "trunc": (-4.0, 4.0), "rint": (-4.0, 4.0), "isfinite": ANYWHERE, "isnan": ANYWHERE, "isinf": ANYWHERE,
    "isposinf": ANYWHERE, "isneginf": ANYWHERE, "signbit": ANYWHERE, "logicalNot": ANYWHERE, "round": (-4.0, 4.0),
    "nanToNum": ANYWHERE, "angle": ANYWHERE,
}  # fmt: skip
NUMPY_UNARY = [name for name in DOMAINS if name != "angle"]
LAX_UNARY = {
    "neg": ANYWHERE, "abs": ANYWHERE, "sign": ANYWHERE, "square": ANYWHERE, "sqrt": (0.1, 9.0), "rsqrt": (0.1, 9.0),
    "cbrt": (-9.0, 9.0), "exp": (-5.0, 5.0), "exp2": (-5.0, 5.0), "expm1": (-1.0, 3.0), "log": (0.1, 9.0),
    "log1p": (-0.8, 5.0), "logistic": (-4.0, 1.0), "sin": (-7.0, 7.0), "cos": (-7.0, 7.0), "tan": (-1.4, 1.4),
    "asin": (-0.9, 0.9), "acos": (-0.9, 0.9), "atan": (-5.0, 5.0), "sinh": (-3.0, 3.0), "cosh": (-3.0, 3.0),
    "tanh": (-1.0, 1.0), "asinh": (-5.0, 5.0), "acosh": (1.1, 9.0), "atanh": (-0.9, 0.9), "erf": (-2.0, 2.0),
    "erfc": (-2.0, 2.0), "erfInv": (-0.9, 0.9), "lgamma": (2.5, 9.0), "digamma": (2.5, 9.0), "floor": (-4.0, 4.0),
    "ceil": (-4.0, 4.0), "round": (-4.0, 4.0), "isFinite": ANYWHERE, "stopGradient": ANYWHERE,
}  # fmt: skip
NN_UNARY = ["relu", "silu", "swish", "gelu", "sigmoid", "softplus", "tanh", "elu", "leakyRelu"]

SPECIAL = f32(NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.5, -2.5, 1.5)
LARGE = f32(1e30, -1e30, 5e37, 1e10, -1e10, 1e-30, -1e-30, 1e-10, 88.0, -80.0, 100.0, -100.0)
NEAR = f32(0.999, -0.999, 1.001, 1e-3, -1e-3, 1e-5, 3.1415927, 1.5707964, 20.0, -20.0)


def unary_rows(name, low, high, integers):
    """At least 20 rows of a function of one array."""
    t = cases(name)
    for shape in [(5,), (2, 3), (), (0,), (1, 1), (17,)]:
        t.add(t.f32(shape, low, high))
    for shape in [(5,), (2, 2), (), (0, 3), (18,)]:
        t.add(t.f64(shape, low, high))
    # JAX's trigamma is NaN at infinity, where ours is 0, its derivative of relu at NaN is 0, where ours is 1, and
    # that of sinc overflows.
    differs = name in ("lax.digamma", "nn.relu")
    t.add(SPECIAL, derivative=not differs)
    # x logistic(x) of a subnormal logistic(x) has few digits; JAX flushes it.
    t.add(LARGE[:-1] if name in ("nn.silu", "nn.swish") else LARGE, derivative=name != "numpy.sinc")
    t.add(NEAR)
    t.add(SPECIAL.astype(np.float64), derivative=not differs)
    t.add(LARGE.astype(np.float64), derivative=False)
    t.add(f64(1e200, -1e200, 1e-200, -1e-200, 300.0, -300.0), derivative=False)
    t.add(NEAR.astype(np.float64), derivative=False)
    t.add((low + high) / 2 + 0.25)
    if name != "lax.stopGradient":  # of which a list is a tree
        t.add([[low + 0.25, high - 0.25]])
    if integers:
        t.add(t.i32((4,), 1, 6))
        t.add(i32(0, 1, -1, 7, -8, 2147483647, -2147483648))
        t.add(t.u32((2, 2)))
        t.add(t.bools((3,)))


NO_BOOLS = ["numpy.negative", "numpy.sign", "numpy.round"]

for name in NUMPY_UNARY:
    unary_rows(f"numpy.{name}", *DOMAINS[name], integers=f"numpy.{name}" not in NO_BOOLS)
for name in NO_BOOLS:
    cases(name).add(i32(0, 1, -1, 7, -8, 2147483647, -2147483648))
    cases(name).add(u32(0, 1, 7, 4294967295))
for name, (low, high) in LAX_UNARY.items():
    unary_rows(f"lax.{name}", low, high, integers=name == "stopGradient")
cases("lax.digamma").add(SPECIAL[3:])
cases("nn.relu").add(SPECIAL[1:])
cases("nn.relu").add(SPECIAL[1:].astype(np.float64))
for name in ["neg", "sign", "abs", "square"]:
    cases(f"lax.{name}").add(i32(0, 1, -1, 7, -8, 2147483647, -2147483648))
for name in NN_UNARY:
    unary_rows(f"nn.{name}", -3.0, 3.0, integers=False)
    if name in ("relu", "softplus", "leakyRelu", "elu"):
        cases(f"nn.{name}").add(i32(-2, 0, 3))

# bits -------------------------------------------------------------------------------------------------------

for name in ["numpy.bitwiseNot", "numpy.invert", "lax.bitwiseNot", "lax.populationCount", "lax.clz"]:
    t = cases(name)
    whole = [i32(0, 1, -1, 7, -8, 2147483647, -2147483648), u32(0, 1, 7, 4294967295, 2147483648)]
    for x in whole:
        t.add(x)
    for shape in [(3,), (2, 3), (), (0,), (1, 1), (17,), (2, 0), (3, 1, 2), (1,), (5,)]:
        t.add(t.i32(shape, -1000, 1000))
        t.add(t.u32(shape, 0, 1 << 31))
    if "opulation" not in name and "clz" not in name:
        t.add(t.bools((4,)))
        t.add(t.bools((2, 2)))

# options of functions of one array --------------------------------------------------------------------------

for decimals in [1, 2, -1, 0]:
    cases("numpy.round").add(cases("numpy.round").f32((5,), -20.0, 20.0), decimals)
    cases("numpy.round").add(cases("numpy.round").f64((5,), -20.0, 20.0), decimals)
for name in ["numpy.round", "numpy.rint", "lax.round"]:
    cases(name).add(f32(0.5, 1.5, 2.5, -0.5, -1.5, 0.49999997, 8388609.0))
cases("lax.round").add(f32(0.5, 1.5, 2.5, -0.5, -1.5, 0.49999997, 8388609.0), "toNearestEven")
cases("lax.round").add(f64(0.5, 1.5, 2.5, -0.5, -1.5, 0.49999999999999994), "toNearestEven")
for options in [{"nan": 7}, {"posinf": 1, "neginf": -1}, {"nan": -1, "posinf": 2.5}]:
    cases("numpy.nanToNum").add(f32(NAN, INF, -INF, 1.0), options)
for options in [{"approximate": False}, {"approximate": True}]:
    t = cases("nn.gelu")
    t.add(t.f32((5,), -3.0, 3.0), options)
    t.add(t.f64((5,), -3.0, 3.0), options)
    t.add(SPECIAL, options)
for alpha in [0.5, 2]:
    t = cases("nn.elu")
    t.add(t.f32((5,), -3.0, 3.0), alpha)
    t.add(t.f64((5,), -3.0, 3.0), alpha)
    t = cases("nn.leakyRelu")
    t.add(t.f32((5,), -3.0, 3.0), alpha)
    t.add(t.f64((5,), -3.0, 3.0), alpha)
t = cases("lax.integerPow")
for n in [0, 1, 2, 3, 5, -1, -2, 7]:
    t.add(t.f32((3,), 0.5, 2.0), n)
    t.add(t.f64((2, 2), -2.0, -0.5), n)
for n in [0, 1, 2, 3, -1]:
    t.add(f32(0.0, -0.0, 1.0, -1.0, INF, -INF, NAN), n)
t.add(i32(0, 1, -3, 5), 3)
t.add(t.f32((0,)), 2)
t.add(t.f32((1, 1)), 4)
t.add(t.f32(()), 3)
