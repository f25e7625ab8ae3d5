"""The digits CNN learns alike on the CPU, on both GPUs natively and in the tab, from one file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.adam import rates_of_float32
from tests.webgpu.support import curve
from tests.webgpu.support.owned import GPU
from tests.webgpu.support.tab.browser import ROOT, pack, run_in_tab

FOLDER = ROOT / "web" / "examples"
#: from the exact curve; measured: 9e-7 on either GPU, 8e-7 to 2e-6 with OpenBLAS's kernels
RELATIVE = 1e-5

IN_TAB = """
import json
from pathlib import Path
import gradtape_webgpu
from tests.webgpu.support import curve
await gradtape_webgpu.start()
json.dumps(curve.losses(Path(curve.__file__).parent, "/GPU:0"))
"""


@pytest.fixture(scope="module")
def exact() -> list[float]:
    """The curve in float64, which does fall."""
    with curve.in_float64(), rates_of_float32():
        losses = curve.losses(FOLDER, "/CPU:0")
    assert len(losses) == 90
    assert losses[0] > 2.2 and np.mean(losses[-10:]) < 0.3
    return losses


def test_on_the_cpu(exact: list[float]) -> None:
    np.testing.assert_allclose(curve.losses(FOLDER, "/CPU:0"), exact, rtol=RELATIVE)


def test_natively(own: Any, exact: list[float]) -> None:
    np.testing.assert_allclose(curve.losses(FOLDER, GPU), exact, rtol=RELATIVE)


def test_in_the_tab(node: str, tmp_path: Path, exact: list[float]) -> None:
    files = {
        f"tests/webgpu/support/{name}": (FOLDER / name).read_bytes()
        for name in (curve.EXAMPLE, "digits.npz")
    }
    archive = pack(tmp_path / "engine.zip", **files)
    (answer,) = run_in_tab(node, archive, [(IN_TAB, "async")])
    assert "value" in answer, answer["error"]
    np.testing.assert_allclose(json.loads(answer["value"]), exact, rtol=RELATIVE)
