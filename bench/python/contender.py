"""The process of one contender at one workload: contender.py jax|torch WORKLOAD SIZES. It does what ../worker.ts does.

A workload is a function of the sizes that gives `call`, `answers` and perhaps the share of the work that a call does.
"""

import importlib
import json
import resource
import sys
import time


def send(**message):
    print(json.dumps(message), flush=True)


def measure(call, count):
    start = time.perf_counter()
    for _ in range(count):
        call()
    return (time.perf_counter() - start) / count * 1e3


def warm_up(call, ms):
    """Runs at least once and until `ms` of processor time are gone; milliseconds for one call at best."""
    end = time.process_time() + ms / 1e3
    least, count = float("inf"), 1
    while True:
        each = measure(call, count)
        least = min(least, each)
        if each * count < 1:
            count *= 2
        if time.process_time() >= end:
            return least


def serve(call, answers, share=1.0):
    call_ms = measure(call, 1)
    send(kind="ready", firstMs=call_ms / share, callMs=call_ms, answers=answers(), share=share)
    for line in sys.stdin:
        request = json.loads(line)
        if request["kind"] == "warm":
            call_ms = warm_up(call, request["ms"])
            send(kind="timed", ms=call_ms / share, callMs=call_ms)
        elif request["kind"] == "round":
            ms = measure(call, max(1, round(request["ms"] / call_ms)))
            send(kind="timed", ms=ms / share, callMs=ms)
        else:
            # Kilobytes on Linux, bytes on macOS.
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            send(kind="ended", rssMb=peak / (2**20 if sys.platform == "darwin" else 1024))
            return


def main():
    library, workload, sizes = sys.argv[1:]
    try:
        workloads = importlib.import_module(f"{library}_workloads").WORKLOADS
        if workload not in workloads:
            send(kind="absent")
            return
        run = workloads[workload](**json.loads(sizes))
    except Exception as error:  # whatever it is, the process that compares is told
        send(kind="failed", message=repr(error)[:300])
        raise
    serve(**run)


main()
