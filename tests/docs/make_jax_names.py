"""Writes goldens/jax-names.json: the public names of JAX 0.10.2 and Optax 0.2.8, which docs/from-jax.md must tell about.

Left out: modules, primitives (`*_p`), classes of state and types, and element types of 1 to 8 bits.
"""

import json
import re
import types
from pathlib import Path

import jax
import jax.numpy as jnp
import jax.scipy.special
import optax
from jax import lax, nn, random, tree
from jax.lax import linalg
from jax.nn import initializers

small = re.compile(r"^(u?int[124]|float[468]_\w+)$")


def names(module):
    def public(name):
        value = getattr(module, name)
        return not (
            name.startswith("_")
            or name.endswith("_p")
            or small.match(name)
            or isinstance(value, types.ModuleType)
            or (name[0].isupper() and name not in ("Array", "PRNGKey", "ShapeDtypeStruct"))
        )

    return sorted(name for name in dir(module) if public(name))


modules = {
    "jax": jax,
    "jax.numpy": jnp,
    "jax.numpy.linalg": jnp.linalg,
    "jax.lax": lax,
    "jax.lax.linalg": linalg,
    "jax.random": random,
    "jax.nn": nn,
    "jax.nn.initializers": initializers,
    "jax.tree": tree,
    "jax.scipy.special": jax.scipy.special,
    "optax": optax,
}
lists = {name: names(module) for name, module in modules.items()}
lists["jax.Array"] = [name for name in dir(jax.Array) if not name.startswith("_")]
(Path(__file__).parent / "goldens" / "jax-names.json").write_text(json.dumps(lists, indent=1) + "\n")
