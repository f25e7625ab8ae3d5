"""Make a distribution of the tab's packages; runs inside the tab's own Python (see distribute.mjs).

`pyodide-build` turns sources into bytecode and writes the lock: the commands `pyodide py-compile`
and `pyodide lockfile`, called here as they are. What stands here is what they cannot do:

- leave out what no program in a tab can use;
- name each file by where it will lie. A sourceless module keeps the name that it was compiled
  under; the engine's call sites and tracebacks pass over NumPy's frames by theirs, and over those
  of `contextlib` by its `__file__`, which is why that one stays a source;
- lay bytecode beside its sources, so that tracebacks still show the engine's lines, unchecked,
  because comparing it with them is what a start has no time for;
- date every file alike, so that equal sources have equal archives.
"""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyodide_build.cli.py_compile import main as py_compile
from pyodide_lock import PyodideLockSpec
from pyodide_lock.cli import main as lockfile
from pyodide_lock.utils import update_package_sha256

SITE = "/lib/python3.12/site-packages/"
LIBRARY = "/lib/python312.zip/"
STAYS = "contextlib.py"
DATE = (2020, 1, 1, 0, 0, 0)
# Compilers, build tools, type stubs, headers, and compiled parts that only NumPy's tests load.
USELESS = re.compile(
    r"^numpy/(f2py|distutils|_pyinstaller)/|\.(pyi|h|pxd|pyx|a|c|build)$|/tests/"
    r"|/(_simd|_operand_flag_tests|_rational_tests|_struct_ufunc_tests|_umath_tests)\.[^/]*\.so$"
)
# Every start loads NumPy and the standard library. They are not compressed: the server compresses
# them better, and the tab then only copies. The rest is: the page's wheel would be twice as large.
STORED = ("numpy",)
WORK = Path("/made")
Files = Iterable[tuple[str, bytes]]


def files_of(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Name -> content of the files in a wheel or zip."""
    with zipfile.ZipFile(archive) as opened:
        for name in opened.namelist():
            if not name.endswith("/"):
                yield name, opened.read(name)


def pack(target: Path, files: Files, *, compressed: bool = False) -> None:
    """Write an archive that depends on its files alone."""
    how = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(target, "w", how) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name, DATE)
            entry.compress_type = how
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)


def compiled(archive: Path, base: str = SITE) -> tuple[str, list[tuple[str, bytes]]]:
    """The name and the files of an archive after `pyodide py-compile`, for files below `base`."""
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir()
    useful = ((base + name, text) for name, text in files_of(archive) if not USELESS.search(name))
    pack(WORK / archive.name, useful)
    words = [str(WORK / archive.name), "--compression-level", "0", "--silent"]
    py_compile(words, standalone_mode=False)
    (made,) = WORK.iterdir()
    return made.name, [(name.removeprefix(base), content) for name, content in files_of(made)]


def finish(lock: Path, before: Path) -> None:
    """Say the runtime's version, as the lock before did, in one line.

    `pyodide-lock` takes the field for outdated; the loader of this runtime refuses a lock without.
    """
    told = json.loads(lock.read_text())
    told["info"]["version"] = json.loads(before.read_text())["info"]["version"]
    lock.write_text(json.dumps(told, sort_keys=True, separators=(",", ":")) + "\n")


def packages(source: str, target: str) -> None:
    """The standard library and every wheel of the lock in `source`, compiled; the lock of those."""
    old, new = Path(source), Path(target)
    standard, files = compiled(old / "python_stdlib.zip", LIBRARY)
    kept = [file for file in files_of(old / standard) if file[0] == STAYS]
    pack(new / standard, kept + [file for file in files if file[0] != STAYS + "c"])
    lock = PyodideLockSpec.from_json(old / "pyodide-lock.json")
    for name, package in sorted(lock.packages.items()):
        package.file_name, files = compiled(old / package.file_name)
        pack(new / package.file_name, files, compressed=name not in STORED)
        update_package_sha256(package, new / package.file_name)
    lock.to_json(new / "packages-lock.json")
    finish(new / "packages-lock.json", old / "pyodide-lock.json")


def with_engine(lock: str, wheel: str, target: str) -> None:
    """The lock with the engine's wheel in it, so that the runtime's loader knows its name."""
    words = ["add-wheels", wheel, "--input", lock, "--output", target]
    lockfile(words, standalone_mode=False)
    finish(Path(target), Path(lock))


def beside(archive: str, target: str, *, sources: bool = False) -> None:
    """Pack the bytecode of an archive's sources as it lies beside them, or both."""
    _, files = compiled(Path(archive))
    made: list[tuple[str, bytes]] = list(files_of(Path(archive))) if sources else []
    for name, content in files:
        if name.endswith(".pyc"):
            folder, _, last = name.rpartition("/")
            unchecked = content[:4] + (0b01).to_bytes(4, "little") + content[8:]
            made.append((f"{folder}/__pycache__/{last[:-4]}.cpython-312.pyc", unchecked))
    pack(Path(target), made)
