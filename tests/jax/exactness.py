"""How closely a row must be met, stated here once.

- Integers, booleans, indices, NaN, the infinities, and what puts, picks or compares elements, or rounds once as
  IEEE 754 says (+, -, *, /, sqrt): exactly, the sign of zero included.
- Elementary functions (ELEMENTWISE): within 4 ulp of the correctly rounded value. That of a float32 row is JAX's
  float64 value rounded, that of a float64 row is computed with 200 bits where mpmath has the function, else it is
  JAX's. The sign of zero counts here too, but not in what follows ("signs": false).
- Sums and products (MULTILINEAR): within n eps times the sum of absolute terms, n the number of terms. The sum of
  absolute terms of a multilinear f is f of the absolute values.
- All else (ROUNDED), and derivatives that are no dyadic numbers: within n eps times the sum of absolute terms, of
  values sum_i |df/dx_i| |x_i|, of tangents sum_i |df/dx_i| |t_i|, of cotangents sum_j |df_j/dx| |c_j|; with at least
  4 ulp (derivatives in float64, of which JAX's are up to 9 ulp off: 16). Where JAX's own float32 results, at the arguments and
  at seven neighbours of them, are further than that from float64's, twice JAX's largest error is allowed (of float64
  rows: that error by twice the ratio of the precisions). In linear algebra n is at least the number of elements of
  the matrix, in randomGammaGrad 100, for the terms of its series.
- Derivatives of softmax and its like: |c| is one of the terms, since a weight w near 1 makes (1 - w) c of c - w c.
- Derivatives that are numbers with four binary places, or whose Jacobian holds only such (those at kinks and ties,
  and of linear functions): exactly, but for the sign of zero.
"""

import mpmath
import numpy as np

ELEMENTARY = """cbrt exp exp2 expm1 log log2 log10 log1p sin cos tan arcsin arccos arctan sinh cosh tanh arcsinh arccosh
arctanh hypot power logaddexp logaddexp2 arctan2 rsqrt logistic asin acos atan asinh acosh atanh erf erfc erfInv
pow integerPow atan2 silu swish sigmoid softplus elu leakyRelu""".split()
ELEMENTWISE = {f"{space}.{name}" for space in ["numpy", "lax", "nn"] for name in ELEMENTARY}

MULTILINEAR = {
    *(f"numpy.{name}" for name in """sum prod mean cumsum cumprod trace dot matmul vdot inner outer kron vecdot matvec
    vecmat cross tensordot einsum""".split()),
    *(f"lax.{name}" for name in "reduceSum reduceProd cumsum cumprod dotGeneral dot scatterAdd scatterMul".split()),
    "index.at.add",
    "index.at.multiply",
}  # fmt: skip

ROUNDED = {
    *(
        f"numpy.{name}"
        for name in "sinc std var_ average median quantile logsumexp linspace logspace interp arange".split()
    ),
    *(f"nn.{name}" for name in "gelu softmax logSoftmax logsumexp".split()),
    "lax.cumlogsumexp",
    "lax.lgamma",
    "lax.digamma",
    "lax.polygamma",
    "lax.zeta",
    "lax.randomGammaGrad",
    *(f"numpy.linalg.{name}" for name in "norm cholesky triangularSolve lu solve inv det slogdet".split()),
    *(f"lax.linalg.{name}" for name in "cholesky triangularSolve lu".split()),
}


# Follows XLA's formula, digits lost included: JAX's own float32 result is what is expected.
AS_JAX = {"lax.erfInv"}

# Terms of the series that a function is computed by.
SERIES = {"lax.randomGammaGrad": 100}

# Weights of at most 1 multiply a cotangent, and are taken from it.
WEIGHTS = {"nn.softmax", "nn.logSoftmax", "nn.logsumexp", "numpy.logsumexp", "lax.cumlogsumexp"}


def is_exact(name):
    """Whether values are met exactly."""
    return name not in ELEMENTWISE and name not in MULTILINEAR and name not in ROUNDED


mpmath.mp.prec = 200
DIGITS = {
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)), "exp": mpmath.exp, "exp2": lambda x: mpmath.mpf(2) ** x,
    "expm1": mpmath.expm1, "log": mpmath.log, "log2": lambda x: mpmath.log(x, 2), "log10": mpmath.log10,
    "log1p": mpmath.log1p, "sin": mpmath.sin, "cos": mpmath.cos, "tan": mpmath.tan, "arcsin": mpmath.asin,
    "arccos": mpmath.acos, "arctan": mpmath.atan, "asin": mpmath.asin, "acos": mpmath.acos, "atan": mpmath.atan,
    "sinh": mpmath.sinh, "cosh": mpmath.cosh, "tanh": mpmath.tanh, "arcsinh": mpmath.asinh, "arccosh": mpmath.acosh,
    "arctanh": mpmath.atanh, "asinh": mpmath.asinh, "acosh": mpmath.acosh, "atanh": mpmath.atanh, "erf": mpmath.erf,
    "erfc": mpmath.erfc, "logistic": lambda x: 1 / (1 + mpmath.exp(-x)), "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "rsqrt": lambda x: 1 / mpmath.sqrt(x), "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "swish": lambda x: x / (1 + mpmath.exp(-x)), "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "erfInv": mpmath.erfinv, "lgamma": lambda x: mpmath.log(abs(mpmath.gamma(x))), "digamma": mpmath.digamma,
}  # fmt: skip


def in_digits(name, x, given):
    """A function of one float64 array, correctly rounded where both x and JAX's result are finite and not 0."""
    f = DIGITS[name.split(".")[1]]
    flat = [
        float(f(mpmath.mpf(float(v)))) if np.isfinite(v) and np.isfinite(g) and g != 0 else g
        for v, g in zip(x.ravel(), given.ravel())
    ]
    return np.array(flat, dtype=np.float64).reshape(given.shape)


def rounded(native, truth, trust_truth):
    """What a float32 row expects: the truth rounded; JAX's own result where that is special or far from the truth."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        down = np.asarray(truth).astype(np.float32)
        close = np.abs(down - native) <= 1e-2 * np.abs(down)
    subnormal = (down != 0) & (np.abs(down) < np.finfo(np.float32).tiny)
    use = (down != 0) & (close | subnormal | (trust_truth & (native != 0)))
    vanishes = (down == 0) & (native != 0) & (np.abs(native) < 1e-6)
    return np.where(np.isfinite(down) & (use | vanishes), down, native)


def is_dyadic(jacobian):
    """Whether all entries have four binary places and are small."""
    return all(
        np.isfinite(j).all() and (j * 16 == np.round(j * 16)).all() and (np.abs(j) <= 1024).all()
        for j in jacobian
    )


def allowance(expected, scale, terms, jax_error, least=4):
    """The tolerance for each element: `least` ulp where that is enough for all, else absolute numbers."""
    eps = np.finfo(expected.dtype).eps
    with np.errstate(invalid="ignore", over="ignore"):
        narrow = least * np.spacing(np.abs(expected))
        wide = np.where(np.isfinite(scale), terms * eps * scale, 0)
        wide = np.maximum(wide, np.where(jax_error > np.maximum(wide, narrow), 2 * jax_error, 0))
    finite = np.isfinite(expected)
    if not (wide > narrow)[finite].any():
        return least
    bounds = np.where(finite, np.maximum(wide, narrow), 0)
    return [float(f"{bound * 1.05:.1e}") for bound in bounds.ravel()]
