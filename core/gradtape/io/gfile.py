"""`tf.io.gfile`: files and folders by TensorFlow's names, on this machine."""

from __future__ import annotations

import glob as _glob
import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

from gradtape.errors import AlreadyExistsError, NotFoundError, OpError, PermissionDeniedError
from gradtape.io.files import path_of

__all__ = [
    "GFile",
    "copy",
    "exists",
    "glob",
    "isdir",
    "join",
    "listdir",
    "makedirs",
    "mkdir",
    "remove",
    "rename",
    "rmtree",
    "stat",
    "walk",
]


def _call(f: Callable[..., Any], path: str, *more: Any) -> Any:
    try:
        return f(path, *more)
    except (FileNotFoundError, NotADirectoryError):
        raise NotFoundError(None, None, f"{path}; No such file or directory") from None
    except FileExistsError:
        raise AlreadyExistsError(None, None, f"{path}; File exists") from None
    except PermissionError:
        raise PermissionDeniedError(None, None, f"{path}; Permission denied") from None


class GFile:
    r"""A file, opened when it is first read or written; use it in a `with` block.

    `mode` is "r", "w", "a" or "r+", with "b" for bytes; texts are UTF-8.

    >>> import os, tempfile
    >>> import gradtape as tf
    >>> name = os.path.join(tempfile.mkdtemp(), "a.txt")
    >>> with tf.io.gfile.GFile(name, "w") as file:
    ...     file.write("one\ntwo\n")
    >>> with tf.io.gfile.GFile(name) as file:
    ...     [line for line in file]
    ['one\n', 'two\n']
    """

    def __init__(self, name: Any, mode: str = "r") -> None:
        self.name, self.mode = path_of(name), mode
        self._opened: Any = None

    @property
    def _file(self) -> Any:
        if self._opened is None:
            encoding = None if "b" in self.mode else "utf-8"
            self._opened = _call(
                lambda path: open(path, self.mode, encoding=encoding, newline=None), self.name
            )
        return self._opened

    def __enter__(self) -> GFile:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def __iter__(self) -> Iterator[Any]:
        return iter(self._file)

    def __next__(self) -> Any:
        return next(self._file)

    def read(self, n: int = -1) -> Any:
        """The next `n` characters or bytes, or all that are left."""
        return self._file.read(n)

    def readline(self) -> Any:
        """The next line with its end."""
        return self._file.readline()

    def readlines(self) -> list[Any]:
        """All lines that are left."""
        return list(self._file)

    def write(self, file_content: Any) -> None:
        """Put this at the place that was reached."""
        self._file.write(file_content)

    def seek(self, offset: int = 0, whence: int = 0) -> None:
        """Go to a place."""
        self._file.seek(offset, whence)

    def tell(self) -> int:
        """The place that was reached."""
        return int(self._file.tell())

    def seekable(self) -> bool:
        """True: these are files of this machine."""
        return True

    def size(self) -> int:
        """The number of bytes."""
        self.flush()
        return int(_call(os.path.getsize, self.name))

    def flush(self) -> None:
        """Hand what was written to the system."""
        if self._opened is not None:
            self._opened.flush()

    def close(self) -> None:
        """End reading or writing; a file opened to be written exists then."""
        if self._opened is None and self.mode[:1] in "wa":
            _ = self._file
        if self._opened is not None:
            self._opened.close()
            self._opened = None


def exists(path: Any) -> bool:
    """Whether there is a file or folder of this name."""
    return os.path.exists(path_of(path))


def isdir(path: Any) -> bool:
    """Whether there is a folder of this name."""
    return os.path.isdir(path_of(path))


def listdir(path: Any) -> list[str]:
    """The names in a folder. Raises: NotFoundError where there is none."""
    found: list[str] = _call(os.listdir, path_of(path))
    return found


def glob(pattern: Any) -> list[str]:
    """The files that match a pattern, or one of a list of patterns."""
    patterns = pattern if isinstance(pattern, (list, tuple)) else [pattern]
    return [name for one in patterns for name in sorted(_glob.glob(path_of(one)))]


def mkdir(path: Any) -> None:
    """Make a folder. Raises: AlreadyExistsError, NotFoundError where the one above is missing."""
    _call(os.mkdir, path_of(path))


def makedirs(path: Any) -> None:
    """Make a folder and those above it; it may be there already."""
    os.makedirs(path_of(path), exist_ok=True)


def remove(path: Any) -> None:
    """Delete a file. Raises: NotFoundError where there is none."""
    _call(os.remove, path_of(path))


def rmtree(path: Any) -> None:
    """Delete a folder with all that is in it. Raises: NotFoundError where there is none."""
    _call(shutil.rmtree, path_of(path))


def rename(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Give a file another name. Raises: AlreadyExistsError for one that is taken."""
    _check_free(dst, overwrite)
    _call(os.replace, path_of(src), path_of(dst))


def copy(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Copy a file. Raises: AlreadyExistsError for a name that is taken."""
    _check_free(dst, overwrite)
    _call(shutil.copyfile, path_of(src), path_of(dst))


def _check_free(dst: Any, overwrite: bool) -> None:
    if not overwrite and exists(dst):
        raise AlreadyExistsError(None, None, f"file already exists: {path_of(dst)}; overwrite=True")


def stat(path: Any) -> os.stat_result:
    """What the system knows of a file."""
    found: os.stat_result = _call(os.stat, path_of(path))
    return found


def walk(
    top: Any, topdown: bool = True, onerror: Callable[[OpError], Any] | None = None
) -> Iterator[tuple[str, list[str], list[str]]]:
    """For each folder below `top`: its name, its folders, its files."""
    return os.walk(path_of(top), topdown)


def join(path: Any, *paths: Any) -> str:
    """Parts of a name, joined."""
    return os.path.join(path_of(path), *map(path_of, paths))
