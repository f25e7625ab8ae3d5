"""`gradtape doctor` on machines with a GPU, with one that computes wrongly, and with none."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from typing import Any

import numpy as np
import pytest

import gradtape
from gradtape.cli import main
from gradtape.snippet.pins import source_sha256
from gradtape_webgpu import doctor
from gradtape_webgpu.drivers import native
from gradtape_webgpu.drivers.native import ADAPTER_VARIABLE


def test_the_doctor_finds_a_gpu_well(own: Any, capsys: pytest.CaptureFixture[str]) -> None:
    adapter = own.driver.caps.adapter
    assert main(["doctor"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"gradtape {gradtape.__version__}, Python ")
    assert f"NumPy {np.__version__}\n" in text
    assert f"\nsources {source_sha256()}\nmachine: {platform.platform()}, " in text
    assert f"\ninstalled beside it: wgpu {version('wgpu')}, pillow {version('pillow')}" in text
    assert "\nproducts by " in text and f"\nvariable {ADAPTER_VARIABLE}=" in text
    assert f"  {adapter}: a program on the CPU, Vulkan" in text
    assert "maxStorageBufferBindingSize" in text and "features of use: " in text
    assert f"chosen: {adapter}; it is named, and a program on the CPU" in text
    assert "ok   MatMul: 0.00 (allowed 0)" in text and "ok   Exp: " in text
    assert "FAIL" not in text


def test_the_doctor_speaks_json(own: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["chosen"] == own.driver.caps.adapter and found["cost"] is None
    assert found["chosen"] in [a["name"] for a in found["adapters"]]
    assert len(found["self_test"]) == 10 and all(t["passed"] for t in found["self_test"])
    assert all(0 <= t["worst_ulp"] <= t["allowed_ulp"] for t in found["self_test"])


def test_a_gpu_that_computes_wrongly_fails(
    own: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Wrong(native.NativeDriver):
        """Everything is off by a little."""

        def read(self, slot: int, size: int) -> bytes:
            data = np.frombuffer(super().read(slot, size), np.float32)
            return (data * np.float32(1.0 + 1e-5)).tobytes()

    monkeypatch.setattr(doctor, "NativeDriver", Wrong)
    assert main(["doctor"]) == 1
    text = capsys.readouterr().out
    assert "FAIL MatMul: " in text and "10 of 10 ops give wrong numbers on this GPU" in text


def test_an_op_that_raises_is_told(
    own: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(native.NativeDriver):
        def pipeline(self, text: str, reads: int, writes: int) -> int:
            broken = "fn main((" if "barrier(" in text else "fn main("
            return super().pipeline(text.replace("fn main(", broken), reads, writes)

    monkeypatch.setattr(doctor, "NativeDriver", Broken)
    assert main(["doctor"]) == 1
    assert "FAIL Square: InternalError: a shader does not compile" in capsys.readouterr().out


@pytest.mark.parametrize("json_too", [False, True])
def test_without_a_gpu_it_says_so(json_too: bool) -> None:
    environment = dict(os.environ) | {"VK_ICD_FILENAMES": "", "VK_DRIVER_FILES": "/nowhere.json"}
    environment.pop(ADAPTER_VARIABLE, None)
    run = subprocess.run(
        [sys.executable, "-m", "gradtape", "doctor", *(["--json"] if json_too else [])],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 2, run.stderr
    if json_too:
        found = json.loads(run.stdout)
        assert found["chosen"] is None and found["adapters"] == []
    else:
        assert "There is no GPU to use, so ops run on the CPU: no GPU" in run.stdout


def test_without_wgpu_it_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "gradtape_webgpu.doctor")
    monkeypatch.delitem(sys.modules, "wgpu", raising=False)
    monkeypatch.setitem(sys.modules, "wgpu", None)
    assert main(["doctor"]) == 2
    assert 'pip install "gradtape[gpu]"' in capsys.readouterr().out


def test_software_adapters_are_not_chosen_by_themselves(
    own: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(ADAPTER_VARIABLE)
    assert main(["doctor"]) == 2
    text = capsys.readouterr().out
    assert own.driver.caps.adapter in text and "software adapters count when named" in text
