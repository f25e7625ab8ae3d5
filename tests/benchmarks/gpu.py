"""Measure the WebGPU backend natively, and beside PyTorch CUDA where there is a real GPU.

    python tests/benchmarks/gpu.py [--rounds 7] [--seconds 0.2] [--only WORK ...] [--small]
                                   [--alone] [--tflops N] [--bandwidth N]

On any adapter: what a training step asks of the device, Python's time for an op, and every program
of the benchmarks on the CPU, on the GPU and where automatic placement puts it. On a real GPU also
the heavy works: the figures end when the device has finished (a synchronisation on both sides), the
two libraries take turns, and shares are of what the card's maker publishes (`cards.py`). `--small`
tries the heavy works in small sizes on any adapter, with PyTorch on the CPU where it has no CUDA.
On a machine that is busy, OPENBLAS_NUM_THREADS=1 keeps NumPy's threads from waiting for each other.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from statistics import median
from typing import Any, NamedTuple

from browser.steps import STEPS, per_op
from cards import Peak, peak_of
from compare import Worker, time_work
from peers import python_of
from table import Measured, Row, aligned, cell, quantity, verdict
from worker import Timer

import gradtape as tf
from gradtape_webgpu.device import in_use
from gradtape_webgpu.drivers.native import ADAPTER_VARIABLE, adapters, caps_of, choose

GPU = "/GPU:0"
#: what must be reached
DISPATCHES, SUBMITS, MICROSECONDS, PLACEMENT = 12, 1, 6, 1.1
SHARE = {"TFLOP/s": 60, "GB/s": 80}
PLACES = {
    "gradtape": nullcontext,
    "CPU": lambda: tf.device("/CPU:0"),
    "GPU": lambda: tf.device(GPU),
}


class Heavy(NamedTuple):
    """A work for real GPUs: its title with sizes, its unit, and how much of it a size is."""

    title: str
    unit: str = ""
    amount: Callable[[int], float] = lambda size: 0.0


HEAVY = {
    "matmul": Heavy("matmul, {0:,} × {0:,}", "TFLOP/s", lambda side: 2 * side**3 / 1e12),
    "fused": Heavy("2x + 3 relu(x), {:,} floats", "GB/s", lambda count: 8 * count / 1e9),
    "plain": Heavy("x + z, {:,} floats", "GB/s", lambda count: 12 * count / 1e9),
    "mlp": Heavy("training step, MLP 784-128-10, batch 128"),
    "cnn": Heavy("training step, CNN, batch 64"),
}
TRAINED = ["mlp", "cnn"]
LARGE = [*(f"matmul {1 << k}" for k in range(10, 14)), *TRAINED]
LARGE += ["fused 67108864", "plain 67108864"]
SMALL = ["matmul 64", "matmul 96", *TRAINED, "fused 65536", "plain 65536"]

ABOUT_TORCH = """
import torch
if torch.cuda.is_available():
    print("PyTorch", torch.__version__, "on", torch.cuda.get_device_name())
elif {small}:
    print("PyTorch", torch.__version__, "on the CPU")
else:
    raise SystemExit(f"PyTorch {{torch.__version__}} finds no CUDA here")
"""


def adapter() -> Any:
    """The adapter to measure: the one named, or a real GPU, or a program on the CPU."""
    try:
        return choose()
    except LookupError as error:
        found = adapters()
        if os.environ.get(ADAPTER_VARIABLE) or not found:
            sys.exit(f"bench: {error}")
        print(error)
        return found[0]


class Here:
    """gradtape in this process, in one place; it answers as a worker does."""

    def __init__(self, place: Callable[[], Any]) -> None:
        """`place` makes the block to work in."""
        self.place = place
        self.timers: dict[str, Timer] = {}

    def ask(self, *, work: str, seconds: float) -> dict[str, Any]:
        """The time of a step, which ends when its scalar is on the CPU."""
        with self.place():
            if work not in self.timers:
                step = STEPS[work]()
                self.timers[work] = Timer(lambda: float(step()), lambda value: value)
            return self.timers[work].measure(seconds)


def counted(steps: int = 20) -> str:
    """What a training step of the perceptron asks of the device."""
    with tf.device(GPU):
        step, here = STEPS["mlp"](), in_use.current()
        for _ in range(3):
            float(step())
        before = here.dispatches, here.flushes, here.planned
        for _ in range(steps):
            float(step())
        after = here.dispatches, here.flushes, here.planned
    dispatches, submits, plans = ((b - a) / steps for a, b in zip(before, after, strict=True))
    return (
        f"training step, MLP 784-128-10, batch 128: {dispatches:g} dispatches "
        f"{verdict(dispatches, DISPATCHES)}, {submits:g} submit {verdict(submits, SUBMITS)}, "
        f"{plans:g} plans made anew; reading the loss copies it in one more"
    )


def python_times(rounds: int) -> str:
    """Python's time for an op, on either device, without a tape and with one."""
    parts = []
    for place in (GPU, "/CPU:0"):
        with tf.device(place):
            alone, taped = per_op(rounds), per_op(rounds, taped=True)
        goal = f" {verdict(alone, MICROSECONDS)}" if place == GPU else ""
        parts.append(f"on {place} {alone:.1f} µs{goal}, with a tape {taped:.1f} µs")
    return f"Python's time for an op: {'; '.join(parts)}"


def placements(works: list[str], rounds: int, seconds: float) -> list[str]:
    """Every program on the CPU, on the GPU and where automatic placement puts it."""
    here = {name: Here(place) for name, place in PLACES.items()}
    lines = [["", "placed by itself", "on the CPU", "on the GPU", "over the better"]]
    complaints = []
    for work in works:
        print(f"bench: {work}", file=sys.stderr, flush=True)
        measured = Measured(Row(work, work, {}, peers=("CPU", "GPU")))
        time_work(measured, here, rounds, seconds)
        complaints += measured.complaints()
        times = {place: median(measured.figures[place]) for place in measured.figures}
        better = min(times.keys() - {"gradtape"}, key=lambda place: times[place])
        ratio = measured.ratio(better)
        assert ratio is not None
        lines.append(
            [
                *(work, quantity(times["gradtape"], "time")),
                *(cell(measured, "CPU"), cell(measured, "GPU")),
                f"{ratio:.3g} × {better} {verdict(ratio, PLACEMENT)}",
            ]
        )
    return aligned(lines) + complaints


def about_torch(small: bool) -> tuple[bool, str]:
    """Whether PyTorch takes part, and what it is, or why not."""
    try:
        statement = [str(python_of("torch")), "-c", ABOUT_TORCH.format(small=small)]
        done = subprocess.run(statement, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        return False, f"PyTorch could not be installed: {error}"
    if done.returncode:
        return False, (done.stderr.strip().splitlines() or ["PyTorch does not start"])[-1]
    return True, done.stdout.strip()


def rate(measured: Measured, peak: Peak) -> str:
    """How much is done in a second, and the share of the card's peak."""
    name, *sizes = measured.row.work.split()
    work = HEAVY[name]
    if not work.unit or "gradtape" not in measured.figures:
        return ""
    done = work.amount(*map(int, sizes)) / median(measured.figures["gradtape"])
    most = peak.tflops if work.unit == "TFLOP/s" else peak.bandwidth
    if most is None:
        return f"{done:.3g} {work.unit}, peak unknown"
    share = 100 * done / most
    return (
        f"{done:.3g} {work.unit}, {share:.3g} % {verdict(share, SHARE[work.unit], at_least=True)}"
    )


def heavy(works: list[str], rounds: int, seconds: float, peak: Peak, torch: bool) -> list[str]:
    """The heavy works on the GPU, beside PyTorch where it takes part."""
    libraries = ["gradtape", "torch"] if torch else ["gradtape"]
    workers = {library: Worker(library, None, f"gpu_{library}") for library in libraries}
    lines = [["", "gradtape", "rate, share of the peak", "PyTorch"]]
    complaints = []
    for work in works:
        name, *sizes = work.split()
        title = HEAVY[name].title.format(*map(int, sizes))
        print(f"bench: {title}", file=sys.stderr, flush=True)
        measured = Measured(Row(work, title, {}, peers=("torch",)))
        time_work(measured, workers, rounds, seconds)
        complaints += measured.complaints()
        own = measured.figures.get("gradtape")
        figure = quantity(median(own), "time") if own else "failed"
        lines.append([title, figure, rate(measured, peak), cell(measured, "torch")])
    for worker in workers.values():
        worker.stop()
    return aligned(lines) + complaints


def main() -> None:
    """Measure what was asked for and print it, group by group."""
    parser = argparse.ArgumentParser(description="Measure the WebGPU backend natively.")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of turns (7)")
    parser.add_argument("--seconds", type=float, default=0.2, help="length of one turn (0.2)")
    parser.add_argument("--only", nargs="+", metavar="WORK", help="these programs and works alone")
    parser.add_argument("--small", action="store_true", help="the heavy works small, anywhere")
    parser.add_argument("--alone", action="store_true", help="leave PyTorch out")
    parser.add_argument("--tflops", type=float, help="the card's float32 peak, in TFLOP/s")
    parser.add_argument("--bandwidth", type=float, help="the card's memory bandwidth, in GB/s")
    chosen = parser.parse_args()
    heavies = SMALL if chosen.small else LARGE
    if unknown := sorted(set(chosen.only or ()) - {*STEPS, *heavies}):
        parser.error(f"no work is called {unknown}; these are: {[*STEPS, *heavies]}")

    def asked(works: list[str]) -> list[str]:
        return [work for work in works if not chosen.only or work in chosen.only]

    caps = caps_of(adapter())
    os.environ[ADAPTER_VARIABLE] = caps.adapter  # for this process and for the workers
    kind = "a program on the CPU" if caps.software else "a GPU"
    print(f"adapter: {caps.adapter} ({caps.backend}, {caps.driver}), {kind}")
    print(f"load average: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors\n")
    print(counted())
    print(python_times(chosen.rounds))
    if caps.software:
        print("A program on the CPU is never chosen by itself natively: automatic is the CPU here.")
    print()
    print("\n".join(placements(asked([*STEPS]), chosen.rounds, chosen.seconds)), "\n", sep="")
    if caps.software and not chosen.small:
        print(
            "No real GPU is here, so matmul to 8192, the training steps and the bandwidth beside "
            "PyTorch CUDA are left out; --small tries them in small sizes."
        )
        return
    takes_part, what = (False, "--alone") if chosen.alone else about_torch(chosen.small)
    print(f"beside {what}, float32 without TF32" if takes_part else f"no ratio to PyTorch: {what}")
    peak = peak_of(caps.adapter)
    peak = Peak(chosen.tflops or peak.tflops, chosen.bandwidth or peak.bandwidth)
    if None in peak:
        print("peak unknown: --tflops and --bandwidth name what the card's maker publishes")
    print()
    print("\n".join(heavy(asked(heavies), chosen.rounds, chosen.seconds, peak, takes_part)))


if __name__ == "__main__":
    main()
