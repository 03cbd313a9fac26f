"""Writes layer-goldens.json: values and gradients, by Flax 0.12.8 and JAX 0.10.2, of the layers that draw, look up or
normalise. Run with JAX_PLATFORMS=cpu.
"""

import json
from pathlib import Path

import flax
import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
from flax.linen.linear import default_embed_init



def flat(x):
    """Numbers in row-major order; NaN as null."""
    return [None if np.isnan(v) else float(v) for v in np.asarray(x).ravel()]


def wave(shape, dtype, step=0.7):
    """sin(0), sin(step), ... rounded to multiples of 2^-12, which every dtype here holds."""
    values = np.sin(step * np.arange(np.prod(shape))) * 4096
    return jnp.asarray((np.round(values) / 4096).reshape(shape), dtype)


def layer_norm(shape, dtype, offset=0.0, **options):
    layer = nn.LayerNorm(param_dtype=dtype, **options)
    x = wave(shape, dtype) + offset
    params = dict(layer.init(jax.random.key(0), x).get("params", {}))
    params = {name: wave(p.shape, dtype, 1.1) + (name == "scale") for name, p in params.items()}
    weights = wave(shape, dtype, 0.3)
    loss = lambda p, x: (layer.apply({"params": p}, x) * weights).sum()
    dp, dx = jax.grad(loss, argnums=(0, 1))(params, x)
    return {
        "shape": list(shape),
        "dtype": str(jnp.dtype(dtype)),
        "offset": offset,
        "epsilon": options.get("epsilon", 1e-6),
        "scale": options.get("use_scale", True),
        "bias": options.get("use_bias", True),
        "y": flat(layer.apply({"params": params}, x)),
        "dx": flat(dx),
        "dscale": flat(dp["scale"]) if "scale" in dp else None,
        "dbias": flat(dp["bias"]) if "bias" in dp else None,
    }


def embedding(count, features, positions):
    layer = nn.Embed(count, features)
    table = wave((count, features), "float32")
    variables = {"params": {"embedding": table}}
    i = jnp.asarray(positions, "int32")
    y = layer.apply(variables, i)
    weights = wave(y.shape, "float32", 0.3)
    loss = lambda t: (layer.apply({"params": {"embedding": t}}, i) * weights).sum()
    query = wave((2, features), "float32", 1.3)
    return {
        "count": count,
        "features": features,
        "positions": positions,
        "initial": flat(default_embed_init(jax.random.key(7), (count, features), "float32")),
        "initial64": flat(default_embed_init(jax.random.key(7), (count, features), "float64")),
        "y": flat(y),
        "dtable": flat(jax.grad(loss)(table)),
        "attend": flat(layer.apply(variables, query, method="attend")),
    }


def dropout(rate, seed, shape, broadcast_dims=(), deterministic=False):
    layer = nn.Dropout(rate, broadcast_dims=broadcast_dims)
    x = wave(shape, "float32") + 2
    run = lambda x: layer.apply({}, x, deterministic=deterministic, rng=jax.random.key(seed))
    return {
        "rate": rate,
        "seed": seed,
        "shape": list(shape),
        "broadcastDims": list(broadcast_dims),
        "deterministic": deterministic,
        "y": flat(run(x)),
        "dx": flat(jax.grad(lambda x: run(x).sum())(x)),
    }


jax.config.update("jax_enable_x64", True)
goldens = {
    "meta": {"flax": flax.__version__, "jax": jax.__version__},
    "layerNorm": [
        layer_norm((5,), "float32"),
        layer_norm((3, 8), "float32"),
        layer_norm((2, 2, 4), "float32", epsilon=1e-3),
        layer_norm((3, 4), "float32", use_scale=False),
        layer_norm((3, 4), "float32", use_bias=False),
        layer_norm((3, 4), "float32", use_scale=False, use_bias=False),
        layer_norm((2, 1), "float32"),
        layer_norm((2, 6), "float32", offset=1000.0, use_fast_variance=False),
        layer_norm((3, 5), "float64"),
    ],
    "embedding": [
        embedding(5, 3, [[0, 1, 2], [-1, -2, -3]]),
        embedding(4, 2, [3, 0, 3, 9, -9, 4]),
        embedding(1, 4, [0, 0]),
        embedding(6, 1, 2),
    ],
}
# With 64-bit types a rate would be float64, and so would the numbers drawn for it.
jax.config.update("jax_enable_x64", False)
goldens |= {
    "dropout": [
        dropout(0.1, 0, (4, 5)),
        dropout(0.5, 1, (3, 7)),
        dropout(0.9, 2, (20,)),
        dropout(0.3, 3, (4, 6), broadcast_dims=(0,)),
        dropout(0.3, 3, (2, 3, 4), broadcast_dims=(-1, 1)),
        dropout(0.0, 5, (6,)),
        dropout(1.0, 6, (6,)),
        dropout(0.5, 7, (6,), deterministic=True),
        dropout(0.5, 8, ()),
    ],
}
here = Path(__file__).parent
(here / "layer-goldens.json").write_text(json.dumps(goldens) + "\n")
