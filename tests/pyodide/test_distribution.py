"""The tab's packages as `pyodide-build` distributes them: compiled, and named by one true lock."""

import hashlib
import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def compiled(root: Path) -> Path:
    folder = root / "web/pyodide/dist/compiled"
    if not (folder / "pyodide-lock.json").is_file():
        pytest.fail("the tab's packages are not here yet; `make page` makes them")
    return folder


@pytest.fixture(scope="module")
def packages(compiled: Path) -> dict[str, Any]:
    return dict(json.loads((compiled / "pyodide-lock.json").read_text())["packages"])


@pytest.fixture(scope="module")
def seen(node: str, root: Path) -> dict[str, Any]:
    """What a program sees to which the runtime's own loader has brought gradtape."""
    command = [node, str(root / "tests/pyodide/by_name.mjs")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(done.stdout))


def test_the_lock_says_what_lies_there(compiled: Path, packages: dict[str, Any]) -> None:
    assert {"gradtape", "matplotlib", "numpy"} <= packages.keys()
    for name, package in packages.items():
        content = (compiled / package["file_name"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == package["sha256"], name
        assert set(package["depends"]) <= packages.keys(), name


def test_the_engine_in_the_lock_is_the_one_that_snippets_name(
    root: Path, packages: dict[str, Any]
) -> None:
    (wheel,) = (root / "web/pyodide/dist/engine").glob("*.whl")
    engine = packages["gradtape"]
    assert engine["file_name"] == wheel.name
    assert engine["sha256"] == hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert engine["depends"] == ["numpy"]
    assert engine["imports"] == ["gradtape", "gradtape_webgpu"]


def test_every_package_but_the_engine_is_bytecode(compiled: Path, packages: dict[str, Any]) -> None:
    archives = [package["file_name"] for name, package in packages.items() if name != "gradtape"]
    found = []
    for archive in [*archives, "python_stdlib.zip"]:
        names = zipfile.ZipFile(compiled / archive).namelist()
        assert any(name.endswith(".pyc") for name in names), archive
        found += [f"{archive}: {name}" for name in names if name.endswith((".py", ".pyi"))]
    # Engines, published ones too, know its frames by its `__file__`.
    assert found == ["python_stdlib.zip: contextlib.py"]


def test_the_loader_of_the_runtime_finds_gradtape_by_name(seen: dict[str, Any]) -> None:
    assert seen["gradient"] == 6.0


def test_frames_that_call_sites_pass_over_are_named_by_where_they_lie(
    seen: dict[str, Any],
) -> None:
    assert seen["a file of numpy"].startswith(seen["folder of numpy"] + "/")
    assert seen["a file of contextlib"] == seen["contextlib"]
    assert seen["json"] == "/lib/python312.zip/json/__init__.pyc"
