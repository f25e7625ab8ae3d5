"""Build the engine's wheel for the tab: the core and the WebGPU backend, without the rest.

The wheel is a function of the files alone (sorted names, one date, no compression level that
could change), so that equal sources have equal wheels and a snippet's pin means something.

    python web/pyodide/engine.py       (writes into web/pyodide/dist/engine/)
"""

from __future__ import annotations

import base64
import hashlib
import re
import sys
import tomllib
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "web" / "pyodide" / "dist" / "engine"
PACKAGES = ("core/gradtape", "webgpu/gradtape_webgpu")
DATE = (2020, 1, 1, 0, 0, 0)
# The command line talks to servers and terminals; a tab has neither.
LEFT_OUT = re.compile(r"^/gradtape/(cli/|__main__\.py$)|/__pycache__(/|$)")


def sources() -> dict[str, bytes]:
    """Name in the wheel -> content, of every file of the packages."""
    found = {}
    for package in PACKAGES:
        folder = ROOT / package
        for path in sorted(folder.rglob("*")):
            inside = "/" + path.relative_to(folder.parent).as_posix()
            if path.is_file() and not LEFT_OUT.search(inside):
                found[inside[1:]] = path.read_bytes().replace(b"\r\n", b"\n")
    return found


def metadata(version: str) -> dict[str, bytes]:
    """The wheel's own files, but for RECORD."""
    info = f"gradtape-{version}.dist-info"
    about = f"Metadata-Version: 2.1\nName: gradtape\nVersion: {version}\nRequires-Dist: numpy>=2\n"
    wheel = "Wheel-Version: 1.0\nGenerator: gradtape\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    return {f"{info}/METADATA": about.encode(), f"{info}/WHEEL": wheel.encode()}


def record(files: dict[str, bytes]) -> bytes:
    """The list of files with their hashes that installers check."""
    lines = []
    for name, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(content)}\n")
    return "".join(lines).encode()


def main() -> None:
    """Write the wheel and say its sha256."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    files = {**sources(), **metadata(version)}
    if "gradtape/__init__.py" not in files:
        sys.exit("core/gradtape/__init__.py is missing: there is no engine to pack")
    listing = f"gradtape-{version}.dist-info/RECORD"
    files[listing] = record(files) + f"{listing},,\n".encode()
    TARGET.mkdir(parents=True, exist_ok=True)
    target = TARGET / f"gradtape-{version}-py3-none-any.whl"
    for old in TARGET.glob("*.whl"):
        old.unlink()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, DATE)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    digest = hashlib.sha256(target.read_bytes()).hexdigest()
    print(f"engine: {target.name}, {len(files)} files, sha256 {digest}")


if __name__ == "__main__":
    main()
