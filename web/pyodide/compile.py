"""Prepare wheels for a quick start in the tab; runs inside the tab's own Python (see compile.mjs).

NumPy's wheel is packed again: bytecode instead of sources, without what no program in a tab can
use, and not compressed, because the server compresses it better and the tab then only copies. For
the engine only its bytecode is packed: its wheel is what snippets name, and stays as it is.
"""

from __future__ import annotations

import importlib.util
import marshal
import re
import zipfile

DATE = (2020, 1, 1, 0, 0, 0)
# Compilers, build tools, type stubs, headers, and compiled parts that only NumPy's tests load.
USELESS = re.compile(
    r"^numpy/(f2py|distutils|_pyinstaller)/|\.(pyi|h|pxd|pyx|a|c|build)$|/tests/"
    r"|/(_simd|_operand_flag_tests|_rational_tests|_struct_ufunc_tests|_umath_tests)\.[^/]*\.so$"
)


def bytecode(source: bytes, path: str) -> bytes:
    """The content of a .pyc that is never checked against its source."""
    code = compile(source, path, "exec", dont_inherit=True)
    unchecked = (0b01).to_bytes(4, "little")
    key = importlib.util.source_hash(source)
    return importlib.util.MAGIC_NUMBER + unchecked + key + marshal.dumps(code)


def add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """One stored file with a fixed date."""
    entry = zipfile.ZipInfo(name, DATE)
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)


def compiled(wheel: str, target: str) -> None:
    """Pack a wheel again with bytecode in the place of its sources."""
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            if name.endswith("/") or USELESS.search(name):
                continue
            content = old.read(name)
            if name.endswith(".py"):
                path = f"/lib/python3.12/site-packages/{name}"
                add(new, name + "c", bytecode(content, path))
            else:
                add(new, name, content)


def bytecode_only(wheel: str, target: str, *, sources: bool = False) -> None:
    """Pack the bytecode of a wheel's sources, to lie beside them."""
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            if sources:
                add(new, name, old.read(name))
            if name.endswith(".py"):
                path = f"/lib/python3.12/site-packages/{name}"
                folder, _, last = name.rpartition("/")
                pyc = f"{folder}/__pycache__/{last[:-3]}.cpython-312.pyc"
                add(new, pyc, bytecode(old.read(name), path))


def with_bytecode(sources: str, target: str) -> None:
    """Pack sources again with their bytecode beside them."""
    bytecode_only(sources, target, sources=True)
