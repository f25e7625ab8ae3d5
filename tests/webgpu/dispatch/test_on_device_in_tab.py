"""Every case of the op registry under `tf.device("/GPU:0")` in a tab, by the native tests' code.

Chromium's SwiftShader is the GPU. What it computes has the bits that SwiftShader gives natively.
"""

from __future__ import annotations

import base64
import pickle
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from gradtape.runtime import devices
from gradtape_webgpu.device import in_use
from gradtape_webgpu.placement import backend
from tests.webgpu.support import on_device, stacks
from tests.webgpu.support.tab.browser import ROOT, pack, run_in_tab

IN_TAB = """
import base64, pickle, zlib
import gradtape_webgpu, tests.webgpu
await gradtape_webgpu.start()
from tests.webgpu.support import on_device
base64.b64encode(zlib.compress(pickle.dumps(on_device.report()))).decode()
"""

Report = dict[str, Any]


@pytest.fixture(scope="module")
def in_tab(node: str, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """What the tab gives for every case."""
    folders = (ROOT / "tests" / "core" / "ops", ROOT / "tests" / "goldens" / "registry")
    files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    files.append(ROOT / "tests" / "support" / "exact.py")
    more = {f.relative_to(ROOT).as_posix(): f.read_bytes() for f in files if f.suffix != ".pyc"}
    archive = pack(tmp_path_factory.mktemp("on_device") / "engine.zip", **more)
    (answer,) = run_in_tab(node, archive, [(IN_TAB, "async")])
    assert "value" in answer, answer
    found: Report = pickle.loads(zlib.decompress(base64.b64decode(answer["value"])))
    return found


@pytest.fixture
def natively() -> Iterator[None]:
    """SwiftShader as the GPU of `tf.device`."""
    before = vars(devices.gpu_state).copy()
    in_use.start(stacks.driver_of("swiftshader"))
    devices.gpu_state.backend, devices.gpu_state.hidden = backend, False
    yield
    vars(devices.gpu_state).clear()
    vars(devices.gpu_state).update(before)


def test_values_and_gradients_are_the_cpus(in_tab: Report) -> None:
    assert set(in_tab) == set(on_device.cases())
    assert {name: told for name, told in in_tab.items() if isinstance(told, str)} == {}


@pytest.mark.usefixtures("natively")
def test_what_the_device_computes_alone_has_the_bits_that_it_has_natively(in_tab: Report) -> None:
    compared, differing = 0, []
    for name, own in on_device.report().items():
        other = in_tab[name]
        assert not isinstance(own, str) and not isinstance(other, str), (own, other)
        if own.on_cpu or other.on_cpu:
            continue  # NumPy's functions and its integers differ between the two builds of it
        compared += 1
        if not all(map(_same, _arrays(own), _arrays(other))):
            differing.append(name)
    print(f"{len(in_tab)} cases, {compared} on the device alone")
    assert differing == [] and compared > 600


def _arrays(answer: on_device.Answer) -> list[Any]:
    return [*answer.values, *(g for g in answer.gradients or () if g is not None)]


def _same(a: Any, b: Any) -> bool:
    """One NaN is as good as another; zeros have a sign."""
    if a.dtype != b.dtype or a.shape != b.shape:
        return False
    number = a.dtype.kind in "fc"
    signs = not number or np.array_equal(np.signbit(a.real), np.signbit(b.real))
    return bool(np.array_equal(a, b, equal_nan=number)) and bool(signs or np.isnan(a).any())
