"""`get_file`: a file from an address, checked by its hash and kept in a cache folder.

A file is in the cache whole or not at all: it is written beside, checked, and then renamed.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import warnings
from pathlib import Path
from typing import Any

from gradtape.keras.utils.archives import extract as extract_archive
from gradtape.keras.utils.progress import Progbar

_CHUNK = 1 << 16
#: seconds without a byte after which a connection counts as dead
_PATIENCE = 60


def get_file(
    fname: Any = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: Any = "auto",
    cache_dir: Any = None,
    force_download: bool = False,
) -> str:
    """The path of a file that is fetched from `origin`, unless the cache has it.

    It lies at `cache_dir/cache_subdir/fname`; `cache_dir` is the environment's `KERAS_HOME`, or
    `~/.keras`, and `fname` the last part of the address. `file_hash` is a SHA-256 or an MD5 (a
    cached file with another hash is fetched again). With `extract` the path is that of a folder
    with the files of the archive: `fname` where that has no dot, else its first part and
    `_extracted`. In a browser's tab only the cache is read: put the file there first.

    Raises: ValueError without `origin`, for an `fname` with folders in it, and for a file of
    another hash, which is not kept; OSError where the address cannot be read to its end;
    RuntimeError in a tab, for a file that is not in the cache.

    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "words.txt").write_text("tape")
    >>> path = get_file(origin=(folder / "words.txt").as_uri(), cache_dir=folder)
    ... # doctest: +ELLIPSIS
    Downloading data from file:...
    4/4 ...
    >>> pathlib.Path(path).read_text()
    'tape'
    """
    if origin is None:
        raise ValueError('Please specify the "origin" argument (URL of the file to download).')
    if md5_hash is not None and file_hash is None:
        file_hash, hash_algorithm = md5_hash, "md5"
    folder = _cache(cache_dir) / cache_subdir
    folder.mkdir(parents=True, exist_ok=True)
    opened = extract or untar
    kept, target = _places(folder, os.fspath(fname) if fname else None, origin, opened)
    fetched = force_download or not _has(kept, file_hash, hash_algorithm)
    if fetched:
        _fetch(origin, kept, file_hash, hash_algorithm)
    if not opened:
        return str(kept)
    if fetched or not target.is_dir():
        if not extract_archive(kept, target, "tar" if untar else archive_format):
            warnings.warn("Could not extract archive.", stacklevel=2)
    return str(target)


def _cache(cache_dir: Any) -> Path:
    """The cache folder; where it cannot be written, one among the temporary files."""
    chosen = cache_dir or os.environ.get("KERAS_HOME") or Path("~", ".keras")
    folder = Path(chosen).expanduser()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return Path(tempfile.gettempdir(), ".keras")
    return folder if os.access(folder, os.W_OK) else Path(tempfile.gettempdir(), ".keras")


def _places(folder: Path, fname: str | None, origin: str, opened: bool) -> tuple[Path, Path]:
    """Where the file is kept, and where the files of an archive go."""
    name = fname or os.path.basename(urllib.parse.urlsplit(origin).path)
    if not name:
        raise ValueError(
            f"Can't parse the file name from the origin provided: '{origin}'. "
            "Please specify the `fname` argument."
        )
    if os.sep in name or "/" in name or name in (".", ".."):
        raise ValueError(
            "Paths are no longer accepted as the `fname` argument. To specify the file's parent "
            f"directory, use the `cache_dir` argument. Received: fname={name}"
        )
    if not opened:
        return folder / name, folder / name
    if fname and "." in fname:
        return folder / fname, folder / f"{fname.partition('.')[0]}_extracted"
    return folder / f"{name}_archive", folder / name


def _has(kept: Path, file_hash: str | None, algorithm: str) -> bool:
    """Whether the cache has the file, of the right hash."""
    if not kept.exists():
        return False
    if file_hash is None or _digest(kept, file_hash, algorithm) == file_hash.lower():
        return True
    print(
        "A local file was found, but it seems to be incomplete or outdated because the "
        f"{algorithm} file hash does not match the original value of {file_hash} so we will "
        "re-download the data."
    )
    return False


def _digest(path: Path, file_hash: str, algorithm: str) -> str:
    if algorithm not in ("auto", "sha256", "md5"):
        raise ValueError(f"hash_algorithm must be 'auto', 'sha256' or 'md5', not {algorithm!r}.")
    if algorithm == "auto":
        algorithm = "sha256" if len(file_hash) == 64 else "md5"
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def _fetch(origin: str, kept: Path, file_hash: str | None, algorithm: str) -> None:
    """Bring the file into the cache, checked."""
    if sys.platform == "emscripten":
        raise RuntimeError(
            f"A page's Python cannot fetch {origin}. Use data that comes with the page, or put "
            f"the file at {kept} first (in a page: pyodide.FS.writeFile), and call this again."
        )
    print(f"Downloading data from {origin}")
    handle, name = tempfile.mkstemp(prefix=f".{kept.name}-", dir=kept.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            _download(origin, file)
        if file_hash is not None and _digest(beside, file_hash, algorithm) != file_hash.lower():
            raise ValueError(
                f"Incomplete or corrupted file detected. The {algorithm} file hash does not match "
                f"the provided value of {file_hash}: {origin} was fetched and is not kept."
            )
        beside.chmod(0o644)
        os.replace(beside, kept)
    finally:
        beside.unlink(missing_ok=True)


def _download(origin: str, file: Any) -> None:
    try:
        with urllib.request.urlopen(origin, timeout=_PATIENCE) as answer:
            length = answer.headers.get("Content-Length")
            total = int(length) if length else None
            bar, done = Progbar(total), 0
            while chunk := answer.read(_CHUNK):
                file.write(chunk)
                done += len(chunk)
                bar.update(done)
    except urllib.error.HTTPError as error:
        raise OSError(f"URL fetch failure on {origin}: {error.code} -- {error.msg}") from error
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        raise OSError(f"URL fetch failure on {origin}: {error.errno} -- {reason}") from error
    if total is not None and done != total:
        raise OSError(f"URL fetch failure on {origin}: {done} of {total} bytes came.")
