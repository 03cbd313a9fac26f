"""The workloads of ../eager-overhead.ts in JAX on the CPU: one JSON line each, microseconds for one operation."""

import json
import statistics
import time

import jax
import jax.numpy as jnp

ROUNDS, ROUND_SECONDS, WARM_SECONDS = 60, 0.004, 0.5


def seconds(run, count):
    start = time.perf_counter()
    for _ in range(count):
        run()
    return time.perf_counter() - start


def measure(workload, answer, run, operations=1):
    end = time.process_time() + WARM_SECONDS
    least = float("inf")
    while time.process_time() < end:
        least = min(least, seconds(run, 1))
    count = max(1, round(ROUND_SECONDS / least))
    samples = sorted(seconds(run, count) / count / operations * 1e6 for _ in range(ROUNDS))
    figures = {"median": statistics.median(samples), "least": samples[0]}
    print(json.dumps({"workload": workload, "answer": answer, "version": jax.__version__, **figures}), flush=True)


def chained(f, x, count):
    for _ in range(count):
        x = f(x)
    return x.block_until_ready()


def f(x):
    return jnp.sin(x) * x


x, y = jnp.float32(1.5), jnp.float32(0.5)
slope, jitted = jax.grad(f), jax.jit(jax.grad(f))
measure("add", (x + y).item(), lambda: (x + y).block_until_ready())
measure("multiply by a number", (x * 2.5).item(), lambda: (x * 2.5).block_until_ready())
measure("sin", jnp.sin(x).item(), lambda: jnp.sin(x).block_until_ready())
measure("grad(sin(x) x)", slope(x).item(), lambda: slope(x).block_until_ready())
measure("W5 eager, read back", slope(x).item(), lambda: slope(x).item())
measure("W5 jit, read back", jitted(x).item(), lambda: jitted(x).item())
measure("W5 jit, chained", chained(jitted, x, 1000).item(), lambda: chained(jitted, x, 1000), 1000)
