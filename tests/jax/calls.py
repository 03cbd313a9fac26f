"""CALLS: our public name -> a function of the arguments exactly as our call takes them (arrays as jnp arrays,
numbers, lists, options objects as dicts with our camelCase keys) that answers with real JAX. Several results are a
list.

CALLS["numpy.sum"](x, 1, {"keepdims": True}); "method.sum" takes the array first, "index.slice" (x, index),
"index.at.add" (x, index, value). Control flow and transformations are not here.
"""

from calls_lax import LAX
from calls_numpy import NUMPY
from calls_rest import INDEX, METHODS, NN, RANDOM

CALLS = {
    f"{namespace}.{name}": f
    for namespace, table in {
        "numpy": NUMPY,
        "lax": LAX,
        "nn": NN,
        "random": RANDOM,
        "method": METHODS,
        "index": INDEX,
    }.items()
    for name, f in table.items()
}
