"""What this machine would run a snippet on: the engine, the runtime and the device, as pins."""

from __future__ import annotations

import functools
import hashlib
import platform
import sys
from importlib import metadata
from pathlib import Path
from typing import Any


def current_pins(seed: int | None = None, device: str = "cpu") -> dict[str, Any]:
    """The manifest's entries `engine`, `runtime` and `run` for a run made here and now.

    What cannot be known here is None, and is then not compared: an engine that was not installed
    from a wheel has no `wheel_sha256`, a Python outside the browser has no `lock_sha256`. The page
    knows both and puts them in. `arithmetic` is there where kernels of WebAssembly have computed
    (see `gradtape/wasm/README.md`): without it NumPy did, as in every engine before there were any.
    """
    in_browser = sys.platform == "emscripten"
    return {
        "engine": {
            "name": "gradtape",
            "version": engine_version(),
            "wheel_sha256": None,
            "source_sha256": source_sha256(),
        },
        "runtime": {
            "name": "pyodide" if in_browser else sys.implementation.name,
            "version": _pyodide_version() if in_browser else platform.python_version(),
            "python": platform.python_version(),
            "numpy": metadata.version("numpy"),
            "lock_sha256": None,
            **_arithmetic(),
        },
        "run": {"seed": seed, "dtype": "float32", "device": device},
    }


def _arithmetic() -> dict[str, str]:
    """What has computed on the CPU beside NumPy, where anything has; no pin else."""
    replacing = sys.modules.get("gradtape.dispatch.replacing")
    named = "numpy" if replacing is None else replacing.arithmetic()
    return {} if named == "numpy" else {"arithmetic": named}


def engine_version() -> str:
    """The version of the installed engine, "0+unknown" where it runs from a bare folder."""
    try:
        return metadata.version("gradtape")
    except metadata.PackageNotFoundError:
        return "0+unknown"


def _pyodide_version() -> str:
    return metadata.version("pyodide") if _has("pyodide") else sys.modules["pyodide"].__version__


def _has(distribution: str) -> bool:
    try:
        metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


@functools.cache
def source_sha256() -> str | None:
    """The digest of the sources of the engine that runs here (see `digest_of_sources`)."""
    return digest_of_folder(Path(__file__).parents[1])


def digest_of_folder(root: Path) -> str | None:
    """The digest of the sources of a package in a folder (see `digest_of_sources`)."""
    files = root.rglob("*.py")
    return digest_of_sources({p.relative_to(root).as_posix(): p.read_bytes() for p in files})


def digest_of_sources(files: dict[str, bytes]) -> str | None:
    """The sha256 over an engine's Python files, names and contents; None where there are none.

    It tells two engines of one version apart when somebody has changed a line. The command line
    is left out: it computes nothing. A wheel with bytecode alone has no sources to digest.
    """
    total = hashlib.sha256()
    named = sorted(name for name in files if not name.startswith(("cli", "__main__")))
    for name in named:
        content = files[name].replace(b"\r\n", b"\n")
        total.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
    return total.hexdigest() if named else None
