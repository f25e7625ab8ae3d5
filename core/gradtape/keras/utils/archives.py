"""Archives of files, opened so that nothing is written outside of the folder that is meant."""

from __future__ import annotations

import os
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath


def extract(archive: Path, folder: Path, archive_format: str | list[str] | None) -> bool:
    """Whether `archive` is of a format and its files now lie in `folder`, all or none of them.

    `archive_format` is "tar" (also compressed), "zip", "auto" for either, or a list of them.

    Raises: ValueError for another format and for a member that would lie outside of the folder;
    the errors of tarfile and zipfile for what is damaged.
    """
    kinds = ["tar", "zip"] if archive_format == "auto" else archive_format or []
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        if kind not in ("tar", "zip"):
            raise ValueError(f"archive_format must be 'tar', 'zip' or 'auto', not {kind!r}.")
        if kind == "tar" and tarfile.is_tarfile(archive):
            _at_once(folder, lambda into: _untar(archive, into))
            return True
        if kind == "zip" and zipfile.is_zipfile(archive):
            _at_once(folder, lambda into: _unzip(archive, into))
            return True
    return False


def _at_once(folder: Path, fill: Callable[[Path], None]) -> None:
    """Fill a folder beside, then put it in the place of `folder`."""
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        fill(beside)
        beside.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(beside, folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _untar(archive: Path, folder: Path) -> None:
    if not hasattr(tarfile, "FilterError"):
        raise RuntimeError("Archives are opened by Python 3.11.4 and later: older ones trust them.")
    with tarfile.open(archive) as opened:
        try:
            opened.extractall(folder, filter="data")
        except tarfile.FilterError as error:
            raise ValueError(f"{archive}: {error}") from error


def _unzip(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        for name in opened.namelist():
            path = PurePosixPath(name.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
                raise ValueError(f"{archive}: {name!r} would lie outside of the folder.")
        opened.extractall(folder)
