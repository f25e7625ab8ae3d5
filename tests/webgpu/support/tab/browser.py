"""Starts a tab with the engine and these tests in it, runs Python there and gives the answers."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import zipfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]


def pack(target: Path, **more: bytes) -> Path:
    """A zip file of the engine as it goes into the tab, the tests of this folder, and `more`."""
    path = ROOT / "web" / "pyodide" / "engine.py"
    spec = importlib.util.spec_from_file_location("engine_of_the_tab", path)
    assert spec is not None and spec.loader is not None
    engine = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(engine)
    files = dict(engine.sources())
    for file in HERE.parents[1].rglob("*.py"):
        files[file.relative_to(ROOT).as_posix()] = file.read_bytes()
    files.update(more)
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target


def run_in_tab(
    node: str, archive: Path, programs: list[tuple[str, str]], **options: Any
) -> list[dict[str, str]]:
    """The answer to each (code, "async" or "sync"): {"value": …} or {"error": …}."""
    runtime = ROOT / "web" / "pyodide" / "dist"
    if not (runtime / "pyodide-lock.json").is_file():
        raise AssertionError("the tab's Python is not here yet; `make runtime` fetches it")
    words = {"archives": [str(archive)], "programs": programs, **options}
    done = subprocess.run(
        [node, str(HERE / "run.mjs"), json.dumps(words)],
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return list(json.loads(done.stdout.splitlines()[-1]))
