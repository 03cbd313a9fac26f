"""Writes goldens/<namespace>.json.gz: for every public function rows of arguments and of what JAX makes of them.

    JAX_PLATFORMS=cpu python tests/jax/make_goldens.py            all functions (about half an hour)
    JAX_PLATFORMS=cpu python tests/jax/make_goldens.py numpy.sum  those named alone; "nn." is a whole namespace

Made with JAX 0.10.2 and mpmath 1.4.1. cases_*.py hold the arguments, calls*.py say what our calls are in JAX,
exactness.py says how closely each row must be met. A row: {"args", "value", "weak", "vjp", "jvp", "vmap"}; value, vjp,
jvp and vmap are {"out": arrays, "within": tolerances}, where a tolerance is ulps, or a list of absolute numbers, and 0
if there is none. vjp is the pullback of the cotangents, and jvp the pushforward of the tangents, that results.py makes
of patterns; vmap runs lanes that are rotations of the arguments. "traced" is false where shapes depend on values,
"signs" where that of a zero does not count.

JAX on a CPU flushes subnormal numbers, and its float32 functions are several ulp off: the float32 rows hold the
float64 result, rounded. With x64 JAX's integers have 64 bits: they are read as 32.
"""

import gzip
import importlib
import json
import os
import sys
import time
import warnings
from pathlib import Path

# Each row is compiled once and run once. AVX has no fused multiply-add, so that every operation rounds, as here.
os.environ["XLA_FLAGS"] = (
    "--xla_cpu_max_isa=AVX --xla_disable_hlo_passes=constant_folding "
    "--xla_backend_optimization_level=0 --xla_llvm_disable_expensive_passes=true "
    "--xla_cpu_parallel_codegen_split_count=1 --xla_cpu_use_fusion_emitters=false"
)

import jax

from cases import cases
from rows import make_row

FOLDER = Path(__file__).parent / "goldens"
TABLES = ["elementwise", "binary", "reductions", "shapes", "products", "indexing"]


def main(wanted):
    warnings.simplefilter("ignore")
    for table in TABLES:
        importlib.import_module(f"cases_{table}")
    FOLDER.mkdir(exist_ok=True)
    chosen = [name for name in cases.tables if not wanted or any(matches(name, w) for w in wanted)]
    goldens, failures = {}, []
    for name in chosen:
        start = time.time()
        namespace = name.split(".")[0]
        stored = goldens.setdefault(namespace, {} if not wanted else read(namespace))
        stored[name] = []
        for number, case in enumerate(cases.tables[name].cases):
            try:
                stored[name].append(make_row(case, number))
            except Exception as error:
                failures.append(f"{name} row {number}: {str(error)[:300]}")
                print(failures[-1], flush=True)
        print(f"{name}: {len(stored[name])} rows, {time.time() - start:.1f} s", flush=True)
        write(namespace, stored)
        jax.clear_caches()  # each row is a program of its own
    if failures:
        sys.exit(f"{len(failures)} cases are none for JAX")


def matches(name, wanted):
    return name.startswith(wanted) if wanted.endswith(".") else name == wanted


def read(namespace):
    path = FOLDER / f"{namespace}.json.gz"
    return json.loads(gzip.decompress(path.read_bytes())) if path.exists() else {}


def write(namespace, rows):
    """Without a time in it, and in the order of names, so that equal rows are equal files."""
    text = json.dumps({name: rows[name] for name in sorted(rows)}, separators=(",", ":"))
    (FOLDER / f"{namespace}.json.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))


if __name__ == "__main__":
    main(sys.argv[1:])
