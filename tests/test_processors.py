"""The numeric tests pass as other processors compute, too.

OpenBLAS has a kernel of its own for each family of processors, and NumPy loops for narrow and for
wide registers; each rounds in its own way. Another kernel is asked for, NumPy's wide loops are
switched off, and the tests of values run once more: a bound that holds on this processor by luck is
found here. `tests/support/exact.py` has those that hold on each.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

#: what compares numbers, and takes little time
NUMERIC = (
    "tests/core",
    "tests/webgpu/placement/test_placement.py",
    "tests/webgpu/test_curve.py::test_on_the_cpu",
)

#: name → OpenBLAS's kernel and whether NumPy's wide loops are on; AMD's Zen takes Haswell's kernel
PROCESSORS = {
    "of 2013, with fused products": ("Haswell", True),
    "of 2008, without": ("Nehalem", False),
}

FINGERPRINT = """
import hashlib
import numpy as np
x = np.random.default_rng(0).standard_normal((300, 300)).astype(np.float32)
print([hashlib.sha256(y.tobytes()).hexdigest()[:8] for y in (x @ x, np.exp(x))])
"""


def run(settings: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """A Python whose NumPy computes with these settings, and that lets others go first."""
    nice = shutil.which("nice")
    command = [*([nice, "-n", "10"] if nice else []), sys.executable, *words]
    return subprocess.run(
        command, env={**os.environ, **settings}, capture_output=True, text=True, timeout=2400
    )


def settings_of(kernel: str, wide: bool) -> dict[str, str]:
    """The variables that make NumPy compute as that processor does."""
    found = {"OPENBLAS_CORETYPE": kernel}
    if not wide:
        loops = np.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
        found["NPY_DISABLE_CPU_FEATURES"] = " ".join(loops)
    return found


@pytest.mark.beside(2)  # after the journeys, which have limits of time
@pytest.mark.parametrize("processor", PROCESSORS)
def test_values_are_right_as_another_processor_computes(
    processor: str, root: Path, tmp_path: Path
) -> None:
    kernel, wide = PROCESSORS[processor]
    settings = settings_of(kernel, wide)
    here, there = run({}, "-c", FINGERPRINT), run(settings, "-c", FINGERPRINT)
    if there.returncode == -signal.SIGILL:
        pytest.skip(f"this processor lacks instructions of OpenBLAS's kernel {kernel}")
    assert here.returncode == there.returncode == 0, here.stderr + there.stderr
    if here.stdout == there.stdout:
        pytest.skip(f"this NumPy computes like that already, or has no kernel {kernel}")
    options = ("-q", "--rootdir", str(root), "-o", f"cache_dir={tmp_path}")
    for path in NUMERIC:  # each in a process of its own
        done = run(settings, "-m", "pytest", *options, str(root / path))
        assert done.returncode == 0, done.stdout[-8000:] + done.stderr
