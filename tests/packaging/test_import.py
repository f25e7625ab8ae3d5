"""`import gradtape` stays light: beside NumPy it brings in almost nothing."""

import subprocess
import sys

# What a start-up in a browser tab cannot afford, or what has no place in a library's import.
HEAVY = {
    "asyncio",
    "concurrent.futures",
    "email",
    "html",
    "http",
    "logging",
    "matplotlib",
    "multiprocessing",
    "pydoc",
    "sqlite3",
    "ssl",
    "subprocess",
    "unittest",
    "urllib.request",
    "xml",
    "zipfile",
}


def loaded_by(statement: str) -> set[str]:
    """The names of the modules that a fresh Python has loaded after `statement`."""
    code = f"{statement}\nimport sys\nprint(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_loads_no_heavy_module() -> None:
    added = loaded_by("import gradtape") - loaded_by("import numpy")
    heavy = {name for name in added if name in HEAVY or name.partition(".")[0] in HEAVY}
    assert heavy == set()


def test_loads_neither_backend_nor_server() -> None:
    added = loaded_by("import gradtape")
    assert {name for name in added if name.startswith("gradtape_")} == set()


def test_the_check_sees_a_heavy_module() -> None:
    assert "asyncio" in loaded_by("import gradtape, asyncio") & HEAVY
