"""Writes optax-goldens.json: schedules and optimisers of Optax 0.2.8 on JAX 0.10.2, under the names that cotangent gives
them. Run with JAX_PLATFORMS=cpu.
"""

import json
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import optax

schedules = {
    "constant(0.3)": optax.constant_schedule(0.3),
    "linear(1, 0.1, 12, { begin: 3 })": optax.linear_schedule(1, 0.1, 12, 3),
    "cosineDecay(0.5, 10)": optax.cosine_decay_schedule(0.5, 10),
    "cosineDecay(0.5, 10, { alpha: 0.2, exponent: 2 })": optax.cosine_decay_schedule(0.5, 10, 0.2, 2),
    "exponentialDecay(0.5, 4, 0.7)": optax.exponential_decay(0.5, 4, 0.7),
    "exponentialDecay(0.5, 4, 0.7, { begin: 2, staircase: true, final: 0.2 })": optax.exponential_decay(
        0.5, 4, 0.7, 2, True, 0.2
    ),
    "exponentialDecay(0.1, 5, 1.5, { final: 0.4 })": optax.exponential_decay(0.1, 5, 1.5, end_value=0.4),
    "warmupCosine(0, 0.8, 5, 15, { final: 0.1 })": optax.warmup_cosine_decay_schedule(0, 0.8, 5, 15, 0.1),
    "warmupCosine(0.1, 0.8, 4, 12, { exponent: 2 })": optax.warmup_cosine_decay_schedule(
        0.1, 0.8, 4, 12, exponent=2.0
    ),
}

linear, cosine = optax.linear_schedule, optax.cosine_decay_schedule
exponential, warmup = optax.exponential_decay, optax.warmup_cosine_decay_schedule
only_w = {"w": True, "b": False}
optimizers = {
    "sgd(0.05)": optax.sgd(0.05),
    "sgd(linear(0.1, 0, 15))": optax.sgd(linear(0.1, 0, 15)),
    "sgd(0.05, { momentum: 0.5 })": optax.sgd(0.05, 0.5),
    "sgd(cosineDecay(0.05, 20), { momentum: 0.8, nesterov: true })": optax.sgd(cosine(0.05, 20), 0.8, True),
    "momentum(0.02)": optax.sgd(0.02, momentum=0.9),
    "momentum(0.02, { decay: 0.8, nesterov: true })": optax.sgd(0.02, momentum=0.8, nesterov=True),
    "momentum(linear(0.03, 0.001, 15))": optax.sgd(linear(0.03, 0.001, 15), momentum=0.9),
    "adam(0.1)": optax.adam(0.1),
    "adam(warmupCosine(0, 0.3, 5, 20), { b1: 0.8, b2: 0.99, eps: 1e-6, epsRoot: 1e-8 })": optax.adam(
        warmup(0, 0.3, 5, 20), b1=0.8, b2=0.99, eps=1e-6, eps_root=1e-8
    ),
    "adam(0.1, { nesterov: true })": optax.adam(0.1, nesterov=True),
    "adam(exponentialDecay(0.2, 5, 0.8), { b1: 0.8, nesterov: true })": optax.adam(
        exponential(0.2, 5, 0.8), b1=0.8, nesterov=True
    ),
    "adamw(0.1)": optax.adamw(0.1),
    "adamw(exponentialDecay(0.1, 10, 0.5), { weightDecay: 0.05 })": optax.adamw(
        exponential(0.1, 10, 0.5), weight_decay=0.05
    ),
    "adamw(0.1, { weightDecay: 0.2, mask: { w: true, b: false } })": optax.adamw(
        0.1, weight_decay=0.2, mask=only_w
    ),
    "adamw(0.1, { weightDecay: linear(0.5, 0, 10), nesterov: true })": optax.adamw(
        0.1, weight_decay=linear(0.5, 0, 10), nesterov=True
    ),
    "adamw(cosineDecay(0.2, 20), { weightDecay: linear(0.5, 0, 10), mask: vectors })": optax.adamw(
        cosine(0.2, 20), weight_decay=linear(0.5, 0, 10), mask=lambda p: jax.tree.map(lambda x: x.ndim == 1, p)
    ),
    "rmsprop(0.05)": optax.rmsprop(0.05),
    "rmsprop(0.05, { decay: 0.8, eps: 1e-4, epsInSqrt: false, initialScale: 1, momentum: 0.5 })": optax.rmsprop(
        0.05, decay=0.8, eps=1e-4, eps_in_sqrt=False, initial_scale=1.0, momentum=0.5
    ),
    "rmsprop(linear(0.1, 0.01, 20), { momentum: 0.5, nesterov: true })": optax.rmsprop(
        linear(0.1, 0.01, 20), momentum=0.5, nesterov=True
    ),
    "rmsprop(0.05, { biasCorrection: true })": optax.rmsprop(0.05, bias_correction=True),
    "rmsprop(0.02, { centered: true })": optax.rmsprop(0.02, centered=True),
    "rmsprop(cosineDecay(0.02, 20), { centered: true, epsInSqrt: false, momentum: 0.5 })": optax.rmsprop(
        cosine(0.02, 20), centered=True, eps_in_sqrt=False, momentum=0.5
    ),
    "rmsprop(0.05, { centered: true, biasCorrection: true, initialScale: 1 })": optax.rmsprop(
        0.05, centered=True, bias_correction=True, initial_scale=1.0
    ),
    "chain(clipByGlobalNorm(1), adam(0.1))": optax.chain(optax.clip_by_global_norm(1), optax.adam(0.1)),
    "chain(clipByGlobalNorm(2), scaleBySchedule(cosineDecay(0.2, 20)), scale(-1))": optax.chain(
        optax.clip_by_global_norm(2), optax.scale_by_schedule(cosine(0.2, 20)), optax.scale(-1)
    ),
    "chain(clip(0.5), sgd(0.1))": optax.chain(optax.clip(0.5), optax.sgd(0.1)),
    "chain(ema(0.9), scale(-0.05))": optax.chain(optax.ema(0.9), optax.scale(-0.05)),
    "chain(ema(0.7, { debias: false }), sgd(linear(0.1, 0.01, 20)))": optax.chain(
        optax.ema(0.7, debias=False), optax.sgd(linear(0.1, 0.01, 20))
    ),
    "chain(addDecayedWeights(0.1), momentum(0.02))": optax.chain(
        optax.add_decayed_weights(0.1), optax.sgd(0.02, 0.9)
    ),
    "applyIfFinite(adam(cosineDecay(0.2, 20)), 2)": optax.apply_if_finite(optax.adam(cosine(0.2, 20)), 2),
}

start = {"w": jnp.array([1.0, -2, 3]), "b": jnp.array([[0.5, -0.25], [4, 0]])}
curvature = {"w": jnp.array([1, 10, 0.1]), "b": jnp.array([[2, 0.5], [3, 1]])}
target = {"w": jnp.array([0.0, 1, -1]), "b": jnp.array([[1.0, 0], [-1, 0]])}
recorded = (1, 2, 3, 6, 10, 20)


def flat(tree):
    """Numbers in order of leaves; NaN and infinities, which JSON lacks, as strings."""
    values = [float(v) for x in jax.tree.leaves(tree) for v in np.asarray(x).ravel()]
    return [v if np.isfinite(v) else str(v) for v in values]


def descend(optimizer):
    params, state, out = start, optimizer.init(start), {}
    for i in range(1, 21):
        grads = jax.tree.map(lambda c, x, t: c * (x - t), curvature, params, target)
        updates, state = optimizer.update(grads, state, params)
        params = optax.apply_updates(params, updates)
        if i in recorded:
            out[str(i)] = flat(params)
    return out


def averages(optimizer):
    """Updates and state after each of 20 updates sin(k), cos(k) of one leaf."""
    state, rows = optimizer.init(jnp.zeros(2)), []
    for k in range(20):
        u = jnp.asarray([np.float32(np.round(np.sin(k) * 256) / 256), np.float32(k)])
        updates, state = optimizer.update(u, state)
        rows.append({"updates": flat(updates), "ema": flat(state.ema), "count": int(state.count)})
    return rows


def survive(optimizer):
    """Updates and state after each of 24 gradients, of which some are not finite."""
    params = {"w": jnp.array([1.0, -2]), "b": jnp.array(0.5)}
    state, rows = optimizer.init(params), []
    bad = {3: np.nan, 7: np.inf, 8: -np.inf, 12: np.nan, 13: np.nan, 14: np.nan, 15: np.nan}
    for k in range(24):
        grads = {"w": jnp.array([k / 8 - 1, 0.25]), "b": jnp.array(bad.get(k, 0.5), "float32")}
        updates, state = optimizer.update(grads, state, params)
        rows.append(
            {
                "b": flat(grads["b"])[0],
                "updates": flat(updates),
                "notfiniteCount": int(state.notfinite_count),
                "lastFinite": bool(state.last_finite),
                "totalNotfinite": int(state.total_notfinite),
                "trace": flat(state.inner_state[0].trace),
            }
        )
    return rows


predictions = jnp.asarray([[0.5, -1.25, 3.0], [90.0, 0.0, -90.0]])
targets = jnp.asarray([[0.25, 1.0, 0.0], [0.0, 1.0, 0.5]])


def loss(f):
    """Values, and the gradient of sum k f / 4 over the values f_k, k = 1, 2, ..."""
    y = f(predictions)
    weights = (jnp.arange(y.size).reshape(y.shape) + 1) / 4
    return {"y": flat(y), "dx": flat(jax.grad(lambda x: (f(x) * weights).sum())(predictions))}


losses = {
    "squaredError": lambda x: optax.squared_error(x, targets),
    "squaredError of errors": lambda x: optax.squared_error(x),
    "l2Loss": lambda x: optax.l2_loss(x, targets),
    "huberLoss": lambda x: optax.huber_loss(x, targets),
    "huberLoss, delta 2.5": lambda x: optax.huber_loss(x, targets, delta=2.5),
    "softmaxCrossEntropy": lambda x: optax.softmax_cross_entropy(x, targets),
    "softmaxCrossEntropy, axis 0": lambda x: optax.softmax_cross_entropy(x, targets, axis=0),
    "softmaxCrossEntropyWithIntegerLabels": lambda x: optax.softmax_cross_entropy_with_integer_labels(
        x, jnp.asarray([2, 0])
    ),
    "softmaxCrossEntropyWithIntegerLabels, axis 0": lambda x: (
        optax.softmax_cross_entropy_with_integer_labels(x, jnp.asarray([1, 0, 1]), axis=0)
    ),
    "sigmoidBinaryCrossEntropy": lambda x: optax.sigmoid_binary_cross_entropy(x, targets),
}

goldens = {
    "meta": {
        "optax": optax.__version__,
        "jax": jax.__version__,
        "note": "float32; minimising sum c (x - t)^2 / 2 over {b, w}; params after the steps named, b then w",
    },
    "schedules": {name: [float(s(i)) for i in range(21)] for name, s in schedules.items()},
    "optimizers": {name: descend(optimizer) for name, optimizer in optimizers.items()},
    "ema": {
        "ema(0.9)": averages(optax.ema(0.9)),
        "ema(0.5, { debias: false })": averages(optax.ema(0.5, debias=False)),
        "ema(0)": averages(optax.ema(0.0)),
    },
    "applyIfFinite": {
        "0": survive(optax.apply_if_finite(optax.sgd(0.1, 0.5), 0)),
        "1": survive(optax.apply_if_finite(optax.sgd(0.1, 0.5), 1)),
        "5": survive(optax.apply_if_finite(optax.sgd(0.1, 0.5), 5)),
    },
}
goldens["losses"] = {name: loss(f) for name, f in losses.items()}
here = Path(__file__).parent
(here / "optax-goldens.json").write_text(json.dumps(goldens) + "\n")
