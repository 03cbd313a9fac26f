"""One row of the golden file: what is expected of a case, and how closely (exactness.py)."""

import jax
import jax.numpy as jnp
import numpy as np

import exactness
from encoding import encode
from results import (
    COTANGENTS,
    TANGENTS,
    Program,
    compute,
    is_float,
    lanes,
    mentions_float64,
    pattern,
    vmap_plan,
)


def make_row(case, number):
    """The row as JSON. float32 is JAX's without x64, float64 with; the truth of float32 is computed in float64."""
    program = Program(case)
    double = mentions_float64(program.args)
    plan = vmap_plan(program, number) if case.vmap and case.traced and program.leaves else None
    native, truth, errors, weak = computed(program, case, plan, double)
    sums = Sums(truth, program) if truth.get("jacobian") else None
    value = values(program, native["value"], truth["value"], sums, errors and errors[0], double, None)
    row = {"args": encode(program.args), "value": value}
    if any(weak):
        row["weak"] = weak
    if program.name in exactness.MULTILINEAR or program.name in exactness.ROUNDED:
        row["signs"] = False
    if not case.traced:
        row["traced"] = False
    if "derivatives" in native:
        dyadic = exactness.is_dyadic([x for part in native["derivatives"] for x in part]) or (
            sums is not None
            and program.name not in exactness.ROUNDED
            and exactness.is_dyadic(truth["jacobian"])
        )
        for k, key in enumerate(["vjp", "jvp"]):
            mine, true = native["derivatives"][k], truth["derivatives"][k]
            row[key] = derivatives(
                mine, true, sums and getattr(sums, key), errors and errors[k + 1], dyadic, double
            )
    if plan is not None:
        axes, count = plan
        mapped = values(program, native["vmap"], truth["vmap"], sums, errors and errors[0], double, plan)
        row["vmap"] = {"axes": axes, "lanes": count, **mapped}
        if not case.rotates:
            row["vmap"]["rotates"] = False
    return row


def computed(program, case, plan, double):
    """JAX's results, the truth, JAX's own errors in values, cotangents and tangents (or None), and what is weak."""
    if exactness.is_exact(program.name) or not program.leaves:
        return exactly(program, case, plan, double)
    with jax.enable_x64(double):
        parts = ["derivatives", "jacobian", "vmap"] if double else ["derivatives", "vmap", "nearby"]
        native, weak = compute(program, program.leaves, case, plan, parts)
    if double:
        return native, native, errors_of_double(program, case), weak
    with jax.enable_x64(True):
        truth, _ = compute(
            program, at_precision(program, np.float64), case, plan, ["jacobian", "vmap", "nearby"]
        )
    truth["value"], *rest = [[x[0] for x in part] for part in truth["nearby"]]
    truth["derivatives"] = rest
    return native, truth, errors_of(native, truth, 1), weak


def exactly(program, case, plan, double):
    """Where derivatives are no small dyadic numbers, their terms are asked for too."""
    with jax.enable_x64(double):
        native, weak = compute(program, program.leaves, case, plan, ["derivatives", "vmap"])
        plain = exactness.is_dyadic([x for part in native.get("derivatives", []) for x in part])
        truth = native if plain else native | compute(program, program.leaves, case, None, ["jacobian"])[0]
    return native, truth, None, weak


def at_precision(program, dtype):
    return [x.astype(dtype) if is_float(x) else x for x in program.leaves]


def errors_of(native, truth, unit):
    """JAX's own float32 errors in values, cotangents and tangents: the largest near the leaves, in this unit."""
    pairs = zip(native["nearby"], truth["nearby"])
    return [[unit * largest_error(x, y) for x, y in zip(mine, true)] for mine, true in pairs]


def errors_of_double(program, case):
    """Those of a float64 row: float32's in units of 2^-28, twice the ratio of the precisions."""
    leaves = at_precision(program, np.float32)
    with jax.enable_x64(False):
        single, _ = compute(program, leaves, case, None, ["nearby"])
    with jax.enable_x64(True):
        up = [x.astype(np.float64) if is_float(x) else x for x in leaves]
        double, _ = compute(program, up, case, None, ["nearby"])
    return errors_of(single, double, 2.0**-28)


def largest_error(mine, true):
    with np.errstate(invalid="ignore", over="ignore"):
        error = np.abs(mine.astype(np.float64) - true.astype(np.float64))
    return np.where(np.isfinite(error), error, 0).max(0)


class Sums:
    """The sums of absolute terms, and the numbers of terms, of each float result, each tangent and each cotangent."""

    def __init__(self, truth, program):
        tangents = truth["derivatives"][1]
        size = sum(y.size for y in tangents)
        magnitudes = [np.abs(j).reshape(size, -1) for j in truth["jacobian"]]
        self.least = max(x.size for x in program.leaves) if "linalg" in program.name else 1
        xs = [np.abs(np.ravel(x)).astype(np.float64) for x in program.leaves if is_float(x)]
        ts = [np.abs(pattern(TANGENTS, x.shape, np.float64, k)) for k, x in enumerate(xs)]
        cs = np.concatenate(
            [np.abs(pattern(COTANGENTS, (y.size,), np.float64, k)) for k, y in enumerate(tangents)]
        )
        with np.errstate(invalid="ignore", over="ignore"):
            value = sum(m @ x for m, x in zip(magnitudes, xs))
            weights = program.name in exactness.WEIGHTS
            jvp = sum(m @ t for m, t in zip(magnitudes, ts)) + (max(TANGENTS) if weights else 0)
            self.vjp = [
                (cs @ m + (max(COTANGENTS) if weights else 0), np.maximum((m != 0).sum(0), self.least))
                for m in magnitudes
            ]
        ends = np.cumsum([y.size for y in tangents])[:-1]
        most = np.maximum.reduce([(m != 0).sum(1) for m in magnitudes] + [np.full(size, self.least)])
        every = np.maximum(sum((m != 0).sum(1) for m in magnitudes), self.least)
        self.value = list(zip(np.split(value, ends), np.split(most, ends)))
        self.jvp = list(zip(np.split(jvp, ends), np.split(every, ends)))


def values(program, natives, truths, sums, errors, double, plan):
    """The results; those of lanes under a plan of vmap."""
    name = program.name
    elementwise, multilinear = name in exactness.ELEMENTWISE, name in exactness.MULTILINEAR
    outputs, within = [], []
    scales = iter(sums.value if sums else [])
    for k, (mine, true) in enumerate(zip(natives, truths)):
        expected, bound = mine, 0
        if is_float(mine):
            size = next(scales, None)
            if exactness.is_exact(name):
                expected = mine
            elif elementwise:
                expected = in_digits(program, mine, plan) if double else exactness.rounded(mine, true, True)
                if name in exactness.AS_JAX and not double:
                    expected = mine
                bound = 4
            else:
                expected = in_digits(program, mine, plan) if double else exactness.rounded(mine, true, False)
                scale, terms = scale_of(program, expected, size, plan)
                if multilinear:
                    scale = absolute_terms(program, k, plan)
                error = 0 if errors is None else errors[k]
                bound = exactness.allowance(
                    expected, scale, terms, error if plan is None else np.max(error, initial=0)
                )
        outputs.append(expected)
        within.append(bound)
    return part(outputs, within)


def in_digits(program, given, plan):
    """float64 results of elementary functions of one array, correctly rounded."""
    if (
        len(program.args) != 1
        or len(program.leaves) != 1
        or program.name.split(".")[1] not in exactness.DIGITS
    ):
        return given
    x = program.leaves[0]
    whole = x if plan is None else np.moveaxis(lanes(x, plan[0][0], plan[1], True), plan[0][0], 0)
    return exactness.in_digits(program.name, whole, given)


def scale_of(program, expected, size, plan):
    """The sum of absolute terms and their number for each element; lanes have the largest of the value's."""
    terms = exactness.SERIES.get(program.name, 1)
    terms = max(terms, sum(x.size for x in program.leaves) // max(1, expected.size))
    if size is None:
        return np.full(expected.shape, np.abs(expected).max(initial=0)), terms
    if plan is None:
        return np.abs(expected) + size[0].reshape(expected.shape), np.maximum(
            size[1].reshape(expected.shape), 1
        )
    finite = size[0][np.isfinite(size[0])]
    return np.abs(expected) + finite.max(initial=0), size[1].max(initial=1)


def absolute_terms(program, output, plan):
    """A multilinear function of the absolute values."""
    with jax.enable_x64(True):
        leaves = [np.abs(x) if x.dtype != bool else x for x in program.leaves]
        if plan is None:
            return np.asarray(jax.jit(program)(*[jnp.asarray(x) for x in leaves])[output])
        axes, count = plan
        stacked = [jnp.asarray(lanes(x, axis, count, True)) for x, axis in zip(leaves, axes)]
        return np.asarray(jax.jit(jax.vmap(program, in_axes=tuple(axes)))(*stacked)[output])


def derivatives(natives, truths, sizes, errors, dyadic, double):
    outputs, within = [], []
    for k, (mine, true) in enumerate(zip(natives, truths)):
        expected, bound = mine, 0
        if not dyadic:
            expected = mine if double or true is mine else exactness.rounded(mine, true, False)
            scale, terms = (
                (np.abs(expected), 1) if sizes is None else (part.reshape(mine.shape) for part in sizes[k])
            )
            error = 0 if errors is None else errors[k]
            bound = exactness.allowance(expected, scale, np.maximum(terms, 1), error, 16 if double else 4)
        outputs.append(expected)
        within.append(bound)
    return part(outputs, within)


def part(outputs, within):
    """Tolerances of 0 throughout are left out."""
    encoded = {"out": [encode(y) for y in outputs]}
    return encoded if all(bound == 0 for bound in within) else {**encoded, "within": within}
