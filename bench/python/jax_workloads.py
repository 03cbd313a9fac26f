"""The workloads in JAX on the CPU, each as one jitted function. Keys are split as ../workloads does: the draws are the same."""

import data
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax, random


def parameters(sizes):
    return [{"w": jnp.asarray(w), "b": jnp.asarray(b)} for w, b in data.layers(sizes)]


def mlp(params, x, activation):
    for layer in params[:-1]:
        x = activation(x @ layer["w"] + layer["b"])
    return x @ params[-1]["w"] + params[-1]["b"]


def energy(params, x):
    """f32[2] -> f32[]"""
    return mlp(params, x, jax.nn.silu)[0]


def energies(params, x):
    return jax.vmap(energy, (None, 0))(params, x)


def loss(params, points, samples):
    high, low = energies(params, points), energies(params, samples)
    size = (high**2).mean() + (low**2).mean()
    return high.mean() - low.mean() + data.REGULARIZATION * size


def chain(params, key, x, sizes):
    """One chain of f32[2] with a step size for each step."""

    def step(x, key_and_size):
        key, h = key_and_size
        gradient = jax.grad(energy, argnums=1)(params, x)
        return x - gradient * (h / 2) + random.normal(key, x.shape) * jnp.sqrt(h), None

    return lax.scan(step, x, (random.split(key, sizes.shape[0]), sizes))[0]


def many_chains(params, key, x, sizes):
    keys = random.split(key, x.shape[0])
    return jax.vmap(chain, (None, 0, 0, None))(params, keys, x, sizes)


def adam(params, moments, gradient, rate=data.LEARNING_RATE, b1=0.9, b2=0.999):
    t, m, v = moments
    t = t + 1
    m = jax.tree.map(lambda m, g: b1 * m + (1 - b1) * g, m, gradient)
    v = jax.tree.map(lambda v, g: b2 * v + (1 - b2) * g * g, v, gradient)
    update = lambda p, m, v: p - rate * (m / (1 - b1**t)) / (jnp.sqrt(v / (1 - b2**t)) + 1e-8)
    return jax.tree.map(update, params, m, v), (t, m, v)


def read(tree):
    return jax.tree.map(np.asarray, tree)


def training(hidden, chains, steps):
    count = chains
    sizes = jnp.linspace(*data.ANNEALED, steps)
    points = jnp.asarray(data.points(data.BATCHES * count))
    first = parameters(data.energy_sizes(hidden))

    @jax.jit
    def step(params, moments, key, points):
        key, rows_key, chains_key = random.split(key, 3)
        rows = random.randint(rows_key, (count,), 0, points.shape[0])
        starts_key, noise_key = random.split(chains_key)
        starts = random.uniform(starts_key, (count, 2), minval=-4.0, maxval=4.0)
        samples = lax.stop_gradient(many_chains(params, noise_key, starts, sizes))
        value, gradient = jax.value_and_grad(loss)(params, points[rows], samples)
        params, moments = adam(params, moments, gradient)
        return params, moments, key, value

    zeros = jax.tree.map(jnp.zeros_like, first)
    steps_key = random.split(random.key(0), 3)[2]
    state = {"now": (first, (jnp.float32(0), zeros, zeros), steps_key), "losses": []}

    def call():
        *now, value = step(*state["now"], points)
        state["now"] = jax.block_until_ready(now)
        if not state["losses"]:
            state["losses"].append(float(value))
        return float(value)

    def answers():
        one, other = points[:count], points[count : 2 * count]
        value, gradient = jax.value_and_grad(loss)(first, one, other)
        return {
            "energy": float(energies(first, one).mean()),
            "loss": float(value),
            "gradient": data.sum_of_squares(jax.tree.leaves(gradient)),
            "firstLoss": state["losses"][0],
            "firstLossSameDraws": state["losses"][0],
        }

    return {"call": call, "answers": answers}


def sampling(hidden, chains, steps):
    params = parameters(data.energy_sizes(hidden))
    start = jnp.asarray(data.starts(chains))
    sizes = jnp.full(steps, data.PLAIN_STEP)
    f = jax.jit(lambda params, key, x: many_chains(params, key, x, sizes))
    call = lambda: read(f(params, random.key(1), start))

    def answers():
        return {
            "energy": float(energies(params, start).mean()),
            "meanSquare": float(np.square(call()).sum(1).mean()),
        }

    return {"call": call, "answers": answers}


def classifier(batch, inputs, hidden, classes):
    params = parameters([inputs, hidden, hidden, classes])
    x = jnp.asarray(data.images(batch, inputs))
    y = jnp.asarray(data.labels(batch, classes))

    def cross_entropy(params, x, y):
        logits = jax.nn.log_softmax(mlp(params, x, jax.nn.relu))
        return -jnp.take_along_axis(logits, y[:, None], 1).mean()

    f = jax.jit(jax.value_and_grad(cross_entropy))
    call = lambda: read(f(params, x, y))

    def answers():
        value, gradient = call()
        return {"loss": float(value), "gradient": data.sum_of_squares(jax.tree.leaves(gradient))}

    return {"call": call, "answers": answers}


def product(size):
    a, b = jnp.asarray(data.left_factor(size)), jnp.asarray(data.right_factor(size))
    f = jax.jit(lambda a, b: a @ b)
    call = lambda: read(f(a, b))
    return {"call": call, "answers": lambda: data.product_answers(call())}


def scalar(x):
    return jnp.sin(x) * x


def slope_of_scalar(jitted):
    f = jax.jit(jax.grad(scalar)) if jitted else jax.grad(scalar)
    x = jnp.float32(data.SCALAR_POINT)
    call = lambda: f(x).item()
    return {"call": call, "answers": lambda: {"slope": call()}}


def chained_slopes(calls):
    f = jax.jit(jax.grad(scalar))
    first = jnp.float32(data.SCALAR_POINT)

    def call():
        x = first
        for _ in range(calls):
            x = f(x)
        return x.item()

    return {"call": call, "answers": lambda: {"end": call()}}


def long_sum(x):
    return jnp.sum(jnp.sin(x) * jnp.exp(-x * x) + jnp.tanh(x))


def long_value(size):
    x = jnp.asarray(data.long_vector(size))
    f = jax.jit(long_sum)
    call = lambda: f(x).item()
    return {"call": call, "answers": lambda: {"value": call()}}


def long_gradient(size):
    x = jnp.asarray(data.long_vector(size))
    f = jax.jit(jax.grad(long_sum))
    call = lambda: read(f(x))
    return {"call": call, "answers": lambda: data.gradient_answers(call())}


def hessians(hidden, points):
    params = parameters(data.energy_sizes(hidden))
    x = jnp.asarray(data.points(points))
    f = jax.jit(jax.vmap(jax.hessian(energy, argnums=1), (None, 0)))
    call = lambda: read(f(params, x))
    return {"call": call, "answers": lambda: data.hessian_answers(call())}


def long_chain(hidden, steps):
    params = parameters(data.energy_sizes(hidden))
    start = jnp.asarray(data.CHAIN_START, dtype=jnp.float32)
    f = jax.jit(lambda params, key, x: chain(params, key, x, jnp.full(steps, data.PLAIN_STEP)))

    @jax.jit
    def descent(params, x):
        step = lambda _, x: x - data.PLAIN_STEP / 2 * jax.grad(energy, argnums=1)(params, x)
        return lax.fori_loop(0, data.DESCENT_STEPS, step, x)

    def answers():
        x, y = descent(params, start)
        return {"x": float(x), "y": float(y)}

    return {"call": lambda: read(f(params, random.key(7), start)), "answers": answers}


WORKLOADS = {
    "W1": training,
    "W1b": training,
    "W2": sampling,
    "W3": classifier,
    "W4": product,
    "W5 jit": lambda: slope_of_scalar(True),
    "W5 chained": chained_slopes,
    "W5 eager": lambda: slope_of_scalar(False),
    "W6 value": long_value,
    "W6 grad": long_gradient,
    "W7": hessians,
    "W8": long_chain,
}
