"""An engine's wheel: the file that a link names by its sha256, read and judged, never executed.

The server keeps such wheels and the command line runs them, so both look at them through this.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import Final

from gradtape.snippet.pins import digest_of_sources

LARGEST_WHEEL: Final = 32 * 1024 * 1024
LARGEST_UNPACKED: Final = 8 * LARGEST_WHEEL  # all files of a wheel together
WHEEL_NAME: Final = re.compile(r"gradtape-([0-9A-Za-z][0-9A-Za-z.+_]*)-[0-9A-Za-z.]+-none-any\.whl")


# Of a damaged archive each kind of damage has an error of its own.
_DAMAGE = (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, RuntimeError)


class BadWheel(ValueError):
    """The bytes are not a wheel of gradtape; the message says what is wrong."""


@dataclass(frozen=True)
class Engine:
    """One published engine."""

    version: str
    filename: str
    wheel_sha256: str
    source_sha256: str | None
    size: int


def describe(filename: str, wheel: bytes) -> Engine:
    """The engine that a wheel holds, read from its name and its files. Raises BadWheel."""
    match = WHEEL_NAME.fullmatch(filename)
    if match is None:
        raise BadWheel(f"got {filename!r}; must be named gradtape-<version>-py3-none-any.whl")
    try:
        files = files_of(wheel)
    except BadWheel as error:
        raise BadWheel(f"{filename}: {error}") from None
    sources = {
        name.removeprefix("gradtape/"): content
        for name, content in files.items()
        if name.startswith("gradtape/") and name.endswith(".py")
    }
    digest = hashlib.sha256(wheel).hexdigest()
    return Engine(match[1], filename, digest, digest_of_sources(sources), len(wheel))


def engine_in(filename: str, wheel: bytes) -> tuple[str, bytes]:
    """The name and the bytes of the engine's own wheel: of the page's, in a released one."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(wheel))
        for name in archive.namelist():
            folder, _, inside = name.rpartition("/")
            if folder.startswith("gradtape_server/page/engine") and WHEEL_NAME.fullmatch(inside):
                return inside, archive.read(name)
    except _DAMAGE as error:
        raise BadWheel(f"{filename}: it is not a zip archive: {error}") from None
    return filename, wheel


def files_of(wheel: bytes) -> dict[str, bytes]:
    """Name -> content of the engine's files: both packages and what describes them.

    Other packages in a wheel are no part of the engine, and are left out.

    Raises BadWheel for what is no zip archive, is too large packed or unpacked, holds no package
    gradtape, or names a file outside the folder that it is unpacked in.
    """
    if len(wheel) > LARGEST_WHEEL:
        raise BadWheel(f"got {len(wheel)} bytes; at most {LARGEST_WHEEL} are allowed")
    try:
        archive = zipfile.ZipFile(io.BytesIO(wheel))
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        unpacked = sum(entry.file_size for entry in entries)
        if unpacked > LARGEST_UNPACKED:
            raise BadWheel(
                f"it unpacks to {unpacked} bytes; at most {LARGEST_UNPACKED} are allowed"
            )
        files = {entry.filename: archive.read(entry) for entry in entries if _is_part(entry)}
    except BadWheel:
        raise
    except _DAMAGE as error:
        raise BadWheel(f"it is not a zip archive: {error}") from None
    if not any(name.startswith("gradtape/") for name in files):
        raise BadWheel("it holds no package gradtape")
    return files


_PART = re.compile(r"(?:gradtape|gradtape_webgpu|gradtape-[0-9A-Za-z.+_]+\.dist-info)/.+")


def _is_part(entry: zipfile.ZipInfo) -> bool:
    if _PART.fullmatch(entry.filename) is None:
        return False
    steps = entry.filename.split("/")
    if any(step in ("", ".", "..") or re.search(r'[\\:*?"<>|\x00-\x1f]', step) for step in steps):
        raise BadWheel(f"it names a file {entry.filename[:80]!r}, which no engine has")
    return True
