"""Reads cases, one a line, and writes what JAX makes of each: {"value": [...], "grad": ...} or {"error": ...}.

With "wide" as its argument JAX has 64-bit types. Integers then count in 64 bits, ours in 32: they are narrowed after every step.
"""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("JAX_PLATFORMS", "cpu")
sys.path.insert(0, str(Path(__file__).parent.parent / "jax"))

import jax
import jax.numpy as jnp

from calls import CALLS
from encoding import decode_array, encode_array
from higher_order import HIGHER_ORDER

WIDE = sys.argv[1:] == ["wide"]
NARROWED = {"int64": "int32", "uint64": "uint32"}


def to_function(program, outer):
    def f(*args):
        scope = dict(outer)
        bind(scope, program["parameters"], args)
        for step in program["steps"]:
            bind(scope, step["ids"], apply_call(step["call"], step["args"], scope))
        return evaluate(program["result"], scope)

    return f


def bind(scope, ids, values):
    leaves = jax.tree.leaves(values)
    if len(leaves) != len(ids):
        raise ValueError(f"{len(leaves)} arrays for {len(ids)} values")
    scope.update(zip(ids, map(narrowed, leaves)))


def narrowed(x):
    name = getattr(x, "dtype", None) and x.dtype.name
    return x.astype(NARROWED[name]) if name in NARROWED else x


def apply_call(name, args, scope):
    f = HIGHER_ORDER.get(name) or CALLS[name]
    return f(*[evaluate(arg, scope) for arg in args])


def evaluate(expression, scope):
    if isinstance(expression, list):
        return [evaluate(part, scope) for part in expression]
    if not isinstance(expression, dict):
        return expression
    if "ref" in expression:
        return scope[expression["ref"]]
    if "function" in expression:
        return to_function(expression["function"], scope)
    if "call" in expression:
        return apply_call(expression["call"], expression["args"], scope)
    return {key: evaluate(value, scope) for key, value in expression["options"].items()}


def is_float(x):
    return jnp.issubdtype(x.dtype, jnp.floating)


def quantities(case):
    """The functions of quantities.ts, all in one that is compiled as a whole, and its arguments."""
    f = to_function(case["program"], {})
    argnums = tuple(case["argnums"])
    weights = case["weights"]
    in_axes = tuple(case["inAxes"])
    inputs, batch, tangents = ([decode_array(x) for x in case[key]] for key in ("inputs", "batch", "tangents"))
    differentiable = bool(argnums) and any(w is not None for w in weights)
    reverse = differentiable and case["reverse"]
    forward = differentiable and case["forward"]
    mapped = any(axis is not None for axis in in_axes)

    def loss(*xs):
        outputs = [jnp.asarray(y) for y in f(*xs)]
        terms = [jnp.sum(y * decode_array(w)) for y, w in zip(outputs, weights) if w is not None]
        return sum(terms[1:], terms[0]), outputs

    def of_floats(xs):
        def g(*floats):
            every = list(xs)
            for i, x in zip(argnums, floats):
                every[i] = x
            return [y for y in map(jnp.asarray, f(*every)) if is_float(y)]

        return g

    def everything(xs, xs_batch, directions):
        out = {}
        if reverse:
            out["grad"], out["value"] = jax.grad(loss, argnums=argnums, has_aux=True)(*xs)
        else:
            out["value"] = [jnp.asarray(y) for y in f(*xs)]
        if forward:
            out["jvp"] = jax.jvp(of_floats(xs), tuple(xs[i] for i in argnums), tuple(directions))[1]
        if mapped and reverse:
            both = jax.vmap(jax.grad(loss, argnums=argnums, has_aux=True), in_axes)
            out["vmap(grad)"], out["vmap"] = both(*xs_batch)
        elif mapped:
            out["vmap"] = jax.vmap(lambda *each: [jnp.asarray(y) for y in f(*each)], in_axes)(*xs_batch)
        return out

    return everything, [[jnp.asarray(x) for x in xs] for xs in (inputs, batch, tangents)]


def answer(case):
    everything, args = quantities(case)
    results = jax.jit(everything)(*args)
    return {name: [encode_array(jax.device_get(x)) for x in values] for name, values in results.items()}


def main():
    jax.config.update("jax_enable_x64", WIDE)
    for count, line in enumerate(sys.stdin):
        try:
            result = answer(json.loads(line))
        except Exception as error:
            result = {"error": f"{type(error).__name__}: {error}"[:2000]}
        print(json.dumps(result), flush=True)
        if count % 40 == 39:
            jax.clear_caches()


main()
