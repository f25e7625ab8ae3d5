"""The benchmark of the GPU backend runs on a software GPU too, and says what is missing there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gradtape_webgpu.drivers.native import ADAPTER_VARIABLE
from tests.webgpu.support import stacks

sys.path.insert(0, str(Path(__file__).resolve().parent))

import gpu
from cards import Peak, peak_of

QUICK = ("--rounds", "1", "--seconds", "0", "--alone")


def bench(adapter: str, loader: str, *words: str) -> subprocess.CompletedProcess[str]:
    """The benchmark on a machine whose only adapter is this one."""
    settings = {ADAPTER_VARIABLE: adapter, "VK_ICD_FILENAMES": loader}
    environment = {"XDG_RUNTIME_DIR": "/tmp", **os.environ, **settings}
    command = [sys.executable, gpu.__file__, *QUICK, *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment)


def columns(text: str, title: str) -> list[str]:
    """The cells of the line that begins with the title, after it."""
    (line,) = [line for line in text.splitlines() if line.startswith(title)]
    return [cell.strip() for cell in line.split("  ") if cell][1:]


@pytest.mark.parametrize("name", sorted(stacks.STACKS))
def test_every_group_runs_in_small_sizes_on_a_software_gpu(name: str) -> None:
    stack = stacks.STACKS[name]
    words = ("--small", "--tflops", "0.5", "--only", "scalar", "mlp", "fused 65536", "matmul 64")
    done = bench(stack.adapter, stack.loader, *words)
    assert done.returncode == 0, done.stderr
    first, *_ = done.stdout.splitlines()
    assert stack.adapter in first and first.endswith("a program on the CPU")
    assert "10 dispatches (≤ 12: reached), 1 submit (≤ 1: reached), 0 plans" in done.stdout
    by_itself, there, here, better = columns(done.stdout, "scalar")
    assert by_itself.endswith("s") and " × " in there and " × " in here
    assert " × CPU (≤ 1.1: " in better or " × GPU (≤ 1.1: " in better
    assert "no ratio to PyTorch: --alone" in done.stdout
    assert "TFLOP/s, " in columns(done.stdout, "matmul, 64")[1]
    assert columns(done.stdout, "2x + 3 relu(x), 65,536")[1].endswith("GB/s, peak unknown")
    assert columns(done.stdout, "training step, MLP 784-128-10, batch 128  ")[0].endswith("s")


def test_without_a_real_gpu_it_says_so_in_a_line() -> None:
    stack = stacks.STACKS["lavapipe"]
    done = bench(stack.adapter, stack.loader, "--only", "scalar")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("No real GPU is here")
    assert "PyTorch CUDA are left out" in done.stdout


def test_a_work_or_an_adapter_that_is_not_there_is_refused_in_words() -> None:
    loader = stacks.STACKS["lavapipe"].loader
    none = bench("no such GPU", loader)
    assert none.returncode == 1
    assert none.stderr.startswith("bench: no adapter named 'no such GPU' here; adapters: llvmpipe")
    wrong = bench("llvmpipe", loader, "--only", "matmul 1000")
    assert wrong.returncode == 2 and "no work is called ['matmul 1000']" in wrong.stderr


def test_a_rate_is_shown_with_its_share_of_what_the_card_can_do() -> None:
    product = gpu.Measured(gpu.Row("matmul 1024", "", {}), {"gradtape": [1e-3, 2e-3, 9.0]})
    assert gpu.rate(product, Peak(1.5, None)) == "1.07 TFLOP/s, 71.6 % (≥ 60: reached)"
    stream = gpu.Measured(gpu.Row("plain 1000000", "", {}), {"gradtape": [1e-3]})
    assert gpu.rate(stream, Peak(None, 20)) == "12 GB/s, 60 % (≥ 80: MISSED)"
    assert gpu.rate(stream, Peak()) == "12 GB/s, peak unknown"


def test_a_card_is_known_by_its_whole_name() -> None:
    assert peak_of("NVIDIA H100 80GB HBM3") == Peak(67, 3350)
    assert peak_of("AMD Radeon RX 7900 XTX (RADV NAVI31)").bandwidth == 960
    assert peak_of("NVIDIA GeForce RTX 4090 Laptop GPU") == Peak()
